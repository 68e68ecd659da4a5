"""P12: 党内统计: each table of the whole city, of a university, and the list behind a figure."""

import datetime
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from bench import database
from bench.lines import Line, median, timed
from bench.people import Viewer, administrator
from eforefront.statistics.definitions import Table, edition_for
from eforefront.statistics.engine import count_table
from eforefront.statistics.frame import Frame
from eforefront.tests.plain_statistics import Plain
from members.models import Member
from orgs.figures import figures
from orgs.models import Organization

CITY, UNIVERSITY, LIST = 10, 1, 100  # seconds, seconds, milliseconds
LISTED = (
    ("02", "total", "women"),
    ("02", "retired", "minority"),
    ("01", "deceased", "total"),
    ("43", "total", "total"),
)
SIZE = (10_000, 60_000)  # members of what is measured as a university


def lines(scale: str) -> Iterator[Line]:
    """Count every table of the end of last year; nothing is written."""
    where, on = database.label(), datetime.date(timezone.localdate().year - 1, 12, 31)
    root = Organization.objects.get(parent=None)
    university = root if scale == "university" else _university(root)
    for table in edition_for(on.year).tables:
        name = f"表{int(table.number)} {table.title}"
        if scale == "city":
            yield Line(
                f"P12 {name}，全市 {Member.objects.count():,} 名 · {where}", _seconds(table, root, on), "s", CITY
            )
        yield Line(f"P12 {name}，高校 · {where}", _seconds(table, university, on), "s", UNIVERSITY)
    if scale == "university":
        for day in (on, datetime.date(on.year + 1, 6, 30)):
            yield Line(f"P12 与独立计算不一致的报表（{day}） · {where}", _differing(root, day), "张", 0)
    yield from _lists(root, on, where)


def _seconds(table: Table, organization: Organization, on: datetime.date) -> float:
    return timed(lambda: count_table(table, Frame(organization.pk, on))) / 1000


def _differing(root: Organization, on: datetime.date) -> int:
    """Count the tables of everybody that are not what a plain count in Python gives, or whose 应有数 is not 实有数."""
    everywhere = set(Organization.objects.whole_tree(root.pk).order_by().values_list("pk", flat=True))
    plain, frame, wrong = Plain(lambda day: everywhere, on), Frame(root.pk, on), 0
    for table in edition_for(on.year).tables:
        found = count_table(table, frame)
        difference = table.row("difference")
        is_balanced = difference is None or not any(found[table.rows.index(difference)])
        wrong += found != plain.table(table) or not is_balanced
    return wrong


def _university(root: Organization) -> Organization:
    """Return the committee whose size comes nearest to what a university has."""
    rows = list(Organization.objects.below(root.pk).filter(org_type="611", level__lte=2)[:200])
    sizes = figures([row.pk for row in rows])
    return min(rows, key=lambda row: abs(sizes[row.pk].members - sum(SIZE) / 2))


def _lists(root: Organization, on: datetime.date, where: str) -> Iterator[Line]:
    client = Viewer("最上级", administrator(root)).client()
    for number, row, column in LISTED:
        address = reverse("statistics:people", args=[number])
        address = f"{address}?org={root.pk}&on={on.isoformat()}&row={row}&column={column}"
        times = [timed(lambda address=address: client.get(address)) for _ in range(5)]
        yield Line(f"P12 表{int(number)} 名单 {row}/{column} · {where}", median(times), "ms", LIST)
