"""首页 of 党内信息管理系统: what is on its way between branches, how the members are made up. Source: screens.md 2.1.

Figures of an upper organisation come from the daily counting: the page of the city costs no more than that of a branch.
Each of them leads to the list of today.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet, Subquery
from django.urls import reverse

from eforefront.charts import FEW, WIDE, WIDTH, Chart, columns
from eforefront.queries import compiling
from eforefront.queries.canned import CANNED
from eforefront.queries.groupings import GROUPINGS, NOT_KNOWN, OTHER
from eforefront.services import composing

_PREFIX = "moves_"
_GROUPINGS = ("decade", "seniority", "education", "gender", "job")


def rows(role: Any, day: datetime.date) -> dict[str, QuerySet | Subquery]:
    """Return the transfers of each list of 首页 and what its charts stand on, to be read with its other figures."""
    found = {f"{_PREFIX}{slug}": compiling.rows(canned.query(day), role) for slug, canned in CANNED.items()}
    return found | composing.stored(role.organization)


def moves(counted: Mapping[str, Any]) -> list[tuple[str, Any, str]]:
    """Return (label, figure, address) of each list of transfers that was counted."""
    return [
        (canned.label, counted[f"{_PREFIX}{slug}"], list_address(slug))
        for slug, canned in CANNED.items()
        if f"{_PREFIX}{slug}" in counted
    ]


def list_address(slug: str) -> str:
    return f"{reverse('queries:result')}?list={slug}"


def charts(role: Any, day: datetime.date, counted: Mapping[str, Any]) -> list[Chart]:
    """Return the charts of age, 党龄, education, sex and kind of work; none before the first daily counting."""
    is_branch = role.organization.is_branch
    found = composing.figures(role.organization, day, {}) if is_branch else composing.of_stored(counted)
    if found is None:
        return []
    numbers = {"decade": found.ages, **found.groups}
    note = "" if is_branch else f"截至 {found.counted_on:%Y-%m-%d}"
    return [_chart(name, numbers[name], role, note) for name in _GROUPINGS if name in numbers]


def _chart(name: str, numbers: Sequence[int], role: Any, note: str) -> Chart:
    """Draw one grouping; 未填 and 其他 only where somebody stands."""
    labels = [heading.label for heading in GROUPINGS[name].of(role)]
    shown = [
        (label, number, list_address(f"{name}-{place}"))
        for place, (label, number) in enumerate(zip(labels, numbers, strict=False))
        if number or label not in (NOT_KNOWN, OTHER)
    ]
    return columns(
        name,
        f"党员{GROUPINGS[name].label.partition('（')[0]}",
        [(label, number) for label, number, _ in shown],
        unit="人",
        heading=GROUPINGS[name].label,
        note=note,
        width=WIDE if len(shown) > FEW else WIDTH,
        urls=[url for _, _, url in shown],
    )
