"""Source: security.md 68, 69."""

import datetime
import threading
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from partyplatform import audit
from partyplatform.audit.models import ChainHead, Record
from partyplatform.audit.recording import ChainBroken
from partyplatform.locks import Busy
from partyplatform.requestinfo import client_address, request_number

from .factories import Actor, tamper, write

MOMENT = datetime.datetime(2026, 11, 20, 9, 12, 30, 123456, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.django_db
def test_a_record_says_who_did_what_to_which_object_and_from_where():
    target = ContentType.objects.create(app_label="test", model="thing")
    tokens = (request_number, request_number.set("r-42")), (client_address, client_address.set("10.3.*.*"))
    try:
        with time_machine.travel(MOMENT, tick=False):
            audit.record(
                Actor(),
                "orgs.dissolve",
                target,
                organization=99,
                changes=[["组织简称", "旧", "新"], ["是否", True, None]],
                reason="合并",
                document="示委发[2026] 7 号",
                succeeded=False,
                level="alarm",
            )
    finally:
        for variable, token in tokens:
            variable.reset(token)
    stored = Record.objects.values().get()
    mac = stored.pop("mac")
    assert len(bytes.fromhex(mac)) == 32
    assert stored == {
        "seq": 1,
        "at": MOMENT,
        "actor_uid": "0b9c1f7e-0000-4000-8000-000000000001",
        "actor_name": "周敏",
        "role_label": "党总支管理员",
        "actor_organization_id": 17,
        "actor_organization_name": "信息学院党总支",
        "action": "orgs.dissolve",
        "object_type": "contenttypes.contenttype",
        "object_id": str(target.pk),
        "object_label": str(target),
        "organization_id": 99,
        "changes": [["组织简称", "旧", "新"], ["是否", "是", ""]],
        "reason": "合并",
        "document": "示委发[2026] 7 号",
        "succeeded": False,
        "level": "alarm",
        "address_masked": "10.3.*.*",
        "request_number": "r-42",
        "key_id": "t1",
        "previous_mac": "",
    }
    head = ChainHead.objects.get()
    assert (head.seq, head.mac, head.at) == (1, mac, MOMENT)


@pytest.mark.django_db
def test_an_act_without_object_or_organization_belongs_to_the_actors_own():
    record = audit.record(Actor(), "accounts.login")
    assert (record.object_type, record.object_id, record.object_label) == ("", "", "")
    assert record.organization_id == 17


@pytest.mark.django_db
def test_the_platform_acts_under_its_own_name():
    record = audit.record(audit.SYSTEM, "orgs.import")
    assert (record.actor_uid, record.actor_name, record.role_label, record.organization_id) == (
        "",
        "系统",
        "系统",
        None,
    )
    assert audit.SYSTEM.can("anything") is True


@pytest.mark.django_db
def test_many_acts_are_chained_in_order_with_a_fixed_number_of_statements(django_assert_num_queries):
    write(1)
    with django_assert_num_queries(5):  # savepoint, head, records, head, release
        rows = write(20)
    assert [row.seq for row in rows] == list(range(2, 22))
    assert [row.previous_mac for row in rows[1:]] == [row.mac for row in rows[:-1]]
    assert audit.verify() == []


@pytest.mark.django_db
def test_nothing_to_record_is_nothing():
    assert audit.record_many([]) == []
    assert not ChainHead.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_record_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="in the transaction of the act"):
        audit.record(Actor(), "orgs.dissolve")


def _act_and_record(name):
    with transaction.atomic():
        ContentType.objects.create(app_label="test", model=name)
        audit.record(Actor(), "test.act")


@pytest.mark.django_db(transaction=True)
def test_when_the_record_cannot_be_written_the_act_does_not_happen():
    _act_and_record("before")
    tamper("DELETE FROM audit_chainhead")
    with pytest.raises(ChainBroken):
        _act_and_record("after")
    assert ContentType.objects.filter(app_label="test").get().model == "before"
    assert Record.objects.count() == 1


@pytest.mark.django_db
def test_an_unknown_level_is_refused():
    with pytest.raises(ValueError, match="disaster"):
        audit.record(Actor(), "test.act", level="disaster")


@pytest.mark.django_db
def test_line_breaks_and_hidden_characters_cannot_forge_a_record():
    forged = "好\n2026-11-20 王五 授权\r\x00\x1b[2K\u202eabc\u2028\ud800\u200b"
    record = audit.record(
        Actor(user_name=forged), "test.act", changes=[[forged, forged, forged]], reason=forged, document=forged
    )
    record.refresh_from_db()
    safe = r"好\n2026-11-20 王五 授权\r\u0000\u001b[2K\u202eabc\u2028\ud800\u200b"
    assert (record.actor_name, record.reason, record.document) == (safe, safe, safe)
    assert record.changes == [[safe, safe, safe]]
    assert audit.verify() == []


@pytest.mark.django_db
def test_a_text_too_long_for_its_column_is_clipped_visibly():
    record = audit.record(Actor(user_name="长" * 101), "test.act")
    record.refresh_from_db()
    assert record.actor_name == "长" * 99 + "…"


@pytest.mark.django_db
def test_the_history_of_an_organisation_and_of_a_person_come_newest_first():
    first = audit.record(Actor(), "a.a", organization=5)
    second = audit.record(Actor(user_uid="other"), "a.b", organization=5)
    third = audit.record(Actor(), "a.c", organization=6)
    assert list(Record.objects.of_organization(5)) == [second, first]
    assert list(Record.objects.by_person(Actor().user_uid)) == [third, first]


@pytest.mark.django_db(transaction=True)
def test_six_writers_at_once_give_one_chain_without_gaps():
    errors = []

    def work():
        try:
            for _ in range(10):
                with transaction.atomic():
                    audit.record(Actor(), "test.act")
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert list(Record.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 61))
    assert audit.verify() == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_head_held_too_long_is_busy():
    write(1)
    held, release = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            audit.record(Actor(), "test.act")
            held.set()
            release.wait(20)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    try:
        with pytest.raises(Busy):
            write(1)
    finally:
        release.set()
        thread.join()
        connection.close()
    assert audit.verify() == []
