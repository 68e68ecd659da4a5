"""谁能看到我的信息: the organisations whose administrators reach what is kept of a person."""

from dataclasses import dataclass

from django.db.models import Count, OuterRef, Subquery

from accounts.codes import PERSONAL, RoleKind, admin_kind
from accounts.models import RoleGrant, User
from orgs.models import Organization


@dataclass(frozen=True, slots=True)
class Watcher:
    """An organisation of the person or above it, what its administrators are called, how many there are today."""

    organization: str
    role: str
    administrators: int


def watchers(user: User) -> list[Watcher]:
    """Return the organisations from the top down, in a fixed number of statements. Names of people stay out."""
    own = list(RoleGrant.objects.of(user).open().values_list("organization_id", flat=True).distinct())
    others = RoleGrant.objects.active().exclude(kind__in=[*PERSONAL, RoleKind.AUDITOR]).exclude(user=user)
    counted = others.filter(organization=OuterRef("pk")).order_by().values("organization")
    number = Subquery(counted.annotate(number=Count("user", distinct=True)).values("number"))
    above = Organization.objects.with_ancestors(own).living().annotate(administrators=number).order_by("tree_id", "lft")
    return [
        Watcher(organization.short_name, admin_kind(organization.org_type).label, organization.administrators or 0)
        for organization in above
    ]
