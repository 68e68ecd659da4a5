"""Login and logout."""

from django.conf import settings
from django.contrib.auth import logout as end_session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from accounts import acting, activating, awaiting
from accounts.codes import System
from accounts.forms import LoginForm
from accounts.models import ActivationCode
from accounts.services import logins
from accounts.views.entering import let_in
from partyplatform import audit
from partyplatform.audit.middleware import address_of
from partyplatform.ui.targets import own_target

FAILED = ValidationError("用户名或密码错误")


@sensitive_post_parameters("login_name", "password")
@sensitive_variables("form", "name", "password")
def login(request):
    target = _own_target(request)
    if request.method != "POST" and request.user.is_authenticated:
        return HttpResponseRedirect(target)
    system, needed = acting.system_of(target), ""
    form = LoginForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        name, password = form.cleaned_data["login_name"], form.cleaned_data["password"]
        try:
            admitted = logins.enter(
                name, password, address=address_of(request), system=system or "", certificate=request.certificate
            )
            if isinstance(admitted, ActivationCode):
                activating.begin(request, admitted)
                return HttpResponseRedirect(resolve_url("accounts:first_password"))
            if admitted is not None:
                return let_in(request, admitted, target)
            form.add_error(None, FAILED)
        except logins.CertificateNeeded as refusal:
            needed = refusal.sentence
            form.add_error(None, ValidationError(needed))
            awaiting.begin(request, refusal.role.user, target, code=refusal.code)
    page = {"form": form, "next": target, "system": system and System(system), "is_refused": bool(form.errors)}
    page |= {"failed": _failure(form), "needed": needed, "certificate_origin": settings.CERTIFICATE_ORIGIN}
    return render(request, "accounts/login.html", page, status=422 if form.errors else 200)


@require_POST
@transaction.atomic
def logout(request):
    """End the session, and have the browser forget what it kept of it."""
    by, user = request.role or audit.SYSTEM, request.user
    user.session_mark = ""
    user.save(update_fields=["session_mark"])
    audit.record(by, "accounts.logout", user)
    end_session(request)
    answer = HttpResponseRedirect(f"{resolve_url('accounts:entrance')}?left=1")
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return answer


def _failure(form):
    return form.non_field_errors().as_data()[0] if form.non_field_errors() else None


def _own_target(request):
    """Return where to go after the login: an address of ours, else the entrance. Source: security.md 27."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    return own_target(request, target, resolve_url(settings.LOGIN_REDIRECT_URL))
