"""Forms of 民主评议, 学时 and 党小组. Source: workflows.md 7.4; screens.md 3.3."""

from typing import Any

from django import forms
from django.utils import timezone

from eforefront.forms.gatherings import VersionedForm
from eforefront.models import Appraisal
from eforefront.review_steps import NO_GRADE, Step
from eforefront.services.reviews import BALLOTS
from members import codes
from partyplatform.ui.forms import CleanText, FilterForm, PlatformForm, TypedDate, TypedNumber

ASK = ("", "请选择")
GRADES = [choice for choice in codes.REVIEW_GRADES.choices if choice[0] != NO_GRADE]
BALLOT_LABELS = dict(zip(BALLOTS, ("优秀", "合格", "基本合格", "不合格"), strict=True))


class BeginForm(PlatformForm):
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    on = TypedDate(label="开展日期", not_future=True)


class StepForm(VersionedForm):
    """The end of one step."""

    on = TypedDate(label="完成日期", not_future=True)
    note = CleanText(label="情况", max_length=300, lines=True, required=False)


class SendBackForm(VersionedForm):
    reason = CleanText(label="退回原因", max_length=200, lines=True)


class FileForm(VersionedForm):
    """Nothing but the version: the results are what they are."""


class AppraisalForm(VersionedForm):
    """What the present step asks of each member, a line each; of one tick each, the quick way for all the others."""

    def __init__(self, *args: Any, rows: list[Appraisal], step: Step, **kwargs: Any):
        self.rows, self.step = rows, step
        lines = {name: field for row in rows for name, field in _line(row, step).items()}
        if step.asks in _TICKED:
            label = f"其余参加评议的党员记为{_HEADS[step.asks][0]}"
            lines["rest"] = forms.BooleanField(label=label, required=False)
        self.base_fields = {**self.base_fields, **lines}
        super().__init__(*args, **kwargs)

    @property
    def lines(self) -> list[tuple[Appraisal, list[tuple[str, Any]]]]:
        """(row, [(head, field)] of its line)."""
        heads = self.heads
        return [
            (row, list(zip(heads, (self[name] for name in _line(row, self.step)), strict=True))) for row in self.rows
        ]

    @property
    def heads(self) -> list[str]:
        return ["参加", *_HEADS.get(self.step.asks, ()), "未参加原因"]

    @property
    def values(self) -> dict[int, dict[str, Any]]:
        """{member: {field of Appraisal: value}} as the services take it."""
        names = ("takes_part", *_FIELDS.get(self.step.asks, ()), "absence")
        given = {
            row.member_id: {
                name: self.cleaned_data[f"{name}_{row.member_id}"]
                for name in names
                if f"{name}_{row.member_id}" in self.fields
            }
            for row in self.rows
        }
        if self.cleaned_data.get("rest"):
            for line in given.values():
                line[_FIELDS[self.step.asks][0]] = line["takes_part"]
        return given


_TICKED = ("own", "mutual")
_FIELDS: dict[str, tuple[str, ...]] = {
    "own": ("appraised_self",),
    "mutual": ("appraised_by_others",),
    "ballots": BALLOTS,
    "grades": ("grade", "handling", "opinion"),
}
_HEADS: dict[str, tuple[str, ...]] = {
    "own": ("已自评",),
    "mutual": ("已互评",),
    "ballots": tuple(f"{label}票" for label in BALLOT_LABELS.values()),
    "grades": ("评定等次", "处置", "评定意见"),
}


def known(rows: list[Appraisal], step: Step) -> dict[str, Any]:
    """Return what is put down already, as the form's initial values."""
    names = ("takes_part", *_FIELDS.get(step.asks, ()), "absence")
    return {f"{name}_{row.member_id}": getattr(row, name) for row in rows for name in names}


def _line(row: Appraisal, step: Step) -> dict[str, forms.Field]:
    made = {"takes_part": _tick(row, "参加")}
    if step.asks in _TICKED:
        made[_FIELDS[step.asks][0]] = _tick(row, _HEADS[step.asks][0])
    elif step.asks == "ballots":
        made |= {name: _number(row, label) for name, label in BALLOT_LABELS.items()}
    elif step.asks == "grades":
        none_else = [(NO_GRADE, codes.REVIEW_GRADES.label(NO_GRADE))]
        made["grade"] = _select(row, "评定等次", none_else if row.is_probationary else [ASK, *GRADES])
        made["handling"] = _select(row, "处置", [("", "—"), *codes.REVIEW_HANDLING.choices])
        made["opinion"] = _text(row, "评定意见", 200)
    made["absence"] = _text(row, "未参加原因", 100)
    return {f"{name}_{row.member_id}": field for name, field in made.items()}


def _named(row: Appraisal, label: str, kind: str) -> dict[str, str]:
    return {"class": kind, "aria-label": f"{row.member.name} {label}"}


def _tick(row: Appraisal, label: str) -> forms.BooleanField:
    widget = forms.CheckboxInput(attrs=_named(row, label, "check"))
    return forms.BooleanField(label=f"{row.member.name}：{label}", required=False, widget=widget)


def _number(row: Appraisal, label: str) -> forms.IntegerField:
    widget = forms.NumberInput(attrs=_named(row, f"{label}票", "input input--number"))
    return forms.IntegerField(
        label=f"{row.member.name}：{label}票", min_value=0, max_value=9999, required=True, widget=widget
    )


def _select(row: Appraisal, label: str, choices: Any) -> forms.ChoiceField:
    widget = forms.Select(attrs=_named(row, label, "select"))
    return forms.ChoiceField(label=f"{row.member.name}：{label}", choices=choices, required=False, widget=widget)


def _text(row: Appraisal, label: str, length: int) -> CleanText:
    widget = forms.TextInput(attrs=_named(row, label, "input"))
    return CleanText(label=f"{row.member.name}：{label}", max_length=length, required=False, widget=widget)


class YearFilter(FilterForm):
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)

    @property
    def chosen(self) -> int:
        """The year asked for, this year where none is."""
        return self.values.get("year", timezone.localdate().year)


class StudyForm(PlatformForm):
    """学时 of one member entered by hand."""

    on = TypedDate(label="日期", not_future=True)
    subject = CleanText(label="学习内容", max_length=100)
    hours = TypedNumber(
        label="学时",
        min_value=0.5,
        max_value=8,
        max_digits=3,
        decimal_places=1,
        help_text="1 小时计 1 学时，每半天最多 4 学时",
    )

    def clean_hours(self):
        hours = self.cleaned_data["hours"]
        if hours * 2 != int(hours * 2):
            raise forms.ValidationError("学时应为整数或半个，如 1.5")
        return hours

    @property
    def halves(self) -> int:
        return int(self.cleaned_data["hours"] * 2)


class GroupForm(PlatformForm):
    """Name, leader and members of one 党小组."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = CleanText(label="名称", max_length=30, help_text="如：第一党小组")
    members = forms.TypedMultipleChoiceField(label="党员", coerce=int, widget=forms.CheckboxSelectMultiple)
    leader = forms.TypedChoiceField(label="组长", coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, people: list[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.people = {member.pk: member for member in people}
        choices = [(member.pk, member.name) for member in people]
        self.fields["members"].choices = choices
        self.fields["leader"].choices = [ASK, *choices]

    @property
    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "name": given["name"],
            "leader": self.people.get(given["leader"]),
            "members": [self.people[pk] for pk in given["members"]],
        }
