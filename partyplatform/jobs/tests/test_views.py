import uuid

import pytest
from django.urls import reverse

from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from partyplatform.jobs import queue, results, run_waiting
from partyplatform.jobs.models import Job, State

from .factories import Owner, make_job

pytestmark = [pytest.mark.django_db, pytest.mark.looks]


@pytest.fixture
def role():
    return RoleGrantFactory()


@pytest.fixture
def page(client, role):
    return act_as(client, role)


def to(name, job):
    return reverse(f"jobs:{name}", args=[job.uid])


def text(response):
    return response.content.decode()


def test_the_list_shows_ones_own_jobs_only(page, role):
    make_job(by=role, title="导出甲")
    make_job(by=Owner(), title="导出乙")
    shown = text(page.get(reverse("jobs:list")))
    assert "导出甲" in shown
    assert "导出乙" not in shown


def test_an_empty_list_says_what_it_would_hold(page):
    shown = text(page.get(reverse("jobs:list")))
    assert "还没有后台任务" in shown


@pytest.mark.parametrize("number", (1, 3))
def test_the_list_costs_the_same_for_one_and_for_three(page, role, django_assert_num_queries, number):
    for _ in range(number):
        make_job(by=role)
    run_waiting()
    page.get(reverse("jobs:list"))
    with django_assert_num_queries(6):  # session, user, role, count, jobs; bell of the layout
        page.get(reverse("jobs:list"))


def test_the_list_offers_to_look_again_only_while_a_job_is_under_way(page, role):
    make_job(by=role)
    assert ">刷新</a>" in text(page.get(reverse("jobs:list")))
    run_waiting()
    assert ">刷新</a>" not in text(page.get(reverse("jobs:list")))


@pytest.mark.parametrize(
    ("state", "sentence"),
    (
        ("queued", "任务正在排队"),
        ("running", "正在准备数据"),
        ("failed", "第 3 行有误"),
        ("cancelled", "已由本人取消"),
    ),
)
def test_the_page_of_a_job_says_how_it_stands(page, role, state, sentence):
    job = make_job(by=role)
    message = {"failed": "第 3 行有误", "cancelled": "已由本人取消。"}.get(state, "")
    Job.objects.update(state=state, message=message)
    shown = text(page.get(job.get_absolute_url()))
    assert sentence in shown
    assert State(state).label in shown
    assert ("hx-get" in shown) == ("刷新" in shown) == (state in ("queued", "running"))


def test_the_progress_of_a_job_is_shown_with_its_figures(page, role):
    job = make_job(by=role)
    Job.objects.update(state="running", done=30, total=120, message="正在写入")
    shown = text(page.get(to("progress", job), headers={"HX-Request": "true"}))
    assert '<progress class="bar" value="25"' in shown
    assert "30 / 120" in shown
    assert "正在写入" in shown


def test_what_a_page_asks_for_by_itself_keeps_no_session_alive(page, role):
    view = page.get(to("progress", make_job(by=role))).resolver_match.func
    assert view.view_class.keeps_session_alive is False


def test_a_finished_job_is_downloaded_as_it_was_written(page, role):
    job = make_job(by=role, numbers=2)
    run_waiting()
    assert to("download", job) in text(page.get(job.get_absolute_url()))
    response = page.get(to("download", job))
    assert b"".join(response.streaming_content) == b"1\n2\n"
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%E6%95%B0%E5%AD%97.txt"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-store"


def test_a_workbook_is_sent_as_a_workbook(page, role):
    job = make_job(by=role)
    run_waiting()
    Job.objects.update(result_name="党组织.xlsx")
    assert page.get(to("download", job))["Content-Type"].endswith("spreadsheetml.sheet")


@pytest.mark.parametrize("name", ("detail", "progress", "download"))
def test_a_strangers_job_does_not_exist(page, name):
    job = make_job(by=Owner())
    run_waiting()
    assert page.get(to(name, job)).status_code == 404
    assert page.get(reverse(f"jobs:{name}", args=[uuid.uuid4()])).status_code == 404


@pytest.mark.parametrize("name", ("cancel", "retry"))
def test_a_strangers_job_cannot_be_acted_on(page, name):
    job = make_job(by=Owner())
    assert page.post(to(name, job)).status_code == 404
    assert Job.objects.get().state == "queued"


@pytest.mark.parametrize("name", ("cancel", "retry"))
def test_verbs_answer_post_only(page, role, name):
    assert page.get(to(name, make_job(by=role))).status_code == 405


def test_a_job_without_a_file_has_nothing_to_download(page, role):
    job = make_job(by=role)
    assert page.get(to("download", job)).status_code == 404
    run_waiting()
    job.refresh_from_db()
    results.remove(job.result_path)
    assert page.get(to("download", job)).status_code == 404


def test_another_role_of_the_same_person_is_asked_to_switch(client, role):
    other = RoleGrantFactory(user=role.user)
    job = make_job(by=role)
    run_waiting()
    page = act_as(client, other)
    response = page.get(to("download", job))
    assert response.status_code == 403
    assert f"该任务以“{role.label}”的身份提交。请先切换到该角色，再下载结果或重试。" in text(response)
    assert page.post(to("retry", job)).status_code == 403


def test_a_waiting_job_is_cancelled_from_its_page(page, role):
    job = make_job(by=role, title="导出甲")
    response = page.post(to("cancel", job), follow=True)
    assert response.redirect_chain == [(job.get_absolute_url(), 302)]
    assert "已取消“导出甲”" in text(response)
    assert "“导出甲”已经结束，无需取消" in text(page.post(to("cancel", job), follow=True))
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_an_ended_job_is_retried_from_its_page(page, role):
    job = make_job(by=role, title="导出甲")
    queue.cancel(job)
    assert to("retry", job) in text(page.get(reverse("jobs:list")))
    assert "“导出甲”已重新排队" in text(page.post(to("retry", job), follow=True))
    assert "“导出甲”正在办理或已有结果，无需重试" in text(page.post(to("retry", job), follow=True))
    job.refresh_from_db()
    assert job.state == "queued"


def test_nobody_gets_in_without_logging_in(client):
    for address in (reverse("jobs:list"), to("download", make_job())):
        assert client.get(address).status_code == 302
