"""审计记录: who reads what, how it is found, what leaves. Source: security.md 28, 37, 44, 68."""

import datetime
from io import BytesIO

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.codes import RoleKind, System
from accounts.services import activations, certificates, credentials
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory, UserFactory
from accounts.tests.pki import Issuer
from orgs.services import parents
from partyplatform import audit
from partyplatform.audit import exports
from partyplatform.audit.actions import action_choices
from partyplatform.audit.models import Record
from partyplatform.audit.tests.factories import tamper
from partyplatform.jobs import run_waiting
from partyplatform.jobs.models import Job
from partyplatform.requestinfo import request_number
from partyplatform.tests.kept import kept
from tests.world import build

pytestmark = pytest.mark.django_db
LIST = reverse("audit:records")


@kept
def world():
    return build()


def role(world, actor):
    return world.roles[actor, "info"]


@pytest.fixture
def auditor(world):
    return RoleGrantFactory(
        user=UserFactory(name="审计员甲"), organization=world.root, kind=RoleKind.AUDITOR, system=System.INFO
    )


@transaction.atomic
def write(by, action="test.act", obj=None, **details):
    return audit.record(by, action, obj, **details)


def rows(client, who, **query):
    """What the list shows to a role, the newest first."""
    return act_as(client, who).get(LIST, query).context["rows"]


def found(client, who, **typed):
    """What a search for people shows."""
    return act_as(client, who).post(LIST, typed, follow=True).context["rows"]


# ── who reads what ──────────────────────────────────────────────────────────────────────────────────────


def test_each_reader_sees_the_records_of_the_reach_and_none_of_superiors(client, world, auditor):
    by_top = write(role(world, "top"), organization=world.staff)
    by_upper = write(role(world, "upper"), organization=world.staff)
    by_own = write(role(world, "own"))
    write(role(world, "stranger"))
    by_platform = write(audit.SYSTEM, organization=world.staff)
    of_nobody = write(audit.SYSTEM)
    assert rows(client, role(world, "top")) == [of_nobody, by_platform, by_own, by_upper, by_top]
    assert rows(client, auditor) == [of_nobody, by_platform, by_own, by_upper, by_top]
    assert rows(client, role(world, "upper")) == [by_platform, by_own, by_upper]
    assert rows(client, role(world, "foreign")) == []


def test_a_record_of_a_superior_is_as_good_as_not_there(client, world):
    of_top = write(role(world, "top"), organization=world.staff)
    own = write(role(world, "upper"))
    act_as(client, role(world, "upper"))
    assert client.get(own.get_absolute_url()).status_code == 200
    assert client.get(of_top.get_absolute_url()).status_code == 404
    assert client.get(reverse("audit:record", args=[4711])).status_code == 404


def test_a_moved_organisation_takes_its_records_along(client, world):
    record = write(audit.SYSTEM, organization=world.students)
    parents.approve(world.change, by=role(world, "top"))
    assert record in rows(client, role(world, "foreign"))
    assert record not in rows(client, role(world, "upper"))


# ── finding ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def many(world):
    """Records that differ in one thing each."""
    top, own = role(world, "top"), role(world, "own")
    return {
        "plain": write(top),
        "actor": write(own),
        "object": write(top, obj=world.members[0]),
        "place": write(top, organization=world.students),
        "action": write(top, action="orgs.dissolve"),
        "alarm": audit.alarm(top, "test.alarm").record,
        "failed": write(top, action="accounts.login_failed", succeeded=False),
    }


@pytest.mark.parametrize(
    ("query", "names"),
    (
        ({"organization": "学生"}, ["place"]),
        ({"action": "orgs.dissolve"}, ["action"]),
        ({"action": "orgs."}, ["action"]),
        ({"level": "alarm"}, ["alarm"]),
        ({"outcome": "no"}, ["failed", "alarm"]),
        ({"outcome": "yes", "action": "accounts."}, []),
        ({"level": "nonsense", "since": "昨天", "org": "x"}, None),
    ),
)
def test_each_filter_leaves_what_it_names(client, world, many, query, names):
    expected = list(many.values())[::-1] if names is None else [many[name] for name in names]
    assert rows(client, role(world, "top"), **query) == expected


def test_links_lead_to_one_actor_one_object_and_one_subtree(client, world, many):
    top, own, member = role(world, "top"), role(world, "own"), world.members[0]
    assert rows(client, top, actor=own.user_uid) == [many["actor"]]
    assert rows(client, top, object=f"members.member:{member.uid}") == [many["object"]]
    assert rows(client, top, org=world.college.pk) == [many["place"], many["actor"]]
    answer = act_as(client, top).get(LIST, {"actor": own.user_uid})
    assert f"操作人：{own.user_name}" in answer.text


def test_what_is_done_to_an_account_belongs_to_its_organisation(client, world):
    top, person = role(world, "top"), role(world, "own").user
    credentials.close_sessions(person, by=top)
    credentials.unlock(person, by=top)
    credentials.reset_password(person, by=top)
    activations.issue(person, by=top)
    certificate = Issuer().register(person)[0]
    certificates.revoke(certificate, by=top, reason="遗失")
    acts = [row.action.removeprefix("accounts.") for row in rows(client, top, organization="教工")]
    assert acts == [
        "revoke_certificate",
        "register_certificate",
        "issue_code",
        "reset_password",
        "unlock",
        "close_sessions",
    ]


def test_people_are_searched_for_without_their_names_in_the_address(client, world, many):
    top, own = role(world, "top"), role(world, "own")
    assert found(client, top, name=own.user_name) == [many["actor"]]
    assert found(client, top, person=world.members[0].name) == [many["object"]]
    answer = client.post(LIST, {"name": own.user_name, "level": "info"})
    assert answer.status_code == 302
    assert own.user_name not in answer.url
    assert "level=info" in answer.url
    assert rows(client, top, name=own.user_name) == list(many.values())[::-1]  # in the address it counts nothing


def test_the_days_of_a_range_are_whole_and_local(client, world):
    top = role(world, "top")
    days = [datetime.date(2026, 3, day) for day in (1, 2, 3)]
    for day in days:
        for clock in (datetime.time(0, 0), datetime.time(23, 59, 59)):
            moment = timezone.make_aware(datetime.datetime.combine(day, clock))
            record = write(top, reason=f"{moment:%d}")
            stored = connection.ops.adapt_datetimefield_value(moment)
            tamper("UPDATE audit_record SET at = %s WHERE seq = %s", stored, record.pk)
    assert [r.reason for r in rows(client, top, since="2026-03-02", until="2026-03-02")] == ["02", "02"]
    assert [r.reason for r in rows(client, top, since="2026-03-03")] == ["03", "03"]
    assert [r.reason for r in rows(client, top, until="2026-03-01")] == ["01", "01"]
    assert rows(client, top, since="2027-01-01") == rows(client, top, until="2020-01-01") == []


def test_the_records_of_one_request_are_found_by_its_number(client, world):
    token = request_number.set("r-0001")
    record = write(role(world, "top"))
    request_number.reset(token)
    write(role(world, "top"))
    assert rows(client, role(world, "top"), request_number="r-0001") == [record]


def test_pages_follow_the_numbers_both_ways(client, world):
    top = role(world, "top")
    for n in range(25):
        write(top, reason=str(n))

    def page(**query):
        answer = act_as(client, top).get(LIST, {"size": 10, **query})
        pager = answer.context["pager"]
        return [int(r.reason) for r in pager.rows], pager.newer, pager.older

    first, newer, older = page()
    assert (first, newer) == (list(range(24, 14, -1)), None)
    second, newer, older = page(before=older)
    assert second == list(range(14, 4, -1))
    assert page(after=newer)[0] == first
    last, _, end = page(before=older)
    assert (last, end) == ([4, 3, 2, 1, 0], None)
    assert page(before="x")[0] == first


@pytest.mark.parametrize("count", (1, 3))
def test_the_list_costs_the_same_for_any_number_of_rows(client, world, count, django_assert_num_queries):
    top = act_as(client, role(world, "top"))
    top.get("/help/faq/")
    for place in (world.staff, world.students, world.root)[:count]:
        write(audit.SYSTEM, organization=place)
    with django_assert_num_queries(6):
        assert len(top.get(LIST).context["rows"]) == count


# ── one record ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_record_shows_before_and_after_and_that_it_is_genuine(client, world):
    record = write(role(world, "upper"), obj=world.staff, changes=[("党组织简称", "旧名", "新名")], reason="更名")
    text = act_as(client, role(world, "top")).get(record.get_absolute_url()).text
    for shown in ("旧名", "新名", "更名", "教工支部", "与校验码相符"):
        assert shown in text
    tamper("UPDATE audit_record SET reason = '改过' WHERE seq = %s", record.pk)
    assert "与校验码不符" in client.get(record.get_absolute_url()).text


def test_texts_cannot_pose_as_another_record(client, world):
    line = "正常\n2026-01-01 00:00 系统 登录\u202e<tr><td>"
    record = write(role(world, "top"), reason=line, changes=[(line, line, line)])
    write(role(world, "top"), obj=UserFactory(name=line[:50]))
    page = act_as(client, role(world, "top")).get(LIST)
    assert len(page.context["rows"]) == page.text.count("<tr><td") == 2
    for text in (page.text, client.get(record.get_absolute_url()).text):
        assert r"正常\n2026-01-01 00:00 系统 登录\u202e&lt;tr&gt;" in text
        assert "\u202e" not in text


def test_the_audit_answers_only_to_reading(client, world):
    record = write(role(world, "top"))
    act_as(client, role(world, "top"))
    assert client.post(record.get_absolute_url()).status_code == 405
    assert client.post(LIST, {"reason": "x"}).status_code == 302
    assert Record.objects.filter(pk=record.pk, reason="").exists()


# ── export ──────────────────────────────────────────────────────────────────────────────────────────────


def test_an_export_holds_what_the_list_shows_and_is_recorded(client, world):
    top, own = role(world, "top"), role(world, "own")
    write(own, obj=world.members[0], changes=[("姓名", "=1+1", "甲")])
    write(top)
    act_as(client, top)
    address = client.post(LIST, {"name": own.user_name}).url.replace(LIST, reverse("audit:export"))
    answer = client.get(address)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    lines = list(book.worksheets[0].iter_rows(values_only=True))
    assert [line[2] for line in lines] == ["操作人", own.user_name]
    assert lines[1][6] == "姓名：=1+1 → 甲"
    noted = Record.objects.get(action="audit.export")
    assert (noted.actor_name, noted.changes[1], noted.changes[2]) == (
        top.user_name,
        ["行数", "", "1"],
        ["筛选条件", "", f"操作人 {own.user_name}"],
    )


def test_a_large_export_is_offered_as_a_job_and_reads_the_reach_afresh(client, world, monkeypatch):
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    upper = role(world, "upper")
    for _ in range(3):
        write(upper)
    act_as(client, upper)
    offered = client.get(reverse("audit:export"))
    assert "在后台导出" in offered.text
    assert Record.objects.filter(action="audit.export").count() == 0
    client.post(reverse("audit:export"))
    run_waiting()
    job = Job.objects.get()
    assert (job.state, job.total) == ("done", 3)
    assert Record.objects.get(action="audit.export").changes[1] == ["行数", "", "3"]


def test_more_than_one_workbook_holds_is_refused(client, world, monkeypatch):
    monkeypatch.setattr(exports, "MOST", 1)
    write(role(world, "top"))
    write(role(world, "top"))
    answer = act_as(client, role(world, "top")).get(reverse("audit:export"))
    assert answer.status_code == 422
    assert "缩小范围" in answer.text


# ── the auditor ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_page_of_an_auditor_is_the_audit(client, auditor):
    answer = act_as(client, auditor).get(reverse("orgs:home"), follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    assert [link.label for link in answer.context["menu"]()] == ["首页", "权限配置", "后台任务"]


def test_an_auditor_changes_nothing(client, world, auditor):
    alarm = audit.alarm(audit.SYSTEM, "test.alarm", organization=world.staff)
    act_as(client, auditor)
    page = client.get(alarm.get_absolute_url())
    assert page.status_code == 200
    assert 'name="remark"' not in page.text
    assert client.post(alarm.get_absolute_url(), {"remark": "x"}).status_code == 403
    alarm.refresh_from_db()
    assert alarm.is_open


# ── words and plans ─────────────────────────────────────────────────────────────────────────────────────


def test_every_action_has_its_name_in_the_select():
    choices = dict(action_choices())
    assert ("orgs.dissolve", "撤销") in choices["党组织"] or ("orgs.dissolve", "撤销党组织") in choices["党组织"]
    assert choices["账号与授权"][0] == ("accounts.", "账号与授权（全部）")


def test_the_indexes_of_the_filters_are_in_the_database():
    with connection.cursor() as cursor:
        kept = connection.introspection.get_constraints(cursor, Record._meta.db_table)
    assert {index.name for index in Record._meta.indexes} <= set(kept)


@pytest.mark.parametrize("link", ("actor=%00", "object=%00:%00", "object=x", "org=%00", "org=9999999999999999999999"))
def test_a_link_that_is_nonsense_breaks_nothing(client, world, link):
    """PostgreSQL takes no NUL, and no number of 22 digits."""
    expected = 400 if "%00" in link else 200
    assert act_as(client, role(world, "upper")).get(f"{LIST}?{link}").status_code == expected


@pytest.mark.parametrize("address", (LIST, reverse("audit:export")))
def test_the_records_of_an_organisation_out_of_reach_are_not_found(client, world, address):
    """Not even its name is told. Source: security.md 32."""
    answer = act_as(client, role(world, "upper")).get(address, {"org": world.other.pk})
    assert (answer.status_code, world.other.short_name in answer.text) == (404, False)
