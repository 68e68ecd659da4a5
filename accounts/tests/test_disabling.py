"""停用 and 恢复使用 of an account by a superior. Source: security.md 3, 23."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import AccountNote, ActivationCode, RoleGrant, User
from accounts.services import activations, credentials
from accounts.tests.clients import act_as
from accounts.tests.factories import PASSWORD, RoleGrantFactory, UserFactory, nth_id_number
from partyplatform.audit.models import Record
from partyplatform.tests.kept import kept
from partyplatform.ui.form_keys import NAME, fresh
from tests.world import build

pytestmark = pytest.mark.django_db
NUMBER = nth_id_number(4711)
WHY = "调离工作岗位"
FAILED = "用户名或密码错误"


@kept
def world():
    return build()


@pytest.fixture
def by(world):
    return world.roles["upper", "info"]


@pytest.fixture
def grant(world):
    return RoleGrantFactory(user=UserFactory(id_number=NUMBER, password=PASSWORD), organization=world.staff)


def log_in(password=PASSWORD):
    client = Client()
    return client, client.post("/login/", {"login_name": NUMBER, "password": password})


def post(client, user, verb, **fields):
    return client.post(reverse("accounts:act", args=[user.uid, verb]), {NAME: fresh(), **fields})


def test_it_counts_at_the_very_next_request(grant, by):
    client, _ = log_in()
    assert client.get("/info/").status_code == 200
    credentials.disable(grant.user, by=by, reason=WHY)
    assert client.get("/info/").url == "/login/?next=/info/"
    assert not RoleGrant.objects.of(grant.user).active().exists()
    assert RoleGrant.objects.of(grant.user).open().exists()


def test_neither_password_nor_code_opens_it_and_the_answer_is_the_ordinary_one(world, by):
    newcomer = RoleGrantFactory(user=UserFactory(id_number=NUMBER), organization=world.staff).user
    code = activations.issue(newcomer, by=by)
    credentials.disable(newcomer, by=by, reason=WHY)
    assert not ActivationCode.objects.exists()
    for typed in (code, PASSWORD):
        answer = log_in(typed)[1]
        assert (answer.status_code, FAILED in answer.text) == (422, True)
    with pytest.raises(ValidationError, match="已停用"):
        activations.issue(newcomer, by=by)


def test_going_on_brings_the_roles_back_and_tells_the_person(grant, by):
    credentials.disable(grant.user, by=by, reason=WHY)
    assert FAILED in log_in()[1].text
    credentials.enable(grant.user, by=by)
    client, answer = log_in()
    assert answer.status_code == 302
    assert client.get("/info/").status_code == 200
    assert "曾被停用" in AccountNote.objects.of(grant.user).get().text


def test_both_are_recorded_where_the_person_works(grant, by, world):
    credentials.disable(grant.user, by=by, reason=WHY)
    credentials.enable(grant.user, by=by)
    found = Record.objects.order_by("seq").values_list("action", "object_id", "organization_id", "reason")
    uid, place = str(grant.user.uid), world.staff.pk
    assert list(found) == [("accounts.disable", uid, place, WHY), ("accounts.enable", uid, place, "")]


def test_what_cannot_be_is_refused(grant, by):
    with pytest.raises(ValidationError, match="没有停用"):
        credentials.enable(grant.user, by=by)
    with pytest.raises(ValidationError, match="请填写停用原因"):
        credentials.disable(grant.user, by=by, reason="")
    with pytest.raises(ValidationError, match="不能对本人"):
        credentials.disable(by.user, by=by, reason=WHY)
    credentials.disable(grant.user, by=by, reason=WHY)
    with pytest.raises(ValidationError, match="已停用"):
        credentials.disable(grant.user, by=by, reason=WHY)
    assert Record.objects.count() == 1


def test_the_pages_offer_what_can_be_done_and_ask_why(client, grant, by):
    act_as(client, by)
    page = client.get(reverse("accounts:one_account", args=[grant.user.uid]))
    assert ("停用账号" in page.text, "恢复使用" in page.text) == (True, False)
    refused = post(client, grant.user, "disable", reason=" ")
    assert (refused.status_code, "请填写原因" in refused.text) == (422, True)
    assert post(client, grant.user, "disable", reason=WHY).status_code == 302
    assert not User.objects.get(pk=grant.user_id).is_active
    page = client.get(reverse("accounts:one_account", args=[grant.user.uid]))
    for label, is_offered in (("恢复使用", True), ("停用账号", False), ("解除锁定", False), ("重置密码", False)):
        assert (label in page.text) is is_offered
    assert "已停用" in page.text
    assert post(client, grant.user, "enable").status_code == 302
    assert User.objects.get(pk=grant.user_id).is_active
