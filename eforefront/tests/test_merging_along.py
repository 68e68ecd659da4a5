"""Two records become one: scores, 社区报到 and dues of the person go on with the record that stays."""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.tests.factories import RoleGrantFactory
from eforefront.models import DuesMonth, Registration, ScoreEntry, ScoreYear
from eforefront.services import registrations, scores
from eforefront.services.dues import standards
from members.models import Member, Twin
from members.services import checking
from members.tests.factories import MemberFactory
from members.tests.test_merging import merge
from orgs.tests.acting import Acting
from partyplatform.integrity import invariants

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(college, settings):
    """周敏 twice: the record of 教工支部 stays, that of 学生支部 goes, registered, with points and unpaid dues."""
    settings.COMMUNITY_REGISTRATION = settings.MEMBER_SCORES = True
    born = {"born_on": datetime.date(1990, 1, 1), "joined_on": datetime.date(2020, 6, 20)}
    first = MemberFactory(organization=college.staff, name="周建国", **born)
    second = MemberFactory(organization=college.students, name="周建国", **born)
    checking.follow(second)
    by, today = Acting(college.general), timezone.localdate()
    registrations.register(second, by=by, began_on=today, community="学院路社区")
    scores.enter(second, by=by, on=today, reason="志愿服务", points=Decimal("2.0"))
    standards.set_standard(second, by=Acting(college.students), category="6", from_month=today.replace(day=1))
    return Twin.objects.get(first=first, second=second)


def test_what_the_portal_keeps_goes_along(college, pair):
    merge(pair, RoleGrantFactory(organization=college.general, user__name="总支管理员"))
    keep, gone = Member.objects.get(pk=pair.first_id), Member.objects.get(pk=pair.second_id)
    assert [(row.place, row.organization) for row in Registration.objects.of(keep).open()] == [
        ("学院路社区", college.staff)
    ]
    assert not Registration.objects.of(gone).exists()
    assert [(row.reason, row.points) for row in ScoreEntry.objects.filter(member=keep)] == [
        ("并入：志愿服务", Decimal("2.0"))
    ]
    assert ScoreYear.objects.get(member=keep).points == Decimal("2.0")
    assert [(row.state, row.cause) for row in DuesMonth.objects.of_member(gone)] == [("5", "重复记录合并")]
    wanted = ("分数", "社区报到", "党费：各党支部合计", "党费：上级党组织的合计")
    checked = [each for each in invariants() if each.title.startswith(wanted)]
    assert [text for each in checked for text in each.problems()] == []
