"""党内统计: reports, tables, who stands behind a figure. Source: screens.md 2.12; statistics.md."""

import datetime
import logging
from functools import cached_property

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.generic import TemplateView, View

from accounts.powers import Power
from eforefront import statistics_jobs
from eforefront.forms.statistics import PeriodFilter, last_year_end
from eforefront.models import StatisticalReport
from eforefront.models.statistics import title
from eforefront.services import statistics as services
from eforefront.statistics import listing
from eforefront.statistics.definitions import BadDefinition, edition, edition_for
from eforefront.statistics.engine import count_table
from eforefront.statistics.frame import Frame
from eforefront.statistics.sheets import WrongShape, sheet
from orgs.figures import figures
from orgs.models import Organization
from orgs.picking import number
from partyplatform.ui.columns import Column
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.refusals import tell
from partyplatform.ui.views import Scoped, get_visible

logger = logging.getLogger(__name__)
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

    def dispatch(self, request, *args, **kwargs):
        try:
            return super().dispatch(request, *args, **kwargs)
        except WrongShape as fault:  # an edition was revised in its place
            messages.error(request, str(fault))
            return redirect(self.address("start"))
        except BadDefinition:  # the start too is made from the edition: nowhere to go on to
            logger.exception("tables of 党内统计 as of %s cannot be read", self.on)
            page = {"organization": self.organization, "on": self.on}
            return render(request, "eforefront/statistics/unreadable.html", page, status=503)

    @cached_property
    def organization(self):
        asked = self.request.GET.get("org", "")
        pk = number(asked) if asked else self.request.role.organization_id
        return get_visible(Organization, self.request.role, pk=pk)

    @cached_property
    def on(self):
        asked = self.request.GET.get("on", "")
        day = _day(asked) if asked else last_year_end()
        if day is None or day < services.FIRST or day.year > timezone.localdate().year:
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
        kind = services.kind_of(self.on)
        return {
            "organization": self.organization,
            "on": self.on,
            "report": self.report,
            "title": title(kind, self.on),
            "is_day": kind == StatisticalReport.Kind.DAY,
            "query": self.query,
            "edition": self.edition,
            "may_keep": self.request.role.can(Power.KEEP_STATISTICS),
            "is_early": self.on > timezone.localdate(),
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
        """The form as it was sent; where the address names the day, with the period of that day."""
        if "on" in self.request.GET:
            return PeriodFilter.of(super().on, services.kind_of(super().on))
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
