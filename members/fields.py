"""The form fields of the items of 党统信息集: the record, 补录申请, 批量维护 and 市外转入 ask for them alike."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.html import format_html

from members import code_search
from members.items import Item, Kind
from partyplatform import phones
from partyplatform.codetable import CodeTable
from partyplatform.ui.forms import CleanText, TypedDate, TypedMonth

ASK = ("", "请选择")
YES_NO = (("0", "否"), ("1", "是"))
LENGTHS = {"name": 50, "address": 200, "phone": 30}
ALWAYS_ANSWERED = ("is_lost", "is_floating")  # 否 from the beginning, never empty


class SuggestInput(forms.TextInput):
    """A text box whose suggestions are fetched while typing; without script it is a text box."""

    def __init__(self, table_name: str):
        super().__init__(attrs={"autocomplete": "off", "placeholder": "输入名称或代码查找"})
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
