"""Forms that 组织生活 and 支部活动 share: record, reasons, codes, leave. Source: screens.md 3.3, 3.4."""

import datetime
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from eforefront.codes import ATTENDANCE
from eforefront.gatherings import ON_LEAVE, Excuse
from eforefront.models import Attendance, Gathering
from eforefront.services.attending import BY_HAND
from partyplatform.ui.forms import CleanText, PlatformForm

_TYPED_TIME = re.compile(r"(\d{1,2})[:：.时点](\d{1,2})?分?|(\d{2})(\d{2})")
STATES = [(code, ATTENDANCE.label(code)) for code in BY_HAND]
LEAVES = [(code, ATTENDANCE.label(code)) for code in ON_LEAVE]


class TypedTime(forms.Field):
    """A time of day, typed: 14:00, 1400, 14：00, 14点; full-width digits too."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "placeholder": "如 14:00"})

    def prepare_value(self, value):
        return f"{value:%H:%M}" if isinstance(value, datetime.time) else value

    def to_python(self, value):
        if value in self.empty_values:
            return None
        typed = CleanText(required=False).clean(value).replace(" ", "")
        found = _TYPED_TIME.fullmatch(typed)
        parts = [int(part) for part in found.groups() if part] if found else []
        try:
            return datetime.time(*parts) if parts else _refuse(typed)
        except ValueError:
            return _refuse(typed)


def _refuse(typed: str) -> datetime.time:
    raise ValidationError(f"时间应写成 14:00 的样子，现为“{typed[:20]}”", code="invalid")


class LaunchFile(forms.FileField):
    """附件 handed in with a new gathering; more can be added on its page."""

    def __init__(self):
        widget = forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"})
        told = "pdf、jpg、png，不超过 10 MB；更多的附件保存后在详情页上传"
        super().__init__(label="附件", required=False, allow_empty_file=True, widget=widget, help_text=told)


class VersionedForm(PlatformForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(VersionedForm):
    """The form of one step: a reason where the table asks for one, else a remark nobody has to write."""

    reason = CleanText(label="原因", max_length=200, lines=True)

    def __init__(self, *args: Any, step: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if step.reason:
            self.fields["reason"].label = f"{step.label}原因"
            self.fields["reason"].error_messages["required"] = f"请填写{step.label}原因"
        elif step.verb == "review":
            self.fields["reason"].label, self.fields["reason"].required = "审阅意见", False
        else:
            del self.fields["reason"]


class LeaveForm(PlatformForm):
    state = forms.ChoiceField(label="假别", choices=(("", "请选择"), *LEAVES))
    reason = CleanText(label="请假原因", max_length=100)


class CodeForm(PlatformForm):
    code = CleanText(
        label="签到码",
        max_length=12,
        help_text="现场展示的 6 位数字",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class AttendanceForm(VersionedForm):
    """Who came: a line for each of those due, and the quick way for all the others."""

    rest = forms.BooleanField(label="其余未登记的应到党员记为出席", required=False)

    def __init__(self, *args: Any, rows: list[Attendance], **kwargs: Any):
        self.rows = rows
        lines = {name: field for row in rows for name, field in _line(row).items()}
        self.base_fields = {**self.base_fields, **lines}
        super().__init__(*args, **kwargs)

    @property
    def lines(self) -> list[tuple[Attendance, Any, Any, Any]]:
        """(row, 出席情况, 不计入应到, 原因) of each of those due."""
        return [
            (row, self[f"state_{row.member_id}"], self[f"excuse_{row.member_id}"], self[f"reason_{row.member_id}"])
            for row in self.rows
        ]

    @property
    def attendance(self) -> dict[int, dict[str, str]]:
        """{member: {"state", "excuse", "reason"}} as the services take it."""
        given = {}
        for row in self.rows:
            line = {name: self.cleaned_data[f"{name}_{row.member_id}"] for name in ("state", "excuse", "reason")}
            if self.cleaned_data["rest"] and not line["state"] and not line["excuse"]:
                line["state"] = "1"
            given[row.member_id] = line
        return given


def _line(row: Attendance) -> dict[str, forms.Field]:
    name, pk = row.member.name, row.member_id

    def select(label: str, choices: Any) -> forms.ChoiceField:
        widget = forms.Select(attrs={"class": "select", "aria-label": f"{name} {label}"})
        return forms.ChoiceField(choices=choices, required=False, widget=widget, label=f"{name}：{label}")

    text = forms.TextInput(attrs={"class": "input", "aria-label": f"{name} 原因"})
    return {
        f"state_{pk}": select("出席情况", [("", "未登记"), *STATES]),
        f"excuse_{pk}": select("是否应到", [("", "应到"), *Excuse.choices]),
        f"reason_{pk}": CleanText(label=f"{name}：原因", max_length=100, required=False, widget=text),
    }


def known(rows: list[Attendance]) -> dict[str, str]:
    """Return what is put down already, as the form's initial values."""
    names = ("state", "excuse", "reason")
    return {f"{name}_{row.member_id}": getattr(row, name) for row in rows for name in names}


class RecordForm(AttendanceForm):
    """The whole record: who came, what was said, what was decided."""

    content = CleanText(
        label="会议内容", max_length=20_000, lines=True, required=False, widget=forms.Textarea(attrs={"rows": 12})
    )
    resolution = CleanText(label="决议", max_length=2000, lines=True, required=False)

    also_sent = ("verb",)

    def __init__(self, *args: Any, gathering: Gathering, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if gathering.kind != "1":
            self.fields["content"].label = "活动总结"
            del self.fields["resolution"]


class VoteForm(VersionedForm):
    subject = CleanText(label="表决事项", max_length=200)
    admits = forms.BooleanField(
        label="接收预备党员、预备党员转正", required=False, help_text="须超过半数的有表决权党员到会"
    )
    agree = forms.IntegerField(label="赞成", min_value=0, max_value=9999)
    against = forms.IntegerField(label="反对", min_value=0, max_value=9999, initial=0)
    abstain = forms.IntegerField(label="弃权", min_value=0, max_value=9999, initial=0)
    written = forms.IntegerField(
        label="书面意见",
        min_value=0,
        max_value=9999,
        initial=0,
        help_text="因故不能到会、会前交来的书面意见份数，已计入赞成、反对、弃权",
    )


class GatheringFileForm(PlatformForm):
    file = forms.FileField(
        label="文件", allow_empty_file=True, widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"})
    )
    is_photo = forms.BooleanField(
        label="作为照片", required=False, help_text="照片缩小保存，并去除拍摄时间、地点等附带信息"
    )
