"""What must hold of sealed columns at any moment; `manage.py check_integrity` asks. Source: security.md 41, 42."""

from collections.abc import Iterator
from itertools import islice

from partyplatform.crypto import Undecipherable
from partyplatform.integrity import invariant

from .columns import SealedColumn, columns

_CHUNK = 2000
_NAMED = 100  # with a wrong key every row is a problem; the first ones tell enough


@invariant("加密字段可以解密，检索键与之一致")
def cells_open_and_match() -> Iterator[str]:
    for column in columns():
        problems = _problems(column)
        yield from islice(problems, _NAMED)
        if rest := sum(1 for _ in problems):
            yield f"{column.model._meta.verbose_name}：{column.label}另有 {rest} 处问题"


def _problems(column: SealedColumn) -> Iterator[str]:
    rows = column.model._base_manager.order_by("pk").values_list(*column.stored_fields)
    for row, *cell in rows.iterator(chunk_size=_CHUNK):
        if problem := _problem(column, row, *cell):
            yield f"{column.model._meta.verbose_name} {row}：{problem}"


def _problem(column: SealedColumn, row: object, blob: bytes, search_key: str = "", end_key: str = "") -> str:
    try:
        text = column.opened(row, blob, search_key)
    except Undecipherable:
        return f"{column.label}无法解密"
    if column.normalise(text) != text:
        return f"{column.label}不是规范写法"
    if column.index_field and text and search_key not in column.search_keys(text):
        return f"检索键与{column.label}不一致"
    if column.end_field and text and end_key not in column.end_keys(text):
        return f"末四位检索键与{column.label}不一致"
    return ""
