"""Figures for Prometheus: for whoever brings the token, and nothing about people in them."""

import subprocess
import sys
from unittest.mock import Mock

import pytest
from django.conf import settings as project
from django.core.exceptions import MiddlewareNotUsed
from django.test import Client

from partyplatform.ui import metrics
from partyplatform.ui.metrics import Measured

TOKEN = "t" * 32

# Counting begins when the library is imported, so it is looked at in a process of its own.
COUNTED = """
from partyplatform import testing; testing.prepare()
import django; django.setup()
from django.conf import settings; settings.METRICS_TOKEN = "t" * 32
from types import SimpleNamespace
from django.http import HttpResponse
from partyplatform.ui.metrics import Measured, _of_requests
page = Measured(lambda request: HttpResponse(status=404))
page(SimpleNamespace(resolver_match=SimpleNamespace(view_name="members:detail"), method="GET"))
page(SimpleNamespace(resolver_match=None, method="INVENTED"))
print(_of_requests().decode())
"""


def test_without_the_setting_nothing_is_counted():
    with pytest.raises(MiddlewareNotUsed):
        Measured(lambda request: None)


@pytest.mark.django_db
def test_only_the_token_opens_the_page(settings, monkeypatch):
    settings.METRICS_TOKEN = TOKEN
    monkeypatch.setattr(metrics, "_of_requests", lambda: b"")
    monkeypatch.setattr(metrics, "_histogram", Mock)  # the real one keeps files open to the end of the run
    answers = [Client(headers={"authorization": value}).get("/health/metrics") for value in ("", "Bearer wrong")]
    assert [answer.status_code for answer in answers] == [404, 404]
    answer = Client(headers={"authorization": f"Bearer {TOKEN}"}).get("/health/metrics")
    assert answer.content.decode().splitlines() == [
        "# TYPE platform_jobs gauge",
        'platform_jobs{state="queued"} 0',
        'platform_jobs{state="running"} 0',
        'platform_jobs{state="done"} 0',
        'platform_jobs{state="failed"} 0',
        'platform_jobs{state="cancelled"} 0',
        "# TYPE platform_jobs_oldest_waiting_seconds gauge",
        "platform_jobs_oldest_waiting_seconds 0",
    ]


def test_answers_are_counted_by_page_and_kind_of_status(tmp_path, monkeypatch):
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    command = [sys.executable, "-c", COUNTED]
    told = subprocess.run(command, cwd=project.BASE_DIR, capture_output=True, text=True, check=True).stdout
    assert 'platform_request_seconds_count{method="GET",page="members:detail",status="4xx"} 1.0' in told
    assert 'platform_request_seconds_count{method="-",page="-",status="4xx"} 1.0' in told
