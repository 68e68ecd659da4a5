"""角色切换: which grant a request acts with. The session remembers one grant for each system."""

from django.utils.functional import SimpleLazyObject

from accounts.codes import System
from accounts.genuine import genuine
from accounts.models import RoleGrant

LAST_SYSTEM = "system"


def system_of(path):
    """Return the value of the system an address belongs to; None for pages both share."""
    return next((system.value for system in System if path.startswith(system.home)), None)


def current(request):
    """Return the grant this request acts with, loaded afresh with its organisation in one query; None without any.

    Inside a system only its grants count. On shared pages it is that of the system used last, else any.
    """
    system = system_of(request.path)
    wanted = system or request.session.get(LAST_SYSTEM, "")
    grants = RoleGrant.objects.of(request.user).active().in_systems(*([system] if system else System))
    rows = grants.with_certificate_need().by_preference(chosen=request.session.get(_key(wanted)), system=wanted)
    role = next(iter(genuine(rows.select_related("organization"))), None)
    if role is not None:
        role.user = request.user
        _stay(request, role)
    return role


def load(pk):
    """Return the grant with this id as it is now, for work that goes on after the request; raises
    `RoleGrant.DoesNotExist` when it gives no right any more."""
    rows = RoleGrant.objects.active().filter(pk=pk).select_related("user", "organization")
    for role in genuine(rows):
        return role
    raise RoleGrant.DoesNotExist


def choices(user):
    """Return all grants the person may switch to; read from the database only when looked at."""
    grants = RoleGrant.objects.of(user).active().select_related("organization", "user")
    return SimpleLazyObject(lambda: genuine(grants.order_by("system", "-is_default", "pk")))


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
