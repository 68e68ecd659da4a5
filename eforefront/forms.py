"""The filters of 党员信息 in the portal. Source: screens.md 3.2."""

from django import forms

from members import finding
from members.codes import PersonCategory
from partyplatform.ui.forms import CleanText, FilterForm


class PortalMemberFilter(FilterForm):
    name = CleanText(
        label="姓名", max_length=50, widget=forms.TextInput(attrs={"placeholder": "从姓氏起输入，如 王小"})
    )
    organization = CleanText(
        label="组织名称", max_length=50, widget=forms.TextInput(attrs={"placeholder": "搜索组织名称"})
    )
    category = forms.ChoiceField(label="党员类别", choices=(("", "请选择"), *PersonCategory.choices))

    def members(self, role):
        """Return the members in reach of the role that the filters leave, in tree order."""
        values = self.values
        rows = finding.members(role, name=values.get("name", ""), place=values.get("organization", ""))
        return rows.filter(category=values["category"]) if "category" in values else rows
