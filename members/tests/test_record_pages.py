import datetime

import pytest
from django.urls import reverse

from accounts.codes import RoleKind
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from members.models import Member
from members.tests.factories import MemberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.looks]


@pytest.fixture
def branch(client, college):
    """The administrator of 教工支部."""
    return act_as(client, RoleGrantFactory(organization=college.staff, kind=RoleKind.BRANCH))


@pytest.fixture
def member(college):
    return MemberFactory(organization=college.staff, name="李思远", complete=True, native_place="", title="")


def address(member, **query):
    return reverse("members:detail", args=[member.pk], query=query)


def sent(client, member, **changes):
    """What the page's form would send, with some fields changed."""
    form = client.get(address(member)).context["form"]
    filled = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in filled.items()} | changes


def test_the_page_shows_the_record_and_what_is_missing(branch, member):
    answer = branch.get(address(member))
    page = answer.content.decode()
    assert [rule.label for rule in answer.context["missing"]] == ["籍贯", "职称"]
    for text in ("李思远", "汉族 01", "硕士研究生 12", "事业单位专业技术岗位 0212", "还差 2 项", "88%", "缺 2"):
        assert text in page
    assert page.count("待补全") == 2


@pytest.mark.parametrize("section", (None, "honours"))
def test_the_menu_says_where_one_is(branch, member, section):
    page = address(member) if section is None else reverse("members:section", args=[member.pk, section])
    assert 'aria-current="true">信息浏览</a>' in branch.get(page).content.decode()


def test_neither_number_nor_phone_nor_address_stands_in_the_page_in_clear(branch, member):
    page = branch.get(address(member)).content.decode()
    for secret in (member.unsealed_id_number(), "18088880000", "学院路"):
        assert secret not in page
    assert member.shown_id_number in page


def test_saving_fills_the_gaps_and_says_how_many_are_left(branch, member):
    answer = branch.post(address(member), sent(branch, member, native_place="北京市东城区 110101"), follow=True)
    assert "李思远的信息已保存，信息完整度还差 1 项" in answer.content.decode()
    answer = branch.post(address(member), sent(branch, member, title="无"), follow=True)
    assert "信息完整度已达到 100%" in answer.content.decode()
    member.refresh_from_db()
    assert (member.native_place, member.title, member.completeness) == ("110101", "999", 100)


def test_an_empty_secret_stays_what_it_was(branch, member):
    branch.post(address(member), sent(branch, member))
    member.refresh_from_db()
    assert member.shown_phone == "180****0000"


def test_a_refused_record_keeps_what_was_typed(branch, member):
    typed = sent(branch, member, phone="1888888000", native_place="长安区", born_on="2002-4-18")
    answer = branch.post(address(member), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "手机号码应为 11 位，现为 10 位" in page
    assert "“长安区”不能确定是哪一项，请写明：河北省石家庄市长安区 130102、陕西省西安市长安区 610116" in page
    assert 'value="1888888000"' in page
    assert 'value="长安区"' in page
    assert Member.objects.get(pk=member.pk).born_on == datetime.date(1990, 1, 1)


def test_the_short_form_has_just_the_missing_items(branch, member):
    form = branch.get(address(member, only="missing")).context["form"]
    assert list(form.fields) == ["version", "native_place", "title"]
    answer = branch.post(address(member, only="missing"), {"version": 1, "native_place": "110101", "title": "999"})
    assert answer.status_code == 302
    member.refresh_from_db()
    assert (member.completeness, member.ethnicity) == (100, "01")


def test_reviewed_items_are_locked_for_the_branch_once_filled(branch, member):
    form = branch.get(address(member)).context["form"]
    assert {"name", "joined_on", "confirmed_on", "category", "id_number"} & set(form.fields) == set()


def test_another_saved_record_is_a_conflict(branch, member):
    typed = sent(branch, member, education="11")
    branch.post(address(member), sent(branch, member, education="13"))
    answer = branch.post(address(member), typed)
    assert answer.status_code == 409
    assert "最高学历" in answer.content.decode()


def test_the_suggestions_hold_only_what_was_typed(branch):
    answer = branch.get(
        reverse("members:codes", args=["regions"], query={"native_place": "东城"}),
        headers={"HX-Request": "true", "HX-Trigger-Name": "native_place"},
    )
    assert answer.content.decode() == '<option value="北京市东城区 110101"></option>'


@pytest.mark.parametrize("complete", (True, False))
def test_the_page_costs_the_same_whatever_is_missing(branch, college, django_assert_num_queries, complete):
    member = MemberFactory(organization=college.staff, complete=complete)
    branch.get(address(member))
    with django_assert_num_queries(7):
        branch.get(address(member))


def test_the_list_leads_to_the_record(branch, college, member):
    page = branch.get(reverse("members:list", args=[college.staff.pk])).content.decode()
    assert f'<a class="name" href="{address(member)}">李思远</a>' in page
