"""Pages of 组织生活: list, 发起, record, 签到, 请假. Source: screens.md 3.3."""

import datetime
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.codes import RoleKind, System
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory, UserFactory
from eforefront import signing
from eforefront.models import Attendance, Gathering, GatheringFile
from eforefront.tests.factories import HOUR, GatheringFactory
from eforefront.tests.test_gatherings import NOW
from members.models import Member
from partyplatform.uploads.tests.pictures import jpg

pytestmark = [pytest.mark.django_db, pytest.mark.looks]
LIST = reverse("eforefront:meetings")
MINE = reverse("eforefront:my_meetings")


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def people(college):
    """The portal roles of the branch, the general branch above it, and of 李思远 as a member."""
    user = UserFactory(name="李思远")
    Member.objects.filter(name="李思远").update(user=user)
    return SimpleNamespace(
        branch=RoleGrantFactory(organization=college.staff, system=System.PORTAL),
        above=RoleGrantFactory(organization=college.general, system=System.PORTAL),
        member=RoleGrantFactory(organization=college.staff, kind=RoleKind.MEMBER, user=user, is_default=True),
    )


@pytest.fixture
def meeting(college):
    return GatheringFactory(organization=college.staff, published=True)


def page(name, gathering):
    return reverse(f"eforefront:{name}", args=[gathering.pk])


WORDS = {
    "type": "11",
    "topic": "讨论年度计划",
    "day": "2026-11-30",
    "begins": "14：00",
    "ends": "1530",
    "place": "会议室",
    "chair": "周敏",
    "audience": "1",
    "notifies": "on",
}


def test_a_meeting_is_launched_and_announced(client, people, caplog):
    reader = act_as(client, people.branch)
    answer = reader.post(reverse("eforefront:create_meeting"), WORDS | {"verb": "publish"}, follow=True)
    made = Gathering.objects.get()
    assert (made.when, made.state, made.due, made.is_study) == ("2026-11-30 14:00–15:30", "2", 3, True)
    assert "已发布：讨论年度计划" in answer.text
    assert [row.topic for row in reader.get(LIST).context["rows"]] == ["讨论年度计划"]
    assert "ignored" not in caplog.text  # the button is no field to be warned of


def test_the_form_says_what_is_missing(client, people):
    reader = act_as(client, people.branch)
    answer = reader.post(
        reverse("eforefront:create_meeting"), WORDS | {"ends": "13:00", "topic": "", "day": "2026-13-1"}
    )
    assert answer.status_code == 422
    for text in ("结束时间应晚于开始时间", "请填写主题", "没有“2026-13-1”这一天"):
        assert text in answer.text


def test_a_draft_is_seen_by_its_own_branch_only(client, college, people):
    draft = GatheringFactory(organization=college.staff)
    assert act_as(client, people.branch).get(page("meeting", draft)).status_code == 200
    reader = act_as(client, people.above)
    assert reader.get(page("meeting", draft)).status_code == 404
    assert list(reader.get(LIST).context["rows"]) == []


@pytest.mark.parametrize("count", (1, 3))
def test_a_list_costs_the_same_whatever_it_holds(client, college, people, count, django_assert_num_queries):
    for _ in range(count):
        GatheringFactory(organization=college.staff, published=True)
    reader = act_as(client, people.above)
    reader.get(LIST)
    with django_assert_num_queries(7):
        assert len(reader.get(LIST).context["rows"]) == count


def test_the_list_is_filtered_by_type_state_day_and_organisation(client, college, people, meeting):
    other = GatheringFactory(organization=college.students, type="14", topic="党课", published=True)
    reader = act_as(client, people.above)

    def found(**query):
        return [row.pk for row in reader.get(LIST, query).context["rows"]]

    assert sorted(found()) == [meeting.pk, other.pk]
    assert found(type="14") == [other.pk]
    assert found(place="教工") == [meeting.pk]
    assert found(state="22") == []
    assert found(state="2", since="2026-11-28", until="2026-11-28", type="11") == [meeting.pk]
    assert found(until="9999-12-31", topic="党课") == [other.pk]


def test_the_record_is_written_kept_and_handed_in(client, people, meeting, clock, caplog):
    clock.move_to(meeting.ends_at, tick=False)
    reader, address = act_as(client, people.branch), page("meeting_record", meeting)
    form = reader.get(address)
    assert "一、会议议题" in form.text
    who = {row.member.name: row.member_id for row in Attendance.objects.of(meeting)}
    words = {"version": meeting.version, "content": "讨论。", "rest": "on", f"state_{who['李思远']}": "5"}
    answer = reader.post(address, words | {"verb": "save"}, follow=True)
    assert "已暂存" in answer.text
    words |= {"version": Gathering.objects.get().version, "verb": "submit", f"reason_{who['李思远']}": "出差"}
    assert reader.post(address, {**words, "content": ""}).status_code == 422
    reader.post(address, words)
    record = Gathering.objects.get()
    assert (record.state, record.due, record.present) == ("4", 3, 2)
    assert "ignored" not in caplog.text
    assert reader.post(address, words).status_code == 409


def test_the_level_above_reviews_or_gives_back(client, people, meeting, clock):
    Gathering.objects.filter(pk=meeting.pk).update(state="4", recorded_at=NOW, content="讨论。")
    reader = act_as(client, people.above)
    assert [offer.step.verb for offer in reader.get(page("meeting", meeting)).context["offers"]] == [
        "review",
        "send_back",
    ]
    back = reverse("eforefront:meeting_act", args=[meeting.pk, "send_back"])
    assert reader.post(back, {"version": meeting.version}).status_code == 422
    assert reader.post(back, {"version": meeting.version, "reason": "缺少决议"}).status_code == 302
    assert Gathering.objects.get().reason == "缺少决议"


def test_a_member_sees_asks_leave_and_signs(client, people, meeting, clock):
    reader, address = act_as(client, people.member), page("my_meeting", meeting)
    assert [row.gathering for row in reader.get(MINE).context["rows"]] == [meeting]
    assert reader.post(page("my_leave", meeting), {"state": "5", "reason": "出差"}, follow=True).status_code == 200
    assert Attendance.objects.get(member__name="李思远").reason == "出差"
    clock.move_to(meeting.begins_at - HOUR, tick=False)
    reader = act_as(client, people.member)
    wrong = reader.post(address, {"code": "12"})
    assert (wrong.status_code, Attendance.objects.get(member__name="李思远").wrong_codes) == (422, 1)
    code = signing.code(meeting, meeting.begins_at - HOUR)
    assert f'value="{code}"' in reader.get(address, {"code": code}).text
    assert "已签到（出席）" in reader.post(address, {"code": code}, follow=True).text
    assert Gathering.objects.get().present == 1


def test_the_code_on_the_spot_renews_itself(client, people, meeting, clock):
    reader, address = act_as(client, people.branch), page("meeting_code", meeting)
    assert "Refresh" not in reader.get(address).headers
    clock.move_to(meeting.begins_at, tick=False)
    answer = act_as(client, people.branch).get(address)
    code = signing.code(meeting, meeting.begins_at)
    assert f"{code[:3]} {code[3:]}" in answer.text
    assert answer.headers["Refresh"] == "61"


def test_a_photograph_is_kept_without_what_the_camera_noted(client, people, meeting):
    reader = act_as(client, people.branch)
    upload = SimpleUploadedFile("现场.jpg", jpg(), "image/jpeg")
    answer = reader.post(page("meeting_attach", meeting), {"file": upload, "is_photo": "on"}, follow=True)
    photo = GatheringFile.objects.of(meeting).get()
    assert (photo.original_name, photo.thumbnail.is_photo) == ("现场.jpg", True)
    assert reverse("eforefront:gathering_picture", args=[photo.thumbnail.uid]) in answer.text
    assert b"Exif" not in photo.content()
    text = SimpleUploadedFile("现场.jpg", b"<svg/>", "image/jpeg")
    assert reader.post(page("meeting_attach", meeting), {"file": text, "is_photo": "on"}).status_code == 422
    member = act_as(client, people.member)
    assert member.get(reverse("eforefront:gathering_file", args=[photo.uid])).status_code == 200


def test_a_double_click_launches_one_meeting(client, people):
    reader = act_as(client, people.branch)
    words = WORDS | {"form_key": "A" * 22, "verb": "save"}
    address = reverse("eforefront:create_meeting")
    first, second = reader.post(address, words), reader.post(address, words)
    assert (first.url, Gathering.objects.count()) == (second.url, 1)


def test_names_with_rare_characters_and_the_far_future(client, people):
    reader = act_as(client, people.branch)
    address = reverse("eforefront:create_meeting")
    reader.post(address, WORDS | {"chair": "王𠮷·娜", "topic": "=1+1"})
    assert Gathering.objects.get().chair == "王𠮷·娜"
    assert "两年" in reader.post(address, WORDS | {"day": "9999-12-31"}).text
    assert datetime.date(2026, 11, 30) == Gathering.objects.get().begins_at.date()
