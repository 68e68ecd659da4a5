"""应到 of a branch meeting, as the roll suggests it. Source: workflows.md 4.5."""

from django.db.models import Exists, OuterRef, QuerySet

from eforefront.models import Applicant
from members.codes import PersonCategory
from members.models import Member, Penalty
from orgs.models import Organization

UNDER_PROBATION = "4"  # 留党察看: no vote


def voters(organization: Organization) -> QuerySet:
    """Return the 正式党员 of the branch with a vote; who else is not counted, the meeting says itself."""
    barred = Penalty.objects.filter(member=OuterRef("pk"), kind=UNDER_PROBATION, revoked_on=None, removed_at=None)
    full = Member.objects.active().filter(organization=organization, category=PersonCategory.FULL)
    return full.exclude(Exists(barred))


def voters_of(organization: Organization) -> int:
    return voters(organization).count()


def sponsors_from(organization: Organization) -> list[Member]:
    """Return who may be 培养联系人 or 入党介绍人 in a branch: those with a vote, by name."""
    return list(voters(organization).order_by("name_pinyin", "pk"))


def undeveloped(organization: Organization) -> QuerySet:
    """Return the 预备党员 of a branch who go through no development on the platform."""
    known = Applicant.objects.open().filter(member=OuterRef("pk"))
    return Member.objects.probation().filter(~Exists(known), organization=organization).order_by("name_pinyin", "pk")
