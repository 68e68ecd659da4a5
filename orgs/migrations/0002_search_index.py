from django.db import migrations


def create(apps, schema_editor):
    """Let PostgreSQL find keywords of three and more characters by trigrams; SQLite reads through."""
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    schema_editor.execute("CREATE INDEX org_search ON orgs_organization USING gin (search_text gin_trgm_ops)")


def remove(apps, schema_editor):
    """The extension stays: others may use it."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS org_search")


class Migration(migrations.Migration):
    dependencies = [("orgs", "0001_tables")]

    operations = [migrations.RunPython(create, remove)]
