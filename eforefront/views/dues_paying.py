"""登记缴纳: what the ticked members owe for some months, and the receipts of their payments. Source: screens.md 3.7."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.powers import Power
from eforefront import dues_rates
from eforefront.forms.dues import RangeForm, RegisterForm
from eforefront.money import Money, yuan
from eforefront.querysets import dues as reads
from eforefront.services.dues import paying
from eforefront.services.dues.bills import Payment, reckon
from eforefront.services.dues.months import AHEAD, this_month
from eforefront.views.dues import OfBranch
from orgs.dates import add_months
from orgs.picking import number
from partyplatform.ui.columns import Column
from partyplatform.ui.views import NOT_MANAGED, FormPage

MOST = 300  # members registered in one act
BILL_COLUMNS = (
    Column("姓名", "member.name"),
    Column("月份", "months_label"),
    Money("应缴", "due_fen"),
)


class Register(OfBranch, FormPage):
    """登记缴纳: the ticked members and the months of the address; what it comes to is shown before it is sent."""

    needs = Power.KEEP_DUES
    form_class = RegisterForm
    template_name = "eforefront/dues/register.html"
    is_guest = False

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

    @property
    def kept(self):
        """What the form with the months keeps of the address, beside them."""
        return [("ids", member.pk) for member in self.members]

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
        terms = (first, last, timezone.localdate(), "1")
        asked = [Payment(member.pk, *terms, is_guest=self.is_guest) for member in self.members]
        return reckon(self.branch, asked)

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
            "is_guest": self.is_guest,
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
            kept=self.kept,
            is_guest=self.is_guest,
            first=f"{first:%Y-%m}",
            last=f"{last:%Y-%m}",
            **kwargs,
        )
