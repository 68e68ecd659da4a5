"""The table of states and the services that carry it out, for 组织生活 and 支部活动 alike. workflows.md 7.2, 7.3."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.tests.factories import UserFactory
from eforefront import gathering_integrity, signing, voting
from eforefront.attendees import entitled, whom
from eforefront.gatherings import STEPS, Actor, Audience, Kind, Phase, State, open_steps, phase
from eforefront.models import Attendance, Gathering, GatheringEvent, GroupMember, PartyGroup, Vote
from eforefront.services import attending, gatherings, recording
from eforefront.tests.factories import HOUR, GatheringFactory
from members.models import Member, Penalty, Post
from members.tests.factories import MemberFactory
from orgs.tests.acting import Acting
from partyplatform.audit.models import Record
from partyplatform.ui.stale import OutOfReach, Stale

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 27, 1, 0, tzinfo=datetime.UTC)  # nine o'clock in Beijing
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def keeper(college):
    return Acting(college.staff)


@pytest.fixture
def above(college):
    return Acting(college.general)


@pytest.fixture
def meeting(college):
    """An announced meeting of 教工支部 (three are due), from tomorrow at nine to eleven."""
    return GatheringFactory(organization=college.staff, published=True)


def fresh(gathering):
    return Gathering.objects.select_related("organization").get(pk=gathering.pk)


def with_account(member):
    """The member, acting with an account of their own."""
    member.user = UserFactory(name=member.name)
    member.save(update_fields=["user"])
    return Acting(member.organization, user_uid=str(member.user.uid), user_name=member.name)


def everybody(gathering, state="1", **others):
    """{member: what is put down}: one state for all, others by name."""
    rows = Attendance.objects.of(gathering)
    return {row.member_id: {"state": others.get(row.member.name, state)} for row in rows}


def held(gathering, clock, keeper, **others):
    """The gathering over, and its record handed in."""
    clock.move_to(gathering.ends_at + MINUTE, tick=False)
    gathering = fresh(gathering)
    words = {"version": gathering.version, "content": "传达学习。", "rows": everybody(gathering, **others)}
    return recording.submit(gathering, by=keeper, **words)


def refused(act, *arguments, **words):
    with pytest.raises(ValidationError) as refusal:
        act(*arguments, **words)
    return "；".join(refusal.value.messages)


# ── the table ────────────────────────────────────────────────────────────────────────────────────────────


def test_every_phase_is_reached_and_final_ones_lead_nowhere():
    reached = {Phase(step.to) for step in STEPS.values() if step.to} | {Phase.DRAFT, Phase.RUNNING, Phase.TO_RECORD}
    assert reached == set(Phase)
    assert [shown for shown in Phase if not any(shown in step.phases for step in STEPS.values())] == [
        Phase.REVIEWED,
        Phase.CANCELLED,
    ]


def test_the_clock_makes_three_states_of_one(meeting):
    shown = [
        phase(meeting, moment)
        for moment in (meeting.begins_at - MINUTE, meeting.begins_at, meeting.ends_at - MINUTE, meeting.ends_at)
    ]
    assert shown == [Phase.PUBLISHED, Phase.RUNNING, Phase.RUNNING, Phase.TO_RECORD]
    for moment in (meeting.begins_at - MINUTE, meeting.begins_at, meeting.ends_at):
        asked = phase(meeting, moment)
        assert [other for other in Phase if Gathering.objects.in_phase(other, moment).exists()] == [asked]


def test_what_can_be_done_is_read_from_the_table(meeting):
    verbs = [step.verb for step in open_steps(meeting, NOW)]
    assert verbs == ["change", "cancel", "leave", "sign", "mark"]
    assert {step.actor for step in open_steps(meeting, meeting.ends_at)} == {Actor.KEEPER}


# ── announcing ───────────────────────────────────────────────────────────────────────────────────────────


def test_announcing_asks_everybody_on_the_roll(college, meeting):
    rows = Attendance.objects.of(meeting)
    assert sorted((row.member.name, row.votes) for row in rows) == [
        ("周敏", True),
        ("李思远", False),
        ("陈国栋", True),
    ]
    assert (meeting.state, meeting.due, meeting.present) == (State.PUBLISHED, 3, 0)
    assert Record.objects.last().action == "eforefront.publish_gathering"


def test_no_vote_for_those_under_probation_within_the_party(college):
    member = Member.objects.get(name="陈国栋")
    Penalty.objects.create(member=member, kind="4", given_on="2026-01-01", authority="示范大学党委")
    meeting = GatheringFactory(organization=college.staff, published=True)
    assert Attendance.objects.get(gathering=meeting, member=member).votes is False


def test_a_committee_is_asked_for_its_own_meetings(college):
    meeting = GatheringFactory(organization=college.staff, type="12", audience=Audience.COMMITTEE, published=True)
    assert [(row.member.name, row.votes) for row in Attendance.objects.of(meeting)] == [("周敏", True)]
    Post.objects.filter(member__name="周敏").update(ended_on=NOW.date())
    assert whom(meeting) == []
    assert entitled(meeting, [Member.objects.get(name="周敏")]) == set()


def test_a_group_is_asked_for_its_own_meetings(college, keeper):
    group = PartyGroup.objects.create(organization=college.staff, name="第一党小组")
    GroupMember.objects.create(group=group, member=Member.objects.get(name="李思远"))
    meeting = GatheringFactory(organization=college.staff, type="13", audience="3", group=group, published=True)
    assert [row.member.name for row in Attendance.objects.of(meeting)] == ["李思远"]
    stranger = PartyGroup.objects.create(organization=college.students, name="第一党小组")
    words = {"type": "13", "audience": "3"}
    assert "本支部" in refused(GatheringFactory, organization=college.staff, group=stranger, **words)
    assert "请选择党小组" in refused(GatheringFactory, organization=college.staff, **words)


def test_whom_one_chose_is_asked(college):
    chosen = [Member.objects.get(name="陈国栋")]
    meeting = GatheringFactory(organization=college.staff, audience="4", chosen=chosen, published=True)
    assert [row.member for row in Attendance.objects.of(meeting)] == chosen
    assert "请选择人员" in refused(GatheringFactory, organization=college.staff, audience="4")


def test_nobody_is_asked_to_an_empty_group(college, keeper):
    draft = GatheringFactory(organization=college.students, type="12", audience="2")
    assert "没有党员" in refused(gatherings.publish, draft, by=Acting(college.students), version=draft.version)


def test_times_that_make_no_sense_are_refused(college):
    begins = NOW + HOUR
    assert "晚于" in refused(GatheringFactory, organization=college.staff, begins_at=begins, ends_at=begins)
    late = begins + datetime.timedelta(days=400)
    assert "31 天" in refused(GatheringFactory, organization=college.staff, begins_at=begins, ends_at=late)


def test_only_the_own_organisation_prepares_and_only_from_above_is_reviewed(college, keeper, above, meeting, clock):
    with pytest.raises(PermissionDenied):
        gatherings.cancel(meeting, by=above, version=meeting.version, reason="会议冲突")
    with pytest.raises(OutOfReach):
        gatherings.cancel(meeting, by=Acting(college.students), version=meeting.version, reason="会议冲突")
    record = held(meeting, clock, keeper)
    with pytest.raises(PermissionDenied):
        gatherings.review(record, by=keeper, version=record.version)
    assert gatherings.review(record, by=above, version=record.version).state == State.REVIEWED


def test_what_was_announced_can_be_moved_but_not_whom_it_asks(keeper, meeting):
    given = {"place": "第二会议室", "agenda": "一、学习\n二、表决", "audience": "2"}
    moved = gatherings.change(meeting, by=keeper, version=meeting.version, **given)
    assert (moved.place, moved.audience, moved.due) == ("第二会议室", "1", 3)
    told = GatheringEvent.objects.of(meeting).first().note
    assert "地点：第一会议室 → 第二会议室" in told
    assert "→ 一、学习 二、表决" in told


def test_calling_off_needs_a_reason(keeper, meeting):
    assert "取消原因" in refused(gatherings.cancel, meeting, by=keeper, version=meeting.version, reason="")
    called_off = gatherings.cancel(meeting, by=keeper, version=meeting.version, reason="上级会议冲突")
    assert (called_off.state, called_off.reason) == (State.CANCELLED, "上级会议冲突")
    with pytest.raises(Stale):
        gatherings.publish(called_off, by=keeper, version=called_off.version)


# ── those due ────────────────────────────────────────────────────────────────────────────────────────────


def test_leave_is_asked_for_beforehand_with_a_reason(meeting, clock):
    member = Member.objects.get(name="李思远")
    by = with_account(member)
    assert "原因" in refused(attending.ask_leave, meeting, member, by=by, state="5", reason="")
    row = attending.ask_leave(meeting, member, by=by, state="5", reason="外地出差")
    assert (row.shown_state, row.reason) == ("事假", "外地出差")
    clock.move_to(meeting.begins_at, tick=False)
    assert "不能请假" in refused(attending.ask_leave, meeting, member, by=by, state="4", reason="生病")


def test_nobody_signs_or_excuses_another(meeting):
    by = with_account(Member.objects.get(name="李思远"))
    other = Member.objects.get(name="陈国栋")
    with pytest.raises(OutOfReach):
        attending.ask_leave(meeting, other, by=by, state="5", reason="出差")
    outsider = Member.objects.get(name="孙丽")
    with pytest.raises(OutOfReach):
        attending.sign(meeting, outsider, by=with_account(outsider), code="000000")


def test_the_code_of_the_minute_signs_in(meeting, clock):
    member = Member.objects.get(name="李思远")
    by = with_account(member)
    code = signing.code(meeting, NOW)
    assert "1 小时" in refused(attending.sign, meeting, member, by=by, code=code)
    clock.move_to(meeting.begins_at - HOUR, tick=False)
    shown = signing.code(meeting, meeting.begins_at - HOUR)
    clock.shift(61)  # the code of the minute before still counts, as it was read
    row = attending.sign(meeting, member, by=by, code=f" {shown[:3]} {shown[3:]}")
    assert (row.state, fresh(meeting).present) == ("1", 1)
    assert attending.sign(meeting, member, by=by, code="wrong").state == "1"
    assert fresh(meeting).present == 1


def test_old_codes_and_late_comers(meeting, clock):
    member = Member.objects.get(name="李思远")
    by = with_account(member)
    old = signing.code(meeting, meeting.begins_at)
    clock.move_to(meeting.begins_at + 20 * MINUTE, tick=False)
    assert attending.sign(meeting, member, by=by, code=old) is None
    now = signing.code(meeting, meeting.begins_at + 20 * MINUTE)
    assert attending.sign(meeting, member, by=by, code=now).shown_state == "迟到"


def test_guessing_codes_ends(meeting, clock):
    member = Member.objects.get(name="李思远")
    by = with_account(member)
    clock.move_to(meeting.begins_at, tick=False)
    right = signing.code(meeting, meeting.begins_at)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    for _ in range(attending.CODES_TRIED):
        assert attending.sign(meeting, member, by=by, code=wrong) is None
    assert "次数过多" in refused(attending.sign, meeting, member, by=by, code=right)


def test_the_keeper_marks_by_hand_from_an_hour_before(keeper, meeting, clock):
    rows = everybody(meeting, **{"李思远": "4"})
    words = {"by": keeper, "version": meeting.version, "rows": rows}
    assert "1 小时" in refused(attending.mark, meeting, **words)
    clock.move_to(meeting.begins_at - HOUR, tick=False)
    marked = attending.mark(meeting, **words)
    assert (marked.due, marked.present) == (3, 2)
    assert {row.signed_at for row in Attendance.objects.of(meeting) if row.is_present} == {meeting.begins_at - HOUR}
    stranger = {Member.objects.get(name="孙丽").pk: {"state": "1"}}
    assert "名单" in refused(attending.mark, marked, by=keeper, version=marked.version, rows=stranger)
    assert "列表" in refused(
        attending.mark, marked, by=keeper, version=marked.version, rows={pk: {"state": "2"} for pk in rows}
    )


# ── the record ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_record_needs_content_and_everybody(keeper, meeting, clock):
    with pytest.raises(Stale):
        recording.submit(meeting, by=keeper, version=meeting.version, content="学习。")
    clock.move_to(meeting.ends_at, tick=False)
    words = {"by": keeper, "version": meeting.version}
    text = refused(recording.submit, meeting, content=" ", **words)
    assert "会议内容" in text
    assert "陈国栋" in text
    record = held(meeting, clock, keeper, 李思远="5")
    assert (record.state, record.due, record.present, record.rate) == (State.RECORDED, 3, 2, 66)
    assert record.is_late_entry is False


def test_a_meeting_of_the_past_is_marked_as_entered_late(college, keeper, clock):
    long_ago = NOW - datetime.timedelta(days=45)
    meeting = GatheringFactory(organization=college.staff, begins_at=long_ago, published=True)
    assert phase(meeting, NOW) == Phase.TO_RECORD
    words = {"by": keeper, "version": meeting.version, "content": "学习。", "rows": everybody(meeting)}
    assert recording.submit(meeting, **words).is_late_entry is True
    assert not Attendance.objects.of(meeting).exclude(signed_at=None).exists()  # 签到 was never open


def test_a_record_goes_back_and_forth(college, keeper, above, meeting, clock):
    record = held(meeting, clock, keeper)
    assert "退回原因" in refused(gatherings.send_back, record, by=above, version=record.version, reason="")
    back = gatherings.send_back(record, by=above, version=record.version, reason="缺少决议")
    assert (back.status.label, [tag.label for tag in back.marks]) == ("待记录", ["已退回"])
    again = recording.submit(
        back, by=keeper, version=back.version, content="学习。", resolution="同意。", rows=everybody(back)
    )
    assert (again.state, again.reason) == (State.RECORDED, "")
    taken = recording.withdraw(again, by=keeper, version=again.version, reason="补充发言")
    assert taken.status.label == "待记录"
    labels = [event.label for event in GatheringEvent.objects.of(meeting)]
    assert labels == ["撤回记录", "提交记录", "退回", "提交记录", "发布", "拟稿"]


def test_two_at_once_one_wins(above, keeper, meeting, clock):
    record = held(meeting, clock, keeper)
    gatherings.review(record, by=above, version=record.version)
    with pytest.raises(Stale):
        gatherings.send_back(record, by=above, version=record.version, reason="缺少决议")


# ── votes ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("due", "present", "agree", "admits", "counts", "passes"),
    (
        (10, 5, 5, False, True, False),  # half are there; half of those due is not more than half
        (10, 5, 5, True, False, False),  # 接收 and 转正 ask for more than half
        (10, 6, 6, True, True, True),
        (10, 10, 6, False, True, True),
        (10, 9, 5, False, True, False),  # more than half of those present, not of those due
        (10, 4, 4, False, False, False),
        (0, 0, 0, False, False, False),
    ),
)
def test_votes_are_counted_by_those_due(due, present, agree, admits, counts, passes):
    outcome = voting.counting(due=due, present=present, agree=agree, admits=admits)
    assert (outcome.is_valid, outcome.is_passed) == (counts, passes)
    assert bool(outcome.why) == (not passes)


def take(meeting, keeper, **figures):
    words = {"subject": "通过年度工作计划", "agree": 0, "against": 0, "abstain": 0} | figures
    return recording.take_vote(meeting, by=keeper, version=meeting.version, **words)


def test_a_vote_takes_its_due_from_the_rows(college, keeper, meeting, clock):
    """周敏 and 陈国栋 have a vote, 李思远 (预备党员) has none."""
    clock.move_to(meeting.ends_at, tick=False)
    marked = attending.mark(meeting, by=keeper, version=meeting.version, rows=everybody(meeting))
    assert "超过" in refused(take, marked, keeper, agree=3)
    voted = take(marked, keeper, agree=2)
    vote = Vote.objects.get()
    assert (vote.due, vote.present, vote.result.label) == (2, 2, "通过")
    rows = everybody(meeting, **{"陈国栋": "5"})
    assert "超过" in refused(attending.mark, voted, by=keeper, version=voted.version, rows=rows)
    gone = recording.drop_vote(vote, by=keeper, version=fresh(voted).version)
    assert (Vote.objects.count(), gone.events.first().label) == (0, "删除表决")


def test_written_opinions_count_as_votes(keeper, meeting, clock):
    clock.move_to(meeting.ends_at, tick=False)
    marked = attending.mark(meeting, by=keeper, version=meeting.version, rows=everybody(meeting, 陈国栋="5"))
    take(marked, keeper, agree=2, written=1)
    assert Vote.objects.get().result.label == "通过"
    assert "应到有表决权" in refused(take, fresh(marked), keeper, agree=2, written=2)


def test_those_taken_out_by_consent_are_not_due_and_the_old_are(keeper, meeting, clock):
    clock.move_to(meeting.ends_at, tick=False)
    who = Member.objects.get(name="陈国栋").pk
    rows = everybody(meeting) | {who: {"state": "7", "excuse": "3", "reason": "上级党组织同意"}}
    marked = attending.mark(meeting, by=keeper, version=meeting.version, rows=rows)
    assert (marked.due, attending.voters(marked)) == (2, (1, 1))
    old = everybody(meeting) | {who: {"state": "", "excuse": "1"}}
    marked = attending.mark(marked, by=keeper, version=marked.version, rows=old)
    assert "计入应到" in refused(take, marked, keeper, agree=1)


def test_what_does_not_vote_has_no_votes(college, keeper, clock):
    lesson = GatheringFactory(organization=college.staff, type="14", published=True)
    assert not Attendance.objects.filter(gathering=lesson, votes=True).exists()
    clock.move_to(lesson.ends_at, tick=False)
    assert "不登记表决" in refused(take, lesson, keeper)


def test_an_activity_is_entered_one_by_one(college):
    activity = GatheringFactory(
        organization=college.staff, kind=Kind.ACTIVITY, type="2", audience=Audience.REGISTERED, published=True
    )
    assert activity.due == 0
    attending.enter(activity, Member.objects.get(name="李思远"))
    attending.enter(activity, Member.objects.get(name="李思远"))
    assert fresh(activity).due == 1


def test_who_left_is_found_no_more_but_stays_on_the_list(college, meeting):
    MemberFactory(organization=college.staff, name="王新")
    assert meeting.due == 3
    assert len(whom(meeting)) == 4


def test_figures_unlike_the_list_are_found(college):
    GatheringFactory(organization=college.staff, published=True)
    meeting = GatheringFactory(organization=college.staff, published=True)
    due = meeting.attendance.update(votes=True)
    vote = Vote.objects.create(gathering=meeting, subject="议题", due=due, present=0, agree=0, against=0, abstain=0)
    assert [*gathering_integrity.figures_are_sums(), *gathering_integrity.votes_agree_with_rows()] == []
    Gathering.objects.filter(pk=meeting.pk).update(due=due + 1)
    Vote.objects.filter(pk=vote.pk).update(due=due + 1)
    told = f"应到 {due + 1}、实到 0，名单为 {due}、0"
    assert list(gathering_integrity.figures_are_sums()) == [f"组织生活 {meeting.pk}：{told}"]
    assert list(gathering_integrity.votes_agree_with_rows()) == [f"表决 {vote.pk}：{told}"]
