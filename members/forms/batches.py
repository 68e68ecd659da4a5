"""批量维护 as forms: which items, their new values, and the rows that are looked at."""

from collections.abc import Sequence
from typing import Any

from django import forms

from members.fields import field_of
from members.items import Item
from members.models import BatchRow
from members.services.batches import OFFERED
from partyplatform.ui.forms import FilterForm, PlatformForm


class ItemsForm(forms.Form):
    """The items to change; sent by GET, so that the form with their values has an address."""

    use_required_attribute = False

    items = forms.MultipleChoiceField(
        label="维护项目",
        choices=[(item.field, item.label) for item in OFFERED],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一个项目", "invalid_choice": "请从列表中选择"},
    )


class ValuesForm(PlatformForm):
    """One value for each chosen item, for everybody; none may be left empty."""

    def __init__(self, *args: Any, items: Sequence[Item], **kwargs: Any):
        self.base_fields = {item.field: _asked(item) for item in items}
        super().__init__(*args, **kwargs)


class RowFilter(FilterForm):
    state = forms.ChoiceField(label="结果", choices=(("", "全部"), *BatchRow.State.choices))

    def narrow(self, rows):
        return rows.filter(state=self.values["state"]) if "state" in self.values else rows


def _asked(item: Item) -> forms.Field:
    field = field_of(item)
    field.required = True
    field.help_text = item.hint
    return field
