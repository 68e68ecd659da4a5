"""显示完整信息: one field of one person, once, in the answer to an explicit POST. Source: security.md 40.

Without script it is a page; with script the form and the value take the place of the masked text in the list.
"""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.debug import sensitive_variables
from django.views.generic import FormView, TemplateView

from accounts import reveals
from accounts.forms import RevealForm
from accounts.powers import Power
from accounts.services import reveals as services
from partyplatform.crypto import Undecipherable
from partyplatform.ui.form_keys import Repeated, once, posted
from partyplatform.ui.forms import refuse
from partyplatform.ui.proof import demand
from partyplatform.ui.targets import came_from, own_target
from partyplatform.ui.views import Scoped, get_visible

NO_KEY = "页面已过期，请重新提交"
SECONDS = 30  # a value shown in a list is masked again after so long


class OfOneField(Scoped):
    """A field and a person of the address; 404 for an unknown field and for somebody out of reach."""

    needs = Power.REVEAL_FIELDS
    page = fragment = ""

    @cached_property
    def field(self):
        found = reveals.find(self.kwargs["field"])
        if found is None:
            raise Http404
        return found

    @cached_property
    def person(self):
        return get_visible(self.field.model, self.request.role, uid=self.kwargs["uid"])

    @property
    def back(self):
        """The page the text stands on, handed from step to step."""
        sent = self.request.POST.get("next") or came_from(self.request)
        return own_target(self.request, sent)

    def get_template_names(self):
        return [self.fragment if self.request.htmx else self.page]

    def get_context_data(self, **kwargs):
        kwargs |= {"field": self.field, "person": self.person}
        address = {"system": self.kwargs["system"], "field": self.field.name, "uid": self.person.uid}
        masked = services.masked(self.field, self.person)
        return super().get_context_data(
            **kwargs, back=self.back, masked=masked, may_reveal=True, address=address, seconds=SECONDS
        )


class Reveal(OfOneField, FormView):
    """GET asks why, POST shows the value; repeated or reloaded, it asks again."""

    form_class = RevealForm
    page, fragment = "accounts/reveal.html", "accounts/_reveal_form.html"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "asks_reason": self.field.field_class.asks_reason}

    def get(self, request, *args, **kwargs):
        self.person  # noqa: B018 (404 before anything else)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self.person  # noqa: B018
        return super().post(request, *args, **kwargs)

    @method_decorator(sensitive_variables("value"))
    def form_valid(self, form):
        try:
            value = self._value(form)
        except Repeated as repeated:
            return HttpResponseRedirect(repeated.location)
        except services.TooMany:
            services.alarm_of_many(self.request.role)
            return demand(self.request, has_page=True)
        except Undecipherable:
            services.report(self.field, self.person)
            value = reveals.UNDECIPHERABLE
        except ValidationError as refusal:
            refuse(form, refusal)
            return self.form_invalid(form)
        self.page, self.fragment = "accounts/revealed.html", "accounts/_revealed.html"
        return self.render_to_response(self.get_context_data(form=form, value=value))

    def _value(self, form):
        if not posted(self.request):
            raise ValidationError(NO_KEY)
        with once(self.request) as claim:
            claim.location = self.request.path
            role, reason = self.request.role, form.cleaned_data.get("reason", "")
            is_proved = getattr(self.request, "is_proved", False)
            return services.reveal(self.field, self.person, by=role, reason=reason, is_proved=is_proved)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form, is_refused=True), status=422)


class Masked(OfOneField, TemplateView):
    """The masked text again, asked for by the list itself: it keeps no session alive."""

    keeps_session_alive = False
    page = fragment = "accounts/_masked.html"

    def get(self, request, *args, **kwargs):
        self.person  # noqa: B018 (404 before anything else)
        if not request.htmx:
            return redirect("accounts:reveal", **self.kwargs)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(has_focus="focus" in self.request.GET, **kwargs)
