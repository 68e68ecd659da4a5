"""The roll: admitting members, moving them, changing what counts. Each act keeps the organisations' counters."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import id_numbers
from members.claims import REGISTERED, claimed
from members.codes import MembershipStatus, PersonCategory
from members.locks import refuse_if_locked
from members.models import Member, Post
from members.models.members import NUMBERS
from members.services import checking, matter_marks, records, standings
from members.services.endings import follow_move, follow_status
from members.services.locking import locked, refuse_unless_receiving, taken
from members.services.periods import first_open_day
from members.shares import negative, share, total
from orgs import totals
from orgs.models import Organization
from partyplatform import audit
from partyplatform.crypto import Undecipherable

ADMITTED = ("name", "category", "organization", "status")


@transaction.atomic
def admit(
    organization: Organization,
    *,
    name: str,
    id_number: str,
    category: str,
    by: audit.ActingRole,
    values: Mapping[str, Any] | None = None,
    on: datetime.date | None = None,
    **words: str,
) -> Member:
    """Enter a new member into a branch; `values` holds {field of an Item: value}, `words` are those of
    `standings.follow`. The record counts from `on`, today if none is named, and never in a period that is closed.

    Raises ValidationError for an organisation that holds no members (workflows.md 2.1, 2.5) or is dissolved, and
    for a 身份证号 that is none or of somebody enrolled already (field `id_number`, screens.md 4.1).
    """
    organization = locked([organization.pk])[organization.pk]
    refuse_unless_receiving(organization)
    member = Member(organization=organization, name=name, category=category)
    _give_id_number(member, id_number, by=by)
    records.put(member, values or {})
    if values:
        records.check(member)
    member.full_clean(exclude=["organization"])
    member.rescore()
    member.save(force_insert=True)
    words.setdefault("cause", "入册")
    standings.follow(member, by=by, on=on and first_open_day(member, on), **words)
    matter_marks.follow_record(member, by=by)
    checking.follow(member)
    totals.change(organization.pk, **share(member))
    changes = audit.differences({}, audit.snapshot(member, ADMITTED), audit.labels(Member, ADMITTED))
    audit.record(by, "members.admit", member, organization=organization.pk, changes=changes)
    return member


@transaction.atomic
def move(member: Member, *, to: Organization, by: audit.ActingRole, **words: str) -> Member:
    """Move a member, active or suspended, to another branch; `words` are those of `standings.follow`.

    Raises ValidationError for a branch that cannot receive, while the member holds a post in an organisation that the
    new branch does not belong to, and while somebody locks the record.
    """
    member, organizations = taken(member, also=[to.pk])
    source, target = organizations[member.organization_id], organizations[to.pk]
    if not member.is_enrolled:
        raise ValidationError(f"{member.name}已不在党员名册中，不能变更所在支部")
    if source.pk == target.pk:
        raise ValidationError(f"{member.name}已在{target.short_name}")
    refuse_unless_receiving(target)
    refuse_if_locked(member)
    if posts := [post for post in posts_of(member) if not covers(post, target)]:
        raise ValidationError(has_posts(member, posts))
    _carry(member, source, target, **{"cause": "变更支部", **words}, by=by)
    follow_move(member, left=source.pk, by=by)
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
    refuse_if_locked(member)
    if category != PersonCategory.FULL and (posts := posts_of(member)):
        raise ValidationError(has_posts(member, posts))
    return _change(member, "category", category, by=by)


@transaction.atomic
def change_status(member: Member, *, status: str, by: audit.ActingRole) -> Member:
    """Change 党籍状态. Who is suspended or gone counts no longer.

    Raises ValidationError while the member holds a post (screens.md 2.5), and for a return into a branch that is
    closed or holds no members.
    """
    member, organizations = taken(member)
    refuse_if_locked(member)
    if status != MembershipStatus.NORMAL and (posts := posts_of(member)):
        raise ValidationError(has_posts(member, posts))
    if status in (MembershipStatus.NORMAL, MembershipStatus.SUSPENDED):
        refuse_unless_receiving(organizations[member.organization_id])
        refuse_second_record(member, by=by)
    return _change(member, "status", status, by=by)


def _give_id_number(member: Member, typed: str, *, by: audit.ActingRole) -> None:
    number = id_numbers.normalise(typed)
    problem = id_numbers.problem(number, today=timezone.localdate()) or taken_by_another(member, number, by=by)
    if problem:
        raise ValidationError({"id_number": problem})
    member.seal_id_number(number)


def refuse_second_record(member: Member, *, by: audit.ActingRole) -> None:
    """Somebody who left may have been admitted anew since. A number that does not open is compared by its key alone."""
    if member.is_enrolled:
        return
    try:
        number = member.unsealed_id_number()
    except Undecipherable:
        return
    if number and (problem := taken_by_another(member, number, by=by)):
        raise ValidationError(problem)


def taken_by_another(member: Member, number: str, *, by: audit.ActingRole) -> str:
    """Return what is said when somebody enrolled, or on the way to be, bears the number; where, only to those who may
    see that record."""
    NUMBERS.claim(number)
    others = Member.objects.enrolled().with_id_number(number).exclude(pk=member.pk)
    if not others.exists():
        return claimed([number], by=by).get(number, "")
    seen = others.visible_to(by).select_related("organization").first()
    return f"该身份证号已存在于{seen.organization.short_name}" if seen else REGISTERED


def _change(member: Member, field: str, value: str, *, by: audit.ActingRole) -> Member:
    before, shown = share(member), audit.snapshot(member, [field])
    setattr(member, field, value)
    member.full_clean(exclude=["organization"])
    changes = audit.differences(shown, audit.snapshot(member, [field]), audit.labels(Member, [field]))
    if changes:
        if field == "status":
            matter_marks.follow_status(member, on=timezone.localdate(), by=by)
        member.rescore()
        member.version += 1
        member.save(update_fields=[field, *matter_marks.FIELDS, "filled", "required", "version"])
        standings.follow(member, cause=f"变更{changes[0][0]}")
        checking.follow(member)
        totals.change(member.organization_id, **total([share(member), negative(before)]))
        if field == "status":
            follow_status(member, by=by)
        audit.record(by, f"members.change_{field}", member, organization=member.organization_id, changes=changes)
    return member


def _carry(member: Member, source: Organization, target: Organization, **words: Any) -> None:
    amount = share(member)
    member.organization = target
    member.version += 1
    member.save(update_fields=["organization", "version"])
    standings.follow(member, **words)
    totals.change(source.pk, **negative(amount))
    totals.change(target.pk, **amount)


def posts_of(member: Member) -> list[Post]:
    """Return the posts of current terms a member holds; they stand in the way of leaving."""
    return list(Post.objects.current().filter(member=member).select_related("term__organization"))


def covers(post: Post, branch: Organization) -> bool:
    """Say whether the organisation of a post is the branch or stands above it: its holder may belong there."""
    return Organization.objects.within(post.term.organization_id).filter(pk=branch.pk).exists()


def has_posts(member: Member, posts: Iterable[Post]) -> str:
    """Return the sentence that names them."""
    named = "、".join(f"{post.term.organization.short_name}{post.duty_label}" for post in posts)
    return f"{member.name}现任{named}，请先登记离任"
