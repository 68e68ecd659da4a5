"""党费统计, 欠缴名单, large gifts, and their workbooks. Source: screens.md 3.7; workflows.md 8.2."""

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import View

from accounts.powers import Power
from eforefront import dues_lists, dues_sums
from eforefront.dues_grid import GRID_COLUMNS, all_lines
from eforefront.dues_passing import Percentages
from eforefront.forms.dues import GridFilter, PlaceFilter, SumsFilter
from eforefront.models import DuesEntry, DuesMonth, DuesShare
from eforefront.money import Money
from eforefront.querysets import dues as reads
from eforefront.views.dues import SECTION, OfBranch
from orgs.models import Organization
from orgs.picking import number
from orgs.services import exporting
from partyplatform import uploads
from partyplatform.excel import book_chunks
from partyplatform.jobs.offers import OffersJob
from partyplatform.ui.columns import Column
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import Scoped, get_visible

COUNTED = 1000
GIFT_COLUMNS = (
    Column("姓名", "member.name", width=14),
    Column("党支部", "organization.short_name", width=36),
    Column("缴纳日期", "paid_on", width=14, kind="date"),
    Money("金额", "amount_fen", width=14),
    Column("收据编号", "receipt.label", width=16, kind="code", link="receipt.get_absolute_url"),
)


class OfPlace(Scoped):
    """A page about the dues of the organisation of the address and of everything below it."""

    needs = Power.VIEW_DUES
    extra_context = SECTION

    @cached_property
    def organization(self):
        asked = self.request.GET.get("org", "")
        pk = number(asked) if asked else self.request.role.organization_id
        return get_visible(Organization, self.request.role, pk=pk)


class SumsPage(OfPlace, ListPage):
    """党费统计: the organisations below, or the months of a branch."""

    filter_class = SumsFilter
    template_name = "eforefront/dues/sums.html"

    @cached_property
    def shares(self):
        return Percentages(list(DuesShare.objects.over(self.organization.pk)))

    @property
    def columns(self):
        columns = dues_sums.MONTH_COLUMNS if self.organization.is_branch else dues_sums.SUM_COLUMNS
        return (*columns, *dues_sums.PASSING) if self.shares else columns

    @property
    def period(self):
        return self.filters.chosen_year, self.filters.chosen_period

    def chosen(self):
        if self.organization.is_branch:
            return dues_sums.month_lines(self.organization, *self.period, self.shares)
        below = Organization.objects.visible_to(self.request.role).living().filter(parent=self.organization)
        return below.in_tree_order()

    def lines(self, rows):
        """Return the lines of these rows, and that of the whole organisation."""
        places = [] if self.organization.is_branch else list(rows)
        *lines, total = dues_sums.lines(places, *self.period, self.shares, whole=self.organization)
        return (list(rows) if self.organization.is_branch else lines), total

    def get_context_data(self, **kwargs):
        self.object_list, total = self.lines(self.object_list)
        year, period = self.period
        return super().get_context_data(
            organization=self.organization,
            chain=list(Organization.objects.visible_to(self.request.role).above(self.organization.pk)),
            total=total,
            year=year,
            period_label=f"{year} 年{dict(dues_sums.PERIODS)[period]}",
            **kwargs,
        )


class ExportSums(SumsPage):
    """导出Excel: every line of the table, and the sum."""

    def get(self, request, *args, **kwargs):
        lines, total = self.lines(self.chosen())
        year, _ = self.period
        return export(
            self.organization,
            columns=self.columns,
            rows=[*lines, total],
            count=len(lines) + 1,
            title="党费统计",
            filters=self.filters.described() or f"{year} 年",
            by=request.role,
        )


class ExportGrid(OfBranch, View):
    """导出Excel: the grid of a branch and year."""

    def get(self, request, pk):
        year = GridFilter(request.GET).chosen_year
        people = list(reads.people_of(self.branch.pk, year))
        return export(
            self.branch,
            columns=GRID_COLUMNS,
            rows=all_lines(people, self.branch.pk, year, timezone.localdate()),
            count=len(people),
            title="党费收缴",
            filters=f"{year} 年",
            by=request.role,
        )


class Arrears(Scoped, ListPage):
    """欠缴名单 of one, three, six months: the six-month list is what goes to the upper organisation."""

    model = DuesMonth
    needs = Power.VIEW_DUES
    columns = dues_lists.COLUMNS
    filter_class = PlaceFilter
    count_cap = COUNTED
    template_name = "eforefront/dues/arrears.html"
    extra_context = SECTION

    @cached_property
    def months(self):
        return dues_lists.months_of(self.request.GET)

    def chosen(self):
        return dues_lists.rows_of(self.request.role, self.months, self.filters)

    def get_context_data(self, **kwargs):
        self.object_list = [reads.Owing(row) for row in self.object_list]
        base = reverse("eforefront:dues_arrears")
        tabs = [
            {
                "label": f"欠缴 {months} 个月及以上",
                "url": f"{base}?months={months}",
                "is_current": months == self.months,
            }
            for months in reads.REMINDED
        ]
        return super().get_context_data(tabs=tabs, months=self.months, **kwargs)


class ExportArrears(OffersJob, Arrears):
    """导出Excel, at once or as a job."""

    def get(self, request, *args, **kwargs):
        rows = self.chosen()
        count = rows[: dues_lists.EXPORT_AT_ONCE + 1].count()
        if count > dues_lists.EXPORT_AT_ONCE:
            return self.offer(rows.count())
        return export(
            request.role.organization,
            columns=self.columns,
            rows=[reads.Owing(row) for row in rows],
            count=count,
            title=dues_lists.title(self.months),
            filters=self.filters.described(),
            by=request.role,
        )

    def hand_in(self):
        return dues_lists.start_export(by=self.request.role, query=self.request.GET)


class LargeGifts(Scoped, ListPage):
    """一次自愿多交 1,000 元以上: listed apart, to be passed on to the centre. Source: 党费规定 11."""

    model = DuesEntry
    needs = Power.VIEW_DUES
    columns = GIFT_COLUMNS
    filter_class = PlaceFilter
    count_cap = COUNTED
    template_name = "eforefront/dues/gifts.html"
    extra_context = SECTION

    def get_queryset(self):
        rows = super().get_queryset().large_gifts()
        return rows.select_related("member", "organization", "receipt").order_by("-paid_on", "-pk")


def export(organization, *, columns, rows, count, title, filters, by):
    """Answer with a workbook, and keep that it was made."""
    name = dues_lists.book_name(title, organization)
    exporting.note(organization, action="eforefront.export_dues", file_name=name, rows=count, filters=filters, by=by)
    meta = dues_lists.book_meta(organization, filters, by=by)
    return uploads.stream_response(book_chunks(title=title, columns=columns, rows=rows, meta=meta), name)
