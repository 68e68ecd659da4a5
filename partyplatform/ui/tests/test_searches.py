"""Source: security.md 28, 42."""

from types import SimpleNamespace

import pytest
from django import forms
from django.test import RequestFactory

from partyplatform.ui import searches
from partyplatform.ui.forms import FilterForm
from partyplatform.ui.tests.factories import person


@pytest.fixture
def browser(monkeypatch):
    """Requests of one session and person, watched by nobody."""
    monkeypatch.setattr(searches, "_WATCHES", [])
    session, user = {}, person()

    def asks(method, values):
        request = getattr(RequestFactory(), method)("/members/", values)
        request.session, request.user = session, user
        return request

    return SimpleNamespace(session=session, post=lambda **v: asks("post", v), get=lambda **v: asks("get", v))


def number_of(answer):
    return answer.url.partition("search=")[2]


def test_what_was_typed_is_found_again_and_not_in_the_address(browser):
    answer = searches.answer(browser.post(name="王小明", id_number="110105199001010018", category="1", size="10"))
    assert answer.url == f"/members/?category=1&size=10&search={number_of(answer)}"
    found = searches.query_of(browser.get(category="1", search=number_of(answer)))
    assert found.dict() == {"category": "1", "name": "王小明", "id_number": "110105199001010018"}


def test_the_session_holds_it_sealed(browser):
    searches.answer(browser.post(id_number="110105199001010018"))
    assert "110105199001010018" not in str(browser.session)


def test_an_address_with_a_name_finds_nothing(browser):
    assert searches.query_of(browser.get(name="王", phone="1", category="1")).dict() == {"category": "1"}


def test_an_empty_search_has_no_number(browser):
    assert searches.answer(browser.post(name="", category="")).url == "/members/"
    assert searches.answer(browser.post(name="", category="2")).url == "/members/?category=2"
    assert browser.session == {}


def test_a_number_of_somebody_else_stands_for_nothing(browser):
    number = number_of(searches.answer(browser.post(name="王")))
    stranger = browser.get(search=number)
    stranger.session = {}
    assert searches.query_of(stranger).dict() == {}
    stranger.session, stranger.user = browser.session, person(uid="u-2")
    assert searches.query_of(stranger).dict() == {}


def test_the_last_twenty_are_remembered(browser):
    numbers = [number_of(searches.answer(browser.post(name=f"王{n}"))) for n in range(22)]
    kept = [searches.query_of(browser.get(search=number)).get("name") for number in numbers]
    assert kept == [None, None, *(f"王{n}" for n in range(2, 22))]


def test_a_filter_for_people_is_private():
    class People(FilterForm):
        name = forms.CharField()

    class Places(FilterForm):
        short_name = forms.CharField()

    assert (People().is_private, Places().is_private) == (True, False)
