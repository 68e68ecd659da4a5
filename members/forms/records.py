"""党统信息集 as a form, made from the table of items. Source: screens.md 2.5."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.html import format_html

from members import code_search
from members.items import Item, Kind
from members.models import Member
from partyplatform import phones
from partyplatform.codetable import CodeTable
from partyplatform.ui.forms import CleanText, PlatformForm, TypedDate, TypedMonth

ASK = ("", "请选择")
YES_NO = (("0", "否"), ("1", "是"))
LENGTHS = {"name": 50, "address": 200, "phone": 30}
ALWAYS_ANSWERED = ("is_lost", "is_floating")  # 否 from the beginning, never empty


class SuggestInput(forms.TextInput):
    """A text box whose suggestions are fetched while typing; without script it is a text box."""

    def __init__(self, table_name: str):
        super().__init__(attrs={"autocomplete": "off", "placeholder": "输入名称或代码检索"})
        self.table_name = table_name
        self.address = "members:codes"

    def render(self, name, value, attrs=None, renderer=None):
        options = f"{attrs['id']}_options"
        asking = {
            "list": options,
            "hx-get": reverse_lazy(self.address, args=[self.table_name]),
            "hx-trigger": "input changed delay:200ms",
            "hx-target": f"#{options}",
        }
        box = super().render(name, value, {**attrs, **asking}, renderer)
        return format_html('{}<datalist id="{}"></datalist>', box, options)


class SearchedCode(CleanText):
    """A code of a long table, typed as name or code; cleans to the code."""

    def __init__(self, *, table: CodeTable, **kwargs):
        self.table = table
        name = next(name for name, found in code_search.TABLES.items() if found is table)
        super().__init__(widget=SuggestInput(name), max_length=80, **kwargs)

    def prepare_value(self, value):
        return code_search.label(self.table, value) if value and value in self.table else value

    def to_python(self, value):
        try:
            return code_search.resolve(self.table, super().to_python(value))
        except code_search.Unclear as unclear:
            raise ValidationError(str(unclear), code="unclear") from None


class NewPhone(CleanText):
    def to_python(self, value):
        number = phones.normalise(super().to_python(value))
        if number and (problem := phones.problem(number)):
            raise ValidationError(problem, code="invalid")
        return number


class RecordForm(PlatformForm):
    """The given items of one member, all optional: an empty item never stops a save, it is merely not complete.

    Sealed items come up empty; what is typed replaces what is stored, nothing typed leaves it.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, member: Member, items: Sequence[Item], **kwargs: Any):
        self.items = items
        self.base_fields = {"version": self.base_fields["version"]} | {item.field: field_of(item) for item in items}
        kwargs["initial"] = {item.field: _initial(item, member) for item in items} | {"version": member.version}
        super().__init__(*args, **kwargs)

    @property
    def values(self) -> dict[str, Any]:
        """{field: value to store} of what was sent; sealed items only where something was typed."""
        sent = {item: self.cleaned_data[item.field] for item in self.items}
        return {item.field: value for item, value in sent.items() if item.kind is not Kind.SEALED or value}


def field_of(item: Item) -> forms.Field:
    """Return the form field of an item."""
    kept = {"label": item.label, "required": item.field == "name"}
    match item.kind:
        case Kind.DATE:
            return TypedDate(not_future=True, **kept)
        case Kind.MONTH:
            return TypedMonth(not_future=True, **kept)
        case Kind.YES_NO:
            return _yes_no(item, **kept)
        case Kind.CODE | Kind.REGION if item.table in code_search.TABLES.values():
            return SearchedCode(table=item.table, **kept)
        case Kind.CODE:
            return forms.ChoiceField(choices=[ASK, *item.table.choices], **kept)
        case _ if item.field == "phone":
            return NewPhone(max_length=LENGTHS["phone"], **kept)
    return CleanText(max_length=LENGTHS[item.field], **kept)


def _yes_no(item: Item, **kept: Any) -> forms.TypedChoiceField:
    choices = YES_NO if item.field in ALWAYS_ANSWERED else (ASK, *YES_NO)
    return forms.TypedChoiceField(choices=choices, coerce=lambda value: value == "1", empty_value=None, **kept)


def _initial(item: Item, member: Member) -> Any:
    if item.kind is Kind.SEALED:
        return ""
    value = getattr(member, item.field)
    return {None: "", False: "0", True: "1"}[value] if item.kind is Kind.YES_NO else value
