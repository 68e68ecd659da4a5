"""The type of a transfer on each of its acts, so that 审批记录查询 is narrowed by it in an index."""

from django.db import migrations, models


def fill(apps, schema_editor):
    events, transfers = (
        schema_editor.quote_name(apps.get_model("transfers", name)._meta.db_table)
        for name in ("TransferEvent", "Transfer")
    )
    schema_editor.execute(
        f"UPDATE {events} SET type = (SELECT t.type FROM {transfers} t WHERE t.id = {events}.transfer_id)"
    )


class Migration(migrations.Migration):
    dependencies = [("transfers", "0003_open_newest_and_histories")]

    operations = [
        migrations.AddField(
            model_name="transferevent",
            name="type",
            field=models.CharField(
                choices=[("internal", "内部调动"), ("city", "市内转接"), ("out", "转往市外"), ("in", "市外转入")],
                db_default="",
                default="",
                editable=False,
                max_length=10,
                verbose_name="转接类型",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="transferevent",
            index=models.Index(fields=["organization", "type", "-id"], name="transfer_event_type"),
        ),
    ]
