"""Figures for Prometheus behind a token: how pages answer, how jobs wait. Nothing in them speaks of a person.

Every process counts into files of its own below VAR_DIR/metrics, so whichever process is asked tells of all of them.
Without METRICS_TOKEN nothing is counted and the address does not exist.
"""

import os
import time

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db.models import Count, Min
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from partyplatform.jobs.models import Job, State

from .middleware import METHODS

BOUNDS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)  # seconds
UNKNOWN = "-"


class Measured:
    """Count each answer and its time by page, method and kind of status; the address itself is never kept."""

    def __init__(self, get_response):
        if not settings.METRICS_TOKEN:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.seconds = _histogram()

    def __call__(self, request):
        begun = time.monotonic()
        response = self.get_response(request)
        page = request.resolver_match.view_name if request.resolver_match else UNKNOWN
        method = request.method if request.method in METHODS else UNKNOWN  # strangers invent no labels
        kind = f"{response.status_code // 100}xx"
        self.seconds.labels(page, method, kind).observe(time.monotonic() - begun)
        return response


def metrics(request):
    """Answer whoever brings the token with everything counted; to anybody else the page does not exist."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not constant_time_compare(given, settings.METRICS_TOKEN):
        raise Http404
    return HttpResponse(_of_requests() + _of_jobs(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _folder():
    """Tell the library where processes count; it has to know before it is imported."""
    folder = settings.VAR_DIR / "metrics"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    return folder


def _histogram():
    _folder()
    from prometheus_client import CollectorRegistry, Histogram

    labels = ("page", "method", "status")
    return Histogram(
        "platform_request_seconds", "time of answers", labels, buckets=BOUNDS, registry=CollectorRegistry()
    )


def _of_requests():
    _folder()
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return generate_latest(registry)


def _of_jobs():
    """Jobs by state, and how long the oldest one has waited."""
    counted = dict(Job.objects.values_list("state").annotate(Count("pk")))
    oldest = Job.objects.filter(state=State.QUEUED).aggregate(at=Min("created_at"))["at"]
    waited = (timezone.now() - oldest).total_seconds() if oldest else 0
    lines = ["# TYPE platform_jobs gauge"]
    lines += [f'platform_jobs{{state="{state.value}"}} {counted.get(state.value, 0)}' for state in State]
    lines += ["# TYPE platform_jobs_oldest_waiting_seconds gauge", f"platform_jobs_oldest_waiting_seconds {waited:.0f}"]
    return "".join(f"{line}\n" for line in lines).encode()
