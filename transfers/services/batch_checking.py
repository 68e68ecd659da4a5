"""Checking the lines of 批量转接: every fault of every line, and what each would begin. Source: screens.md 4.5.

Reads only, in a number of statements that depends on how many branches meet, not on how many lines there are.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from members.models import Member, Post
from members.models.members import NUMBERS
from members.services.importing.known import parts
from orgs.models import Organization
from partyplatform.audit import ActingRole
from transfers.codes import TransferType
from transfers.models import Transfer
from transfers.orders import (
    CODE,
    DAYS,
    DUES,
    HEADING,
    HEADINGS,
    INSIDE,
    NAME,
    NUMBER,
    OUTSIDE,
    REQUIRED,
    TARGET,
    Order,
)
from transfers.services.releasing import in_the_way
from transfers.services.starting import Outline, check_dues, leaving_problem, outline

NOT_IN_REACH = "管理范围内没有该身份证号的党员，请核对"
NO_SUCH_TARGET = "没有找到编码与名称相符的党组织，请核对"
BOTH = "转入组织和抬头、转往只填一种：在本平台内的填转入组织，转往市外的填抬头、转往"


@dataclass(eq=False)
class Entry:
    """One line: the member it means, where to, and what would be begun; `problem` says why nothing would."""

    row: Order
    member: Member | None = None
    target: Organization | None = None
    plan: Outline | None = None
    problem: str = ""

    @property
    def type(self) -> str:
        return self.plan.chain.type if self.plan else ""

    @property
    def goal(self) -> str:
        """转入组织 as lists show it."""
        return self.target.short_name if self.target else str(self.row.values.get(HEADING, ""))


@dataclass
class Known:
    """What roll and tree say about the lines. `plans` are kept by (branch, target): many members go the same way."""

    by: ActingRole
    members: Mapping[str, Member] = field(default_factory=dict)
    targets: Mapping[str, Organization] = field(default_factory=dict)
    running: Mapping[int, Transfer] = field(default_factory=dict)
    posts: Mapping[int, list[Post]] = field(default_factory=dict)
    plans: dict[tuple[int, int | None], Outline | str] = field(default_factory=dict)


def check_sheet(rows: Sequence[Order], *, by: ActingRole) -> list[Entry]:
    """Return what the lines of a sheet would begin; whatever is wrong stands in `Order.found`."""
    members = _members({row.values[NUMBER] for row in rows if NUMBER in row.values}, by)
    known = _known([Entry(row, members.get(row.values.get(NUMBER, ""))) for row in rows], by, members)
    entries = [Entry(row) for row in rows]
    for entry in entries:
        _read(entry, known)
    _refuse_repeated(entries)
    for entry in entries:
        _judge(entry, known)
        entry.row.refuse(TARGET if entry.target else NAME, entry.problem)
    return entries


def check_chosen(orders: Sequence[tuple[Member, Order, Organization]], *, by: ActingRole) -> list[Entry]:
    """Return what lines about ticked members would begin; why one cannot is its `problem`."""
    entries = [Entry(row, member, target) for member, row, target in orders]
    known = _known(entries, by, {})
    for entry in entries:
        _judge(entry, known)
    return entries


def _known(entries: Sequence[Entry], by: ActingRole, members: Mapping[str, Member]) -> Known:
    ids = {entry.member.pk for entry in entries if entry.member}
    codes = {entry.row.values[CODE] for entry in entries if CODE in entry.row.values}
    running: dict[int, Transfer] = {}
    posts: dict[int, list[Post]] = defaultdict(list)
    for part in parts(ids):
        running |= {row.member_id or 0: row for row in Transfer.objects.unfinished().filter(member__in=part)}
        for post in Post.objects.current().filter(member__in=part).select_related("term__organization"):
            posts[post.member_id].append(post)
    targets = {row.code: row for part in parts(codes) for row in Organization.objects.filter(code__in=part)}
    return Known(by, members, targets, running, posts)


def _members(numbers: set[str], by: ActingRole) -> dict[str, Member]:
    """The members in reach by 身份证号, those enrolled before those who left."""
    by_key = {key: number for number in numbers for key in NUMBERS.search_keys(number)}
    found: dict[str, Member] = {}
    for part in parts(list(by_key)):
        rows = Member.objects.visible_to(by, few=True).filter(id_number_index__in=part)
        for member in rows.select_related("organization").order_by("pk"):
            number = by_key[member.id_number_index]
            if member.is_enrolled or number not in found:
                found[number] = member
    return found


def _read(entry: Entry, known: Known) -> None:
    """Find whom the line means and where to, and enter what it lacks."""
    row, values = entry.row, entry.row.values
    for name in REQUIRED:
        if name not in values:
            row.refuse(name, f"请填写{HEADINGS[name]}")
    if number := values.get(NUMBER):
        entry.member = known.members.get(number)
        row.refuse(NUMBER, "" if entry.member else NOT_IN_REACH)
    if entry.member and NAME in values and values[NAME] != entry.member.name:
        row.refuse(NAME, f"与已登记的姓名“{entry.member.name}”不同，请核对")
    _read_goal(entry, known)
    if DUES in values:
        row.refuse(DUES, _sentence(lambda: check_dues(values[DUES])))


def _read_goal(entry: Entry, known: Known) -> None:
    row = entry.row
    inside, outside = (any(name in row.texts for name in names) for names in (INSIDE, OUTSIDE))
    if inside == outside:
        row.refuse(CODE, BOTH)
        return
    for name in INSIDE if inside else OUTSIDE:
        row.refuse(name, "" if name in row.values else f"请填写{HEADINGS[name]}")
    if not inside or CODE not in row.values or TARGET not in row.values:
        return
    found = known.targets.get(row.values[CODE])
    if found is None or row.values[TARGET] not in (found.short_name, found.full_name):
        row.refuse(CODE, NO_SUCH_TARGET)
        return
    entry.target = found


def _judge(entry: Entry, known: Known) -> None:
    """Say why nothing can be begun for the member, or what would be."""
    member, row = entry.member, entry.row
    if member is None or row.bad_cells:
        return
    posts = in_the_way(known.posts.get(member.pk, []), entry.target)
    obstacle = leaving_problem(member, known.running.get(member.pk), posts)
    if obstacle is not None:
        entry.problem = "；".join(obstacle.messages)
        return
    plan = _plan(member, entry.target, known)
    if isinstance(plan, str):
        entry.problem = plan
        return
    entry.plan = plan
    if row.values.get(DAYS) and plan.chain.type is TransferType.INTERNAL:
        row.values.pop(DAYS)  # no letter is given inside one committee


def _plan(member: Member, target: Organization | None, known: Known) -> Outline | str:
    key = (member.organization_id, target.pk if target else None)
    if target is not None and target.pk == member.organization_id:
        return f"{member.name}的组织关系已在“{target.short_name}”，转入组织应是另一个党支部"
    if key not in known.plans:
        try:
            known.plans[key] = outline(member, target=target, by=known.by)
        except ValidationError as refusal:
            known.plans[key] = "；".join(refusal.messages)
    return known.plans[key]


def _refuse_repeated(entries: Sequence[Entry]) -> None:
    """One member stands in one line."""
    lines: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.member:
            lines[entry.member.pk].append(entry)
    for group in lines.values():
        for entry in group if len(group) > 1 else ():
            other = group[1] if entry is group[0] else group[0]
            entry.row.refuse(NUMBER, f"与第 {other.row.number} 行的公民身份证号相同")


def _sentence(act: Any) -> str:
    try:
        act()
    except ValidationError as refusal:
        return "；".join(refusal.messages)
    return ""
