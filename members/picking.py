"""Whom pages offer where one person is to be chosen."""

from members.finding import FEW_PEOPLE
from members.models import Member
from members.querysets import MemberQuerySet
from orgs.models import Organization
from partyplatform.ui.picking import Pool


def electable(organization: Organization) -> Pool:
    """Who can hold a post in the organisation: the active 正式党员 of it and of everything below, found by name."""

    def find(word: str) -> MemberQuerySet:
        bearers = Member.objects.named(word)
        few = bearers[: FEW_PEOPLE + 1].count() <= FEW_PEOPLE
        return _offered(bearers.of(organization.pk, few=few))

    return Pool(_offered(Member.objects.of(organization.pk)), find=find, label=_label)


def _offered(people: MemberQuerySet) -> MemberQuerySet:
    return people.active().full().listed().order_by("name", "pk")


def _label(member: Member) -> str:
    return f"{member.name}（{member.organization.short_name}）"
