import datetime
import logging
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from partyplatform.audit.models import Record
from partyplatform.jobs import Context, Stopped, results, run_waiting
from partyplatform.jobs.claiming import Progress, claim, fail, finish, give_back, postpone, renew
from partyplatform.jobs.models import Job

from .factories import make_job

pytestmark = pytest.mark.django_db


def files():
    return sorted(path.name for path in Path(settings.MEDIA_ROOT, "jobs").glob("*"))


def lapse():
    """Let the lease of every running job run out."""
    Job.objects.filter(state="running").update(lease_until=timezone.now() - datetime.timedelta(seconds=1))


def test_a_job_is_done_with_its_result_and_its_records():
    job = make_job(numbers=3)
    assert run_waiting() == 1
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.message, job.attempts) == ("done", 3, 3, "数完了", 1)
    assert (job.result_name, job.result_size, job.has_result) == ("数字.txt", 6, True)
    assert results.opened(job).read() == b"1\n2\n3\n"
    assert files() == [job.result_path]
    assert 6.9 < (job.expires_at - job.finished_at).total_seconds() / 86400 < 7.1
    record = Record.objects.get(action="test.counted")
    assert (record.object_id, record.request_number) == (str(job.uid), f"job-{job.pk}")
    assert run_waiting() == 0


def test_jobs_are_taken_first_come_first_and_each_by_one_worker():
    first, second = make_job(), make_job()
    assert [claim("a").pk, claim("b").pk, claim("c")] == [first.pk, second.pk, None]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    (
        ("test.refuse", "第 3 行缺少党组织编码；第 5 行重复"),
        ("test.missing", "任务所用的角色或数据已不存在，或已不在您的管理范围内，任务没有执行。"),
        ("test.full_disk", "服务器存储空间不足，任务没有完成。请联系运维人员腾出空间，再重试。"),
        ("test.crash", "处理时发生意外错误。请稍后重试；仍未成功时，请把任务编号 {pk} 告知运维人员。"),
    ),
)
def test_a_failure_is_told_in_a_plain_sentence_and_leaves_no_file(kind, sentence, caplog):
    job = make_job(kind)
    with caplog.at_level(logging.CRITICAL):
        run_waiting()
    job.refresh_from_db()
    assert (job.state, job.message) == ("failed", sentence.format(pk=job.pk))
    assert (job.has_result, files()) == (False, [])


def test_the_trace_of_an_unexpected_error_goes_to_the_log_only(caplog):
    job = make_job("test.crash")
    run_waiting()
    (entry,) = [entry for entry in caplog.records if entry.levelno == logging.ERROR]
    assert entry.getMessage() == f"job {job.pk} attempt 1 failed"
    assert "secret detail" in entry.exc_text
    assert "secret detail" not in Job.objects.get().message


def test_a_kind_that_is_handled_no_more_fails_with_a_sentence():
    make_job()
    Job.objects.update(kind="test.gone")
    run_waiting()
    assert (Job.objects.get().state, Job.objects.get().message) == ("failed", "系统已不再提供这类任务。")


def test_while_the_database_is_away_a_job_is_put_off_three_times_at_most(caplog):
    job = make_job("test.database_away")
    for attempt in (1, 2):
        assert run_waiting() == 1
        job.refresh_from_db()
        assert (job.state, job.attempts) == ("queued", attempt)
        assert run_waiting() == 0  # not before five seconds are over
        Job.objects.update(lease_until=None)
    run_waiting()
    job.refresh_from_db()
    assert job.state == "failed"
    assert job.message == f"系统繁忙，已重试 3 次仍未成功，请稍后重试。如需协助，请把任务编号 {job.pk} 告知运维人员。"


def test_the_job_of_a_silent_worker_is_taken_over_and_given_up_after_three_tries():
    job = make_job()
    for attempt in (1, 2, 3):
        assert claim("dead").attempts == attempt
        assert claim("eager") is None
        lapse()
    assert claim("next") is None
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("failed", 3)
    assert job.message == f"处理程序 3 次意外中断，任务已停止。如需协助，请把任务编号 {job.pk} 告知运维人员。"


def test_nothing_a_former_holder_does_changes_the_row():
    make_job()
    former = claim("former")
    lapse()
    claim("present")
    before = Job.objects.values().get()
    stored = results.Result("甲.txt", "1-1-" + "0" * 32, 9)
    assert [
        renew(former, Progress(9, 9, "x")),
        finish(former, stored, Progress(9, 9, "x")),
        fail(former, "x"),
        postpone(former, seconds=1),
        give_back(former),
    ] == [False] * 5
    assert Job.objects.values().get() == before


def test_a_job_given_back_because_the_worker_closes_keeps_its_tries():
    make_job()
    job = claim("closing")
    assert give_back(job) is True
    job.refresh_from_db()
    assert (job.state, job.attempts, job.max_attempts, job.worker) == ("queued", 1, 4, "")


def test_renewing_prolongs_the_lease_and_shows_the_progress():
    make_job()
    context = Context(claim("w"))
    lapse()
    context.progress(2, 8, "第二步")
    context.renew()
    job = Job.objects.get()
    assert (job.done, job.total, job.message, job.percent) == (2, 8, "第二步", 25)
    assert 8 < (job.lease_until - timezone.now()).total_seconds() <= 10
    assert claim("eager") is None


def test_a_context_that_lost_its_job_stops_its_handler():
    make_job()
    context = Context(claim("w"))
    Job.objects.update(state="cancelled")
    context.renew()
    with pytest.raises(Stopped):
        context.progress(1, 2)


@pytest.mark.parametrize("meanwhile", ({"state": "cancelled"}, {"attempts": 2}))
def test_a_handler_notices_that_its_job_was_cancelled_or_taken_over(meanwhile):
    make_job("test.look_up", meanwhile=meanwhile)
    run_waiting()
    job = Job.objects.get()
    assert (job.state, job.result_path, files()) == (meanwhile.get("state", "running"), "", [])


@pytest.mark.parametrize("meanwhile", ({"state": "cancelled"}, {"attempts": 2}))
def test_a_job_lost_before_its_end_changes_nothing(meanwhile):
    make_job("test.change", meanwhile=meanwhile)
    run_waiting()
    assert not ContentType.objects.filter(app_label="test").exists()


def test_change_and_end_of_a_job_are_one():
    make_job("test.change", meanwhile={"message": ""})
    run_waiting()
    assert ContentType.objects.filter(app_label="test").get().model == "changed"
    assert Job.objects.get().state == "done"


def test_a_job_has_one_result():
    make_job()
    context = Context(claim("w"))
    with context.result("甲.txt"):
        pass
    with pytest.raises(RuntimeError, match="one result"), context.result("乙.txt"):
        pass


def test_claiming_costs_a_fixed_number_of_statements(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert claim("w") is None
    make_job()
    with django_assert_num_queries(5):  # look, savepoint, lock, take, release
        claim("w")


def test_a_job_that_ended_is_done_in_whole():
    make_job()
    context = Context(claim("w"))
    context.progress(0, 8, "正在撤销")
    context.complete("撤销完成。")
    job = Job.objects.get()
    assert (job.done, job.total, job.message, job.percent) == (8, 8, "撤销完成。", 100)
