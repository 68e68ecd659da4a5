"""缴纳标准 with their yearly confirmation, 公示, 留存比例. Source: workflows.md 8; screens.md 3.7."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from accounts.powers import Power
from eforefront import dues_sums
from eforefront.dues_passing import Percentages
from eforefront.forms.dues_papers import PublishForm, ShareForm, UnconfirmedFilter
from eforefront.models import DuesConfirmation, DuesPublication, DuesShare
from eforefront.money import Money
from eforefront.querysets import dues as reads
from eforefront.services.dues import shares, standards, yearly
from eforefront.views.dues import SECTION
from members.models import Member
from orgs.models import Organization
from partyplatform.ui.columns import Column
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.refusals import tell
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import NOT_MANAGED, FormPage, Scoped, get_visible, needs

LINE_COLUMNS = (
    Column("姓名", "member.name", link="url", tags="marks"),
    Column("缴纳类别", "standard.category_label"),
    Column("比例", "standard.rate_label"),
    Money("月应缴", "standard.monthly_fen"),
    Column("生效月份", "standard.month_label"),
    Column("核定人", "standard.by_name", fold=True),
)
UNCONFIRMED_COLUMNS = (
    Column("党支部", "short_name", width=36, link="url"),
    Column("上级党组织", "parent.short_name", width=36),
    Column("党员人数", "member_count", kind="number"),
)
PUBLICATION_COLUMNS = (
    Column("年度", "year", link="get_absolute_url"),
    Column("党支部", "organization.short_name", width=36),
    Column("公示人", "by_name"),
    Column("公示时间", "at", kind="date"),
)
PUBLISHED = (
    Column("姓名", "name"),
    Column("应缴月数", "due_months", kind="number"),
    Column("已缴月数", "paid_months", kind="number"),
    Money("应缴", "due_fen"),
    Money("实缴", "paid_fen"),
    Money("自愿多交", "gift_fen"),
)
SHARE_COLUMNS = (
    Column("规定的党委", "organization.short_name", width=36),
    Column("适用层级", "get_level_display"),
    Column("留存比例（%）", "percent_label", kind="number"),
    Column("起始月份", "month_label"),
    Column("依据文号", "document"),
    Column("登记人", "by_name", fold=True),
)


class Standards(Scoped, ListPage):
    """缴纳标准 of a branch; for those above the branches that have not confirmed theirs this year."""

    needs = Power.VIEW_DUES
    filter_class = UnconfirmedFilter
    count_cap = 1000
    template_name = "eforefront/dues/standards.html"
    extra_context = SECTION

    @property
    def branch(self):
        organization = self.request.role.organization
        return organization if organization.is_branch else None

    @property
    def columns(self):
        return LINE_COLUMNS if self.branch else UNCONFIRMED_COLUMNS

    def chosen(self):
        if self.branch:
            return Member.objects.visible_to(self.request.role, few=True).enrolled().order_by("name", "pk")
        rows = reads.unconfirmed(self.request.role, timezone.localdate().year).select_related("parent")
        return self.filters.narrow(rows).in_tree_order()

    def get_context_data(self, **kwargs):
        year, branch = timezone.localdate().year, self.branch
        rows = list(self.object_list)
        self.object_list = _lines(rows) if branch else [_Unconfirmed(row) for row in rows]
        return super().get_context_data(
            branch=branch,
            year=year,
            confirmation=DuesConfirmation.objects.of(branch).filter(year=year).first() if branch else None,
            missing=reads.without_standard(branch.pk).count() if branch else 0,
            may_confirm=bool(branch and branch.holds_members and self.request.role.can(Power.KEEP_DUES)),
            **kwargs,
        )


def _lines(members):
    known = reads.in_force([member.pk for member in members], timezone.localdate().replace(day=1))
    return [reads.StandardLine(member, known.get(member.pk)) for member in members]


class _Unconfirmed:
    """A branch in the list, leading to its grid."""

    def __init__(self, branch):
        self.short_name, self.parent, self.member_count = branch.short_name, branch.parent, branch.member_count
        self.pk, self.url = branch.pk, reverse("eforefront:dues_grid", args=[branch.pk])


@require_POST
@needs(Power.KEEP_DUES)
@once_only
def confirm(request):
    """年度确认 of the own branch."""
    branch = get_visible(Organization, request.role, pk=request.role.organization_id)
    try:
        done = standards.confirm(branch, by=request.role)
    except ValidationError as refusal:
        tell(request, refusal)
        return redirect("eforefront:dues_standards")
    messages.success(request, f"已确认 {done.year} 年 {done.members} 名党员的党费标准")
    return redirect("eforefront:dues_standards")


class Publications(Scoped, ListPage):
    """党费公示: those in reach; a 党员 reads the own branch's."""

    model = DuesPublication
    needs = Power.VIEW_OWN_RECORD
    columns = PUBLICATION_COLUMNS
    count_cap = 1000
    template_name = "eforefront/dues/publications.html"
    extra_context = SECTION

    def get_queryset(self):
        return super().get_queryset().newest_first()


class Publication(Scoped, TemplateView):
    """One year of one branch, as it was published."""

    needs = Power.VIEW_OWN_RECORD
    template_name = "eforefront/dues/publication.html"
    extra_context = SECTION

    @cached_property
    def publication(self):
        rows = DuesPublication.objects.visible_to(self.request.role).select_related("organization")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        names = ("name", "due_months", "paid_months", "due_fen", "paid_fen", "gift_fen")
        rows = [dict(zip(names, row, strict=True)) for row in self.publication.rows]
        return super().get_context_data(publication=self.publication, rows=rows, columns=PUBLISHED, **kwargs)


class Publish(FormPage):
    """公示: choose the year; the figures are frozen."""

    needs = Power.KEEP_DUES
    form_class = PublishForm
    template_name = "eforefront/dues/publish.html"
    extra_context = SECTION

    def get_initial(self):
        return {"year": timezone.localdate().year - 1}

    def act(self, form):
        branch = get_visible(Organization, self.request.role, pk=self.request.role.organization_id)
        return yearly.publish(branch, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, f"已公示 {result.year} 年党费，本支部党员可以查看")
        return result.get_absolute_url()


class Shares(FormPage):
    """留存比例: what the committee was told, the history, and a form for the next row."""

    needs = Power.VIEW_DUES
    form_class = ShareForm
    template_name = "eforefront/dues/shares.html"
    extra_context = SECTION

    def post(self, request, *args, **kwargs):
        if not request.role.can(Power.DECIDE_DUES):
            raise PermissionDenied(NOT_MANAGED)
        return super().post(request, *args, **kwargs)

    def act(self, form):
        place = get_visible(Organization, self.request.role, pk=self.request.role.organization_id)
        return shares.lay_down(place, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, f"已登记{result.get_level_display()}的留存比例")
        return reverse("eforefront:dues_shares")

    def get_context_data(self, **kwargs):
        role = self.request.role
        rows = list(DuesShare.objects.over(role.organization_id))
        year = timezone.localdate().year
        total = dues_sums.lines([role.organization], year, "", Percentages(rows))[0]
        return super().get_context_data(
            rows=rows, columns=SHARE_COLUMNS, may_add=role.can(Power.DECIDE_DUES), total=total, **kwargs
        )
