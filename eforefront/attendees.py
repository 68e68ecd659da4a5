"""Who is due at a gathering, and who has a vote there. Source: workflows.md 4.5, 7.3; screens.md 3.3."""

from collections.abc import Iterable
from typing import Any

from eforefront.gatherings import Audience, Kind
from eforefront.models import Gathering, GroupMember
from eforefront.voting import RULES
from members.codes import Duty, MembershipStatus, PersonCategory
from members.models import Member, Penalty, Post
from members.querysets import MemberQuerySet
from orgs.models import Organization

COMMITTEE_FROM = 7  # 正式党员 from which on a branch has a committee (支部条例 20)
UNDER_PROBATION = "4"  # 留党察看: no vote


def enrolled(organization: Organization) -> MemberQuerySet:
    """Return the members of the branch; those abroad whose 组织关系 is kept pause (workflows.md 5.4)."""
    paused = Member.objects.filter(organization=organization).paused().values("pk")
    return Member.objects.active().filter(organization=organization).exclude(pk__in=paused)


def committee(organization: Organization) -> MemberQuerySet:
    """Return who sits on the committee now: 书记, 副书记, 委员 of the current term."""
    seats = Post.objects.of(organization).current().exclude(duty=Duty.GROUP_LEADER)
    return Member.objects.active().filter(pk__in=seats.order_by().values("member"))


def whom(gathering: Gathering) -> list[Member]:
    """Return who is due by 参加范围; of 指定人员 and 报名参加 nobody, they are entered one by one."""
    organization = gathering.organization
    found: dict[str, Any] = {
        Audience.EVERYBODY: lambda: enrolled(organization),
        Audience.COMMITTEE: lambda: committee(organization),
        Audience.GROUP: lambda: enrolled(organization).filter(
            pk__in=GroupMember.objects.filter(group=gathering.group_id).values("member")
        ),
    }
    rows = found.get(gathering.audience)
    return list(rows().select_related("organization")) if rows else []


def entitled(gathering: Gathering, members: Iterable[Member]) -> set[int]:
    """Return which of these members have a vote there: 正式党员 who are not under 留党察看, of a committee its seats.

    Nobody has one where the type of meeting knows no votes.
    """
    rule = RULES.get(gathering.type) if gathering.kind == Kind.MEETING else None
    if rule is None:
        return set()
    voters = {
        member.pk
        for member in members
        if member.category == PersonCategory.FULL and member.status == MembershipStatus.NORMAL
    }
    voters -= set(
        Penalty.objects.filter(member__in=voters, kind=UNDER_PROBATION, revoked_on=None, removed_at=None).values_list(
            "member", flat=True
        )
    )
    if rule.is_committee:
        voters &= set(committee(gathering.organization).values_list("pk", flat=True))
    return voters
