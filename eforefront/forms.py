"""The filters of 党员信息 in the portal. Source: screens.md 3.2."""

from django import forms

from members.codes import PersonCategory
from orgs.models import Organization
from partyplatform.ui.forms import CleanText, FilterForm


class PortalMemberFilter(FilterForm):
    name = CleanText(
        label="姓名", max_length=50, widget=forms.TextInput(attrs={"placeholder": "从姓氏起输入，如 王小"})
    )
    organization = CleanText(
        label="组织名称", max_length=50, widget=forms.TextInput(attrs={"placeholder": "搜索组织名称"})
    )
    category = forms.ChoiceField(label="党员类别", choices=(("", "请选择"), *PersonCategory.choices))

    def narrow(self, rows):
        values = self.values
        if "name" in values:
            rows = rows.named(values["name"])
        if "organization" in values:
            found = Organization.objects.living().matching(values["organization"])
            rows = rows.filter(organization__in=found.order_by().values("pk"))
        if "category" in values:
            rows = rows.filter(category=values["category"])
        return rows
