"""我的账号."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_POST, require_safe

from accounts import history, sessions
from accounts.services import notes
from accounts.watchers import watchers
from partyplatform import audit
from partyplatform.ui.form_keys import once_only


@require_safe
def account(request):
    """我的账号: who one is here, in which roles, when one logged in, and who may see what is kept of one."""
    return render(
        request,
        "accounts/account.html",
        {
            "account": request.user,
            "logins": history.recent_logins(request.user),
            "certificates": request.user.certificates.order_by("ended_at", "not_after"),
            "notes": notes.listed(request.user),
            "watchers": watchers(request.user),
        },
    )


@require_POST
@once_only
def close_others(request):
    """退出其他登录: this session goes on with a new id, every other one of the account is over."""
    request.session.cycle_key()
    sessions.renew(request.session, request.user)
    messages.success(request, "在别处的登录已全部退出")
    audit.record(request.role or audit.SYSTEM, "accounts.close_sessions", request.user)
    return HttpResponseRedirect(resolve_url("accounts:account"))
