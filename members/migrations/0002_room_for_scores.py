"""Leave room on the pages of the roll: scoring records anew then touches few of its sixteen indexes (decision 0031).

Pages written before have room as rows on them change, or at once after `VACUUM FULL members_member`.
"""

from django.db import migrations

TABLE = "members_member"


def leave_room(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE {TABLE} SET (fillfactor = 75)")


def take_it_back(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE {TABLE} RESET (fillfactor)")


class Migration(migrations.Migration):
    replaces = [("members", "0024_room_for_scores")]
    dependencies = [("members", "0001_tables")]

    operations = [migrations.RunPython(leave_room, take_it_back)]
