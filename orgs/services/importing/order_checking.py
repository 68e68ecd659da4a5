"""导入组织排序: the order of organisations within their parents, from a sheet of codes and numbers."""

import datetime
import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from orgs.models import Organization
from orgs.services.importing.rows import Fault, Row
from partyplatform.audit import ActingRole

ORDER_HEADINGS = {"code": "组织编码", "short_name": "组织简称", "position": "排序号"}


@dataclass(eq=False)
class Line:
    """One row of the sheet and the child it is about; `places` are its old and new place among its siblings."""

    row: Row
    faults: dict[str, str]
    organization: Organization | None = None
    places: tuple[int, int] = (0, 0)
    warnings: dict[str, str] = field(default_factory=dict)

    @property
    def outcome(self) -> str:
        return "same" if self.places[0] == self.places[1] else "update"


@dataclass
class OrderCheck:
    """A checked sheet, and for each parent whose children move: all living children in the new order."""

    lines: list[Line]
    orders: dict[int, list[Organization]]
    before: dict[int, list[Organization]]

    @property
    def faults(self) -> list[Fault]:
        return [
            Fault(line.row.number, heading, line.row.texts.get(name, ""), line.faults[name])
            for line in self.lines
            for name, heading in ORDER_HEADINGS.items()
            if name in line.faults
        ]

    @property
    def counts(self) -> dict[str, int]:
        good = [line for line in self.lines if not line.faults]
        moved = sum(line.outcome == "update" for line in good)
        return {
            "new": 0,
            "update": moved,
            "same": len(good) - moved,
            "faulty": len(self.lines) - len(good),
            "warned": sum(bool(line.warnings) for line in good),
            "parents": len(self.orders),
        }

    @property
    def fingerprint(self) -> str:
        orders = {str(parent): [org.pk for org in children] for parent, children in self.orders.items()}
        return hashlib.sha256(json.dumps(orders, sort_keys=True).encode()).hexdigest()

    def listed(self) -> list[dict[str, Any]]:
        return [line.row.packed() | shown(line) for line in self.lines]


def check(rows: Collection[Row], *, target: Organization, by: ActingRole, today: datetime.date) -> OrderCheck:
    """Check rows of codes and numbers against the living organisations below `target` in the role's reach.

    Children that the sheet leaves out keep their place; the listed ones share the places they hold now, in the order
    of their numbers. Source: screens.md 2.2.
    """
    codes = {row.values["code"] for row in rows if "code" in row.values}
    living = Organization.objects.visible_to(by).living().below(target.pk)
    known = {org.code: org for org in living.filter(code__in=codes).select_related("parent")}
    lines = [_line(row, known, target) for row in rows]
    _refuse_repeated(lines)
    parents = {line.organization.parent_id for line in lines if line.organization is not None}
    before = _children(parents)
    orders = _ordered(lines, before)
    return OrderCheck(lines, orders, before)


def _line(row: Row, known: dict[str, Organization], target: Organization) -> Line:
    line = Line(row, dict(row.faults))
    code = row.values.get("code")
    line.organization = known.get(code) if code else None
    if code is None:
        line.faults.setdefault("code", "请填写组织编码")
    elif line.organization is None:
        line.faults.setdefault("code", f"“{target.short_name}”之下没有编码为 {code} 的党组织")
    elif row.values.get("short_name") not in (None, line.organization.short_name):
        line.warnings["short_name"] = f"该编码现在的组织简称是“{line.organization.short_name}”"
    if "position" not in row.values:
        line.faults.setdefault("position", "请填写排序号")
    return line


def _refuse_repeated(lines: Iterable[Line]) -> None:
    """Refuse an organisation named twice and a number given twice under one parent."""
    by_code: dict[str, Line] = {}
    by_place: dict[tuple[int | None, int], Line] = {}
    for line in lines:
        if line.organization is None:
            continue
        first = by_code.setdefault(line.organization.code, line)
        if first is not line:
            line.faults.setdefault("code", f"与第 {first.row.number} 行的组织编码相同")
            first.faults.setdefault("code", f"与第 {line.row.number} 行的组织编码相同")
        elif "position" in line.row.values:
            place = (line.organization.parent_id, line.row.values["position"])
            first = by_place.setdefault(place, line)
            if first is not line:
                text = f"的排序号相同（同属“{line.organization.parent.short_name}”）"
                line.faults.setdefault("position", f"与第 {first.row.number} 行{text}")
                first.faults.setdefault("position", f"与第 {line.row.number} 行{text}")


def _children(parents: Collection[int]) -> dict[int, list[Organization]]:
    """Return the living children of each parent in their present order."""
    found: dict[int, list[Organization]] = defaultdict(list)
    for child in Organization.objects.living().filter(parent__in=parents).select_related("parent").order_by("lft"):
        found[child.parent_id].append(child)
    return found


def _ordered(lines: Iterable[Line], before: dict[int, list[Organization]]) -> dict[int, list[Organization]]:
    """Return the new order under each parent whose children change places, and enter each line's places."""
    listed = {
        line.organization.pk: line
        for line in lines
        if line.organization is not None and "position" in line.row.values and not line.faults
    }
    orders = {}
    for parent, children in before.items():
        moving = iter(
            sorted((c for c in children if c.pk in listed), key=lambda child: listed[child.pk].row.values["position"])
        )
        after = [next(moving) if child.pk in listed else child for child in children]
        places = {child.pk: place for place, child in enumerate(children, 1)}
        for place, child in enumerate(after, 1):
            if child.pk in listed:
                listed[child.pk].places = (places[child.pk], place)
        if after != children:
            orders[parent] = after
    return orders


def shown(line: Line) -> dict[str, Any]:
    organization, (old, new) = line.organization, line.places
    return {
        "o": line.outcome,
        "name": organization.short_name if organization else "",
        "code": organization.code if organization else "",
        "parent": organization.parent.short_name if organization else "",
        "pk": organization.pk if organization else None,
        "c": [["位次", str(old), str(new)]] if old != new else [],
        "w": [[ORDER_HEADINGS[name], text] for name, text in line.warnings.items()],
    }
