import pytest
from django.urls import reverse

from accounts.codes import RoleKind
from accounts.models import User
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory, UserFactory
from members.tests.factories import MemberFactory
from orgs.tests.factories import OrganizationFactory
from partyplatform.audit.models import Record

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
    assert (roles.member.organization.full_name in page, "没有找到您的党员信息" in page) == (True, True)
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
        ["首页", "我的信息", "党员信息", "组织生活", "支部活动", "党员发展", "组织关系转接", "党费收缴", "通知动态"],
        ["首页", "我的信息", "组织生活", "支部活动", "党员发展", "组织关系转接", "党费收缴", "通知动态"],
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
    with django_assert_num_queries(12):
        reader.get(HOME)
    with django_assert_num_queries(9):
        reader.get(MEMBERS)
    found = reader.post(MEMBERS, {"name": "示", "organization": "示范"}).url
    with django_assert_num_queries(10):
        reader.get(found)
    with django_assert_num_queries(11):
        reader.get(f"{found}&org={branch.pk}")
    record = reverse("eforefront:record", args=[branch.members.first().pk])
    reader.get(record)
    with django_assert_num_queries(9):
        reader.get(record)


def test_the_columns_are_those_of_the_manual_in_its_order(client, roles):
    page = act_as(client, roles.general).get(MEMBERS)
    heads = ["操作", "姓名", "所属组织", "党员类别", "党内职务", "分数", "角色", "社区报到"]
    assert [column.label for column in page.context["columns"]] == heads
    assert ("0.0</a>" in page.text, "未报到" in page.text) == (True, True)
    assert ("搜索</button>" in page.text, "查询</button>" in page.text) == (True, False)


def test_an_organisation_is_chosen_in_the_tree_and_narrows_the_list(client, roles, college):
    reader = act_as(client, roles.general)
    choose = reverse("eforefront:choose_organization")
    page = reader.get(choose, {"list": "category=1&page=2", "org": college.staff.pk}).text
    assert f'name="org" value="{college.staff.pk}"' in page
    assert 'name="category" value="1"' in page
    found = reader.get(MEMBERS, {"org": college.staff.pk, "category": "1"})
    assert [name for name, *_ in listed(found)] == ["周敏", "陈国栋"]
    assert reader.get(MEMBERS, {"org": college.root.pk}).status_code == 404


def test_the_record_is_read_within_the_portal(client, roles, college):
    member = MemberFactory(organization=college.staff, name="欧阳·娜")
    page = act_as(client, roles.general).get(reverse("eforefront:record", args=[member.pk])).text
    for text in ("欧阳·娜", "党员基本情况", "家庭成员", "党员E先锋", "组织关系和党籍变动"):
        assert text in page
    assert member.unsealed_id_number() not in page
    assert act_as(client, roles.students).get(reverse("eforefront:record", args=[member.pk])).status_code == 404


RESET = reverse("eforefront:reset_passwords")


def test_passwords_of_ticked_members_are_reset_by_the_rules_of_the_accounts(client, roles, college):
    people = []
    for name in ("甲", "乙", "丙"):
        user = UserFactory(name=name, password="old-password") if name != "丙" else None
        people.append(MemberFactory(organization=college.students, name=name, user=user))
        if user:
            RoleGrantFactory(organization=college.students, kind=RoleKind.MEMBER, system="portal", user=user)
    RoleGrantFactory(organization=college.root, system="portal", user=people[1].user)
    reader = act_as(client, roles.students)
    page = reader.get(RESET, {"ids": [row.pk for row in people]})
    assert [row.name for row in page.context["chosen"]] == ["甲"]
    assert sorted(row.name for row, _ in page.context["refused"]) == ["丙", "乙"]
    assert reader.post(RESET, {"ids": [row.pk for row in people]}).status_code == 422
    done = reader.post(RESET, {"ids": people[0].pk, "reason": "忘记密码"})
    slip = reader.get(done.url).text
    assert ("甲" in slip, User.objects.get(name="甲").has_usable_password()) == (True, False)
    assert Record.objects.get(action="accounts.reset_password").reason == "忘记密码"
    foreign = MemberFactory(organization=college.staff)
    assert reader.get(RESET, {"ids": [people[0].pk, foreign.pk]}).status_code == 404
