"""介绍信核验: anybody may ask what a letter with this number and check code is worth."""

from django.shortcuts import render
from django.urls import reverse
from django.views.generic import FormView

from partyplatform import masking
from partyplatform.audit.middleware import address_of as sender_of
from transfers.forms.verifying import VerifyForm
from transfers.services import verifying

LOCKED = "您所在的网络核验次数过多，请稍后再试。"
UNKNOWN = "没有找到与该编号和核验码相符的介绍信，请与纸质介绍信核对后再试。如仍不相符，请致电开具党委核实。"


def verifying_address(request):
    """Return the absolute address of this page, to which the QR code adds number and check code."""
    return request.build_absolute_uri(reverse("letters:verify"))


class Verify(FormView):
    """The QR code leads here with the form filled in; only sending it asks, so looking changes nothing."""

    is_public = True  # whoever receives a 介绍信 is no user of the platform
    form_class = VerifyForm
    template_name = "transfers/verify.html"

    def get_initial(self):
        return {name: self.request.GET.get(name, "")[:20] for name in ("number", "code")}

    def form_valid(self, form):
        typed = form.cleaned_data
        found = verifying.look_up(typed["number"], typed["code"], address=sender_of(self.request))
        if found.is_locked or found.letter is None:
            form.add_error(None, LOCKED if found.is_locked else UNKNOWN)
            return render(self.request, self.template_name, self.get_context_data(form=form), status=422)
        letter, name = found.letter, masking.name(found.letter.transfer.name)
        return render(self.request, self.template_name, self.get_context_data(form=form, letter=letter, name=name))

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)
