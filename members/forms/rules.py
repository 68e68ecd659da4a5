"""完整度规则 as a form: for whom each item counts. Source: workflows.md 10."""

from typing import Any

from django import forms

from members.completeness import NEVER, Rule, Rules, choices_for, chosen
from partyplatform.ui.forms import CleanText, PlatformForm

NOBODY = (NEVER, "不计入")


class RulesForm(PlatformForm):
    """One choice for each item, sent by GET to the page that shows what would come of it."""

    def __init__(self, *args: Any, present: Rules, **kwargs: Any):
        self.base_fields = self.base_fields | {rule.field: self.field_of(rule) for rule in present.rules}
        super().__init__(*args, **kwargs)

    @staticmethod
    def field_of(rule: Rule) -> forms.Field:
        initial = rule.condition if rule.counts else NEVER
        choices = [*choices_for(rule.field), NOBODY]
        widget = forms.Select(attrs={"class": "select"})
        return forms.ChoiceField(label=rule.label, choices=choices, initial=initial, required=False, widget=widget)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules as chosen, once the form is valid."""
        return chosen((name, value) for name, value in self.cleaned_data.items() if name not in ("version", "reason"))


class ConfirmForm(RulesForm):
    """The same choices, hidden, with the version they were made for and the reason."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = CleanText(label="变更原因", max_length=200)

    @staticmethod
    def field_of(rule: Rule) -> forms.Field:
        field = RulesForm.field_of(rule)
        field.widget = forms.HiddenInput()
        return field
