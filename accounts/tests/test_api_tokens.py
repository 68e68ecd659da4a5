"""接口凭证: issued once, shown once, ended. Source: decision 0049."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import ApiToken
from accounts.services.api_tokens import digest_of, issue, revoke
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory, api_token_of
from partyplatform.audit.models import Record
from partyplatform.ui.form_keys import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def role():
    return RoleGrantFactory()


def form(**more):
    ends_on = timezone.localdate() + datetime.timedelta(days=90)
    return {"name": "校园数据中心", "scopes": ["members"], "ends_on": f"{ends_on:%Y-%m-%d}", "form_key": fresh()} | more


def test_a_token_is_on_the_answer_and_nowhere_in_the_database(client, role):
    page = act_as(client, role).post(reverse("accounts:issue_api_token"), form())
    secret = page.context["secret"]
    token = ApiToken.objects.get()
    assert (page.status_code, secret in page.text, token.digest) == (200, True, digest_of(secret))
    assert page.headers["Cache-Control"].count("no-store") == 1
    stored = [str(row) for model in (ApiToken, Record) for row in model.objects.values()]
    assert not any(secret in row for row in stored)
    assert secret not in client.get(reverse("accounts:api_tokens")).text


def test_the_form_sent_twice_issues_one_token_and_shows_it_once(client, role):
    sent = form()
    first = act_as(client, role).post(reverse("accounts:issue_api_token"), sent)
    again = client.post(reverse("accounts:issue_api_token"), sent, follow=True)
    assert ApiToken.objects.count() == 1
    assert first.context["secret"] not in again.text
    assert "不能再次查看" in again.text


@pytest.mark.parametrize(("days", "is_taken"), ((0, True), (366, True), (367, False), (-1, False)))
def test_a_token_ends_within_a_year(role, days, is_taken):
    ends_on = timezone.localdate() + datetime.timedelta(days=days)
    if is_taken:
        assert issue(role.organization, name="甲", scopes=["members"], ends_on=ends_on, by=role)[0].is_good
    else:
        with pytest.raises(ValidationError, match="最长一年"):
            issue(role.organization, name="甲", scopes=["members"], ends_on=ends_on, by=role)


def test_an_unknown_scope_is_refused(role):
    with pytest.raises(ValidationError, match="开放范围"):
        issue(role.organization, name="甲", scopes=["everything"], ends_on=timezone.localdate(), by=role)


def test_revoking_takes_the_token_out_once_and_says_why(role):
    token = api_token_of(role.organization)
    for reason in ("泄露", "再次"):
        revoke(token, by=role, reason=reason)
    token.refresh_from_db()
    assert (token.is_good, token.reason) == (False, "泄露")
    assert list(Record.objects.values_list("action", "reason")) == [("accounts.revoke_api_token", "泄露")]


def test_a_token_ends_with_its_organisation(role):
    token = api_token_of(role.organization)
    assert token.is_good
    role.organization.dissolved_on = timezone.localdate()
    role.organization.save()
    token.refresh_from_db()
    assert not token.is_good


@pytest.mark.parametrize("rows", (1, 3))
def test_the_list_costs_the_same_with_one_row_and_with_three(client, role, rows, django_assert_num_queries):
    for _ in range(rows):
        api_token_of(role.organization)
    act_as(client, role)
    with django_assert_num_queries(6):
        assert client.get(reverse("accounts:api_tokens")).status_code == 200
