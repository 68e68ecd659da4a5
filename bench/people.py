"""Who looks at the pages: administrators of the whole, of a part, and of one branch."""

from dataclasses import dataclass, replace

from django.test import Client

from accounts.codes import System
from accounts.models import RoleGrant
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from orgs.models import Organization


@dataclass(frozen=True)
class Viewer:
    title: str
    role: RoleGrant

    def client(self) -> Client:
        return act_as(Client(SERVER_NAME="127.0.0.1"), self.role)

    def of_portal(self) -> "Viewer":
        """Return an administrator of the same organisation in 党员E先锋."""
        return replace(self, role=RoleGrantFactory(organization=self.role.organization, system=System.PORTAL))


def administrator(organization: Organization) -> RoleGrant:
    return RoleGrantFactory(organization=organization)


def viewers() -> list[Viewer]:
    """Return one administrator for each height of the tree: the root, its largest part, a branch far down in it."""
    root = Organization.objects.get(parent=None)
    part = max(root.get_children().living(), key=Organization.get_descendant_count)
    branch = Organization.objects.below(part.pk).living().filter(org_type="631").order_by("-level", "pk")[0]
    places = (("最上级", root), ("下一级", part), ("支部", branch))
    return [Viewer(title, administrator(organization)) for title, organization in places]
