"""显示完整信息: one masked field of one person, explicit, counted and logged. Source: security.md 39, 40, 41."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.urls import reverse

from accounts import reveals as registry
from accounts.services import reveals
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory, nth_id_number
from members.models import Member
from members.reveals import ID_NUMBER
from partyplatform import audit
from partyplatform.audit.models import Alarm, Record
from partyplatform.masking import FieldClass, phone
from partyplatform.tests.kept import kept
from partyplatform.ui.form_keys import NAME, fresh
from tests.world import build
from transfers.models.arrivals import PHONES

pytestmark = pytest.mark.django_db
WHY = "核对组织关系介绍信"
HTMX = {"HX-Request": "true"}


@kept
def world():
    world = build()
    for n, member in enumerate(world.members):
        member.seal_id_number(nth_id_number(n))
        member.save()
    return world


@pytest.fixture
def member(world):
    return world.members[0]


def role(world, actor, system="info"):
    return world.roles[actor, system]


def address(member, system="info", name="accounts:reveal"):
    return reverse(name, kwargs={"system": system, "field": "member-id-number", "uid": member.uid})


def shown(client, member, system="info", reason=WHY, headers=None, key=None):
    return client.post(address(member, system), {"reason": reason, NAME: key or fresh()}, headers=headers)


# ── the page ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_value_is_in_the_answer_to_the_post_and_nowhere_else(client, world, member):
    number = member.unsealed_id_number()
    act_as(client, role(world, "own"))
    asked = client.get(address(member))
    answer = shown(client, member)
    assert number not in asked.text
    assert number in answer.text
    assert number not in client.get(address(member)).text
    assert number not in answer.request["PATH_INFO"]
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("before", "back"),
    (("http://testserver/info/orgs/3/members/?page=2", "/info/orgs/3/members/?page=2"), ("https://example.org/", "/")),
)
def test_without_script_the_pages_lead_back_to_the_list(client, world, member, before, back):
    act_as(client, role(world, "own"))
    asked = client.get(address(member), headers={"Referer": before})
    assert (f'href="{back}">取消</a>' in asked.text, f'name="next" value="{back}"' in asked.text) == (True, True)
    answer = client.post(address(member), {"reason": WHY, NAME: fresh(), "next": back})
    assert f'href="{back}">返回</a>' in answer.text


def test_who_saw_what_of_whom_when_and_why_is_recorded(client, world, member):
    by = role(world, "upper")
    shown(act_as(client, by), member)
    record = Record.objects.get(action="accounts.reveal")
    assert (record.actor_uid, record.role_label) == (by.user_uid, by.label)
    assert (record.object_type, record.object_id, record.object_label) == (
        "members.member",
        str(member.uid),
        member.name,
    )
    assert (record.organization_id, record.changes, record.reason) == (
        world.staff.pk,
        [["项目", "", "身份证号"]],
        WHY,
    )
    assert member.unsealed_id_number() not in str(vars(record))


def test_without_a_reason_nothing_is_shown(client, world, member):
    act_as(client, role(world, "own"))
    answer = shown(client, member, reason=" ")
    assert (answer.status_code, "请填写查看原因" in answer.text) == (422, True)
    assert Record.objects.filter(action="accounts.reveal").count() == 0


def test_a_repeated_post_shows_nothing_again(client, world, member):
    act_as(client, role(world, "own"))
    key = fresh()
    assert shown(client, member, key=key).status_code == 200
    again = shown(client, member, key=key)
    assert (again.status_code, again.url) == (302, address(member))
    assert Record.objects.filter(action="accounts.reveal").count() == 1


@pytest.mark.parametrize("key", ("", "x", "a" * 22 + "!"))
def test_a_post_without_a_one_time_key_shows_nothing(client, world, member, key):
    act_as(client, role(world, "own"))
    answer = client.post(address(member), {"reason": WHY, NAME: key})
    assert answer.status_code == 422
    assert member.unsealed_id_number() not in answer.text


def test_with_script_the_value_takes_the_place_of_the_mask_for_a_while(client, world, member):
    number = member.unsealed_id_number()
    act_as(client, role(world, "own"))
    form = client.get(address(member), headers=HTMX)
    assert "<html" not in form.text
    assert 'name="reason"' in form.text
    refused = shown(client, member, reason="", headers=HTMX)
    assert (refused.status_code, "<html" in refused.text) == (422, False)
    value = shown(client, member, headers=HTMX)
    assert number in value.text
    assert "load delay:30s" in value.text
    masked = client.get(address(member, name="accounts:masked"), headers=HTMX)
    assert number not in masked.text
    assert "****" + number[-4:] in masked.text
    assert "autofocus" not in masked.text
    assert "autofocus" in client.get(address(member, name="accounts:masked"), {"focus": 1}, headers=HTMX).text
    assert client.get(address(member, name="accounts:masked")).url == address(member)


@pytest.mark.parametrize("field", ("arrival-id-number", "arrival-phone"))
def test_somebody_who_arrives_is_shown_in_reach_and_not_out_of_it(client, world, field):
    arrival = world.arriving.arrival
    place = reverse("accounts:reveal", kwargs={"system": "portal", "field": field, "uid": arrival.uid})
    value = arrival.unsealed_id_number() if field == "arrival-id-number" else PHONES.text(arrival)
    act_as(client, role(world, "upper", "portal"))
    assert "王浩然" in client.get(place).text
    answer = client.post(place, {"reason": WHY, NAME: fresh()})
    assert (answer.status_code, value in answer.text) == (200, True)
    act_as(client, role(world, "foreign", "portal"))
    assert client.get(place).status_code == 404


def test_every_field_belongs_to_people_who_are_found_in_reach():
    assert [name for name, field in registry._fields.items() if not hasattr(field.model.objects, "visible_to")] == []


def test_an_unknown_field_or_person_is_not_found(client, world, member):
    act_as(client, role(world, "own"))
    assert client.get(address(member).replace("member-id-number", "password")).status_code == 404
    assert client.get(address(Member())).status_code == 404


# ── too many ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def busy_reader(world, member, monkeypatch):
    """Somebody who was shown as much within this hour as goes unasked."""
    monkeypatch.setattr(reveals, "FREELY", 2)
    by = role(world, "own")
    for _ in range(2):
        reveals.reveal(ID_NUMBER, member, by=by, reason=WHY)
    return by


def test_beyond_the_limit_of_an_hour_a_proof_is_asked_for_and_an_alarm_raised(world, member, busy_reader, client):
    with pytest.raises(reveals.TooMany):
        reveals.reveal(ID_NUMBER, member, by=busy_reader, reason=WHY)
    assert member.unsealed_id_number() == reveals.reveal(ID_NUMBER, member, by=busy_reader, reason=WHY, is_proved=True)
    alarm = Alarm.objects.select_related("record").get()
    assert (alarm.record.action, alarm.record.actor_uid) == ("accounts.reveal_often", busy_reader.user_uid)
    assert list(Alarm.objects.addressed_to(role(world, "upper"))) == [alarm]


def test_the_page_leads_to_the_proof_and_back_to_a_fresh_form(client, world, member, busy_reader, settings):
    act_as(client, busy_reader)
    settings.PROOF_MINUTES = 0
    answer = shown(client, member)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("accounts:prove"))
    assert str(member.uid) in answer.url
    assert member.unsealed_id_number() not in answer.text
    assert Alarm.objects.get().times == 1
    shown(client, member)
    assert Alarm.objects.get().times == 2
    assert Record.objects.filter(action="accounts.reveal").count() == 2


def test_the_count_is_of_the_person_in_all_roles_and_of_one_hour(world, member, busy_reader):
    portal = role(world, "own", "portal")
    assert reveals.shown_lately(portal) == 2
    assert reveals.shown_lately(role(world, "upper")) == 0


# ── what does not open ──────────────────────────────────────────────────────────────────────────────────


def test_a_value_that_does_not_open_is_said_so_and_raises_an_alarm(client, world, member):
    Member.objects.filter(pk=member.pk).update(id_number_sealed=b"\x01\x01\x02k1" + b"0" * 40)
    page = act_as(client, role(world, "own")).get(reverse("members:list", args=[world.staff.pk]))
    assert page.text.count("无法解密") == 1
    assert not Record.objects.exists()  # looking writes nothing; accounts.patrol finds it
    answer = shown(client, member)
    assert (answer.status_code, "无法解密" in answer.text) == (200, True)
    alarm = Alarm.objects.select_related("record").get()
    assert (alarm.record.action, alarm.record.object_id) == ("accounts.undecipherable", str(member.uid))
    assert Record.objects.filter(action="accounts.reveal").count() == 0


def test_the_answer_is_given_although_the_alarm_cannot_be_written(client, world, member, monkeypatch, caplog):
    Member.objects.filter(pk=member.pk).update(id_number_sealed=b"gone")

    def full(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr(audit.alarms, "record_many", full)
    act_as(client, role(world, "own"))
    assert "无法解密" in shown(client, member).text
    assert "no alarm for an undecipherable member-id-number" in caplog.text


# ── lists ───────────────────────────────────────────────────────────────────────────────────────────────


def test_lists_show_the_mask_and_lead_to_the_whole_number(client, world, member):
    text = act_as(client, role(world, "own", "info")).get(reverse("members:list", args=[world.staff.pk])).text
    for one in world.members:
        assert "****" + one.unsealed_id_number()[-4:] in text
        assert one.unsealed_id_number() not in text
    assert address(member, "info") in text


@pytest.mark.looks
def test_the_record_in_the_portal_shows_the_mask_and_leads_to_the_whole_number(client, world, member):
    text = act_as(client, role(world, "own", "portal")).get(reverse("eforefront:record", args=[member.pk])).text
    assert ("****" + member.unsealed_id_number()[-4:] in text, member.unsealed_id_number() in text) == (True, False)
    assert address(member, "portal") in text


# ── the registry ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("address", ("accounts:accounts", "accounts:waiting", "accounts:one_account"))
def test_the_login_name_of_an_account_leads_to_the_whole_number(client, world, address):
    account = RoleGrantFactory(organization=world.staff).user
    arguments = [account.uid] if address.endswith("one_account") else []
    page = act_as(client, role(world, "upper")).get(reverse(address, args=arguments))
    assert reverse("accounts:reveal", args=["info", "account-id-number", account.uid]) in page.text
    assert account.unsealed_id_number() not in page.text


def test_the_number_of_an_account_is_shown_and_recorded_where_the_person_works(client, world):
    account = RoleGrantFactory(organization=world.staff).user
    act_as(client, role(world, "upper"))
    address = reverse("accounts:reveal", args=["info", "account-id-number", account.uid])
    answer = client.post(address, {"reason": WHY, NAME: fresh()})
    assert account.unsealed_id_number() in answer.text
    record = Record.objects.get(action="accounts.reveal")
    assert (record.object_type, record.object_id) == ("accounts.user", str(account.uid))
    assert (record.organization_id, record.changes) == (world.staff.pk, [["项目", "", "登录名（身份证号）"]])


def test_a_field_whose_class_asks_no_reason_is_shown_without(world, member):
    field = registry.Revealable("phone", "联系方式", FieldClass.MASKED, Member, lambda one: "18088880000", phone)
    assert reveals.masked(field, member) == "180****0000"
    assert reveals.reveal(field, member, by=role(world, "own")) == "18088880000"
    with pytest.raises(ValidationError):
        reveals.reveal(ID_NUMBER, member, by=role(world, "own"))


def test_a_name_means_one_field():
    assert registry.find("member-id-number") is ID_NUMBER
    registry.enter(ID_NUMBER)
    with pytest.raises(ValueError, match="member-id-number"):
        registry.enter(
            registry.Revealable("member-id-number", "电话", FieldClass.MASKED, Member, lambda one: "", phone)
        )


@pytest.mark.parametrize("uid", ("-" * 36, "0" * 36, "00000000-0000-0000-0000-000000000000"))
def test_an_identifier_that_is_none_is_not_found(client, world, uid):
    assert act_as(client, role(world, "own")).get(f"/info/reveal/member-id-number/{uid}/").status_code == 404
