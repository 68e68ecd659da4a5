"""Forms of 党员发展: those of the 25 steps are made from the table. Source: workflows.md 4.2; screens.md 3.5."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import id_numbers
from eforefront.codes import DEVELOPMENT_STAGES, DEVELOPMENT_STEPS
from eforefront.development.facts import Fact, Kind
from eforefront.development.limits import limit
from eforefront.development.states import Deed, Sponsor, State
from eforefront.development.steps import Step
from eforefront.models import Applicant
from eforefront.services.development import applying
from eforefront.services.development.leaving import WAYS
from eforefront.services.development.papers import OTHER
from members.codes import FRONT_LINES, Gender
from members.fields import ASK, SuggestInput, field_of
from members.items import BY_FIELD
from members.models import Member
from orgs.models import Organization
from partyplatform.ui.forms import CleanText, FilterForm, PlatformForm, TypedDate

LINE, TEXT = 200, 3000
ACCEPTED = {"accept": ".pdf,.jpg,.jpeg,.png"}
PERSON = ("gender", "ethnicity", "born_on", "native_place", "education", "job_post", "phone", "address")
KEPT = "已登记 {}；不改请留空"
REMINDERS = (("late", "已逾期"), ("soon", "30 天内到期"))


class NumberField(CleanText):
    """A 公民身份证号, in its one spelling; the service says what is wrong with it."""

    def to_python(self, value):
        return id_numbers.normalise(super().to_python(value))


class StepForm(PlatformForm):
    """The open step: its day, result, facts, and a box for each of its papers."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, step: Step, people: list[Member], groups: list[Any], **kwargs: Any):
        self.step, self.people, self.groups = step, people, groups
        made: dict[str, forms.Field] = {"on": TypedDate(label=step.dated, help_text="可以填写过去的日期")}
        if len(step.outcomes) > 1:
            choices = [(outcome.code, outcome.label) for outcome in step.outcomes]
            made["outcome"] = forms.ChoiceField(label="结果", choices=choices, widget=forms.RadioSelect)
        for fact in step.facts:
            made |= self._fields(fact)
        for number, paper in enumerate(step.papers):
            widget = forms.ClearableFileInput(attrs=ACCEPTED)
            made[f"paper_{number}"] = forms.FileField(
                label=paper,
                required=False,
                allow_empty_file=True,
                widget=widget,
                help_text="pdf、jpg、png，不超过 10 MB",
            )
        self.base_fields = {**self.base_fields, **made}
        super().__init__(*args, **kwargs)

    @property
    def asked(self) -> list[Any]:
        """The bound fields beside day and result, without the papers."""
        names = [name for name in self.fields if not name.startswith("paper_")]
        return [self[name] for name in names if name not in ("version", "on", "outcome")]

    @property
    def papers(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("paper_")]

    @property
    def values(self) -> dict[str, Any]:
        """What `advancing.record` takes."""
        given = self.cleaned_data
        kinds = {fact.name: fact.kind for fact in self.step.facts}
        chosen = {given.get(f"sponsor_{number}") for number in (1, 2)}
        return {
            "version": given["version"],
            "on": given["on"],
            "outcome": given.get("outcome") or self.step.outcomes[0].code,
            "facts": {name: given[name] for name, kind in kinds.items() if kind not in (Kind.PEOPLE, Kind.GROUP)},
            "sponsors": [member for member in self.people if str(member.pk) in chosen],
            "group": next((group for group in self.groups if str(group.pk) == given.get("group")), None),
        }

    @property
    def uploads(self) -> list[tuple[str, str, Any]]:
        """(name of the field, paper, upload) of what was sent along."""
        sent = [(f"paper_{number}", paper) for number, paper in enumerate(self.step.papers)]
        return [(name, paper, self.cleaned_data[name]) for name, paper in sent if self.cleaned_data.get(name)]

    def _fields(self, fact: Fact) -> dict[str, forms.Field]:
        needed = fact.required and not fact.outcomes
        words = {"label": fact.label, "required": needed, "help_text": fact.hint}
        match fact.kind:
            case Kind.PEOPLE:
                return self._people(fact)
            case Kind.GROUP:
                choices = [("", "不编入党小组"), *((str(group.pk), group.name) for group in self.groups)]
                return {fact.name: forms.ChoiceField(label=fact.label, choices=choices, required=False)}
            case Kind.DATE:
                return {fact.name: TypedDate(**words)}
            case Kind.COUNT:
                return {fact.name: forms.IntegerField(min_value=0, max_value=9999, **words)}
            case Kind.YES:
                return {fact.name: forms.BooleanField(label=fact.label, required=False, help_text=fact.hint)}
            case Kind.CHOICE:
                return {fact.name: forms.ChoiceField(choices=[ASK, *fact.choices], **words)}
            case Kind.TEXT:
                return {fact.name: CleanText(max_length=TEXT, lines=True, **words)}
        return {fact.name: CleanText(max_length=LINE, **words)}

    def _people(self, fact: Fact) -> dict[str, forms.Field]:
        """Two lists of the branch's 正式党员; the second may stay empty where one is enough."""
        choices = [ASK, *((str(member.pk), member.name) for member in self.people)]
        both = self.step.sponsors is Sponsor.INTRODUCER
        return {
            "sponsor_1": forms.ChoiceField(label=f"{fact.label}一", choices=choices),
            "sponsor_2": forms.ChoiceField(label=f"{fact.label}二", choices=choices, required=both),
        }


class VersionForm(PlatformForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReviewForm(VersionForm):
    """审议 by an organisation that passes the step on."""

    on = TypedDate(label="审议日期", not_future=True)
    opinion = CleanText(label="审议意见", max_length=TEXT, lines=True)


class ReasonForm(VersionForm):
    reason = CleanText(label="退回原因", max_length=200, lines=True)


class EntryForm(VersionForm):
    """考察 or 思想汇报."""

    on = TypedDate(label="日期", not_future=True, help_text="可以填写过去的日期")
    verdict = CleanText(label="考察意见", max_length=LINE, required=False, help_text="如：表现良好，继续培养")
    text = CleanText(label="情况", max_length=TEXT, lines=True)

    def __init__(self, *args: Any, deed: Deed, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if deed is Deed.REPORT:
            del self.fields["verdict"]
            self.fields["text"].label = "思想汇报摘要"


class SponsorsForm(VersionForm):
    on = TypedDate(label="更换日期", not_future=True)
    sponsor_1 = forms.ChoiceField(label="一")
    sponsor_2 = forms.ChoiceField(label="二", required=False)
    reason = CleanText(label="更换原因", max_length=200)

    def __init__(self, *args: Any, kind: Sponsor, people: list[Member], **kwargs: Any):
        self.people = people
        super().__init__(*args, **kwargs)
        for name in ("sponsor_1", "sponsor_2"):
            self.fields[name].label = f"{kind.label}{self.fields[name].label}"
            self.fields[name].choices = [ASK, *((str(member.pk), member.name) for member in people)]

    @property
    def chosen(self) -> list[Member]:
        picked = {self.cleaned_data["sponsor_1"], self.cleaned_data["sponsor_2"]}
        return [member for member in self.people if str(member.pk) in picked]


class LeaveForm(VersionForm):
    way = forms.ChoiceField(
        label="结束方式", choices=[(way.value, way.label) for way in WAYS], widget=forms.RadioSelect
    )
    on = TypedDate(label="日期", not_future=True)
    reason = CleanText(label="原因", max_length=200, lines=True)


class PostponeForm(VersionForm):
    months = forms.IntegerField(label="推迟（月）", min_value=1, max_value=12)
    reason = CleanText(label="原因", max_length=200, lines=True)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["months"].help_text = f"不超过 {limit('postponement')} 个月，转正日期仍为预备期满之日"


class HandOverForm(VersionForm):
    code = CleanText(label="移入支部的党组织编码", max_length=12, help_text="12 位编码，须已开通发展党员模块")
    reason = CleanText(label="移交原因", max_length=200, lines=True)

    target: Organization | None = None

    def clean_code(self):
        """A branch anywhere on the platform, by its code alone (screens.md 4.6)."""
        code = self.cleaned_data["code"]
        self.target = Organization.objects.living().receiving_members().filter(code=code).first()
        if self.target is None:
            raise ValidationError("没有找到该编码的党支部，请核对")
        return code


class AnswerForm(VersionForm):
    verb = forms.ChoiceField(
        label="办理", choices=(("take_in", "接收材料"), ("refuse", "不接收")), widget=forms.RadioSelect
    )
    answer = CleanText(label="不接收的原因", max_length=200, required=False, lines=True)


class PaperForm(PlatformForm):
    paper = forms.ChoiceField(label="材料")
    file = forms.FileField(
        label="文件",
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs=ACCEPTED),
        help_text="pdf、jpg、png，不超过 10 MB",
    )

    def __init__(self, *args: Any, steps: list[Step], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["paper"].choices = [
            (f"{step.number}-{paper}", f"{int(step.number)}. {step.label}：{paper}")
            for step in steps
            for paper in (*step.papers, OTHER)
        ]

    @property
    def chosen(self) -> tuple[str, str]:
        """(step, paper)."""
        step, _, paper = self.cleaned_data["paper"].partition("-")
        return step, paper


class PersonForm(PlatformForm):
    """What is known of an applicant; sealed items come up empty, and what is typed replaces them."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = CleanText(label="姓名", max_length=50, help_text="与身份证一致")
    id_number = NumberField(label="公民身份证号", max_length=40)
    post = CleanText(label="单位、职务或专业、班级", max_length=100, required=False)
    front_line = forms.ChoiceField(label="一线情况", choices=[ASK, *FRONT_LINES.choices], required=False)
    is_model = forms.BooleanField(label="先进模范人物", required=False)
    is_villager = forms.BooleanField(label="在建制村发展", required=False)
    applied_on = TypedDate(label="申请日期", not_future=True, help_text="入党申请书落款日期，可以填写过去的日期")
    received_by = CleanText(label="接收人", max_length=50, required=False)

    def __init__(self, *args: Any, applicant: Applicant | None = None, **kwargs: Any):
        made = {name: field_of(BY_FIELD[name]) for name in PERSON}
        for box in made.values():
            if isinstance(box.widget, SuggestInput):
                box.widget.address = "own:codes"  # that of the portal
        self.base_fields = {**self.base_fields, **made}
        super().__init__(*args, **kwargs)
        for name in ("gender", "born_on"):
            self.fields[name].required = True
            verb = "选择" if name == "gender" else "填写"
            self.fields[name].error_messages["required"] = f"请{verb}{self.fields[name].label}"
        if applicant is not None:
            for name in ("id_number", "applied_on", "received_by"):
                del self.fields[name]
            for name, shown in (("phone", applicant.shown_phone), ("address", applicant.shown_address)):
                if shown:
                    self.fields[name].help_text = KEPT.format(shown)
            plain = ("name", *applying.PLAIN, *applying.COUNTED)
            self.initial = {name: getattr(applicant, name) for name in plain} | {"version": applicant.version}

    @property
    def person(self) -> list[Any]:
        return [self[name] for name in PERSON]

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name", *applying.FIELDS)}


class ApplicantFilter(FilterForm):
    name = CleanText(label="姓名", max_length=50)
    gender = forms.ChoiceField(label="性别", choices=(("", "全部"), *Gender.choices))
    stage = forms.ChoiceField(label="当前阶段", choices=(("", "全部"), *DEVELOPMENT_STAGES.choices))
    step = forms.ChoiceField(
        label="当前步骤",
        choices=(("", "全部"), *((code, f"{int(code)}. {label}") for code, label in DEVELOPMENT_STEPS.choices)),
    )
    due = forms.ChoiceField(label="到期提醒", choices=(("", "全部"), *REMINDERS))
    born_from = TypedDate(label="出生日期从")
    born_to = TypedDate(label="出生日期至")
    place = CleanText(label="所在支部", max_length=50, widget=forms.TextInput(attrs={"placeholder": "搜索组织名称"}))
    state = forms.ChoiceField(label="状态", choices=(("", "办理中"), ("all", "全部"), *State.choices[1:]))

    def narrow(self, rows: Any) -> Any:
        values = self.values
        state = values.get("state", State.ACTIVE)
        rows = rows if state == "all" else rows.filter(state=state)
        if "name" in values:
            rows = rows.filter(name__startswith=values["name"])
        for word in values.get("place", "").lower().split():
            rows = rows.filter(organization__search_text__contains=word)
        for name in ("gender", "stage", "step"):
            if name in values:
                rows = rows.filter(**{name: values[name]})
        if "born_from" in values:
            rows = rows.filter(born_on__gte=values["born_from"])
        if "born_to" in values:
            rows = rows.filter(born_on__lte=values["born_to"])
        return self._due(rows, values["due"]) if "due" in values else rows

    def _due(self, rows: Any, asked: str) -> Any:
        today = timezone.localdate()
        return rows.late(today) if asked == "late" else rows.due_by(today + SOON).filter(due_on__gte=today)


SOON = datetime.timedelta(days=30)
