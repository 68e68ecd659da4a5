"""The last place of an activity, and a day killed at any statement: real processes on PostgreSQL."""

import datetime

import pytest
from django.core import mail
from django.utils import timezone

from accounts.tests.factories import RoleGrantFactory
from eforefront.gatherings import Audience, Kind
from eforefront.models import DailyRun, Digest, Enrolment, Reminded, ReminderAddress, SignUp
from eforefront.models.reminding import ADDRESSES
from eforefront.services import activities, daily, digests
from eforefront.tests.factories import GatheringFactory
from members.models import Member
from members.tests.factories import MemberFactory
from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory
from transfers.tests.at_once import killed_at, race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]
DAY = datetime.date(2026, 11, 27)


@pytest.fixture
def branch(transactional_db):
    return OrganizationFactory(parent=OrganizationFactory())


def test_the_last_place_goes_to_one_and_the_line_keeps_its_order(branch):
    by = Acting(branch)
    for _ in range(6):
        made = GatheringFactory(organization=branch, kind=Kind.ACTIVITY, type="2", audience=Audience.REGISTERED)
        activities.set_up(made, by=by, asked={"closes_at": made.begins_at, "places": 1})
        made.refresh_from_db()
        type(made).objects.filter(pk=made.pk).update(state="2", published_at=timezone.now())
        people = [MemberFactory(organization=branch) for _ in range(3)]
        assert race(*(lambda m=member, a=made: activities.enrol(a, m, by=by) for member in people)) == [True] * 3
        states = sorted(Enrolment.objects.filter(gathering=made).values_list("state", flat=True))
        assert states == ["1", "2", "2"]
        assert SignUp.objects.get(gathering=made).taken == 1


def test_a_day_that_was_killed_reminds_and_mails_once(branch, settings):
    settings.REMINDER_EMAILS = True
    role = RoleGrantFactory(organization=branch, system="portal")
    address = ReminderAddress(user=role.user)
    ADDRESSES.put(address, "somebody@example.cn")
    address.save()
    for _ in range(3):
        member = MemberFactory(organization=branch, category="2")
        Member.objects.filter(pk=member.pk).update(joined_on=datetime.date(2025, 12, 17))

    def run():
        daily.run(DAY)

    for number in range(8, 400, 23):
        if killed_at(number, run):
            break
        DailyRun.objects.update(leased_until=timezone.now() - datetime.timedelta(minutes=1), attempts=0)
    assert daily.run(DAY).finished
    noted = Reminded.objects.filter(rule="probation")
    assert noted.count() == noted.values("key", "due_on", "stage").distinct().count() == 3
    assert Digest.objects.count() == 1
    assert (digests.send_digests(), digests.send_digests(), len(mail.outbox)) == (1, 0, 1)
