"""Two at once over one member's month, in processes of their own: it is paid once, and the sums stay right."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from eforefront.dues_integrity import numbers_have_no_gaps, subtotals_are_right, sums_are_right
from eforefront.models import DuesEntry, DuesMonth, DuesOpening, DuesReceipt
from eforefront.services.dues import opening, standards
from eforefront.services.dues.bills import Payment
from eforefront.services.dues.correcting import correct
from eforefront.services.dues.paying import register
from members.models import Matter
from members.tests.factories import MemberFactory
from orgs.dates import add_months
from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory
from transfers.tests.at_once import race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]
TRIES = 6
NOW = timezone.localdate().replace(day=1)


@pytest.fixture
def branches(transactional_db):
    root = OrganizationFactory()
    return [OrganizationFactory(parent=root) for _ in range(2)]


def payer(branch):
    member = MemberFactory(organization=branch, joined_on=datetime.date(2020, 6, 20))
    standards.set_standard(member, by=Acting(branch), category="1", from_month=NOW, base=Decimal(6000))
    return member


def paying(branch, member, last=NOW, **more):
    payment = Payment(member.pk, NOW, last, timezone.localdate(), "1", **more)
    return lambda: register(branch, [payment], by=Acting(branch))


def assert_sound():
    assert [*sums_are_right(), *subtotals_are_right(), *numbers_have_no_gaps()] == []


def paid_once(member):
    return sum(DuesEntry.objects.filter(member=member, month=NOW).values_list("amount_fen", flat=True)) == 9000


def test_one_month_is_paid_once(branches):
    """At the own branch twice, and at the own branch and at the place of stay in one moment."""
    home, stay = branches
    for number in range(TRIES):
        member = payer(home)
        Matter.objects.create(member=member, procedure="flow", state="12", certificate=f"流{number}")
        other = paying(home, member) if number % 2 else paying(stay, member, is_guest=True)
        answers = race(paying(home, member), other)
        assert answers.count(True) == 1
        assert paid_once(member)
    assert_sound()


def test_a_payment_in_advance_against_the_opening_of_the_month(branches):
    home = branches[0]
    for _ in range(TRIES):
        member = payer(home)
        DuesMonth.objects.filter(member=member).update(month=add_months(NOW, -1))
        DuesOpening.objects.update_or_create(month=NOW, defaults={"reached": member.pk - 1, "is_done": False})
        assert race(paying(home, member, add_months(NOW, 2)), opening.open_months) == [True, True]
        assert DuesMonth.objects.filter(member=member, month__gte=NOW, state="2").count() == 3


def test_two_corrections_of_one_receipt(branches):
    home = branches[0]
    for _ in range(TRIES):
        member = payer(home)
        [receipt] = paying(home, member)()
        answers = race(*(lambda: correct(receipt, by=Acting(home), reason="误登记") for _ in range(2)))  # noqa: B023
        assert answers.count(True) == 1
        assert DuesReceipt.objects.filter(member=member).count() == 2
    assert_sound()
