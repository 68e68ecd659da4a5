"""One transfer: its steps, its facts, its history, and what the reader may do. Source: screens.md 3.6; mock-up 06."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from accounts.powers import Power
from partyplatform import uploads
from partyplatform.ui.views import Scoped, UploadPage, needs
from partyplatform.uploads.records import file_response
from transfers import timeline, workflow
from transfers.codes import TransferState, TransferType
from transfers.exchange import identity
from transfers.forms.acting import ActForm
from transfers.models import Letter, OutMessage, Transfer, TransferFile
from transfers.offers import offers
from transfers.services import files
from transfers.services.advancing import NOT_YOURS, advance
from transfers.services.arrival_records import answers

INLINE = ("pass", "send_back")  # decided on the page itself
DANGEROUS = ("send_back", "withdraw", "end", "replace")
AGREED = "同意。"
MENU = {"section": "组织关系转接"}  # the entry the pages of one transfer belong to; their address does not tell


class OfTransfer:
    """The transfer of the address, and what the role may do with it."""

    @cached_property
    def transfer(self):
        return get_object_or_404(Transfer.objects.visible_to(self.request.role).whole(), pk=self.kwargs["pk"])

    @cached_property
    def offers(self):
        return offers(self.transfer, self.request.role) if self.request.role.can(Power.HANDLE_TRANSFERS) else []

    @cached_property
    def inline(self):
        """通过 of the own step, where it settles nothing for good, with 退回 beside it: without 通过 there is no
        opinion to write on the page itself."""
        found = [
            each
            for each in self.offers
            if each.step.verb in INLINE and not each.stands_in and not each.step.final and not each.why
        ]
        return found if any(each.step.verb == "pass" for each in found) else []

    @property
    def prints(self):
        """Whether the paper is the role's to give out: its committee is in reach."""
        role, transfer = self.request.role, self.transfer
        mine = bool(transfer.released_on) and role.can(Power.HANDLE_TRANSFERS)
        return mine and Letter.objects.visible_to(role).of(transfer).exists()

    @property
    def may_have_files(self):
        """Scans come with letters: given out by a committee of the platform, or brought along."""
        return self.transfer.released_on is not None or self.transfer.type == TransferType.IN

    @property
    def may_complete(self):
        """Whether the reader may enter what the record of somebody who arrives still lacks."""
        transfer, role = self.transfer, self.request.role
        is_open = transfer.type == TransferType.IN and transfer.state == TransferState.SUBMITTED
        return is_open and role.can(Power.HANDLE_TRANSFERS)


class Detail(OfTransfer, Scoped, TemplateView):
    needs = Power.VIEW_TRANSFERS
    template_name = "transfers/detail.html"
    extra_context = MENU

    def get_context_data(self, **kwargs):
        transfer = self.transfer
        initial = {"version": transfer.version, "remark": AGREED}
        return super().get_context_data(
            transfer=transfer,
            head=transfer.head,
            days=f"{transfer.valid_days} 天",
            marks=timeline.marks(transfer, transfer.steps.in_order(), today=timezone.localdate()),
            events=transfer.events.listed().newest_first(),
            inline=self.inline,
            others=[each for each in self.offers if each not in self.inline],
            dangerous=DANGEROUS,
            form=ActForm(initial=initial) if self.inline else None,
            letters=Letter.objects.of(transfer).to_print() if transfer.released_on else (),
            prints=self.prints,
            files=transfer.files.all() if self.may_have_files else (),
            may_complete=self.may_complete,
            answers=transfer.type == TransferType.IN and answers(transfer, self.request.role),
            releases="、".join(row.label for row in transfer.releases.whole()) if transfer.release_reason else "",
            **self._exchanged(),
            **kwargs,
        )

    def _exchanged(self):
        """What went to other platforms, for whoever may send it."""
        is_outside = self.transfer.type in (TransferType.OUT, TransferType.IN)
        if not (is_outside and identity.own_id() and self.request.role.can(Power.EXCHANGE_TRANSFERS)):
            return {}
        sent = OutMessage.objects.visible_to(self.request.role).of(self.transfer).listed().newest_first()
        may_send = self.transfer.state == TransferState.LETTER and self.prints
        return {"sent": sent, "may_send": may_send}


class Act(OfTransfer, UploadPage):
    """One act of the table: a page of its own, which also takes the form of the detail page, and a scan."""

    needs = Power.HANDLE_TRANSFERS
    form_class = ActForm
    template_name = "transfers/act.html"
    extra_context = MENU
    settles = False  # where the member belongs
    max_body, max_file = uploads.MOST_READ, uploads.MAX_BYTES
    target = ("transfer",)

    @cached_property
    def step(self):
        if self.kwargs["verb"] not in workflow.VERBS:
            raise Http404
        return workflow.find(self.kwargs["verb"], self.transfer)

    @cached_property
    def offer(self):
        return next((each for each in self.offers if each.step == self.step), None)

    def get(self, request, *args, **kwargs):
        if self.step is None:
            messages.info(request, f"该转接现为“{self.transfer.status.label}”，不能再办理该项")
            return HttpResponseRedirect(self.transfer.get_absolute_url())
        self._refuse_strangers()
        return self._elsewhere() or super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if self.step is None or self.is_overtaken:  # the service says who was faster
            return super().post(request, *args, **kwargs)
        self._refuse_strangers()
        return self._elsewhere() or super().post(request, *args, **kwargs)

    @property
    def is_overtaken(self):
        return self.request.POST.get("version", "") not in ("", str(self.transfer.version))

    def _elsewhere(self):
        """The way to the page that asks for a proof, or away from it; nothing that was sent is kept."""
        if self.step.final == self.settles:
            return None
        return HttpResponseRedirect(reverse(self.offer.page, args=[self.transfer.pk, self.step.verb]))

    def _refuse_strangers(self):
        if self.offer is None:
            whose = self.transfer.holder if self.step.actor is workflow.Actor.HOLDER else self.transfer.starter
            raise PermissionDenied(NOT_YOURS.format(name=whose.short_name))

    def get_initial(self):
        return {"version": self.transfer.version}

    def get_form_kwargs(self):
        whose = self.transfer.holder or self.transfer.starter
        return {**super().get_form_kwargs(), "offer": self.offer, "name": whose.short_name}

    def act(self, form):
        return advance(self.transfer, self.kwargs["verb"], by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, told(result))
        return reverse("transfers:detail", args=[result.pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(transfer=self.transfer, step=self.step, offer=self.offer, **kwargs)


@require_safe
@needs(Power.VIEW_TRANSFERS)
def download(request, uid):
    """A scan of a transfer in reach; that it left the platform is kept."""
    file = get_object_or_404(TransferFile.objects.visible_to(request.role).select_related("transfer"), uid=uid)
    answer = file_response(file)
    files.note_opening(file, by=request.role)
    return answer


class Settle(Act):
    """The acts that settle where a member belongs, for a person who proved lately who they are (security.md 24)."""

    proof = True
    settles = True


def told(transfer):
    """Return what a reader is told after an act: where the transfer stands, who is next, until when."""
    if transfer.is_unfinished:
        return (
            f"{transfer.number} {transfer.name}：{transfer.get_state_display()}，"
            f"现由“{transfer.holder.short_name}”办理，期限 {transfer.due_on:%Y-%m-%d}"
        )
    return f"{transfer.number} {transfer.name}：{transfer.get_state_display()}"
