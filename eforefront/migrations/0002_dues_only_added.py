"""The ledger of dues is only ever added to: the database itself refuses anything else."""

from django.db import migrations

from eforefront import dues_triggers


def install(apps, schema_editor):
    dues_triggers.install(schema_editor.connection)


def remove(apps, schema_editor):
    dues_triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    replaces = [("eforefront", "0003_dues_only_added")]
    dependencies = [("eforefront", "0001_tables")]

    operations = [migrations.RunPython(install, remove)]
