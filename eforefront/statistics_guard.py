"""A sealed report closes its period: nothing dated in it changes any more. Source: workflows.md 11; statistics.md 5."""

from collections.abc import Collection

from eforefront.models import StatisticalReport
from orgs.periods import Closed, closes_days


@closes_days
def sealed_reports(places: Collection[int]) -> Closed | None:
    """Return the latest sealed report of these organisations or of one above them."""
    rows = StatisticalReport.objects.closing(places).select_related("organization").defer("figures", "findings")
    report = rows.first()
    if report is None:
        return None
    return Closed(report.on, f"“{report.organization.short_name}”{report.title}已封存")
