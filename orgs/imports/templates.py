"""The workbooks people start from: the template of 导入党组织 and the list of 导出组织排序."""

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from orgs.imports.columns import TREE_COLUMNS
from orgs.models import Organization
from orgs.services.importing.order_checking import ORDER_HEADINGS
from partyplatform.excel import book_chunks, template_book
from partyplatform.ui.columns import Column

ORDER_BOOK = (
    Column(ORDER_HEADINGS["code"], "code", width=16, kind="code"),
    Column(ORDER_HEADINGS["short_name"], "short_name", width=36),
    Column(ORDER_HEADINGS["position"], "position", width=10, kind="number"),
    Column("上级党组织", "parent.short_name", width=36),
)


def write_template(stream: BinaryIO) -> None:
    """Write the empty sheet of 导入党组织, with drop-down lists and an explanation of each column."""
    template_book(
        stream,
        title="党组织",
        columns=[
            Column(
                column.label, column.name, width=column.width, kind="date" if column.name == "founded_on" else "text"
            )
            for column in TREE_COLUMNS
        ],
        required=[column.name for column in TREE_COLUMNS if column.required],
        dropdowns={column.name: column.choices for column in TREE_COLUMNS if column.choices},
        notes={column.name: column.note for column in TREE_COLUMNS},
        sample={column.name: column.sample for column in TREE_COLUMNS if column.sample},
    )


def order_chunks(organizations: Iterable[Organization], *, meta: dict[str, Any]) -> Iterator[bytes]:
    """Yield the sheet of 导出组织排序: organisations sorted by parent and place, each with its place as 排序号."""
    return book_chunks(title="组织排序", columns=ORDER_BOOK, rows=_numbered(organizations), meta=meta)


def _numbered(organizations: Iterable[Organization]) -> Iterator[Organization]:
    parent, position = None, 0
    for organization in organizations:
        position = position + 1 if organization.parent_id == parent else 1
        parent, organization.position = organization.parent_id, position
        yield organization
