"""登记市外转入: the letter, and the person it speaks of. Source: screens.md 3.6."""

from django import forms
from django.core.exceptions import ValidationError

from members import codes
from members.codes import PersonCategory
from members.fields import field_of
from members.items import Kind
from members.record_checks import name_fault
from orgs.models import Organization
from partyplatform import phones
from partyplatform.ui.forms import CleanText, PlatformForm, TypedDate, TypedMonth
from transfers import workflow
from transfers.arrival_records import ITEMS
from transfers.codes import Cause
from transfers.forms.acting import scan_field
from transfers.forms.starting import NOT_FOUND

ASK = ("", "请选择")
LETTER = (
    "issuer",
    "letter_number",
    "letter_on",
    "letter_days",
    "letter_phone",
    "dues_paid_to",
    "cause",
    "scan",
    "note",
)


class RecordForm(PlatformForm):
    """What the record will say beside the letter, all optional: nothing is lost by saving half of it.

    Sealed items come up empty; what is typed replaces what is kept, nothing typed leaves it.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, values, **kwargs):
        self.base_fields = {"version": self.base_fields["version"], **{item.field: field_of(item) for item in ITEMS}}
        plain = {item.field: values.get(item.field) for item in ITEMS if item.kind is not Kind.SEALED}
        yes_no = {True: "1", False: "0"}
        shown = {name: yes_no.get(value, value) if isinstance(value, bool) else value for name, value in plain.items()}
        kwargs["initial"] = {**shown, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        for item in ITEMS:
            kept = item.kind is Kind.SEALED and values.get(item.field)
            self.fields[item.field].help_text = "已登记；不改请留空" if kept else item.hint

    @property
    def person(self):
        """(bound field, whether it takes the whole line)."""
        return [(self[item.field], item.wide) for item in ITEMS]

    @property
    def values(self):
        return {item.field: self.cleaned_data[item.field] for item in ITEMS}


class ReceiptForm(PlatformForm):
    on = TypedDate(label="寄出日期", not_future=True)


class ArrivalForm(PlatformForm):
    target_code = CleanText(label="转入支部编码", max_length=12, help_text="12 位党组织编码")
    target_name = CleanText(label="转入支部名称", max_length=100, help_text="简称或全称，用于核对编码")
    name = CleanText(label="姓名", max_length=50)
    id_number = CleanText(label="身份证号", max_length=40)
    category = forms.ChoiceField(label="人员类别", choices=[ASK, *PersonCategory.choices])
    ethnicity = forms.ChoiceField(label="民族", choices=[ASK, *codes.ETHNICITIES.choices])
    phone = CleanText(label="联系方式", max_length=30)
    joined_on = TypedDate(label="入党日期", not_future=True)
    confirmed_on = TypedDate(label="转正日期", not_future=True, required=False, help_text="正式党员填写")
    issuer = CleanText(label="开具组织", max_length=100, help_text="开具介绍信的党委全称")
    letter_number = CleanText(label="介绍信编号", max_length=40)
    letter_on = TypedDate(label="开具日期", not_future=True)
    letter_days = forms.IntegerField(label="介绍信有效期（天）", min_value=1, max_value=workflow.MOST_DAYS)
    letter_phone = CleanText(label="开具组织联系电话", max_length=30, required=False)
    dues_paid_to = TypedMonth(label="党费交至", help_text="月份，如 2026-11")
    cause = forms.ChoiceField(label="转接原因", choices=[ASK, *Cause.choices])
    scan = scan_field("介绍信扫描件")
    note = CleanText(label="说明", max_length=200, required=False, lines=True)

    def __init__(self, *args, role, **kwargs):
        super().__init__(*args, **kwargs)
        self.role = role

    @property
    def letter_fields(self):
        return [self[name] for name in LETTER]

    @property
    def person_fields(self):
        return [field for field in self.visible_fields() if field.name not in LETTER]

    def clean_name(self):
        if fault := name_fault(self.cleaned_data["name"]):
            raise ValidationError(fault)
        return self.cleaned_data["name"]

    def clean_phone(self):
        number = phones.normalise(self.cleaned_data["phone"])
        if problem := phones.problem(number):
            raise ValidationError(problem)
        return number

    def clean(self):
        """The branch is one in the reader's reach; any other is not found."""
        code, name = self.cleaned_data.get("target_code"), self.cleaned_data.get("target_name")
        if not code or not name:
            return self.cleaned_data
        found = Organization.objects.visible_to(self.role).filter(code=code).first()
        if found is None or name not in (found.short_name, found.full_name):
            raise ValidationError({"target_code": NOT_FOUND})
        self.target = found
        return self.cleaned_data

    @property
    def words(self):
        """What the service takes beside the branch."""
        return {name: value for name, value in self.cleaned_data.items() if not name.startswith("target_")}
