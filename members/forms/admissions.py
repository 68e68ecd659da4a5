"""补录申请 as a form, made from the table of items. Source: screens.md 2.7; workflows.md 9."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from members import finding
from members.admissions import COUNTED_AS, FIELDS, KINDS, OTHERWISE, REQUIRED
from members.codes import PersonCategory
from members.fields import ASK, field_of
from members.forms.corrections import NumberField, scan_field
from members.items import Kind
from members.models import Admission
from members.number_filter import NUMBER_HINT, NumberFilter
from partyplatform.ui.forms import CleanText, PlatformForm, TypedDate

KEPT = "已登记 {}；不改请留空"
_CONDITIONS = (("state", "state"), ("since", "created_at__date__gte"), ("until", "created_at__date__lte"))


class KindChoice(forms.RadioSelect):
    """增加方式; a kind without the right is grey."""

    locked: tuple[str, ...] = ()

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        if value in self.locked:
            option["attrs"]["disabled"] = True
        return option


class AdmissionForm(PlatformForm):
    """What is known of the person; a draft may still lack most of it.

    Sealed items come up empty once they were saved: what is typed replaces them.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    add_kind = forms.ChoiceField(label="增加方式", choices=KINDS, widget=KindChoice)
    code = CleanText(label="党组织编码", max_length=12, help_text="人员所在党支部的 12 位编码")
    name = CleanText(label="姓名", max_length=50, help_text="与身份证一致")
    id_number = NumberField(label="公民身份证号", max_length=40, required=False)
    category = forms.ChoiceField(label="人员类别", choices=(ASK, *PersonCategory.choices))

    checked = CleanText(
        label="核查情况", max_length=500, required=False, lines=True, help_text="何时何地入党、档案核查的结果"
    )
    reason = CleanText(label="补录原因", max_length=500, required=False, lines=True, help_text="如：漏报、暂留未进系统")
    scan = scan_field(label="证明材料", help_text="负责人签字、党组织盖章的扫描件；pdf、jpg、png，不超过 10 MB")

    about = ("add_kind", "code", "name", "id_number", "category")
    proof = ("checked", "reason", "scan")

    def __init__(self, *args: Any, admission: Admission | None, may_develop: bool, code: str, **kwargs: Any):
        self.kept = admission.values if admission is not None else {}
        self.base_fields = {**self.base_fields, **{item.field: field_of(item) for item in FIELDS}}
        kwargs["auto_id"] = "admission_%s"  # a dialog stands in the page of the list, whose filters have names too
        super().__init__(*args, **kwargs)
        self.fields["add_kind"].widget.locked = () if may_develop else ("1",)
        self.initial = {"add_kind": OTHERWISE, "code": code, **self._initial(admission), **self.initial}
        if code and not admission:
            self.fields["code"].help_text = "本党支部的编码"

    @property
    def person(self) -> list[Any]:
        """(bound field, whether it is asked for) of the record's items."""
        return [(self[item.field], item.field in REQUIRED) for item in FIELDS]

    @property
    def values(self) -> dict[str, Any]:
        """{field of an Item: value}; a sealed one that was left empty stays as it was."""
        sent = {item.field: self.cleaned_data[item.field] for item in FIELDS}
        kept = {item.field: self.kept.get(item.field) for item in FIELDS if item.kind is Kind.SEALED}
        return {field: value or kept.get(field) if field in kept else value for field, value in sent.items()}

    def _initial(self, admission: Admission | None) -> dict[str, Any]:
        if admission is None:
            return {}
        for item in FIELDS:
            if item.kind is Kind.SEALED and (shown := admission.shown(self.kept, item.field)):
                self.fields[item.field].help_text = KEPT.format(shown)
        if admission.id_number_index:
            self.fields["id_number"].help_text = KEPT.format(admission.shown_id_number)
        plain = {item.field: self.kept.get(item.field) for item in FIELDS if item.kind is not Kind.SEALED}
        yes_no = {True: "1", False: "0"}
        return {
            **{name: getattr(admission, name) for name in ("add_kind", "name", "category", "checked", "reason")},
            **{name: yes_no.get(value, value) if isinstance(value, bool) else value for name, value in plain.items()},
            "code": admission.organization.code,
            "version": admission.version,
        }


class StepForm(PlatformForm):
    """The sentence that goes with a step."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    counted_as = forms.ChoiceField(
        label="统计口径",
        choices=(("", "请选择"), *COUNTED_AS),
        required=False,
        help_text="入库时选择：补录人员按实际情况计入党内统计",
    )
    answer = CleanText(label="审核意见", max_length=200, required=False, lines=True, help_text="退回时必填")

    def __init__(self, *args, counts, **kwargs):
        super().__init__(*args, **kwargs)
        if not counts:
            del self.fields["counted_as"]


class AdmissionFilter(NumberFilter):
    """姓名, 身份证号, 组织, 状态, 日期 of the list."""

    name = CleanText(label="姓名", max_length=50)
    id_number = CleanText(label="身份证号", max_length=40, widget=forms.TextInput(attrs={"placeholder": NUMBER_HINT}))
    place = CleanText(label="组织", max_length=50)
    state = forms.ChoiceField(label="状态", choices=(("", "全部"), *Admission._meta.get_field("state").choices))
    since = TypedDate(label="申请日期从")
    until = TypedDate(label="申请日期至")

    def narrow(self, rows):
        values = self.values
        if "name" in values:
            rows = rows.filter(name__startswith=values["name"])
        if "place" in values:
            rows = rows.filter(organization__search_text__contains=values["place"].lower())
        for name, condition in _CONDITIONS:
            if name in values:
                rows = rows.filter(**{condition: values[name]})
        return self._numbered(rows, values["id_number"]) if "id_number" in values else rows

    def _numbered(self, rows, number):
        """Applications are few: the end of a number is compared with each in reach."""
        if not finding.is_end(number):
            return rows.with_id_number(number)
        try:
            return rows.filter(pk__in=finding.with_end(rows, number, many="补录申请"))
        except ValidationError as refusal:
            self.add_error("id_number", refusal)
            return rows.none()
