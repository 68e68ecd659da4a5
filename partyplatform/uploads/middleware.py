"""Bodies too large are refused before anybody reads them, the check of the form's token included."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from .space import refuse_too_large


class BodyLimit:
    """Answer 413 to a declared body above the view's `max_body` bytes, by default DATA_UPLOAD_MAX_MEMORY_SIZE.

    Stands above CsrfViewMiddleware, which reads the form. A view class sets `max_body`, a view function gets it as
    an attribute; None says that the view itself reads no more than it may.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: Any, kwargs: Any) -> None:
        of_class = getattr(view, "view_class", view)
        limit = getattr(of_class, "max_body", settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        if limit is not None:
            refuse_too_large(request, limit, getattr(of_class, "max_file", None))
