"""党内统计: reports, tables, who stands behind a figure. Source: screens.md 2.12; statistics.md."""

import datetime
from functools import cached_property

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.generic import TemplateView, View

from accounts.powers import Power
from eforefront import statistics_jobs
from eforefront.forms.statistics import OpenForm, PeriodFilter, SealForm, last_year_end
from eforefront.models import StatisticalReport
from eforefront.models.statistics import title
from eforefront.services import statistics as services
from eforefront.statistics import listing
from eforefront.statistics.definitions import edition, edition_for
from eforefront.statistics.engine import count_table
from eforefront.statistics.frame import Frame
from eforefront.statistics.sheets import sheet
from orgs.dates import add_months
from orgs.figures import figures
from orgs.models import Organization
from orgs.picking import number
from partyplatform.ui.columns import Column
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.refusals import tell
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import FormPage, Scoped, get_visible

AT_ONCE = 60_000  # members up to which a table is counted while the reader waits
COUNTED = 1000
REPORTS = (
    Column("报告", "title", width=24),
    Column("状态", "status", kind="tag"),
    Column("报表版本", "edition"),
    Column("统计时间", "counted_at"),
    Column("封存人", "sealed_by"),
    Column("封存时间", "sealed_at"),
    Column("启封人", "opened_by"),
    Column("启封原因", "reason", width=30),
)
BELOW = (
    Column("下级党组织", "organization.short_name", width=36, link="url"),
    Column("党员", "members", kind="number"),
    Column("状态", "status", kind="tag"),
    Column("封存人", "sealed_by"),
    Column("封存时间", "sealed_at"),
)


class OfReport(Scoped):
    """A page about an organisation and a day, both in the address: the own one, the end of last year unless named."""

    needs = Power.VIEW_STATISTICS

    @cached_property
    def organization(self):
        asked = self.request.GET.get("org", "")
        pk = number(asked) if asked else self.request.role.organization_id
        return get_visible(Organization, self.request.role, pk=pk)

    @cached_property
    def on(self):
        asked = self.request.GET.get("on", "")
        day = _day(asked) if asked else last_year_end()
        if day is None or day < services.FIRST:
            raise Http404
        return day

    @cached_property
    def frame(self):
        return Frame.of(self.organization, self.on)

    @cached_property
    def report(self):
        """The report that counts: sealed, or a draft; None where nobody has put one together."""
        return services.present(self.organization, self.on)

    @cached_property
    def edition(self):
        report = self.report
        return edition(report.edition) if report is not None and report.is_sealed else edition_for(self.on.year)

    @cached_property
    def is_small(self):
        return figures([self.organization.pk])[self.organization.pk].members <= AT_ONCE

    @property
    def query(self):
        return urlencode({"org": self.organization.pk, "on": self.on.isoformat()})

    def table_or_404(self):
        table = self.edition.table(self.kwargs["number"])
        if table is None:
            raise Http404
        return table

    def sheet_of(self, table):
        """The table with its figures: as sealed, counted now, or as the last draft has it; None where there is none."""
        report = self.report
        if report is not None and (report.is_sealed or not self.is_small):
            found = report.figures.get(table.number)
        else:
            found = count_table(table, self.frame) if self.is_small else None
        return sheet(table, found) if found is not None else None

    def address(self, name, *args, **more):
        return f"{reverse(f'statistics:{name}', args=args)}?{self.query}{'&' + urlencode(more) if more else ''}"

    def get_context_data(self, **kwargs):
        return super().get_context_data(**self.shared(), **kwargs)

    def shared(self):
        """What every page of a report shows."""
        return {
            "organization": self.organization,
            "on": self.on,
            "report": self.report,
            "title": title(services.kind_of(self.on), self.on),
            "query": self.query,
            "edition": self.edition,
            "may_keep": self.request.role.can(Power.KEEP_STATISTICS),
        }


def _day(text):
    """Return the day a text spells out, None for anything else."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


class Start(OfReport, TemplateView):
    """年度, 半年 or a day, the organisation, its tables, those below, and what was sealed before."""

    template_name = "eforefront/statistics/start.html"

    @cached_property
    def filters(self):
        return PeriodFilter(self.request.GET or None)

    @cached_property
    def on(self):
        """The day of the address, or that of the period asked for in the form."""
        if "on" in self.request.GET:
            return super().on
        return self.filters.chosen_day()

    def get_context_data(self, **kwargs):
        role, report = self.request.role, self.report
        reports = StatisticalReport.objects.of(self.organization).exclude(state="draft").order_by("-on", "-pk")
        may_open = report is not None and report.is_sealed and role.can(Power.OPEN_STATISTICS)
        return super().get_context_data(
            filters=self.filters,
            is_small=self.is_small,
            tables=[(table, self.address("table", table.number)) for table in self.edition.tables],
            reports=list(reports.defer("figures", "findings")[:20]),
            report_columns=REPORTS,
            below=listing.below(self.organization, self.on, role=role, address=self.below_address),
            below_columns=BELOW,
            may_open=may_open and Organization.objects.managed_by(role).filter(pk=self.organization.pk).exists(),
            chain=list(Organization.objects.visible_to(role).above(self.organization.pk)),
            **kwargs,
        )

    def below_address(self, pk):
        return f"{reverse('statistics:start')}?{urlencode({'org': pk, 'on': self.on.isoformat()})}"


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
            findings=found, failed=sum(not one.agrees for one in found or ()), kept=found is not None, **kwargs
        )


class Difference(OfReport, TemplateView):
    """Whom a check that does not agree may be about."""

    template_name = "eforefront/statistics/difference.html"

    def get_context_data(self, **kwargs):
        place = self.kwargs["place"]
        if place >= len(self.edition.checks):
            raise Http404
        check = self.edition.checks[place]
        parts = listing.difference(
            self.edition, check, self.request.GET.get("row", ""), self.frame, role=self.request.role
        )
        return super().get_context_data(check=check, parts=parts, columns=listing.PEOPLE, **kwargs)


class Count(OfReport, View):
    """统计: every table at once, or as a job."""

    needs = Power.KEEP_STATISTICS

    @method_decorator(once_only)
    def post(self, request):
        try:
            if not self.is_small:
                return redirect(
                    statistics_jobs.start(statistics_jobs.COUNT, self.organization, self.on, by=request.role)
                )
            services.put_together(self.organization, on=self.on, by=request.role)
        except ValidationError as refusal:
            tell(request, refusal)
        else:
            messages.success(request, "已统计全部报表")
        return redirect(self.address("start"))


class Seal(OfReport, FormPage):
    """封存: what it means, then the button."""

    needs = Power.KEEP_STATISTICS
    form_class = SealForm
    template_name = "eforefront/statistics/seal.html"

    def act(self, form):
        if not self.is_small:
            return statistics_jobs.start(statistics_jobs.SEAL, self.organization, self.on, by=self.request.role)
        return services.seal(self.organization, on=self.on, by=self.request.role)

    def location(self, result):
        if not isinstance(result, StatisticalReport):
            return result.get_absolute_url()
        messages.success(self.request, f"{result.title}已封存")
        return self.address("start")


class Open(FormPage):
    """启封 of one report, with the reason."""

    needs = Power.OPEN_STATISTICS
    form_class = OpenForm
    template_name = "eforefront/statistics/open.html"

    @cached_property
    def report(self):
        found = get_visible(StatisticalReport, self.request.role, pk=self.kwargs["pk"])
        if not StatisticalReport.objects.managed_by(self.request.role).filter(pk=found.pk).exists():
            raise PermissionDenied(services.OPENED_ABOVE)
        if found.state != StatisticalReport.State.SEALED:
            raise Http404
        return found

    def get(self, request, *args, **kwargs):
        self.report  # noqa: B018 (raises Http404 for one out of reach)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self.report  # noqa: B018
        return super().post(request, *args, **kwargs)

    def get_initial(self):
        return {"version": self.report.version}

    def act(self, form):
        return services.open_again(self.report, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, f"{result.organization.short_name}的{result.title}已启封")
        return (
            f"{reverse('statistics:start')}?{urlencode({'org': result.organization_id, 'on': result.on.isoformat()})}"
        )

    def get_context_data(self, **kwargs):
        return super().get_context_data(report=self.report, **kwargs)
