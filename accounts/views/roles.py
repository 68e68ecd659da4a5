"""角色切换."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts import acting
from accounts.codes import System
from partyplatform import audit


@require_safe
def roles(request):
    """角色切换 as a page: every role of the person, by system."""
    by_system = [(system, [role for role in request.roles if role.system == system]) for system in System]
    return render(request, "accounts/roles.html", {"by_system": [(s, own) for s, own in by_system if own]})


@require_POST
@transaction.atomic
def switch_role(request):
    """Act as another role of one's own, in a session with a new id; forms opened before it are no longer accepted."""
    role = next((role for role in request.roles if str(role.pk) == request.POST.get("role")), None)
    if role is None:
        raise Http404
    request.session.cycle_key()
    rotate_token(request)
    acting.choose(request, role)
    audit.record(role, "accounts.switch_role", role.user)
    messages.success(request, f"当前角色：{role.label}")
    return HttpResponseRedirect(System(role.system).home)
