"""党员信息 → [职务] → 授权管理 in 党员E先锋. Source: manual part 3; screens.md 3.2."""

from urllib.parse import quote

import pytest
from django.urls import reverse

from accounts.codes import System
from accounts.models import ActivationCode, HandOver, RoleGrant
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from members.models import Member
from members.tests.factories import MemberFactory
from orgs.tests.factories import OrganizationFactory
from partyplatform.audit.models import Record
from partyplatform.tests.kept import kept
from tests.world import build

pytestmark = [pytest.mark.django_db, pytest.mark.looks]
MEMBERS = reverse("eforefront:members")


@kept
def world():
    return build()


@pytest.fixture
def upper(client, world):
    return act_as(client, world.roles["upper", "portal"])


@pytest.fixture
def member(world):
    return world.members[0]


def page_of(member):
    return reverse("eforefront:duties", args=[member.pk])


def give(reader, member, organization, **values):
    form = {"duty": "支部书记", "is_default": "0"} | values
    return reader.post(f"{page_of(member)}?org={organization.pk}", form, follow=True)


def granted(member, **fields):
    """Return the member's administrator's role in the portal, given past the page."""
    member.refresh_from_db()
    fields = {"user__name": member.name} if member.user is None else {"user": member.user} | fields
    return RoleGrantFactory(organization=member.organization, system=System.PORTAL, **fields)


def held(member):
    member.refresh_from_db()
    rows = RoleGrant.objects.of(member.user).open().order_by("pk")
    return [(grant.organization.short_name, grant.duty, grant.is_default) for grant in rows]


def duty_of(member):
    member.refresh_from_db()
    return RoleGrant.objects.of(member.user).administrators().get()


def test_the_list_offers_the_button_and_names_the_roles(upper, world, member):
    page = upper.get(MEMBERS).content.decode()
    assert page_of(member) in page
    give(upper, member, world.staff)
    rows = {row.name: row.roles for row in upper.get(MEMBERS).context["rows"]}
    assert rows[member.name] == "支部管理员"
    assert set(rows.values()) == {"支部管理员", "党员"}


def test_who_may_give_no_duties_sees_no_button(client, world, member):
    page = act_as(client, world.roles["own", "portal"]).get(MEMBERS).content.decode()
    assert page_of(member) not in page


def test_the_own_branch_is_chosen_first_and_its_duties_are_offered(upper, world, member):
    answer = upper.get(page_of(member))
    assert answer.context["current"] == world.staff
    offered = [value for value, _ in answer.context["form"].fields["duty"].choices]
    assert offered[:3] == ["", "支部书记", "支部副书记"]
    page = answer.content.decode()
    for text in ("授权管理", "组织机构", "职务", "是否默认", "确定", "已有的角色列表", "所列职务均有管理员权限"):
        assert text in page


def test_a_duty_is_given_and_listed_as_in_the_manual(upper, world, member):
    answer = give(upper, member, world.staff, is_default="1")
    assert "已授权李思远担任“教工支部”的支部书记" in answer.content.decode()
    answer = upper.get(page_of(member))
    listed = [(g.organization.short_name, g.kind_label, g.duty, g.is_default) for g in answer.context["grants"]]
    assert listed == [("教工支部", "支部管理员", "支部书记", True), ("教工支部", "党员", "", False)]
    assert "分工</a>" in answer.content.decode()


def test_who_cannot_log_in_yet_gets_a_slip_with_a_code_once(upper, world, member):
    answer = give(upper, member, world.staff)
    back = f"{page_of(member)}?org={world.staff.pk}"
    assert [name for name, _ in answer.redirect_chain] == [
        reverse("accounts:handover", args=[HandOver.objects.get().uid], query={"next": back})
    ]
    assert member.name in answer.content.decode()
    held(member)
    member.user.set_password("三月的雨 落在旧操场上面")
    member.user.save(update_fields=["password"])
    answer = give(upper, member, world.students)
    assert answer.redirect_chain[0][0] == f"{page_of(member)}?org={world.students.pk}"
    assert HandOver.objects.count() == 1


def test_a_code_on_its_way_outlives_further_duties(upper, world, member):
    give(upper, member, world.staff)
    code = ActivationCode.objects.get()
    answer = give(upper, member, world.students)
    assert answer.redirect_chain[0][0] == f"{page_of(member)}?org={world.students.pk}"
    assert (HandOver.objects.count(), ActivationCode.objects.get()) == (1, code)


def test_no_code_is_given_for_an_account_that_administers_beside_or_above(upper, world, member):
    above = RoleGrantFactory(organization=world.college, system=System.INFO)
    Member.objects.filter(pk=member.pk).update(user=above.user)
    answer = give(upper, member, world.staff)
    assert "已授权李思远担任" in answer.content.decode()
    assert not HandOver.objects.exists()


def test_the_person_need_not_belong_to_the_branch(upper, world, member):
    give(upper, member, world.students, duty="组织委员")
    assert held(member) == [("教工支部", "", True), ("学生支部", "组织委员", False)]


def test_the_own_organisation_is_shown_and_not_offered(upper, world, member):
    answer = upper.get(page_of(member), {"org": world.college.pk})
    assert "须为您的下级党组织" in answer.content.decode()
    answer = upper.post(f"{page_of(member)}?org={world.college.pk}", {"duty": "总支书记", "is_default": "0"})
    assert answer.status_code == 422
    assert not RoleGrant.objects.filter(user__member=member).exists()


def test_whoever_and_whatever_is_out_of_reach_is_not_found(upper, world, member):
    stranger = MemberFactory(organization=world.artists)
    assert upper.get(page_of(stranger)).status_code == 404
    for place in (world.artists, world.root, world.elsewhere):
        assert upper.get(page_of(member), {"org": place.pk}).status_code == 404
        assert give(upper, member, place).status_code == 404
    assert upper.get(reverse("eforefront:duties", args=[0])).status_code == 404


def test_roles_beyond_the_own_reach_are_nobodys_business(client, world, member):
    top = act_as(client, world.roles["top", "portal"])
    give(top, member, world.artists)
    grant = duty_of(member)
    reader = act_as(client, world.roles["upper", "portal"])
    answer = reader.get(page_of(member))
    assert [row.organization for row in answer.context["grants"]] == [world.staff]
    for name in ("edit_duty", "divide_work", "end_duty"):
        assert reader.get(reverse(f"eforefront:{name}", args=[member.pk, grant.pk])).status_code == 404


def test_a_grant_of_somebody_else_or_of_the_other_system_is_not_found(upper, world, member):
    grant = granted(member)
    Member.objects.filter(pk=member.pk).update(user=grant.user)
    other = RoleGrantFactory(organization=world.staff, user=grant.user, system=System.INFO)
    for person, pk in ((world.members[1], grant.pk), (member, other.pk), (member, world.roles["own", "portal"].pk)):
        assert upper.get(reverse("eforefront:edit_duty", args=[person.pk, pk])).status_code == 404


def test_nobody_gives_to_themselves(upper, world, member):
    Member.objects.filter(pk=member.pk).update(user=world.roles["upper", "portal"].user)
    answer = upper.get(page_of(member), {"org": world.students.pk})
    assert "不能给本人授权" in answer.content.decode()
    assert give(upper, member, world.students).status_code == 422
    own = RoleGrantFactory(organization=world.staff, system=System.PORTAL, user=world.roles["upper", "portal"].user)
    for name in ("edit_duty", "divide_work", "end_duty"):
        assert upper.get(reverse(f"eforefront:{name}", args=[member.pk, own.pk])).status_code == 403


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"duty": ""}, "请选择职务"),
        ({"duty": "总支书记"}, "请从列表中选择"),
        ({"is_default": "maybe"}, "请从列表中选择"),
        ({"is_default": ["0", "1"]}, "该项收到多个值，请重新填写"),
    ],
)
def test_bad_input_is_answered_at_its_place(upper, world, member, values, sentence):
    answer = give(upper, member, world.staff, **values)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)


def test_a_role_given_twice_is_refused_and_a_form_sent_twice_is_not(upper, world, member):
    form = {"duty": "支部书记", "is_default": "0", "form_key": "k" * 22}
    address = f"{page_of(member)}?org={world.staff.pk}"
    assert [upper.post(address, form).status_code for _ in range(2)] == [302, 302]
    answer = give(upper, member, world.staff)
    assert (answer.status_code, "该人员已是该党组织管理员" in answer.content.decode()) == (422, True)


def test_extra_fields_are_ignored(upper, world, member):
    extra = {"organization": world.root.pk, "kind": "city", "system": "info", "version": "9", "is_superuser": "1"}
    upper.post(f"{page_of(member)}?org={world.staff.pk}", {"duty": "支部书记", "is_default": "0", **extra})
    grant = duty_of(member)
    assert (grant.organization, grant.kind, grant.system, grant.version) == (world.staff, "branch", "portal", 1)


def test_a_duty_is_edited_divided_and_deleted(upper, world, member):
    give(upper, member, world.staff, is_default="1")
    grant = duty_of(member)
    names = {
        name: reverse(f"eforefront:{name}", args=[member.pk, grant.pk])
        for name in ("edit_duty", "divide_work", "end_duty")
    }
    answer = upper.post(names["edit_duty"], {"duty": "组织委员", "is_default": "0", "version": "1"}, follow=True)
    assert "已变更李思远在“教工支部”的职务" in answer.content.decode()
    assert held(member) == [("教工支部", "", True), ("教工支部", "组织委员", False)]
    answer = upper.post(names["divide_work"], {"portfolio": "负责组织关系转接", "version": "2"}, follow=True)
    assert "分工：负责组织关系转接" in answer.content.decode()
    assert "从下一次操作起不再以该角色办理业务" in upper.get(names["end_duty"]).content.decode()
    refused = upper.post(names["end_duty"], {})
    assert (refused.status_code, "请填写删除原因" in refused.content.decode()) == (422, True)
    answer = upper.post(names["end_duty"], {"reason": "不再负责"}, follow=True)
    assert "已删除李思远在“教工支部”的角色" in answer.content.decode()
    assert held(member) == [("教工支部", "", True)]
    assert upper.get(names["edit_duty"]).status_code == 404
    actions = Record.objects.order_by("seq").values_list("action", flat=True)
    assert list(actions)[-3:] == ["accounts.change_duty", "accounts.divide_work", "accounts.end_grant"]


def test_whoever_was_slower_gets_both_versions(upper, world, member):
    give(upper, member, world.staff)
    address = reverse("eforefront:edit_duty", args=[member.pk, duty_of(member).pk])
    upper.post(address, {"duty": "组织委员", "is_default": "0", "version": "1"})
    answer = upper.post(address, {"duty": "宣传委员", "is_default": "0", "version": "1"})
    assert (answer.status_code, "组织委员" in answer.content.decode()) == (409, True)
    assert duty_of(member).duty == "组织委员"


def test_what_leaves_the_reach_meanwhile_is_not_found_and_nothing_is_saved(upper, world, member):
    upper.get(page_of(member))
    Member.objects.filter(pk=member.pk).update(organization=world.artists)
    assert give(upper, member, world.staff).status_code == 404
    assert not RoleGrant.objects.filter(user__member=member).exists()


def test_the_tree_alone_is_answered_to_its_own_requests(upper, world, member):
    part = upper.get(page_of(member), headers={"HX-Request": "true", "HX-Target": "tree"})
    assert next(template.name for template in part.templates) == "orgs/_tree.html"


@pytest.mark.parametrize("size", (1, 3))
def test_pages_cost_the_same_with_one_row_and_with_three(client, django_assert_num_queries, size):
    root = OrganizationFactory()
    branches = [OrganizationFactory(parent=root) for _ in range(3)]
    members = [MemberFactory(organization=branches[0]) for _ in range(size)]
    first = granted(members[0])
    Member.objects.filter(pk=members[0].pk).update(user=first.user)
    for branch in branches[1:size]:
        RoleGrantFactory(organization=branch, system=System.PORTAL, user=first.user)
    reader = act_as(client, RoleGrantFactory(organization=root, system=System.PORTAL))
    reader.get(MEMBERS)
    with django_assert_num_queries(9):
        reader.get(MEMBERS)
    with django_assert_num_queries(10):
        reader.get(page_of(members[0]))


def test_the_way_back_leads_to_the_search(upper, world, member):
    found = upper.post(reverse("eforefront:members"), {"name": member.name}, follow=True)
    query = found.request["QUERY_STRING"]
    address = f"{page_of(member)}?list={quote(query)}"
    assert f'href="{address}"' in found.text
    page = upper.get(address).text
    assert f'href="{reverse("eforefront:members")}?{query}"' in page
    assert f'href="{page_of(member)}?list={quote(query)}&amp;org={world.staff.pk}' in page
