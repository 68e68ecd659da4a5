"""权限配置 → 党员权限配置 → 授权管理 → 党员查询, as pages. Source: manual part 3; screens.md 2.9."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.http import urlencode

from accounts import sessions
from accounts.codes import System
from accounts.models import HandOver, RoleGrant
from accounts.services import activations, handovers
from accounts.tests.clients import act_as
from accounts.tests.factories import PASSWORD, RoleGrantFactory
from members.models import Member
from members.services import administrators
from members.tests.factories import MemberFactory, PostFactory
from orgs.tests.factories import TermFactory
from partyplatform.ui.form_keys import fresh

pytestmark = [pytest.mark.django_db, pytest.mark.looks]
TODAY = timezone.localdate


@pytest.fixture
def role(college):
    return RoleGrantFactory(organization=college.general)


@pytest.fixture
def upper(client, role):
    return act_as(client, role)


@pytest.fixture
def member(college):
    return MemberFactory(organization=college.staff, name="何静")


def grants(**query):
    return reverse("members:grants", query=query)


def address(organization):
    return reverse("members:grant", args=[organization.pk])


def send(client, organization, step="add", **values):
    data = {"kind": "branch", "starts_on": TODAY().isoformat(), "step": step, "form_key": fresh()} | values
    return client.post(address(organization), data)


def listed(answer):
    rows = answer.context["rows"]
    return [(row.short_name, row.role_label, [grant.user_name for grant in row.administrators]) for row in rows]


def test_the_list_shows_what_lies_below_and_who_administers_it(upper, role, college, member):
    administrators.appoint(member, organization=college.staff, system=System.INFO, by=role)
    in_portal = RoleGrantFactory(organization=college.students, system=System.PORTAL)
    answer = upper.get(grants())
    assert listed(answer) == [("教工支部", "支部管理员", ["何静"]), ("学生支部", "", []), ("功能型支部", "", [])]
    page = answer.content.decode()
    link = f'href="{address(college.staff)}" data-dialog'
    for text in ("党组织名称", "未授权", '<span class="muted">-</span>', link):
        assert text in page
    assert in_portal.user_name not in page


def test_the_list_of_a_committee_begins_with_the_organisation_that_was_chosen(client, college):
    top = act_as(client, RoleGrantFactory(organization=college.root))
    assert [row.short_name for row in top.get(grants()).context["rows"]] == ["学院党总支", "艺术学院党总支", "直属支部"]
    chosen = top.get(grants(org=college.other.pk))
    assert [row.short_name for row in chosen.context["rows"]] == ["艺术学院党总支", "表演支部"]
    assert len(top.get(grants(everything="1")).context["rows"]) == 7
    assert len(top.get(grants(everything="1", org=college.general.pk)).context["rows"]) == 4


def test_leaders_by_duty_are_named_with_their_post(client, college, by):
    from members.services import posts

    term = TermFactory(organization=college.general, elected_on=datetime.date(2024, 6, 30))
    secretary = MemberFactory(organization=college.staff, name="周敏")
    posts.appoint(term, member=secretary, duty="001A", started_on=term.elected_on, by=by)
    top = act_as(client, RoleGrantFactory(organization=college.root))
    assert '周敏<span class="muted">（书记）</span>' in top.get(grants()).content.decode()


def test_the_filters_narrow_the_list(upper, role, college, member):
    administrators.appoint(member, organization=college.staff, system=System.INFO, by=role)
    names = {
        key: [row.short_name for row in upper.get(grants(**query)).context["rows"]]
        for key, query in {
            "given": {"granted": "1"},
            "missing": {"granted": "0"},
            "name": {"short_name": "学生"},
            "type": {"org_type": "621"},
        }.items()
    }
    assert names == {"given": ["教工支部"], "missing": ["学生支部", "功能型支部"], "name": ["学生支部"], "type": []}


def test_the_list_is_sorted_by_name(upper, college):
    assert [row.short_name for row in upper.get(grants(sort="-short_name")).context["rows"]] == [
        "教工支部",
        "学生支部",
        "功能型支部",
    ]


@pytest.mark.parametrize("size", (1, 3))
def test_the_list_costs_the_same_with_one_row_and_with_three(client, role, college, size, django_assert_num_queries):
    for place in (college.staff, college.students, college.functional)[:size]:
        person = MemberFactory(organization=place if place.holds_members else college.staff)
        administrators.appoint(person, organization=place, system=System.INFO, by=role)
    act_as(client, role)
    client.get(grants(granted="1"))
    with django_assert_num_queries(10):
        client.get(grants(granted="1"))


def test_the_nodes_of_the_tree_choose_the_organisation(upper, college):
    page = upper.get(grants()).content.decode()
    assert f'href="/info/grants/?org={college.staff.pk}"' in page
    part = upper.get(grants(q="教工"), headers={"HX-Request": "true", "HX-Target": "tree"})
    assert part.templates[0].name == "orgs/_tree.html"


def test_the_dialog_offers_the_one_role_that_fits(upper, college):
    page = upper.get(address(college.staff)).content.decode()
    assert college.staff.full_name in page
    assert '<option value="" selected>-请选择-</option>' in page
    assert '<option value="branch">支部管理员</option>' in page
    assert "市/区级管理员" not in page
    assert "该党组织还没有管理员。" in page


def test_the_manuals_path_without_script(upper, college, member):
    opened = send(upper, college.staff, "open")
    assert (opened.status_code, "党员查询" in opened.content.decode()) == (200, True)
    found = send(upper, college.staff, "search", name="何")
    assert [row.name for row in found.context["pick"]["rows"]] == ["何静"]
    chosen = send(upper, college.staff, "choose", found=member.pk)
    assert chosen.context["chosen"] == member
    assert f'name="member" value="{member.pk}"' in chosen.content.decode()
    answer = send(upper, college.staff, member=member.pk, reason="负责支部信息维护")
    assert answer.status_code == 302
    assert "已为何静授权，可管理教工支部" in upper.get(answer.url).content.decode()
    [grant] = RoleGrant.objects.filter(user__name="何静", system="info")
    assert (grant.organization, grant.reason) == (college.staff, "负责支部信息维护")


def test_a_fresh_account_gets_a_code_on_a_slip(upper, college, member):
    answer = send(upper, college.staff, member=member.pk)
    [handover] = HandOver.objects.all()
    back = grants(org=college.general.pk)
    assert answer.url == reverse("accounts:handover", args=[handover.uid], query={"next": back})
    [slip] = handovers.slips_of(handover)
    assert (slip.name, slip.organization) == ("何静", college.staff.full_name)
    page = upper.get(answer.url).content.decode()
    assert (slip.code in page, f'href="{back}">返回</a>' in page) == (True, True)


def test_the_list_is_found_again_as_it_was_left(upper, role, college, member):
    query = {"short_name": "教工", "size": "10"}
    [row] = upper.get(grants(**query)).context["rows"]
    opened = upper.get(row.grant_url)
    page = opened.content.decode()
    assert opened.context["list_url"] == grants(**query)
    assert page.count(f'href="{escape(grants(**query))}"') == 3  # in the path, the cross, 关闭
    data = {"kind": "branch", "starts_on": TODAY().isoformat(), "member": member.pk, "step": "add"}
    assert upper.post(opened.context["address"], data).url.endswith(urlencode({"next": grants(**query)}))
    [grant] = RoleGrant.objects.filter(user__name="何静", system=System.INFO)
    dismiss = reverse("members:dismiss", args=[college.staff.pk, grant.pk], query={"list": urlencode(query)})
    assert f'href="{escape(dismiss)}"' in upper.get(row.grant_url).content.decode()
    assert upper.post(dismiss, {"reason": "工作调整"}).url == row.grant_url


def test_who_has_a_password_or_a_code_already_gets_none(upper, role, college, member):
    user = administrators.account_of(member, by=role)
    activations.issue(user, by=role)
    assert send(upper, college.staff, member=member.pk).url == grants(org=college.general.pk)
    other = MemberFactory(organization=college.students)
    account = administrators.account_of(other, by=role)
    account.set_password(PASSWORD)
    account.save()
    assert send(upper, college.students, member=other.pk).url == grants(org=college.general.pk)
    assert HandOver.objects.count() == 0


def test_the_password_of_those_below_is_reset_from_here_and_of_nobody_above(upper, role, college, member):
    grant = administrators.appoint(member, organization=college.staff, system=System.INFO, by=role)
    reset = reverse("accounts:act", args=[grant.user.uid, "reset"])
    back = urlencode({"next": address(college.staff)})
    assert f'href="{reset}?{back}"' in upper.get(address(college.staff)).content.decode()
    RoleGrantFactory(user=grant.user, organization=college.root)
    assert "重置密码" not in upper.get(address(college.staff)).content.decode()
    assert upper.get(reset).status_code == 403


def test_each_step_keeps_what_was_typed(upper, college, member):
    typed = {"ends_on": "2999-01-01", "reason": "轮岗", "kind": "branch"}
    for step in ("open", "search", "choose"):
        form = send(upper, college.staff, step, found=member.pk, name="何", **typed).context["form"]
        assert {name: form[name].value() for name in typed} == typed
        assert not form.errors


def test_a_number_is_looked_for_by_post_and_stands_in_no_address(upper, college, member):
    number = member.unsealed_id_number()
    answer = send(upper, college.staff, "search", id_number=number)
    assert [row.pk for row in answer.context["pick"]["rows"]] == [member.pk]
    page = answer.content.decode()
    assert page.count(number) == 1  # in the field it was typed into
    assert f"?id_number={number}" not in page
    by_get = upper.get(f"{address(college.staff)}?id_number={number}&step=search")
    assert by_get.context.get("pick") is None


@pytest.mark.parametrize(
    ("values", "message"),
    (
        ({"kind": ""}, "请选择角色"),
        ({"member": ""}, "请选择人员"),
        ({"kind": "city"}, "请从列表中选择"),
        ({"starts_on": "2020-01-01"}, "开始日期不能早于今天"),
        ({"starts_on": ""}, "请填写开始日期"),
        ({"ends_on": "2020-01-01"}, "结束日期应晚于开始日期"),
        ({"reason": "长" * 201}, "不能超过 200 个字"),
    ),
)
def test_bad_input_gets_a_sentence_and_keeps_the_rest(upper, college, member, values, message):
    answer = send(upper, college.staff, **{"member": member.pk} | values)
    assert (answer.status_code, message in answer.content.decode()) == (422, True)
    assert RoleGrant.objects.count() == 1


def test_whoever_is_granted_already_is_refused_in_the_same_words(upper, role, college, member):
    administrators.appoint(member, organization=college.staff, system=System.INFO, by=role)
    answer = send(upper, college.staff, member=member.pk)
    assert (answer.status_code, "该人员已是该党组织管理员" in answer.content.decode()) == (422, True)


def test_the_third_contact_is_refused_in_the_same_words(client, college):
    role = RoleGrantFactory(organization=college.root)
    top = act_as(client, role)
    for _ in range(2):
        person = MemberFactory(organization=college.staff)
        administrators.appoint(person, organization=college.general, system=System.INFO, by=role)
    third = MemberFactory(organization=college.staff)
    answer = send(top, college.general, kind="district", member=third.pk)
    assert (answer.status_code, "党务工作联系人最多2名" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("step", ("choose", "add"))
def test_a_foreign_member_is_not_there(upper, college, step):
    stranger = MemberFactory(organization=college.artists, name="孙丽")
    neighbour = MemberFactory(organization=college.students)
    for person in (stranger, neighbour):
        assert send(upper, college.staff, step, member=person.pk, found=person.pk).status_code == 404
    assert send(upper, college.staff, step, member="²", found="²").status_code == 404
    assert "孙丽" not in send(upper, college.staff, "search", name="孙").content.decode()


def test_looking_for_nothing_says_so_and_opening_does_not(upper, college, member):
    answer = send(upper, college.staff, "search")
    assert (answer.status_code, "请输入姓名或身份证号" in answer.content.decode()) == (422, True)
    assert "请先勾选人员" in send(upper, college.staff, "choose").content.decode()
    unticked = send(upper, college.staff, "choose", name="何")  # those found stay, to be ticked
    assert (unticked.status_code, unticked.context["pick"]["fault"]) == (422, "请先勾选人员")
    assert ([row.name for row in unticked.context["pick"]["rows"]], unticked.context["pick"]["name"]) == (
        ["何静"],
        "何",
    )
    assert "没有找到符合条件的党员" in send(upper, college.staff, "search", name="欧阳").content.decode()


def test_a_form_sent_twice_grants_once(upper, college, member):
    key = fresh()
    answers = [send(upper, college.staff, member=member.pk, form_key=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert RoleGrant.objects.filter(user__name="何静", system="info").count() == 1


def test_inside_a_dialog_the_browser_is_led_on(upper, college, member):
    data = {"kind": "branch", "starts_on": TODAY().isoformat(), "member": member.pk, "step": "add"}
    answer = upper.post(address(college.staff), data, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"].startswith("/handover/")
    again = upper.post(address(college.staff), data, headers={"HX-Request": "true"})
    assert (again.status_code, "该人员已是该党组织管理员" in again.content.decode()) == (422, True)


def test_granting_asks_for_a_fresh_proof(upper, college, member):
    session = upper.session
    session[sessions.PROVED] = 0
    session.save()
    for answer in (upper.get(address(college.staff)), send(upper, college.staff, member=member.pk)):
        assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("accounts:prove"))
    assert Member.objects.get(pk=member.pk).user is None


def test_a_role_is_taken_away_through_the_page_that_says_what_changes(upper, role, college, member):
    grant = administrators.appoint(member, organization=college.staff, system=System.INFO, by=role)
    page = reverse("members:dismiss", args=[college.staff.pk, grant.pk])
    assert f'href="{page}"' in upper.get(address(college.staff)).content.decode()
    assert "何静立即不能再管理教工支部" in upper.get(page).content.decode()
    assert upper.post(page, {"reason": ""}).status_code == 422
    answer = upper.post(page, {"reason": "工作调整"})
    assert (answer.status_code, answer.url) == (302, address(college.staff))
    grant.refresh_from_db()
    assert (grant.ends_on, grant.ending_reason) == (TODAY(), "工作调整")
    assert upper.post(page, {"reason": "重复"}).status_code == 409


def test_ones_own_role_has_no_button_and_is_not_taken_away(upper, role, college):
    own = RoleGrantFactory(organization=college.staff, user=role.user)
    page = upper.get(address(college.staff)).content.decode()
    assert ("本人" in page, "解除管理员权限" in page) == (True, False)
    answer = upper.post(reverse("members:dismiss", args=[college.staff.pk, own.pk]), {"reason": "x"})
    assert (answer.status_code, "不能解除本人的权限" in answer.content.decode()) == (422, True)


def test_the_page_of_another_organisations_grant_is_not_there(upper, college):
    grant = RoleGrantFactory(organization=college.students)
    assert upper.get(reverse("members:dismiss", args=[college.staff.pk, grant.pk])).status_code == 404
    in_portal = RoleGrantFactory(organization=college.staff, system=System.PORTAL)
    assert upper.get(reverse("members:dismiss", args=[college.staff.pk, in_portal.pk])).status_code == 404


def test_the_role_by_duty_says_what_taking_it_away_means(client, college, by):
    PostFactory(term=TermFactory(organization=college.general), member=MemberFactory(organization=college.staff))
    grant = RoleGrantFactory(organization=college.general, by_duty=True, duty="书记")
    top = act_as(client, RoleGrantFactory(organization=college.root))
    page = top.get(reverse("members:dismiss", args=[college.general.pk, grant.pk])).content.decode()
    assert "本次任职期间不再自动授权" in page
