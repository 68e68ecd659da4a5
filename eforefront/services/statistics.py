"""党内统计: putting a report together, sealing it, opening it again. Source: screens.md 2.12; statistics.md 5."""

import datetime
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.powers import Power
from eforefront.models import StatisticalReport
from eforefront.statistics import checks
from eforefront.statistics.definitions import Edition, edition_for
from eforefront.statistics.engine import count_table
from eforefront.statistics.frame import Frame
from orgs.models import Organization
from orgs.services.parents import signature
from orgs.services.reach import hold_in_reach
from partyplatform import audit
from partyplatform.ui.stale import Stale

State = StatisticalReport.State
Told = Callable[[int, int, str], None]
OPENED_ABOVE = "封存的统计由上级党组织启封，当前角色不能办理。"
SEALED = "该日期的党内统计已封存，启封后才能重新统计"
FIRST = datetime.date(2000, 12, 31)  # no report is for an earlier day


def last_day(kind: str, year: int) -> datetime.date:
    """Return the day a yearly or half-year report is for."""
    return datetime.date(year, 12, 31) if kind == StatisticalReport.Kind.YEAR else datetime.date(year, 6, 30)


def kind_of(on: datetime.date) -> str:
    """Return what kind of report a day makes."""
    days = {(12, 31): StatisticalReport.Kind.YEAR, (6, 30): StatisticalReport.Kind.HALF}
    return days.get((on.month, on.day), StatisticalReport.Kind.DAY).value


def count_all(edition: Edition, frame: Frame, told: Told = lambda done, total, text: None) -> dict[str, list]:
    """Return the figures of every table, saying how far it is."""
    figures = {}
    for done, table in enumerate(edition.tables):
        told(done, len(edition.tables), f"表{int(table.number)} {table.title}")
        figures[table.number] = count_table(table, frame)
    return figures


def findings_of(
    edition: Edition, figures: checks.Figures, organization: Organization, frame: Frame
) -> list[checks.Finding]:
    """Return what all checks came to, the sealed reports of everybody directly below among them."""
    found = checks.run(edition, figures, frame)
    below = Organization.objects.living().filter(parent=organization).order_by()
    sealed = StatisticalReport.objects.sealed().of_children(organization).filter(on=frame.on, edition=edition.name)
    reports = list(sealed.values_list("figures", flat=True))
    if reports and len(reports) == below.count():
        found += checks.children(edition, figures, reports)
    return found


@transaction.atomic
def put_together(
    organization: Organization,
    *,
    on: datetime.date,
    by: audit.ActingRole,
    told: Told = lambda done, total, text: None,
    kept: Callable[[StatisticalReport], None] = lambda report: None,
) -> StatisticalReport:
    """Count every table of an organisation for a day, and keep it as a draft in place of the last one.

    Raises PermissionDenied, `OutOfReach`, ValidationError for a day to come and for one that is sealed.
    """
    _require(by, Power.KEEP_STATISTICS)
    organization = hold_in_reach(organization.pk, by=by)
    _refuse_day(organization, on)
    edition, frame = edition_for(on.year), Frame(organization.pk, on)
    figures = count_all(edition, frame, told)
    report, _ = StatisticalReport.objects.update_or_create(
        organization=organization,
        on=on,
        state=State.DRAFT,
        defaults={
            "kind": kind_of(on),
            "edition": edition.name,
            "figures": figures,
            "findings": [found.packed() for found in findings_of(edition, figures, organization, frame)],
            "counted_at": timezone.now(),
            "counted_by": signature(by),
        },
    )
    kept(report)
    _record(by, report, "eforefront.count_statistics", after="已统计")
    return report


@transaction.atomic
def seal(
    organization: Organization,
    *,
    on: datetime.date,
    by: audit.ActingRole,
    told: Told = lambda done, total, text: None,
    kept: Callable[[StatisticalReport], None] = lambda report: None,
) -> StatisticalReport:
    """Count the tables a last time and lay the figures down: nothing dated up to that day changes any more.

    Raises PermissionDenied, `OutOfReach`, ValidationError for today and days to come, for a day sealed already and
    while a check does not agree.
    """
    report = put_together(organization, on=on, by=by, told=told)
    if on >= timezone.localdate():
        raise ValidationError("统计截止日期过后才能封存")
    if failed := [finding for finding in read_findings(report) if not finding.agrees]:
        names = "；".join(f"{finding.label}：{finding.left:,} 和 {finding.right:,}" for finding in failed[:5])
        raise ValidationError(f"有 {len(failed)} 项检查不符，请先更正：{names}")
    report.state, report.sealed_at, report.sealed_by = State.SEALED, timezone.now(), signature(by)
    report.version += 1
    report.save(update_fields=["state", "sealed_at", "sealed_by", "version"])
    kept(report)
    _record(by, report, "eforefront.seal_statistics", after="已封存")
    return report


@transaction.atomic
def open_again(report: StatisticalReport, *, by: audit.ActingRole, version: int, reason: str) -> StatisticalReport:
    """Open a sealed report with a reason: what it was stays, its period takes changes until it is sealed anew.

    Done by an organisation above, at the top by itself. Raises PermissionDenied, `OutOfReach`, `Stale`, ValidationError
    without a reason, and while a report above or a later one keeps the period closed anyway.
    """
    _require(by, Power.OPEN_STATISTICS)
    hold_in_reach(report.organization_id, by=by)
    report = StatisticalReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if report.version != version or report.state != State.SEALED:
        raise Stale(
            [("状态", "打开页面时的状态", report.get_state_display())], who=report.opened_by, when=report.opened_at
        )
    if not Organization.objects.managed_by(by).filter(pk=report.organization_id).exists():
        raise PermissionDenied(OPENED_ABOVE)
    if not reason:
        raise ValidationError({"reason": "请填写启封原因"})
    if other := opened_first(report):
        raise ValidationError(f"请先启封“{other.organization.short_name}”{other.title}")
    report.state, report.opened_at, report.opened_by = State.OPENED, timezone.now(), signature(by)
    report.opening_organization_id, report.reason = by.organization_id, reason
    report.version += 1
    fields = ["state", "opened_at", "opened_by", "opening_organization", "reason", "version"]
    report.save(update_fields=fields)
    _record(by, report, "eforefront.open_statistics", after="已启封", reason=reason)
    return report


def opened_first(report: StatisticalReport) -> StatisticalReport | None:
    """Return the sealed report, of an organisation above or of a later day, that keeps the period closed anyway."""
    closing = StatisticalReport.objects.closing([report.organization_id]).filter(on__gte=report.on)
    return closing.exclude(pk=report.pk).select_related("organization").first()


def read_findings(report: StatisticalReport) -> list[checks.Finding]:
    """Return what the checks came to when the report was put together."""
    return [checks.Finding(*row) for row in report.findings]


def present(organization: Organization, on: datetime.date) -> StatisticalReport | None:
    """Return the report that counts for a day: the sealed one, else the draft."""
    rows = list(StatisticalReport.objects.present().of(organization).for_day(on))
    return next((row for row in rows if row.is_sealed), rows[0] if rows else None)


def _require(by: Any, power: Power) -> None:
    if not by.can(power):
        raise PermissionDenied


def _refuse_day(organization: Organization, on: datetime.date) -> None:
    if on > timezone.localdate():
        raise ValidationError({"on": "统计截止日期不能晚于今天"})
    if on < FIRST:
        raise ValidationError({"on": f"统计截止日期不能早于 {FIRST:%Y-%m-%d}"})
    if StatisticalReport.objects.sealed().of(organization).for_day(on).exists():
        raise ValidationError(SEALED)


def _record(by: audit.ActingRole, report: StatisticalReport, action: str, *, after: str, reason: str = "") -> None:
    changes = [["统计截止日期", "", f"{report.on:%Y-%m-%d}"], ["报表版本", "", report.edition], ["状态", "", after]]
    audit.record(by, action, report, organization=report.organization_id, changes=changes, reason=reason)
