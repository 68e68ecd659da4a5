"""Searches for people: what was typed goes by POST and stays in the session, sealed; the address has only its number.

So no name, 身份证号 or phone is in an address, a log of addresses or the history of a browser, while pages, orders and
exports of the list still find what was asked. Source: security.md 28.
"""

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponseRedirect

from partyplatform.crypto import Undecipherable, seal, unseal

PRIVATE = frozenset({"name", "id_number", "phone"})  # fields of searches for people that stay out of addresses
NUMBER = "search"  # in the address
KEPT = 20  # searches one session remembers
_SESSION = "searches"

Watch = Callable[[Any, Mapping[str, str]], str]
_WATCHES: list[Watch] = []


def watches_searches(watch: Watch) -> Watch:
    """Register who looks at every search before it is kept, on whatever page.

    `watch(request, asked)` returns why it is not answered, "" to let it pass.
    """
    _WATCHES.append(watch)
    return watch


def answer(request, private=PRIVATE):
    """Keep what a POST asks for and lead to the same page, which then shows it, or says why nothing was looked for."""
    query = request.POST.copy()
    query.pop("csrfmiddlewaretoken", None)
    asked = {name: query.pop(name)[-1] for name in private if name in query}
    if refusal := next((said for watch in _WATCHES if (said := watch(request, asked))), ""):
        messages.error(request, refusal)
        return HttpResponseRedirect(request.get_full_path())
    query = _without(query, {NUMBER, "find"} | {name for name in query if not any(query.getlist(name))})
    if any(asked.values()):
        query[NUMBER] = keep(request, {name: value for name, value in asked.items() if value})
    return HttpResponseRedirect(f"{request.path}?{query.urlencode()}" if query else request.path)


def query_of(request, private=PRIVATE):
    """Return the query of an address with what was kept under its number; private fields in the address count nothing.

    A number of another session, or one that was forgotten, stands for nothing.
    """
    query = _without(request.GET.copy(), private)
    for name, value in kept(request, query.get(NUMBER, "")).items():
        query[name] = value
    return _without(query, {NUMBER})


def keep(request, values):
    """Keep values, sealed, in the session; return the number that stands for them in an address."""
    number = secrets.token_urlsafe(6)
    sealed = seal(json.dumps(values), **_place(request, number))
    earlier = list(request.session.get(_SESSION, {}).items())[1 - KEPT :]
    request.session[_SESSION] = {**dict(earlier), number: base64.b64encode(sealed).decode()}
    return number


def kept(request, number):
    """Return what was kept under a number in this session, nothing for any other."""
    sealed = request.session.get(_SESSION, {}).get(number) if number else None
    if sealed is None:
        return {}
    try:
        return json.loads(unseal(base64.b64decode(sealed), **_place(request, number)))
    except Undecipherable:
        return {}


def _place(request, number):
    return {"table": "session", "column": "search", "row": f"{request.user.uid}:{number}"}


def _without(query, names):
    for name in names:
        query.pop(name, None)
    return query
