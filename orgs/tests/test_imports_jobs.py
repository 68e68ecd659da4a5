"""Large sheets are checked and brought in by background jobs. Source: security.md 54, 57, 60."""

import re
import time

import pytest
from django.urls import reverse

from accounts.models import RoleGrant
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from orgs import totals
from orgs import tree as tree_module
from orgs.models import ImportSession, Organization
from orgs.tests.books import book, line, upload
from orgs.tests.importing import university
from orgs.tests.processes import Processes
from partyplatform import audit
from partyplatform.audit.models import Record
from partyplatform.jobs import queue, run_waiting
from partyplatform.jobs.models import Job

pytestmark = pytest.mark.django_db(transaction=True)
State = ImportSession.State


@pytest.fixture(autouse=True)
def small_limit(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.IMPORT_AT_ONCE = 2


@pytest.fixture
def tree():
    return university()


@pytest.fixture
def role(tree):
    return RoleGrantFactory(organization=tree.root)


@pytest.fixture
def admin(client, role):
    return act_as(client, role)


@pytest.fixture
def processes():
    processes = Processes()
    yield processes
    for process in processes.running:
        process.kill()
        process.join()


def lines(tree, count, **changes):
    return [line(name=f"新{number}", parent=tree.info.code, **changes) for number in range(count)]


def send(client, tree, rows):
    content = upload(book(rows), "名册.xlsx")
    return client.post(reverse("orgs:import_tree", args=[tree.root.pk]), {"file": content}, follow=True)


def page(client):
    return client.get(reverse("orgs:import_session", args=[session().uid]))


def confirm(client):
    return client.post(reverse("orgs:confirm_import", args=[session().uid]), follow=True)


def session():
    return ImportSession.objects.get()


def texts(response):
    return re.sub(r"<[^>]+>|\s+", " ", response.content.decode())


def assert_whole():
    assert list(tree_module.problems()) == []
    assert list(totals.differences()) == []
    assert list(audit.verify()) == []


def test_a_small_sheet_is_checked_and_brought_in_at_once(admin, tree):
    send(admin, tree, lines(tree, 2))
    assert session().state == State.CHECKED
    assert "已导入：新增 2 个" in texts(confirm(admin))
    assert not Job.objects.exists()


def test_a_large_sheet_is_checked_by_a_job_whose_page_leads_to_the_outcome(admin, tree):
    answer = send(admin, tree, lines(tree, 3))
    job = Job.objects.get()
    assert (answer.redirect_chain[-1][0], job.title) == (job.get_absolute_url(), "检查导入文件：名册.xlsx")
    assert "正在检查。 查看进度" in texts(page(admin))
    assert "确认导入" not in texts(page(admin))
    assert run_waiting() == 1
    assert "查看结果" in texts(admin.get(job.get_absolute_url()))
    assert session().state == State.CHECKED
    assert (session().result["new"], "等待确认" in texts(page(admin))) == (3, True)


def test_faults_found_by_the_job_are_listed_with_what_stands_in_the_cells(admin, tree):
    send(admin, tree, lines(tree, 3, founded_on="昨天"))
    run_waiting()
    text = texts(page(admin))
    assert "3 行有错误，共 3 处" in text
    assert "日期应写成 2002-04-18 的样子，现为“昨天”" in text
    assert admin.get(reverse("orgs:import_errors", args=[session().uid])).status_code == 200


def test_a_large_sheet_is_brought_in_by_a_job(admin, tree):
    send(admin, tree, lines(tree, 3))
    run_waiting()
    answer = confirm(admin)
    job = Job.objects.latest("pk")
    assert answer.redirect_chain[-1][0] == job.get_absolute_url()
    assert (Organization.objects.count(), "正在导入。 查看进度" in texts(page(admin))) == (5, True)
    assert run_waiting() == 1
    job.refresh_from_db()
    assert (job.state, job.message, job.done, job.total) == ("done", "已全部导入。", 3, 3)
    assert (Organization.objects.count(), session().state) == (8, State.DONE)
    assert Record.objects.filter(action="orgs.import").count() == 1
    assert_whole()


def test_a_second_click_leads_to_the_job_under_way(admin, tree):
    send(admin, tree, lines(tree, 3))
    run_waiting()
    first, second = confirm(admin), confirm(admin)
    assert first.redirect_chain[-1] == second.redirect_chain[-1]
    assert Job.objects.count() == 2
    run_waiting()
    assert Organization.objects.count() == 8


def test_what_changed_meanwhile_is_shown_anew_and_not_brought_in(admin, tree):
    send(admin, tree, lines(tree, 3))
    run_waiting()
    confirm(admin)
    Organization.objects.filter(pk=tree.info_staff.pk).update(full_name="中国共产党示范大学新1支部委员会")
    run_waiting()
    job = Job.objects.latest("pk")
    assert job.message == "检查之后党组织有变化，没有导入。已重新检查，请核对后再确认。"
    assert (session().state, session().result["update"], Organization.objects.count()) == (State.CHECKED, 1, 5)


def test_a_job_that_was_called_off_brings_nothing_in(admin, tree):
    send(admin, tree, lines(tree, 3))
    run_waiting()
    confirm(admin)
    queue.cancel(Job.objects.latest("pk"))
    run_waiting()
    assert (session().state, Organization.objects.count()) == (State.CHECKED, 5)
    assert "确认导入" in texts(page(admin))


def test_whoever_lost_the_role_meanwhile_imports_nothing(admin, tree, role):
    send(admin, tree, lines(tree, 3))
    run_waiting()
    confirm(admin)
    RoleGrant.objects.filter(pk=role.pk).delete()
    run_waiting()
    assert (Job.objects.latest("pk").state, Organization.objects.count()) == ("failed", 5)


def test_a_sheet_given_up_meanwhile_is_not_brought_in(admin, tree):
    send(admin, tree, lines(tree, 3))
    run_waiting()
    confirm(admin)
    admin.post(reverse("orgs:withdraw_import", args=[session().uid]))
    run_waiting()
    assert (Job.objects.latest("pk").state, Organization.objects.count()) == ("failed", 5)


def test_a_worker_that_is_killed_leaves_all_or_nothing_and_the_next_one_goes_on(admin, tree, processes, settings):
    settings.JOB_LEASE_SECONDS = 0
    send(admin, tree, lines(tree, 400))
    run_waiting()
    confirm(admin)
    job, outcomes = Job.objects.latest("pk"), set()
    for delay in (0.02, 0.1, 0.2, 0.3, 0.45):
        process = processes.start(run_waiting, "killed")
        time.sleep(delay)
        process.kill()
        process.join()
        job.refresh_from_db()
        outcomes.add((Organization.objects.count(), session().state, Record.objects.count()))
        assert_whole()
        if job.can_be_retried:
            queue.retry(job)
    assert outcomes <= {(5, State.CHECKED, 0), (405, State.DONE, 401)}
    run_waiting()
    job.refresh_from_db()
    if job.can_be_retried:
        queue.retry(job)
        run_waiting()
    assert (Organization.objects.count(), session().state) == (405, State.DONE)
    assert_whole()
