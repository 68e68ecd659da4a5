"""党内统计: what must agree in a report, and whom a difference may be about. Source: statistics.md 5."""

from django.http import Http404
from django.views.generic import TemplateView

from eforefront.services import statistics as services
from eforefront.statistics import checks, listing
from eforefront.views.statistics import OfReport


class Checks(OfReport, TemplateView):
    """表内, 表间 and 下级 checks of a report."""

    template_name = "eforefront/statistics/checks.html"

    def get_context_data(self, **kwargs):
        report = self.report
        if report is not None and (report.is_sealed or not self.is_small):
            found = services.read_findings(report)
        elif self.is_small:
            found = services.findings_of(
                self.edition, services.count_all(self.edition, self.frame), self.organization, self.frame
            )
        else:
            found = None
        return super().get_context_data(
            findings=found,
            failed=sum(not one.agrees for one in found or ()),
            kept=found is not None,
            without_below=not self.organization.is_branch and all(one.kind != checks.BELOW for one in found or ()),
            **kwargs,
        )


class Difference(OfReport, TemplateView):
    """Whom a check that does not agree may be about."""

    template_name = "eforefront/statistics/difference.html"

    def get_context_data(self, **kwargs):
        place = self.kwargs["place"]
        if place >= len(self.edition.checks):
            raise Http404
        check = self.edition.checks[place]
        row = self.edition.table(check.table).row(self.request.GET.get("row", "")) if check.table else None
        heading = f"{check.name}（{row.name}）" if row else check.name
        parts = listing.difference(
            self.edition, check, self.request.GET.get("row", ""), self.frame, role=self.request.role
        )
        return super().get_context_data(heading=heading, parts=parts, columns=listing.PEOPLE, **kwargs)
