"""党费统计, 欠缴名单, large gifts, and their workbooks. Source: screens.md 3.7; workflows.md 8.2."""

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import View

from accounts.powers import Power
from eforefront import dues_sums
from eforefront.dues_grid import GRID_COLUMNS, all_lines
from eforefront.forms.dues import GridFilter, PlaceFilter, SumsFilter
from eforefront.models import DuesEntry, DuesMonth
from eforefront.money import Money
from eforefront.querysets import dues as reads
from eforefront.views.dues import SECTION, OfBranch
from orgs.models import Organization
from orgs.picking import number
from orgs.services import exporting
from partyplatform import uploads
from partyplatform.excel import book_chunks
from partyplatform.ui.columns import Column
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import Scoped, get_visible

COUNTED = 1000
EXPORTED = 5000  # lines of arrears in one workbook
ARREARS_COLUMNS = (
    Column("姓名", "member.name", width=14, link="url"),
    Column("收缴党支部", "organization.short_name", width=36),
    Column("最早欠缴月份", "since", width=14),
    Column("欠缴月数", "owed_months", width=12, kind="number"),
    Money("欠缴金额", "owed_fen", width=14),
    Column("提示", "flag", width=24, kind="tag"),
)
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

    @property
    def columns(self):
        return dues_sums.MONTH_COLUMNS if self.organization.is_branch else dues_sums.SUM_COLUMNS

    def chosen(self):
        if self.organization.is_branch:
            filters = self.filters
            return dues_sums.month_lines(self.organization, filters.chosen_year, filters.chosen_period)
        below = Organization.objects.visible_to(self.request.role).living().filter(parent=self.organization)
        return below.in_tree_order()

    def lines(self, rows):
        if self.organization.is_branch:
            return list(rows)
        return dues_sums.lines(list(rows), self.filters.chosen_year, self.filters.chosen_period)

    def get_context_data(self, **kwargs):
        self.object_list = self.lines(self.object_list)
        filters = self.filters
        periods = dict(dues_sums.PERIODS)
        return super().get_context_data(
            organization=self.organization,
            chain=list(Organization.objects.visible_to(self.request.role).above(self.organization.pk)),
            total=dues_sums.total(self.organization, filters.chosen_year, filters.chosen_period),
            period_label=f"{filters.chosen_year} 年{periods[filters.chosen_period]}",
            **kwargs,
        )


class ExportSums(SumsPage):
    """导出Excel: every line of the table, and the sum."""

    def get(self, request, *args, **kwargs):
        rows = self.lines(self.chosen())
        year, period = self.filters.chosen_year, self.filters.chosen_period
        rows.append(dues_sums.total(self.organization, year, period))
        return export(
            self.organization,
            columns=self.columns,
            rows=rows,
            count=len(rows),
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
    columns = ARREARS_COLUMNS
    filter_class = PlaceFilter
    count_cap = COUNTED
    template_name = "eforefront/dues/arrears.html"
    extra_context = SECTION

    @cached_property
    def months(self):
        asked = number(self.request.GET.get("months", "1"))
        if asked not in reads.REMINDED:
            raise Http404
        return asked

    def chosen(self):
        rows = self.filters.narrow(reads.arrears(self.request.role, self.months))
        return rows.select_related("member__organization", "organization")

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


class ExportArrears(Arrears):
    """导出Excel."""

    def get(self, request, *args, **kwargs):
        rows = [reads.Owing(row) for row in self.chosen()[:EXPORTED]]
        return export(
            request.role.organization,
            columns=self.columns,
            rows=rows,
            count=len(rows),
            title=f"欠缴{self.months}个月名单",
            filters=self.filters.described(),
            by=request.role,
        )


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
    name = f"{title}_{organization.short_name}_{timezone.localdate():%Y%m%d}.xlsx"
    exporting.note(organization, action="eforefront.export_dues", file_name=name, rows=count, filters=filters, by=by)
    meta = {
        "党组织": organization.full_name,
        "范围": filters,
        "导出人": f"{by.user_name}（{by.label}）",
        "导出时间": f"{timezone.localtime():%Y-%m-%d %H:%M}",
    }
    return uploads.stream_response(book_chunks(title=title, columns=columns, rows=rows, meta=meta), name)
