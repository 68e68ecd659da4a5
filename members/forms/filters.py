"""The filters of the member list. Source: screens.md 2.4."""

from django import forms

from accounts import id_numbers
from members import finding
from members.codes import PersonCategory
from partyplatform.ui.forms import CleanText, FilterForm


class MemberFilter(FilterForm):
    name = CleanText(
        label="姓名", max_length=50, widget=forms.TextInput(attrs={"placeholder": "从姓氏起输入，如 王小"})
    )
    id_number = CleanText(
        label="身份证号", max_length=40, widget=forms.TextInput(attrs={"placeholder": "输入完整身份证号"})
    )
    category = forms.ChoiceField(label="人员类别", choices=(("", "请选择"), *PersonCategory.choices))
    everything = forms.ChoiceField(label="所有下级", choices=(("", "是"), ("0", "否")))

    def clean_id_number(self):
        return finding.whole_number(self.cleaned_data["id_number"])

    def members(self, organization, role):
        """Return the members under the organisation that the filters leave, of those in reach, in tree order."""
        values = self.values
        near = values.get("everything") == "0"
        asked = {name: values.get(name, "") for name in ("name", "id_number")}
        rows = finding.members(role, under=organization.pk, near=near, **asked)
        return rows.filter(category=values["category"]) if "category" in values else rows

    def described(self):
        """Return the filled filters in words, the number masked: they are written down."""
        number = self.values.get("id_number")
        return super().described().replace(number, id_numbers.masked(number)) if number else super().described()
