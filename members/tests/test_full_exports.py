"""全项导出: a reason, a proof, and a second administrator over 500 rows. Source: security.md 44."""

import datetime
from io import BufferedReader, BytesIO
from pathlib import Path
from zipfile import is_zipfile

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from members.full_columns import FULL_COLUMNS
from members.models import ExportRequest, MemberProfile, Standing
from members.models.members import PHONES
from members.services import full_exports
from members.services import members as roll
from members.tests.factories import MemberFactory
from partyplatform.audit.models import Record
from partyplatform.crypto import Undecipherable
from partyplatform.excel import read_book
from partyplatform.jobs import results, run_waiting
from partyplatform.jobs.models import Job
from partyplatform.ui.form_keys import fresh
from partyplatform.ui.stale import Stale
from partyplatform.uploads.secrets import SecretReader, SecretWriter

pytestmark = pytest.mark.django_db
REASON = "年度党内统计核对"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def role(college):
    return RoleGrantFactory(organization=college.general)


@pytest.fixture
def second(college):
    return RoleGrantFactory(organization=college.general)


@pytest.fixture
def people(college):
    one = MemberFactory(organization=college.staff, name="=王安", complete=True)
    MemberProfile.objects.create(member=one, marital_status="20", file_place="示范大学档案馆")
    return [one, MemberFactory(organization=college.students, name="丁一", category="2")]


@pytest.fixture
def few(monkeypatch):
    """Already two rows ask for a second person."""
    monkeypatch.setattr(full_exports, "ALONE", 1)


def ask(client, role, organization, **extra):
    """Ask for the full records of an organisation as a role; return the request."""
    answer = act_as(client, role).post(
        reverse("members:ask_export", args=[organization.pk]), {"reason": REASON, "form_key": fresh()} | extra
    )
    assert answer.status_code == 302, answer.text
    return ExportRequest.objects.latest("pk")


def decide(client, role, request, verb, remark="", key=""):
    data = {"verb": verb, "remark": remark, "form_key": key or fresh()}
    return act_as(client, role).post(request.get_absolute_url(), data)


def book_of(job):
    job.refresh_from_db()
    with results.opened(job) as file:
        return read_book(BytesIO(file.read()))


def texts(sheet):
    return [[cell.text for cell in line.cells] for line in sheet.lines]


def test_few_rows_are_exported_in_full_after_a_reason(client, role, college, people):
    address = reverse("members:ask_export", args=[college.general.pk])
    page = act_as(client, role).get(address).text
    assert "人数" in page
    assert client.post(address, {"reason": ""}).status_code == 422
    request = ask(client, role, college.general)
    assert request.state == "approved"
    run_waiting()
    job = Job.objects.get()
    head, first, second = texts(book_of(job).first)
    assert head == [column.label for column in FULL_COLUMNS]
    line = dict(zip(head, first, strict=False))
    assert line["姓名"] == "=王安"
    assert line["身份证号码"] == people[0].unsealed_id_number()
    assert line["联系电话"] == PHONES.text(people[0])
    assert (line["婚姻状况"], line["党员档案所在单位"]) == ("已婚 20", "示范大学档案馆")
    assert dict(zip(head, second, strict=False))["人员类别"] == "预备党员"
    record = Record.objects.get(action="members.export_full")
    written = {label: after for label, _, after in record.changes}
    assert (record.reason, written["行数"]) == (REASON, "2")
    assert "身份证号码" in written["项目"]
    assert job.expires_at is None or job.expires_at - timezone.now() < datetime.timedelta(hours=25)
    assert Record.objects.filter(action="members.ask_export").count() == 1


@pytest.mark.usefixtures("few")
def test_many_rows_wait_for_a_second_administrator(client, role, second, college, people):
    request = ask(client, role, college.general)
    assert (request.state, Job.objects.count()) == ("waiting", 0)
    own = act_as(client, role).get(request.get_absolute_url()).text
    assert "等待同级或上级的其他管理员审批" in own
    assert 'value="approve"' not in own
    refused = decide(client, role, request, "approve")
    assert refused.status_code == 422
    assert "不能审批本人的申请" in refused.text
    key = fresh()
    answers = [decide(client, second, request, "approve", key=key) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {302}
    job = Job.objects.get()
    assert job.owner_uid == str(role.user_uid)
    run_waiting()
    assert len(texts(book_of(job).first)) == 3
    download = reverse("jobs:download", args=[job.uid])
    mine = act_as(client, role).get(request.get_absolute_url()).text
    assert (download in mine, "查看结果" in mine) == (True, False)  # it would lead to where one is
    assert act_as(client, second).get(download).status_code == 404
    assert b"".join(act_as(client, role).get(download).streaming_content)
    written = {label: after for label, _, after in Record.objects.get(action="members.export_full").changes}
    assert second.user_name in written["审批"]


@pytest.mark.usefixtures("few")
def test_a_request_is_sent_back_with_a_reason(client, role, college, people):
    top = RoleGrantFactory(organization=college.root)
    request = ask(client, role, college.general)
    assert decide(client, top, request, "refuse").status_code == 422
    assert decide(client, top, request, "refuse", remark="请缩小范围").status_code == 302
    assert "请缩小范围" in act_as(client, role).get(request.get_absolute_url()).text
    assert Job.objects.count() == 0
    assert decide(client, top, request, "approve").status_code == 409
    assert Record.objects.get(action="members.refuse_export").reason == "请缩小范围"


@pytest.mark.usefixtures("few")
def test_nobody_else_sees_or_decides_a_request(client, role, college, people):
    request = ask(client, role, college.general)
    for organization, status in ((college.other, 404), (college.staff, 404)):
        stranger = RoleGrantFactory(organization=organization)
        assert act_as(client, stranger).get(request.get_absolute_url()).status_code == status
        assert decide(client, stranger, request, "approve").status_code in (403, 404)
    request.refresh_from_db()
    assert request.state == "waiting"


@pytest.mark.usefixtures("few")
def test_what_was_not_decided_in_time_is_over(client, role, second, college, people, time_machine):
    request = ask(client, role, college.general)
    time_machine.move_to(timezone.now() + datetime.timedelta(days=8))
    with pytest.raises(ValidationError, match="申请已过期"):
        full_exports.decide(request, approve=True, remark="", by=second)
    assert not ExportRequest.objects.decidable_by(second).exists()
    request.refresh_from_db()
    assert request.status.label == "已过期"


@pytest.mark.usefixtures("few")
def test_two_who_decide_at_once_are_told(role, second, college, client, people):
    request = ask(client, role, college.general)
    full_exports.decide(request, approve=False, remark="用途不明", by=second)
    with pytest.raises(Stale):
        full_exports.decide(request, approve=True, remark="", by=RoleGrantFactory(organization=college.root))
    with pytest.raises(IntegrityError), transaction.atomic():
        ExportRequest.objects.update(decider_uid=role.user_uid)


@pytest.mark.usefixtures("few")
def test_more_people_than_were_asked_for_are_not_let_out(client, role, second, college, people):
    request = ask(client, role, college.general)
    decide(client, second, request, "approve")
    MemberFactory(organization=college.staff)
    run_waiting()
    job = Job.objects.get()
    assert (job.state, "请重新申请" in job.message) == ("failed", True)


def test_a_file_is_made_once(client, role, college, people):
    ask(client, role, college.general)
    run_waiting()
    job = Job.objects.get()
    Job.objects.filter(pk=job.pk).update(result_path="")
    act_as(client, role).post(reverse("jobs:retry", args=[job.uid]))
    run_waiting()
    job.refresh_from_db()
    assert "已经导出过" in job.message
    assert Record.objects.filter(action="members.export_full").count() == 1


def test_on_the_disk_nobody_reads_the_file(client, role, college, people):
    ask(client, role, college.general)
    run_waiting()
    job = Job.objects.get()
    stored = Path(settings.MEDIA_ROOT, "jobs") / job.result_path
    content = stored.read_bytes()
    assert not is_zipfile(stored)
    assert b"PK\x03\x04" not in content
    answer = act_as(client, role).get(reverse("jobs:download", args=[job.uid]))
    sent = b"".join(answer.streaming_content)
    assert (len(sent), is_zipfile(BytesIO(sent))) == (job.result_size, True)
    stored.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(Undecipherable), results.opened(job) as file:
        file.read()


def test_a_secret_file_of_several_pieces_is_whole_or_nothing():
    kept, content = BytesIO(), bytes(range(256)) * 10_000
    writer = SecretWriter(kept, "1-1-a")
    writer.write(content)
    writer.finish()
    assert BufferedReader(SecretReader(BytesIO(kept.getvalue()), "1-1-a")).read() == content
    last = len(content) - 2 * 1024 * 1024 + 4 + 28
    for changed, name in ((kept.getvalue()[:-last], "1-1-a"), (kept.getvalue(), "2-1-a")):
        with pytest.raises(Undecipherable):
            BufferedReader(SecretReader(BytesIO(changed), name)).read()


def test_each_branch_gets_its_sheet_on_request(client, role, college, people):
    ask(client, role, college.general, by_branch="on")
    run_waiting()
    book = book_of(Job.objects.get())
    assert [sheet.name for sheet in book.sheets] == ["教工支部", "学生支部", "说明"]
    assert [len(texts(sheet)) for sheet in book.sheets[:2]] == [2, 2]


def test_what_was_searched_for_is_kept_sealed(client, role, college, people):
    number = people[1].unsealed_id_number()
    act_as(client, role)
    found = client.post(reverse("members:list", args=[college.general.pk]), {"id_number": number}).url
    address = reverse("members:ask_export", args=[college.general.pk]) + "?" + found.partition("?")[2]
    client.post(address, {"reason": REASON})
    request = ExportRequest.objects.get()
    assert (request.rows, number in request.described) == (1, False)
    assert number.encode() not in bytes(request.query_sealed)
    run_waiting()
    assert len(texts(book_of(Job.objects.get()).first)) == 2


def test_many_small_requests_of_one_day_count_as_a_large_one(client, role, college, people, monkeypatch, time_machine):
    monkeypatch.setattr(full_exports, "ALONE", 3)
    other = RoleGrantFactory(organization=college.root, user=role.user)
    states = [ask(client, by, college.general).state for by in (role, other)]
    assert states == ["approved", "waiting"]
    page = act_as(client, role).get(reverse("members:ask_export", args=[college.general.pk])).text
    assert "须另一名管理员批准" in page
    time_machine.move_to(timezone.now() + datetime.timedelta(hours=25))
    assert ask(client, role, college.general).state == "approved"


def test_whoever_has_left_the_reach_is_in_no_full_export_of_a_former_day(client, role, college, people):
    Standing.objects.update(begins_on=datetime.date(2020, 1, 1))
    roll.move(people[0], to=college.artists, by=RoleGrantFactory(organization=college.root))
    act_as(client, role)
    shown = client.get(reverse("members:list", args=[college.general.pk]), {"on": "2024-01-01"}).context["rows"]
    assert {row.name for row in shown} == {"=王安", "丁一"}
    address = reverse("members:ask_export", args=[college.general.pk], query={"on": "2024-01-01"})
    assert client.post(address, {"reason": REASON, "form_key": fresh()}).status_code == 302
    run_waiting()
    _, *names = [line[0] for line in texts(book_of(Job.objects.get()).first)]
    assert (names, ExportRequest.objects.get().rows) == (["丁一"], 1)


def test_an_old_login_proves_itself_first(client, role, college):
    act_as(client, role)
    session = client.session
    session["proved_at"] = 0
    session.save()
    address = reverse("members:ask_export", args=[college.general.pk])
    assert client.get(address).url.startswith("/prove/")
    assert client.post(address, {"reason": REASON}).url.startswith("/prove/")


def test_nothing_to_export_is_said(client, role, college):
    answer = act_as(client, role).post(reverse("members:ask_export", args=[college.general.pk]), {"reason": REASON})
    assert (answer.status_code, "没有符合条件的党员" in answer.text) == (422, True)
