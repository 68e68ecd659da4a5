"""Locks, and the reach asked once more under them: whoever waited for a lock may find the tree rearranged."""

from collections.abc import Sequence

from orgs.models import Organization
from partyplatform.audit import ActingRole
from partyplatform.locks import tree_lock
from partyplatform.ui.stale import OutOfReach


def lock_tree_for(by: ActingRole, *, managed: Sequence[Organization] = (), seen: Sequence[Organization] = ()) -> None:
    """Take the tree's lock. Raises `OutOfReach` unless `by` still changes all of `managed` and sees all of `seen`.

    The platform itself reaches everything. Source: security.md 33, 38, 55.
    """
    tree_lock()
    if by.organization_id is None:
        return
    for rows, asked in ((Organization.objects.managed_by(by), managed), (Organization.objects.visible_to(by), seen)):
        ids = {organization.pk for organization in asked}
        if ids and rows.filter(pk__in=ids).count() != len(ids):
            raise OutOfReach


def hold_in_reach(organization_id: int, *, by: ActingRole) -> Organization:
    """Return an organisation as stored, its row locked: no move passes it until the transaction ends.

    Raises `OutOfReach` when `by` does not see it any more. Source: security.md 38.
    """
    rows = Organization.objects.select_for_update(of=("self",), no_key=True)
    organization = rows.get(pk=organization_id)
    require_reach(organization, by=by)
    return organization


def require_reach(organization: Organization, *, by: ActingRole) -> None:
    """Raise `OutOfReach` unless `by` still sees an organisation whose row the caller has locked."""
    if by.organization_id is None:
        return
    if not Organization.objects.visible_to(by).filter(pk=organization.pk).exists():
        raise OutOfReach
