"""One effect for each form, however often it is sent: double click, back button, retry after a broken line."""

import re
import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps

from django.db import IntegrityError, transaction
from django.http import HttpResponseRedirect
from django.utils import timezone

from partyplatform.chores import chore

from .models import UsedFormKey

NAME = "form_key"
KEPT = timedelta(days=2)  # longer than any session lives
_SHAPE = re.compile(r"[A-Za-z0-9_-]{22}")


class Repeated(Exception):
    """The form was sent before; `location` is where its first sending led to."""

    def __init__(self, location):
        super().__init__(location)
        self.location = location


@dataclass
class Claim:
    """The first sending of a form; set `location` before the block ends."""

    location: str = ""


def fresh():
    return secrets.token_urlsafe(16)


def posted(request):
    """Return the key a request carries, "" for none or for something that is no key."""
    key = request.POST.get(NAME, "")
    return key if _SHAPE.fullmatch(key) else ""


def led_to(request):
    """Return where a form that was sent before led to, "" for one that is new."""
    if not (key := posted(request)):
        return ""
    found = UsedFormKey.objects.filter(**_own(request, key)).first()
    return (found.location or request.path) if found else ""


@contextmanager
def once(request):
    """Run the block in one transaction, once per key; raise `Repeated` when the key was used before.

    Without a key the block simply runs. When it fails, the key goes unused and the form can be sent again.
    """
    with transaction.atomic():
        claim, row = Claim(), _claimed(request)
        yield claim
        if row is not None and claim.location:
            row.location = claim.location
            row.save(update_fields=["location"])


def once_only(view):
    """Decorate a verb: a repeated POST is led to where the first one went."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        try:
            with once(request) as claim:
                response = view(request, *args, **kwargs)
                claim.location = response.headers.get("Location", "")
                if not claim.location:  # a page instead of a result: nothing was done
                    transaction.set_rollback(True)
                return response
        except Repeated as repeated:
            return HttpResponseRedirect(repeated.location)

    return wrapper


@chore
def forget_old(now=None):
    """Delete keys no open form can carry any more; return their number."""
    return UsedFormKey.objects.filter(created_at__lt=(now or timezone.now()) - KEPT).delete()[0]


def _own(request, key):
    return {"user_uid": str(getattr(request.user, "uid", request.user.pk)), "key": key}


def _claimed(request):
    key = posted(request)
    if not key:
        return None
    owner = _own(request, key)
    try:
        with transaction.atomic():
            return UsedFormKey.objects.create(**owner)
    except IntegrityError:
        raise Repeated(UsedFormKey.objects.get(**owner).location or request.path) from None
