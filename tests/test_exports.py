"""导出Excel: what the list shows is what the workbook holds. Source: screens.md 2.2; security.md 44, 50."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from orgs.models import Organization
from orgs.tests.factories import OrganizationFactory
from orgs.views import browsing
from partyplatform.audit.actions import action_label
from partyplatform.audit.models import Record
from partyplatform.jobs import run_waiting
from partyplatform.jobs.models import Job
from partyplatform.jobs.queue import OPEN_PER_OWNER
from partyplatform.tests.kept import kept
from tests.world import build, user_of

pytestmark = pytest.mark.django_db


@kept
def world():
    return build()


@pytest.fixture
def upper(client, world):
    client.force_login(user_of(world, "upper"))
    client.get("/info/")
    return client


def rows(answer):
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    return list(book.worksheets[0].iter_rows(values_only=True))


def test_the_workbook_has_the_manual_s_columns_first_and_codes_as_text(upper, world):
    head, *body = rows(upper.get(reverse("orgs:export")))
    assert head == (
        "组织简称",
        "党组织编码",
        "党组织隶属关系",
        "组织类型",
        "所在单位",
        "党员信息完整度",
        "下级党员",
        "党组织全称",
        "上级党组织",
        "书记",
        "正式党员",
        "预备党员",
        "批准建立日期",
        "届满日期",
    )
    assert [row[0] for row in body] == ["信息学院党总支", "教工支部", "学生支部"]
    assert body[1][1] == world.staff.code
    assert (body[1][6], body[1][10]) == (3, 3)


def test_the_export_follows_filter_and_order_of_the_list(upper, world):
    query = {"short_name": "支部", "sort": "short_name"}
    _, *body = rows(upper.get(reverse("orgs:export"), query))
    shown = [row.short_name for row in upper.get(reverse("orgs:list"), query).context["rows"]]
    assert [row[0] for row in body] == shown == ["学生支部", "教工支部"]


def test_a_name_is_never_a_formula(upper, world):
    OrganizationFactory(parent=world.college, short_name="=1+1", full_name="中国共产党=HYPERLINK支部委员会")
    answer = upper.get(reverse("orgs:export"))
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert [(cell.value, cell.data_type) for cell in cells] == [("=1+1", "s")]


def test_an_export_is_in_the_audit_with_file_rows_and_filter(upper, world):
    list(upper.get(reverse("orgs:export"), {"org_type": "631"}).streaming_content)
    record = Record.objects.get(action="orgs.export")
    assert record.organization_id == world.college.pk
    assert [(label, after) for label, _, after in record.changes][1:] == [
        ("行数", "2"),
        ("筛选条件", "组织类型 党支部"),
    ]


@pytest.mark.parametrize(
    ("name", "action", "count"), (("export_order", "orgs.export_order", "2"), ("download", "orgs.download", None))
)
def test_every_workbook_that_leaves_is_in_the_audit(upper, world, name, action, count):
    answer = upper.get(reverse(f"orgs:{name}", args=[world.college.pk]))
    record = Record.objects.get(action=action)
    assert (record.organization_id, action_label(action) == action) == (world.college.pk, False)
    assert count in (None, record.changes[1][2])
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_large_export_becomes_a_job_whose_file_holds_the_same_rows(upper, world, monkeypatch):
    monkeypatch.setattr(browsing, "EXPORT_AT_ONCE", 1)
    offer = upper.get(reverse("orgs:export"), {"everything": "1"})
    assert ("共 3 行" in offer.content.decode(), Job.objects.count()) == (True, 0)
    answer = upper.post(reverse("orgs:export", query={"everything": "1"}))
    job = Job.objects.get()
    assert answer["Location"] == reverse("jobs:detail", args=[job.uid])
    run_waiting()
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 3, 3)
    _, *body = rows(upper.get(reverse("jobs:download", args=[job.uid])))
    assert [row[0] for row in body] == ["信息学院党总支", "教工支部", "学生支部"]


def test_who_has_enough_jobs_waiting_is_told_so(upper):
    for _ in range(OPEN_PER_OWNER):
        upper.post(reverse("orgs:export"))
    page = upper.post(reverse("orgs:export"), follow=True)
    assert ("您已有 10 个任务在排队或处理" in page.content.decode(), Job.objects.count()) == (True, 10)


def test_a_job_whose_role_was_withdrawn_exports_nothing(upper, world):
    upper.post(reverse("orgs:export"))
    grant = world.roles["upper", "info"]
    grant.ends_on = grant.starts_on
    grant.save()
    run_waiting()
    job = Job.objects.get()
    assert (job.state in ("failed", "queued"), job.result_path) == (True, "")


def test_members_are_exported_as_listed(upper, world):
    head, *body = rows(upper.get(reverse("members:export", args=[world.staff.pk])))
    assert head[:2] == ("姓名", "性别")
    assert sorted(row[0] for row in body) == sorted(member.name for member in world.members)
    assert Organization.objects.get(pk=world.staff.pk).full_members == len(body)
