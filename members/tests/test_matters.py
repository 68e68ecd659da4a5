"""The table of procedures and the service that carries it out. Source: workflows.md 3.4, 5.2 – 5.5, 11."""

import datetime
from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.powers import Power
from members import mobility_integrity
from members.acts import ACTS
from members.forms.matters import ASKED
from members.grounds import proposal
from members.integrity import counters_are_sums, scores_are_those_of_the_rules
from members.models import Matter, Member, MemberProfile
from members.procedures import ABROAD, FLOW, LOST, OPEN, PROCEDURES, RETENTION, State
from members.reminders import REMINDERS
from members.services import matters, pausing, records
from members.services.acts import carry_out
from members.services.matter_marks import end_with_transfer
from members.services.members import change_status
from members.tests.factories import MemberFactory
from orgs.tests.acting import Acting
from partyplatform.audit.models import Record
from partyplatform.ui.stale import OutOfReach, Stale

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 27)
DAY = datetime.date
MAY, LEAVING, COMING = DAY(2026, 5, 1), DAY(2026, 1, 10), DAY(2027, 1, 10)


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 27, 2, 0, tzinfo=datetime.UTC))


@pytest.fixture
def member(college):
    return MemberFactory(organization=college.staff, name="李思远", complete=True)


FLOWING = {"region": "310104", "scope": "1", "cause": "1", "host": "上海示例党支部", "contact_name": "王示例"}
GOING = {"way": "21", "country": "示例国", "contact_name": "王示例", "phone": "18088880000"}


def begin(procedure, verb, member, by, *, on, **asked):
    return matters.begin(procedure, procedure.event(verb), member, by=by, on=on, **asked)


def step(matter, verb, by, *, on=TODAY, **asked):
    matter.refresh_from_db()
    event = matter.rules.event(verb)
    return matters.advance(matter, event, by=by, version=matter.version, on=on if event.dated else None, **asked)


def refused(act, *arguments, **asked):
    with pytest.raises(ValidationError) as refusal:
        act(*arguments, **asked)
    return "；".join(refusal.value.messages)


def flow(member, by, on=MAY, **asked):
    return begin(FLOW, "register", member, by, on=on, **(FLOWING | asked))


def lost(member, by, on=MAY):
    return begin(LOST, "register", member, by, on=on, cause="6")


def abroad(member, by, *, on=LEAVING, until=COMING, verb="apply"):
    return begin(ABROAD, verb, member, by, on=on, ends_on=until, **GOING)


def kept(member, by, **dates):
    return step(step(abroad(member, by, **dates), "pass", by), "file", by)


def sound():
    checks = (
        *(mobility_integrity.marks_are_those_of_open_matters, mobility_integrity.matters_fit_their_members),
        *(counters_are_sums, scores_are_those_of_the_rules),
    )
    return [problem for check in checks for problem in check()]


# ── the table ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("procedure", PROCEDURES.values(), ids=PROCEDURES)
def test_every_open_state_can_be_left_and_no_final_one(procedure):
    left = {state for event in procedure.events for state in event.sources}
    assert left == {state for state in procedure.states if state in OPEN}
    assert {event.to for event in procedure.events if event.to} <= set(procedure.states)
    assert all(event.needs == Power.KEEP_MOBILITY and event.begins and event.dated for event in procedure.starts)


def test_every_event_is_named_in_the_audit_and_asks_for_fields_that_exist():
    for procedure in PROCEDURES.values():
        for event in procedure.events:
            action = f"members.{procedure.slug}_{event.verb}"
            assert Record(action=action).action_label != action
            assert set(event.fields) <= {*ASKED, "cause"}
        assert {procedure.mark, *procedure.mirrors} - {""} <= {field.name for field in Member._meta.fields}
        assert {*procedure.labels, *procedure.mirrors.values()} - {"phone"} <= {f.name for f in Matter._meta.fields}


# ── 流动 ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_flow_is_marked_in_the_record_counted_and_written_down(member, by):
    matter = flow(member, by, certificate="示流0001", phone="18088880000")
    member.refresh_from_db()
    assert (member.is_floating, member.floating_to, member.completeness) == (True, "310104", 100)
    assert (matter.state, matter.contact_due_on, matter.shown_phone) == (State.WAITING, DAY(2026, 11, 1), "180****0000")
    assert MemberProfile.objects.get(member=member).flow_certificate == "示流0001"
    changes = Record.objects.get(action="members.flow_register").changes
    assert ["外出流向", "", "上海市徐汇区"] in changes
    assert ["是否为流动党员", "否", "是"] in changes
    assert "18088880000" not in str(changes)
    assert sound() == []


def test_a_flow_goes_from_waiting_to_reported_to_returned(member, by):
    matter = step(flow(member, by), "report", by, on=DAY(2026, 6, 1), host="上海示例党支部", contact_name="王示例")
    assert (matter.state, matter.contact_due_on) == (State.REPORTED, DAY(2026, 12, 1))
    assert step(matter, "contact", by, note="电话联系").contact_due_on == DAY(2027, 5, 27)
    matter = step(matter, "return", by)
    assert (matter.state, matter.ended_on, matter.contact_due_on) == (State.RETURNED, TODAY, None)
    member.refresh_from_db()
    assert (member.is_floating, member.floating_to) == (False, "")
    assert [row.verb for row in matter.steps.order_by("pk")] == ["register", "report", "contact", "return"]
    assert sound() == []


def test_nobody_flows_out_twice_and_may_again_after_the_return(member, by):
    matter = flow(member, by)
    assert refused(flow, member, by) == "李思远的流动已登记且没有办结，不能重复登记"
    step(matter, "return", by)
    flow(member, by)
    assert Matter.objects.filter(member=member).count() == 2


def test_only_a_flow_nobody_has_reported_for_is_withdrawn(member, by):
    matter = step(flow(member, by), "report", by, on=TODAY, host="示例", contact_name="示例")
    with pytest.raises(Stale):
        step(matter, "withdraw", by, note="误登记")
    step(matter, "return", by)
    withdrawn = step(flow(member, by), "withdraw", by, note="误登记")
    assert (withdrawn.state, Matter.objects.filter(member=member).count()) == (State.WITHDRAWN, 2)


def test_whoever_is_suspended_or_gone_cannot_flow_and_an_open_flow_ends(member, by):
    flow(member, by)
    carry_out(ACTS["suspend"], member, by=by, version=Member.objects.get().version, on=TODAY)
    member.refresh_from_db()
    assert (member.is_floating, Matter.objects.get().state) == (False, State.ENDED)
    assert refused(flow, member, by) == "李思远的党籍状态为“停止党籍”，不能登记流动"
    assert "停止党籍的党员不能登记流动" in refused(
        records.update, member, by=by, version=member.version, values={"is_floating": True, "floating_to": "310104"}
    )
    assert sound() == []


def test_dates_and_order_of_a_flow_are_checked(member, by):
    assert refused(flow, member, by, on=DAY(2026, 11, 28)) == "流出日期不能晚于今天"
    matter = flow(member, by)
    assert "不能早于流出日期" in refused(step, matter, "contact", by, on=DAY(2026, 4, 1), note="电话")
    assert "不能晚于今天" in refused(step, matter, "return", by, on=DAY(2026, 11, 28))


def test_a_transfer_ends_a_flow_and_a_retention(member, by):
    flow(member, by)
    begin(RETENTION, "register", member, by, on=DAY(2026, 7, 1), ends_on=DAY(2028, 7, 1), contact_name="王示例")
    member.refresh_from_db()
    end_with_transfer(member, on=TODAY, by=by)
    assert set(Matter.objects.values_list("state", flat=True)) == {State.MOVED, State.TRANSFERRED}
    assert not member.is_floating


# ── 失联 ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_search_of_six_months_proposes_suspension_with_the_form_filled(member, by):
    matter = step(lost(member, by, on=DAY(2026, 5, 20)), "search", by, note="走访家人，没有找到")
    member.refresh_from_db()
    assert (member.is_lost, member.lost_since, matter.limit_on) == (True, DAY(2026, 5, 1), DAY(2026, 11, 1))
    assert list(REMINDERS["lost-limit"].in_reach(by, TODAY)) == [matter]
    filled = proposal("suspend", member, TODAY)
    assert filled == {"on": TODAY, "reason": "失去联系满 6 个月（2026-05 起，查找 1 次），仍无法取得联系"}
    carry_out(ACTS["suspend"], member, by=by, version=member.version, **filled)
    matter.refresh_from_db()
    assert (matter.state, matter.limit_on, matter.ended_on) == (State.STOPPED, DAY(2028, 11, 27), None)
    assert sound() == []
    assert proposal("expel", member, DAY(2028, 11, 27))["expel_kind"] == "51"
    assert list(REMINDERS["lost-stopped"].in_reach(by, DAY(2028, 11, 27))) == [matter]


def test_before_six_months_nothing_is_proposed(member, by):
    lost(member, by, on=DAY(2026, 6, 1))
    assert proposal("suspend", member, TODAY) == {}


def test_whoever_is_found_is_lost_no_longer_and_the_day_is_kept(member, by):
    matter = step(lost(member, by), "find", by, on=DAY(2026, 11, 20), note="本人来电")
    member.refresh_from_db()
    assert (member.is_lost, member.lost_since, matter.ended_on) == (False, None, DAY(2026, 11, 20))
    assert sound() == []


def test_resuming_a_membership_says_that_the_person_was_found(member, by):
    lost(member, by)
    carry_out(ACTS["suspend"], member, by=by, version=Member.objects.get().version, on=TODAY)
    back = Member.objects.get()
    carry_out(ACTS["resume"], back, by=by, version=back.version, on=TODAY, reason="已取得联系并核实")
    assert (Matter.objects.get().state, Member.objects.get().is_lost) == (State.FOUND, False)
    assert sound() == []


def test_everything_ends_with_the_membership(member, by):
    lost(member, by)
    kept(member, by)
    change_status(member, status="33", by=by)
    assert set(Matter.objects.values_list("state", flat=True)) == {State.ENDED}
    assert not Member.objects.get().is_lost
    assert sound() == []


# ── 出国（境） ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_long_stay_is_decided_by_the_level_above_and_filed(member, by):
    matter = abroad(member, by)
    assert (matter.state, list(Member.objects.paused())) == (State.ASKED, [])
    assert list(REMINDERS["abroad-asked"].in_reach(by, TODAY)) == [matter]
    matter = step(step(matter, "pass", by, document="示组〔2026〕1号"), "file", by)
    assert (matter.state, matter.limit_on, matter.contact_due_on) == (State.KEPT, DAY(2031, 1, 10), DAY(2026, 7, 10))
    assert list(Member.objects.paused()) == [member]
    matter = step(matter, "return", by, on=DAY(2026, 11, 20), talk_on=DAY(2026, 11, 25), talker="周敏")
    assert (matter.state, list(Member.objects.paused())) == (State.RETURNING, [member])
    assert matter.steps.get(verb="return").note == "2026-11-25 由周敏谈话"
    assert (step(matter, "resume", by).state, list(Member.objects.paused())) == (State.RESUMED, [])
    assert sound() == []


@pytest.fixture
def candidate(college):
    """A 预备党员 until 2026-12-01."""
    words = {"category": "2", "joined_on": DAY(2025, 12, 1), "confirmed_on": None}
    return MemberFactory(organization=college.staff, name="李思远", complete=True, **words)


def ends(member):
    """Return (the day the 预备期 is put off to, whether the reminder speaks of it)."""
    until = MemberProfile.objects.filter(member=member).values_list("probation_until", flat=True).first()
    return until, REMINDERS["probation"].rows(TODAY).filter(pk=member.pk).exists()


def test_six_months_abroad_put_the_probation_off_where_it_is_set(candidate, by, settings):
    reminded = None, True
    kept(candidate, by)
    assert ends(candidate) == reminded  # off
    assert (pausing.follow_absences(TODAY, lambda: None), ends(candidate)) == (0, reminded)
    settings.PROBATION_PAUSED_ABROAD = True
    assert pausing.follow_absences(TODAY, lambda: None) == 1
    assert ends(candidate) == (DAY(2027, 12, 1), False)  # the planned year
    matter = candidate.matters.get()
    step(matter, "extend", by, ends_on=DAY(2027, 2, 10))
    assert ends(candidate) == (DAY(2028, 1, 1), False)
    step(matter, "return", by, on=DAY(2026, 7, 10), talk_on=DAY(2026, 7, 12), talker="周敏")
    assert ends(candidate) == (DAY(2027, 5, 31), False)
    step(matter, "resume", by)  # 回国日期 counts, not the day this is agreed to
    assert ends(candidate) == (DAY(2027, 5, 31), False)
    changes = [record.changes for record in Record.objects.filter(action="members.put_probation_off").order_by("pk")]
    wanted = ["2026-12-01", "2027-12-01", "2028-01-01", "2027-05-31"]
    assert changes == [[["预备期止", *pair]] for pair in pairwise(wanted)]
    candidate.refresh_from_db()
    words = {"by": by, "version": candidate.version, "on": TODAY}
    assert "预备期到 2027-05-31 届满" in refused(carry_out, ACTS["confirm"], candidate, **words)
    member = carry_out(ACTS["extend"], candidate, months=6, **words)
    assert ends(member) == (DAY(2027, 11, 30), False)
    settings.PROBATION_PAUSED_ABROAD = False
    assert (pausing.follow_absences(TODAY, lambda: None), ends(candidate)) == (1, (None, False))
    assert sound() == []


def test_an_absence_counts_once_it_is_agreed_to_or_lasts_long_enough(candidate, by, settings):
    settings.PROBATION_PAUSED_ABROAD = True
    asked = abroad(candidate, by)
    assert ends(candidate) == (None, True)
    step(asked, "refuse", by, note="材料不全")
    noted = abroad(candidate, by, on=DAY(2026, 6, 1), until=DAY(2026, 11, 1), verb="note")
    assert (pausing.follow_absences(TODAY, lambda: None), ends(candidate)) == (0, (None, True))
    later = DAY(2026, 12, 1)  # a day less than planned for six months, and still away
    assert (pausing.follow_absences(later, lambda: None), ends(candidate)[0]) == (1, DAY(2027, 6, 2))
    assert pausing.follow_absences(later + datetime.timedelta(days=1), lambda: None) == 1
    assert ends(candidate)[0] == DAY(2027, 6, 3)
    assert Record.objects.filter(action="members.put_probation_off").count() == 1
    step(noted, "back", by, on=DAY(2026, 11, 20))
    assert ends(candidate) == (None, True)


@pytest.mark.parametrize(
    ("verb", "until", "sentence"),
    (
        ("note", DAY(2026, 3, 1), "不足 3 个月"),
        ("note", DAY(2026, 7, 10), "申请保留组织关系"),
        ("apply", DAY(2026, 7, 9), "报告短期出国"),
        ("apply", DAY(2031, 1, 11), "最晚为 2031-01-10"),
        ("apply", DAY(2026, 1, 10), "应晚于"),
    ),
)
def test_the_duration_says_which_paper_it_is(member, by, verb, until, sentence):
    assert sentence in refused(abroad, member, by, verb=verb, until=until)


def test_an_extension_comes_before_the_end_and_within_five_years(member, by):
    matter = kept(member, by)
    assert "最晚为 2031-01-10" in refused(step, matter, "extend", by, ends_on=DAY(2031, 2, 1))
    assert "应晚于原定的" in refused(step, matter, "extend", by, ends_on=DAY(2026, 12, 1))
    assert step(matter, "extend", by, ends_on=DAY(2028, 1, 10)).ends_on == DAY(2028, 1, 10)


def test_an_extension_after_the_end_is_refused(member, by):
    matter = kept(member, by, on=DAY(2025, 1, 10), until=DAY(2026, 1, 10))
    assert "延期应在期满前批准" in refused(step, matter, "extend", by, ends_on=DAY(2028, 1, 10))


def test_five_years_abroad_propose_suspension(member, by):
    matter = kept(member, by, on=DAY(2021, 11, 20), until=DAY(2026, 11, 20))
    assert list(REMINDERS["abroad-limit"].in_reach(by, TODAY)) == [matter]
    assert "出国（境）满 5 年未回国" in proposal("suspend", member, TODAY)["reason"]
    carry_out(ACTS["suspend"], member, by=by, version=Member.objects.get().version, on=TODAY)
    assert Matter.objects.get().state == State.ENDED


# ── 暂留 ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_retention_lasts_two_years_and_once_a_third(member, by):
    def retain(until):
        return begin(RETENTION, "register", member, by, on=DAY(2025, 7, 1), ends_on=until, contact_name="王示例")

    assert "最多暂留 2 年" in refused(retain, DAY(2027, 7, 2))
    matter = retain(DAY(2027, 2, 1))
    assert list(REMINDERS["retention-end"].in_reach(by, TODAY)) == [matter]
    assert "最多延长 1 年" in refused(step, matter, "extend", by, ends_on=DAY(2028, 7, 2), note="申请")
    assert step(matter, "extend", by, ends_on=DAY(2028, 7, 1), note="本人申请").limit_on == DAY(2028, 7, 1)
    assert "已延长过一次" in refused(step, matter, "extend", by, ends_on=DAY(2028, 7, 1), note="申请")
    assert step(matter, "transfer", by).state == State.TRANSFERRED


# ── the record itself ───────────────────────────────────────────────────────────────────────────────────


def test_the_record_and_the_procedures_cannot_contradict(member, by):
    def save(**values):
        member.refresh_from_db()
        return records.update(member, by=by, version=member.version, values=values)

    save(is_floating=True, floating_to="310104", is_lost=True, lost_since=DAY(2026, 5, 1))
    assert {row.procedure: row.state for row in Matter.objects.open()} == {"flow": "11", "lost": "21"}
    save(floating_to="320102", lost_since=DAY(2026, 7, 1))
    assert Matter.objects.get(procedure="flow").region == "320102"
    assert Matter.objects.get(procedure="lost").limit_on == DAY(2027, 1, 1)
    assert sound() == []
    save(is_floating=False, is_lost=False)
    assert {row.procedure: row.state for row in Matter.objects.all()} == {"flow": "88", "lost": "83"}
    assert sound() == []


def test_a_record_without_the_month_has_a_search_without_a_clock(member, by):
    records.update(member, by=by, version=member.version, values={"is_lost": True})
    assert Matter.objects.get().limit_on is None
    assert sound() == []


# ── who, and who was faster ─────────────────────────────────────────────────────────────────────────────


class Branch(Acting):
    def can(self, power):
        return power == Power.KEEP_MOBILITY


def test_a_branch_keeps_and_does_not_decide(college, member):
    branch = Branch(college.staff)
    matter = abroad(member, branch)
    with pytest.raises(PermissionDenied):
        step(matter, "pass", branch)


def test_another_branch_reaches_nothing(college, member, by):
    with pytest.raises(OutOfReach):
        flow(member, Branch(college.students))
    matter = flow(member, by)
    with pytest.raises(OutOfReach):
        step(matter, "return", Branch(college.students))


def test_of_two_decisions_one_wins(member, by):
    matter = abroad(member, by)
    version = matter.version
    matters.advance(matter, ABROAD.event("refuse"), by=by, version=version, note="材料不全")
    with pytest.raises(Stale):
        matters.advance(matter, ABROAD.event("pass"), by=by, version=version, on=TODAY)
    assert Matter.objects.get().state == State.REFUSED
