"""The first page: the two systems."""

from dataclasses import dataclass

from django.conf import settings
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts import history
from accounts.codes import System


@dataclass(frozen=True)
class Door:
    """One of the two entries of the entrance page."""

    system: System
    icon: str


DOORS = (Door(System.INFO, "tree"), Door(System.PORTAL, "users"))


@require_safe
def entrance(request):
    """The two systems; somebody who is logged in sees those that are open to the account.

    Whoever comes with a certificate and is not logged in yet gets the list of resources instead.
    """
    if request.certificate is not None and not request.user.is_authenticated:
        return redirect("accounts:resources")
    mine = {role.system for role in request.roles} if request.user.is_authenticated else set(System)
    return render(
        request,
        "accounts/entrance.html",
        {
            "doors": [door for door in DOORS if door.system in mine],
            "announcement": settings.ANNOUNCEMENT,
            "user_name": request.user.name if request.user.is_authenticated else "",
            "previous": history.previous_login(request.session),
            "has_left": "left" in request.GET,
        },
    )
