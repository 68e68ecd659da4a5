"""民主评议 as list, workbook and the figures of statistics table 8. Source: statistics.md 4."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from eforefront.models import Appraisal, ReviewCycle
from eforefront.review_steps import FAILED
from members import codes
from orgs.figures import figures as organization_figures
from partyplatform.audit import ActingRole
from partyplatform.ui.columns import Column

COLUMNS = (
    Column("党支部", "organization.short_name", width=36, link="get_absolute_url"),
    Column("党组织编码", "organization.code", width=16, kind="code", screen=False),
    Column("年度", "year", width=8),
    Column("开展日期", "began_on", width=14, kind="date"),
    Column("结束日期", "ended_on", width=14, kind="date"),
    Column("参加党员", "taking_part", width=10, kind="number"),
    Column("评定等次", "graded", width=10, kind="number"),
    Column("优秀", "excellent", width=8, kind="number"),
    Column("不合格", "failed", width=8, kind="number"),
    Column("当前步骤", "status", width=14, kind="tag"),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """Table 8 of one year in reach: branches that began and finished, members taking part and finished, 不合格 and
    what became of them."""

    branches: int
    began: int
    finished: int
    taking_part: int
    members_finished: int
    failed: int
    handled: tuple[tuple[str, int], ...]


def rows_of(role: ActingRole, year: int) -> Any:
    """Return the cycles of a year in reach with their figures, in the order of the tree."""
    rows = ReviewCycle.objects.visible_to(role).of_year(year).select_related("organization").counted()
    return rows.order_by("organization__tree_id", "organization__lft", "pk")


def figures(role: Any, year: int) -> Figures:
    """Return table 8 of a year, in three statements."""
    cycles = ReviewCycle.objects.visible_to(role).of_year(year)
    counted = cycles.aggregate(began=Count("pk"), finished=Count("pk", filter=Q(ended_on__isnull=False)))
    over = Q(cycle__ended_on__isnull=False)
    rows = Appraisal.objects.filter(cycle__in=cycles.order_by().values("pk"), takes_part=True)
    ways = {code: Count("pk", filter=Q(handling=code)) for code, _ in codes.REVIEW_HANDLING.choices}
    members = rows.aggregate(
        part=Count("pk"),
        over=Count("pk", filter=over),
        failed=Count("pk", filter=Q(grade=FAILED)),
        **{f"way_{code}": count for code, count in ways.items()},
    )
    return Figures(
        branches=organization_figures([role.organization_id])[role.organization_id].branches,
        began=counted["began"],
        finished=counted["finished"],
        taking_part=members["part"],
        members_finished=members["over"],
        failed=members["failed"],
        handled=tuple((label, members[f"way_{code}"]) for code, label in codes.REVIEW_HANDLING.choices),
    )
