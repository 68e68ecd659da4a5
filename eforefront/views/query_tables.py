"""随机统计: a table of two fields, its charts, its workbook; each figure leads to its list. Source: screens.md 2.8."""

from dataclasses import replace

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.views.generic import TemplateView, View

from eforefront import charts, query_jobs
from eforefront.forms.queries import TableForm
from eforefront.queries import tabulating
from eforefront.queries.checking import Checked
from eforefront.queries.groupings import GROUPINGS
from eforefront.queries.subjects import SUBJECTS
from eforefront.views.queries import OfQuery, kept_address
from partyplatform import uploads
from partyplatform.excel import book_chunks
from partyplatform.jobs.offers import OffersJob

CHARTED = 14  # bars of one chart


class OfTable(OfQuery):
    """A page about the table of a query: the whole of it, no cell."""

    in_background = "queries:export_table"

    @cached_property
    def query(self):
        return self.whole

    @cached_property
    def checked(self):
        return Checked(self.whole, self.request.role)

    @property
    def title(self):
        return tabulating.title(self.query)


class Table(OfTable, TemplateView):
    """Rows, columns and the base they count; the base is set on the page of 组合查询."""

    template_name = "eforefront/queries/table.html"

    def post(self, request):
        form = TableForm(self.query.subject, request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form, is_refused=True), status=422)
        query = replace(self.query, rows=form.cleaned_data["rows"], across=form.cleaned_data["across"])
        more = {"change": str(self.changing.uid)} if self.changing is not None else {}
        return HttpResponseRedirect(kept_address(request, "queries:table", query, **more))

    def get_context_data(self, form=None, **kwargs):
        query, subject = self.query, SUBJECTS[self.query.subject]
        chosen = {"rows": query.rows, "across": query.across}
        found = {}
        if query.rows and query.across:
            table = tabulating.table(query, self.request.role)
            found = {"table": self._linked(table), "charts": self._charts(table, subject), "total": table.total}
        return super().get_context_data(
            form=form or TableForm(query.subject, initial=chosen),
            subject=subject,
            described=self.described,
            way=self.way,
            title=self.title if found else "随机统计",
            saved=self.saved,
            changing=self.changing,
            **found,
            **kwargs,
        )

    def _linked(self, table):
        """The labels of the columns, and the lines: (label, [(figure, address)])."""
        base = {name: self.request.GET[name] for name in ("search", "saved", "change") if name in self.request.GET}
        lines = [(row.label, [(cell.number, self._address(base, cell)) for cell in row.cells]) for row in table.rows]
        return {"columns": table.columns, "lines": lines}

    def _address(self, base, cell):
        if not cell.number:
            return ""
        places = {"row": "" if cell.row is None else cell.row, "column": "" if cell.column is None else cell.column}
        return f"{reverse('queries:result')}?{urlencode(base | places)}"

    def _charts(self, table, subject):
        parts = ((self.query.rows, table.by_row()), (self.query.across, table.by_column()))
        return [
            charts.columns(
                f"chart-{number}",
                f"按{GROUPINGS[name].label}",
                rows[:CHARTED],
                unit=subject.unit,
                heading=GROUPINGS[name].label,
                width=charts.WIDE if len(rows) > charts.FEW else charts.WIDTH,
            )
            for number, (name, rows) in enumerate(parts)
        ]


class ExportTable(OffersJob, OfTable, View):
    """导出Excel: the table as shown."""

    def get(self, request):
        name, book = query_jobs.table_book(self.query, self.checked, self.described)
        return uploads.stream_response(book_chunks(**book), name)

    def too_slow(self):
        return self.offer(None)

    def hand_in(self):
        self.checked.refuse()
        return query_jobs.start(self.query, by=self.request.role)
