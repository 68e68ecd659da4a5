"""支部活动 from the announcement to the points it gives. Source: screens.md 3.4; workflows.md 7.2."""

import datetime
import re
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.codes import RoleKind
from accounts.models import AccountNote
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from eforefront import activity_integrity, signing
from eforefront.gatherings import Audience, Kind
from eforefront.models import ActivityHours, Attendance, Enrolment, Gathering, ScoreEntry, ScoreYear, SignUp
from eforefront.services import activities as services
from eforefront.services import attending, gatherings, recording
from eforefront.tests.factories import GatheringFactory
from members.models import Member
from members.tests.factories import MemberFactory
from partyplatform.integrity import invariants
from partyplatform.ui.stale import OutOfReach

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 27, 1, 0, tzinfo=datetime.UTC)
CHECKED = {"活动报名", "活动名单", "活动服务时长", "分数"}


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def keeper(college):
    return RoleGrantFactory(organization=college.staff, system="portal")


@pytest.fixture
def people(college):
    """Five members of 教工支部 with accounts; `role` is how each acts."""
    found = []
    for name in ("周敏", "陈国栋", "李思远", "欧阳·娜", "王𠮷"):
        member = Member.objects.filter(name=name).first() or MemberFactory(organization=college.staff, name=name)
        role = RoleGrantFactory(organization=college.staff, kind=RoleKind.MEMBER, system="portal", user__name=name)
        Member.objects.filter(pk=member.pk).update(user=role.user)
        member = Member.objects.get(pk=member.pk)
        member.role = role
        found.append(member)
    return found


@pytest.fixture
def activity(college, keeper):
    """Tomorrow from nine to eleven, for two who sign up until this evening."""
    made = GatheringFactory(organization=college.staff, kind=Kind.ACTIVITY, type="2", audience=Audience.REGISTERED)
    services.set_up(made, by=keeper, asked={"closes_at": NOW + datetime.timedelta(hours=10), "places": 2})
    return gatherings.publish(made, by=keeper, version=made.version)


def enrol(activity, *people):
    return [services.enrol(activity, member, by=member.role).state for member in people]


def line(activity):
    rows = Enrolment.objects.of(activity).standing().order_by("pk")
    return [(row.member.name, row.get_state_display()) for row in rows]


def problems():
    return [text for check in invariants() if check.title in CHECKED for text in check.problems()]


def fresh(activity):
    return Gathering.objects.select_related("organization").get(pk=activity.pk)


def points(member):
    return ScoreYear.objects.filter(member=member).values_list("points", flat=True).first()


def hand_in(activity, keeper, clock, *, came, hours, **more):
    clock.move_to(activity.ends_at + datetime.timedelta(minutes=1), tick=False)
    activity = fresh(activity)
    rows = {row.member_id: {"state": came.get(row.member.name, "7")} for row in Attendance.objects.of(activity)}
    given = {row.member_id: hours.get(row.member.name) for row in Attendance.objects.of(activity)}
    words = {"version": activity.version, "content": "清理了街道。", "rows": rows, "hours": given}
    return services.hand_in(activity, by=keeper, **words | more)


def test_places_go_by_order_and_the_rest_wait(activity, people):
    assert enrol(activity, *people[:4]) == ["1", "1", "2", "2"]
    with pytest.raises(ValidationError, match="周敏已报名，不能重复报名"):
        enrol(activity, people[0])
    assert (SignUp.objects.get().taken, fresh(activity).due) == (2, 2)
    assert problems() == []


def test_the_first_who_waits_takes_the_place_and_is_told(activity, people):
    enrol(activity, *people[:4])
    services.withdraw(activity, people[3], by=people[3].role)
    services.withdraw(activity, people[0], by=people[0].role)
    assert line(activity) == [("陈国栋", "已报名"), ("李思远", "已报名")]
    assert AccountNote.objects.of(people[2].user).first().text.startswith("您已从候补递补参加活动")
    assert enrol(activity, people[0]) == ["2"]  # whoever comes back stands at the end
    assert problems() == []


def test_more_places_are_given_to_those_who_wait(activity, people, keeper):
    enrol(activity, *people[:4])
    with pytest.raises(ValidationError, match="人数上限不能少于该数"):
        services.set_up(activity, by=keeper, asked={"closes_at": activity.begins_at, "places": 1})
    services.set_up(activity, by=keeper, asked={"closes_at": activity.begins_at, "places": 3})
    assert [state for _, state in line(activity)] == ["已报名", "已报名", "已报名", "候补"]
    assert problems() == []


def test_after_the_closing_only_the_keeper_enters_members(activity, people, keeper, clock, college, roles):
    enrol(activity, people[0])
    clock.move_to(NOW + datetime.timedelta(hours=10), tick=False)
    with pytest.raises(ValidationError, match="报名已截止"):
        enrol(activity, people[1])
    assert services.enrol(activity, people[1], by=keeper).state == "1"
    with pytest.raises(PermissionDenied):
        services.enrol(activity, people[2], by=people[1].role)
    with pytest.raises(OutOfReach):
        services.enrol(activity, Member.objects.get(name="孙丽"), by=keeper)
    clock.move_to(activity.begins_at, tick=False)
    with pytest.raises(ValidationError, match="不能取消报名"):
        services.withdraw(activity, people[0], by=people[0].role)


def test_whoever_signed_in_is_taken_off_by_the_keeper_only(client, activity, people, keeper, clock):
    enrol(activity, *people[:3])
    came, waits = people[0], people[2]
    now = activity.begins_at - datetime.timedelta(minutes=30)
    clock.move_to(now, tick=False)
    address, ends = reverse("eforefront:my_activity", args=[activity.pk]), "取消报名"
    assert ends in act_as(client, came.role).get(address).text
    attending.sign(activity, came, by=came.role, code=signing.code(activity, now))
    assert ends not in act_as(client, came.role).get(address).text
    with pytest.raises(ValidationError, match="您已签到，不能取消报名"):
        services.withdraw(activity, came, by=came.role)
    services.withdraw(activity, came, by=keeper)
    assert line(activity) == [("陈国栋", "已报名"), (waits.name, "已报名")]
    assert problems() == []


def test_a_record_gives_points_and_taking_it_back_takes_them(activity, people, keeper, clock):
    enrol(activity, *people[:2])
    done = hand_in(activity, keeper, clock, came={"周敏": "1"}, hours={"周敏": Decimal("2.5")})
    assert (done.present, points(people[0]), points(people[1])) == (1, Decimal("2.3"), None)
    assert ScoreEntry.objects.get().source == "activity"
    back = recording.withdraw(done, by=keeper, version=done.version, reason="漏记")
    assert points(people[0]) == 0
    hand_in(back, keeper, clock, came={"周敏": "3", "陈国栋": "1"}, hours={"陈国栋": Decimal("1.0")})
    assert (points(people[0]), points(people[1])) == (Decimal("0.5"), Decimal("1.5"))
    assert ActivityHours.objects.get().member == people[1]
    assert problems() == []


def test_hours_are_for_those_who_came_and_a_summary_is_asked(activity, people, keeper, clock):
    enrol(activity, *people[:2])
    with pytest.raises(ValidationError, match="陈国栋没有出席，不能登记服务时长"):
        hand_in(activity, keeper, clock, came={"周敏": "1"}, hours={"陈国栋": Decimal(1)})
    with pytest.raises(ValidationError, match="请填写活动总结"):
        hand_in(activity, keeper, clock, came={"周敏": "1"}, hours={}, content="")
    assert not ActivityHours.objects.exists()


def test_a_meeting_gives_points_too(college, keeper, people, clock):
    meeting = GatheringFactory(organization=college.staff, type="14", published=True)
    clock.move_to(meeting.ends_at + datetime.timedelta(minutes=1), tick=False)
    rows = {row.member_id: {"state": "1"} for row in Attendance.objects.of(meeting)}
    recording.submit(meeting, by=keeper, version=meeting.version, content="党课", rows=rows)
    assert points(people[0]) == Decimal("1.0")


@pytest.mark.parametrize(
    ("asked", "told"),
    (
        ({"closes_at": None, "places": 2}, "请填写报名截止日期"),
        ({"closes_at": NOW + datetime.timedelta(days=9), "places": 2}, "不能晚于活动开始时间"),
    ),
)
def test_sign_up_closes_before_it_begins(activity, keeper, asked, told):
    with pytest.raises(ValidationError, match=told):
        services.set_up(activity, by=keeper, asked=asked)


def test_wrong_figures_are_found(activity, people):
    enrol(activity, *people[:3])
    SignUp.objects.update(taken=1, places=1)
    Attendance.objects.filter(member=people[0]).delete()
    assert problems() == [
        f"支部活动 {activity.pk}：已报名登记为 1 人，应为 2 人",
        f"支部活动 {activity.pk}：已报名 2 人，超过人数上限 1 人",
        f"支部活动 {activity.pk}：党员 {people[0].pk} 已报名，不在应到名单",
    ]


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────────

SENT = {
    "type": "2",
    "topic": "清扫校园",
    "day": "2026-11-28",
    "begins": "9:00",
    "place": "东门",
    "chair": "周敏",
    "audience": "5",
    "closes_on": "2026-11-27",
    "places": "2",
    "verb": "publish",
}


def test_an_activity_is_announced_joined_and_recorded_on_its_pages(client, keeper, people, clock):
    reader = act_as(client, keeper)
    create = reverse("eforefront:create_activity")
    refused = reader.post(create, SENT | {"closes_on": "", "topic": ""})
    assert (refused.status_code, "请填写报名截止日期" in refused.text) == (422, True)
    address = reader.post(create, SENT).url
    made = Gathering.objects.get()
    mine, detail = reverse("eforefront:my_activities"), reverse("eforefront:my_activity", args=[made.pk])
    for member, told in ((people[0], "已报名"), (people[1], "已报名"), (people[2], "候补")):
        own = act_as(client, member.role)
        assert detail in own.get(mine).text
        own.post(reverse("eforefront:my_enrol", args=[made.pk]))
        assert told in own.get(detail).text
    act_as(client, people[0].role).post(reverse("eforefront:my_withdraw", args=[made.pk]))
    reader = act_as(client, keeper)
    page = reader.get(address)
    assert "负责人" in page.text
    assert [row.get_state_display() for row in page.context["enrolments"]] == ["已报名", "已报名"]
    clock.move_to(made.ends_at + datetime.timedelta(minutes=1), tick=False)
    reader = act_as(client, keeper)
    record = reverse("eforefront:activity_record", args=[made.pk])
    sent = {"version": fresh(made).version, "content": "完成清扫。", "verb": "submit"}
    sent |= {f"state_{people[1].pk}": "1", f"state_{people[2].pk}": "7", f"hours_{people[1].pk}": "1.5"}
    assert reader.post(record, sent).url == address
    assert "合计 1.5 小时" in reader.get(address).text
    own = act_as(client, people[1].role)
    assert "完成清扫。" in own.get(detail).text
    assert "+1.8" in own.get(reverse("eforefront:own_scores")).text


def test_after_a_wrong_code_the_right_one_signs_in(client, activity, people, clock):
    enrol(activity, people[0])
    clock.move_to(activity.begins_at, tick=False)
    reader, address = act_as(client, people[0].role), reverse("eforefront:my_activity", args=[activity.pk])
    key = {"form_key": form_key(reader.get(address))}
    wrong = reader.post(address, key | {"code": "12"})
    assert (wrong.status_code, form_key(wrong) != key["form_key"]) == (422, True)
    reader.post(address, {"form_key": form_key(wrong), "code": signing.code(fresh(activity), activity.begins_at)})
    row = Attendance.objects.get(member=people[0])
    assert (row.state, row.wrong_codes) == ("1", 1)


def form_key(page):
    """The one-time key of the form of 签到, the last one on the page."""
    return re.findall(r'name="form_key" value="([^"]+)"', page.text)[-1]


def test_a_stranger_sees_no_activity_of_another_branch(client, activity, roles, college):
    other = RoleGrantFactory(organization=college.students, kind=RoleKind.MEMBER, system="portal")
    Member.objects.filter(name="孙丽").update(user=other.user)
    reader = act_as(client, other)
    assert reader.get(reverse("eforefront:my_activities")).context["offered"] == []
    for name in ("my_activity", "my_enrol"):
        address = reverse(f"eforefront:{name}", args=[activity.pk])
        answer = reader.post(address) if name == "my_enrol" else reader.get(address)
        assert answer.status_code == 404


@pytest.mark.parametrize("size", (1, 3))
def test_lists_cost_the_same_with_one_row_and_with_three(client, college, keeper, django_assert_num_queries, size):
    for _ in range(size):
        made = GatheringFactory(organization=college.staff, kind=Kind.ACTIVITY, type="2", audience=Audience.REGISTERED)
        services.set_up(made, by=keeper, asked={"closes_at": made.begins_at, "places": 2})
        gatherings.publish(made, by=keeper, version=made.version)
    member = MemberFactory(organization=college.staff)
    role = RoleGrantFactory(organization=college.staff, kind=RoleKind.MEMBER, system="portal")
    Member.objects.filter(pk=member.pk).update(user=role.user)
    for reader, name, count in ((keeper, "activities", 6), (role, "my_activities", 7)):
        address = reverse(f"eforefront:{name}")
        act_as(client, reader).get(address)
        with django_assert_num_queries(count):
            client.get(address)


def test_places_and_hours_unlike_the_list_are_found(activity, people):
    placed, waiting = people[:2]
    Enrolment.objects.create(gathering=activity, member=placed, state="1")
    Enrolment.objects.create(gathering=activity, member=waiting, state="2")
    row = Attendance.objects.create(gathering=activity, member=waiting)
    ActivityHours.objects.create(gathering=activity, member=waiting, hours=1)
    name = f"支部活动 {activity.pk}：党员"
    lists = {f"{name} {placed.pk} 已报名，不在应到名单", f"{name} {waiting.pk} 为候补，却在应到名单"}
    assert set(activity_integrity.whoever_has_a_place_is_due()) == lists
    assert list(activity_integrity.whoever_served_was_there()) == [f"{name} {waiting.pk} 未出席，却有服务时长"]
    row.state = "1"
    row.save(update_fields=["state"])
    assert list(activity_integrity.whoever_served_was_there()) == []
