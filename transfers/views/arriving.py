"""登记市外转入. Source: screens.md 3.6; workflows.md 3.2."""

from django.contrib import messages
from django.urls import reverse

from accounts.powers import Power
from partyplatform.ui.views import FormPage
from transfers.forms.arriving import ArrivalForm
from transfers.services import arriving
from transfers.views.detail import MENU, told


class Arrive(FormPage):
    """The letter and the person, entered by the new branch or by an organisation above it."""

    needs = Power.HANDLE_TRANSFERS
    form_class = ArrivalForm
    template_name = "transfers/arrive.html"
    extra_context = MENU

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "role": self.request.role}

    def get_initial(self):
        own = self.request.role.organization
        return {"target_code": own.code, "target_name": own.short_name} if own.is_branch else {}

    def act(self, form):
        return arriving.arrive(form.target, by=self.request.role, **form.words)

    def location(self, result):
        messages.success(self.request, f"已登记。{told(result)}")
        return reverse("transfers:detail", args=[result.pk])
