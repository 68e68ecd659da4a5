"""The filters of the member list. Source: screens.md 2.4."""

from django import forms

from members.codes import PersonCategory
from partyplatform.ui.forms import CleanText, FilterForm


class MemberFilter(FilterForm):
    name = CleanText(
        label="姓名", max_length=50, widget=forms.TextInput(attrs={"placeholder": "从姓氏起输入，如 王小"})
    )
    category = forms.ChoiceField(label="人员类别", choices=(("", "请选择"), *PersonCategory.choices))
    everything = forms.ChoiceField(label="所有下级", choices=(("", "是"), ("0", "否")))

    def under(self, organization, rows):
        """Return those of `rows` under the organisation; with 否 those of itself and its direct children."""
        if self.values.get("everything") == "0":
            return rows.of_itself_and_children(organization.pk)
        return rows.of(organization.pk)

    def narrow(self, rows):
        values = self.values
        if "name" in values:
            rows = rows.named(values["name"])
        if "category" in values:
            rows = rows.filter(category=values["category"])
        return rows
