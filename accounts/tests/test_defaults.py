"""是否默认: one role a person begins with, and what takes its place. Source: workflows.md 1.3."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from accounts.codes import RoleKind, System
from accounts.models import RoleGrant
from accounts.services.grants import end_role, grant_role
from accounts.tests.factories import RoleGrantFactory, UserFactory
from orgs.tests.factories import OrganizationFactory
from partyplatform import audit


def defaults(user):
    return set(RoleGrant.objects.of(user).filter(is_default=True).values_list("kind", "system"))


@pytest.fixture
def person(db):
    """A member of a branch, and the branch."""
    branch = OrganizationFactory(parent=OrganizationFactory())
    member = RoleGrantFactory(organization=branch, kind=RoleKind.MEMBER, is_default=False)
    return member.user, branch


def give(user, organization, **fields):
    return grant_role(
        user, organization=organization, kind=RoleKind.BRANCH, system=System.PORTAL, by=audit.SYSTEM, **fields
    )


@pytest.mark.django_db
def test_the_role_of_a_member_takes_the_place_of_a_default_that_ends(person):
    user, branch = person
    grant = give(user, branch, is_default=True)
    assert defaults(user) == {("branch", "portal")}
    end_role(grant, by=audit.SYSTEM)
    assert defaults(user) == {("member", "portal")}


@pytest.mark.django_db
def test_another_default_stays_when_a_role_ends(person):
    user, branch = person
    give(user, branch, is_default=True)
    other = give(user, OrganizationFactory(parent=branch.parent))
    end_role(other, by=audit.SYSTEM)
    assert defaults(user) == {("branch", "portal")}


@pytest.mark.django_db
def test_a_default_that_ended_by_its_day_gives_way(person):
    user, branch = person
    RoleGrantFactory(user=user, organization=branch, system="portal", is_default=True, ends_on=timezone.localdate())
    other = give(user, OrganizationFactory(parent=branch.parent))
    end_role(other, by=audit.SYSTEM)
    assert defaults(user) == {("member", "portal")}


@pytest.mark.django_db
def test_who_is_no_member_is_left_without_a_default():
    grant = RoleGrantFactory(is_default=True)
    end_role(grant, by=audit.SYSTEM)
    assert defaults(grant.user) == set()


@pytest.mark.django_db(transaction=True)
def test_two_defaults_at_once_leave_one():
    root = OrganizationFactory()
    user = UserFactory()
    RoleGrantFactory(user=user, organization=OrganizationFactory(parent=root), kind=RoleKind.MEMBER, is_default=True)
    branches = [OrganizationFactory(parent=root) for _ in range(4)]

    def run(branch):
        try:
            return give(user, branch, is_default=True)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        granted = list(threads.map(run, branches))
    assert len(granted) == 4
    assert list(RoleGrant.objects.of(user).filter(is_default=True).values_list("kind", flat=True)) == ["branch"]


@pytest.mark.django_db(transaction=True)
def test_ending_a_default_while_another_is_given_leaves_one():
    root = OrganizationFactory()
    for _ in range(3):
        user = UserFactory()
        RoleGrantFactory(user=user, organization=OrganizationFactory(parent=root), kind=RoleKind.MEMBER)
        old = give(user, OrganizationFactory(parent=root), is_default=True)
        new = OrganizationFactory(parent=root)

        def run(act):
            try:
                return act()
            finally:
                connection.close()

        acts = (lambda: end_role(old, by=audit.SYSTEM), lambda: give(user, new, is_default=True))  # noqa: B023
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(run, acts))
        assert RoleGrant.objects.of(user).filter(is_default=True).count() == 1
