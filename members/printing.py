"""The printed record of a member: the 16 items of the national 党员信息采集表, then everything else that is known.

Made from the same tables of items and sections as the pages; no place is blank. Source: screens.md 2.5.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Value, Window
from django.db.models.functions import JSONObject, RowNumber

from members import membership
from members.items import BY_FIELD, ITEMS, Kind
from members.models import Member, MemberProfile, Post, Standing
from members.models.entries import Entry
from members.models.members import ADDRESSES, PHONES
from members.sections import SECTIONS, TABLES, Section, Table
from members.services.sections import SEALED, profile_of
from partyplatform import audit
from partyplatform.crypto import Undecipherable
from partyplatform.ui.columns import Column

NOTHING = "—"
UNDECIPHERABLE = "无法解密"
COLLECTED = (
    *("name", "gender", "ethnicity", "id_number", "born_on", "education", "category", "organization"),
    *("joined_on", "confirmed_on", "job_post", "phone", "address", "status", "is_lost", "is_floating"),
)
WIDE = ("organization", "address", "residence", "remark", "household_place", "joining_branch")
DUTIES = (
    *(Column("党内职务", "duty_label"), Column("任职组织", "term.organization.short_name")),
    *(Column("任职方式", "get_appointment_display"), Column("任职日期", "started_on"), Column("离任日期", "ended_on")),
)
STANDINGS = (
    *(Column("变动", "cause"), Column("开始日期", "begins_on"), Column("结束日期", "ends_on")),
    *(Column("所在支部", "organization.short_name"), Column("人员类别", "get_category_display")),
    *(Column("党籍状态", "get_status_display"), Column("依据、文号", "document")),
)
SECRETS: dict[str, Callable[[Member], str]] = {
    "id_number": Member.unsealed_id_number,
    "phone": PHONES.text,
    "address": ADDRESSES.text,
}


@dataclass(frozen=True, slots=True)
class Grid:
    """Labels and values, two pairs to a line; `lines` holds one pair where it needs the whole line."""

    title: str
    lines: list[list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Listing:
    """A table with its heads; without rows it says so."""

    title: str
    heads: list[str]
    rows: list[list[str]]


def collected(member: Member, *, in_full: bool) -> Grid:
    """Return the 16 items of the collection form, in its order; secret ones masked unless `in_full`."""
    return Grid("党员基本情况", _lines((field, *_item(member, field, in_full=in_full)) for field in COLLECTED))


def further(member: Member) -> Grid:
    """Return the items the platform keeps beside those of the collection form."""
    rest = [item.field for item in ITEMS if item.field not in COLLECTED]
    return Grid("党统信息集其他项目", _lines((field, *_item(member, field, in_full=False)) for field in rest))


def sections(member: Member, *, in_full: bool, today: datetime.date) -> list[Grid | Listing]:
    """Return the other tabs of the record, in the order of the page."""
    profile, lines = profile_of(member), _lines_of_tables(member)
    made: list[Grid | Listing] = []
    for section in SECTIONS.values():
        if section.items:
            made.append(_single(section, member, profile, in_full=in_full, today=today))
        made += [_listing(table.label, table.columns, lines[table.slug]) for table in section.tables] + _known(
            section, member
        )
    return made


def _single(section: Section, member: Member, profile: MemberProfile, *, in_full: bool, today: datetime.date) -> Grid:
    plain = [name for name in section.items if name not in SEALED]
    shown, labels = audit.snapshot(profile, plain), audit.labels(MemberProfile, plain)
    if "household_place" in shown:
        shown["household_place"] = _region(profile.household_place)
    parts = [
        (name, SEALED[name].label, _secret(profile, name, in_full=in_full))
        if name in SEALED
        else (name, labels[name], shown[name])
        for name in section.items
    ]
    facts = _facts(member, profile, today) if section.slug == "membership" else []
    return Grid(section.label, _lines([*facts, *parts]))


def _facts(member: Member, profile: MemberProfile, today: datetime.date) -> list[tuple[str, str, str]]:
    months = membership.seniority(member, on=today, correction=profile.seniority_correction)
    end = membership.end_of(member, profile)
    why = "（出国（境）顺延）" if profile.probation_until else ""
    return [("probation_end", "预备期止", f"{end or ''}{why}"), ("seniority", "党龄", membership.in_words(months))]


def _known(section: Section, member: Member) -> list[Listing]:
    if section.slug == "duties":
        posts = Post.objects.held_by(member).select_related("term__organization").order_by("-started_on", "pk")
        return [_listing("党内职务", DUTIES, posts)]
    if section.slug == "places":
        rows = Standing.objects.of(member).select_related("organization").order_by("-begins_on", "-pk")
        return [_listing("组织关系和党籍变动", STANDINGS, rows)]
    return []


def _lines_of_tables(member: Member) -> dict[str, list[Entry]]:
    """Return {table: its lines, in its order}: eight tables in one statement."""
    asked = [_asked(table, member) for table in TABLES.values()]
    found: dict[str, list[Entry]] = {slug: [] for slug in TABLES}
    for slug, _, content in sorted(asked[0].union(*asked[1:], all=True), key=lambda line: line[:2]):
        model = TABLES[slug].model
        found[slug].append(model(**{name: model._meta.get_field(name).to_python(content[name]) for name in content}))
    return found


def _asked(table: Table, member: Member) -> QuerySet:
    model = table.model
    content = JSONObject(**{name: name for name in table.fields})
    place = Window(RowNumber(), order_by=model._meta.ordering)
    rows = model.objects.of(member).order_by().annotate(of_table=Value(table.slug), place=place, content=content)
    return rows.values_list("of_table", "place", "content")


def _listing(title: str, columns: Iterable[Column], rows: Iterable[Any]) -> Listing:
    columns = tuple(columns)
    cells = [[column.text(row) or NOTHING for column in columns] for row in rows]
    return Listing(title, [column.label for column in columns], cells)


def _item(member: Member, field: str, *, in_full: bool) -> tuple[str, str]:
    if field == "organization":
        return "所在党支部", member.organization.full_name
    item = BY_FIELD[field]
    if field in SECRETS:
        return item.label, _opened(SECRETS[field], member) if in_full else getattr(member, f"shown_{field}")
    if item.kind is Kind.FIXED:
        return item.label, getattr(member, f"get_{field}_display")()
    return item.label, item.shown(getattr(member, field))


def _secret(profile: MemberProfile, name: str, *, in_full: bool) -> str:
    return _opened(SEALED[name].text, profile) if in_full else getattr(profile, f"shown_{name}")


def _opened(read: Callable[[Any], str], row: Any) -> str:
    try:
        return read(row)
    except Undecipherable:
        return UNDECIPHERABLE


def _region(code: str) -> str:
    return BY_FIELD["native_place"].shown(code)


def _lines(parts: Iterable[tuple[str, str, str]]) -> list[list[tuple[str, str]]]:
    """Two pairs to a line, one where the value needs room; no value is blank."""
    lines: list[list[tuple[str, str]]] = []
    half: list[tuple[str, str]] | None = None
    for field, label, value in parts:
        pair = (label, value or NOTHING)
        if field not in WIDE and half is not None:
            half.append(pair)
            half = None
        else:
            lines.append([pair])
            half = None if field in WIDE else lines[-1]
    return lines
