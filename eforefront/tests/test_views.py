import pytest
from django.urls import reverse

from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from members.tests.factories import MemberFactory
from orgs.tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db
HOME = reverse("eforefront:home")
MEMBERS = reverse("eforefront:members")


def listed(answer):
    return [(row.name, row.organization.short_name, row.duties) for row in answer.context["rows"]]


def test_the_first_page_shows_the_head(client, roles):
    page = act_as(client, roles.general).get(HOME).content.decode()
    for text in (
        "中国共产党示范大学信息学院总支部委员会",
        "上级党组织：中国共产党示范大学委员会",
        "周敏",
        "陈国栋",
        "孙丽",
    ):
        assert text in page


def test_the_figures_lead_to_lists_of_just_as_many(client, roles):
    reader = act_as(client, roles.general)
    for _, count, address in reader.get(HOME).context["head"].members:
        assert reader.get(address).context["pager"].total == count


def test_a_number_is_found_without_being_in_the_address(client, roles):
    reader = act_as(client, roles.general)
    person = MemberFactory(organization=roles.member.organization, name="欧阳娜")
    MemberFactory(organization=roles.member.organization)
    number = person.unsealed_id_number()
    sent = reader.post(MEMBERS, {"id_number": number.lower()})
    assert number not in sent.url
    assert [name for name, _, _ in listed(reader.get(sent.url))] == ["欧阳娜"]


def test_a_member_sees_the_own_branch_and_no_list(client, roles):
    reader = act_as(client, roles.member)
    page = reader.get(HOME).content.decode()
    assert (roles.member.organization.full_name in page, "李思远，党员" in page) == (True, True)
    assert MEMBERS not in page
    assert reader.get(MEMBERS).status_code == 403


def test_the_list_names_duties_and_leaves_out_whoever_is_suspended(client, roles):
    assert listed(act_as(client, roles.general).get(MEMBERS)) == [
        ("周敏", "教工支部", "教工支部书记、信息学院党总支书记"),
        ("李思远", "教工支部", ""),
        ("陈国栋", "教工支部", "信息学院党总支副书记"),
        ("孙丽", "学生支部", "信息学院党总支组织委员"),
    ]


def test_the_list_is_searched_by_name_and_by_organisation(client, roles):
    reader = act_as(client, roles.general)
    assert [name for name, *_ in listed(reader.post(MEMBERS, {"name": "陈"}, follow=True))] == ["陈国栋"]
    assert [name for name, *_ in listed(reader.get(MEMBERS, {"organization": "学生"}))] == ["孙丽"]
    assert [name for name, *_ in listed(reader.get(MEMBERS, {"category": "2"}))] == ["李思远"]
    page = reader.post(MEMBERS, {"name": "欧阳"}, follow=True).content.decode()
    assert "没有符合条件的党员，可放宽筛选条件。" in page


def test_whoever_is_out_of_reach_is_not_found(client, roles):
    reader = act_as(client, roles.students)
    assert [name for name, *_ in listed(reader.get(MEMBERS))] == ["孙丽"]
    assert listed(reader.post(MEMBERS, {"name": "周敏"}, follow=True)) == []
    assert listed(reader.get(MEMBERS, {"organization": "教工"})) == []


def test_the_menu_offers_what_exists_and_may_be_opened(client, roles):
    admin, member = (
        ["首页", "我的信息", "党员信息", "组织关系转接", "党费收缴"],
        ["首页", "我的信息", "组织关系转接", "党费收缴"],
    )
    for role, labels in ((roles.general, admin), (roles.member, member)):
        menu = act_as(client, role).get(HOME).context["menu"]
        assert [link.label for link in menu()] == labels


@pytest.mark.parametrize("size", (1, 3))
def test_pages_cost_the_same_with_one_row_and_with_three(client, college, django_assert_num_queries, size):
    branch = OrganizationFactory(parent=college.root)
    for _ in range(size):
        MemberFactory(organization=branch)
    reader = act_as(client, RoleGrantFactory(organization=branch, system="portal"))
    reader.get(HOME)
    with django_assert_num_queries(9):
        reader.get(HOME)
    with django_assert_num_queries(10):
        reader.get(MEMBERS)
    found = reader.post(MEMBERS, {"name": "示", "organization": "示范"}).url
    with django_assert_num_queries(12):
        reader.get(found)
