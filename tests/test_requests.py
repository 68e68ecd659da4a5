"""What holds for every address: looking changes nothing, tokens, methods, headers, form keys.

Source: security.md 25, 26, 57.
"""

import re

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from accounts.models import LoginCounter
from partyplatform.audit.models import ChainHead, Record
from partyplatform.tests.kept import kept
from tests.permissions import GET, POST, TABLE
from tests.relations import ROWS
from tests.test_relations import Objects
from tests.world import build, user_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("papers_at_once")]

NOT_KEPT = {"sessions.session", Record._meta.label_lower, ChainHead._meta.label_lower}
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


def stored():
    """Return every row of every table but those that note who came: sessions and the audit."""
    models = (model for model in apps.get_models() if model._meta.label_lower not in NOT_KEPT)
    return {model._meta.db_table: list(model._base_manager.order_by("pk").values()) for model in models}


# ── looking changes nothing (25) ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("reader", ("top", "upper", "own", "member"))
def test_nothing_changes_by_looking(client, world, reader):
    pages = addresses(world, GET)
    client.force_login(user_of(world, reader))
    before = stored()
    for _, address, _ in pages:
        client.get(address)
        if reader == "top":  # a view answers HEAD by what answers GET
            client.head(address)
    after = stored()
    assert {table: rows for table, rows in after.items() if rows != before[table]} == {}
    assert len(pages) > 60


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
    for name, address, body in forms:
        assert browser.post(address, body).status_code == 403, name
    for name, address, body in {name.split(":")[0]: (name, *form) for name, *form in forms}.values():
        for token in ("x" * 64, foreign):
            assert browser.post(address, {**body, "csrfmiddlewaretoken": token}).status_code == 403, name
    assert browser.get("/info/").status_code == 200


@pytest.mark.looks
def test_methods_that_are_not_used_are_405_everywhere(client, world):
    client.force_login(user_of(world, "top"))
    for name, address, _ in addresses(world, GET, places=("staff",)) + addresses(world, POST, places=("staff",)):
        for method in STRANGE_METHODS:
            assert client.generic(method, address).status_code == 405, name


# ── headers (26), one effect for each form (57) ─────────────────────────────────────────────────────────

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
POLICY = ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "default-src 'none'")
FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
# What a repetition cannot do twice: logging in and out, the same choice again, a search, a proof.
REPEATABLE = re.compile(
    r'action="(/logout/|/text-size/|/stay/|/role/switch/|/prove/)"|class="card login"|role="search"|class="filters"'
)


def faults_of(answer):
    """Return what is missing from or wrong with the headers of an answer."""
    policy = answer.headers["Content-Security-Policy"]
    faults = [name for name, value in HEADERS.items() if answer.headers.get(name) != value]
    if not policy.startswith("sandbox"):
        faults += [part for part in POLICY if part not in policy]
        faults += [] if re.search(r"'nonce-[\w-]{22}'", policy) else ["no nonce"]
    return faults + [word for word in ("unsafe-", "*", "http:", "data:") if word in policy]


@pytest.mark.looks
def test_every_page_has_the_headers_and_every_form_that_acts_a_key(client, world):
    client.force_login(user_of(world, "top"))
    nonces, forms = [], 0
    for name, address, _ in addresses(world, GET):
        answer = client.get(address)
        assert faults_of(answer) == [], name
        nonces += re.findall(r"'nonce-([\w-]+)'", answer.headers["Content-Security-Policy"])
        if answer.streaming or "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        for attributes, inside in FORM.findall(answer.text):
            if 'method="post"' in attributes and not REPEATABLE.search(attributes):
                forms += 1
                assert re.search(r'name="form_key" value="[\w-]{22}"', inside), f"{name}: {attributes}"
                assert 'name="csrfmiddlewaretoken"' in inside, name
    assert len(nonces) == len(set(nonces)) > 60
    assert forms > 20


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
