"""党内统计: one table, the table of the year before, who stands behind a figure. Source: screens.md 2.12."""

from functools import cached_property

from django.contrib import messages
from django.db import OperationalError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.generic import TemplateView

from eforefront.models import StatisticalReport
from eforefront.statistics import listing
from eforefront.statistics.definitions import edition
from eforefront.statistics.sheets import sheet
from eforefront.views.statistics import OfReport
from orgs.dates import add_months
from partyplatform.postgresql import was_cut_off
from partyplatform.ui.tables import ListPage

COUNTED = 1000
TOO_SLOW = "范围较大，查找用时较长，没有列出名单；请先打开下级党组织的同一张报表，再查看名单"


class TablePage(OfReport, TemplateView):
    """One table as it is handed in; each figure leads to those it counts."""

    template_name = "eforefront/statistics/table.html"

    def get_context_data(self, **kwargs):
        table = self.table_or_404()
        number = self.edition.tables.index(table)
        near = {"before": number - 1, "after": number + 1}
        around = {
            name: self.edition.tables[place] if 0 <= place < len(self.edition.tables) else None
            for name, place in near.items()
        }
        return super().get_context_data(table=table, sheet=self.sheet_of(table), **around, **kwargs)


class Compare(OfReport, TemplateView):
    """A table beside that of the year before: the first column of both, and what changed."""

    template_name = "eforefront/statistics/compare.html"

    def get_context_data(self, **kwargs):
        table, before = self.table_or_404(), add_months(self.on, -12)
        now, then = self.sheet_of(table), self._earlier(before)
        lines = listing.compared(now, then) if now is not None else []
        return super().get_context_data(table=table, lines=lines, before=before, has_then=then is not None, **kwargs)

    @cached_property
    def report(self):
        return self.reports.get(self.on)

    @cached_property
    def reports(self):
        """The reports that count, of the day and of a year before."""
        days = [self.on, add_months(self.on, -12)]
        rows = StatisticalReport.objects.present().of(self.organization).filter(on__in=days)
        return {report.on: report for report in rows.order_by("state")}  # a sealed one after the draft

    def _earlier(self, before):
        """The table of the year before as it was sealed or last put together, None where it never was."""
        report = self.reports.get(before)
        table = edition(report.edition).table(self.kwargs["number"]) if report is not None else None
        found = report.figures.get(table.number) if table is not None else None
        return sheet(table, found) if found is not None else None


class People(OfReport, ListPage):
    """Who stands behind a figure, as they stood on the day."""

    template_name = "eforefront/statistics/people.html"
    count_cap = COUNTED

    @cached_property
    def cell(self):
        table = self.table_or_404()
        row, column = table.row(self.request.GET.get("row", "")), table.column(self.request.GET.get("column", ""))
        if row is None or column is None or row.absent or column.absent:
            raise Http404
        return table, row, column

    @cached_property
    def behind(self):
        return *self.cell, listing.behind_cell(*self.cell)

    def dispatch(self, request, *args, **kwargs):
        try:
            return super().dispatch(request, *args, **kwargs)
        except OperationalError as fault:
            if not was_cut_off(fault):
                raise
            messages.warning(request, TOO_SLOW)
            return redirect(self.address("table", self.kwargs["number"]))

    def get(self, request, *args, **kwargs):
        """The people; of a figure that is worked out from others, those it is worked out from."""
        table, row, column = self.cell
        if not row.is_formula:
            return super().get(request, *args, **kwargs)
        parts = [
            (sign, table.row(key), self.address("people", table.number, row=key, column=column.key))
            for sign, keys in (("＋", row.plus), ("－", row.minus))
            for key in keys
        ]
        context = {**self.shared(), "table": table, "row": row, "column": column, "parts": parts}
        return render(request, "eforefront/statistics/parts.html", context)

    @property
    def columns(self):
        return listing.columns_of(self.behind[3].source)

    def chosen(self):
        rows, self.number = listing.rows_of(self.behind[3], self.frame)
        return rows

    def known_total(self, rows):
        return self.number

    def get_context_data(self, **kwargs):
        table, row, column, found = self.behind
        self.object_list = listing.lines(self.object_list, found.source, role=self.request.role)
        return super().get_context_data(table=table, row=row, column=column, source=found.source, **kwargs)
