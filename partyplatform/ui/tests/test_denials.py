"""Source: security.md 32."""

import logging
from types import SimpleNamespace

import pytest

from partyplatform.ui import denials


@pytest.fixture
def tried(caplog, monkeypatch):
    """Try something in vain at a moment; return the lines written so far."""
    moment = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(denials, "monotonic", lambda: moment.now)
    monkeypatch.setattr(denials, "_seen", denials.OrderedDict())

    def attempt(at, *, role=1, view="orgs:detail", pk=7, status=404):
        moment.now = 1000.0 + at
        match = SimpleNamespace(view_name=view, kwargs={"pk": pk})
        asked = SimpleNamespace(role=SimpleNamespace(pk=role, user_uid="u"), resolver_match=match, method="GET")
        with caplog.at_level(logging.WARNING, logger="partyplatform.ui.errors"):
            denials.note(asked, status)
        return [record.getMessage() for record in caplog.records]

    return attempt


def test_a_denied_try_is_written(tried):
    assert tried(0) == ["denied with 404: u as role 1: GET orgs:detail {'pk': 7}"]


def test_a_flood_is_one_line_a_minute_with_its_number(tried):
    for second in range(50):
        assert len(tried(second, pk=second)) == 1
    assert tried(60, pk=99)[1:] == ["denied with 404: u as role 1: GET orgs:detail {'pk': 99} (and 49 more before)"]


def test_other_roles_pages_and_answers_are_written_on_their_own(tried):
    tried(0)
    tried(1, role=2)
    tried(1, view="orgs:merge")
    assert len(tried(1, status=403)) == 4


def test_what_is_remembered_has_an_end(tried, monkeypatch):
    monkeypatch.setattr(denials, "REMEMBERED", 3)
    for role in range(10):
        tried(0, role=role)
    assert len(denials._seen) == 3


def test_nobody_and_nowhere_are_not_written(caplog):
    denials.note(SimpleNamespace(role=None, resolver_match=None, method="GET"), 404)
    assert caplog.records == []
