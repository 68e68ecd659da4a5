"""What the database must offer the organisation tree; asked by `migrate` and `manage.py check --database default`."""

from django.core.checks import Tags, Warning, register
from django.db import connections


@register(Tags.database)
def keywords_are_found(app_configs, databases, **kwargs):
    """Under LC_CTYPE C, PostgreSQL sees no letters in Chinese and takes no trigram out of them."""
    return [
        Warning(
            f"数据库“{alias}”的 LC_CTYPE 为 {ctype}，三字以上的中文关键字会搜索不到。",
            hint="请用 createdb --locale=C.UTF-8 -T template0 重新建库后导入数据。",
            id="orgs.W001",
        )
        for alias in databases or []
        if (ctype := character_type(connections[alias])) in ("C", "POSIX")
    ]


def character_type(connection) -> str:
    """Return LC_CTYPE of a PostgreSQL database, an empty string for others."""
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT datctype FROM pg_database WHERE datname = current_database()")
        return cursor.fetchone()[0]
