"""Who looks at the pages: administrators of the whole, of a part, and of one branch."""

from dataclasses import dataclass

from accounts.models import RoleGrant
from accounts.tests.factories import RoleGrantFactory
from orgs.models import Organization


@dataclass(frozen=True)
class Viewer:
    title: str
    role: RoleGrant


def viewers() -> list[Viewer]:
    """Return one administrator for each height of the tree."""
    root = Organization.objects.get(parent=None)
    branch = Organization.objects.living().filter(org_type="631").order_by("pk")[1000 % 97]
    chain = list(Organization.objects.above(branch.pk))
    part = chain[min(2, len(chain) - 1)]
    places = (("全市（全校）", root), ("区（学院）", part), ("支部", branch))
    return [Viewer(title, RoleGrantFactory(organization=organization)) for title, organization in places]
