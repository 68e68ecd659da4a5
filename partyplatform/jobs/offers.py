"""Exports that answer at once when they are small, and otherwise offer to run as a job."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator

from partyplatform.ui.form_keys import once_only
from partyplatform.ui.refusals import tell

from .models import Job


class OffersJob:
    """Put before a view: `get` returns `offer(count)` for what is too large, `hand_in()` enqueues it.

    Only the POST of the offered form makes the job, so that no foreign page can start one. Source: security.md 25.
    """

    request: HttpRequest
    hand_in: Callable[[], Job]

    def offer(self, count: int | None) -> HttpResponse:
        """Return the page with the button that starts the job; `count` is the number of rows, None if unknown."""
        return render(self.request, "jobs/offer.html", {"count": count})

    @method_decorator(once_only)
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return redirect(self.hand_in())
        except ValidationError as refusal:
            tell(request, refusal)
            return redirect("jobs:list")
