"""Without the database mark: none of these pages may ask it for anything. Source: security.md 30, 62."""

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.test import RequestFactory

from partyplatform.locks import Busy
from partyplatform.requestinfo import request_number
from partyplatform.ui import errors
from partyplatform.ui.refusals import Refusal
from partyplatform.ui.stale import Stale
from partyplatform.uploads import BodyTooLarge

pytestmark = pytest.mark.urls("partyplatform.ui.tests.urls")


@pytest.fixture
def request_():
    token = request_number.set("7f3a90c2")
    yield RequestFactory().get("/info/orgs/1/")
    request_number.reset(token)


@pytest.mark.parametrize(
    ("answer", "status", "title"),
    (
        (lambda r: errors.bad_request(r, SuspiciousOperation("x")), 400, "请求无法识别"),
        (lambda r: errors.bad_request(r, RequestDataTooBig()), 413, "内容过大"),
        (lambda r: errors.forbidden(r, PermissionDenied()), 403, "没有权限"),
        (lambda r: errors.csrf_failure(r, "CSRF cookie not set."), 403, "页面已过期"),
        (lambda r: errors.not_found(r, Http404("secret")), 404, "页面不存在"),
        (lambda r: errors.method_not_allowed(r, "GET"), 405, "不支持的操作"),
        (lambda r: errors.conflict(r, Stale()), 409, "已被他人修改"),
        (lambda r: errors.refused(r, Refusal("不能撤销")), 422, "未能办理"),
        (errors.server_error, 500, "系统出现错误"),
        (errors.unavailable, 503, "系统繁忙"),
        (lambda r: errors.unavailable(r, OSError(28, "No space left on device")), 507, "存储空间不足"),
    ),
)
def test_every_trouble_has_its_page(request_, answer, status, title):
    response = answer(request_)
    page = response.content.decode()
    assert response.status_code == status
    assert f"<title>{title} - 基层党建综合管理平台</title>" in page
    assert f"<h1>{title}</h1>" in page
    assert "7f3a90c2" in page or status == 409
    assert "secret" not in page
    assert "CSRF" not in page


def test_a_form_too_large_to_be_read_says_what_a_file_may_have(request_):
    request_.resolver_match = None
    page = errors.bad_request(request_, BodyTooLarge(64 << 20, 10 << 20)).content.decode()
    assert "提交的内容超过 64 MB，没有读取，填写的内容没有保留。文件不能超过 10 MB，请压缩或拆分后重新填写。" in page


def test_waiting_in_vain_says_when_to_come_back(request_):
    assert errors.unavailable(request_).headers["Retry-After"] == "10"


def test_forbidden_gives_the_sentence(request_):
    assert (
        "由上级党组织的管理员维护"
        in errors.forbidden(request_, PermissionDenied("由上级党组织的管理员维护")).content.decode()
    )


def test_a_conflict_shows_both_versions(request_):
    page = errors.conflict(request_, Stale([("简称", "一支部", "第一党支部")], who="周敏")).content.decode()
    assert '<td data-th="您填写的">一支部</td><td data-th="现在保存的">第一党支部</td>' in page
    assert "修改人：周敏" in page
    assert 'href="/info/orgs/1/"' in page


def test_a_refusal_leads_to_the_cause(request_):
    page = errors.refused(request_, Refusal("不能撤销", [("查看转接", "/portal/")])).content.decode()
    assert '不能撤销。 <a href="/portal/">查看转接</a>' in page


@pytest.mark.parametrize(
    ("error", "status"),
    (
        (ValueError("x"), 500),
        (OperationalError("no such column: x"), 500),
        (OperationalError("connection refused"), 503),
        (InterfaceError("connection already closed"), 503),
        (Busy(), 503),
        (OperationalError("database or disk is full"), 507),
    ),
)
def test_an_error_outside_the_views_tells_a_fault_from_a_database_that_is_away(request_, error, status):
    try:
        raise error
    except Exception:
        assert errors.server_error(request_).status_code == status
