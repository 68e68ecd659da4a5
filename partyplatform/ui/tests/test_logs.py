"""Source: security.md 28, 30."""

import json
import logging

import pytest
from django.conf import settings
from django.core.exceptions import DisallowedHost, PermissionDenied

from partyplatform.requestinfo import request_number
from partyplatform.ui.logs import Discreet, DiscreetJson, RefusalFilter, RequestNumberFilter, discreet


@pytest.mark.parametrize(
    ("line", "written"),
    (
        ("login of 11010519900101001x failed", "login of … failed"),
        ("call 13800138000, 110105199001010018", "call …, …"),
        ("old number 110105900101001.", "old number …."),
        ("request 1234567 of 2026-11-20 08:00:00,123456", "request 1234567 of 2026-11-20 08:00:00,123456"),
        ("duplicate key\nDETAIL:  Key (name)=(王小明) already exists.\nend", "duplicate key\nDETAIL: …\nend"),
    ),
)
def test_no_number_of_a_person_is_written(line, written):
    assert discreet(line) == written


def test_errors_are_written_discreetly_too():
    try:
        raise ValueError("110105199001010018")
    except ValueError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, "", 1, "failed for %s", ("13800138000",), (type(error), error, None)
        )
    assert Discreet("%(message)s").format(record) == "failed for …\nValueError: …"


def test_every_handler_writes_discreetly_and_with_the_number_of_the_request():
    for handler in settings.LOGGING["handlers"].values():
        assert settings.LOGGING["formatters"][handler["formatter"]]["()"] == "partyplatform.ui.logs.Discreet"
        assert "request_number" in handler["filters"]
    record = logging.LogRecord("x", logging.INFO, "", 1, "", (), None)
    token = request_number.set("abc")
    assert (RequestNumberFilter().filter(record), record.request_number) == (True, "abc")
    request_number.reset(token)


@pytest.mark.parametrize(
    ("error", "is_traced"), ((PermissionDenied("no"), False), (DisallowedHost("x"), False), (ValueError("x"), True))
)
def test_a_refusal_is_one_line_and_an_error_has_its_trace(error, is_traced):
    assert all("refusals" in handler["filters"] for handler in settings.LOGGING["handlers"].values())
    record = logging.LogRecord("x", logging.ERROR, "", 1, "asked", (), (type(error), error, None))
    assert RefusalFilter().filter(record)
    assert (Discreet("%(message)s").format(record) != "asked") is is_traced


def test_as_json_a_line_is_one_object_just_as_discreet():
    try:
        raise ValueError("110105199001010018")
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, "", 1, "call %s", ("13800138000",), (type(error), error, None))
    record.request_number = "abc"
    line = DiscreetJson().format(record)
    entry = json.loads(line)
    assert "\n" not in line
    assert {name: entry[name] for name in ("level", "request", "logger", "message", "trace")} == {
        "level": "ERROR",
        "request": "abc",
        "logger": "x",
        "message": "call …",
        "trace": "ValueError: …",
    }
