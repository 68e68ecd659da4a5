"""What every layout needs, from what the request already holds."""

from functools import cache

from django.conf import settings

from .menu import INFO, PORTAL, SYSTEMS, menu
from .todos import todos

TEXT_SIZES = ("normal", "large")


def page(request):
    """Context of every page rendered with a request; asks the database for nothing by itself."""
    role = getattr(request, "role", None)
    system = PORTAL if request.path.startswith("/portal/") else INFO
    return {
        **frame(request),
        "role": role,
        "roles": getattr(request, "roles", ()),
        "system": system,
        "systems": SYSTEMS,
        "layout": f"layouts/{system}.html" if role else "layouts/plain.html",
        "menu": cache(lambda: menu(system, role, request.path)),
        "todo_count": cache(lambda: todos(role)),
        "idle_seconds": getattr(request, "idle_seconds", None),
    }


def frame(request=None):
    """What the outermost frame needs; good for error pages too, with or without a request."""
    return {
        "platform_name": settings.PLATFORM_NAME,
        "is_demo": settings.DEMO,
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "text_size": text_size(request),
    }


def text_size(request):
    """Return "large" or "normal", read from a session that is already loaded."""
    session = getattr(request, "session", None)
    is_loaded = session is not None and hasattr(session, "_session_cache")
    size = session.get("text_size") if is_loaded else None
    return size if size in TEXT_SIZES else "normal"
