"""What holds for every address: tokens, methods, leaving. What a look shows is judged in test_looking.py.

Source: security.md 25, 26, 57.
"""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import LoginCounter
from partyplatform.tests.kept import kept
from tests.permissions import GET, POST, TABLE
from tests.relations import ROWS
from tests.test_relations import Objects
from tests.world import build, user_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("walking")]

STRANGE_METHODS = ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "XYZZY")


@kept
def world():
    return build()


def addresses(world, method, *, places=("college", "staff")):
    """Return [(URL name, address, body)] of every address of a method, objects taken from `places`."""
    found = [(name, reverse(name), {}) for name, arguments, by, _ in TABLE if by == method and not arguments]
    for name, kind, by, *_ in ROWS:
        for place in places if by == method else ():
            arguments, query, body = Objects(world, place).arguments(kind)
            found.append((name, reverse(name, args=arguments, query=query or None), body))
    return found


# ── looking (25) ────────────────────────────────────────────────────────────────────────────────────────


def test_no_address_that_acts_answers_a_look(client, world):
    """What only takes POST says so: 405, for GET and HEAD."""
    looked_at = {name for name, *_ in addresses(world, GET)}
    client.force_login(user_of(world, "top"))
    for name, address, _ in addresses(world, POST):
        if name not in looked_at:
            assert (client.get(address).status_code, client.head(address).status_code) == (405, 405), name


# ── tokens and methods (25) ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.looks
def test_a_post_without_the_token_of_this_browser_is_refused_everywhere(world):
    """Another token than this browser's is no token: one address of each app is asked for that."""
    browser, other = Client(enforce_csrf_checks=True), Client()
    browser.force_login(user_of(world, "top"))
    browser.get("/info/")
    foreign = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', other.get("/login/").text)[1]
    forms = addresses(world, POST, places=("college",))
    for name, address, body in forms:  # nobody here leads a 党小组: that is said before the body is read
        expected = 404 if name == "eforefront:group_meeting_attach" else 403
        assert browser.post(address, body).status_code == expected, name
    for name, address, body in {name.split(":")[0]: (name, *form) for name, *form in forms}.values():
        for token in ("x" * 64, foreign):
            assert browser.post(address, {**body, "csrfmiddlewaretoken": token}).status_code == 403, name
    assert browser.get("/info/").status_code == 200


@pytest.mark.looks
def test_methods_that_are_not_used_are_405_everywhere(client, world):
    """One of the methods at each address in turn, all of them at the first: they end at the same line."""
    client.force_login(user_of(world, "top"))
    asked = addresses(world, GET, places=("staff",)) + addresses(world, POST, places=("staff",))
    for number, (name, address, _) in enumerate(asked):
        for method in STRANGE_METHODS if number == 0 else [STRANGE_METHODS[number % len(STRANGE_METHODS)]]:
            assert client.generic(method, address).status_code == 405, name


# ── headers (26) ────────────────────────────────────────────────────────────────────────────────────────


def test_hsts_goes_with_every_page_of_a_real_installation(client, settings):
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31536000, True
    fresh = Client()
    for path in ("/login/", "/nothing/", "/info/"):
        assert fresh.get(path, secure=True).headers["Strict-Transport-Security"] == (
            "max-age=31536000; includeSubDomains"
        )


def test_leaving_clears_what_the_browser_kept(client, world):
    client.force_login(user_of(world, "top"))
    assert client.post("/logout/").headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'


def test_the_walk_counts_no_login(world):
    assert LoginCounter.objects.count() == 0
