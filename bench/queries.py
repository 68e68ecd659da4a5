"""P4: a compound question among the members in reach, its exact number, and a table of two fields."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from django.utils import timezone

from bench import database
from bench.lines import Line, median, timed
from bench.people import Viewer, viewers
from eforefront.queries import compiling, listing, tabulating
from eforefront.queries.checking import Checked
from eforefront.queries.definition import Condition, Group, Query
from partyplatform.ui.paging import Pager

TIMES = 5
COUNTED = 1000
# Women under 36 with a degree who hold or held a post: no index serves any of it alone.
COMPOUND = Query(
    where=Group(
        (
            Condition("gender", "within", ("2",)),
            Condition("age", "at_most", ("35",)),
            Group((Condition("education", "within", ("1",)), Condition("education", "within", ("2",))), every=False),
        )
    )
)
WITH_POST = Query(where=Group((COMPOUND.where, Group((Condition("duty", "filled"),), relation="posts"))))
TABLE = Query(rows="education", across="age")
ORGANIZATIONS_THEN = Query("organization", where=Group((Condition("org_type", "within", ("631",)),)))
POSTS_THEN = Query("post")


def lines() -> Iterator[Line]:
    where = database.label()
    # fmt: off
    asked: tuple[tuple[str, Callable[[Viewer], Any], float | None], ...] = (
        ("组合查询结果页",             lambda viewer: _page(COMPOUND, viewer),                50),
        ("组合查询结果页，含党内职务", lambda viewer: _page(WITH_POST, viewer),               50),
        ("党组织，截至去年底",         lambda viewer: _page(_then(ORGANIZATIONS_THEN), viewer), 50),
        ("党内职务，截至去年底",       lambda viewer: _page(_then(POSTS_THEN), viewer),      50),
        ("组合查询只计数",             _counted,                                             None),
        ("随机统计 学历 × 年龄",       lambda viewer: tabulating.table(TABLE, viewer.role),  None),
    )
    # fmt: on
    for viewer in viewers():
        for what, act, limit in asked:
            yield Line(_name(what, viewer, where), _taken(act, viewer), "ms", limit)


def _then(query: Query) -> Query:
    return replace(query, on=f"{timezone.localdate().year - 1}-12-31")


def _name(what: str, viewer: Viewer, where: str) -> str:
    return f"P4 {what}（{viewer.title}） · {where}"


def _taken(act: Callable[[Viewer], Any], viewer: Viewer) -> float:
    act(viewer)
    return median(timed(lambda: act(viewer)) for _ in range(TIMES))


def _page(query: Query, viewer: Viewer) -> list[listing.Line]:
    """What the page of a result reads: the capped number, the first rows, their records."""
    checked = Checked(query, viewer.role)
    pager = Pager(compiling.rows(query, viewer.role, checked).only("pk").select_related(None), {}, cap=COUNTED)
    assert pager.total >= 0
    return list(listing.lines(listing.records(query, checked.day, pager.rows), query, viewer.role))


def _counted(viewer: Viewer) -> int:
    return compiling.rows(COMPOUND, viewer.role).order_by().count()
