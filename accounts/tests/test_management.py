"""账号管理: who sees which account, who may do what to it, and what follows."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.http import urlencode

from accounts.codes import RoleKind
from accounts.models import AccountNote, ActivationCode, HandOver, LoginCounter, User
from accounts.services import activations, credentials, proofs
from accounts.standing import CODE_OUT, DISABLED, IN_USE, LOCKED, WAITING, describe
from accounts.tests.clients import act_as
from accounts.tests.factories import PASSWORD, RoleGrantFactory, UserFactory, nth_id_number
from partyplatform.audit.models import Record
from partyplatform.tests.kept import kept
from partyplatform.ui.stale import OutOfReach
from tests.world import build

pytestmark = pytest.mark.django_db


@kept
def world():
    return build()


def account_at(organization, *, password=None, **fields):
    return RoleGrantFactory(user=UserFactory(password=password), organization=organization, **fields).user


def names(users):
    return {user.name for user in users}


def test_everybody_below_is_seen_and_looked_after(world):
    upper = world.roles["upper", "info"]
    assert names(User.objects.visible_to(upper)) == {"示例upper", "示例own", "示例sibling", "示例党员"}
    assert names(User.objects.managed_by(upper)) == {"示例own", "示例sibling", "示例党员"}


def test_a_branch_looks_after_its_members_but_not_its_administrators(world):
    own = world.roles["own", "info"]
    colleague = account_at(world.staff)
    assert names(User.objects.visible_to(own)) == {"示例own", "示例党员", colleague.name}
    assert names(User.objects.managed_by(own)) == {"示例党员"}


def test_administrators_of_the_same_committee_do_not_look_after_each_other(world):
    beside = account_at(world.root)
    assert beside not in User.objects.managed_by(world.roles["top", "info"])


@pytest.mark.parametrize("place", ("root", "other", "elsewhere"))
def test_a_role_elsewhere_takes_a_person_out_of_ones_hands(world, place):
    person = account_at(world.staff)
    RoleGrantFactory(user=person, organization=getattr(world, place))
    upper = world.roles["upper", "info"]
    assert person in User.objects.visible_to(upper)
    assert person not in User.objects.managed_by(upper)


def test_a_role_that_has_ended_binds_nobody(world):
    person = account_at(world.staff)
    RoleGrantFactory(user=person, organization=world.elsewhere, ends_on="2020-01-01")
    assert person in User.objects.managed_by(world.roles["upper", "info"])


# ── what follows ────────────────────────────────────────────────────────────────────────────────────────


def test_a_reset_kills_the_password_and_the_sessions_and_tells_the_person(client, world):
    person = account_at(world.staff, password=PASSWORD)
    client.force_login(person)
    code = credentials.reset_password(person, by=world.roles["upper", "info"], reason="本人忘记密码")
    assert client.get("/info/").url == "/login/?next=/info/"
    person.refresh_from_db()
    assert (person.has_usable_password(), person.session_mark) == (False, "")
    assert activations.matching(person, code)
    assert "信息学院党总支的管理员示例upper重置" in AccountNote.objects.of(person).get().text
    record = Record.objects.get(action="accounts.reset_password")
    assert (record.object_id, record.reason) == (str(person.uid), "本人忘记密码")


def test_the_password_before_the_reset_cannot_be_chosen_again(world):
    number = nth_id_number(4321)
    person = RoleGrantFactory(user=UserFactory(id_number=number, password=PASSWORD), organization=world.staff).user
    code = credentials.reset_password(person, by=world.roles["upper", "info"])
    client = Client()
    client.post("/login/", {"login_name": number, "password": code})
    answer = client.post("/activate/", {"password": PASSWORD, "repeat": PASSWORD})
    assert "不能使用最近 5 次用过的密码" in answer.text


def test_nobody_does_it_to_oneself(world):
    own = world.roles["own", "info"]
    for act in (credentials.reset_password, credentials.unlock, credentials.close_sessions):
        with pytest.raises(ValidationError, match="不能对本人"):
            act(own.user, by=own)
    assert not Record.objects.exists()


def test_unlocking_lets_the_right_password_in_again(world):
    number = nth_id_number(4322)
    person = RoleGrantFactory(user=UserFactory(id_number=number, password=PASSWORD), organization=world.staff).user

    def tried(password):
        return Client().post("/login/", {"login_name": number, "password": password}).status_code

    assert [tried("不是这个") for _ in range(5)] == [422] * 5
    assert tried(PASSWORD) == 422
    credentials.unlock(person, by=world.roles["upper", "info"])
    assert tried(PASSWORD) == 302
    assert Record.objects.filter(action="accounts.unlock").count() == 1


def test_unlocking_counts_for_the_page_that_asks_once_more(world):
    """Whoever is unlocked has been told apart from a guesser: both doors open again, not one of them."""
    person = RoleGrantFactory(user=UserFactory(password=PASSWORD), organization=world.staff)
    for _ in range(6):
        with pytest.raises(ValidationError):
            proofs.prove(person.user, "不是这个", by=person)
    credentials.unlock(person.user, by=world.roles["upper", "info"])
    proofs.prove(person.user, PASSWORD, by=person)


def test_closing_ends_the_session_and_keeps_the_password(client, world):
    person = account_at(world.staff, password=PASSWORD)
    client.force_login(person)
    credentials.close_sessions(person, by=world.roles["upper", "info"])
    assert client.get("/info/").status_code == 302
    assert "本次登录已结束" in client.get("/login/").text
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_a_disabled_account_is_not_reset(world):
    person = account_at(world.staff, password=PASSWORD)
    User.objects.filter(pk=person.pk).update(is_active=False)
    with pytest.raises(ValidationError, match="已停用"):
        credentials.reset_password(person, by=world.roles["upper", "info"])
    person.refresh_from_db()
    assert person.has_usable_password()


# ── the pages ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_reset_leads_to_the_slip(client, world):
    person = account_at(world.staff, password=PASSWORD)
    act_as(client, world.roles["upper", "info"])
    answer = client.post(f"/info/accounts/{person.uid}/reset/", {"reason": ""})
    own = f"/info/accounts/{person.uid}/"
    assert answer.url == f"/handover/{HandOver.objects.get().uid}/?{urlencode({'next': own})}"
    page = client.get(answer.url).text
    assert re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", page)
    assert f"密码已重置：{person.name}" in page
    assert f'href="{own}">返回</a>' in page


@pytest.mark.parametrize(("target", "back"), (("/info/grants/5/?list=org%3D4", True), ("https://example.org/", False)))
def test_an_act_leads_back_to_the_page_it_was_begun_on(client, world, target, back):
    person = account_at(world.staff, password=PASSWORD)
    act_as(client, world.roles["upper", "info"])
    page = f"/info/accounts/{person.uid}/close/?{urlencode({'next': target})}"
    wanted = target if back else f"/info/accounts/{person.uid}/"
    assert f'href="{wanted}">取消</a>' in client.get(page).text
    assert client.post(page, {"reason": ""}).url == wanted


def test_a_double_click_resets_once_and_leads_to_the_same_slip(client, world):
    person = account_at(world.staff, password=PASSWORD)
    act_as(client, world.roles["upper", "info"])
    key = {"reason": "", "form_key": "a" * 22}
    first, second = (client.post(f"/info/accounts/{person.uid}/reset/", key).url for _ in range(2))
    assert first == second
    assert (HandOver.objects.count(), ActivationCode.objects.count()) == (1, 1)


def test_codes_for_many_come_on_one_set_of_slips(client, world):
    people = [account_at(world.staff) for _ in range(3)]
    act_as(client, world.roles["upper", "info"])
    ids = [person.pk for person in people]
    assert all(person.name in client.get("/info/accounts/issue/", {"ids": ids}).text for person in people)
    page = client.post("/info/accounts/issue/", {"ids": ids}, follow=True).text
    assert len(set(re.findall(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", page))) == 3


@pytest.mark.parametrize("stranger", ("elsewhere", "root"))
def test_one_foreign_id_spoils_the_whole_choice(client, world, stranger):
    ids = [account_at(world.staff).pk, account_at(getattr(world, stranger)).pk]
    act_as(client, world.roles["upper", "info"])
    assert client.post("/info/accounts/issue/", {"ids": ids}).status_code == 404
    assert not ActivationCode.objects.exists()


def test_an_account_in_use_gets_no_code_and_says_why(client, world):
    person = account_at(world.staff, password=PASSWORD)
    act_as(client, world.roles["upper", "info"])
    answer = client.post("/info/accounts/issue/", {"ids": [account_at(world.staff).pk, person.pk]})
    assert (answer.status_code, "账号已启用；忘记密码时，请重置密码" in answer.text) == (422, True)
    assert not ActivationCode.objects.exists()


def test_without_a_recent_proof_the_password_is_asked_for_first(client, world):
    person = account_at(world.staff, password=PASSWORD)
    act_as(client, world.roles["upper", "info"])
    session = client.session
    session["proved_at"] = 0
    session.save()
    address = f"/info/accounts/{person.uid}/reset/"
    assert client.get(address).url.startswith("/prove/")
    assert client.post(address, {"reason": ""}).url.startswith("/prove/")
    person.refresh_from_db()
    assert person.has_usable_password()


def test_an_account_with_roles_elsewhere_is_shown_without_buttons(client, world):
    person = account_at(world.staff)
    RoleGrantFactory(user=person, organization=world.elsewhere)
    act_as(client, world.roles["upper", "info"])
    page = client.get(f"/info/accounts/{person.uid}/").text
    assert "另有 1 项授权在其他党组织" in page
    assert "另一大学党委" not in page
    assert "/reset/" not in page
    assert client.post(f"/info/accounts/{person.uid}/close/", {"reason": ""}).status_code == 403


def test_standings(world, settings):
    number = nth_id_number(4323)
    used, waiting, disabled = (account_at(world.staff, password=word) for word in (PASSWORD, None, PASSWORD))
    User.objects.filter(pk=disabled.pk).update(is_active=False)
    sent = account_at(world.staff)
    activations.issue(sent, by=world.roles["upper", "info"])
    locked = RoleGrantFactory(user=UserFactory(id_number=number, password=PASSWORD), organization=world.staff).user
    for _ in range(5):
        Client().post("/login/", {"login_name": number, "password": "不是这个"})
    people = [used, waiting, User.objects.get(pk=disabled.pk), sent, locked]
    describe(people, role=world.roles["upper", "info"])
    assert [person.standing for person in people] == [IN_USE, WAITING, DISABLED, CODE_OUT, LOCKED]
    LoginCounter.objects.all().delete()
    describe(people, role=world.roles["upper", "info"])
    assert locked.standing == IN_USE


@pytest.mark.parametrize("address", ("/info/accounts/", "/info/accounts/waiting/"))
def test_lists_cost_the_same_with_one_row_and_with_three(client, world, django_assert_num_queries, address):
    act_as(client, world.roles["own", "info"])
    client.get(address)
    for more in (1, 2):
        for _ in range(more):
            account_at(world.staff, kind=RoleKind.MEMBER)
        with django_assert_num_queries(9):
            assert client.get(address).status_code == 200


def test_an_empty_list_says_what_is_not_there(client, world):
    act_as(client, RoleGrantFactory(organization=world.students))
    assert "没有待激活的账号。" in client.get("/info/accounts/waiting/").text


def test_a_name_is_found_without_being_in_the_address(client, world):
    act_as(client, world.roles["upper", "info"])
    answer = client.post("/info/accounts/", {"name": "示例own"})
    assert "own" not in answer.url
    assert [user.name for user in client.get(answer.url).context["rows"]] == ["示例own"]


def test_an_organisation_narrows_the_list(client, world):
    act_as(client, world.roles["upper", "info"])
    rows = client.get("/info/accounts/", {"organization": "学生支部"}).context["rows"]
    assert [user.name for user in rows] == ["示例sibling"]


# ── ticks and reach ─────────────────────────────────────────────────────────────────────────────────────


def test_ticks_go_along_from_page_to_page(client, world):
    client = act_as(client, world.roles["upper", "info"])
    people = [account_at(world.staff) for _ in range(12)]
    first = [people[-1].pk, people[-2].pk]
    page = client.get("/info/accounts/waiting/", {"ids": first, "page": 2, "size": 10}).text
    assert "其他页已勾选 2 个账号" in page
    assert all(f'<input type="hidden" name="ids" value="{pk}">' in page for pk in first)
    assert '<button class="pager__to" form="bulk" formaction="/info/accounts/waiting/" name="page" value="1"' in page
    back = client.get("/info/accounts/waiting/", {"ids": [*first, people[0].pk], "page": 1, "size": 10}).text
    assert back.count(" checked") == 2
    assert "其他页已勾选 1 个账号" in back
    chosen = client.get("/info/accounts/issue/", {"ids": [*first, people[0].pk], "page": 1, "size": 10})
    assert len(chosen.context["chosen"]) == 3


@pytest.mark.parametrize("act", (credentials.reset_password, credentials.unlock, credentials.close_sessions))
def test_the_reach_is_asked_again_when_the_act_is_done(world, act):
    upper, account = world.roles["upper", "info"], account_at(world.staff, password=PASSWORD)
    RoleGrantFactory(user=account, organization=world.artists)  # granted elsewhere since the page was opened
    with pytest.raises(OutOfReach):
        act(account, by=upper)
    assert User.objects.get(pk=account.pk).has_usable_password()
