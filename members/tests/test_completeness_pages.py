"""信息完整度: from the university down to the person, and the walk from person to person. Source: workflows.md 10."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.codes import RoleKind
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from members.models import Member, Standing
from members.tests.factories import MemberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.looks]


@pytest.fixture
def branch(client, college):
    """The administrator of 教工支部."""
    return act_as(client, RoleGrantFactory(organization=college.staff, kind=RoleKind.BRANCH))


@pytest.fixture
def upper(client, college):
    return act_as(client, RoleGrantFactory(organization=college.root, kind=RoleKind.CITY))


def entered(name, branch, *, days_ago=400, **fields):
    member = MemberFactory(organization=branch, name=name, complete=True, **fields)
    day = timezone.localdate() - datetime.timedelta(days=days_ago)
    Standing.objects.filter(member=member).update(begins_on=day)
    return member


@pytest.fixture
def people(college):
    """Two who lack something, a complete one, a new one, one suspended, and somebody of another branch."""
    return {
        "old": entered("白一", college.staff, title=""),
        "older": entered("曹二", college.staff, title="", social_class=""),
        "complete": entered("丁三", college.staff),
        "new": entered("赵四", college.staff, days_ago=10, native_place=""),
        "suspended": entered("周五", college.staff, status="2", title=""),
        "other": entered("吴六", college.students, title=""),
    }


def page_of(client, organization, **query):
    return client.get(reverse("members:completeness", args=[organization.pk], query=query))


def form_of(member):
    return reverse("members:detail", args=[member.pk], query={"only": "missing", "walk": "1"})


def next_of(client, member):
    return client.get(reverse("members:next_incomplete", args=[member.pk])).url


def test_children_are_listed_the_least_complete_first(upper, college, people):
    MemberFactory(organization=college.artists)
    answer = page_of(upper, college.root)
    assert [row.short_name for row in answer.context["rows"]] == ["艺术学院党总支", "学院党总支", "直属支部"]
    assert [row.figures.percent for row in answer.context["rows"]] == [33, 94, None]
    page = answer.content.decode()
    assert page.count(f'href="{reverse("members:completeness", args=[college.general.pk])}"') == 2  # list and tree
    assert '<span class="node__n">94%' in page
    below = page_of(upper, college.general).context["rows"]
    assert [row.short_name for row in below] == ["教工支部", "学生支部", "功能型支部"]


def test_a_branch_lists_whose_records_lack_what(branch, college, people):
    answer = page_of(branch, college.staff)
    found = [(gap.name, gap.count, gap.is_new) for gap in answer.context["rows"]]
    assert found == [("赵四", 1, True), ("白一", 1, False), ("曹二", 2, False)]
    page = answer.content.decode()
    assert "缺得最多：职称 2 人" in page
    assert '<span class="tag tag--amber">籍贯</span>' in page
    assert "新入册" in page
    assert form_of(people["new"]).replace("&", "&amp;") in page
    for name in ("丁三", "周五", "吴六"):
        assert name not in page


def test_a_complete_branch_and_an_empty_one_say_so(branch, upper, college):
    assert "没有在册党员，完整度记为 -" in page_of(upper, college.staff).content.decode()
    entered("丁三", college.staff)
    assert "该党支部全部党员的信息已完整" in page_of(upper, college.staff).content.decode()


def test_one_walks_from_person_to_person_until_all_are_complete(branch, college, people):
    answer = branch.post(form_of(people["new"]), {"version": 1, "native_place": "110101"})
    assert branch.get(answer.url).url == form_of(people["old"])
    answer = branch.post(form_of(people["old"]), {"version": 1, "title": "999"})
    assert branch.get(answer.url).url == form_of(people["older"])
    answer = branch.post(form_of(people["older"]), {"version": 1, "title": "999", "social_class": "0"}, follow=True)
    page = answer.content.decode()
    assert "教工支部全部党员的信息已完整" in page
    assert "100%" in page
    college.staff.refresh_from_db()
    assert college.staff.filled_items == college.staff.required_items


def test_somebody_may_be_passed_over(branch, college, people):
    assert next_of(branch, people["new"]) == form_of(people["old"])
    answer = branch.get(reverse("members:next_incomplete", args=[people["older"].pk]), follow=True)
    assert "已到名单末尾，教工支部还有 3 名党员的信息待补全" in answer.content.decode()


def test_what_was_filled_in_may_ask_for_more(branch, people, college):
    worker = entered("阿七", college.staff, days_ago=1, job_post="")
    answer = branch.post(form_of(worker), {"version": 1, "job_post": "0311"})
    assert answer.url == form_of(worker)
    assert list(branch.get(answer.url).context["form"].fields) == ["version", "is_migrant_worker"]


def test_the_first_page_counts_whose_records_lack_something(branch, college, people):
    page = branch.get(reverse("orgs:home")).content.decode()
    assert "补全党员信息" in page
    assert '<span class="tag tag--amber">3 人</span>' in page


def test_the_panel_says_why_an_item_counts(branch, college):
    member = entered("钱八", college.staff, confirmed_on=None, title="")
    page = branch.get(reverse("members:detail", args=[member.pk])).content.decode()
    assert "正式党员须填" in page
    assert "只填缺少的项目" in page


def test_an_item_that_is_not_filled_in_here_is_named(branch, college):
    member = entered("钱八", college.staff)
    Member.objects.filter(pk=member.pk).update(id_number_index="")
    page = branch.get(form_of(member)).content.decode()
    assert "证件号码由业务办理填写" in page


@pytest.mark.parametrize("count", (1, 3))
def test_the_pages_cost_the_same_with_one_row_and_with_three(upper, college, django_assert_num_queries, count):
    for number in range(count):
        entered("某" * (number + 1), college.staff, title="")
    for place, statements in ((college.staff, 9), (college.general, 9)):
        page_of(upper, place)
        with django_assert_num_queries(statements):
            page_of(upper, place)
