"""年度发展计划 against what came of it, for an organisation and those one level below."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from eforefront.models import Applicant, DevelopmentPlan
from orgs.models import Organization
from partyplatform.ui.columns import Column
from partyplatform.ui.status import Status

COLUMNS = (
    Column("党组织", "name", width=36, link="url"),
    Column("状态", "status", kind="tag"),
    Column("拟确定积极分子", "activists", kind="number"),
    Column("批复积极分子", "activists_agreed", kind="number"),
    Column("已确定积极分子", "activists_done", kind="number"),
    Column("拟发展党员", "admissions", kind="number"),
    Column("批复发展党员", "admissions_agreed", kind="number"),
    Column("已发展党员", "admissions_done", kind="number"),
    Column("完成情况", "result", kind="tag"),
)
NONE = Status("未上报", "")
KIND = "eforefront.export_development_plans"


@dataclass(frozen=True, slots=True)
class Row:
    """One organisation in one year; results count everything below it."""

    organization: Organization
    plan: DevelopmentPlan | None
    activists_done: int
    admissions_done: int
    url: str = ""

    @property
    def name(self) -> str:
        return self.organization.short_name

    @property
    def status(self) -> Status:
        return self.plan.status if self.plan else NONE

    @property
    def activists(self) -> int | str:
        return self.plan.activists if self.plan else ""

    @property
    def admissions(self) -> int | str:
        return self.plan.admissions if self.plan else ""

    @property
    def activists_agreed(self) -> int | str:
        return _known(self.plan and self.plan.activists_agreed)

    @property
    def admissions_agreed(self) -> int | str:
        return _known(self.plan and self.plan.admissions_agreed)

    @property
    def result(self) -> Status | str:
        agreed = self.plan.admissions_agreed if self.plan else None
        if agreed is None:
            return Status("无批复计划", "amber") if self.admissions_done else ""
        if self.admissions_done > agreed:
            return Status(f"超计划 {self.admissions_done - agreed} 人", "red")
        left = agreed - self.admissions_done
        return Status(f"还可发展 {left} 人", "blue") if left else Status("已完成", "green")


def rows(organization: Organization, year: int, *, decides: bool) -> list[Row]:
    """Return the organisation itself and its children, each with plan and results, in four statements."""
    below = list(Organization.objects.living().filter(parent=organization).order_by("lft"))
    chosen = [organization, *below]
    found = DevelopmentPlan.objects.of_year(year).filter(organization__in=[row.pk for row in chosen])
    plans = {plan.organization_id: plan for plan in found}
    done = _results(organization, below, year)
    return [
        Row(row, plans.get(row.pk), *done[row.pk], url=_address(plans.get(row.pk), decides and row != organization))
        for row in chosen
    ]


def _results(organization: Organization, below: Iterable[Organization], year: int) -> dict[int, tuple[int, int]]:
    """Return {organization: (积极分子 determined, 预备党员 approved)} of a year, the subtree counted."""
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    counted: dict[int, list[int]] = {row.pk: [0, 0] for row in (organization, *below)}
    found = (
        Applicant.objects.under(organization)
        .filter(Q(activist_on__range=(first, last)) | Q(approved_on__range=(first, last)))
        .order_by()
        .values_list("organization", "organization__lft")
        .annotate(
            begun=Count("pk", filter=Q(activist_on__range=(first, last))),
            approved=Count("pk", filter=Q(approved_on__range=(first, last))),
        )
    )
    for _, lft, begun, approved in found:
        for row in (organization, *below):
            if row.lft <= lft <= row.rght:
                counted[row.pk][0] += begun
                counted[row.pk][1] += approved
    return {pk: (begun, approved) for pk, (begun, approved) in counted.items()}


def _address(plan: DevelopmentPlan | None, decides: bool) -> str:
    return reverse("eforefront:development_plan", args=[plan.pk]) if plan is not None and decides else ""


def _known(number: Any) -> int | str:
    return "" if number is None else number
