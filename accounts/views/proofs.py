"""身份验证: the password or the certificate once more, before a dangerous act. Source: security.md 24."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.generic import FormView

from accounts import possession, sessions
from accounts.forms import ProofForm
from accounts.services import proofs
from partyplatform import audit
from partyplatform.ui.forms import refuse
from partyplatform.ui.proof import EXPIRED
from partyplatform.ui.targets import own_target

BY_CERTIFICATE = "certificate"  # the button of the certificate in what is sent


@method_decorator([sensitive_post_parameters("password"), sensitive_variables("form")], name="dispatch")
class Prove(FormView):
    """Take the proof in a session with a new id, then lead to a fresh form; forms opened before are void."""

    form_class = ProofForm
    template_name = "accounts/prove.html"

    @property
    def target(self):
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        return own_target(self.request, sent.get("next", ""))

    def get(self, request, *args, **kwargs):
        if request.is_proved:
            return HttpResponseRedirect(self.target)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if BY_CERTIFICATE not in request.POST:
            return super().post(request, *args, **kwargs)
        try:
            proofs.prove_by_certificate(request.user, possession.presented_now(request), by=self._by)
        except ValidationError as refusal:
            return self._answer(form=self.form_class(), failed=refusal)
        return self._go_on()

    def form_valid(self, form):
        try:
            proofs.prove(self.request.user, form.cleaned_data["password"], by=self._by)
        except ValidationError as refusal:
            refuse(form, ValidationError({"password": refusal.messages}))
            return self.form_invalid(form)
        return self._go_on()

    def _go_on(self):
        self.request.session.cycle_key()
        rotate_token(self.request)
        sessions.prove(self.request.session)
        if self._is_late:
            messages.info(self.request, "身份已验证，请重新填写")
        return HttpResponseRedirect(self.target)

    def form_invalid(self, form):
        return self._answer(form=form)

    def _answer(self, **context):
        return self.render_to_response(self.get_context_data(**context, is_refused=True), status=422)

    @property
    def _by(self):
        return self.request.role or audit.SYSTEM

    @property
    def _is_late(self):
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        return sent.get(EXPIRED) == "1"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            next=self.target,
            is_late=self._is_late,
            minutes=settings.PROOF_MINUTES,
            certificate=possession.presented_now(self.request),
            **kwargs,
        )
