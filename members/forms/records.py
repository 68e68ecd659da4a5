"""党统信息集 as a form, made from the table of items. Source: screens.md 2.5."""

from collections.abc import Sequence
from typing import Any

from django import forms

from members.fields import field_of
from members.items import Item, Kind
from members.models import Member
from partyplatform.ui.forms import PlatformForm


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


def _initial(item: Item, member: Member) -> Any:
    if item.kind is Kind.SEALED:
        return ""
    value = getattr(member, item.field)
    return {None: "", False: "0", True: "1"}[value] if item.kind is Kind.YES_NO else value
