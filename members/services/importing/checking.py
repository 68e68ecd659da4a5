"""Checking 新增人员信息表: every fault of every row, and what the rows would do.

Source: screens.md 2.5, 4; workflows.md 9. The functions here read only; the members they change are copies in memory.
"""

import datetime
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError

from members import record_checks
from members.codes import ADD_KINDS, MembershipStatus, PersonCategory
from members.items import BY_FIELD, Kind
from members.models import Member
from members.services import records
from members.services.importing import known
from members.services.importing.known import Known
from members.services.importing.rows import ADD_KIND, BRANCH, ENTERED_BY_SHEET, HEADINGS, NUMBER, REQUIRED, Entry, Row
from members.services.locking import refuse_unless_receiving
from members.shares import share
from orgs.dates import add_months
from partyplatform.audit import ActingRole
from partyplatform.crypto import Undecipherable

ENTRY_TIME = 9  # months: the six of the 新发展 and three of grace (workflows.md 9)
ELSEWHERE = "该身份证号已登记，请联系上级组织部门"
ALIKE = "平台上已有姓名和出生日期都相同的党员，请核对是否重复"
SHARED = "联系方式与平台上另一名党员的手机号码相同，请核对"
BY_PROCEDURE = "该项由业务办理变更，不能用导入修改，现为“{now}”"
_FIXED = tuple(item.field for item in BY_FIELD.values() if item.kind is Kind.FIXED and item.field != NUMBER)
# Items that say something only of whom another item concerns.
_DEPENDENT = {
    "lost_since": ("is_lost", "不是失联党员，请不要填写"),
    "floating_to": ("is_floating", "不是流动党员，请不要填写"),
}


@dataclass
class Check:
    """The outcome of a check."""

    entries: list[Entry]

    @cached_property
    def counts(self) -> dict[str, int]:
        outcomes = Counter(entry.outcome for entry in self.entries)
        counted = {name: outcomes[name] for name in ("new", "update", "same", "faulty")}
        cells = sum(len(entry.row.bad_cells) for entry in self.entries)
        return {**counted, "cells": cells, "remarked": sum(1 for entry in self.entries if entry.row.remarks)}

    @property
    def elsewhere(self) -> int:
        """How many rows name somebody whom the acting role may not see."""
        return sum(1 for entry in self.entries if entry.row.found.get(NUMBER) == ELSEWHERE)

    @property
    def fingerprint(self) -> str:
        """Return what tells two checks apart: whom the rows mean and what they would do. No personal data in it."""
        facts = [[entry.row.number, entry.outcome, *_means(entry), _fields(entry)] for entry in self.entries]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def check(rows: Collection[Row], *, by: ActingRole, today: datetime.date) -> Check:
    """Find every fault of every row, and what the rows would do."""
    facts = known.load(rows, by=by)
    entries = [_entry(row, facts) for row in rows]
    _refuse_repeated(entries)
    for entry in entries:
        if entry.member is not None:
            _check_record(entry, today)
            _remark_others(entry, facts)
    _remark_shared_phones(entries)
    return Check(entries)


def _entry(row: Row, facts: Known) -> Entry:
    row.found, row.remarks, row.changes = {}, [], []
    entry = Entry(row)
    present = facts.enrolled.get(entry.number)
    if present is None:
        _prepare_new(entry, facts)
    elif present.pk not in facts.seen:
        entry.refuse(NUMBER, ELSEWHERE)
    elif present.organization_id not in facts.managed:
        entry.refuse(NUMBER, f"该身份证号已存在于{present.organization.short_name}，由上级党组织维护，当前角色不能修改")
    else:
        _prepare_change(entry, present)
    return entry


def _prepare_new(entry: Entry, facts: Known) -> None:
    row = entry.row
    for name in REQUIRED:
        if name not in row.values:
            entry.refuse(name, f"请填写{HEADINGS[name]}")
    if row.values.get("category") == PersonCategory.FULL and "confirmed_on" not in row.values:
        entry.refuse("confirmed_on", "正式党员请填写转正日期")
    if row.values.get("status", MembershipStatus.NORMAL) != MembershipStatus.NORMAL:
        entry.refuse("status", "新增党员的党籍状态应为正常")
    _check_add_kind(entry)
    _find_branch(entry, facts)
    if why := facts.claimed.get(entry.number):
        entry.refuse(NUMBER, why)
    if (earlier := facts.gone.get(entry.number)) is not None and earlier.pk in facts.seen:
        entry.remark(f"历史党员中已有此人（{earlier.get_status_display()}），如属误办请用“还原”")
    category = row.values.get("category", PersonCategory.FULL)
    entry.member = Member(name=row.values.get("name", ""), category=category)
    if entry.branch is not None:
        entry.member.organization = entry.branch
    if entry.number:
        entry.member.seal_id_number(entry.number)
    _put(entry)


def _check_add_kind(entry: Entry) -> None:
    kind = entry.row.values.get(ADD_KIND)
    if kind is not None and kind not in ENTERED_BY_SHEET:
        offered = "、".join(ADD_KINDS.label(code) for code in ENTERED_BY_SHEET)
        entry.refuse(ADD_KIND, f"{ADD_KINDS.label(kind)}不用导入办理，增加方式应为：{offered}")


def _find_branch(entry: Entry, facts: Known) -> None:
    code = entry.row.values.get(BRANCH)
    if code is None:
        return
    branch = facts.branches.get(code)
    if branch is None or branch.pk not in facts.managed:
        entry.refuse(BRANCH, "管理范围内没有该编码的党组织，请核对")
        return
    try:
        refuse_unless_receiving(branch)
    except ValidationError as refusal:
        entry.refuse(BRANCH, str(refusal.message))
    entry.branch = branch


def _prepare_change(entry: Entry, member: Member) -> None:
    values, place = entry.row.values, member.organization
    entry.is_new, entry.member, entry.branch, entry.before = False, member, place, share(member)
    if values.get(BRANCH, place.code) != place.code:
        entry.refuse(BRANCH, f"该身份证号已存在于{place.short_name}，变更所在支部请办理组织关系转接")
    for name in _FIXED:
        if name in values and values[name] != getattr(member, name):
            entry.refuse(name, BY_PROCEDURE.format(now=_shown(member, name)))
    if "name" in values and values["name"] != member.name:
        entry.remark(f"姓名与已登记的“{member.name}”不同，请核对是否为同一人")
    try:
        before, told = _stored(member, values), records.snapshot(member)
    except Undecipherable:
        entry.refuse(NUMBER, "该党员已登记的内容无法解密，请联系运维人员")
        return
    _put(entry)
    after = _stored(member, values)
    entry.row.changes = [[name, old, after[name]] for name, old in before.items() if after[name] != old]
    entry.told = records.differences(told, records.snapshot(member), BY_FIELD) if entry.row.changes else []


def _put(entry: Entry) -> None:
    values, member = entry.row.values, entry.person
    changed = {name: values[name] for name in values if name in records.PLAIN or name in records.SEALED}
    if not entry.is_new:  # an unchanged sealed item keeps its ciphertext
        changed = {name: value for name, value in changed.items() if value != _kept(member, name)}
    records.put(member, changed)
    for name, (owner, text) in _DEPENDENT.items():
        if name in values and not getattr(member, owner):
            entry.refuse(name, text)


def _stored(member: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a member that a sheet may change; of sealed ones only those the sheet speaks of."""
    sealed = {name: records.SEALED[name].text(member) for name in records.SEALED if name in values}
    return {name: getattr(member, name) for name in records.PLAIN} | sealed


def _kept(member: Any, name: str) -> Any:
    return records.SEALED[name].text(member) if name in records.SEALED else getattr(member, name)


def _shown(member: Any, name: str) -> str:
    return str(getattr(member, f"get_{name}_display")())


def _check_record(entry: Entry, today: datetime.date) -> None:
    """Check what a row would make of its member; a record that stays as it was is not judged again."""
    if not (entry.is_new or entry.row.changes):
        return
    for name, text in record_checks.faults(entry.member, today=today, id_number=entry.number).items():
        if name != "confirmed_on" or not entry.is_new or "category" in entry.row.values:
            entry.refuse(name, text)
    for text in record_checks.doubts(entry.member, id_number=entry.number):
        entry.remark(text)
    joined_on, kind = entry.row.values.get("joined_on"), entry.row.values.get(ADD_KIND, "")
    if entry.is_new and joined_on and kind.startswith("1") and add_months(joined_on, ENTRY_TIME) < today:
        entry.remark(f"入党日期已超过 {ENTRY_TIME} 个月，新发展的党员应及时录入，请核对增加方式")


def _remark_others(entry: Entry, facts: Known) -> None:
    """Tell that somebody else looks the same or is called there, never who. Source: screens.md 4.3."""
    values, own = entry.row.values, {entry.person.pk}
    touched = set(values) if entry.is_new else set(_fields(entry))
    alike = facts.alike.get((entry.person.name, entry.person.born_on), set()) - own
    if alike and touched & {"name", "born_on"}:
        entry.remark(ALIKE)
    if "phone" in touched and facts.callers.get(values["phone"], set()) - own:
        entry.remark(SHARED)


def _refuse_repeated(entries: list[Entry]) -> None:
    """One 身份证号 stands in one row."""
    bearers: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.number:
            bearers[entry.number].append(entry)
    for group in bearers.values():
        for entry in group if len(group) > 1 else ():
            other = group[1] if entry is group[0] else group[0]
            entry.refuse(NUMBER, f"与第 {other.row.number} 行的公民身份证号相同")


def _remark_shared_phones(entries: list[Entry]) -> None:
    """Families share a number, so that is told and kept. Source: screens.md 4.3."""
    rows: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if phone := entry.row.values.get("phone"):
            rows[phone].append(entry)
    for group in rows.values():
        for entry in group if len(group) > 1 else ():
            other = group[1] if entry is group[0] else group[0]
            entry.remark(f"联系方式与第 {other.row.number} 行相同，请核对")


def _means(entry: Entry) -> tuple[Any, Any, Any]:
    place = entry.branch.pk if entry.branch is not None else None
    if entry.is_new or entry.member is None:
        return place, None, None
    return place, entry.member.pk, entry.member.version


def _fields(entry: Entry) -> list[str]:
    return [name for name, *_ in entry.row.changes]
