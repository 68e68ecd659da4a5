"""Open to everybody: activating a 串码, registering by the QR code of a branch. Source: screens.md 3.5."""

from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.generic import FormView

from accounts import activating
from eforefront.forms.development_ways import CodedNewcomerForm, NewcomerForm
from eforefront.services.development import codes, registering
from partyplatform.audit.middleware import address_of
from partyplatform.ui.forms import refuse

_secret = [sensitive_post_parameters(), sensitive_variables()]


class Open(FormView):
    is_public = True  # whoever applies is no user of the platform yet

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form, is_refused=True), status=422)


@method_decorator(_secret, name="dispatch")
class Apply(Open):
    """激活串码: leads to the page 设置新密码, as a one-time code does."""

    form_class = CodedNewcomerForm
    template_name = "eforefront/development/apply.html"

    def form_valid(self, form):
        given = dict(form.cleaned_data)
        try:
            code = codes.activate(given.pop("code"), given, address=address_of(self.request))
        except ValidationError as refusal:
            refuse(form, refusal)
            return self.form_invalid(form)
        activating.begin(self.request, code)
        return HttpResponseRedirect(resolve_url("accounts:first_password"))


@method_decorator(_secret, name="dispatch")
class RegisterOneself(Open):
    """二维码登记: every number gets the same answer; so does every address that is forged, old or closed."""

    form_class = NewcomerForm
    template_name = "eforefront/development/register.html"

    @cached_property
    def door(self):
        return registering.door_of(self.kwargs["token"])

    def dispatch(self, request, *args, **kwargs):
        if self.door is None:
            return render(request, self.template_name, {"is_void": True}, status=404)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(organization=self.door.organization, **kwargs)

    def form_valid(self, form):
        try:
            registering.register(self.door, form.cleaned_data, address=address_of(self.request))
        except ValidationError as refusal:
            refuse(form, refusal)
            return self.form_invalid(form)
        return render(self.request, self.template_name, {"organization": self.door.organization, "is_done": True})
