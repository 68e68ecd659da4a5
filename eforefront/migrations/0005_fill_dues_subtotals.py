"""What every organisation's branches have together, counted once from their own sums."""

from django.db import migrations

NAMES = (
    *("due_fen", "paid_fen", "due_count", "paid_count", "late_count", "exempt_count", "paused_count"),
    *("received_fen", "gift_fen", "large_gift_fen"),
)


def fill(apps, schema_editor):
    totals, subtotals, orgs = (
        schema_editor.quote_name(apps.get_model(*name)._meta.db_table)
        for name in (("eforefront", "DuesTotal"), ("eforefront", "DuesSubtotal"), ("orgs", "Organization"))
    )
    names, sums = ", ".join(NAMES), ", ".join(f"SUM(t.{name})" for name in NAMES)
    schema_editor.execute(
        f"INSERT INTO {subtotals} (organization_id, year, month, {names})"
        f" SELECT a.id, t.year, t.month, {sums} FROM {totals} t JOIN {orgs} o ON o.id = t.organization_id"
        f" JOIN {orgs} a ON a.tree_id = o.tree_id AND a.lft < o.lft AND a.rght > o.rght GROUP BY a.id, t.year, t.month"
    )


def empty(apps, schema_editor):
    apps.get_model("eforefront", "DuesSubtotal").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("eforefront", "0004_dues_subtotals_and_sheets")]

    operations = [migrations.RunPython(fill, empty)]
