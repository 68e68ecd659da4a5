"""角色切换: which grant a request acts with. The session remembers one grant for each system."""

from accounts.codes import CERTIFIED, RoleKind, System
from accounts.genuine import genuine
from accounts.models import RoleGrant

LAST_SYSTEM = "system"


def system_of(path):
    """Return the value of the system an address belongs to; None for pages both share."""
    return next((system.value for system in System if path.startswith(system.home)), None)


def current(request):
    """Return the grant this request acts with (None without any) and all the person may switch to.

    Inside a system only its grants count. On shared pages it is that of the system used last, else any.
    """
    system = system_of(request.path)
    wanted = system or request.session.get(LAST_SYSTEM, "")
    roles = roles_of(request.user)
    here = [role for role in roles if system in (None, role.system)]
    role = preferred(here, chosen=request.session.get(_key(wanted)), system=wanted)
    if role is not None:
        _stay(request, role)
    return role, roles


def roles_of(user):
    """Return the grants a person may act with, loaded afresh with their organisations in one statement.

    Each says in `needs_certificate` whether the account administers or audits a committee, whichever role it acts in.
    """
    grants = RoleGrant.objects.of(user).active().select_related("organization")
    rows = sorted(grants.order_by(), key=lambda role: (role.system, not role.is_default, role.pk))
    needs_certificate = any(role.kind in CERTIFIED for role in rows)
    for role in rows:
        role.user, role.needs_certificate = user, needs_certificate
    return genuine(rows)


def preferred(roles, *, chosen=None, system=""):
    """Return the chosen one of `roles`, else one of `system`, else the 默认; 党员 before administrators."""

    def rank(role):
        wishes = role.pk == chosen, role.system == system, role.is_default, role.kind == RoleKind.MEMBER
        return [not wish for wish in wishes], role.system, role.pk

    return min(roles, key=rank, default=None)


def load(pk):
    """Return the grant with this id as it is now, for work that goes on after the request; raises
    `RoleGrant.DoesNotExist` when it gives no right any more."""
    rows = RoleGrant.objects.active().filter(pk=pk).select_related("user", "organization")
    for role in genuine(rows):
        return role
    raise RoleGrant.DoesNotExist


def choose(request, role):
    """Act as `role` from the next request on."""
    request.session[_key(role.system)] = role.pk
    remember_system(request, role.system)


def remember_system(request, system):
    if request.session.get(LAST_SYSTEM) != system:
        request.session[LAST_SYSTEM] = system


def _stay(request, role):
    """Stay in a role until another is chosen: a new default counts from the next login on.

    `request.lost_role` says that the role acted in before this request gives no right any more.
    """
    before = request.session.get(_key(role.system))
    request.lost_role = before not in (None, role.pk)
    if before != role.pk:
        choose(request, role)
    remember_system(request, role.system)


def _key(system):
    return f"role:{system}"
