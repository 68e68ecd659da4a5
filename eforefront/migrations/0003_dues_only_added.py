"""The ledger of dues is only ever added to: the database itself refuses anything else."""

from django.db import migrations

from eforefront import dues_triggers


def install(apps, schema_editor):
    dues_triggers.install(schema_editor.connection)


def remove(apps, schema_editor):
    dues_triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("eforefront", "0002_dues")]

    operations = [migrations.RunPython(install, remove)]
