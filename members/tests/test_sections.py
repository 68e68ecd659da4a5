import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.codes import RoleKind
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from members.models import MemberProfile, Office, Review, Standing
from members.sections import OFFICES, REVIEWS, SECTIONS
from members.services import sections as services
from members.tests.factories import MemberFactory, PostFactory
from orgs.models import ParentChange
from orgs.services import parents
from orgs.tests.acting import Acting
from orgs.tests.factories import TermFactory
from partyplatform.audit.models import Record
from partyplatform.ui.stale import OutOfReach, Stale

pytestmark = pytest.mark.django_db
OFFICE = {"unit": "示范大学", "title": "教师", "begins_on": datetime.date(2020, 9, 1)}


@pytest.fixture
def branch(client, college):
    """The administrator of 教工支部."""
    return act_as(client, RoleGrantFactory(organization=college.staff, kind=RoleKind.BRANCH))


@pytest.fixture
def member(college):
    return MemberFactory(organization=college.staff, name="李思远", complete=True)


def address(member, section, *rest):
    name = {0: "members:section", 1: "members:add_entry"}[len(rest)]
    return reverse(name, args=[member.pk, section, *rest])


def typed(client, url, **changes):
    form = client.get(url).context["form"]
    filled = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in filled.items()} | changes


# ── the table of sections ───────────────────────────────────────────────────────────────────────────────


def test_every_item_and_field_of_the_sections_exists():
    for section in SECTIONS.values():
        for name in section.items:
            if name not in services.SEALED:
                MemberProfile._meta.get_field(name)
        for table in section.tables:
            written = {f.name for f in table.model._meta.fields if not isinstance(f, models.BigAutoField)}
            assert set(table.fields) == written - {"member", "version", "removed_at"}


# ── services ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_line_is_entered_changed_and_taken_off_and_each_act_is_written_down(college, member, by):
    office = services.add(OFFICES, member, by=by, values=OFFICE)
    office = services.change(OFFICES, office, by=by, version=1, values={"title": "副教授"})
    services.remove(OFFICES, office, by=by)
    services.remove(OFFICES, office, by=by)
    assert (Office.objects.count(), list(Office.objects.of(member))) == (1, [])
    records = Record.objects.filter(action="members.update_section").order_by("seq")
    assert [record.changes for record in records][1] == [["行政职务：职务", "教师", "副教授"]]
    assert len(records) == 3


@pytest.mark.parametrize(
    ("values", "says"),
    (
        ({"ends_on": datetime.date(2020, 8, 31)}, "结束日期不能早于开始日期"),
        ({"title": ""}, "该字段不能为空|这个字段不能为空|不能为空"),
    ),
)
def test_a_line_that_makes_no_sense_is_refused(member, by, values, says):
    with pytest.raises(ValidationError, match=says):
        services.add(OFFICES, member, by=by, values=OFFICE | values)
    assert Office.objects.count() == 0


def test_a_year_has_one_review_and_a_removed_one_makes_room(member, by):
    values = {"year": 2025, "grade": "1", "branch": "教工支部"}
    review = services.add(REVIEWS, member, by=by, values=values)
    with pytest.raises(ValidationError, match="该年度已有评议结果"):
        services.add(REVIEWS, member, by=by, values=values)
    services.remove(REVIEWS, review, by=by)
    services.add(REVIEWS, member, by=by, values=values)
    assert Review.objects.of(member).count() == 1


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(member, by):
    office = services.add(OFFICES, member, by=by, values=OFFICE)
    services.change(OFFICES, office, by=by, version=1, values={"title": "副教授"})
    with pytest.raises(Stale):
        services.change(OFFICES, office, by=by, version=1, values={"title": "教授"})


def test_a_member_out_of_reach_or_gone_is_not_changed(college, member):
    with pytest.raises(OutOfReach):
        services.add(OFFICES, member, by=Acting(college.other), values=OFFICE)
    gone = MemberFactory(organization=college.staff, status="31")
    with pytest.raises(ValidationError, match="转出人员不可编辑"):
        services.add(OFFICES, gone, by=Acting(college.root), values=OFFICE)


def test_sealed_items_are_sealed_and_the_audit_never_holds_them(member, by):
    values = {"residence": "示范市学院路9号", "emergency_phone": "18088880000", "health": "良好"}
    profile = services.update_items(member, SECTIONS["basic"], by=by, version=0, values=values)
    profile.refresh_from_db()
    assert "学院路".encode() not in bytes(profile.residence_sealed)
    assert (profile.shown_residence, profile.shown_emergency_phone) == ("示范市******", "180****0000")
    [record] = Record.objects.filter(action="members.update_section")
    assert record.changes == [
        ["健康状况", "", "良好"],
        ["现居住地", "", "（已更改）"],
        ["紧急联系电话", "", "（已更改）"],
    ]


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("slug", SECTIONS)
def test_every_section_opens_and_marks_its_place(branch, member, slug):
    page = branch.get(address(member, slug)).content.decode()
    assert f'aria-current="page">{SECTIONS[slug].label}' in page


def test_the_tabs_stand_in_the_order_of_the_manual(branch, member):
    tabs = branch.get(address(member, "basic")).context["tabs"]
    assert [tab["label"] for tab in tabs] == [
        "基本信息",
        "党籍信息",
        "党内职务信息",
        "行政职务信息",
        "组织关系信息",
        "奖惩信息",
        "流动信息 / 出国（境）",
        "民主评议信息",
        "党统信息集",
        "扩展信息集",
    ]


def test_single_items_are_saved_and_shown_masked(branch, member):
    url = address(member, "basic")
    sent = typed(
        branch,
        url,
        health="良好",
        residence="示范市学院路9号",
        household_place="北京市东城区",
        began_work_on="2015.7.1",
    )
    assert "基本信息已保存" in branch.post(url, sent, follow=True).content.decode()
    page = branch.get(url).content.decode()
    assert ("已登记 示范市******" in page, "学院路" in page, "北京市东城区 110101" in page) == (True, False, True)
    assert branch.post(url, sent).status_code == 409


def test_a_line_goes_through_the_pages(branch, member):
    url = address(member, "offices", "offices")
    page = branch.post(url, typed(branch, url, unit="示范大学", title="教师", begins_on="2020-9-1"), follow=True)
    assert "已新增行政职务：示范大学教师" in page.content.decode()
    office = Office.objects.get()
    edit = reverse("members:change_entry", args=[member.pk, "offices", "offices", office.pk])
    branch.post(edit, typed(branch, edit, title="副教授"))
    assert "副教授" in branch.get(address(member, "offices")).content.decode()
    remove = reverse("members:remove_entry", args=[member.pk, "offices", "offices", office.pk])
    assert "副教授" in branch.get(remove).content.decode()
    assert "已删除行政职务" in branch.post(remove, follow=True).content.decode()
    assert branch.get(edit).status_code == 404


def test_a_refused_line_keeps_what_was_typed(branch, member):
    url = address(member, "offices", "offices")
    answer = branch.post(url, typed(branch, url, unit="示范大学", begins_on="2020-13-01"))
    page = answer.content.decode()
    assert (answer.status_code, "请填写职务" in page, 'value="2020-13-01"' in page) == (422, True, True)


def test_posts_and_standings_are_read_from_where_they_are_kept(branch, college, member):
    PostFactory(term=TermFactory(organization=college.staff), member=member)
    assert "书记" in branch.get(address(member, "duties")).content.decode()
    page = branch.get(address(member, "membership")).content.decode()
    assert ("党龄" in page, "入册" in page) == (True, True)
    assert all(label in page for label in ("预备期起止", "延长预备期", "未延长"))
    assert "教工支部" in branch.get(address(member, "places")).content.decode()


def test_a_change_of_parent_stands_with_whoever_it_took_along(client, college, member, by):
    other = MemberFactory(organization=college.students, name="王𠮷")
    change = parents.ask(college.staff, to=college.other, by=by, reason="机构调整", document="示委〔2026〕5号")
    parents.approve(change, by=by)
    assert list(Standing.objects.of(member).moves()) == [change]
    assert list(Standing.objects.of(other).moves()) == []
    reader = act_as(client, RoleGrantFactory(organization=college.root, kind=RoleKind.CITY))
    page = reader.get(address(member, "places")).text
    assert ("学院党总支" in page, "艺术学院党总支" in page, "示委〔2026〕5号" in page) == (True, True, True)


def test_who_left_before_the_change_was_not_taken_along(college, member, by):
    change = parents.approve(parents.ask(college.staff, to=college.other, by=by, reason="机构调整"), by=by)
    ParentChange.objects.update(decided_at=timezone.now() + datetime.timedelta(days=3))
    Standing.objects.of(member).update(ends_on=timezone.localdate() + datetime.timedelta(days=2))
    assert (change.parent_id, list(Standing.objects.of(member).moves())) == (college.other.pk, [])


@pytest.mark.parametrize("size", (1, 3))
def test_a_section_costs_the_same_with_one_line_and_with_three(branch, member, by, django_assert_num_queries, size):
    for number in range(size):
        services.add(OFFICES, member, by=by, values=OFFICE | {"title": f"教师{number}"})
    branch.get(address(member, "offices"))
    with django_assert_num_queries(9):
        branch.get(address(member, "offices"))
