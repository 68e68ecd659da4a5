"""The roll: admitting members, moving them, changing what counts. Each act keeps the organisations' counters."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from members.codes import MembershipStatus, PersonCategory
from members.models import Member, Post
from members.services.locking import locked, refuse_unless_receiving, taken
from members.shares import negative, share, total
from orgs import totals
from orgs.models import Organization
from partyplatform import audit

_FIELDS = ("name", "category", "organization", "status")


@transaction.atomic
def admit(organization: Organization, *, name: str, category: str, by: audit.ActingRole) -> Member:
    """Enter a new member into a branch.

    Raises ValidationError for an organisation that holds no members (workflows.md 2.1, 2.5) or is dissolved.
    """
    organization = locked([organization.pk])[organization.pk]
    refuse_unless_receiving(organization)
    member = Member(organization=organization, name=name, category=category)
    member.full_clean(exclude=["organization"])
    member.save(force_insert=True)
    totals.change(organization.pk, **share(member))
    changes = audit.differences({}, audit.snapshot(member, _FIELDS), audit.labels(Member, _FIELDS))
    audit.record(by, "members.admit", member, organization=organization.pk, changes=changes)
    return member


@transaction.atomic
def move(member: Member, *, to: Organization, by: audit.ActingRole) -> Member:
    """Move a member, active or suspended, to another branch.

    Raises ValidationError for a branch that cannot receive, and while the member holds a post in an organisation
    that the new branch does not belong to.
    """
    member, organizations = taken(member, also=[to.pk])
    source, target = organizations[member.organization_id], organizations[to.pk]
    if not member.is_enrolled:
        raise ValidationError(f"{member.name}已不在党员名册中，不能变更所在支部")
    if source.pk == target.pk:
        raise ValidationError(f"{member.name}已在{target.short_name}")
    refuse_unless_receiving(target)
    if posts := [post for post in _posts(member) if not _covers(post, target)]:
        raise ValidationError(_has_posts(member, posts))
    _carry(member, source, target)
    changes = [["人员所在支部", source.short_name, target.short_name]]
    audit.record(by, "members.move", member, organization=target.pk, changes=changes)
    return member


@transaction.atomic
def change_category(member: Member, *, category: str, by: audit.ActingRole) -> Member:
    """Change 人员类别. Raises ValidationError for members no longer enrolled, and for one who holds a post and
    would no longer be a 正式党员."""
    member, _ = taken(member)
    if not member.is_enrolled:
        raise ValidationError(f"{member.name}已不在党员名册中，不能变更人员类别")
    if category != PersonCategory.FULL and (posts := _posts(member)):
        raise ValidationError(_has_posts(member, posts))
    return _change(member, "category", category, by=by)


@transaction.atomic
def change_status(member: Member, *, status: str, by: audit.ActingRole) -> Member:
    """Change 党籍状态. Who is suspended or gone counts no longer.

    Raises ValidationError while the member holds a post (screens.md 2.5), and for a return into a branch that is
    closed or holds no members.
    """
    member, organizations = taken(member)
    if status != MembershipStatus.NORMAL and (posts := _posts(member)):
        raise ValidationError(_has_posts(member, posts))
    if status in (MembershipStatus.NORMAL, MembershipStatus.SUSPENDED):
        refuse_unless_receiving(organizations[member.organization_id])
    return _change(member, "status", status, by=by)


def _change(member: Member, field: str, value: str, *, by: audit.ActingRole) -> Member:
    before, shown = share(member), audit.snapshot(member, [field])
    setattr(member, field, value)
    member.full_clean(exclude=["organization"])
    changes = audit.differences(shown, audit.snapshot(member, [field]), audit.labels(Member, [field]))
    if changes:
        member.save(update_fields=[field])
        totals.change(member.organization_id, **total([share(member), negative(before)]))
        audit.record(by, f"members.change_{field}", member, organization=member.organization_id, changes=changes)
    return member


def _carry(member: Member, source: Organization, target: Organization) -> None:
    amount = share(member)
    member.organization = target
    member.save(update_fields=["organization"])
    totals.change(source.pk, **negative(amount))
    totals.change(target.pk, **amount)


def _posts(member: Member) -> list[Post]:
    return list(Post.objects.current().filter(member=member).select_related("term__organization"))


def _covers(post: Post, branch: Organization) -> bool:
    return Organization.objects.within(post.term.organization_id).filter(pk=branch.pk).exists()


def _has_posts(member: Member, posts: Iterable[Post]) -> str:
    named = "、".join(f"{post.term.organization.short_name}{post.duty_label}" for post in posts)
    return f"{member.name}现任{named}，请先登记离任"
