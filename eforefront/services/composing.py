"""年龄, 学历 and 近 6 个月组织生活 for the charts of 首页: of upper organisations once a day, of a branch at once.

Counting 2.4 million members takes a district as long as a page may; so the daily run counts each branch in a few
grouped statements, adds them up the tree and keeps one row for each organisation above. Source: issue 6, decision 0035.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, Subquery
from django.utils import timezone

from eforefront.gatherings import Kind
from eforefront.models import Composition, Gathering
from eforefront.queries.compiling import Compiler
from eforefront.queries.definition import Group
from eforefront.queries.groupings import GROUPINGS
from eforefront.queries.subjects import MEMBER
from eforefront.querysets.gatherings import GatheringQuerySet
from members.models import Member
from orgs.codes import BRANCHES
from orgs.dates import add_months
from orgs.models import Organization
from partyplatform.daily import Alive, daily

MONTHS = 6
NOT_KNOWN = "不详"
AGES = (
    ("30 岁及以下", 0, 30),
    ("31–40 岁", 31, 40),
    ("41–50 岁", 41, 50),
    ("51–60 岁", 51, 60),
    ("61 岁及以上", 61, 200),
)
AGE_LABELS = (*(label for label, _, _ in AGES), NOT_KNOWN)
# By the columns of the yearly statistics (note of education.csv).
EDUCATION = (
    ("研究生", ("11", "12", "13", "1A", "1B")),
    ("大学本科", ("21", "23", "24", "2A", "2B")),
    ("大学专科", ("22", "2C", "2D")),
    ("中专", ("41",)),
    ("高中、中技", ("44", "47", "61")),
    ("初中及以下", ("71", "81", "9")),
)
EDUCATION_LABELS = (*(label for label, _ in EDUCATION), NOT_KNOWN)
GROUPED = ("seniority", "education", "gender", "job")  # of 随机统计, for 首页 of the information system
BATCH = 500
_BEFORE = datetime.date(1850, 1, 1)  # nobody alive was born by then


@dataclass(frozen=True, slots=True)
class Figures:
    """What the charts show, and as of when."""

    counted_on: datetime.date
    ages: Sequence[int]
    education: Sequence[int]
    months: Sequence[int]
    groups: Mapping[str, Sequence[int]]


def months(day: datetime.date) -> list[datetime.date]:
    """Return the first days of the six months that end with the day's own."""
    first = day.replace(day=1)
    return [add_months(first, back) for back in range(1 - MONTHS, 1)]


def figures(organization: Organization, day: datetime.date, counted: Mapping[str, Any]) -> Figures | None:
    """Return the figures of an organisation and all below it; None where the daily run has not been yet.

    `counted` holds what `month_rows` of a branch amounted to.
    """
    if not organization.is_branch:
        row = Composition.objects.filter(organization=organization.pk).first()
        return Figures(row.counted_on, row.ages, row.education, row.months, row.groups) if row else None
    wanted = {**_age_conditions(day), **_education_conditions(), **_group_conditions(day)}
    columns = {name: Count("pk", filter=condition) for name, condition in wanted.items()}
    found = Member.objects.active().filter(organization=organization).order_by().aggregate(all=Count("pk"), **columns)
    parts = [
        [found[name] for name in wanted if name.startswith(kind)]
        for kind in ("age", "edu", *(f"of_{name}" for name in GROUPED))
    ]
    ages, education, *groups = ([*part, found["all"] - sum(part)] for part in parts)
    held = [counted[f"held_{month:%Y%m}"].number for month in months(day)] if counted else []
    return Figures(day, ages, education, held, dict(zip(GROUPED, groups, strict=True)))


_STORED = ("counted_on", "ages", "education", "months", "groups")


def stored(organization: Organization) -> dict[str, Subquery]:
    """Return the standing figures of an upper organisation as sub-queries, to be read with other figures."""
    if organization.is_branch:
        return {}
    row = Composition.objects.filter(organization=organization.pk)
    return {f"stored_{name}": Subquery(row.values(name)) for name in _STORED}


def of_stored(found: Mapping[str, Any]) -> Figures | None:
    """Return the figures that `stored` read; None where the daily run has not been yet."""
    values = {name: found.get(f"stored_{name}") for name in _STORED}
    return Figures(**values) if values["counted_on"] else None  # type: ignore[arg-type]


def month_rows(organization: Organization, day: datetime.date) -> dict[str, GatheringQuerySet]:
    """Return the meetings a branch held in each month, to be counted with the other figures of 首页."""
    if not organization.is_branch:
        return {}
    rows = Gathering.objects.of_kind(Kind.MEETING).held().filter(organization=organization)
    return {f"held_{month:%Y%m}": rows.between(_begin(month), _begin(add_months(month, 1))) for month in months(day)}


def _begin(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


@daily
def count_compositions(day: datetime.date, alive: Alive) -> int:
    """Count the members and gatherings below every committee and general branch; return how many of them."""
    count = 0
    for tree in Organization.objects.filter(parent=None).order_by("tree_id").values_list("tree_id", flat=True):
        alive()
        count += _count_tree(tree, day, alive)
    return count


def _count_tree(tree: int, day: datetime.date, alive: Alive) -> int:
    places = list(
        Organization.objects.filter(tree_id=tree).order_by("-level").values_list("pk", "parent", "org_type", "level")
    )
    sizes = group_sizes()
    width = len(AGE_LABELS) + len(EDUCATION_LABELS) + MONTHS + sum(sizes.values())
    sums: dict[int, list[int]] = defaultdict(lambda: [0] * width)
    for place, column, number in _counted(tree, day):
        sums[place][column] += number
    for pk, parent, _, _ in places:  # from the leaves up
        if parent and pk in sums:
            sums[parent] = [mine + more for mine, more in zip(sums[parent], sums[pk], strict=True)]
    first, second = len(AGE_LABELS), len(AGE_LABELS) + len(EDUCATION_LABELS)
    third = second + MONTHS
    rows = [
        Composition(
            organization_id=pk,
            counted_on=day,
            ages=sums[pk][:first],
            education=sums[pk][first:second],
            months=sums[pk][second:third],
            groups=_parted(sums[pk][third:], sizes),
        )
        for pk, _, kind, _ in places
        if kind not in BRANCHES
    ]
    for start in range(0, len(rows), BATCH):
        alive()
        with transaction.atomic():
            Composition.objects.bulk_create(
                rows[start : start + BATCH],
                update_conflicts=True,
                unique_fields=["organization"],
                update_fields=["counted_on", "ages", "education", "months", "groups"],
            )
    return len(rows)


def _counted(tree: int, day: datetime.date) -> Iterator[tuple[int, int, int]]:
    """Yield (branch, column, number) of a whole tree, in a statement for each list of figures."""
    members = Member.objects.active().filter(organization__tree_id=tree).order_by()
    lists = [(_age_conditions(day), 0), (_education_conditions(), len(AGE_LABELS))]
    start = len(AGE_LABELS) + len(EDUCATION_LABELS) + MONTHS
    for name, size in group_sizes().items():
        lists.append((_group_conditions(day, name), start))
        start += size
    for conditions, start in lists:
        counted = {name: Count("pk", filter=condition) for name, condition in conditions.items()}
        rows = (
            members.values("organization")
            .annotate(all=Count("pk"), **counted)
            .values_list("organization", "all", *counted)
        )
        for place, everybody, *numbers in rows.iterator(chunk_size=2000):
            for column, number in enumerate([*numbers, everybody - sum(numbers)]):
                yield place, start + column, number
    start = len(AGE_LABELS) + len(EDUCATION_LABELS)
    columns = {(month.year, month.month): start + number for number, month in enumerate(months(day))}
    for place, year, month, number in _per_month(_held(day).filter(organization__tree_id=tree)):
        if (year, month) in columns:
            yield place, columns[year, month], number


def _held(day: datetime.date) -> GatheringQuerySet:
    return Gathering.objects.of_kind(Kind.MEETING).held().filter(begins_at__date__gte=months(day)[0])


def _per_month(rows: GatheringQuerySet) -> Iterator[tuple[int, int, int, int]]:
    grouped = rows.order_by().values("organization", "begins_at__year", "begins_at__month").annotate(n=Count("pk"))
    yield from grouped.values_list("organization", "begins_at__year", "begins_at__month", "n").iterator(chunk_size=2000)


def aged(place: int, day: datetime.date) -> Q:
    """Return the condition behind one of AGE_LABELS: whoever is 31 today was born 31 years ago or before, and less
    than 32. The last one is whoever is in none of the others."""
    if place == len(AGES):
        return Q(born_on=None) | Q(born_on__gt=day) | Q(born_on__lte=_BEFORE)
    _, youngest, oldest = AGES[place]
    since = add_months(day, -12 * (oldest + 1)) if oldest < 150 else _BEFORE
    return Q(born_on__gt=since, born_on__lte=add_months(day, -12 * youngest))


def educated(place: int) -> Q:
    """Return the condition behind one of EDUCATION_LABELS; the last one is whoever is in none of the others."""
    if place == len(EDUCATION):
        return ~Q(education__in=[code for _, codes in EDUCATION for code in codes])
    return Q(education__in=EDUCATION[place][1])


def _age_conditions(day: datetime.date) -> dict[str, Q]:
    return {f"age{place}": aged(place, day) for place in range(len(AGES))}


def group_sizes() -> dict[str, int]:
    """How many headings each grouping has."""
    return {name: len(GROUPINGS[name].of(None)) for name in GROUPED}


def _parted(numbers: Sequence[int], sizes: Mapping[str, int]) -> dict[str, Sequence[int]]:
    found, start = {}, 0
    for name, size in sizes.items():
        found[name] = numbers[start : start + size]
        start += size
    return found


def _group_conditions(day: datetime.date, *names: str) -> dict[str, Q]:
    """The conditions behind the headings of the groupings, the last one of each left out: it is the rest."""
    compiler = Compiler(MEMBER, None, None)
    compiler.day = day
    return {
        f"of_{name}{number}": compiler.group(Group(heading.conditions))
        for name in names or GROUPED
        for number, heading in enumerate(GROUPINGS[name].of(None)[:-1])
    }


def _education_conditions() -> dict[str, Q]:
    return {f"edu{place}": educated(place) for place in range(len(EDUCATION))}
