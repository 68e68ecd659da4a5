"""身份验证 (step-up): dangerous acts ask for a person who proved lately who they are. Source: security.md 24.

`request.is_proved` is set above the ground; the page that takes the proof is `accounts:prove`. It is asked for before a
form is filled. Nothing that was sent is kept or sent again: after the proof the reader finds a fresh form.
"""

from functools import wraps

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from .targets import came_from

EXPIRED = "expired"  # in the address: what was just sent came too late


def demand(request, *, has_page):
    """Return None for a person who proved lately who they are, else the way to the proof and back.

    `has_page` says whether the address also answers GET; the way back from a mere verb is the page it stands on.
    """
    if getattr(request, "is_proved", False):
        return None
    query = {"next": request.get_full_path() if has_page or request.method != "POST" else came_from(request)}
    if request.method == "POST":
        query[EXPIRED] = "1"
    address = f"{reverse('accounts:prove')}?{urlencode(query)}"
    return HttpResponseClientRedirect(address) if getattr(request, "htmx", False) else HttpResponseRedirect(address)


def proved(view):
    """Decorate a verb: put it below `@needs`, so that only who may act at all is asked for a proof."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        return demand(request, has_page=False) or view(request, *args, **kwargs)

    wrapper.proof = True
    return wrapper
