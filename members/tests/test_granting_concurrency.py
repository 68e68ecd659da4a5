"""Several administrators grant and take away at once; on SQLite they take turns, on PostgreSQL the locks decide."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from accounts.codes import System
from accounts.models import RoleGrant, User
from accounts.tests.factories import RoleGrantFactory
from members import integrity
from members.services import administrators
from members.services.members import move
from members.tests.factories import MemberFactory
from orgs.tests.factories import OrganizationFactory
from partyplatform.locks import Busy
from partyplatform.ui.stale import OutOfReach, Stale

pytestmark = pytest.mark.django_db(transaction=True)
REFUSALS = (ValidationError, PermissionDenied, Stale, OutOfReach, Busy)


@pytest.fixture
def root(transactional_db):
    return OrganizationFactory(short_name="示范大学党委")


@pytest.fixture
def general(root):
    return OrganizationFactory(parent=root, org_type="621", short_name="学院党总支")


@pytest.fixture
def branch(general):
    return OrganizationFactory(parent=general, short_name="教工支部")


def at_once(*acts):
    """Run the acts at the same moment; return what each gave, or its refusal."""
    start = Barrier(len(acts))

    def run(act):
        start.wait()
        try:
            return act()
        except REFUSALS as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def assert_sound():
    found = [*integrity.administrators_belong(), *integrity.roles_by_duty_match_posts()]
    assert found == []


def test_the_last_contact_is_appointed_once(root, general, branch):
    first = RoleGrantFactory(organization=root)
    given = {"organization": general, "system": System.INFO}
    administrators.appoint(MemberFactory(organization=branch), by=first, **given)
    people = [MemberFactory(organization=branch) for _ in range(3)]
    actors = [RoleGrantFactory(organization=root) for _ in people]
    acts = [lambda m=m, by=by: administrators.appoint(m, by=by, **given) for m, by in zip(people, actors, strict=True)]
    results = at_once(*acts)
    refused = [result.messages for result in results if isinstance(result, ValidationError)]
    assert refused == [["党务工作联系人最多2名"]] * 2
    assert RoleGrant.objects.open().filter(organization=general).count() == 2
    assert_sound()


def test_one_person_is_appointed_once_and_has_one_account(root, general, branch):
    member = MemberFactory(organization=branch)
    actors = [RoleGrantFactory(organization=root) for _ in range(3)]
    before = User.objects.count()
    acts = [
        lambda by=by: administrators.appoint(member, organization=branch, system=System.INFO, by=by) for by in actors
    ]
    results = at_once(*acts)
    refused = [result.messages for result in results if isinstance(result, ValidationError)]
    assert refused == [["该人员已是该党组织管理员"]] * 2
    assert User.objects.count() == before + 1
    assert_sound()


def test_two_take_one_role_away_and_one_hears_of_the_other(root, general, branch):
    actors = [RoleGrantFactory(organization=root) for _ in range(2)]
    member = MemberFactory(organization=branch)
    grant = administrators.appoint(member, organization=branch, system=System.INFO, by=actors[0])
    results = at_once(*[lambda by=by: administrators.dismiss(grant, by=by, reason="工作调整") for by in actors])
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "Stale"]


def test_whoever_is_dismissed_meanwhile_appoints_nobody_afterwards(root, general, branch):
    top = RoleGrantFactory(organization=root)
    upper = RoleGrantFactory(organization=general)
    people = [MemberFactory(organization=branch) for _ in range(3)]
    results = at_once(
        lambda: administrators.dismiss(upper, by=top, reason="工作调整"),
        *[lambda m=m: administrators.appoint(m, organization=branch, system=System.INFO, by=upper) for m in people],
    )
    assert results[0] is None
    outcomes = {type(result) for result in results[1:]}
    assert outcomes <= {RoleGrant, PermissionDenied}
    ended = RoleGrant.objects.get(pk=upper.pk)
    assert ended not in RoleGrant.objects.active()


def test_nobody_administers_what_they_left_meanwhile(root, general, branch):
    top = RoleGrantFactory(organization=root)
    elsewhere = OrganizationFactory(parent=root, short_name="直属支部")
    people = [MemberFactory(organization=branch) for _ in range(2)]
    acts = []
    for member in people:
        acts.append(lambda m=member: move(m, to=elsewhere, by=top))
        acts.append(lambda m=member: administrators.appoint(m, organization=branch, system=System.INFO, by=top))
    at_once(*acts)
    assert not RoleGrant.objects.open().filter(organization=branch).exists()
    assert_sound()
