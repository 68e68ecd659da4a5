"""Lists of 党内统计: the rows behind a figure as they are shown, reports below, a table beside that of another year."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q, QuerySet

from eforefront.models import StatisticalReport
from eforefront.statistics.checks import NAMED, behind
from eforefront.statistics.definitions import Check, Edition
from eforefront.statistics.frame import Frame
from eforefront.statistics.people import Behind
from eforefront.statistics.people import behind_cell as behind_cell
from eforefront.statistics.sheets import Cell, Sheet
from eforefront.statistics.sources import Source
from members.codes import PersonCategory
from members.models import Member, Standing
from orgs.figures import figures
from orgs.models import Organization
from partyplatform.audit import ActingRole
from partyplatform.ui.columns import Column, display, reach
from partyplatform.ui.status import Status

PEOPLE = (
    Column("姓名", "name", width=16, link="url"),
    Column("性别", "gender", width=6, fold=True),
    Column("人员类别", "category", width=12, fold=True),
    Column("所在党组织", "place", width=36),
)
PLACES = (Column("党组织", "name", width=36, link="url"), Column("党组织编码", "code", kind="code"))
SORTED = 1000  # rows up to which a list is sorted by place and name


@dataclass(slots=True)
class Line:
    """One row of a list. `url` leads to the record, where the reader still reaches it."""

    name: str
    place: str = ""
    gender: str = ""
    category: str = ""
    code: str = ""
    url: str = ""
    shown: dict[str, str] = field(default_factory=dict)


def columns_of(source: Source) -> tuple[Column, ...]:
    """Return the columns of a list of what a source counts."""
    more = tuple(Column(label, f"shown.{label}", fold=True) for label in source.shows)
    if source.is_person:
        return (*(column for column in PEOPLE if column.name != "category"), *more)
    return (*(PEOPLE if source.member else PLACES), *more)


def rows_of(found: Behind, frame: Frame) -> tuple[QuerySet, int | None]:
    """Return the rows behind a figure and, where they are few, their number: few of them by place and name, many in the
    order they were written."""
    parts = found.rows(frame)
    rows = parts[0] if len(parts) == 1 else _together(parts)
    if found.source.place:
        rows = rows.annotate(at_place=F(f"{found.source.place}__pk"))
    if found.source.member:
        rows = rows.select_related("member")
    number = len(rows.order_by().values_list("pk")[: SORTED + 1])
    if number > SORTED:
        return rows.order_by("pk"), None
    at = f"{found.source.place}__" if found.source.place else ""
    name = "member__name_pinyin" if found.source.member else f"{at}lft"
    return rows.order_by(f"{at}tree_id", f"{at}lft", name, "pk"), number


def _together(parts: Sequence[QuerySet]) -> QuerySet:
    """Return several querysets of one model as one; none of theirs stays none."""
    if not parts:
        return Standing.objects.none()
    either = Q()
    for part in parts:
        either |= Q(pk__in=part.order_by().values("pk"))
    return parts[0].model._base_manager.filter(either)


def lines(rows: Iterable[Any], source: Source, *, role: ActingRole) -> list[Line]:
    """Return a page of rows as it is shown: two statements, however many there are."""
    page = list(rows)
    places = Organization.objects.in_bulk({row.at_place for row in page}) if source.place else {}
    if source.is_person:
        return [_applicant_line(row, places, source) for row in page]
    if not source.member:
        ids = {row.at_place if source.place else row.pk for row in page}
        reached = set(Organization.objects.visible_to(role).filter(pk__in=ids).order_by().values_list("pk", flat=True))
        return [_place_line(row, places, source, reached) for row in page]
    seen = set(
        Member.objects.visible_to(role).filter(pk__in={row.member_id for row in page}).values_list("pk", flat=True)
    )
    return [_person_line(row, places, source, seen) for row in page]


def _person_line(row: Any, places: dict[int, Organization], source: Source, seen: set[int]) -> Line:
    member = row.member
    category = getattr(row, "category", "") or member.category
    return Line(
        name=member.name,
        place=places[row.at_place].short_name,
        gender=member.get_gender_display(),
        category=PersonCategory(category).label,
        url=member.get_absolute_url() if member.pk in seen else "",
        shown=_shown(row, source),
    )


def _applicant_line(row: Any, places: dict[int, Organization], source: Source) -> Line:
    """Somebody who is no member: developed in 党员E先锋, and opened there."""
    gender, place = row.get_gender_display(), places[row.at_place].short_name
    return Line(name=row.name, place=place, gender=gender, shown=_shown(row, source))


def _place_line(row: Any, places: dict[int, Organization], source: Source, reached: set[int]) -> Line:
    organization = places[row.at_place] if source.place else row
    return Line(
        name=organization.short_name,
        code=organization.code,
        url=organization.get_absolute_url() if organization.pk in reached else "",
        shown=_shown(row, source),
    )


def _shown(row: Any, source: Source) -> dict[str, str]:
    return {label: display(reach(row, name.replace("__", "."))) for label, name in source.shows.items()}


def difference(
    edition: Edition, check: Check, row: str, frame: Frame, *, role: ActingRole
) -> list[tuple[str, list[Line], int]]:
    """Return whom a difference may be about: what is said of them, some of them, how many they are."""
    parts = behind(edition, check, row)
    if check.table:
        return [(said, *_named(found[0][1], frame, role=role)) for said, found in parts]
    if any(not part.source.member for _, found in parts for _, part in found):
        return []
    left, right = (_people(found, frame) for _, found in parts)
    named = []
    for (said, _), ids in zip(parts, (left - right, right - left), strict=True):
        named.append((said, _members(sorted(ids)[:NAMED], role=role), len(ids)))
    return named


def _named(found: Behind, frame: Frame, *, role: ActingRole) -> tuple[list[Line], int]:
    rows, number = rows_of(found, frame)
    return lines(rows[:NAMED], found.source, role=role), number if number is not None else rows.order_by().count()


def _people(found: Sequence[tuple[int, Behind]], frame: Frame) -> Counter[int]:
    """{member: how often one side counts it}: two statements, for what is added and what is taken off."""
    people: Counter[int] = Counter()
    for sign in (1, -1):
        parts = [
            rows.order_by().values_list("member") for way, part in found if way == sign for rows in part.rows(frame)
        ]
        ids = [pk for (pk,) in (parts[0].union(*parts[1:], all=True) if parts else ())]
        people.update(ids) if sign == 1 else people.subtract(ids)
    return +people


def _members(ids: Sequence[int], *, role: ActingRole) -> list[Line]:
    rows = (
        Member.objects.visible_to(role).filter(pk__in=ids).select_related("organization").order_by("name_pinyin", "pk")
    )
    return [
        Line(
            name=member.name,
            place=member.organization.short_name,
            gender=member.get_gender_display(),
            category=member.get_category_display(),
            url=member.get_absolute_url(),
        )
        for member in rows
    ]


@dataclass(frozen=True, slots=True)
class Below:
    """An organisation directly below, how many members it has with everything below it today, and its report."""

    organization: Organization
    url: str
    members: int
    report: StatisticalReport | None

    @property
    def status(self) -> Status:
        return self.report.status if self.report else Status("未统计")

    @property
    def sealed_by(self) -> str:
        return self.report.sealed_by if self.report else ""

    @property
    def sealed_at(self) -> datetime.datetime | None:
        return self.report.sealed_at if self.report else None


def below(
    organization: Organization, on: datetime.date, *, role: ActingRole, address: Callable[[int], str]
) -> list[Below]:
    """Return the living organisations directly below one, with their reports of a day."""
    rows = list(Organization.objects.visible_to(role).living().filter(parent=organization).in_tree_order()[:NAMED])
    reports = StatisticalReport.objects.present().of_children(organization).for_day(on).defer("figures", "findings")
    by_place: dict[int, StatisticalReport] = {}
    for report in reports:
        if report.is_sealed or report.organization_id not in by_place:
            by_place[report.organization_id] = report
    sizes = figures([row.pk for row in rows])
    return [Below(row, address(row.pk), sizes[row.pk].members, by_place.get(row.pk)) for row in rows]


@dataclass(frozen=True, slots=True)
class Compared:
    name: str
    level: int
    now: int | None
    then: int | None

    @property
    def shown(self) -> tuple[str, str, str]:
        """Both years and what is between them, as the tables print figures."""
        return Cell(self.now).text, Cell(self.then).text, self.change

    @property
    def change(self) -> str:
        if self.now is None or self.then is None:
            return "—"
        return f"{self.now - self.then:+,}" if self.now != self.then else "0"


def compared(now: Sheet, then: Sheet | None) -> list[Compared]:
    """Return the first column of two years, row by row; rows that the earlier edition has not are empty there."""
    before = {row.line.key: row.cells[0].number for row in then.rows} if then is not None else {}
    return [Compared(row.line.name, row.line.level, row.cells[0].number, before.get(row.line.key)) for row in now.rows]
