"""Alarms: whom they reach, how they are gathered, who deals with them. Source: security.md 37, 68."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from accounts.tests.clients import act_as
from orgs.services import parents
from partyplatform import audit
from partyplatform.audit import alarms
from partyplatform.audit.models import Alarm, Record
from partyplatform.integrity import invariants
from partyplatform.tests.kept import kept
from partyplatform.ui.stale import Stale
from partyplatform.ui.todos import todos
from tests.world import build

pytestmark = pytest.mark.django_db
ADMINS = ("top", "upper", "own", "sibling", "foreign", "stranger")


@kept
def world():
    return build()


def role(world, actor):
    return world.roles[actor, "info"]


def raised(world, at="staff", by=None, **details):
    return audit.alarm(by or audit.SYSTEM, "test.alarm", organization=getattr(world, at), **details)


def seen(world, method):
    return [name for name in ADMINS if getattr(Alarm.objects, method)(role(world, name)).exists()]


@pytest.mark.parametrize(
    ("at", "first", "all_in_all"),
    (
        ("staff", ["top", "upper"], ["top", "upper"]),  # the general branch above and the committee
        ("college", ["top"], ["top"]),
        ("root", ["top"], ["top"]),  # nobody stands above: its own administrators
        ("elsewhere", ["stranger"], ["stranger"]),
    ),
)
def test_an_alarm_reaches_the_organisation_above_and_its_committee(world, at, first, all_in_all):
    raised(world, at)
    assert seen(world, "addressed_to") == first
    assert seen(world, "visible_to") == all_in_all


def test_an_alarm_without_an_organisation_reaches_the_top_of_each_tree(world):
    audit.alarm(audit.SYSTEM, "test.alarm")
    assert seen(world, "addressed_to") == seen(world, "visible_to") == ["top", "stranger"]


def test_nobody_sees_an_alarm_that_a_superior_raised(world):
    raised(world, "staff", by=role(world, "top"))
    assert seen(world, "visible_to") == ["top"]


def test_an_alarm_is_a_record_of_its_level_in_a_whole_chain(world):
    found = raised(world, by=role(world, "own"), reason="一小时内显示 31 次", changes=[("次数", "", 31)])
    record = Record.objects.get()
    assert found.record == record
    assert (record.level, record.succeeded, record.changes) == ("alarm", False, [["次数", "", "31"]])
    assert audit.verify() == []


def test_the_same_alarm_within_an_hour_is_counted_and_not_recorded_again(world):
    first = raised(world)
    again = raised(world, changes=[("次数", "", 32)])
    assert again == first
    first.refresh_from_db()
    assert (first.times, Record.objects.count()) == (2, 1)


@pytest.mark.parametrize("other", ("action", "organization", "actor", "object", "reason"))
def test_another_alarm_is_not_gathered(world, other):
    raised(world)
    given = {"by": audit.SYSTEM, "action": "test.alarm", "obj": None, "organization": world.staff}
    given |= {
        "action": {"action": "test.other"},
        "organization": {"organization": world.college},
        "actor": {"by": role(world, "own")},
        "object": {"obj": world.staff},
        "reason": {"reason": "另一个说明"},
    }[other]
    audit.alarm(given.pop("by"), given.pop("action"), given.pop("obj"), **given)
    assert list(Alarm.objects.values_list("times", flat=True)) == [1, 1]


def test_an_alarm_that_comes_back_after_an_hour_or_after_it_was_dealt_with_is_a_new_one(world, monkeypatch):
    first = raised(world)
    alarms.handle(first, by=role(world, "upper"), remark="已核实")
    raised(world)
    assert Alarm.objects.count() == 2
    later = datetime.datetime.now(datetime.UTC) + alarms.GATHERED_FOR + datetime.timedelta(seconds=1)
    monkeypatch.setattr(alarms.timezone, "now", lambda: later)
    raised(world)
    assert Alarm.objects.count() == 3


def test_an_alarm_lives_and_dies_with_its_transaction(world):
    with pytest.raises(RuntimeError), transaction.atomic():
        raised(world)
        raise RuntimeError
    assert (Alarm.objects.count(), Record.objects.count()) == (0, 0)


def test_dealing_with_an_alarm_says_who_and_how_and_is_recorded(world):
    found, by = raised(world), role(world, "upper")
    alarms.handle(found, by=by, remark="已电话核实")
    found.refresh_from_db()
    assert (found.handler_name, found.handler_label, found.remark) == (by.user_name, by.label, "已电话核实")
    assert found.status.label == "已处置"
    record = Record.objects.get(action="audit.handle_alarm")
    assert (record.organization_id, record.changes) == (world.staff.pk, [["处置说明", "", "已电话核实"]])


def test_nobody_deals_with_an_alarm_of_their_own(world):
    found = raised(world, "root", by=role(world, "top"))
    with pytest.raises(ValidationError, match="本人"):
        alarms.handle(found, by=role(world, "top"), remark="没事")
    found.refresh_from_db()
    assert found.is_open


def test_the_slower_of_two_is_told_who_dealt_with_it(world):
    found = raised(world)
    alarms.handle(found, by=role(world, "upper"), remark="甲")
    with pytest.raises(Stale) as told:
        alarms.handle(found, by=role(world, "top"), remark="乙")
    assert told.value.who == role(world, "upper").user_name
    assert told.value.fields == (("处置说明", "乙", "甲"),)


def test_the_bell_counts_alarms_in_one_statement(world, django_assert_num_queries):
    for name in ("staff", "students", "artists"):
        raised(world, name)
    with django_assert_num_queries(1):
        assert Alarm.objects.open().addressed_to(role(world, "upper")).count() == 2
    assert (todos(role(world, "upper")), todos(role(world, "own"))) == (4, 0)  # the 换届 and the review wait too


def test_an_alarm_goes_out_of_sight_with_its_organisation(world):
    raised(world, "students")
    parents.approve(world.change, by=role(world, "top"))
    assert seen(world, "visible_to") == ["top", "foreign"]
    assert seen(world, "addressed_to") == ["top"]


def test_the_integrity_check_misses_the_record_of_an_alarm(world):
    raised(world)
    check = next(entry for entry in invariants() if entry.title == "告警各有其审计记录")
    assert list(check.problems()) == []
    Alarm.objects.create(record_id=4711, last_at=datetime.datetime.now(datetime.UTC))
    assert list(check.problems()) == ["告警 4711 没有级别为告警的审计记录"]


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────────


def page(client, world, actor, name="audit:alarms", *args):
    return act_as(client, role(world, actor)).get(reverse(name, args=args))


def test_the_list_shows_what_happened_where_and_what_became_of_it(client, world):
    handled = raised(world, "students")
    alarms.handle(handled, by=role(world, "top"), remark="已核实")
    raised(world, by=role(world, "own"))
    answer = page(client, world, "upper")
    rows = answer.context["rows"]
    assert [row.organization_name for row in rows] == ["教工支部", "学生支部"]
    assert [row.status.label for row in rows] == ["待处置", "已处置"]
    chosen = client.get(reverse("audit:alarms"), {"state": "handled"}).context["rows"]
    assert chosen == [handled]


@pytest.mark.parametrize("count", (1, 3))
def test_the_list_asks_the_same_number_of_statements_for_any_number_of_rows(
    client, world, count, django_assert_num_queries
):
    for name in ("staff", "students", "college")[:count]:
        raised(world, name)
    act_as(client, role(world, "top")).get("/help/faq/")
    with django_assert_num_queries(7):
        assert len(client.get(reverse("audit:alarms")).context["rows"]) == count


def test_an_alarm_is_dealt_with_on_its_page(client, world):
    found = raised(world)
    address = found.get_absolute_url()
    assert page(client, world, "upper", "audit:alarm", found.pk).status_code == 200
    empty = client.post(address, {"remark": " "})
    assert (empty.status_code, "请填写处置说明" in empty.text) == (422, True)
    done = client.post(address, {"remark": "已核实"}, follow=True)
    assert "处置情况已记录" in done.text
    assert "已核实" in done.text
    assert client.post(address, {"remark": "再来"}).status_code == 409


def test_the_page_of_an_own_alarm_offers_no_form(client, world):
    found = raised(world, "root", by=role(world, "top"))
    answer = page(client, world, "top", "audit:alarm", found.pk)
    assert alarms.OWN in answer.text
    assert 'name="remark"' not in answer.text
    assert client.post(found.get_absolute_url(), {"remark": "没事"}).status_code == 422


def test_the_first_page_lists_alarms_among_what_waits(client, world):
    raised(world, reason="x")
    assert "告警：test.alarm" in page(client, world, "upper", "orgs:home").text
    assert "告警：test.alarm" not in page(client, world, "own", "orgs:home").text


def test_texts_of_an_alarm_cannot_break_out_of_their_place(client, world):
    found = raised(world, reason="一\n2026-01-01 系统 登录<b>", changes=[("说明", "", "a\u202eb\r\n<i>")])
    text = page(client, world, "upper", "audit:alarm", found.pk).text
    assert r"一\n2026-01-01 系统 登录&lt;b&gt;" in text
    assert r"a\u202eb\r\n&lt;i&gt;" in text
