import logging
import re

import pytest
from django.db import OperationalError
from django.http import HttpResponse, HttpResponseNotAllowed
from django.test import Client, RequestFactory

from partyplatform.locks import Busy as BusyError
from partyplatform.requestinfo import request_number
from partyplatform.ui.logs import RequestNumberFilter
from partyplatform.ui.middleware import AllowedMethods, Busy, RequestNumber, SecurityHeaders
from partyplatform.ui.refusals import Refusal
from partyplatform.ui.stale import Stale

CSP = (
    "default-src 'none'; script-src 'self' 'nonce-{}'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
PROMISED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def answer_of(middleware, inner, request=None):
    return middleware(inner)(request or RequestFactory().get("/"))


def test_each_request_has_a_number_while_it_lasts():
    seen = []
    for _ in range(2):
        answer_of(RequestNumber, lambda request: seen.append((request.number, request_number.get())))
    assert seen[0][0] == seen[0][1]
    assert seen[0] != seen[1]
    assert request_number.get() == ""


def test_log_lines_carry_the_number():
    record = logging.LogRecord("x", logging.INFO, "x", 1, "x", (), None)
    RequestNumberFilter().filter(record)
    assert record.request_number == "-"
    answer_of(RequestNumber, lambda request: RequestNumberFilter().filter(record))
    assert re.fullmatch(r"[0-9a-f]{12}", record.request_number)


def test_every_answer_has_the_headers_and_a_nonce_of_its_own():
    nonces = []

    def inner(request):
        nonces.append(request.csp_nonce)
        return HttpResponse()

    answers = [answer_of(SecurityHeaders, inner) for _ in range(2)]
    assert nonces[0] != nonces[1]
    assert [answer.headers["Content-Security-Policy"] for answer in answers] == [CSP.format(nonce) for nonce in nonces]
    assert {name: answers[0].headers[name] for name in PROMISED} == PROMISED


def test_a_view_may_set_a_stricter_policy_but_never_a_cache():
    def inner(request):
        return HttpResponse(headers={"Content-Security-Policy": "sandbox", "Cache-Control": "max-age=60"})

    headers = answer_of(SecurityHeaders, inner).headers
    assert (headers["Content-Security-Policy"], headers["Cache-Control"]) == ("sandbox", "no-store")


@pytest.mark.parametrize(("status", "cache"), ((200, "max-age=60"), (304, "max-age=60"), (404, "no-store")))
def test_only_static_files_that_exist_are_kept(status, cache):
    request = RequestFactory().get("/static/css/ui.css")
    answer = SecurityHeaders(lambda _: HttpResponse(status=status, headers={"Cache-Control": "max-age=60"}))(request)
    assert answer.headers["Cache-Control"] == cache


@pytest.mark.parametrize("method", ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"))
def test_methods_not_in_use_are_refused_before_anything_looks_at_them(method):
    answer = answer_of(AllowedMethods, lambda request: 1 / 0, RequestFactory().generic(method, "/"))
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST")
    assert "不支持的操作" in answer.content.decode()


def test_a_nul_in_the_address_is_refused_before_anything_looks_at_it():
    answer = answer_of(AllowedMethods, lambda request: 1 / 0, RequestFactory().get("/portal/?code=%00"))
    assert (answer.status_code, "请求无法识别" in answer.content.decode()) == (400, True)


def test_a_bare_405_gets_the_page():
    answer = answer_of(AllowedMethods, lambda request: HttpResponseNotAllowed(["POST"]))
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "不支持的操作" in answer.content.decode()


@pytest.mark.parametrize(
    ("error", "status"),
    (
        (BusyError(), 503),
        (OperationalError("canceling statement due to lock timeout"), 503),
        (Stale(), 409),
        (Refusal("不能撤销"), 422),
    ),
)
def test_what_a_view_raises_becomes_its_page(error, status):
    assert Busy(None).process_exception(RequestFactory().get("/"), error).status_code == status


def test_other_errors_stay_errors():
    assert Busy(None).process_exception(RequestFactory().get("/"), ValueError()) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "host", "status"),
    (
        ("/help/faq/", "testserver", 200),
        ("/nowhere/", "testserver", 404),
        ("/static/nothing.css", "testserver", 404),
        ("/text-size/", "testserver", 405),
        ("/help/faq/", "evil.example", 400),
        ("/help/faq", "testserver", 301),
    ),
)
def test_pages_errors_and_redirects_have_the_same_headers(path, host, status):
    answer = Client(headers={"host": host}).get(path)
    assert answer.status_code == status
    assert {name: answer.headers[name] for name in PROMISED} == PROMISED
    nonce = re.search(r"'nonce-([\w-]{22})'", answer.headers["Content-Security-Policy"])[1]
    assert answer.headers["Content-Security-Policy"] == CSP.format(nonce)
    assert set(re.findall(r' nonce="([^"]*)"', answer.content.decode())) <= {nonce}


@pytest.mark.django_db
def test_a_post_without_a_token_is_refused_with_the_page():
    answer = Client(enforce_csrf_checks=True).post("/text-size/", {"size": "large"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
