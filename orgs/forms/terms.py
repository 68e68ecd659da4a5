"""党组织届次, 换届 and 班子成员."""

from django import forms
from django.utils import timezone

from members import codes as member_codes
from orgs import codes
from orgs.models import Term
from orgs.renewal import RenewalKind, Side, Step
from orgs.services.terms import FIELDS
from partyplatform.ui.forms import CleanText, PlatformForm, PlatformModelForm, TypedDate
from partyplatform.ui.picking import PickField, Picks


def _count(label: str, *, required: bool = False, most: int = 1_000_000) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=most,
        required=required,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


class TermForm(PlatformModelForm):
    number = _count("届数", required=True, most=999)
    elected_on = TypedDate(label="当选（换届）日期", not_future=True)
    years = _count("任期年限", required=True, most=5)
    method = forms.ChoiceField(label="选举方式", choices=(("", "请选择"), *codes.ELECTION_METHODS.choices))
    voters_due = _count("应到会人数", required=True)
    voters_present = _count("实到会人数", required=True)
    ballots_sent = _count("发出票数")
    ballots_returned = _count("收回票数")
    ballots_valid = _count("有效票数")
    committee_size = _count("委员数", most=200)
    alternates = _count("候补委员数", most=200)
    result = CleanText(label="选举结果", max_length=500, required=False, lines=True)
    document = CleanText(label="批准文号", max_length=60, required=False)
    is_current = forms.BooleanField(label="是当届", required=False, initial=True)
    shifted_months = forms.IntegerField(
        label="延期/提前（月）",
        required=False,
        min_value=-12,
        max_value=12,
        help_text="延期填正数，提前填负数，最多 12 个月",
    )
    shift_document = CleanText(label="延期/提前批准文号", max_length=60, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Term
        fields = FIELDS

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["version"] = self.instance.version

    def clean_shifted_months(self):
        return self.cleaned_data["shifted_months"] or 0

    def _post_clean(self):
        """The service checks the rules of the model; the form only reads."""

    @property
    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in FIELDS}


class RenewalPlanForm(PlatformForm):
    """换届请示, 延期 or 提前."""

    kind = forms.ChoiceField(
        label="事项", choices=RenewalKind.choices, widget=forms.RadioSelect, initial=RenewalKind.ELECTION
    )
    planned_on = TypedDate(label="拟选举日期", required=False, help_text="换届选举、提前换届填写")
    seats = _count("委员名额", most=99)
    candidates = _count("候选人数", most=199)
    months = forms.IntegerField(
        label="延期（月）", required=False, min_value=1, max_value=12, help_text="延期换届填写，合计不超过 12 个月"
    )
    reason = CleanText(label="理由", max_length=500, required=False, lines=True)
    plan = CleanText(label="换届方案", max_length=1000, required=False, lines=True)

    def clean_planned_on(self):
        planned_on = self.cleaned_data["planned_on"]
        if planned_on and planned_on < timezone.localdate():
            raise forms.ValidationError("拟选举日期不能早于今天")
        return planned_on

    @property
    def values(self) -> dict:
        values = dict(self.cleaned_data)
        values["months"] = values["months"] or 0
        return values


class StepForm(PlatformForm):
    """One step of a renewal that needs no more than a document or a reason."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    document = CleanText(label="批复文号", max_length=60, required=False)
    reason = CleanText(label="意见", max_length=500, required=False, lines=True)

    def speak_of(self, step: Step) -> None:
        """Ask for what this step needs: a document from whoever replies, a reason where one is due."""
        if step.side is not Side.UPPER or step.verb == "return":
            del self.fields["document"]
        if step.reason or step.verb == "withdraw":
            self.fields["reason"].label = f"{step.label}的原因"
        if step.reason:
            self.fields["reason"].required = True
            self.fields["reason"].error_messages["required"] = f"请填写{step.label}的原因"


class ElectionForm(PlatformForm):
    """登记选举结果: the counts; the elected come in rows beside it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    elected_on = TypedDate(label="选举日期", not_future=True)
    years = _count("任期年限", required=True, most=5)
    method = forms.ChoiceField(label="选举方式", choices=(("", "请选择"), *codes.ELECTION_METHODS.choices))
    voters_due = _count("应到会人数", required=True)
    voters_present = _count("实到会人数", required=True)
    ballots_sent = _count("发出票数")
    ballots_returned = _count("收回票数")
    ballots_valid = _count("有效票数")
    result = CleanText(label="选举结果", max_length=500, required=False, lines=True)


class ElectedForm(Picks, PlatformForm):
    """One elected person; an empty row is left out."""

    member = PickField(label="姓名", required=False)
    duty = forms.ChoiceField(label="党内职务", choices=(("", "请选择"), *member_codes.COMMITTEE_DUTIES), required=False)
    votes = _count("得票数")

    def clean(self):
        values = self.cleaned_data
        filled = [bool(values.get(name)) for name in ("member", "duty")]
        if any(filled) and (not all(filled) or values.get("votes") is None):
            raise forms.ValidationError("请填写姓名、党内职务和得票数")
        return values


class PostFields(PlatformForm):
    duty = forms.ChoiceField(label="党内职务", choices=(("", "请选择"), *member_codes.POSTS))
    appointment = forms.ChoiceField(
        label="任职方式", choices=(("", "请选择"), *member_codes.APPOINTMENT_KINDS.choices), required=False
    )
    started_on = TypedDate(label="任职日期", not_future=True)
    document = CleanText(label="批准文号", max_length=60, required=False)
    position = _count("排序", most=999)
    portfolio = CleanText(label="分工", max_length=100, required=False)

    def clean_position(self):
        return self.cleaned_data["position"] or 0


class PostForm(Picks, PostFields):
    """班子成员: who takes which post."""

    member = PickField(label="姓名")
    field_order = ("member",)


class PostCorrectionForm(PostFields):
    """A recorded post put right; the person stays, another person is another post."""

    ended_on = TypedDate(label="离任日期", required=False, not_future=True, help_text="仍在任的不填")
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReleaseForm(PlatformForm):
    on = TypedDate(label="离任日期", not_future=True)
    version = forms.IntegerField(widget=forms.HiddenInput)
