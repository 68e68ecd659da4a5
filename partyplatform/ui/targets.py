"""Where a request may be led to: addresses of ours and no others. Source: security.md 27."""

from urllib.parse import urlsplit

from django.utils.http import url_has_allowed_host_and_scheme


def own_target(request, target, default="/"):
    """Return `target` when it is an address of this host, else `default`."""
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if is_ours else default


def came_from(request):
    """Return the path of the page a request was sent from, "/" when the browser does not say or names another host."""
    referrer = own_target(request, request.headers.get("Referer", ""))
    parts = urlsplit(referrer)
    return f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
