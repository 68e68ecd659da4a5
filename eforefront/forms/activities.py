"""Forms and filters of 支部活动. Source: screens.md 3.4."""

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from eforefront.attendees import committee, enrolled
from eforefront.codes import ACTIVITY_TYPES
from eforefront.forms.gatherings import LaunchFile, RecordForm, TypedTime
from eforefront.forms.meetings import MeetingFilter
from eforefront.gatherings import Audience, Kind
from eforefront.models import ActivityHours, Gathering, SignUp
from members.models import Member
from orgs.models import Organization
from partyplatform.audit import ActingRole
from partyplatform.ui.forms import CleanText, PlatformForm, TypedDate, TypedNumber
from partyplatform.ui.picking import PickField, Picks

ASK = ("", "请选择")
USUAL_LENGTH = datetime.timedelta(hours=2)
FARTHEST = datetime.timedelta(days=731)


class ActivityForm(PlatformForm):
    """One activity; who may come is fixed once it is announced, until when and for how many is not."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    type = forms.ChoiceField(label="类型", choices=(ASK, *ACTIVITY_TYPES.choices))
    topic = CleanText(label="主题", max_length=100)
    day = TypedDate(label="日期", help_text="可以填写过去的日期，活动后补记")
    begins = TypedTime(label="开始时间")
    ends = TypedTime(label="结束时间", required=False, help_text="不填按 2 小时计")
    place = CleanText(label="地点", max_length=100)
    chair = CleanText(label="负责人", max_length=50)
    recorder = CleanText(label="记录人", max_length=50, required=False)
    agenda = CleanText(label="活动安排", max_length=1000, lines=True, required=False)
    audience = forms.ChoiceField(label="参加范围", widget=forms.RadioSelect)
    closes_on = TypedDate(label="报名截止日期", required=False, help_text="参加范围为“报名参加”时填写")
    closes_at = TypedTime(label="报名截止时间", required=False, help_text="不填按当日 24 时，不晚于活动开始")
    places = forms.IntegerField(
        label="人数上限", min_value=1, max_value=5000, required=False, help_text="不填为不限；满员后转为候补"
    )
    chosen = forms.TypedMultipleChoiceField(
        label="指定人员", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    guests = CleanText(label="其他参加人员", max_length=300, required=False, help_text="姓名之间用顿号分开")
    notifies = forms.BooleanField(label="发送通知", required=False, help_text="发布后党员在首页和“我的活动”中看到")
    file = LaunchFile()

    also_sent = ("verb",)

    def __init__(self, *args: Any, organization: Organization, activity: Gathering | None = None, **kwargs: Any):
        self.activity = activity
        choose_from = enrolled if organization.is_branch else committee
        self.people: list[Member] = list(choose_from(organization).order_by("name_pinyin", "pk"))
        self.sign_up = SignUp.objects.filter(gathering=activity).first() if activity else None
        kwargs["initial"] = self._known() | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        usual = Audience.EVERYBODY if organization.is_branch else Audience.COMMITTEE
        here = (Audience.REGISTERED, usual, Audience.CHOSEN)
        self.fields["audience"].choices = [(each.value, each.label) for each in here]  # type: ignore[attr-defined]
        self.fields["chosen"].choices = [(member.pk, member.name) for member in self.people]  # type: ignore[attr-defined]
        if activity is not None:
            del self.fields["file"]  # its page takes files
        if activity is not None and activity.state != "1":
            gone = (
                ("audience", "chosen") if self.sign_up else ("audience", "chosen", "closes_on", "closes_at", "places")
            )
            for name in gone:
                del self.fields[name]

    def _known(self) -> dict[str, Any]:
        activity, sign_up = self.activity, self.sign_up
        if activity is None:
            return {"audience": Audience.REGISTERED.value, "notifies": True}
        begins, ends = timezone.localtime(activity.begins_at), timezone.localtime(activity.ends_at)
        plain = ("version", "type", "topic", "place", "chair", "recorder", "agenda", "audience", "guests", "notifies")
        closes = timezone.localtime(sign_up.closes_at) if sign_up else None
        return {name: getattr(activity, name) for name in plain} | {
            "day": begins.date(),
            "begins": begins.time(),
            "ends": ends.time(),
            "closes_on": closes.date() if closes else None,
            "closes_at": closes.time() if closes else None,
            "places": sign_up.places if sign_up else None,
            "chosen": [row.member_id for row in activity.attendance.all()] if activity.state == "1" else [],
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
        is_asked = self.signs_up and "closes_on" in self.fields and "closes_on" not in self.errors
        if is_asked and not cleaned.get("closes_on"):
            self.add_error("closes_on", ValidationError("请填写报名截止日期"))
        return cleaned

    @property
    def signs_up(self) -> bool:
        """Whether members sign up for this activity."""
        if "audience" in self.fields:
            return self.cleaned_data.get("audience") == Audience.REGISTERED
        return self.sign_up is not None

    @property
    def values(self) -> dict[str, Any]:
        """What `services.gatherings` takes: fields of `Gathering`, and `chosen` as members."""
        given = self.cleaned_data
        begins, ends = self._moment("day", "begins"), self._moment("day", "ends")
        names = ("type", "topic", "place", "chair", "recorder", "agenda", "guests", "notifies")
        values = {name: given[name] for name in names} | {
            "begins_at": begins,
            "ends_at": ends or begins + USUAL_LENGTH,
        }
        if "audience" not in self.fields:
            return values
        picked = set(given["chosen"]) if given["audience"] == Audience.CHOSEN else set()
        chosen = [member for member in self.people if member.pk in picked]
        return values | {"audience": given["audience"], "group": None, "chosen": chosen}

    @property
    def sign_up_values(self) -> dict[str, Any] | None:
        """Until when and for how many; None where nobody signs up."""
        if not self.signs_up:
            return None
        closes = self._moment("closes_on", "closes_at", otherwise=datetime.time(23, 59, 59))
        begins = self._moment("day", "begins")
        is_that_day = closes is not None and not self.cleaned_data.get("closes_at") and closes > begins
        if is_that_day and self.cleaned_data["closes_on"] == self.cleaned_data["day"]:
            closes = begins
        return {"closes_at": closes, "places": self.cleaned_data.get("places")}

    def _moment(self, day: str, time: str, otherwise: datetime.time | None = None) -> Any:
        on, at = self.cleaned_data.get(day), self.cleaned_data.get(time) or otherwise
        return timezone.make_aware(datetime.datetime.combine(on, at)) if on and at else None


class ActivityRecordForm(RecordForm):
    """The record of an activity: who came, how long they served, the summary."""

    def __init__(self, *args: Any, gathering: Gathering, **kwargs: Any):
        known = {row.member_id: row.hours for row in ActivityHours.objects.of(gathering)}
        kwargs["initial"] = kwargs.get("initial", {}) | {f"hours_{pk}": hours for pk, hours in known.items()}
        super().__init__(*args, gathering=gathering, **kwargs)
        for row in self.rows:
            self.fields[f"hours_{row.member_id}"] = _hours(row.member.name)

    @property
    def hour_lines(self) -> list[tuple[Any, Any]]:
        """(row, 服务时长) of each of those due."""
        return [(row, self[f"hours_{row.member_id}"]) for row in self.rows]

    @property
    def hours(self) -> dict[int, Decimal | None]:
        """{member: hours} as the service takes it."""
        return {row.member_id: self.cleaned_data[f"hours_{row.member_id}"] for row in self.rows}


def _hours(name: str) -> TypedNumber:
    return TypedNumber(
        label=f"{name}：服务时长",
        required=False,
        min_value=Decimal("0.1"),
        max_value=24,
        max_digits=3,
        decimal_places=1,
        error_messages={"invalid": "应填写数字，如 2.5", "max_decimal_places": "最多保留一位小数"},
        widget=forms.TextInput(
            attrs={"class": "input", "inputmode": "decimal", "autocomplete": "off", "aria-label": f"{name} 服务时长"}
        ),
    )


class EnrolForm(Picks, PlatformForm):
    """Whom the keeper enters."""

    member = PickField(label="姓名")


class ActivityFilter(MeetingFilter):
    type = forms.ChoiceField(label="类型", choices=(ASK, *ACTIVITY_TYPES.choices))

    def rows(self, role: ActingRole, *, many: bool) -> Any:
        """Return the activities in reach the filters leave, the latest first."""
        rows = Gathering.objects.visible_to(role, many=many).of_kind(Kind.ACTIVITY)
        return self.narrow(rows, role).newest_first()
