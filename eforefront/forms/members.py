"""The filters of 党员信息 and 提醒, and the forms of 职务. Source: screens.md 3.2."""

from django import forms
from django.utils import timezone

from eforefront.services import composing
from members.codes import PersonCategory
from members.number_filter import NUMBER_HINT, NumberFilter
from partyplatform.ui.forms import CleanText, FilterForm, PlatformForm


def _numbered(labels):
    """The headings of a chart of 首页 by their places."""
    return [(str(place), label) for place, label in enumerate(labels)]


class PortalMemberFilter(NumberFilter):
    go = "搜索"  # as the manual calls it in this list

    name = CleanText(
        label="姓名", max_length=50, widget=forms.TextInput(attrs={"placeholder": "从姓氏起输入，如：王小"})
    )
    id_number = CleanText(label="身份证号码", max_length=40, widget=forms.TextInput(attrs={"placeholder": NUMBER_HINT}))
    organization = CleanText(
        label="组织名称", max_length=50, widget=forms.TextInput(attrs={"placeholder": "搜索组织名称"})
    )
    category = forms.ChoiceField(label="党员类别", choices=(("", "请选择"), *PersonCategory.choices))
    age = forms.ChoiceField(label="年龄", choices=(("", "请选择"), *_numbered(composing.AGE_LABELS)))
    education = forms.ChoiceField(label="学历", choices=(("", "请选择"), *_numbered(composing.EDUCATION_LABELS)))

    def members(self, role, *, under=None):
        """Return the members in reach of the role that the filters leave, in tree order; `under` as chosen there."""
        values = self.values
        asked = {name: values.get(name, "") for name in ("name", "id_number")}
        rows = self.found(role, place=values.get("organization", ""), under=under, **asked)
        if "category" in values:
            rows = rows.filter(category=values["category"])
        if "age" in values:
            rows = rows.filter(composing.aged(int(values["age"]), timezone.localdate()))
        return rows.filter(composing.educated(int(values["education"]))) if "education" in values else rows


class ReminderFilter(FilterForm):
    """Whose reminders; the kind is in the tabs."""

    name = CleanText(label="姓名", max_length=50)
    place = CleanText(label="所在党组织", max_length=50)


class DutyForm(PlatformForm):
    """职务 and 是否默认; the organisation is that of the address."""

    duty = forms.ChoiceField(label="职务")
    is_default = forms.TypedChoiceField(
        label="是否默认",
        choices=(("0", "否"), ("1", "是")),
        coerce=lambda value: value == "1",
        help_text="选“是”，登录后首先使用该角色，原来的默认角色不再默认",
    )

    def __init__(self, *args, duties, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["duty"].choices = [("", "请选择"), *((name, name) for name in duties)]


class EditDutyForm(DutyForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class PortfolioForm(PlatformForm):
    portfolio = CleanText(label="分工", max_length=100, required=False, lines=True, help_text="如：负责组织关系转接")
    version = forms.IntegerField(widget=forms.HiddenInput)


class EndDutyForm(PlatformForm):
    reason = CleanText(label="删除原因", max_length=200, lines=True)
