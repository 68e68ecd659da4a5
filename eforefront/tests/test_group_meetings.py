"""党小组会 kept by the leader of the group; who is told of a meeting; who joins and leaves. workflows.md 7.2."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.codes import RoleKind
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory, UserFactory
from eforefront.gathering_todos import todos
from eforefront.models import Attendance, Gathering, GatheringFile, GroupMember, PartyGroup
from eforefront.services import gatherings
from eforefront.tests.factories import HOUR, GatheringFactory
from eforefront.tests.test_gatherings import NOW
from members.models import Member
from members.services import members as roll
from members.tests.factories import MemberFactory
from orgs.tests.acting import Acting
from partyplatform.uploads.tests.pictures import jpg

pytestmark = pytest.mark.django_db
WORDS = {
    "topic": "学习讨论",
    "day": "2026-11-30",
    "begins": "14:00",
    "ends": "15:30",
    "place": "教研室",
    "chair": "李思远",
    "notifies": "on",
    "verb": "publish",
}
LIST = reverse("eforefront:group_meetings")


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def group(college):
    """第一党小组 of 教工支部, led by 李思远: 李思远, 周敏."""
    user = UserFactory(name="李思远")
    leader = Member.objects.get(name="李思远")
    Member.objects.filter(pk=leader.pk).update(user=user)
    made = PartyGroup.objects.create(organization=college.staff, name="第一党小组", leader=leader)
    for name in ("李思远", "周敏"):
        GroupMember.objects.create(group=made, member=Member.objects.get(name=name))
    role = RoleGrantFactory(organization=college.staff, kind=RoleKind.MEMBER, user=user, is_default=True)
    return SimpleNamespace(group=made, role=role, leader=leader)


def page(name, gathering, *more):
    return reverse(f"eforefront:group_meeting{name}", args=[gathering.pk, *more])


def lines(gathering, **states):
    rows = Attendance.objects.of(gathering)
    return {f"state_{row.member_id}": states.get(row.member.name, "1") for row in rows}


def test_a_leader_launches_holds_and_records(client, group, clock):
    reader = act_as(client, group.role)
    assert "党小组会" in reader.get(reverse("eforefront:my_meetings")).text
    file = jpg()
    answer = reader.post(reverse("eforefront:create_group_meeting"), WORDS | {"file": _upload(file)}, follow=True)
    made = Gathering.objects.get()
    assert (made.type, made.audience, made.group, made.state, made.due) == ("13", "3", group.group, "2", 2)
    assert "已发布：学习讨论" in answer.text
    assert b"Exif" in file
    assert b"Exif" not in GatheringFile.objects.of(made).get().content()
    changed = WORDS | {"place": "会议室", "version": made.version, "verb": ""}
    assert reader.post(page("_change", made), changed).url == page("", made)
    clock.move_to(made.ends_at + HOUR, tick=False)
    reader = act_as(client, group.role)
    made.refresh_from_db()
    record = {"content": "讨论了年度计划。", "verb": "submit", "version": made.version} | lines(made, 周敏="4")
    record |= {f"reason_{Member.objects.get(name='周敏').pk}": "出差"}
    assert reader.post(page("_record", made), record).url == page("", made)
    made.refresh_from_db()
    assert (made.state, made.present, made.place) == ("4", 1, "会议室")
    assert [row.gathering.topic for row in reader.get(LIST).context["rows"]] == ["学习讨论"]
    for name in ("", "_code", "_attach"):
        assert reader.get(page(name, made)).status_code == 200


def _upload(content):
    return SimpleUploadedFile("签到表.jpg", content, "image/jpeg")


def test_nobody_else_keeps_what_a_group_holds(client, group, college):
    made = GatheringFactory(
        organization=college.staff, type="13", audience="3", group=group.group, published=True, topic="小组会"
    )
    member = RoleGrantFactory(organization=college.staff, kind=RoleKind.MEMBER, user=UserFactory())
    assert act_as(client, member).get(page("", made)).status_code == 404
    assert act_as(client, member).get(LIST).status_code == 403
    with pytest.raises(PermissionDenied):
        gatherings.cancel(made, by=member, version=made.version, reason="不开了")
    other = GatheringFactory(organization=college.staff, published=True)
    assert act_as(client, group.role).get(page("_change", other)).status_code == 404
    with pytest.raises(PermissionDenied):
        gatherings.cancel(other, by=group.role, version=other.version, reason="不开了")
    PartyGroup.objects.filter(pk=group.group.pk).update(leader=None)
    assert act_as(client, group.role).get(page("", made)).status_code == 404


def counted(role):
    return sum(rows.count() for rows in todos(role))


def test_the_bell_counts_what_one_is_asked_to_what_is_to_write_and_to_review(client, group, college, clock):
    keeper = RoleGrantFactory(organization=college.staff, system="portal")
    above = RoleGrantFactory(organization=college.general, system="portal")
    made = GatheringFactory(organization=college.staff, published=True, topic="党员大会")
    assert [counted(role) for role in (group.role, keeper, above)] == [1, 0, 0]
    listed = act_as(client, group.role).get(reverse("eforefront:notices"))
    assert [row.gathering.topic for row in listed.context["asked"]] == ["党员大会"]
    clock.move_to(made.ends_at + HOUR, tick=False)
    assert [counted(role) for role in (group.role, keeper, above)] == [0, 1, 0]
    Gathering.objects.filter(pk=made.pk).update(state="4", recorded_at=NOW)
    assert [counted(role) for role in (group.role, keeper, above)] == [0, 0, 1]


def test_whoever_joins_is_due_and_whoever_leaves_is_not(college):
    made = GatheringFactory(organization=college.staff, published=True)
    later = GatheringFactory(organization=college.students, published=True)
    member = MemberFactory(organization=college.students, name="王新")
    roll.move(member, to=college.staff, by=Acting(college.root))
    made.refresh_from_db()
    later.refresh_from_db()
    assert (made.due, later.due) == (4, 1)
    assert Attendance.objects.get(gathering=later, member=member).excuse == "7"
    roll.move(Member.objects.get(pk=member.pk), to=college.students, by=Acting(college.root))
    made.refresh_from_db()
    later.refresh_from_db()
    assert (made.due, later.due) == (3, 2)
