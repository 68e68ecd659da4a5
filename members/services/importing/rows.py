"""Rows of 新增人员信息表: what was read, what is wrong with it, what it would do."""

import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from members.items import ITEMS, Kind
from members.models import ImportRow, Member
from members.models.imports import CONTENTS
from orgs.models import Organization

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
class Row:
    """The filled cells of one line. `values` holds typed values by field, `texts` what the cells show.

    `faults` are cells that could not be read, `found` what the check found besides.
    """

    number: int
    values: dict[str, Any]
    texts: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    changes: list[list[Any]] = field(default_factory=list)  # field, old and new value of an existing member

    @property
    def bad_cells(self) -> dict[str, str]:
        """{field: sentence} of every bad cell, in the order of the columns."""
        bad = self.found | self.faults
        return {name: bad[name] for name in HEADINGS if name in bad}

    @property
    def name(self) -> str:
        return self.values.get("name") or self.texts.get("name", "")

    def packed(self) -> str:
        """Return the row as the text that is sealed."""
        parts = (_plain(self.values), self.texts, self.faults, self.found, self.remarks, pack_changes(self.changes))
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def unpacked(cls, number: int, text: str) -> "Row":
        values, texts, faults, found, remarks, changes = json.loads(text)
        return cls(number, _typed(values), texts, faults, found, remarks, unpack_changes(changes))


def row_of(stored: ImportRow) -> Row:
    """Return a stored row of a sheet that is not confirmed. Raises `Undecipherable`."""
    return Row.unpacked(stored.number, CONTENTS.text(stored))


def pack_changes(changes: Iterable[list[Any]]) -> list[list[Any]]:
    return [[name, _json(old), _json(new)] for name, old, new in changes]


def unpack_changes(changes: Iterable[list[Any]]) -> list[list[Any]]:
    return [[name, _value(name, old), _value(name, new)] for name, old, new in changes]


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
        """Enter a fault of a cell; the first reason stays, an empty text says nothing."""
        if text and name not in self.row.faults:
            self.row.found.setdefault(name, text)

    def remark(self, text: str) -> None:
        if text:
            self.row.remarks.append(text)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _json(value) for name, value in values.items()}


def _typed(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(name, value) for name, value in values.items()}


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value


def _value(name: str, stored: Any) -> Any:
    return datetime.date.fromisoformat(stored) if stored and name in DATES else stored
