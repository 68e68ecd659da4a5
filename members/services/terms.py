"""Posts of whole terms: the elected take them up, and all end with their organisation."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import DateField, Q, Value
from django.db.models.functions import Greatest

from members.models import Member, Post
from members.querysets import PostQuerySet
from members.rules import check
from members.services.duty_grants import follow_posts
from members.services.locking import hold
from orgs.models import Organization, Term
from partyplatform import audit

_ELECTED = "1"  # 选任


@transaction.atomic
def install(term: Term, *, elected: Sequence[Mapping[str, Any]], by: audit.ActingRole) -> list[Post]:
    """Record the elected of a term, [{"member": id or uid, "name", "duty", …}], and end the posts of earlier terms.

    Raises ValidationError with the name of whoever may not hold the duty any more. Source: workflows.md 6.
    """
    hold(term, by=by)
    earlier = Post.objects.filter(term__organization=term.organization_id).exclude(term=term)
    _end(earlier, on=term.elected_on)
    posts = [_elected(term, person, position) for position, person in enumerate(elected, 1)]
    follow_posts(term.organization, by=by, taken_up=posts)
    changes = [[post.duty_label, "", post.member.name] for post in posts]
    organization = term.organization
    audit.record(
        by, "members.appoint", organization, organization=organization.pk, changes=changes, document=term.document
    )
    return posts


@transaction.atomic
def end_all(organization: Organization, *, on: datetime.date, by: audit.ActingRole) -> int:
    """End every post of an organisation; return how many were open."""
    rows = Post.objects.filter(term__organization=organization)
    changes = [[post.duty_label, post.member.name, ""] for post in rows.open().select_related("member")]
    _end(rows, on=on)
    follow_posts(organization, by=by)
    if changes:
        audit.record(by, "members.release", organization, organization=organization.pk, changes=changes)
    return len(changes)


def _elected(term: Term, person: Mapping[str, Any], position: int) -> Post:
    key = str(person["member"])
    wanted = Q(pk=int(key)) if key.isdigit() else Q(uid=key)
    member = Member.objects.filter(wanted).select_related("organization").first()
    if member is None:
        raise ValidationError(f"当选人{person['name']}不在党员名册中，请退回后重新登记选举结果")
    post = Post(term=term, member=member, duty=person["duty"], started_on=term.elected_on, position=position)
    post.appointment, post.document = _ELECTED, term.document
    try:
        check(post)
    except ValidationError as refusal:
        raise ValidationError(f"当选人{member.name}（{post.duty_label}）：{'；'.join(refusal.messages)}") from None
    post.save(force_insert=True)
    return post


def _end(posts: PostQuerySet, *, on: datetime.date) -> None:
    """End the open ones of these posts on a day, or on the day they began when that is later."""
    last = Greatest("started_on", Value(on, output_field=DateField()))
    posts.open().update(ended_on=last)
