"""What every layout needs, from what the request already holds."""

from functools import cache

from django.conf import settings

from .menu import INFO, PORTAL, SYSTEMS, menu
from .todos import todos

TEXT_SIZES = ("normal", "large")


def page(request):
    """Context of every page rendered with a request; asks the database for nothing by itself."""
    role, roles = getattr(request, "role", None), getattr(request, "roles", ())
    system = getattr(request, "system", None) or (PORTAL if request.path.startswith("/portal/") else INFO)
    return {
        **frame(request),
        "role": role,
        "roles": roles,
        "system": system,
        "system_name": SYSTEMS[system] if role else "",
        "systems": cache(lambda: _open_to(roles)),
        "layout": f"layouts/{system}.html" if role else "layouts/plain.html",
        "menu": cache(lambda: menu(system, role, request.path)),
        "todo_count": cache(lambda: todos(role)),
        "idle_seconds": getattr(request, "idle_seconds", None),
    }


def _open_to(roles):
    """Return (name, label) of the systems in which the person has a role."""
    own = {role.system for role in roles}
    return [(name, label) for name, label in SYSTEMS.items() if name in own]


def frame(request=None):
    """What the outermost frame needs; good for error pages too, with or without a request."""
    return {
        "platform_name": settings.PLATFORM_NAME,
        "is_demo": settings.DEMO,
        "has_initial_password": settings.INITIAL_PASSWORD_AS_IN_MANUAL,
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "text_size": text_size(request),
    }


def text_size(request):
    """Return "large" or "normal": the person's own setting, or that of a session without a person.

    Reads only what is loaded already, so that an error page asks the database for nothing.
    """
    user, session = getattr(request, "_cached_user", None), getattr(request, "session", None)
    if user is not None and user.is_authenticated:
        size = getattr(user, "text_size", None)
    else:
        size = session.get("text_size") if hasattr(session, "_session_cache") else None
    return size if size in TEXT_SIZES else "normal"
