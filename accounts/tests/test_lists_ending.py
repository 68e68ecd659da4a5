"""A list of revoked certificates that runs out is told before it locks everybody out."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from accounts import lists_ending
from accounts.services import authorities
from accounts.tests.factories import RoleGrantFactory
from accounts.tests.pki import Issuer
from orgs.tests.factories import OrganizationFactory
from partyplatform.audit.models import Alarm
from partyplatform.chores import chores

pytestmark = pytest.mark.django_db


def with_list(days):
    issuer = Issuer()
    authorities.keep_list(issuer.row, issuer.revocations(days=days))
    return issuer.row


@pytest.mark.parametrize(("days", "told"), ((15, 0), (14, 1), (1, 1)))
def test_it_is_told_from_fourteen_days_before(days, told):
    with_list(days)
    assert len(list(lists_ending.lists_are_fresh())) == told
    lists_ending.warn()
    assert Alarm.objects.count() == told


def test_an_ended_one_is_told_and_one_out_of_use_is_not():
    authority = with_list(5)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=6)):
        assert [found for found, _ in lists_ending.ending()] == [authority]
    authority.is_active = False
    authority.save()
    assert list(lists_ending.ending()) == []


def test_one_end_is_one_alarm_at_the_top_and_a_new_list_ends_it():
    assert "accounts.lists_ending.warn" in chores()
    top = RoleGrantFactory()
    below = RoleGrantFactory(organization=OrganizationFactory(parent=top.organization, org_type="621"))
    issuer = Issuer()
    authorities.keep_list(issuer.row, issuer.revocations(days=5))
    lists_ending.warn()
    lists_ending.warn()
    alarm = Alarm.objects.select_related("record").get()
    assert (alarm.times, alarm.record.action_label) == (1, "吊销列表即将到期")
    assert [Alarm.objects.addressed_to(role).count() for role in (top, below)] == [1, 0]
    Alarm.objects.update(handled_at=timezone.now())
    lists_ending.warn()
    authorities.keep_list(issuer.row, issuer.revocations(days=90))
    assert list(lists_ending.ending()) == []
    lists_ending.warn()
    assert Alarm.objects.count() == 1
