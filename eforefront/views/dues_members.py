"""What one member owes and paid, the own dues of a reader, and 核定标准. Source: screens.md 3.7."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from accounts.powers import Power
from eforefront.forms.dues import StandardForm
from eforefront.models import DuesMonth, DuesReceipt, DuesRelief, DuesStandard
from eforefront.money import Money, yuan
from eforefront.querysets import dues as reads
from eforefront.services.dues import standards
from eforefront.services.dues.months import this_month
from eforefront.views.dues import SECTION
from members.models import Member
from partyplatform.ui.columns import Column
from partyplatform.ui.views import NOT_MANAGED, FormPage, Scoped

LATEST = 36  # months shown of one member
STANDARD_COLUMNS = (
    Column("生效月份", "month_label"),
    Column("缴纳类别", "category_label"),
    Column("计算基数（元）", "uid", cell="eforefront/dues/_base.html"),
    Column("比例", "rate_label"),
    Money("月应缴", "monthly_fen"),
    Column("说明", "reason", fold=True),
    Column("核定人", "by_name", fold=True),
)
MONTH_COLUMNS = (
    Column("所属月份", "month", cell="eforefront/dues/_month.html"),
    Column("状态", "status", kind="tag"),
    Money("应缴", "due_fen"),
    Money("实缴", "paid_fen"),
    Column("收缴党支部", "organization.short_name", fold=True),
    Column("说明", "cause", fold=True),
)
RECEIPT_COLUMNS = (
    Column("收据编号", "label", kind="code", link="get_absolute_url"),
    Column("缴纳日期", "paid_on", kind="date"),
    Money("金额", "total_fen"),
    Column("方式", "get_method_display"),
    Column("缴纳人", "payer"),
    Column("收款党支部", "organization.short_name", fold=True),
    Column("状态", "status", kind="tag"),
)


class OfMember(Scoped):
    """A page about the dues of one member in reach."""

    needs = Power.VIEW_DUES
    extra_context = SECTION

    @cached_property
    def member(self):
        rows = Member.objects.visible_to(self.request.role, few=True).select_related("organization")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @property
    def is_kept(self):
        own = self.member.organization_id == self.request.role.organization_id
        branch = self.member.organization
        return own and self.request.role.can(Power.KEEP_DUES) and branch.holds_members and self.member.is_enrolled

    def refuse_other(self):
        """403 for a member whose dues the role only sees."""
        if not self.is_kept:
            raise PermissionDenied(NOT_MANAGED)

    @property
    def address(self):
        return reverse("eforefront:dues_of_member", args=[self.member.pk])


def account(member):
    """What a page shows of one member's dues: standards, months, receipts, reliefs."""
    rows = list(DuesStandard.objects.of_member(member).select_related("member"))
    now = this_month()
    receipts = DuesReceipt.objects.of_member(member).in_full().order_by("-pk")
    return {
        "standard": next((row for row in rows if row.from_month <= now), rows[-1] if rows else None),
        "standards": rows,
        "months": list(DuesMonth.objects.of_member(member).listed().order_by("-month")[:LATEST]),
        "receipts": list(receipts[:LATEST]),
        "reliefs": list(DuesRelief.objects.of_member(member).with_people().order_by("-pk")),
        "paid_to": reads.paid_to(member),
    }


class MemberDues(OfMember, TemplateView):
    """One member: standard, months, receipts."""

    template_name = "eforefront/dues/member.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            member=self.member,
            is_kept=self.is_kept,
            standard_columns=STANDARD_COLUMNS,
            month_columns=MONTH_COLUMNS,
            receipt_columns=RECEIPT_COLUMNS,
            this_month=f"{this_month():%Y-%m}",
            **account(self.member),
            **kwargs,
        )


class OwnDues(Scoped, TemplateView):
    """我的党费: the reader's own standard, the base included, months and receipts."""

    needs = Power.VIEW_OWN_RECORD
    template_name = "eforefront/dues/own.html"
    extra_context = SECTION

    def get_context_data(self, **kwargs):
        member = Member.objects.own(self.request.role).select_related("organization").first()
        shown = account(member) if member else {}
        return super().get_context_data(
            member=member,
            base=_own_base(shown.get("standard")),
            month_columns=MONTH_COLUMNS,
            receipt_columns=RECEIPT_COLUMNS,
            **shown,
            **kwargs,
        )


def _own_base(standard):
    """The base in clear, to the person whose income it is."""
    if standard is None or not standard.has_base:
        return ""
    return standard.shown_base


class SetStandard(OfMember, FormPage):
    """核定标准: from a month on; what was before stays in the history."""

    needs = Power.KEEP_DUES
    form_class = StandardForm
    template_name = "eforefront/dues/standard.html"

    def get(self, request, *args, **kwargs):
        self.refuse_other()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self.refuse_other()
        return super().post(request, *args, **kwargs)

    @cached_property
    def latest(self):
        return DuesStandard.objects.of_member(self.member).order_by("-pk").first()

    def get_initial(self):
        if self.latest is None:
            return {"from_month": standards.first_month_of(self.member), "last_known": 0}
        return {"category": self.latest.category, "from_month": this_month(), "last_known": self.latest.pk}

    def act(self, form):
        self.kept = standards.settled_after(self.member, form.cleaned_data["from_month"])
        return standards.set_standard(self.member, by=self.request.role, **form.values)

    def location(self, result):
        text = f"已核定{self.member.name}的党费标准：{result.month_label} 起每月 {yuan(result.monthly_fen)} 元"
        if self.kept:
            text += f"；{self.kept[0]:%Y-%m} 至 {self.kept[-1]:%Y-%m} 已缴的月份不变，需要补差的请先更正"
        messages.success(self.request, text)
        return self.address

    def get_context_data(self, **kwargs):
        return super().get_context_data(member=self.member, latest=self.latest, back=self.address, **kwargs)
