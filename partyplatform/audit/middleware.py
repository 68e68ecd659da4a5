"""The address a request came from, masked, at hand for audit records."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from partyplatform.requestinfo import client_address


class RequestContext:
    """Keep the masked client address for the length of a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = client_address.set(masked(address_of(request)))
        try:
            return self.get_response(request)
        finally:
            client_address.reset(token)


def address_of(request: HttpRequest) -> str:
    """Return the client's address as seen by the outermost of our own proxies.

    Each proxy appends its caller to X-Forwarded-For, so with n of them the n-th entry from the right is the
    last one that was not written by the client. Without proxies, or with fewer entries, it is the direct caller.
    """
    direct = request.META.get("REMOTE_ADDR", "")
    count = settings.TRUSTED_PROXY_COUNT
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    return forwarded[-count] if 0 < count <= len(forwarded) and forwarded[-count] else direct


def masked(address: str) -> str:
    """Return an address without the half that tells one machine from another; "" for what is not an address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is None:
            return ":".join(parsed.exploded.split(":")[:3]) + ":*"
        parsed = parsed.ipv4_mapped
    return ".".join(str(parsed).split(".")[:2]) + ".*.*"
