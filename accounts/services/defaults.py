"""是否默认: the role a person begins with in a system. One at most; without one it is the role 党员."""

from collections.abc import Collection

from accounts.codes import RoleKind
from accounts.models import RoleGrant, User


def hold(user_ids: Collection[int]) -> None:
    """Lock the accounts in one order, before any of their grants: setting a default waits for setting another."""
    list(User.objects.filter(pk__in=user_ids).order_by("pk").select_for_update().values_list("pk"))


def make_default(grant: RoleGrant) -> None:
    """Make a grant the one default of its person in its system; the account is held by the caller."""
    RoleGrant.objects.filter(user=grant.user_id, system=grant.system, is_default=True).update(is_default=False)
    RoleGrant.objects.filter(pk=grant.pk).update(is_default=True)
    grant.is_default = True


def fall_back(user_ids: Collection[int]) -> None:
    """Let the role 党员 be the default of those who have none left. Source: workflows.md 1.3.

    The accounts are held by the caller.
    """
    defaults = RoleGrant.objects.filter(user__in=user_ids, is_default=True)
    provided = {(grant.user_id, grant.system) for grant in defaults.open()}
    own = RoleGrant.objects.open().filter(user__in=user_ids, kind=RoleKind.MEMBER).order_by("-pk")
    left = {(grant.user_id, grant.system): grant.pk for grant in own}
    chosen = [pk for person, pk in left.items() if person not in provided]
    over = [grant.pk for grant in defaults if (grant.user_id, grant.system) not in provided]
    RoleGrant.objects.filter(pk__in=over).update(is_default=False)  # ended by its day, and still marked
    RoleGrant.objects.filter(pk__in=chosen).update(is_default=True)
