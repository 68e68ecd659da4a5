"""The pages of organisations as a person uses them."""

import datetime
import re

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from accounts.tests.clients import act_as
from accounts.tests.pki import SECRET, Issuer, forwarded
from members.models import Member, Post
from orgs.models import Attachment, Organization, ParentChange, Renewal, Term
from orgs.reminders import next_election, todos
from orgs.rules import name_hint
from orgs.services import parents
from orgs.tests.factories import OrganizationFactory, TermFactory
from partyplatform.tests.kept import kept
from tests.world import build, user_of

pytestmark = pytest.mark.django_db


@kept
def world():
    return build()


@pytest.fixture
def top(client, world):
    client.force_login(user_of(world, "top"))
    client.get("/info/")  # the role is chosen and the session stamped
    return client


def branch_data(**changes):
    return {
        "full_name": "中国共产党示范大学信息学院博士生支部委员会",
        "short_name": "示大信息学院博士生党支部",
        "org_type": "631",
        "affiliation": "2",
        "founded_on": "2024.3.1",
        "is_functional": "0",
        "is_elderly_majority": "0",
        "unit_relation": "1",
    } | changes


def test_a_new_branch_appears_in_the_list_with_its_code(top, world):
    answer = top.post(reverse("orgs:create", args=[world.college.pk]), branch_data(), follow=True)
    branch = Organization.objects.get(short_name="示大信息学院博士生党支部")
    assert answer.redirect_chain == [(f"/info/orgs/?org={world.college.pk}", 302)]
    assert f"党组织编码 {branch.code}" in answer.content.decode()


def test_a_refused_form_keeps_its_values_and_says_what_is_missing(top, world):
    answer = top.post(reverse("orgs:create", args=[world.college.pk]), branch_data(short_name="", org_type=""))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>错误：" in page
    assert ("请填写党组织简称" in page, "请选择组织类别" in page, 'value="2024.3.1"' in page) == (True, True, True)


def test_extra_fields_change_nothing(top, world):
    stolen = {"code": "011199999999", "parent": world.other.pk, "version": 99, "full_members": 500, "is_superuser": "1"}
    top.post(reverse("orgs:create", args=[world.college.pk]), branch_data(**stolen))
    branch = Organization.objects.get(short_name="示大信息学院博士生党支部")
    assert (branch.code == "011199999999", branch.parent_id, branch.version, branch.full_members) == (
        False,
        world.college.pk,
        1,
        0,
    )


def test_a_double_click_founds_one_branch(top, world):
    address = reverse("orgs:create", args=[world.college.pk])
    key = {"form_key": "abcdefghijklmnopqrstuv"}
    first, second = top.post(address, branch_data(**key)), top.post(address, branch_data(**key))
    assert (first.status_code, second.status_code, first["Location"] == second["Location"]) == (302, 302, True)
    assert Organization.objects.filter(short_name="示大信息学院博士生党支部").count() == 1


def test_two_tabs_the_slower_one_gets_both_versions(top, world):
    address = reverse("orgs:detail", args=[world.staff.pk])
    data = branch_data(version=1)
    assert top.post(address, data | {"short_name": "甲支部"}).status_code == 302
    answer = top.post(address, data | {"short_name": "乙支部"})
    page = answer.content.decode()
    assert (answer.status_code, "甲支部" in page, "乙支部" in page) == (409, True, True)
    assert [
        label for label in ("党组织简称", "组织类别", "党组织隶属关系", "所在单位") if f">{label}</th>" in page
    ] == ["党组织简称"]


def test_dissolving_without_a_tick_says_so(top, world):
    answer = top.get(reverse("orgs:dissolve"), {"org": world.college.pk}, follow=True)
    assert "请先勾选要撤销的党组织" in answer.content.decode()


def test_members_block_dissolving_and_the_page_leads_to_them(top, world):
    page = top.get(reverse("orgs:dissolve"), {"ids": world.staff.pk}).content.decode()
    assert ("李思远" in page, reverse("members:list", args=[world.staff.pk]) in page, "确认撤销" in page) == (
        True,
        True,
        False,
    )


def test_one_foreign_tick_spoils_the_whole_choice(client, world):
    client.force_login(user_of(world, "upper"))
    answer = client.post(reverse("orgs:dissolve"), {"ids": [world.students.pk, world.artists.pk], "on": "2026-01-01"})
    assert (answer.status_code, Organization.objects.exclude(dissolved_on=None).count()) == (404, 1)


def test_a_change_of_parent_from_request_to_approval(client, world):
    hall = OrganizationFactory(
        parent=world.college, short_name="第二支部", full_name="中国共产党示范大学信息学院第二支部委员会"
    )
    client.force_login(user_of(world, "upper"))
    address = reverse("orgs:ask_parent_change", args=[hall.pk])
    target = {"code": world.other.code, "name": "艺术学院党总支"}
    page = client.get(address, target).content.decode()
    assert ("随同变更的党员" in page, "示例upper" in page, "示例foreign" in page) == (True, True, True)
    client.post(address, target | {"reason": "机构调整"})
    change = ParentChange.objects.get(organization=hall)
    client.force_login(user_of(world, "top"))
    client.post(reverse("orgs:parent_change", args=[change.pk]), {"verb": "approve", "remark": "同意"})
    hall.refresh_from_db()
    assert hall.parent == world.other


def test_a_change_of_committee_says_so_on_its_page(top, world):
    hall = OrganizationFactory(parent=world.root, org_type="611", short_name="医学院党委")
    change = parents.ask(world.artists, to=hall, by=world.roles["top", "info"], reason="机构调整")
    parents.approve(change, by=world.roles["top", "info"])
    page = top.get(reverse("orgs:parent_change", args=[change.pk])).content.decode()
    assert ("整建制转入党委" in page, "计为整建制转移" in page, "医学院党委" in page) == (True, True, True)


def test_a_wrong_pair_of_code_and_name_does_not_tell_which_is_wrong(client, world):
    client.force_login(user_of(world, "upper"))
    address = reverse("orgs:ask_parent_change", args=[world.staff.pk])
    for pair in ({"code": world.other.code, "name": "别的名称"}, {"code": "099999999999", "name": "艺术学院党总支"}):
        assert "没有找到编码与名称相符的党组织" in client.get(address, pair).content.decode()


def test_a_term_is_entered_and_corrected(top, world):
    data = {
        "number": "2",
        "elected_on": "20260101",
        "years": "3",
        "method": "1",
        "voters_due": "10",
        "voters_present": "8",
        "is_current": "on",
    }
    top.post(reverse("orgs:create_term", args=[world.staff.pk]), data)
    term = Term.objects.get(organization=world.staff, is_current=True)
    assert (term.number, str(term.ends_on)) == (2, "2029-01-01")
    address = reverse("orgs:edit_term", args=[world.staff.pk, term.pk])
    top.post(address, data | {"years": "5", "version": term.version})
    term.refresh_from_db()
    assert (term.years, str(term.ends_on)) == (5, "2031-01-01")


def test_the_order_typed_is_the_order_shown(top, world):
    positions = {f"position_{world.staff.pk}": "9", f"position_{world.students.pk}": "1"}
    top.post(reverse("orgs:order", args=[world.college.pk]), positions)
    rows = Organization.objects.living().filter(parent=world.college).in_tree_order()
    assert list(rows) == [world.students, world.staff]


def test_before_and_after_stand_in_the_changes(top, world):
    top.post(reverse("orgs:detail", args=[world.staff.pk]), branch_data(version=1))
    page = top.get(reverse("orgs:changes", args=[world.staff.pk])).content.decode()
    assert ("信息更新" in page, "<del>教工支部</del> → 示大信息学院博士生党支部" in page) == (True, True)


@pytest.mark.parametrize(
    ("address", "queries"),
    (("orgs:list", 10), ("orgs:home", 11), ("orgs:ending_terms", 7), ("orgs:parent_changes", 6), ("orgs:renewals", 6)),
)
def test_lists_cost_the_same_with_one_row_and_with_three(top, world, django_assert_num_queries, address, queries):
    with django_assert_num_queries(queries):
        top.get(reverse(address))
    for organization in (OrganizationFactory(parent=world.root, org_type="631") for _ in range(3)):
        TermFactory(organization=organization, ends_on=datetime.date(2026, 12, 1))
    with django_assert_num_queries(queries):
        top.get(reverse(address))


def test_with_its_certificate_a_committee_asks_twelve_statements_at_most(
    world, settings, django_assert_max_num_queries
):
    """Source: performance.md P4."""
    settings.CERTIFICATES_REQUIRED, settings.CERTIFICATE_PROXY_SECRET = True, SECRET
    role = world.roles["top", "info"]
    _, certificate, _ = Issuer().register(role.user)
    client = act_as(Client(headers=forwarded(certificate)), role)
    for address in (reverse("orgs:home"), reverse("orgs:list"), reverse("members:list", args=[world.root.pk])):
        assert client.get(address).status_code == 200
        with django_assert_max_num_queries(12):
            client.get(address)


def test_a_founding_date_before_the_parents_is_saved_with_a_warning(top, world):
    warning = "批准建立日期早于上级党组织的建立日期（2018-09-18），请核对"
    data = branch_data(founded_on="2010-05-01")
    created = top.post(reverse("orgs:create", args=[world.college.pk]), data, follow=True)
    branch = Organization.objects.get(short_name="示大信息学院博士生党支部")
    address = reverse("orgs:detail", args=[branch.pk])
    saved = top.post(address, data | {"version": branch.version, "contact_name": "李思远"}, follow=True)
    assert (branch.founded_on, warning in created.content.decode(), warning in saved.content.decode()) == (
        datetime.date(2010, 5, 1),
        True,
        True,
    )
    later = top.post(address, data | {"version": branch.version + 1, "founded_on": "2020-05-01"}, follow=True)
    assert warning not in later.content.decode()


def test_the_information_names_the_secretary_and_the_next_election(top, client, world):
    Post.objects.create(
        term=world.term, member=world.members[0], duty="001A", started_on=datetime.date(2024, 6, 30), position=1
    )
    with time_machine.travel("2027-03-01 12:00", tick=False):
        client.force_login(user_of(world, "top"))
        form = client.get(reverse("orgs:detail", args=[world.staff.pk])).content.decode()
        client.force_login(user_of(world, "own"))
        card = client.get(reverse("orgs:detail", args=[world.staff.pk])).content.decode()
    for page in (form, card):
        assert ("李思远" in page, "2027-06-29 届满，还有 120 天" in page) == (True, True)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    (
        ({}, "没有登记当届届次"),
        ({"is_functional": True}, "不进行换届选举"),
        ({"org_type": "931"}, "不进行换届选举"),
    ),
)
def test_without_a_term_the_reminder_says_so(world, changes, sentence):
    branch = OrganizationFactory(parent=world.college, **changes)
    assert next_election(branch, datetime.date(2026, 11, 20)) == sentence


def test_an_overdue_election_counts_its_days(world):
    assert next_election(world.staff, datetime.date(2027, 7, 2)) == "2027-06-29 届满，已逾期 3 天"


@time_machine.travel("2027-07-02 12:00+08:00", tick=False)
def test_the_lists_of_ending_terms_say_by_how_many_days_one_is_overdue(client, world):
    act_as(client, world.roles["top", "info"])
    pages = [client.get(reverse(name)).text for name in ("orgs:ending_terms", "orgs:home")]
    assert ['<span class="tag tag--red">逾期 3 天</span>' in page for page in pages] == [True, True]


def test_the_names_are_hinted_for_the_type_at_hand(top, world):
    branch = top.get(reverse("orgs:detail", args=[world.staff.pk])).content.decode()
    college = top.get(reverse("orgs:detail", args=[world.college.pk])).content.decode()
    assert "模板：中国共产党&lt;单位&gt;&lt;学院/部门&gt;&lt;支部&gt;支部委员会，与印章一致" in branch
    assert "模板：中国共产党&lt;单位&gt;&lt;学院/部门&gt;总支部委员会，与印章一致" in college
    assert name_hint(["611", "631", "632"], "short") == (
        "党委模板：<单位简称>党委；党支部模板：<单位简称><学院/部门简称><支部>党支部"
    )


def test_the_bell_counts_the_renewals_a_general_branch_decides(client, world):
    counts = {name: sum(rows.count() for rows in todos(world.roles[name, "info"])) for name in ("top", "upper", "own")}
    assert counts == {"top": 2, "upper": 1, "own": 0}


def test_ticks_lead_back_to_the_list_as_it_was(top, world):
    query = f"org={world.college.pk}&everything=1&short_name=%E6%94%AF%E9%83%A8&sort=-code"
    page = top.get(f"{reverse('orgs:list')}?{query}").content.decode()
    assert f'name="list" value="{escape(query)}"' in page
    nothing = top.get(reverse("orgs:dissolve"), {"list": query})
    assert nothing["Location"] == f"{reverse('orgs:list')}?{query}"
    page = top.get(reverse("orgs:dissolve"), {"ids": world.students.pk, "list": query}).content.decode()
    assert f'href="{reverse("orgs:list")}?{escape(query)}">' in page
    ParentChange.objects.all().delete()
    done = top.post(
        reverse("orgs:dissolve"),
        {"ids": world.students.pk, "on": "2026-01-01", "list": query, "versions": f"{world.students.pk}:1"},
    )
    assert done["Location"] == f"{reverse('orgs:list')}?{query}"


def test_dissolving_from_the_information_leads_back_there(top, world):
    page = top.get(reverse("orgs:dissolve"), {"ids": world.staff.pk}).content.decode()
    assert f'<a class="btn" href="{reverse("orgs:detail", args=[world.staff.pk])}">返回</a>' in page


def test_filtering_keeps_the_order(top, world):
    page = top.get(reverse("orgs:list"), {"sort": "-code"}).content.decode()
    assert '<input type="hidden" name="sort" value="-code">' in page


def test_a_post_is_put_right_and_a_release_taken_back(top, world):
    post = Post.objects.create(
        term=world.term,
        member=world.members[0],
        duty="001A",
        started_on=datetime.date(2024, 6, 30),
        ended_on=datetime.date(2025, 6, 30),
    )
    address = reverse("orgs:edit_post", args=[world.staff.pk, post.pk])
    page = top.get(address).content.decode()
    assert ('value="2025-06-30"' in page, f'name="version" value="{post.version}"' in page) == (True, True)
    data = {"duty": "001A", "started_on": "2024.7.1", "ended_on": "", "position": "2", "portfolio": "全面工作"}
    answer = top.post(address, data | {"version": post.version}, follow=True)
    post.refresh_from_db()
    assert "已更正李思远的任职信息" in answer.content.decode()
    assert (post.started_on, post.ended_on, post.position, post.portfolio) == (
        datetime.date(2024, 7, 1),
        None,
        2,
        "全面工作",
    )
    assert top.post(address, data | {"version": 1, "portfolio": "党务"}).status_code == 409


def step(client, renewal, verb, **data):
    address = reverse("orgs:renewal_step", args=[renewal.pk, verb])
    renewal.refresh_from_db()
    return client.post(address, {"version": renewal.version} | data)


def test_a_refused_renewal_says_why_and_withdrawing_is_no_first_choice(top, world):
    page = top.get(reverse("orgs:renewal", args=[world.renewal.pk])).content.decode()
    assert re.findall(r'btn--primary"[^>]*>(?:<span>)?([^<]+)', page.split("formbar")[1])[:1] == ["批复同意"]
    missing = step(top, world.renewal, "refuse")
    assert (missing.status_code, "请填写不予批准的原因" in missing.content.decode()) == (422, True)
    step(top, world.renewal, "refuse", reason="暂缓换届")
    page = top.get(reverse("orgs:renewal", args=[world.renewal.pk])).content.decode()
    assert ("暂缓换届" in page, "换届选举（不予批准）：未批准" in page) == (True, True)


def test_each_step_asks_for_its_own_papers(top, world):
    pages = {
        verb: top.get(reverse("orgs:renewal_step", args=[world.renewal.pk, verb])).content.decode()
        for verb in ("reply", "withdraw", "return")
    }
    assert {verb: "批复文号" in page for verb, page in pages.items()} == {
        "reply": True,
        "withdraw": False,
        "return": False,
    }
    assert "退回的原因" in pages["return"]


def test_an_election_is_not_planned_for_yesterday(top, world):
    address = reverse("orgs:ask_renewal", args=[world.students.pk])
    data = {"kind": "election", "planned_on": "2020-12-20", "seats": "1", "candidates": "1"}
    answer = top.post(address, data)
    assert (answer.status_code, "拟选举日期不能早于今天" in answer.content.decode()) == (422, True)


def test_the_path_of_a_form_leads_back_to_its_list(top, world):
    address = f"{reverse('orgs:list')}?org={world.college.pk}"
    for name in ("orgs:create", "orgs:order"):
        page = top.get(reverse(name, args=[world.college.pk])).content.decode()
        assert page.count(f'href="{address}"') == 2


def test_the_search_of_the_tree_has_a_button(top, world):
    page = top.get(reverse("orgs:list")).text
    [search] = re.findall(r'<form class="tree__search".*?</form>', page, re.DOTALL)
    assert re.search(r"<button [^>]*>查找</button>", search)
    assert '<details class="fold" id="tree">' in page
    found = top.get(reverse("orgs:list"), {"q": "jgzb"}).text  # what it asks for without script
    assert ("找到 1 个党组织" in found, '<details class="fold" id="tree" open>' in found) == (True, True)


def test_a_branch_becomes_what_its_place_allows(top, world):
    page = top.get(reverse("orgs:upgrade", args=[world.staff.pk])).text
    assert (f"“{world.college.short_name}”下不能设立党总支部或党委" in page, "确认升格" in page) == (True, False)
    assert f'<a href="{reverse("orgs:ask_parent_change", args=[world.staff.pk])}">申请上级党组织变更</a>' in page
    direct = OrganizationFactory(parent=world.root, short_name="机关党支部", full_name="中国共产党示大机关支部委员会")
    page = top.get(reverse("orgs:upgrade", args=[direct.pk]))
    kinds = [kind for kind, _ in page.context["form"].fields["to_type"].choices]
    assert (kinds, "确认升格" in page.text) == (["", "611", "621"], True)


def test_what_blocks_a_merger_takes_the_form_away(top, world):
    page = top.get(reverse("orgs:merge", args=[world.staff.pk])).content.decode()
    assert ("有办理中的换届事项" in page, "确认合并" in page) == (True, False)
    assert f'<a href="{reverse("orgs:renewal", args=[world.renewal.pk])}">查看换届事项</a>' in page


def test_what_blocks_dissolving_is_linked(top, world):
    page = top.get(reverse("orgs:dissolve"), {"ids": [world.college.pk, world.students.pk]}).content.decode()
    assert f'<a href="{reverse("orgs:parent_change", args=[world.change.pk])}">查看变更</a>' in page
    assert f'<a href="{reverse("orgs:list")}?org={world.college.pk}">查看下级党组织</a>' in page


def test_the_papers_of_an_election_stand_beside_its_term(top, world):
    scan = SimpleUploadedFile("选举报告.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")
    address = reverse("orgs:attach", args=[world.staff.pk])
    foreign = TermFactory(organization=world.students)
    refused = top.post(address, {"purpose": "term", "term": foreign.pk, "file": scan})
    assert (refused.status_code, Attachment.objects.count()) == (422, 0)
    scan.seek(0)
    top.post(address, {"purpose": "term", "term": world.term.pk, "file": scan})
    [kept] = Attachment.objects.all()
    page = top.get(reverse("orgs:terms", args=[world.staff.pk])).content.decode()
    assert f'<a href="{reverse("orgs:attachment", args=[kept.uid])}">选举报告.pdf</a>' in page
    assert "换届材料，第 1 届" in top.get(reverse("orgs:profile", args=[world.staff.pk])).content.decode()


@pytest.mark.parametrize(
    ("duty", "full_since", "is_warned"),
    (("001A", "2025-09-01", True), ("001A", "2025-01-05", False), ("001B", "2025-09-01", False)),
)
def test_a_secretary_of_less_than_a_year_s_membership_is_pointed_out(top, world, duty, full_since, is_warned):
    member = world.members[1]
    Member.objects.filter(pk=member.pk).update(confirmed_on=full_since)
    Term.objects.filter(pk=world.term.pk).update(elected_on="2025-12-01", ends_on="2028-12-01")
    data = {"member": member.pk, "duty": duty, "started_on": "2026-01-05", "position": 0}
    page = top.post(reverse("orgs:appoint", args=[world.staff.pk]), data, follow=True).text
    assert f"已登记{member.name}任" in page
    assert ("任职时党龄不满 1 年" in page) is is_warned


def test_the_approval_of_an_election_begins_the_term_and_points_out_the_same(top, world):
    member = world.members[1]
    Member.objects.filter(pk=member.pk).update(confirmed_on="2026-03-01")
    draft = {"elected_on": "2026-06-30", "years": 3, "method": "1", "voters_due": 3, "voters_present": 3}
    draft["elected"] = [{"member": member.pk, "name": member.name, "duty": "001A", "votes": 3}]
    Renewal.objects.filter(pk=world.renewal.pk).update(state="reported", draft=draft)
    data = {"version": world.renewal.version, "document": "示委〔2026〕9号"}
    page = top.post(reverse("orgs:renewal_step", args=[world.renewal.pk, "confirm"]), data, follow=True).text
    assert Post.objects.current().get(term__organization=world.staff).member == member
    assert f"{member.name}任职时党龄不满 1 年" in page
