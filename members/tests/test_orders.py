"""The list sorted and narrowed in every way. Source: screens.md 2.4."""

import datetime

import pytest
from django.urls import reverse

from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from members import finding, number_guessing
from members.codes import MembershipStatus
from members.integrity import orders_are_those_of_the_names
from members.models import Member, Standing
from members.models.members import NUMBERS
from members.name_order import pinyin_key, strokes_key
from members.services import members as roll
from members.services import records
from members.tests.factories import MemberFactory
from orgs.tests.acting import Acting
from partyplatform.audit.models import Record
from partyplatform.sealing.rotation import rotate

pytestmark = pytest.mark.django_db


@pytest.fixture
def top(client, college):
    return act_as(client, RoleGrantFactory(organization=college.root))


@pytest.fixture(params=("few", "many"))
def way(request, monkeypatch):
    """Both ways of finding a sorted page: all of them first, or from the index of the order."""
    monkeypatch.setattr(finding, "FEW_PEOPLE", 10 if request.param == "few" else -1)


def shown(client, organization, **query):
    answer = client.get(reverse("members:list", args=[organization.pk], query=query))
    return [row.name for row in answer.context["rows"]]


def test_names_are_ordered_by_sound_and_by_strokes():
    names = ["张三", "欧阳·娜", "丁一", "单田", "王𠮷", "汪明", "王安", "万俟卨", "吕布"]
    assert sorted(names, key=pinyin_key) == [
        "丁一",
        "吕布",
        "万俟卨",
        "欧阳·娜",
        "单田",
        "汪明",
        "王安",
        "王𠮷",
        "张三",
    ]
    assert sorted(["张三", "丁一", "王安", "欧阳·娜", "一丁", "王一"], key=strokes_key) == [
        *("一丁", "丁一", "王一", "王安", "张三", "欧阳·娜"),
    ]
    assert all(key("李" * 50).isalnum() and len(key("李" * 50)) <= 90 for key in (pinyin_key, strokes_key))


@pytest.mark.usefixtures("way")
def test_the_list_is_sorted_with_its_filters_kept(top, college):
    days = {"王安": (1990, 2, 2), "丁一": (1960, 1, 1), "张三": None, "汪明": (2001, 5, 5)}
    for name, day in days.items():
        born = day and datetime.date(*day)
        MemberFactory(organization=college.staff, name=name, born_on=born, category="2" if name == "王安" else "1")
    assert shown(top, college.root, sort="name") == ["丁一", "汪明", "王安", "张三"]
    assert shown(top, college.root, sort="-strokes") == ["汪明", "张三", "王安", "丁一"]
    assert shown(top, college.root, sort="born_on") == ["丁一", "王安", "汪明", "张三"]
    assert shown(top, college.root, sort="age", category="1")[-2:] == ["汪明", "丁一"]
    assert shown(top, college.root, sort="nonsense") == shown(top, college.root)


@pytest.mark.usefixtures("way")
def test_completeness_narrows_and_sorts(top, college):
    MemberFactory(organization=college.staff, name="王安", complete=True)
    MemberFactory(organization=college.staff, name="丁一", complete=True, title="")
    MemberFactory(organization=college.students, name="张三")
    assert shown(top, college.root, sort="completeness") == ["张三", "丁一", "王安"]
    assert shown(top, college.root, at_most="99", sort="-completeness") == ["丁一", "张三"]
    assert shown(top, college.root, at_least="50", at_most="99") == ["丁一"]
    assert [member.percent for member in Member.objects.all()] == [m.completeness for m in Member.objects.all()]
    assert (
        "应为 0 至 100 的整数"
        in top.get(reverse("members:list", args=[college.root.pk], query={"at_most": "101"})).text
    )


def test_the_lost_and_the_absent_are_found(top, college):
    MemberFactory(organization=college.staff, name="王安", is_lost=True)
    MemberFactory(organization=college.staff, name="丁一", is_floating=True)
    assert shown(top, college.root, lost="1") == ["王安"]
    assert shown(top, college.root, floating="1", sort="name") == ["丁一"]
    assert shown(top, college.root, lost="0", floating="0") == []


def test_the_list_of_a_day_shows_who_stood_where_then(top, college):
    moved = MemberFactory(organization=college.staff, name="王安", category="2")
    gone = MemberFactory(organization=college.staff, name="丁一")
    Standing.objects.update(begins_on=datetime.date(2020, 1, 1))
    by = RoleGrantFactory(organization=college.root)
    roll.move(moved, to=college.artists, by=by)
    moved.refresh_from_db()
    roll.change_category(moved, category="1", by=by)
    roll.change_status(gone, status=MembershipStatus.DECEASED, by=by)
    assert shown(top, college.staff) == []
    page = top.get(reverse("members:list", args=[college.staff.pk], query={"on": "2024-01-01", "sort": "name"}))
    rows = [(row.name, row.category, row.organization.short_name) for row in page.context["rows"]]
    assert rows == [("丁一", "1", "教工支部"), ("王安", "2", "教工支部")]
    assert shown(top, college.staff, on="2024-01-01", category="2") == ["王安"]
    assert shown(top, college.root, on="2019-12-31") == []
    book = top.get(reverse("members:export", args=[college.staff.pk], query={"on": "2024-01-01"}))
    assert b"".join(book.streaming_content)
    assert Record.objects.get(action="members.export").changes[1] == ["行数", "", "2"]


def test_a_sorted_list_costs_the_same_with_one_row_and_with_three(top, college, django_assert_num_queries):
    address = reverse("members:list", args=[college.root.pk], query={"sort": "name", "at_most": "99"})
    for _ in range(2):
        MemberFactory(organization=college.staff)
        with django_assert_num_queries(10):
            top.get(address)
        MemberFactory(organization=college.artists)


def test_guessing_ends_of_numbers_is_stopped_and_told_above(client, college, monkeypatch):
    monkeypatch.setattr(number_guessing, "SEARCHES", 2)
    branch = act_as(client, RoleGrantFactory(organization=college.staff))
    member = MemberFactory(organization=college.staff, name="王安")
    end = member.unsealed_id_number()[-4:]
    address = reverse("members:list", args=[college.staff.pk])
    for _ in range(2):
        assert "王安" in branch.post(address, {"id_number": end}, follow=True).text
    refused = branch.post(address, {"id_number": end}, follow=True).text
    assert "查询过于频繁" in refused
    assert Record.objects.filter(action="members.search_ends_often", level="alarm").count() == 1
    assert "王安" in branch.post(address, {"id_number": member.unsealed_id_number()}, follow=True).text


@pytest.mark.parametrize(("page", "args"), [("members:flow", ()), ("members:admissions", ())])
def test_no_other_list_keeps_a_search_that_the_list_of_members_would_refuse(client, college, monkeypatch, page, args):
    monkeypatch.setattr(number_guessing, "SEARCHES", 1)
    branch = act_as(client, RoleGrantFactory(organization=college.staff))
    member = MemberFactory(organization=college.staff, name="王安")
    searched = {"id_number": member.unsealed_id_number()[-4:]}
    kept = [branch.post(reverse(page, args=args), searched).url.partition("?search=")[2] for _ in range(2)]
    shown = branch.get(reverse("members:list", args=[college.staff.pk]), {"search": kept[0]}).text
    assert "王安" in shown
    assert (kept[1], "查询过于频繁" in shown) == ("", True)


def test_a_corrected_name_takes_its_new_place(college):
    member = MemberFactory(organization=college.staff, name="王安", complete=True)
    records.update(member, by=Acting(college.root), version=member.version, values={"name": "丁一"})
    member.refresh_from_db()
    assert (member.name_pinyin, member.name_strokes) == (pinyin_key("丁一"), strokes_key("丁一"))
    Member.objects.filter(pk=member.pk).update(name="张三")
    assert list(orders_are_those_of_the_names()) == [f"党员 {member.uid}：排序用的拼音、笔画与姓名不符"]


def test_new_keys_renew_the_ends_too(college):
    member = MemberFactory(organization=college.staff)
    end = member.unsealed_id_number()[-4:]
    Member.objects.filter(pk=member.pk).update(id_number_end="")
    assert rotate(NUMBERS, rest=0).renewed == 1
    assert list(Member.objects.with_number_ending(end)) == [member]
