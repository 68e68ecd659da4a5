"""The other sections of a record, as forms made from their models."""

from typing import Any

from django import forms
from django.db import models
from django.forms import modelform_factory

from accounts import id_numbers
from members import codes
from members.fields import ASK, YES_NO, NewPhone, SearchedCode
from members.models import MemberProfile
from members.sections import Section, Table
from members.services.sections import SEALED
from partyplatform.ui.forms import CleanText, PlatformModelForm, TypedDate

REGIONS = ("household_place",)
LONG_TEXT = 200
FORMER_HINT = "换领证件前的 15 位号码，或已更正的原号码"
REPLACED = "已登记 {}；不改请留空"


class ReadingForm(PlatformModelForm):
    """Reads what was typed; the service checks and stores it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version

    def _post_clean(self) -> None:
        """Rules and constraints are the service's."""

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class FormerNumber(CleanText):
    def to_python(self, value):
        return id_numbers.normalise(super().to_python(value))


class ItemsForm(ReadingForm):
    """Single items of a section. Sealed ones come up empty: what is typed replaces what is stored."""

    residence = CleanText(label="现居住地", max_length=LONG_TEXT, required=False)
    former_number = FormerNumber(label="曾用证件号", max_length=40, required=False)
    emergency_phone = NewPhone(label="紧急联系电话", max_length=30, required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in SEALED:
            if name in self.fields and (kept := getattr(self.instance, f"shown_{name}")):
                self.fields[name].help_text = REPLACED.format(kept)
            elif name == "former_number" and name in self.fields:
                self.fields[name].help_text = FORMER_HINT


def entry_form(table: Table) -> Any:
    """Return the form of a table's line."""
    return modelform_factory(table.model, form=ReadingForm, fields=table.fields, formfield_callback=_form_field)


def items_form(section: Section) -> Any:
    """Return the form of a section's single items, in their order."""
    plain = [name for name in section.items if name not in SEALED]
    made = modelform_factory(MemberProfile, form=ItemsForm, fields=plain, formfield_callback=_form_field)
    for name in SEALED:
        if name not in section.items:
            del made.base_fields[name]
    made.base_fields = {name: made.base_fields[name] for name in ("version", *section.items)}
    return made


def _form_field(field: models.Field, **_: Any) -> forms.Field | None:
    kept = {"label": field.verbose_name, "required": not field.blank}
    match field:
        case models.DateField():
            return TypedDate(not_future=True, **kept)
        case models.BooleanField():
            choices = (ASK, *YES_NO)
            return forms.TypedChoiceField(choices=choices, coerce=lambda v: v == "1", empty_value=None, **kept)
        case models.IntegerField():
            return field.formfield(**kept)
        case _ if field.name in REGIONS:
            return SearchedCode(table=codes.REGIONS, **kept)
        case _ if field.choices:
            return forms.ChoiceField(choices=[ASK, *field.choices], **kept)
    return CleanText(max_length=field.max_length, lines=field.max_length > LONG_TEXT, **kept)
