"""The least that could be done: one table with the parent and the path of ancestors, by plain SQL.

Every ratio is to these statements, run in turn with ours on the same server.
"""

from django.db import connection

_TABLE = """
CREATE TABLE raw_organization (
    id {serial}, parent_id bigint, path text {collate} NOT NULL, code varchar(20) NOT NULL UNIQUE,
    full_name varchar(100) NOT NULL, short_name varchar(50) NOT NULL, org_type varchar(3) NOT NULL,
    unit_name varchar(100) NOT NULL, dissolved_on date
)
"""
_FILL = """
INSERT INTO raw_organization (id, parent_id, path, code, full_name, short_name, org_type, unit_name, dissolved_on)
WITH RECURSIVE down(id, path) AS (
    SELECT id, '/' FROM orgs_organization WHERE parent_id IS NULL
    UNION ALL
    SELECT child.id, down.path || child.parent_id || '/'
    FROM orgs_organization child JOIN down ON child.parent_id = down.id
)
SELECT o.id, o.parent_id, down.path, o.code, o.full_name, o.short_name, o.org_type, o.unit_name, o.dissolved_on
FROM orgs_organization o JOIN down ON o.id = down.id
"""


def set_up() -> None:
    """Make the table beside ours, with the same organisations under the same ids."""
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS raw_organization")
        cursor.execute(
            _TABLE.format(
                serial="bigserial PRIMARY KEY" if postgresql else "integer PRIMARY KEY AUTOINCREMENT",
                collate='COLLATE "C"' if postgresql else "",
            )
        )
        cursor.execute(_FILL)
        cursor.execute("CREATE INDEX raw_parent ON raw_organization (parent_id)")
        cursor.execute("CREATE INDEX raw_path ON raw_organization (path)")
        if postgresql:
            cursor.execute("SELECT setval('raw_organization_id_seq', (SELECT MAX(id) FROM raw_organization))")


def create(parent: int, code: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO raw_organization (parent_id, path, code, full_name, short_name, org_type, unit_name)"
            " SELECT id, path || id || '/', %s, %s, %s, '631', unit_name FROM raw_organization WHERE id = %s"
            " RETURNING id",
            [code, f"中国共产党{code}支部委员会", f"{code}党支部", parent],
        )
        return cursor.fetchone()[0]


def move(pk: int, to: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT path FROM raw_organization WHERE id = %s", [pk])
        old = cursor.fetchone()[0]
        cursor.execute("SELECT path FROM raw_organization WHERE id = %s", [to])
        new = f"{cursor.fetchone()[0]}{to}/"
        cursor.execute("UPDATE raw_organization SET parent_id = %s, path = %s WHERE id = %s", [to, new, pk])
        below = f"{old}{pk}/"
        cursor.execute(
            "UPDATE raw_organization SET path = %s || substr(path, %s) WHERE path >= %s AND path < %s",
            [new, len(old) + 1, below, f"{old}{pk}0"],  # "0" comes after "/"
        )


def dissolve(pk: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE raw_organization SET dissolved_on = '2026-06-01' WHERE id = %s", [pk])
