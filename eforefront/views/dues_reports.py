"""年度报告 on the screen, as PDF and as workbook. Source: 党费规定 26; workflows.md 8.2."""

from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.generic import View

from eforefront import dues_report, dues_sums
from eforefront.forms.dues import YearFilter
from eforefront.views.dues import SECTION
from eforefront.views.dues_sums import OfPlace, export
from orgs.services import exporting
from partyplatform import uploads
from partyplatform.pdf import PdfUnavailable, pdf_from

STYLE = "css/record.css"


class Report(OfPlace, View):
    """党费收缴情况报告 of an organisation and year, for the screen and the printer."""

    def get(self, request):
        return self.page()

    @property
    def year(self):
        return YearFilter(self.request.GET or None).chosen_year

    def paper(self):
        role, query = self.request.role, {"org": self.organization.pk, "year": self.year}
        return SECTION | {
            "report": dues_report.report(role, self.organization, self.year),
            "form": YearFilter({"year": self.year}),
            "printed_by": f"{role.user_name}（{role.label}）",
            "printed_on": timezone.localdate(),
            "pdf": reverse("eforefront:dues_report_pdf", query=query),
            "workbook": reverse("eforefront:export_dues_report", query=query),
        }

    def page(self, *, status=200, **more):
        return render(self.request, "eforefront/dues/report.html", self.paper() | more, status=status)


class ReportPdf(Report):
    """The same as a PDF; the page again where none can be made."""

    def get(self, request):
        paper = self.paper()
        try:
            document = pdf_from(render_to_string("eforefront/dues/report_document.html", paper), style=STYLE)
        except PdfUnavailable:
            return self.page(status=503, has_no_pdf=True)
        name = f"党费年度报告_{self.organization.short_name}_{self.year}.pdf"
        exporting.note(
            self.organization,
            action="eforefront.export_dues",
            file_name=name,
            rows=len(paper["report"].below),
            filters=f"{self.year} 年",
            by=request.role,
        )
        return uploads.content_response(document, name, content_type="application/pdf")


class ExportReport(Report):
    """导出Excel: the months, the organisations below, the sum."""

    def get(self, request):
        report = dues_report.report(request.role, self.organization, self.year)
        rows = [*report.months, *report.below, report.total]
        columns = (*dues_sums.SUM_COLUMNS, *(dues_sums.PASSING if report.has_shares else ()))
        return export(
            self.organization,
            columns=columns,
            rows=rows,
            count=len(rows),
            title="党费年度报告",
            filters=f"{self.year} 年",
            by=request.role,
        )
