"""导出Excel and PDF of 党内统计: one table at once, all of a large organisation as a job."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import render
from django.views.generic import View

from eforefront import statistics_exports, statistics_jobs
from eforefront.views.statistics import OfReport
from partyplatform import uploads
from partyplatform.jobs.offers import OffersJob
from partyplatform.pdf import PdfUnavailable


class Export(OfReport, OffersJob, View):
    """One table, or all of them; the address says which and how."""

    def get(self, request):
        ending, number = request.GET.get("format", "xlsx"), request.GET.get("table", "")
        if ending not in statistics_exports.ENDINGS or (number and self.edition.table(number) is None):
            raise Http404
        if not self.is_small or (ending == "pdf" and not number):  # pages of all tables take a minute to lay out
            return self.offer(sum(len(table.rows) for table in self.edition.tables))
        try:
            name, content = statistics_exports.write(
                self.organization, self.on, by=request.role, number=number, ending=ending
            )
        except PdfUnavailable:
            return render(request, "eforefront/statistics/no_pdf.html", {"query": self.query}, status=503)
        return uploads.stream_response([content], name)

    def hand_in(self):
        ending = self.request.GET.get("format", "xlsx")
        if ending not in statistics_exports.ENDINGS:
            raise ValidationError("只能导出 Excel 或 PDF")
        return statistics_jobs.start(
            statistics_jobs.EXPORT, self.organization, self.on, by=self.request.role, ending=ending
        )
