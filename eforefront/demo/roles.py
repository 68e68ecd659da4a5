"""The roles of the cast, as the services ask for them."""

from accounts.codes import System
from accounts.models import RoleGrant
from eforefront.demo.cast import Actor


def portal_role(actor: Actor) -> RoleGrant:
    """Return the role in 党员E先锋 that somebody of the cast acts in first."""
    rows = RoleGrant.objects.active().administrators().in_systems(System.PORTAL).select_related("user", "organization")
    return rows.get(user__member=actor.member, organization=actor.organization)
