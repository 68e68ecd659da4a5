"""收据 and 更正. Source: screens.md 3.7; workflows.md 8.2."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.views.generic import View

from accounts.powers import Power
from eforefront.forms.dues import CorrectForm
from eforefront.models import DuesEntry, DuesReceipt
from eforefront.money import in_capitals, yuan
from eforefront.querysets import dues as reads
from eforefront.services.dues import correcting
from eforefront.views.dues import SECTION
from partyplatform import uploads
from partyplatform.pdf import PdfUnavailable, pdf_from
from partyplatform.ui.views import NOT_MANAGED, FormPage, Scoped

RECEIPT = "eforefront/dues/receipt.html"


class OfReceipt(Scoped):
    """A page about one receipt."""

    extra_context = SECTION

    @cached_property
    def receipt(self):
        return get_object_or_404(DuesReceipt.objects.open_to(self.request.role).in_full(), pk=self.kwargs["pk"])

    @property
    def is_kept(self):
        role = self.request.role
        return correcting.home(self.receipt).pk == role.organization_id and role.can(Power.KEEP_DUES)

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
        member, branch = self.receipt.member, correcting.home(self.receipt)
        is_guest = member.organization_id != branch.pk and reads.pays_elsewhere(member.pk)
        again = form.payment(member, is_guest=is_guest)
        reason = form.cleaned_data["reason"]
        return correcting.correct(self.receipt, by=self.request.role, reason=reason, again=again)

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
