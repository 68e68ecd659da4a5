import datetime
import stat
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from partyplatform.jobs import results, run_waiting
from partyplatform.jobs.claiming import claim
from partyplatform.jobs.invariants import results_are_there
from partyplatform.jobs.models import Job

from .factories import make_job


def folder():
    return Path(settings.MEDIA_ROOT, "jobs")


@pytest.mark.parametrize(
    ("given", "shown"),
    (
        ("党组织_信息学院_20261123.xlsx", "党组织_信息学院_20261123.xlsx"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("..\\x.csv", "_x.csv"),
        ('a"b\r\nc\x00\u202e.xlsx', "a_b__c__.xlsx"),
        ("名" * 300 + ".xlsx", "名" * 140 + ".xlsx"),
        ("无扩展名", "无扩展名"),
        ("...", "结果"),
        ("", "结果"),
    ),
)
def test_a_file_name_is_made_safe(given, shown):
    assert results.shown_name(given) == shown


@pytest.mark.django_db
def test_a_result_is_readable_by_the_service_only():
    job = make_job()
    run_waiting()
    job.refresh_from_db()
    assert stat.S_IMODE((folder() / job.result_path).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder().stat().st_mode) == 0o700


@pytest.mark.django_db
def test_expired_results_are_deleted_and_their_jobs_stay():
    kept, expired = make_job(), make_job()
    run_waiting()
    Job.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert results.remove_expired() == 1
    kept.refresh_from_db()
    expired.refresh_from_db()
    assert [path.name for path in folder().iterdir()] == [kept.result_path]
    assert (expired.state, expired.result_path, results.opened(expired)) == ("done", "", None)


@pytest.mark.django_db
def test_files_nobody_waits_for_are_deleted():
    make_job()
    run_waiting()
    done = Job.objects.get()
    make_job()
    running = claim("w")
    names = {
        done.result_path: True,
        f"{done.pk}-1-{'0' * 32}": False,
        f"{running.pk}-1-{'1' * 32}.part": True,
        f"{running.pk}-0-{'2' * 32}.part": False,
        f"999999-1-{'3' * 32}": False,
        "README": True,
    }
    for name in names:
        (folder() / name).touch()
    assert results.remove_orphans() == 3
    assert {path.name for path in folder().iterdir()} == {name for name, kept in names.items() if kept}


@pytest.mark.django_db
def test_a_missing_file_is_found_and_offered_to_nobody():
    make_job()
    run_waiting()
    assert list(results_are_there()) == []
    job = Job.objects.get()
    results.remove(job.result_path)
    assert list(results_are_there()) == [f"任务编号 {job.pk} 的结果文件缺失"]
    assert results.opened(job) is None


@pytest.mark.django_db
def test_a_stored_name_from_elsewhere_is_never_opened():
    make_job()
    run_waiting()
    Job.objects.update(result_path="../../secret")
    assert results.opened(Job.objects.get()) is None
