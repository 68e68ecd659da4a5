"""Roles that come with a post: 书记 and 副书记 administer their organisation while they hold it, in both systems.

Source: manual part 3, section 1; workflows.md 1.1; docs/decisions/0011-grants.md.
"""

import logging
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.codes import System, admin_kind
from accounts.models import RoleGrant, User
from accounts.services.grants import end_role, end_roles, grant_role
from members.models import Post
from members.services.accounts import account_of
from orgs.models import Organization
from partyplatform import audit

logger = logging.getLogger(__name__)

ENDED = "职务已结束"


@transaction.atomic
def follow_posts(organization: Organization, *, by: audit.ActingRole, taken_up: Iterable[Post] = ()) -> None:
    """Bring the roles by duty of an organisation in line with its present posts, under the lock of its posts.

    Roles whose post is over end. Only the posts in `taken_up` give roles: one that was taken away by hand does not
    come back while the same post goes on.
    """
    leading = leading_posts(organization)
    stay = {post.member.user_id for post in leading}
    granted = RoleGrant.objects.open().filter(organization=organization, by_duty=True)
    end_roles(granted.exclude(user__in=stay - {None}), by=by, reason=ENDED)
    new = {post.pk for post in taken_up}
    for post in leading:
        if post.pk in new:
            _give(post, organization, by=by)


def leading_posts(organization: Organization) -> list[Post]:
    """Return the present posts that make their holders administrators."""
    return list(Post.objects.leading().of(organization).select_related("member").order_by("duty", "pk"))


def _give(post: Post, organization: Organization, *, by: audit.ActingRole) -> None:
    """Give both roles. A post is recorded all the same when its holder cannot have an account yet."""
    try:
        with transaction.atomic():
            user = account_of(post.member, by=by)
    except ValidationError as refusal:
        logger.warning("no account for post %s: %s", post.pk, refusal.code or "no usable number")
        return
    for system in System:
        _give_in(system, user, post, organization, by=by)


def _give_in(system: System, user: User, post: Post, organization: Organization, *, by: audit.ActingRole) -> None:
    """A role given by hand makes way for the one by duty, and counts no longer among the 党务工作联系人."""
    kind = admin_kind(organization.org_type)
    present = RoleGrant.objects.of(user).open().in_systems(system).filter(organization=organization, kind=kind)
    for grant in present.select_related("user", "organization"):
        if grant.by_duty:
            RoleGrant.objects.filter(pk=grant.pk).update(duty=post.duty_label)
            return
        end_role(grant, by=by, reason=f"改为因任{post.duty_label}授权")
    grant_role(
        user,
        organization=organization,
        kind=kind,
        system=system,
        by=by,
        duty=post.duty_label,
        by_duty=True,
        reason=f"任{post.duty_label}",
    )
