"""收缴登记: the grid of a branch, registering, correcting, what one member owes and paid. Source: screens.md 3.7."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View

from accounts.powers import Power
from eforefront import dues_rates
from eforefront.dues_grid import columns_of, grid
from eforefront.forms.dues import CorrectForm, GridFilter, RangeForm, RegisterForm, StandardForm
from eforefront.models import DuesEntry, DuesMonth, DuesReceipt, DuesRelief, DuesStandard, DuesTotal
from eforefront.money import Money, in_capitals, yuan
from eforefront.querysets import dues as reads
from eforefront.services.dues import paying, standards
from eforefront.services.dues.months import AHEAD, this_month
from members.models import Member
from orgs.dates import add_months
from orgs.models import Organization
from orgs.picking import number
from partyplatform import uploads
from partyplatform.pdf import PdfUnavailable, pdf_from
from partyplatform.ui.columns import Column
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import NOT_MANAGED, FormPage, Scoped, get_visible

RECEIPT = "eforefront/dues/receipt.html"
MOST = 300  # members registered in one act
LATEST = 36  # months shown of one member
SECTION = {"section": "党费收缴"}
BILL_COLUMNS = (
    Column("姓名", "member.name"),
    Column("月份", "months_label"),
    Money("应缴", "due_fen"),
)
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
    Column("状态", "status", kind="tag"),
)


class Dues(Scoped, View):
    """党费收缴: a branch's own grid, the sums of those above."""

    needs = Power.VIEW_DUES

    def get(self, request):
        organization = request.role.organization
        if organization.is_branch:
            return redirect("eforefront:dues_grid", organization.pk)
        return redirect("eforefront:dues_sums")


class OfBranch(Scoped):
    """A page about the dues of one branch in reach."""

    needs = Power.VIEW_DUES
    extra_context = SECTION

    @cached_property
    def branch(self):
        found = get_visible(Organization, self.request.role, pk=self.kwargs["pk"])
        if not found.is_branch:
            raise Http404
        return found

    @property
    def is_kept(self):
        """Whether the role keeps these dues: its own branch's, which collects some."""
        own = self.branch.pk == self.request.role.organization_id and self.request.role.can(Power.KEEP_DUES)
        return own and self.branch.holds_members and self.branch.is_living


class Grid(OfBranch, ListPage):
    """Members × months of a year."""

    filter_class = GridFilter
    template_name = "eforefront/dues/grid.html"

    @property
    def columns(self):
        return columns_of(self.filters.chosen_year, timezone.localdate())

    def chosen(self):
        rows = reads.people_of(self.branch.pk, self.filters.chosen_year)
        match self.filters.values.get("show"):
            case "owing":
                return rows.filter(pk__in=reads.owing_in(self.branch.pk, timezone.localdate()))
            case "none":
                return rows.filter(pk__in=reads.without_standard(self.branch.pk).order_by().values("pk"))
        return rows

    def get_context_data(self, **kwargs):
        year, today = self.filters.chosen_year, timezone.localdate()
        self.object_list = grid(list(self.object_list), self.branch.pk, year, today)
        sums = DuesTotal.objects.of(self.branch).of_months(year, (0,)).summed()
        return super().get_context_data(
            branch=self.branch,
            year=year,
            sums=sums | {"owed_fen": sums["due_fen"] - sums["paid_fen"]},
            is_kept=self.is_kept,
            select="ids" if self.is_kept else "",
            this_month=f"{today:%Y-%m}",
            **kwargs,
        )


class Register(OfBranch, FormPage):
    """登记缴纳: the ticked members and the months of the address; what it comes to is shown before it is sent."""

    needs = Power.KEEP_DUES
    form_class = RegisterForm
    template_name = "eforefront/dues/register.html"

    def get(self, request, *args, **kwargs):
        return self._unchosen() or super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        return self._unchosen() or super().post(request, *args, **kwargs)

    def _unchosen(self):
        """The way back for whoever ticked nobody; 403 for dues the role does not keep."""
        if self.branch.pk != self.request.role.organization_id:
            raise PermissionDenied(NOT_MANAGED)
        if self.is_kept and self.members:
            return None
        messages.error(self.request, "请先勾选缴纳党费的党员" if self.is_kept else "该党支部不收缴党费")
        return redirect(self.back)

    @property
    def back(self):
        return reverse("eforefront:dues_grid", args=[self.branch.pk])

    @cached_property
    def members(self):
        """The members of the address: one foreign id spoils the whole choice."""
        ids = self.request.GET.getlist("ids")
        wanted = {found for text in ids if (found := number(text))}
        if len(wanted) != len(set(ids)) or len(wanted) > MOST:
            raise Http404
        found = list(reads.people_of(self.branch.pk, this_month().year).filter(pk__in=wanted))
        missing = wanted - {member.pk for member in found}
        if missing:  # of an earlier year only
            found += list(reads.people_of(self.branch.pk, this_month().year - 1).filter(pk__in=missing))
        if len(found) != len(wanted):
            raise Http404
        return found

    @cached_property
    def range(self):
        return RangeForm(self.request.GET)

    @property
    def months(self):
        values = self.range.values
        first = values.get("first") or values.get("last") or this_month()
        last = values.get("last") or max(first, this_month())
        limit = add_months(this_month(), AHEAD)
        return max(first, dues_rates.first_month(), add_months(this_month(), -60)), min(last, limit)

    @cached_property
    def bills(self):
        first, last = self.months
        asked = [paying.Payment(member.pk, first, last, timezone.localdate(), "1") for member in self.members]
        return paying.bills(self.branch, asked)

    def get_form_kwargs(self):
        paying_now = [bill.member for bill in self.bills if bill.rows] or self.members
        first, last = self.months
        due = sum(bill.due_fen for bill in self.bills)
        return {
            **super().get_form_kwargs(),
            "members": paying_now,
            "first": first,
            "last": last,
            "due_fen": due,
        }

    def act(self, form):
        expected = form.cleaned_data["expected"] + form.gift_fen
        return paying.register(self.branch, form.payments, by=self.request.role, expected_fen=expected)

    def location(self, result):
        total = yuan(sum(receipt.total_fen for receipt in result))
        if len(result) == 1:
            messages.success(self.request, f"已登记{result[0].member.name}的党费 {total} 元，收据 {result[0].label}")
            return result[0].get_absolute_url()
        labels = f"{result[0].label} 至 {result[-1].label}"
        messages.success(self.request, f"已登记 {len(result)} 名党员的党费，合计 {total} 元，收据 {labels}")
        return self.back

    def get_context_data(self, **kwargs):
        first, last = self.months
        bills = self.bills
        return super().get_context_data(
            branch=self.branch,
            back=self.back,
            members=self.members,
            bills=[bill for bill in bills if bill.rows],
            nothing=[bill.member for bill in bills if not bill.rows],
            total=yuan(sum(bill.due_fen for bill in bills)),
            columns=BILL_COLUMNS,
            first=f"{first:%Y-%m}",
            last=f"{last:%Y-%m}",
            **kwargs,
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


class OfReceipt(Scoped):
    """A page about one receipt."""

    extra_context = SECTION

    @cached_property
    def receipt(self):
        return get_object_or_404(DuesReceipt.objects.open_to(self.request.role).in_full(), pk=self.kwargs["pk"])

    @property
    def is_kept(self):
        own = self.receipt.organization_id == self.request.role.organization_id
        return own and self.request.role.can(Power.KEEP_DUES)

    @cached_property
    def entries(self):
        return list(DuesEntry.objects.of_receipt(self.receipt))


class Correct(OfReceipt, FormPage):
    """更正: a counter-entry, and the payment entered anew."""

    needs = Power.KEEP_DUES
    form_class = CorrectForm
    template_name = "eforefront/dues/correct.html"

    def get_initial(self):
        receipt = self.receipt
        months = [entry.month for entry in self.entries if entry.month]
        gift = sum(entry.amount_fen for entry in self.entries if not entry.month)
        return {
            "first": min(months, default=None),
            "last": max(months, default=None),
            "gift": yuan(gift).replace(",", "") if gift else "",
            "paid_on": receipt.paid_on,
            "method": receipt.method,
            "payer_kind": receipt.payer_kind,
            "payer_name": receipt.payer_name,
        }

    def get(self, request, *args, **kwargs):
        self._refuse_other()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self._refuse_other()
        return super().post(request, *args, **kwargs)

    def _refuse_other(self):
        if not self.is_kept:
            raise PermissionDenied(NOT_MANAGED)

    def act(self, form):
        again = form.payment(self.receipt.member)
        reason = form.cleaned_data["reason"]
        return paying.correct(self.receipt, by=self.request.role, reason=reason, again=again)

    def location(self, result):
        reversal, again = result
        text = f"收据 {self.receipt.label} 已由 {reversal.label} 冲正"
        messages.success(self.request, f"{text}，并重新登记为 {again.label}" if again else text)
        return (again or reversal).get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(receipt=self.receipt, entries=self.entries, **kwargs)


class Receipt(OfReceipt, View):
    """收据 for the printer of the browser, or as PDF."""

    needs = Power.VIEW_OWN_RECORD

    def get(self, request, pk):
        content = {"receipt": self.receipt, "entries": self.entries, "capitals": in_capitals(self.receipt.total_fen)}
        if request.GET.get("way") != "pdf":
            return render(request, RECEIPT, content | {"on_screen": True, "is_kept": self.is_kept})
        try:
            document = pdf_from(render_to_string(RECEIPT, content), style="css/receipt.css")
        except PdfUnavailable:
            content |= {"on_screen": True, "has_no_pdf": True}
            return render(request, RECEIPT, content, status=503)
        return uploads.stream_response([document], f"党费收据{self.receipt.label}.pdf")
