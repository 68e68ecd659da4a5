"""The entry point for gunicorn.

A page waits for one statement of the database at most 8 s, and 9 s for a database that has stopped answering; a job of
the worker, and the tools of the operator, wait longer.

What is loaded by now stays for good: the collector leaves it out, and looks only after a page or so. Going through all
of the code again and again took a sixth of the time of a page.
"""

import gc
import os
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from partyplatform.sealing.startup import refuse_foreign_keys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partyplatform.settings")
os.environ.setdefault("STATEMENT_SECONDS", "8")
os.environ.setdefault("SILENCE_SECONDS", "9")

_django = get_wsgi_application()
refuse_foreign_keys()
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Behind a proxy only X-Forwarded-Proto says that it was TLS.

    gunicorn also believes X-Forwarded-Ssl and X-Forwarded-Protocol, which a proxy hands on as the client wrote them.
    """
    if settings.SECURE_PROXY_SSL_HEADER:
        environ["wsgi.url_scheme"] = "http"
    return _django(environ, start_response)
