"""资源组列表: what the holder of a certificate may open, once the connection has proved it. Source: manual part 2."""

from django.conf import settings
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import certification
from accounts.codes import System
from accounts.middleware import certificate_refused


@require_safe
def resources(request):
    """The two systems for a proved certificate; without one, how to get here with it."""
    page = {"systems": System, "certificate": request.certificate, "certificate_origin": settings.CERTIFICATE_ORIGIN}
    return render(request, "accounts/resources.html", page)


@require_safe
def refused(request):
    """Where the proxy leads whoever presented a certificate it does not accept itself."""
    return certificate_refused(request, certification.PLAIN)
