"""《新增人员信息表》 as an empty workbook, made from the columns."""

from typing import BinaryIO

from members.imports.columns import COLUMNS, DATES
from members.imports.reading import TITLE
from partyplatform.excel import template_book
from partyplatform.ui.columns import Column


def write_template(stream: BinaryIO) -> None:
    """Write the sheet with drop-down lists, a page of explanations and a page with the code tables."""
    template_book(
        stream,
        title=TITLE,
        columns=[
            Column(column.label, column.name, width=column.width, kind="date" if column.name in DATES else "text")
            for column in COLUMNS
        ],
        required=[column.name for column in COLUMNS if column.required],
        dropdowns={column.name: column.choices for column in COLUMNS if column.choices},
        notes={column.name: column.note for column in COLUMNS},
        sample={column.name: column.sample for column in COLUMNS if column.sample},
        lists="代码表",
    )
