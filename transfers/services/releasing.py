"""Releasing whoever holds a post in the act of being transferred. Source: workflows.md 3.3, 11.

Decided and reasoned when the transfer begins, carried out when the member moves: until then the branch keeps who leads
it, and when nothing comes of the transfer nothing has happened.
"""

import datetime
from collections.abc import Sequence

from django.core.exceptions import ValidationError

from members.models import Member, Post
from members.services.members import covers, posts_of
from members.services.posts import release_leaving
from orgs.models import Organization
from partyplatform import audit
from transfers.models import Transfer, TransferRelease

OUT_OF_REACH = "{name}{duty}不在本组织管理范围内，请由其上级登记离任，或由上级党组织发起转接"


def in_the_way(posts: Sequence[Post], target: Organization | None) -> list[Post]:
    """Return the posts that cannot go along: all on leaving the platform, else those the new branch is no part of."""
    return [post for post in posts if target is None or not covers(post, target)]


def to_release(member: Member, target: Organization | None, *, reason: str, by: audit.ActingRole) -> list[Post]:
    """Return the posts a member is to be released from, none without a `reason`.

    Raises ValidationError for a post of an organisation that is not in the actor's reach.
    """
    posts = in_the_way(posts_of(member), target) if reason else []
    reached = Organization.objects.visible_to(by) if by.organization_id is not None else Organization.objects.all()
    seen = set(reached.filter(pk__in=[post.term.organization_id for post in posts]).values_list("pk", flat=True))
    for post in posts:
        if post.term.organization_id not in seen:
            name, duty = post.term.organization.short_name, post.duty_label
            raise ValidationError({"release_reason": OUT_OF_REACH.format(name=name, duty=duty)})
    return posts


def keep(transfer: Transfer, posts: Sequence[Post]) -> None:
    """Store which posts end with a transfer."""
    TransferRelease.objects.bulk_create(TransferRelease(transfer=transfer, post=post) for post in posts)


def places(transfer: Transfer) -> list[int]:
    """Return the organisations whose posts end with a transfer; the caller locks them before anything else."""
    if not transfer.release_reason:
        return []
    return list(transfer.releases.order_by().values_list("post__term__organization", flat=True))


def carry_out(transfer: Transfer, *, on: datetime.date, by: audit.ActingRole) -> None:
    """End the posts on the day their holder moves; one that has ended since stays as it is."""
    if not transfer.release_reason:
        return
    for row in transfer.releases.whole():
        release_leaving(row.post, on=on, by=by, document=transfer.number, reason=transfer.release_reason)
