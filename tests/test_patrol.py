"""What does not open becomes an alarm without anybody writing while looking. Source: security.md 25, 41."""

import pytest
from django.urls import reverse

from accounts import patrol
from accounts.models import User
from accounts.tests.clients import act_as
from accounts.tests.factories import UserFactory
from members.models import Member, MemberProfile
from partyplatform.audit.models import Alarm, Record
from partyplatform.chores import chores
from partyplatform.tests.kept import kept
from tests.world import build

pytestmark = pytest.mark.django_db
BROKEN = b"\x01\x01\x02k1" + b"0" * 40


@kept
def world():
    return build()


def alarms():
    return Alarm.objects.select_related("record").order_by("pk")


def look_at_everything():
    patrol.Round().go_on()


def test_the_worker_goes_round():
    assert "accounts.patrol.look_on" in chores()


def test_what_opens_raises_nothing(world):
    look_at_everything()
    assert not Alarm.objects.exists()


def test_each_cell_that_does_not_open_is_one_alarm_until_somebody_has_dealt_with_it(world):
    member = world.members[0]
    Member.objects.filter(pk=member.pk).update(phone_sealed=BROKEN, address_sealed=BROKEN)
    for _ in range(3):
        look_at_everything()
    found = list(alarms())
    assert [(a.times, a.record.organization_id, a.record.object_id) for a in found] == [
        (1, world.staff.pk, str(member.uid))
    ] * 2
    assert [a.record.reason.split("的")[0] for a in found] == ["联系方式", "家庭住址"]
    Alarm.objects.filter(pk=found[0].pk).update(handled_at=found[0].last_at)
    look_at_everything()
    assert alarms().count() == 3


def test_cells_of_the_profile_and_of_accounts_belong_to_their_organisation(world):
    MemberProfile.objects.create(member=world.member, residence_sealed=BROKEN)
    account = world.roles["own", "info"].user
    User.objects.filter(pk=account.pk).update(id_number_sealed=BROKEN)
    look_at_everything()
    assert {(a.record.organization_id, a.record.object_type) for a in alarms()} == {
        (world.staff.pk, "members.memberprofile"),
        (world.staff.pk, "accounts.user"),
    }


def test_an_alarm_that_reaches_every_tree_names_nobody(world):
    user = UserFactory(name="欧阳娜")
    User.objects.filter(pk=user.pk).update(id_number_sealed=BROKEN)
    look_at_everything()
    record = alarms().get().record
    assert (record.organization_id, record.object_label) == (None, "")
    assert str(user.uid) in record.reason
    assert user.name not in str(vars(record))


def test_with_a_key_that_is_gone_one_alarm_says_so_instead_of_thousands(world, monkeypatch):
    monkeypatch.setattr(patrol, "MOST", 2)
    Member.objects.update(id_number_sealed=BROKEN, phone_sealed=BROKEN)
    for _ in range(2):
        look_at_everything()
    assert [a.record.reason for a in alarms()][2:] == [patrol.MANY]


def test_a_round_goes_on_where_it_stopped_and_begins_again(world, monkeypatch):
    monkeypatch.setattr(patrol, "CELLS", 2)
    last = world.members[-1]
    Member.objects.filter(pk=last.pk).update(address_sealed=BROKEN)
    going = patrol.Round()
    steps = 0
    while not Alarm.objects.exists() and steps < 50:
        going.go_on()
        steps += 1
    assert 1 < steps < 50
    Alarm.objects.update(handled_at=alarms().get().last_at)
    for _ in range(50):
        going.go_on()
    assert Alarm.objects.count() == 2


@pytest.mark.parametrize("address", ("members:list", "members:detail", "accounts:accounts", "members:grant"))
def test_looking_writes_nothing_and_is_no_error(client, world, address):
    Member.objects.update(id_number_sealed=BROKEN, phone_sealed=BROKEN, address_sealed=BROKEN)
    User.objects.exclude(pk=world.roles["upper", "info"].user_id).update(id_number_sealed=BROKEN)
    arguments = {"members:detail": [world.member.pk], "accounts:accounts": []}.get(address, [world.staff.pk])
    page = act_as(client, world.roles["upper", "info"]).get(reverse(address, args=arguments))
    assert (page.status_code, "无法解密" in page.text or address == "members:grant") == (200, True)
    assert not Record.objects.exists()
