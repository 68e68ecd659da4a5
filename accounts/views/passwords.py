"""设置新密码 with a one-time code, 修改密码 with the present password."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import resolve_url
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from accounts import activating, sessions
from accounts.forms import ChangePasswordForm, FirstPasswordForm
from accounts.passwords_due import is_password_due
from accounts.services import passwords
from accounts.services.logins import first_role
from accounts.views.entering import let_in
from partyplatform import audit
from partyplatform.ui.forms import refuse

DEAD = "启用码已使用、更换或过期，或停留时间过长。请重新登录；不能登录时，请联系发放人重新发放。"

_secret = [sensitive_post_parameters("current", "password", "repeat"), sensitive_variables("form")]


@method_decorator(_secret, name="dispatch")
class FirstPassword(FormView):
    """The only page a one-time code opens. With the new password one is logged in, and the code is dead."""

    form_class = FirstPasswordForm
    template_name = "accounts/first_password.html"

    def dispatch(self, request, *args, **kwargs):
        if not activating.is_begun(request.session):
            return HttpResponseRedirect(resolve_url("accounts:login"))
        self.code = activating.code_of(request.session)
        self.role = self.code and first_role(self.code.user)
        if self.role is None:
            return self._dead()
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            passwords.begin(self.code, form.cleaned_data["password"], role=self.role)
        except ValidationError as refusal:
            refuse(form, refusal)
            return self.form_invalid(form)
        except passwords.CodeDead:
            return self._dead()
        activating.end(self.request)
        self.code.user.refresh_from_db()  # the session is bound to the new password
        role = first_role(self.code.user)
        answer = let_in(self.request, role, resolve_url("accounts:entrance"), way="启用码")
        spent = "启用码或初始密码" if settings.INITIAL_PASSWORD_AS_IN_MANUAL else "启用码"
        messages.success(self.request, f"密码已设置，{spent}已作废。以后请用本人身份证号和新密码登录。")
        return answer

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form, is_refused=True), status=422)

    def get_context_data(self, **kwargs):
        return super().get_context_data(name=self.code.user.name, role=None, **kwargs)

    def _dead(self):
        activating.end(self.request)
        messages.warning(self.request, DEAD)
        return HttpResponseRedirect(resolve_url("accounts:login"))


@require_POST
def leave_activation(request):
    """Go away without a password; the code stays good."""
    if activating.is_begun(request.session):
        activating.end(request)
    return HttpResponseRedirect(resolve_url("accounts:entrance"))


@method_decorator(_secret, name="dispatch")
class ChangePassword(FormView):
    """修改密码: in a session with a new id afterwards; every other one of the account is over."""

    form_class = ChangePasswordForm
    template_name = "accounts/password.html"

    def form_valid(self, form):
        request, by = self.request, self.request.role or audit.SYSTEM
        given = {name: form.cleaned_data[name] for name in ("current", "password")}
        try:
            user = passwords.change(request.user, **given, by=by)
        except ValidationError as refusal:
            refuse(form, refusal)
            return self.form_invalid(form)
        update_session_auth_hash(request, user)
        rotate_token(request)
        sessions.renew(request.session, user)
        messages.success(request, "密码已修改，在别处的登录已全部退出")
        return HttpResponseRedirect(resolve_url("accounts:account"))

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form, is_refused=True), status=422)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            is_due=is_password_due(self.request), days=settings.PASSWORD_DAYS_ADMIN, **kwargs
        )
