import re
from html import unescape
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory, id_number
from members.codes import MembershipStatus
from members.tests.factories import MemberFactory
from orgs.tests.factories import OrganizationFactory
from partyplatform.audit.models import Record
from partyplatform.excel import read_book
from partyplatform.jobs.models import Job
from partyplatform.ui.form_keys import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def top(client, college):
    return act_as(client, RoleGrantFactory(organization=college.root))


def address(organization, **query):
    return reverse("members:list", args=[organization.pk], query=query)


def search(client, organization, **typed):
    """Send the filter form and return the list it leads to."""
    sent = client.post(address(organization), typed)
    assert sent.status_code == 302
    return client.get(sent.url)


def shown(answer):
    return [row.name for row in answer.context["rows"]]


def test_the_list_shows_everybody_on_the_roll_below_with_their_branch(top, college):
    MemberFactory(organization=college.staff, name="李思远", complete=True)
    MemberFactory(organization=college.students, name="王𠮷", category="2")
    MemberFactory(organization=college.staff, name="赵远", status=MembershipStatus.TRANSFERRED)
    MemberFactory(organization=college.artists, name="孙丽")
    answer = top.get(address(college.general))
    assert shown(answer) == ["李思远", "王𠮷"]
    page = answer.content.decode()
    for text in ("中共党员", "预备党员", "1990-01-01", "2012-06-01", "教工支部", "100%"):
        assert text in page


def test_suspended_members_have_a_list_apart(top, college):
    """workflows.md 5.1: the list agrees with the figures above it, and with those of a day in the past."""
    MemberFactory(organization=college.staff, name="李思远")
    MemberFactory(organization=college.staff, name="王𠮷", status=MembershipStatus.SUSPENDED)
    answer = top.get(address(college.root))
    assert (shown(answer), answer.context["figures"].members) == (["李思远"], 1)
    apart = address(college.root, standing="2")
    assert f'href="{apart}"' in answer.text
    for listed in (top.get(apart), top.get(address(college.root, standing="2", on=str(timezone.localdate())))):
        assert (shown(listed), "不计入总计" in listed.text) == (["王𠮷"], True)
    assert shown(search(top, college.root, name="王")) == []
    assert shown(search(top, college.root, name="王", standing="2")) == ["王𠮷"]
    [export] = re.findall(r'href="(/info/orgs/\d+/members/export/[^"]*)"', top.get(apart).text)
    [_, line] = read_book(BytesIO(b"".join(top.get(unescape(export)).streaming_content))).sheets[0].lines
    assert "停止党籍" in [cell.text for cell in line.cells]


def test_the_path_leads_through_the_general_branch(top, college):
    page = top.get(address(college.staff)).content.decode()
    for organization in (college.root, college.general, college.staff):
        assert f'<a href="{address(organization)}">{organization.short_name}</a>' in page


def test_the_filters_narrow_the_list(top, college):
    MemberFactory(organization=college.staff, name="王小明")
    MemberFactory(organization=college.staff, name="王丽", category="2")
    MemberFactory(organization=college.direct, name="李思远")
    assert shown(search(top, college.root, name="王")) == ["王丽", "王小明"]
    assert shown(search(top, college.root, name="王", category="2")) == ["王丽"]
    assert shown(top.get(address(college.root, everything="0"))) == ["李思远"]
    page = search(top, college.root, name="欧阳").content.decode()
    assert "没有符合条件的党员，可放宽筛选条件。" in page


def test_no_name_is_in_an_address(top, college):
    """security.md 28"""
    for name in ("王小明", "王丽", "王远"):
        MemberFactory(organization=college.staff, name=name)
    page = search(top, college.root, name="王", category="1", size="10")
    addresses = [page.wsgi_request.get_full_path(), *re.findall(r'(?:href|action)="([^"]*)"', page.content.decode())]
    assert not any("%E7%8E%8B" in part or "王" in part or "name=" in part for part in addresses)
    assert re.fullmatch(r"\?category=1&size=10&search=[\w-]{8}", "?" + addresses[0].partition("?")[2])
    assert 'value="王"' in page.content.decode()
    assert shown(top.get(address(college.root, name="李"))) == ["王丽", "王小明", "王远"]


def test_a_number_is_found_and_stands_in_no_address_and_no_record(top, college):
    """security.md 28"""
    wanted, _ = MemberFactory(organization=college.staff, name="王小明"), MemberFactory(organization=college.staff)
    number = wanted.unsealed_id_number()
    page = search(top, college.root, id_number=number)
    assert (shown(page), number in page.wsgi_request.get_full_path()) == (["王小明"], False)
    [export] = re.findall(r'href="(/info/orgs/\d+/members/export/[^"]*)"', page.content.decode())
    assert number not in export
    assert b"".join(top.get(unescape(export)).streaming_content)
    [[_, _, filters]] = [line for line in Record.objects.get(action="members.export").changes if "筛选" in line[0]]
    assert filters == f"身份证号 **************{number[-4:]}"
    assert top.post(unescape(export), {"form_key": fresh()}).url == "/jobs/"
    assert not Job.objects.exists()
    wrong = search(top, college.root, id_number=number[:-1]).content.decode()
    assert "错误：身份证号应为18位" in wrong
    assert '<details class="fold fold--in" open>' in wrong  # on a phone the fault would be folded away


def test_pages_and_orders_keep_the_search(top, college):
    for number in range(12):
        MemberFactory(organization=college.staff, name=f"王{number:02}")
    MemberFactory(organization=college.staff, name="李思远")
    page = search(top, college.root, name="王", size="10").content.decode()
    [second] = set(re.findall(r'href="([^"]*page=2[^"]*)"', page))
    assert shown(top.get(address(college.root) + second.replace("&amp;", "&"))) == ["王10", "王11"]


def test_the_nodes_of_the_tree_lead_to_members(top, college):
    page = top.get(address(college.root)).content.decode()
    assert f'href="{address(college.general)}"' in page
    part = top.get(address(college.root, q="教工"), headers={"HX-Request": "true", "HX-Target": "tree"})
    assert part.templates[0].name == "orgs/_tree.html"
    assert f'href="{address(college.staff)}"' in part.content.decode()


@pytest.mark.parametrize("name", ("members:list", "members:export"))
def test_members_out_of_reach_are_not_there(client, college, name):
    branch = act_as(client, RoleGrantFactory(organization=college.staff))
    MemberFactory(organization=college.students)
    assert branch.get(reverse(name, args=[college.staff.pk])).status_code == 200
    for organization in (college.general, college.students, college.root):
        assert branch.get(reverse(name, args=[organization.pk])).status_code == 404


@pytest.mark.parametrize("size", (1, 3))
def test_the_list_costs_the_same_with_one_row_and_with_three(top, college, django_assert_num_queries, size):
    for branch in (college.staff, college.students, college.artists)[:size]:
        MemberFactory(organization=branch, name="王小明")
    found = search(top, college.general, name="王").wsgi_request.get_full_path()
    with django_assert_num_queries(11):
        top.get(found)
    with django_assert_num_queries(10):
        top.get(address(college.general))


def test_the_export_holds_what_the_list_shows_and_is_written_down(top, college):
    MemberFactory(organization=college.staff, name="=王小明", complete=True, id_number=id_number(1))
    MemberFactory(organization=college.staff, name="李思远")
    found = search(top, college.general, name="=王").content.decode()
    [export] = re.findall(r'href="(/info/orgs/\d+/members/export/[^"]*)"', found)
    answer = top.get(export)
    assert "%E5%85%9A%E5%91%98_%E5%AD%A6%E9%99%A2%E5%85%9A%E6%80%BB%E6%94%AF_" in answer["Content-Disposition"]
    book = read_book(BytesIO(b"".join(answer.streaming_content)))
    assert [[cell.text for cell in line.cells] for line in book.sheets[0].lines] == [
        [
            "姓名",
            "性别",
            "出生日期",
            "年龄",
            "入党日期",
            "党员类别",
            "党籍状态",
            "失联",
            "所在党组织",
            "信息完整度",
            "党组织编码",
        ],
        [
            "=王小明",
            "男",
            "1990-01-01",
            "36",
            "2012-06-01",
            "中共党员",
            "正常",
            "否",
            "教工支部",
            "100.0%",
            college.staff.code,
        ],
    ]
    record = Record.objects.get(action="members.export")
    assert record.changes[1:] == [["行数", "", "1"], ["筛选条件", "", "姓名 =王"]]


def test_a_long_export_becomes_a_job(top, college, monkeypatch):
    monkeypatch.setattr("members.views.listing.EXPORT_AT_ONCE", 1)
    for _ in range(2):
        MemberFactory(organization=college.staff)
    export = reverse("members:export", args=[college.general.pk])
    assert ("共 2 行" in top.get(export).content.decode(), Job.objects.count()) == (True, 0)
    answer = top.post(export)
    job = Job.objects.get()
    assert (answer.url, job.kind) == (f"/jobs/{job.uid}/", "members.export")


def test_the_job_writes_the_same_book(top, college):
    from partyplatform.jobs import run_waiting

    MemberFactory(organization=college.staff, name="李思远")
    top.post(reverse("members:export", args=[college.general.pk], query={"name": "李"}))
    run_waiting()
    job = Job.objects.get()
    assert (job.state, job.total) == ("done", 1)
    assert Record.objects.filter(action="members.export").count() == 1


def test_an_empty_branch_says_so(top, college):
    branch = OrganizationFactory(parent=college.general, short_name="新支部")
    assert "该党组织还没有党员。" in top.get(address(branch)).content.decode()
