"""Rows of 新增人员信息表: what was read, what is wrong with it, what it would do."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from members.items import ITEMS, Kind
from members.models import ImportRow, Member
from members.models.imports import CONTENTS
from orgs.models import Organization
from partyplatform.excel.records import SheetRow, as_plain

BRANCH, ADD_KIND, NUMBER = "branch_code", "add_kind", "id_number"
HEADINGS = {
    BRANCH: "党组织编码",
    **{item.field: item.label for item in ITEMS},
    NUMBER: "公民身份证号",
    ADD_KIND: "增加方式",
}
# What nobody is entered without: the national form's items (screens.md 2.5). 党籍状态, 失联 and 流动 left empty
# mean 正常 and 否; 转正日期 is asked of 正式党员.
REQUIRED = (
    *(BRANCH, "name", "gender", "ethnicity", "born_on", NUMBER, "education", "job_post", "category", "joined_on"),
    *("phone", "address", ADD_KIND),
)
ENTERED_BY_SHEET = ("1", "11", "33", "4", "9")  # of member_add_kind: the others are acts of their own
DATES = frozenset(item.field for item in ITEMS if item.kind in (Kind.DATE, Kind.MONTH))


@dataclass
class Row(SheetRow):
    """The filled cells of one line, what is remarkable about it, and what it would change."""

    headings = HEADINGS
    dates = DATES

    remarks: list[str] = field(default_factory=list)
    changes: list[list[Any]] = field(default_factory=list)  # field, old and new value of an existing member

    def parts(self) -> list[Any]:
        return [*super().parts(), self.remarks, pack_changes(self.changes)]

    @classmethod
    def unpacked(cls, number: int, text: str) -> "Row":
        row = super().unpacked(number, text)
        row.changes = unpack_changes(row.changes)
        return row


def row_of(stored: ImportRow) -> Row:
    """Return a stored row of a sheet that is not confirmed. Raises `Undecipherable`."""
    return Row.unpacked(stored.number, CONTENTS.text(stored))


def pack_changes(changes: Iterable[list[Any]]) -> list[list[Any]]:
    return [[name, as_plain(old), as_plain(new)] for name, old, new in changes]


def unpack_changes(changes: Iterable[list[Any]]) -> list[list[Any]]:
    return [[name, Row.typed(name, old), Row.typed(name, new)] for name, old, new in changes]


@dataclass(eq=False)
class Entry:
    """One row on its way into the roll: the member as it would stand afterwards, None where nobody can be named.

    `before` is what an existing member added to the branch's counters, None for a new one.
    """

    row: Row
    branch: Organization | None = None
    member: Member | None = None
    is_new: bool = True
    before: dict[str, int] = field(default_factory=dict)
    told: list[list[str]] = field(default_factory=list)  # the changes as the audit tells them

    @property
    def outcome(self) -> str:
        if self.row.bad_cells:
            return ImportRow.Outcome.FAULTY
        if self.is_new:
            return ImportRow.Outcome.NEW
        return ImportRow.Outcome.UPDATE if self.row.changes else ImportRow.Outcome.SAME

    @property
    def person(self) -> Member:
        """The member of a row without a fault."""
        if self.member is None:
            raise LookupError(f"row {self.row.number} names nobody")
        return self.member

    @property
    def number(self) -> str:
        """The 身份证号 of the row, "" while there is none."""
        return self.row.values.get(NUMBER, "")

    def refuse(self, name: str, text: str) -> None:
        """Enter a fault of a cell."""
        self.row.refuse(name, text)

    def remark(self, text: str) -> None:
        if text:
            self.row.remarks.append(text)
