"""Rows of a sheet of organisations: what was read, what is wrong with it, what it would do."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from orgs.models import Organization, OrganizationProfile
from partyplatform.audit.changes import shown

# The columns of the sheet. "position" orders new organisations among their new siblings.
HEADINGS = {
    "code": "党组织编码",
    "full_name": "党组织全称",
    "short_name": "党组织简称",
    "org_type": "组织类别",
    "affiliation": "党组织隶属关系",
    "parent": "上级党组织",
    "founded_on": "批准建立党组织日期",
    "unit_relation": "所在单位情况",
    "unit_name": "所在单位",
    "is_functional": "是否功能型党支部",
    "is_elderly_majority": "以老年党员为主",
    "founding_document": "批复文号",
    "contact_name": "联系人",
    "contact_phone": "联系电话",
    "address": "通讯地址",
    "postcode": "邮编",
    "fax": "传真",
    "position": "排序号",
}
REQUIRED = ("full_name", "short_name", "org_type", "affiliation", "parent", "founded_on")


@dataclass(frozen=True, slots=True)
class Fault:
    """One bad cell: the row as the sheet numbers it, the heading, what stands there, a sentence for people."""

    row: int
    heading: str
    value: str
    text: str

    def packed(self) -> list[Any]:
        return [self.row, self.heading, self.value, self.text]


@dataclass
class Row:
    """The filled cells of one line. `values` holds typed values by field, `texts` what the cells show."""

    number: int
    values: dict[str, Any]
    texts: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    def packed(self) -> dict[str, Any]:
        """Return the row as JSON keeps it."""
        return {"n": self.number, "v": {name: _plain(value) for name, value in self.values.items()}}

    @classmethod
    def unpacked(cls, stored: dict[str, Any]) -> "Row":
        values = dict(stored["v"])
        if "founded_on" in values:
            values["founded_on"] = datetime.date.fromisoformat(values["founded_on"])
        return cls(stored["n"], values)


@dataclass(eq=False)
class Entry:
    """One row on its way into the tree: the organisation as it would stand afterwards.

    `before` holds the values of an existing organisation as pages show them, `was` as they are stored; None and
    empty for a new one.
    """

    row: Row
    organization: Organization
    profile: OrganizationProfile
    before: dict[str, str] | None = None
    was: dict[str, Any] = field(default_factory=dict)
    changes: list[list[str]] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)
    depth: int = 0
    is_repeat: bool = False  # an earlier row means the same organisation

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def outcome(self) -> str:
        return "new" if self.is_new else "update" if self.changes else "same"

    def refuse(self, name: str, text: str) -> None:
        """Enter a fault of a cell; the first reason stays, an empty text says nothing."""
        if text:
            self.faults.setdefault(name, text)

    def warn(self, name: str, text: str) -> None:
        if text:
            self.warnings.setdefault(name, text)

    def listed_faults(self) -> Iterable[Fault]:
        """The faults in the order of the columns."""
        for name, heading in HEADINGS.items():
            if name in self.faults:
                value = self.row.texts.get(name) or shown(self.row.values.get(name))
                yield Fault(self.row.number, heading, value, self.faults[name])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value
