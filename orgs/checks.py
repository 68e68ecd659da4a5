"""What the database must offer the organisation tree; asked by `migrate` and `manage.py check --database default`."""

from django.core.checks import Tags, Warning, register
from django.db import connections


@register(Tags.database)
def keywords_are_found(app_configs, databases, **kwargs):
    """Under LC_CTYPE C, PostgreSQL sees no letters in Chinese, takes no trigram out of them and reads everything."""
    return [
        Warning(
            f"数据库“{alias}”的 LC_CTYPE 为 {ctype}，中文关键字不能使用索引，搜索会很慢。",
            hint="请以 createdb --locale=C.UTF-8 --template=template0 重新建库，再恢复备份。",
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
