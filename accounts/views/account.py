"""我的账号."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import history


@require_safe
def account(request):
    """我的账号: who one is here, in which roles, and when one logged in."""
    logged = history.recent_logins(request.user)
    return render(request, "accounts/account.html", {"account": request.user, "logins": logged})
