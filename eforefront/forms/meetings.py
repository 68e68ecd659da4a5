"""发起组织生活, and the filters of its list. Source: screens.md 3.3."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from eforefront import meeting_types
from eforefront.attendees import committee, enrolled
from eforefront.codes import MEETING_TYPES
from eforefront.forms.gatherings import LaunchFile, TypedTime
from eforefront.gatherings import GROUP_MEETING, HELD_STATES, OPEN_STATES, RECORD_HERE, REVIEW_HERE, Audience, Phase
from eforefront.models import Gathering, PartyGroup
from members.models import Member
from orgs.models import Organization
from partyplatform.audit import ActingRole
from partyplatform.ui.forms import CleanText, FilterForm, PlatformForm, TypedDate

USUAL_LENGTH = datetime.timedelta(hours=2)
FARTHEST = datetime.timedelta(days=731)
LAST_DAY = datetime.date(9000, 1, 1)
ASK = ("", "请选择")
BY_TYPE, YES, NO = "", "1", "0"


class MeetingForm(PlatformForm):
    """One meeting of one organisation; who is asked to come is fixed once it is announced."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    type = forms.ChoiceField(label="类型")
    topic = CleanText(label="主题", max_length=100)
    day = TypedDate(label="日期", help_text="可以填写过去的日期，会后补记")
    begins = TypedTime(label="开始时间")
    ends = TypedTime(label="结束时间", required=False, help_text="不填按 2 小时计")
    place = CleanText(label="地点", max_length=100)
    chair = CleanText(label="主持人", max_length=50)
    recorder = CleanText(label="记录人", max_length=50, required=False)
    agenda = CleanText(label="议程", max_length=1000, lines=True, required=False)
    audience = forms.ChoiceField(label="参加范围", widget=forms.RadioSelect)
    group = forms.TypedChoiceField(label="党小组", coerce=int, empty_value=None, required=False)
    chosen = forms.TypedMultipleChoiceField(
        label="指定人员", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    guests = CleanText(label="列席人员", max_length=300, required=False, help_text="姓名之间用顿号分开")
    is_study = forms.ChoiceField(
        label="学时",
        choices=((BY_TYPE, "按类型"), (YES, "计入学时"), (NO, "不计入学时")),
        required=False,
        help_text="按类型：党员大会、党小组会、党课、主题党日、理论学习计入",
    )
    notifies = forms.BooleanField(
        label="发送通知", required=False, help_text="发布后应到党员在首页和“我的组织生活”中看到"
    )

    file = LaunchFile()

    also_sent = ("verb",)

    def __init__(self, *args: Any, organization: Organization, meeting: Gathering | None = None, **kwargs: Any):
        self.meeting, self.organization = meeting, organization
        self.people = list(
            (enrolled if organization.is_branch else committee)(organization).order_by("name_pinyin", "pk")
        )
        self.groups = list(PartyGroup.objects.of(organization).living()) if organization.is_branch else []
        kwargs["initial"] = self._known() | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [ASK, *meeting_types.choices(organization)]
        self.fields["audience"].choices = self._audiences()
        self.fields["group"].choices = [ASK, *((group.pk, group.name) for group in self.groups)]
        self.fields["chosen"].choices = [(member.pk, member.name) for member in self.people]
        if meeting is not None:
            del self.fields["file"]  # its page takes files
        if meeting is not None and meeting.state != "1":
            for name in ("audience", "group", "chosen"):
                del self.fields[name]
        elif not self.groups:
            del self.fields["group"]

    def _audiences(self) -> list[tuple[str, str]]:
        taken = (Audience.EVERYBODY, Audience.COMMITTEE, *((Audience.GROUP,) if self.groups else ()), Audience.CHOSEN)
        here = taken if self.organization.is_branch else (Audience.COMMITTEE, Audience.CHOSEN)
        labels = {Audience.COMMITTEE: "支委" if self.organization.is_branch else "委员"}
        return [(each.value, labels.get(each, each.label)) for each in here]

    def _known(self) -> dict[str, Any]:
        meeting = self.meeting
        if meeting is None:
            usual = Audience.EVERYBODY if self.organization.is_branch else Audience.COMMITTEE
            return {"audience": usual.value, "notifies": True}
        begins, ends = timezone.localtime(meeting.begins_at), timezone.localtime(meeting.ends_at)
        plain = ("version", "type", "topic", "place", "chair", "recorder", "agenda", "audience", "guests", "notifies")
        usual_study = meeting.is_study == (meeting.type in meeting_types.STUDY)
        return {name: getattr(meeting, name) for name in plain} | {
            "day": begins.date(),
            "begins": begins.time(),
            "ends": ends.time(),
            "group": meeting.group_id,
            "chosen": [row.member_id for row in meeting.attendance.all()] if meeting.state == "1" else [],
            "is_study": BY_TYPE if usual_study else (YES if meeting.is_study else NO),
        }

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("day") and cleaned["day"] > timezone.localdate() + FARTHEST:
            self.add_error("day", ValidationError("日期不能晚于两年以后"))
        begins, ends = cleaned.get("begins"), cleaned.get("ends")
        if begins and ends and ends <= begins:
            self.add_error("ends", ValidationError("结束时间应晚于开始时间"))
        if begins and not ends and begins >= datetime.time(22):
            self.add_error("ends", ValidationError("请填写结束时间"))
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """What the services take: fields of `Gathering`, and `chosen` as members."""
        given = self.cleaned_data
        begins = timezone.make_aware(datetime.datetime.combine(given["day"], given["begins"]))
        ends = given["ends"] and timezone.make_aware(datetime.datetime.combine(given["day"], given["ends"]))
        names = ("type", "topic", "place", "chair", "recorder", "agenda", "guests", "notifies")
        study = given["is_study"]
        values = {name: given[name] for name in names} | {
            "begins_at": begins,
            "ends_at": ends or begins + USUAL_LENGTH,
            "is_study": study == YES or (study == BY_TYPE and given["type"] in meeting_types.STUDY),
        }
        if "audience" not in self.fields:
            return values
        group = next((group for group in self.groups if group.pk == given.get("group")), None)
        is_group, is_chosen = given["audience"] == Audience.GROUP, given["audience"] == Audience.CHOSEN
        picked = set(given["chosen"]) if is_chosen else set()
        return values | {
            "audience": given["audience"],
            "group": group if is_group else None,
            "chosen": self._people(picked),
        }

    def _people(self, picked: Iterable[int]) -> list[Member]:
        return [member for member in self.people if member.pk in picked]


class GroupMeetingForm(MeetingForm):
    """党小组会 as the leader of a group launches it: type and range are given."""

    def __init__(self, *args: Any, led: Sequence[PartyGroup], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.led = led
        for name in ("type", "audience", "chosen", *(("group",) if len(led) == 1 else ())):
            self.fields.pop(name, None)
        if "group" in self.fields:
            self.fields["group"].choices = [(group.pk, group.name) for group in led]

    def clean(self):
        return {"group": self.led[0].pk, **super().clean(), "type": GROUP_MEETING}

    @property
    def values(self) -> dict[str, Any]:
        group = next(group for group in self.led if group.pk == self.cleaned_data["group"])
        return super().values | {"audience": Audience.GROUP, "group": group, "chosen": ()}


STATES = (
    *Phase.choices,
    (HELD_STATES, "已开展（已记录、已审阅）"),
    (OPEN_STATES, "未结束（已发布、进行中）"),
    (RECORD_HERE, "待本组织记录"),
    (REVIEW_HERE, "待本组织审阅"),
)


class MeetingFilter(FilterForm):
    type = forms.ChoiceField(label="类型", choices=(ASK, *MEETING_TYPES.choices))
    state = forms.ChoiceField(label="状态", choices=(ASK, *STATES))
    since = TypedDate(label="日期从")
    until = TypedDate(label="日期至")
    place = CleanText(label="组织", max_length=50, widget=forms.TextInput(attrs={"placeholder": "搜索组织名称"}))
    topic = CleanText(label="主题", max_length=50)

    def narrow(self, rows: Any, role: ActingRole) -> Any:
        values = self.values
        for word in values.get("place", "").lower().split():
            rows = rows.filter(organization__search_text__contains=word)
        if "type" in values:
            rows = rows.filter(type=values["type"])
        if "state" in values:
            rows = rows.in_states(values["state"], role, timezone.now())
        if "topic" in values:
            rows = rows.filter(topic__contains=values["topic"])
        if "since" in values:
            rows = rows.filter(begins_at__gte=_midnight(values["since"]))
        if "until" in values:
            rows = rows.filter(begins_at__lt=_midnight(min(values["until"], LAST_DAY) + datetime.timedelta(days=1)))
        return rows

    def rows(self, role: ActingRole, *, many: bool) -> Any:
        """Return the meetings in reach the filters leave, the latest first."""
        return self.narrow(Gathering.objects.visible_to(role, many=many).of_kind("1"), role).newest_first()


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
