import datetime
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from openpyxl import load_workbook

from accounts.codes import RoleKind
from accounts.powers import Power
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from members import codes
from members.acts import ACTS, GONE, acts_for
from members.codes import MembershipStatus, PersonCategory
from members.forms.acts import ASKED
from members.integrity import counters_are_sums, histories_end_where_members_stand, scores_are_those_of_the_rules
from members.models import Matter, Member, MemberProfile, Standing
from members.services.acts import carry_out
from members.tests.counting import counters
from members.tests.factories import MemberFactory, PostFactory
from members.views import acts as acts_pages
from orgs.tests.acting import Acting
from orgs.tests.factories import TermFactory
from partyplatform.audit.models import Record
from partyplatform.jobs import run_waiting
from partyplatform.jobs.models import Job
from partyplatform.ui.form_keys import fresh
from partyplatform.ui.stale import OutOfReach, Stale

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 27)
JOINED = datetime.date(2025, 11, 20)
END = datetime.date(2026, 11, 20)


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 27, 2, 0, tzinfo=datetime.UTC))


@pytest.fixture
def candidate(college):
    """A 预备党员 whose 预备期 has ended."""
    fields = {"category": "2", "joined_on": JOINED, "confirmed_on": None}
    return MemberFactory(organization=college.staff, name="李思远", complete=True, **fields)


def act(slug, member, by, *, on=TODAY, **asked):
    return carry_out(ACTS[slug], member, by=by, version=member.version, on=on, **asked)


def refused(slug, member, by, **asked):
    with pytest.raises(ValidationError) as refusal:
        act(slug, member, by, **asked)
    return "；".join(refusal.value.messages)


def sound():
    checks = (counters_are_sums, scores_are_those_of_the_rules, histories_end_where_members_stand)
    return [list(check()) for check in checks]


# ── the table ───────────────────────────────────────────────────────────────────────────────────────────


def test_every_act_is_named_in_the_audit_and_asks_for_fields_that_exist():
    for found in ACTS.values():
        assert Record(action=f"members.{found.slug}").action_label != f"members.{found.slug}"
        assert set(found.asks) <= set(ASKED)
        assert found.kind in ("", *codes.ADD_KINDS.rows, *codes.REMOVE_KINDS.rows)


def test_every_state_of_a_membership_can_be_reached_and_left():
    """已转出 comes and goes by 组织关系转接."""
    reached = {found.status for found in ACTS.values() if found.status}
    left = {status for found in ACTS.values() if found.status for status in found.statuses}
    assert reached == set(MembershipStatus) - {MembershipStatus.TRANSFERRED}
    assert left == set(MembershipStatus) - {MembershipStatus.TRANSFERRED}


@pytest.mark.parametrize("status", MembershipStatus)
@pytest.mark.parametrize("category", PersonCategory)
def test_an_act_is_offered_to_whom_it_suits_only(status, category):
    member = Member(status=status, category=category)
    offered = {found.slug for found in acts_for(member, Acting(None))}
    assert offered == {found.slug for found in ACTS.values() if found.suits(member)}
    assert ("restore" in offered) == (status in GONE)


def test_what_the_committee_decides_is_not_offered_to_a_branch(candidate):
    class Branch:
        def can(self, power):
            return power is Power.KEEP_MEMBERSHIP

    assert [found.slug for found in acts_for(candidate, Branch())] == ["suspend", "decease"]


# ── 转正 ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_confirmed_member_counts_as_full_from_the_end_of_the_probation(college, candidate, by):
    member = act("confirm", candidate, by, on=END, document="示组〔2026〕30号")
    assert (member.category, member.confirmed_on, member.completeness) == ("1", END, 100)
    assert counters(college.staff)[:2] == (1, 0)
    row = Standing.objects.open().get(member=member)
    assert (row.begins_on, row.cause, row.document, row.by_name) == (TODAY, "预备党员转正", "示组〔2026〕30号", "周敏")
    record = Record.objects.get(action="members.confirm")
    assert record.changes == [["人员类别", "预备党员", "正式党员"], ["转正日期", "", "2026-11-20"]]
    assert sound() == [[], [], []]


def test_nobody_is_confirmed_before_the_probation_ends(candidate, by):
    assert (
        refused("confirm", candidate, by, on=END - datetime.timedelta(days=1))
        == "预备期到 2026-11-20 届满，不能提前转正"
    )


def test_without_a_date_of_admission_nobody_is_confirmed(college, by):
    member = MemberFactory(organization=college.staff, category="2")
    assert "请先补全入党日期" in refused("confirm", member, by)


def test_an_extension_moves_the_end_and_happens_once(candidate, by):
    member = act("extend", candidate, by, months=6)
    assert member.profile.probation_months == 6
    assert "预备期到 2027-05-20 届满" in refused("confirm", member, by)
    assert refused("extend", member, by, months=6) == "李思远的预备期已延长过一次，不能再次延长"


@pytest.mark.parametrize("months", (5, 13))
def test_an_extension_takes_half_a_year_to_a_year(candidate, by, months):
    assert refused("extend", candidate, by, months=months) == "延长预备期应为 6 至 12 个月"


# ── leaving and coming back ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("slug", "asked", "status"),
    (
        ("annul", {}, MembershipStatus.EXPELLED),
        ("suspend", {}, MembershipStatus.SUSPENDED),
        ("expel", {"expel_kind": "3"}, MembershipStatus.EXPELLED),
        ("decease", {}, MembershipStatus.DECEASED),
    ),
)
def test_who_leaves_counts_no_longer_and_history_says_why(college, candidate, by, slug, asked, status):
    member = act(slug, candidate, by, reason="支部大会决议", **asked)
    assert (member.status, counters(college.staff)) == (status, (0, 0, 0, 0))
    row = Standing.objects.open().get(member=member)
    cause = "劝退" if asked else ACTS[slug].label
    assert (row.cause, row.kind, row.reason) == (cause, ACTS[slug].kind, "支部大会决议")
    assert sound() == [[], [], []]


def test_whoever_holds_a_post_is_released_first(college, by):
    member = MemberFactory(organization=college.staff, name="李思远", complete=True)
    PostFactory(term=TermFactory(organization=college.staff), member=member)
    assert refused("decease", member, by) == "李思远现任教工支部书记，请先登记离任"


def test_two_years_without_contact_come_before_a_removal(candidate, by):
    member = act("suspend", candidate, by)
    assert "停止党籍满 2 年" in refused("expel", member, by, expel_kind="51")
    Standing.objects.open().update(begins_on=datetime.date(2024, 11, 27))
    assert act("expel", member, by, expel_kind="51").status == MembershipStatus.EXPELLED


def test_who_comes_back_counts_again_and_says_why(college, candidate, by):
    member = act("suspend", candidate, by)
    assert refused("resume", member, by, reason="") == "请填写原因"
    act("resume", member, by, reason="恢复联系")
    assert counters(college.staff)[:2] == (0, 1)


def test_a_former_member_is_restored_unless_admitted_anew(college, candidate, by):
    gone = act("expel", candidate, by, expel_kind="3")
    other = MemberFactory(organization=college.students, id_number=gone.unsealed_id_number())
    assert "该身份证号已存在于学生支部" in refused("restore", gone, by, reason="误操作")
    act("decease", other, by)
    assert act("restore", gone, by, reason="误操作").status == MembershipStatus.NORMAL
    assert sound() == [[], [], []]


# ── refusals of every act ───────────────────────────────────────────────────────────────────────────────


def test_days_to_come_and_days_before_the_admission_are_refused(candidate, by):
    assert refused("decease", candidate, by, on=TODAY + datetime.timedelta(days=1)) == "死亡日期不能晚于今天"
    assert (
        refused("decease", candidate, by, on=JOINED - datetime.timedelta(days=1))
        == "死亡日期不能早于入党日期（2025-11-20）"
    )


def test_an_act_that_does_not_suit_is_refused(college, by):
    member = MemberFactory(organization=college.staff, name="李思远")
    assert refused("confirm", member, by) == "李思远现为正式党员、党籍正常，不能办理预备党员转正"


def test_reach_power_and_version_are_asked_again(college, candidate):
    with pytest.raises(OutOfReach):
        act("decease", candidate, Acting(college.other))
    with pytest.raises(Stale):
        carry_out(ACTS["decease"], candidate, by=Acting(college.root), version=9, on=TODAY)
    powerless = Acting(college.root)
    powerless.can = lambda power: False
    with pytest.raises(PermissionDenied):
        act("decease", candidate, powerless)


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def general(client, college):
    return act_as(client, RoleGrantFactory(organization=college.general, kind=RoleKind.DISTRICT))


def test_the_lists_hold_their_people_with_what_can_be_done(general, college, candidate, by):
    MemberFactory(organization=college.artists, category="2", name="孙丽")
    suspended = MemberFactory(organization=college.staff, name="王𠮷", complete=True)
    act("suspend", suspended, by, reason="失去联系")
    gone = MemberFactory(organization=college.students, name="赵远", complete=True)
    act("expel", gone, by, expel_kind="3")
    page = general.get(reverse("members:probation"))
    assert [row.name for row in page.context["rows"]] == ["李思远"]
    for text in ("2026-11-20", "已届满", "预备党员转正", "延长预备期", "取消预备党员资格"):
        assert text in page.content.decode()
    page = general.get(reverse("members:suspended")).content.decode()
    assert ("王𠮷" in page, "失去联系" in page, "恢复党籍" in page, "赵远" in page) == (True, True, True, False)
    page = general.get(reverse("members:history")).content.decode()
    for text in ("赵远", "劝退", "周敏", "还原", gone.masked_id_number, "汉族 01"):
        assert text in page
    assert gone.unsealed_id_number() not in page


def test_pages_say_to_when_and_why_a_probation_is_put_off(general, candidate):
    MemberProfile.objects.create(member=candidate, probation_until=datetime.date(2027, 8, 30))
    away = {"procedure": "abroad", "state": "34", "began_on": datetime.date(2026, 3, 1)}
    Matter.objects.create(member=candidate, ends_on=datetime.date(2026, 12, 9), **away)
    row = general.get(reverse("members:probation")).context["rows"][0]
    assert (row.probation_end, row.due) == (datetime.date(2027, 8, 30), "")
    record = general.get(reverse("members:section", args=[candidate.pk, "membership"])).content.decode()
    for text in ("2025-11-20 至 2027-08-30", "出国（境）2026-03-01 至 2026-12-09（预计），顺延 283 天"):
        assert text in record
    form = general.get(reverse("members:carry_out", args=[candidate.pk, "confirm"])).context["form"]
    assert form["on"].value() == "2027-08-30"
    assert "2027-08-30（出国（境）顺延）" in general.get(reverse("members:print", args=[candidate.pk])).content.decode()


def test_a_name_narrows_a_list_without_standing_in_the_address(general, candidate):
    answer = general.post(reverse("members:probation"), {"name": "欧阳"}, follow=True)
    assert "没有符合条件的人员。" in answer.content.decode()
    assert "欧阳" not in answer.request["QUERY_STRING"]


def test_a_confirmation_goes_through_the_page(general, candidate):
    url = reverse("members:carry_out", args=[candidate.pk, "confirm"])
    form = general.get(url).context["form"]
    assert form["on"].value() == "2026-11-20"
    early = general.post(url, {"version": 1, "on": "2026-11-19"})
    assert (early.status_code, "不能提前转正" in early.content.decode()) == (422, True)
    answer = general.post(url, {"version": 1, "on": "2026-11-20", "document": "示组〔2026〕30号"}, follow=True)
    page = answer.content.decode()
    assert ("已办理预备党员转正：李思远" in page, "示组〔2026〕30号" in page) == (True, True)
    assert "不能办理预备党员转正" in general.get(url).content.decode()


def test_a_former_member_is_found_in_the_history(general, candidate):
    url = reverse("members:carry_out", args=[candidate.pk, "decease"])
    answer = general.post(url, {"version": 1, "on": "2026-11-26"}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("members:history")
    assert "李思远" in answer.content.decode()


@pytest.mark.parametrize("size", (1, 3))
def test_a_list_costs_the_same_with_one_row_and_with_three(general, college, django_assert_num_queries, size):
    for _ in range(size):
        MemberFactory(organization=college.staff, category="2", joined_on=JOINED)
    general.get(reverse("members:probation"))
    with django_assert_num_queries(8):
        general.get(reverse("members:probation"))


def test_the_workbook_of_history_holds_who_left_in_reach_masked(college, client):
    branch = RoleGrantFactory(organization=college.staff)
    gone = MemberFactory(organization=college.staff, name="李思远", complete=True)
    other = MemberFactory(organization=college.students, name="王小明", complete=True)
    for member in (gone, other):
        carry_out(ACTS["decease"], member, by=Acting(college.root), version=member.version, on=TODAY)
    act_as(client, branch)
    answer = client.get(reverse("members:export_history"))
    rows = list(load_workbook(BytesIO(b"".join(answer.streaming_content))).active.values)
    assert [row[0] for row in rows[1:]] == ["李思远"]
    assert gone.unsealed_id_number() not in str(rows)
    assert Record.objects.filter(action="members.export_history").exists()


def test_a_long_history_becomes_a_workbook_in_the_background(college, client, monkeypatch):
    monkeypatch.setattr(acts_pages, "EXPORT_AT_ONCE", 1)
    role = RoleGrantFactory(organization=college.staff)
    for name in ("李思远", "王𠮷"):
        member = MemberFactory(organization=college.staff, name=name, complete=True)
        carry_out(ACTS["decease"], member, by=Acting(college.root), version=member.version, on=TODAY)
    address = reverse("members:export_history")
    act_as(client, role)
    assert "共 2 行" in client.get(address).text
    assert client.post(address, {"form_key": fresh()}).url == Job.objects.get().get_absolute_url()
    run_waiting()
    answer = client.get(reverse("jobs:download", args=[Job.objects.get().uid]))
    rows = list(load_workbook(BytesIO(b"".join(answer.streaming_content))).active.values)
    assert {row[0] for row in rows[1:]} == {"李思远", "王𠮷"}


def test_the_list_apart_marks_those_whom_the_total_leaves_out(college, general, by):
    stopped = MemberFactory(organization=college.staff, name="王𠮷", complete=True)
    MemberFactory(organization=college.staff, name="李思远", complete=True)
    carry_out(ACTS["suspend"], stopped, by=by, version=stopped.version, on=TODAY, reason="失去联系")
    page = general.get(reverse("members:list", args=[college.staff.pk], query={"standing": "2"})).text
    assert page.count(">停止党籍</span>") == 1


def test_a_member_told_to_improve_stays_with_a_mark_and_an_end(client, college, by):
    """限期改正: at most a year, no change of the membership. Source: workflows.md 5.1."""
    member = MemberFactory(organization=college.staff, name="李思远", complete=True)
    assert "最晚为 2027-11-27" in refused("rectify", member, by, until=datetime.date(2027, 11, 28), reason="不履行义务")
    assert "请填写原因" in refused("rectify", member, by, until=datetime.date(2027, 5, 27))
    before = counters(college.staff)
    act("rectify", member, by, until=datetime.date(2027, 5, 27), reason="不履行义务", document="示委〔2026〕3号")
    member.refresh_from_db()
    assert (member.status, counters(college.staff), sound()) == ("1", before, [[], [], []])
    reader = act_as(client, RoleGrantFactory(organization=college.staff))
    assert "限期改正至 2027-05-27" in reader.get(member.get_absolute_url()).text
    section = reader.get(reverse("members:section", args=[member.pk, "membership"]))
    assert ("限期改正", "至 2027-05-27") in section.context["facts"]
    assert "rectify" not in {found.slug for found in section.context["acts"]}
