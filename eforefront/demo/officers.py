"""Accounts and roles of those who lead: 书记 and 副书记 administer by duty from the day of their election."""

from accounts.codes import RoleKind, System, admin_kind
from accounts.models import RoleGrant, User
from members.models import Member, Post

BATCH = 2000


def install() -> int:
    """Give everybody with a leading post an account nobody can log in to yet, and the roles; return their number.

    Past the services, which would take a dozen statements for each.
    """
    posts = Post.objects.leading().select_related("term__organization").order_by("duty", "pk")
    held: dict[int, list[Post]] = {}
    for post in posts:
        held.setdefault(post.member_id, []).append(post)
    ids = sorted(held)
    for start in range(0, len(ids), BATCH):
        people = Member.objects.filter(pk__in=ids[start : start + BATCH]).order_by("pk")
        _open([(member, held[member.pk]) for member in people])
    return len(held)


def _open(leaders: list[tuple[Member, list[Post]]]) -> None:
    people = [member for member, _ in leaders]
    accounts = [User.objects.build(name=member.name, id_number=member.unsealed_id_number()) for member in people]
    User.objects.bulk_create(accounts)
    for member, user in zip(people, accounts, strict=True):
        member.user = user
    Member.objects.bulk_update(people, ["user"])
    RoleGrant.objects.bulk_create(grant for member, posts in leaders for grant in _roles(member, posts))


def _roles(member: Member, posts: list[Post]) -> list[RoleGrant]:
    """The first role in each system is its default."""
    grants = [
        RoleGrant(
            user=member.user,
            organization=post.term.organization,
            kind=admin_kind(post.term.organization.org_type),
            system=system,
            duty=post.duty_label,
            by_duty=True,
            is_default=post is posts[0],
            starts_on=post.started_on,
            reason=f"任{post.duty_label}",
            granted_by_name="系统",
        )
        for post in posts
        for system in System
    ]
    home = {"organization_id": member.organization_id, "kind": RoleKind.MEMBER, "system": System.PORTAL}
    return [*grants, RoleGrant(user=member.user, granted_by_name="系统", starts_on=posts[0].started_on, **home)]
