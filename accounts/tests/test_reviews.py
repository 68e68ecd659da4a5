import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import RoleGrant
from accounts.services import reviews
from accounts.tests.factories import RoleGrantFactory
from orgs.dates import add_months
from orgs.tests.factories import OrganizationFactory
from partyplatform.audit.models import Record
from partyplatform.ui.stale import OutOfReach

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
YEAR_AGO = add_months(TODAY, -12)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def tree(db):
    """党委 ─── 党总支 ─── 支部, and another 党委."""
    root = OrganizationFactory()
    college = OrganizationFactory(parent=root, org_type="621")
    return root, college, OrganizationFactory(parent=college), OrganizationFactory()


@pytest.fixture
def by(tree):
    return RoleGrantFactory(organization=tree[0], user__name="周敏")


def waiting(role):
    return sum(rows.count() for rows in reviews.todos(role))


def fresh(grant):
    return RoleGrant.objects.get(pk=grant.pk)


def test_what_nobody_has_confirmed_for_a_year_is_due(tree, by):
    _, college, branch, elsewhere = tree
    old = RoleGrantFactory(organization=college, starts_on=YEAR_AGO)
    RoleGrantFactory(organization=college, starts_on=YEAR_AGO + DAY)
    RoleGrantFactory(organization=college, starts_on=YEAR_AGO, confirmed_on=YEAR_AGO + DAY)
    again = RoleGrantFactory(organization=college, starts_on=YEAR_AGO, confirmed_on=YEAR_AGO)
    RoleGrantFactory(organization=college, starts_on=YEAR_AGO, ends_on=TODAY)
    RoleGrantFactory(organization=branch, kind="member", starts_on=YEAR_AGO)
    RoleGrantFactory(organization=elsewhere, starts_on=YEAR_AGO)
    deeper = RoleGrantFactory(organization=branch, starts_on=YEAR_AGO, system="portal")
    assert list(reviews.due(by, today=TODAY)) == [old, again]
    assert list(reviews.due_below(by, today=TODAY)) == [old, again, deeper]
    assert list(reviews.due(by, today=TODAY - DAY)) == []


def test_the_months_are_a_setting(tree, by, settings):
    settings.GRANT_REVIEW_MONTHS = 6
    grant = RoleGrantFactory(organization=tree[1], starts_on=add_months(TODAY, -6))
    assert list(reviews.due(by, today=TODAY)) == [grant]


def test_the_own_level_reviews_nothing_of_its_own(tree, by):
    RoleGrantFactory(organization=tree[0], starts_on=YEAR_AGO)
    assert (list(reviews.due_below(by, today=TODAY)), waiting(by)) == ([], 0)


def test_ones_own_grants_wait_for_others(tree, by):
    RoleGrantFactory(organization=tree[1], user=by.user, starts_on=YEAR_AGO)
    assert (list(reviews.due_below(by, today=TODAY)), waiting(by)) == ([], 0)
    other = RoleGrantFactory(organization=tree[0])
    assert reviews.due(other, today=TODAY).count() == 1


def test_a_waiting_review_is_one_thing_to_do(tree, by):
    for _ in range(2):
        RoleGrantFactory(organization=tree[1], starts_on=YEAR_AGO)
    assert waiting(by) == 1
    assert waiting(RoleGrantFactory(organization=tree[2])) == 0


def test_confirming_says_who_and_when_and_lasts_a_year(tree, by):
    grants = [RoleGrantFactory(organization=tree[1], starts_on=YEAR_AGO) for _ in range(2)]
    assert reviews.confirm(grants, by=by) == grants
    assert [fresh(grant).confirmation for grant in grants] == [f"{TODAY:%Y-%m-%d} 周敏"] * 2
    assert list(reviews.due(by, today=TODAY)) == []
    [first, _] = Record.objects.filter(action="accounts.confirm_grant").order_by("seq")
    assert (first.actor_name, first.organization_id, first.object_label) == ("周敏", tree[1].pk, str(grants[0].user))
    assert first.changes[1] == ["上次确认", "", f"{TODAY:%Y-%m-%d} 周敏"]


def test_one_grant_out_of_reach_spoils_the_whole_choice(tree, by):
    inside = RoleGrantFactory(organization=tree[1], starts_on=YEAR_AGO)
    for outside in (RoleGrantFactory(organization=tree[3]), RoleGrantFactory(organization=tree[0]), by):
        with pytest.raises(OutOfReach):
            reviews.confirm([inside, outside], by=by)
    assert fresh(inside).confirmed_on is None


def test_nobody_confirms_the_own_grant_or_an_ended_one(tree, by):
    own = RoleGrantFactory(organization=tree[1], user=by.user)
    with pytest.raises(ValidationError, match="不能复核本人的授权"):
        reviews.confirm([own], by=by)
    ended = RoleGrantFactory(organization=tree[1], ends_on=TODAY)
    with pytest.raises(ValidationError, match="的授权已结束"):
        reviews.confirm([ended], by=by)
    assert not Record.objects.exists()
