"""The filters of the member list. Source: screens.md 2.4."""

from django import forms

from members import finding
from members.codes import PersonCategory
from partyplatform.ui.forms import CleanText, FilterForm


class MemberFilter(FilterForm):
    name = CleanText(
        label="姓名", max_length=50, widget=forms.TextInput(attrs={"placeholder": "从姓氏起输入，如 王小"})
    )
    category = forms.ChoiceField(label="人员类别", choices=(("", "请选择"), *PersonCategory.choices))
    everything = forms.ChoiceField(label="所有下级", choices=(("", "是"), ("0", "否")))

    def members(self, organization, role):
        """Return the members under the organisation that the filters leave, of those in reach, in tree order."""
        values = self.values
        near = values.get("everything") == "0"
        rows = finding.members(role, under=organization.pk, near=near, name=values.get("name", ""))
        return rows.filter(category=values["category"]) if "category" in values else rows
