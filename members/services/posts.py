"""班子成员: appointing, correcting, releasing; who leads an organisation. Source: screens.md 2.3, workflows.md 6."""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from members.codes import Duty
from members.models import Member, Post
from members.rules import check
from members.services.duty_grants import follow_posts
from members.services.locking import hold
from orgs.changes import overtaken
from orgs.models import Term
from partyplatform import audit

FIELDS = ("member", "duty", "appointment", "started_on", "ended_on", "document", "position", "portfolio")


@dataclass(frozen=True, slots=True)
class Leaders:
    """Who leads an organisation now: names, in the order the posts were given."""

    secretary: str = ""
    deputies: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


@transaction.atomic
def appoint(
    term: Term,
    *,
    member: Member,
    duty: str,
    started_on: datetime.date,
    by: audit.ActingRole,
    appointment: str = "",
    document: str = "",
    position: int = 0,
    portfolio: str = "",
) -> Post:
    """Record that a member takes a duty in a term.

    Raises ValidationError by field: only a 正式党员 of the organisation or its subtree, one 书记 in a term, nobody
    twice in one duty, 任职日期 from the election on.
    """
    hold(term, by=by)
    post = Post(
        term=term,
        member=member,
        duty=duty,
        started_on=started_on,
        appointment=appointment,
        document=document,
        position=position,
        portfolio=portfolio,
    )
    check(post)
    post.save(force_insert=True)
    follow_posts(term.organization, by=by, taken_up=[post])
    _record(by, "members.appoint", post, before={})
    return post


@transaction.atomic
def correct(post: Post, *, by: audit.ActingRole, version: int, **fields: Any) -> Post:
    """Correct a recorded post; `fields` are those of FIELDS except the member.

    Raises `Stale` when it changed meanwhile, ValidationError by field as `appoint` does.
    """
    hold(post.term, by=by)
    post = _fresh(post)
    before = audit.snapshot(post, FIELDS)
    if post.version != version:
        raise overtaken(post.term.organization, audit.conflicts(post, fields))
    for name, value in fields.items():
        setattr(post, name, value)
    check(post)
    after = audit.snapshot(post, FIELDS)
    if after != before:
        post.version += 1
        post.save(update_fields=[*fields, "version"])
        is_new = any(after[name] != before[name] for name in ("duty", "ended_on"))
        follow_posts(post.term.organization, by=by, taken_up=[post] if is_new else ())
        _record(by, "members.correct_post", post, before=before)
    return post


@transaction.atomic
def release(post: Post, *, on: datetime.date, by: audit.ActingRole, version: int | None = None) -> Post:
    """End a post, as it was when its form had `version`.

    Raises ValidationError for one that has ended, and for a day before it began or after today, `Stale` when it
    changed meanwhile.
    """
    hold(post.term, by=by)
    post = _fresh(post)
    before = audit.snapshot(post, FIELDS)
    if post.ended_on is not None:
        raise ValidationError(f"{post.member.name}已于 {post.ended_on:%Y-%m-%d} 离任")
    if version is not None and post.version != version:
        raise overtaken(post.term.organization, [["任职信息", "打开页面时的内容", "之后已被更正的内容"]])
    if on < post.started_on:
        raise ValidationError({"on": f"离任日期不能早于任职日期（{post.started_on:%Y-%m-%d}）"})
    if on > timezone.localdate():
        raise ValidationError({"on": "离任日期不能晚于今天"})
    post.ended_on = on
    post.version += 1
    post.save(update_fields=["ended_on", "version"])
    follow_posts(post.term.organization, by=by)
    _record(by, "members.release", post, before=before)
    return post


@transaction.atomic
def release_leaving(post: Post, *, on: datetime.date, by: audit.ActingRole, document: str, reason: str) -> Post:
    """End a post because its holder leaves, as was decided where the transfer began; one that has ended stays.

    The caller has locked the organisation, which need not be in the reach of whoever takes the member in.
    """
    post = _fresh(post)
    if post.ended_on is not None:
        return post
    before = audit.snapshot(post, FIELDS)
    post.ended_on = max(on, post.started_on)
    post.version += 1
    post.save(update_fields=["ended_on", "version"])
    follow_posts(post.term.organization, by=by)
    _record(by, "members.release", post, before=before, document=document, reason=reason)
    return post


def leadership(organization_ids: Collection[int]) -> dict[int, Leaders]:
    """Return who leads each organisation, in one statement; organisations without posts are left out."""
    posts = Post.objects.current().filter(
        term__organization__in=organization_ids, term__organization__dissolved_on=None
    )
    rows = posts.order_by("position", "duty", "pk").values_list("term__organization_id", "duty", "member__name")
    found: dict[int, dict[str, list[str]]] = {}
    for organization, duty, name in rows:
        names = found.setdefault(organization, {}).setdefault(_rank(duty), [])
        if name not in names:
            names.append(name)
    return {organization: _leaders(ranks) for organization, ranks in found.items()}


def secretaries(term_ids: Collection[int]) -> dict[int, str]:
    """Return the name of each term's 书记, in one statement; terms without one are left out."""
    posts = Post.objects.open().filter(duty=Duty.SECRETARY, term__in=term_ids).order_by()
    return dict(posts.values_list("term_id", "member__name"))


def duties(member_ids: Collection[int]) -> dict[int, str]:
    """Return the present duties of each member as one text, in one statement; members without one are left out."""
    rows = Post.objects.current().filter(member__in=member_ids).order_by("position", "duty", "pk")
    held: dict[int, list[str]] = {}
    for post in rows.select_related("term__organization"):
        held.setdefault(post.member_id, []).append(f"{post.term.organization.short_name}{post.duty_label}")
    return {member: "、".join(names) for member, names in held.items()}


def _rank(duty: str) -> str:
    return duty if duty in (Duty.SECRETARY, Duty.DEPUTY_SECRETARY, Duty.GROUP_LEADER) else ""


def _leaders(ranks: Mapping[str, list[str]]) -> Leaders:
    return Leaders(
        secretary="、".join(ranks.get(Duty.SECRETARY, ())),
        deputies=tuple(ranks.get(Duty.DEPUTY_SECRETARY, ())),
        members=tuple(ranks.get("", ())),
    )


def _fresh(post: Post) -> Post:
    return Post.objects.select_related("term__organization", "member").get(pk=post.pk)


def _record(
    by: audit.ActingRole, action: str, post: Post, *, before: Mapping[str, Any], document: str = "", reason: str = ""
) -> None:
    changes = audit.differences(before, audit.snapshot(post, FIELDS), audit.labels(Post, FIELDS))
    place, document = post.term.organization, document or post.document
    audit.record(by, action, place, organization=place.pk, changes=changes, document=document, reason=reason)
