"""The tree's lock, and the reach asked once more under it: whoever waited for the lock may find the tree rearranged."""

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
