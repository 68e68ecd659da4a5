import datetime
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.codes import RoleKind
from accounts.models import RoleGrant
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory, nth_id_number
from members import finding
from members.admissions import STEPS, WAITING, AdmissionState, Side, steps_open, timeline
from members.integrity import counters_are_sums, scores_are_those_of_the_rules
from members.models import Admission, Member, Standing
from members.review_integrity import admissions_have_their_member
from members.services import admissions
from members.tests.counting import counters
from members.tests.factories import PERSON, AdmissionFactory, MemberFactory, paper, scan_of
from orgs import periods, tree
from orgs.periods import Closed
from orgs.signals import organization_moved
from orgs.tests.factories import OrganizationFactory
from partyplatform.audit.models import Record
from partyplatform.tests.kept import kept
from partyplatform.ui.stale import OutOfReach, Stale

pytestmark = pytest.mark.django_db
S = AdmissionState
NUMBER = nth_id_number(7, birthday="0303")


@kept
def college():
    """示范市委 ─── 示范大学党委 ─┬─ 学院党总支 ─┬─ 教工支部
    │              └─ 学生支部
    └─ 艺术学院党总支 ─── 表演支部
    """
    city = OrganizationFactory(short_name="示范市委")
    root = OrganizationFactory(parent=city, org_type="611", short_name="示范大学党委")
    general = OrganizationFactory(parent=root, org_type="621", short_name="学院党总支")
    other = OrganizationFactory(parent=root, org_type="621", short_name="艺术学院党总支")
    return SimpleNamespace(
        city=city,
        root=root,
        general=general,
        other=other,
        staff=OrganizationFactory(parent=general, short_name="教工支部"),
        students=OrganizationFactory(parent=general, short_name="学生支部"),
        artists=OrganizationFactory(parent=other, short_name="表演支部"),
    )


@pytest.fixture
def branch(college):
    return RoleGrantFactory(organization=college.staff, user__name="支部管理员")


@pytest.fixture
def committee(college):
    return RoleGrantFactory(organization=college.root, user__name="校党委管理员")


@pytest.fixture
def city(college):
    return RoleGrantFactory(organization=college.city, user__name="市委管理员")


@pytest.fixture
def ready(college):
    """A draft with everything that is asked for."""
    admission = AdmissionFactory(organization=college.staff, name="李思远", complete=True)
    scan_of(admission)
    return admission


def advance(admission, verb, by, answer="", counted_as=""):
    return admissions.advance(admission, verb, by=by, version=admission.version, answer=answer, counted_as=counted_as)


# ── the table ───────────────────────────────────────────────────────────────────────────────────────────


def test_every_state_but_the_last_two_has_an_exit_on_both_sides_that_act():
    ended = {S.ADMITTED, S.WITHDRAWN}
    for state in S:
        for last in (True, False):
            assert bool(steps_open(state, [Side.OWN], last=last)) == (state not in ended)
            assert bool(steps_open(state, [Side.DECIDER], last=last)) == (state in WAITING)
    assert {step.target for step in STEPS} == set(S) - {S.DRAFT}
    for step in STEPS:
        assert Record(action=f"members.{step.verb}_admission").action_label != f"members.{step.verb}_admission"


# ── the way in ──────────────────────────────────────────────────────────────────────────────────────────


def test_after_both_reviews_the_person_is_on_the_roll_with_account_score_and_history(
    college, ready, branch, committee, city
):
    waiting = advance(ready, "submit", branch)
    assert (waiting.state, waiting.decider) == (S.SUBMITTED, college.root)
    passed = advance(waiting, "pass", committee)
    assert (passed.state, passed.decider, Member.objects.count()) == (S.REVIEWED, college.city, 0)
    done = advance(passed, "admit", city, answer="同意", counted_as="33")
    member = done.member
    assert (done.state, member.organization, member.get_category_display()) == (S.ADMITTED, college.staff, "正式党员")
    assert (member.user.name, member.profile.joining_kind) == ("李思远", "4")
    assert RoleGrant.objects.of(member.user).get().kind == RoleKind.MEMBER
    row = Standing.objects.open().get(member=member)
    assert (row.cause, row.kind, row.counted_as, row.by_name) == ("其他原因增加", "4", "33", "市委管理员")
    assert counters(college.staff)[:2] == (1, 0)
    checks = (counters_are_sums, scores_are_those_of_the_rules, admissions_have_their_member)
    assert [list(check()) for check in checks] == [[], [], []]


def test_where_no_committee_stands_above_one_review_is_enough(college, city):
    direct = OrganizationFactory(parent=college.city, short_name="市直属支部")
    admission = AdmissionFactory(organization=direct, complete=True)
    scan_of(admission)
    own = RoleGrantFactory(organization=direct)
    waiting = advance(admission, "submit", own)
    assert [step.verb for step in admissions.open_steps(waiting, city)] == ["admit", "return"]
    assert advance(waiting, "admit", city, counted_as="0").state == S.ADMITTED


def test_what_is_missing_stops_the_handing_in(college, branch):
    draft = AdmissionFactory(organization=college.staff, name="李思远")
    with pytest.raises(ValidationError) as refusal:
        advance(draft, "submit", branch)
    for text in ("请填写性别", "请填写转正日期", "请填写核查情况", "请填写公民身份证号", "请上传签字盖章的证明材料"):
        assert text in refusal.value.messages
    assert {"gender", "confirmed_on", "checked", "id_number", "scan"} <= set(refusal.value.error_dict)


def test_a_number_on_the_roll_or_in_another_application_is_refused(college, ready, branch):
    second = AdmissionFactory(organization=college.staff, id_number=NUMBER, complete=True)
    scan_of(second)
    advance(ready, "submit", branch)
    with pytest.raises(ValidationError, match="该身份证号已有补录申请在审核"):
        advance(second, "submit", branch)
    foreign = AdmissionFactory(organization=college.artists, id_number=NUMBER, complete=True)
    scan_of(foreign)
    with pytest.raises(ValidationError, match="该身份证号已登记，请联系上级组织部门"):
        advance(foreign, "submit", RoleGrantFactory(organization=college.artists))
    MemberFactory(organization=college.students, id_number=NUMBER)
    with pytest.raises(ValidationError, match="该身份证号已登记"):
        advance(second, "submit", branch)


def test_without_the_right_nobody_is_entered_as_developed(college, branch):
    fields = {"category": "2", "name": "李思远", "id_number": "", "values": {}, "add_kind": "1"}
    with pytest.raises(ValidationError) as refusal:
        admissions.save(None, by=branch, organization=college.staff, **fields)
    assert refusal.value.message_dict == {"add_kind": ["教工支部没有发展党员权限，不能按“新发展”办理"]}


@pytest.mark.parametrize(("closed_until", "counts_from"), ((None, 3), (10, 11)))
def test_the_development_on_the_platform_stands_for_the_reviews(
    college, committee, monkeypatch, closed_until, counts_from
):
    """And the member counts from the day of the approval, which is typed in later, but in no closed period."""
    if closed_until:
        closed = Closed(datetime.date(2026, 11, closed_until), "已封存")
        monkeypatch.setattr(periods, "_guards", [lambda places: closed])
    type(college.staff).objects.filter(pk=college.staff.pk).update(may_develop=True)
    values = {**PERSON, "confirmed_on": None, "joined_on": datetime.date(2026, 11, 1), "gender": ""}
    member = admissions.admit_from_development(
        college.staff,
        name="李思远",
        id_number=NUMBER,
        values=values,
        development="FZ2026-17",
        on=datetime.date(2026, 11, 3),
        by=committee,
    )
    assert (member.category, member.profile.joining_kind, member.admission.development) == ("2", "1", "FZ2026-17")
    standing = Standing.objects.open().get(member=member)
    assert (standing.cause, standing.begins_on) == ("新发展", datetime.date(2026, 11, counts_from))
    assert list(admissions_have_their_member()) == []


# ── returned, withdrawn, at the same time ───────────────────────────────────────────────────────────────


def test_what_was_returned_is_changed_and_handed_in_again(college, ready, branch, committee):
    waiting = advance(ready, "submit", branch)
    with pytest.raises(ValidationError, match="请填写退回原因"):
        advance(waiting, "return", committee)
    returned = advance(waiting, "return", committee, answer="证明没有盖章")
    assert (returned.state, returned.decider) == (S.RETURNED, None)
    assert [stage.label for stage in timeline(returned, is_single=True, now=returned.updated_at)][-1] == "已退回"
    again = advance(returned, "submit", branch)
    assert advance(again, "withdraw", branch).state == S.WITHDRAWN
    with pytest.raises(Stale):
        advance(again, "pass", committee)


def test_of_two_decisions_one_wins_and_the_other_is_told_who(ready, branch, committee):
    waiting = advance(ready, "submit", branch)
    advance(waiting, "return", committee, answer="请补充")
    with pytest.raises(Stale) as stale:
        advance(waiting, "pass", committee)
    assert stale.value.who.startswith("校党委管理员")
    assert stale.value.when


def test_nobody_decides_what_they_handed_in_and_no_other_level_decides(college, ready, branch, committee, city):
    waiting = advance(ready, "submit", branch)
    general = RoleGrantFactory(organization=college.general)
    for role in (branch, general):
        with pytest.raises(PermissionDenied):
            advance(waiting, "pass", role)
    with pytest.raises(OutOfReach):
        advance(waiting, "pass", RoleGrantFactory(organization=college.other))
    Admission.objects.update(asker_uid=committee.user_uid)
    waiting.refresh_from_db()
    with pytest.raises(PermissionDenied, match="自己提交的申请须由其他管理员审核"):
        advance(waiting, "pass", committee)
    assert advance(waiting, "pass", city).state == S.REVIEWED


def test_nobody_decides_twice_in_whatever_role(college, ready, branch, committee, city):
    waiting = advance(ready, "submit", branch)
    passed = advance(waiting, "pass", committee)
    again = RoleGrantFactory(organization=college.city, user=committee.user)
    with pytest.raises(PermissionDenied, match="您已审核过该申请"):
        advance(passed, "admit", again)
    returned = advance(passed, "return", city, answer="缺少材料")
    assert advance(advance(returned, "submit", branch), "pass", committee).state == S.REVIEWED


def test_a_move_of_the_branch_takes_the_decision_along(college, ready, branch, by):
    waiting = advance(ready, "submit", branch)
    other = OrganizationFactory(parent=college.city, org_type="611", short_name="另一党委")
    old = college.staff.parent
    tree.move(college.staff, to=other)
    organization_moved.send(None, organization=college.staff, old_parent=old, new_parent=other, by=by)
    waiting.refresh_from_db()
    assert waiting.decider == other


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────────


def sent(college, **more):
    gender = "1" if int(NUMBER[16]) % 2 else "2"
    person = {k: ("0" if v is False else str(v)) for k, v in PERSON.items()} | {"gender": gender}
    about = {"add_kind": "4", "code": college.staff.code, "name": "李思远", "id_number": NUMBER, "category": "1"}
    return {**person, **about, "checked": "已查档案", "reason": "漏报", **more}


def test_a_draft_is_kept_sealed_and_handed_in_from_the_page(client, college, branch):
    act_as(client, branch)
    url = reverse("members:create_admission")
    page = client.get(url).text
    assert ("disabled" in page, "没有发展党员权限" in page, college.staff.code in page) == (True, True, True)
    bad = client.post(url, sent(college, id_number="99000019500101", verb="submit"))
    assert (bad.status_code, "身份证号应为18位" in bad.text) == (422, True)
    answer = client.post(url, sent(college, verb="save"), follow=True)
    assert "草稿已保存" in answer.text
    row = Admission.objects.get()
    for text in (NUMBER, "18088880000", "学院路"):
        assert text not in answer.text
        assert text.encode() not in bytes(row.values_sealed) + bytes(row.id_number_sealed)
    edit = reverse("members:edit_admission", args=[row.pk])
    assert "180****0000" in client.get(edit).text
    kept = sent(college, verb="submit", phone="", address="", id_number="", version=row.version)
    without = client.post(edit, kept)
    assert (without.status_code, without.context["form"].errors) == (422, {"scan": ["请上传签字盖章的证明材料"]})
    no_scan = SimpleUploadedFile("证明.exe", b"MZ")
    assert list(client.post(edit, kept | {"scan": no_scan}).context["form"].errors) == ["scan"]
    answer = client.post(edit, kept | {"scan": paper()}, follow=True)
    assert "已提交，等待审核" in answer.text
    assert Admission.objects.get().values["phone"] == "18088880000"
    assert client.get(edit).status_code == 404


def test_an_upper_organisation_names_the_branch_by_its_code(client, college, committee):
    act_as(client, committee)
    url = reverse("members:create_admission")
    answer = client.post(url, sent(college, verb="save", code="999999999999"))
    assert (answer.status_code, "管理范围内没有该编码的党支部" in answer.text) == (422, True)
    answer = client.post(url, sent(college, verb="save", code=college.general.code))
    assert "党员的组织关系应在党支部" in answer.text
    assert client.post(url, sent(college, verb="save")).status_code == 302


def test_the_committee_decides_on_the_page_and_in_the_list_of_matters(client, college, ready, branch, committee):
    advance(ready, "submit", branch)
    act_as(client, committee)
    (matter,) = client.get(reverse("members:reviews")).context["rows"]
    assert (matter.kind, matter.name, matter.place) == ("补录申请", "李思远", "教工支部")
    page = client.get(reverse("members:admission", args=[ready.pk])).text
    for text in ("基层党委审核", "上级审核", "审核通过，报上级", "退回", "证明.pdf"):
        assert text in page
    answer = client.post(reverse("members:decide_many"), {"ids": [matter.pk], "verb": "accept"}, follow=True)
    assert "已通过 1 项" in answer.text
    stale = client.post(reverse("members:admission", args=[ready.pk]), {"verb": "pass", "version": 2})
    assert (stale.status_code, "校党委管理员" in stale.text) == (409, True)


def test_the_list_finds_by_number_without_a_number_in_the_address(client, college, ready, branch, monkeypatch):
    AdmissionFactory(organization=college.staff)
    AdmissionFactory(organization=college.artists, name="别处")
    act_as(client, branch)
    for typed in (NUMBER, NUMBER[-4:], NUMBER[-6:]):
        answer = client.post(reverse("members:admissions"), {"id_number": typed}, follow=True)
        assert [row.name for row in answer.context["rows"]] == ["李思远"]
        assert typed not in answer.request["QUERY_STRING"]
    monkeypatch.setattr(finding, "OPENED", 1)
    answer = client.post(reverse("members:admissions"), {"id_number": NUMBER[-4:]}, follow=True)
    assert "超过 1 条，请输入完整的身份证号" in answer.text
    assert list(answer.context["rows"]) == []


@pytest.mark.parametrize("size", (1, 3))
def test_the_list_costs_the_same_with_one_row_and_with_three(client, college, branch, django_assert_num_queries, size):
    for _ in range(size):
        AdmissionFactory(organization=college.staff)
    act_as(client, branch)
    client.get(reverse("members:admissions"))
    with django_assert_num_queries(6):
        client.get(reverse("members:admissions"))


def test_the_list_is_filtered_by_the_day_of_the_application(client, college, branch):
    old, new = (AdmissionFactory(organization=college.staff, name=name) for name in ("旧申请", "新申请"))
    moment = timezone.make_aware(datetime.datetime(2026, 5, 31, 23, 30))
    Admission.objects.filter(pk=old.pk).update(created_at=moment)
    act_as(client, branch)
    for typed, names in (
        ({"until": "2026-05-31"}, ["旧申请"]),
        ({"since": "2026年5月31日", "until": "2026-05-31"}, ["旧申请"]),
        ({"since": "2026-06-01"}, ["新申请"]),
    ):
        rows = client.get(reverse("members:admissions"), typed).context["rows"]
        assert [row.name for row in rows] == names, typed
    assert "没有“2026-02-31”这一天" in client.get(reverse("members:admissions"), {"since": "2026-02-31"}).text
    assert new.created_at > moment
