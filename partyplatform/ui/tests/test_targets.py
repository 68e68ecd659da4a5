"""Source: security.md 27."""

import pytest
from django.test import RequestFactory

from partyplatform.ui.targets import came_from, own_target


@pytest.mark.parametrize(
    "target", ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "http:///x")
)
def test_other_hosts_become_the_default(target):
    assert own_target(RequestFactory().get("/"), target) == "/"
    assert came_from(RequestFactory().get("/", HTTP_REFERER=target)) == "/"


def test_addresses_of_ours_stay():
    request = RequestFactory().get("/")
    assert own_target(request, "/info/?page=2") == "/info/?page=2"
    assert own_target(request, "http://testserver/info/") == "http://testserver/info/"


def test_where_a_request_came_from_is_a_path():
    request = RequestFactory().get("/", HTTP_REFERER="http://testserver/info/orgs/?page=2")
    assert came_from(request) == "/info/orgs/?page=2"


def test_plain_http_is_no_target_of_a_page_under_tls():
    assert own_target(RequestFactory().get("/", secure=True), "http://testserver/info/") == "/"
