"""登记市外转入, and completing the record of who arrives. Source: screens.md 2.5, 3.6; workflows.md 3.2."""

from django.contrib import messages
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from accounts.powers import Power
from partyplatform import uploads
from partyplatform.ui.views import FormPage, Scoped, UploadPage
from transfers.forms.arriving import ArrivalForm, ReceiptForm, RecordForm
from transfers.services import arrival_records, arriving
from transfers.views.detail import MENU, OfTransfer, told


class Arrive(UploadPage):
    """The letter, its scan and the person, entered by the new branch or by an organisation above it."""

    needs = Power.HANDLE_TRANSFERS
    form_class = ArrivalForm
    template_name = "transfers/arrive.html"
    extra_context = MENU
    max_body, max_file = uploads.MOST_READ, uploads.MAX_BYTES

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "role": self.request.role}

    def get_initial(self):
        own = self.request.role.organization
        return {"target_code": own.code, "target_name": own.short_name} if own.is_branch else {}

    def act(self, form):
        return arriving.arrive(form.target, by=self.request.role, **form.words)

    def location(self, result):
        messages.success(self.request, f"已登记。{told(result)}。")
        return reverse("transfers:complete" if result.lacking else "transfers:detail", args=[result.pk])


class Complete(OfTransfer, FormPage):
    """完善党员信息: what the record still lacks, before the committee takes the member in."""

    needs = Power.HANDLE_TRANSFERS
    form_class = RecordForm
    template_name = "transfers/complete.html"
    extra_context = MENU

    def get_form_kwargs(self):
        if not self.may_complete:
            raise Http404
        values = self.transfer.arrival.values
        return {**super().get_form_kwargs(), "values": values, "initial": {"version": self.transfer.version}}

    def act(self, form):
        version = form.cleaned_data["version"]
        return arrival_records.write(self.transfer, by=self.request.role, version=version, values=form.values)

    def location(self, result):
        left = f"，尚缺：{result.lacking}" if result.lacking else "，必填项已齐全"
        messages.success(self.request, f"已保存{result.name}的信息{left}")
        return result.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(transfer=self.transfer, **kwargs)


class OwesReceipt(OfTransfer):
    """A 市外转入 that is done, and its receipt the reader's to send."""

    needs = Power.HANDLE_TRANSFERS

    def check(self):
        if not arrival_records.answers(self.transfer, self.request.role):
            raise Http404


class Receipt(OwesReceipt, Scoped, TemplateView):
    """回执联 for the committee that issued the letter, as a page for printing."""

    template_name = "transfers/receipt.html"

    def get_context_data(self, **kwargs):
        self.check()
        return super().get_context_data(transfer=self.transfer, **kwargs)


class ReceiptSent(OwesReceipt, FormPage):
    """登记回执已寄出."""

    form_class = ReceiptForm
    template_name = "transfers/receipt_sent.html"
    extra_context = MENU

    def get_form_kwargs(self):
        self.check()
        return {**super().get_form_kwargs(), "initial": {"on": timezone.localdate()}}

    def act(self, form):
        return arrival_records.receipt_sent(self.transfer, by=self.request.role, on=form.cleaned_data["on"])

    def location(self, result):
        messages.success(self.request, f"{result.number} {result.name}：已登记回执寄出")
        return result.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(transfer=self.transfer, **kwargs)
