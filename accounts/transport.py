"""The certificate a request came with: from the TLS connection itself, or from our own proxy. Source: security.md 15.

Both are read here and nowhere else. Whether the certificate is any good is not asked here; that its key was present
has been proved by the TLS handshake.

- gunicorn ends TLS itself: the certificate is asked of the socket of the connection, which no header can imitate.
- nginx ends TLS: it sends the certificate in `X-Client-Certificate` and a secret in `X-Client-Certificate-Secret`.
  The headers count only when the secret is the configured one; without a configured secret they are never read.
"""

import hmac
import ssl
from typing import Any
from urllib.parse import unquote

from django.conf import settings

_CERTIFICATE, _SECRET = "HTTP_X_CLIENT_CERTIFICATE", "HTTP_X_CLIENT_CERTIFICATE_SECRET"
LONGEST = 24 * 1024  # characters of an escaped certificate


def presented(environ: dict[str, Any]) -> bytes | None:
    """Return what was presented as certificate, DER or PEM, None for nothing. It may be no certificate at all."""
    connection = environ.get("gunicorn.socket")
    if isinstance(connection, ssl.SSLSocket):
        return connection.getpeercert(binary_form=True) or None
    return _forwarded(environ)


def _forwarded(environ: dict[str, Any]) -> bytes | None:
    secret = settings.CERTIFICATE_PROXY_SECRET
    if not secret or not hmac.compare_digest(environ.get(_SECRET, "").encode("latin-1"), secret.encode()):
        return None
    escaped = environ.get(_CERTIFICATE, "")[:LONGEST]
    return unquote(escaped).encode("utf-8", "replace") or None
