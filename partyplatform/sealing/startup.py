"""Keys that do not belong to this database: the service does not start with them. Source: security.md 66."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections

from partyplatform.crypto import Undecipherable

from .columns import SealedColumn, columns

TRIED = 5  # of the newest rows of a column: a single damaged one must not stop the service


def foreign_keys() -> list[str]:
    """Return a sentence for each column whose newest rows none of the keys at hand opens."""
    return [problem for column in columns() if (problem := _problem(column))]


def refuse_foreign_keys() -> None:
    """Raise ImproperlyConfigured when the keys are not those of the data. A database that does not answer, or has no
    tables yet, is no reason: the service starts and says 503 until it does."""
    try:
        problems = foreign_keys()
    except DatabaseError:
        problems = []
    finally:
        connections.close_all()
    if problems:
        raise ImproperlyConfigured("；".join(problems))


@register(Tags.database)
def check_keys(app_configs: Any, databases: Sequence[str] | None, **options: Any) -> list[CheckMessage]:
    try:
        return [Error(problem, id="sealing.E001") for problem in foreign_keys()] if databases else []
    except DatabaseError:
        return []


def _problem(column: SealedColumn) -> str:
    fields = [column.row, column.field, *([column.index_field] if column.index_field else [])]
    rows = column.model._base_manager.exclude(**{column.field: b""}).order_by("-pk").values_list(*fields)[:TRIED]
    faults = [_fault(column, *cell) for cell in rows]
    return faults[0] if faults and all(faults) else ""


def _fault(column: SealedColumn, row: object, blob: bytes, search_key: str = "") -> str:
    title = f"{column.model._meta.verbose_name}的{column.label}"
    try:
        text = column.opened(row, blob, search_key)
    except Undecipherable:
        return f"密钥 FIELD_KEYS 与数据库不符：打不开{title}"
    if column.index_field and search_key not in column.search_keys(text):
        return f"密钥 INDEX_KEYS 与数据库不符：{title}的检索键不出自其中任何一把"
    return ""
