"""What every request passes through: its number, the headers, the methods in use, and waiting that took too long."""

import logging
import secrets

from django.conf import settings

from partyplatform.requestinfo import request_number

from . import errors, todos
from .refusals import Refusal
from .stale import OutOfReach, Stale

logger = logging.getLogger(__name__)

METHODS = ("GET", "HEAD", "POST")
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
}


class RequestNumber:
    """Give each request a random number, for its log lines, its audit records and its error page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.number = secrets.token_hex(6)
        token = request_number.set(request.number)
        try:
            return self.get_response(request)
        finally:
            request_number.reset(token)


class SecurityHeaders:
    """Set the headers of security.md 26 on every answer, error pages and redirects too; a view may set stricter ones.

    A fresh `request.csp_nonce` goes with each. Everything but static files is `no-store`.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.csp_nonce = secrets.token_urlsafe(16)
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY.format(nonce=request.csp_nonce))
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not (request.path.startswith(settings.STATIC_URL) and response.status_code < 400):
            response.headers["Cache-Control"] = "no-store"
        return response


class AllowedMethods:
    """Answer every method but GET, HEAD and POST with 405, and give Django's bare 405 our page.

    A NUL in the address is no part of any text, and PostgreSQL cannot be asked for it: 400 before anybody looks.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in METHODS:
            return errors.method_not_allowed(request, ", ".join(METHODS))
        if "%00" in request.META.get("QUERY_STRING", ""):
            return errors.bad_request(request)
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            return errors.method_not_allowed(request, response.headers.get("Allow", ""))
        return response


class TodosCounted:
    """Let the number beside the bell be counted again after each act."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.method == "POST":
            todos.count_anew()
        return response


class Busy:
    """Turn what a view raises into its page.

    503 for waiting in vain, 409 for `Stale`, 404 for `OutOfReach`, 422 for a `Refusal`.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, Stale):
            return errors.conflict(request, exception)
        if isinstance(exception, OutOfReach):
            return errors.not_found(request, exception)
        if isinstance(exception, Refusal):
            return errors.refused(request, exception)
        if errors.is_unavailability(exception):
            logger.warning("unavailable: %s", type(exception).__name__)
            return errors.unavailable(request, exception)
        return None
