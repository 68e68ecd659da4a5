"""Files on their way out: saved by the browser, never shown by it."""

import logging
from collections.abc import Iterable

from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from .kinds import KINDS
from .names import disposition
from .storing import StoredFile, open_stored

logger = logging.getLogger(__name__)

MADE = {"zip": "application/zip"}  # what leaves the platform and never comes in
UNKNOWN = "application/octet-stream"


def attachment_response(stored: StoredFile | str, name: str) -> FileResponse:
    """Return a stored file (or its stored name) to be saved as `name`, with the type it was checked for.

    The reader's right is the caller's to check, each time. Raises Http404 when the file is gone from the disk.
    """
    stored_name = stored.name if isinstance(stored, StoredFile) else stored
    try:
        file = open_stored(stored_name)
    except FileNotFoundError:
        logger.error("a stored file is missing: %s", stored_name)
        raise Http404 from None
    response = FileResponse(file, content_type=KINDS[stored_name.rpartition(".")[2]].content_type)
    _make_harmless(response, name)
    return response


def content_response(content: bytes, name: str, *, content_type: str) -> HttpResponse:
    """Return a file that is at hand in whole, to be saved as `name`."""
    response = HttpResponse(content, content_type=content_type)
    _make_harmless(response, name)
    return response


def stream_response(chunks: Iterable[bytes], name: str) -> StreamingHttpResponse:
    """Return a file made on the way, such as `book_chunks`, to be saved as `name`; its ending gives the type."""
    ending = name.rpartition(".")[2]
    made = MADE.get(ending, UNKNOWN)
    response = StreamingHttpResponse(chunks, content_type=KINDS[ending].content_type if ending in KINDS else made)
    _make_harmless(response, name)
    return response


def _make_harmless(response: HttpResponseBase, name: str) -> None:
    response.headers["Content-Disposition"] = disposition(name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "no-store"
