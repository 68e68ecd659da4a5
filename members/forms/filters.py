"""The filters of the member list. Source: screens.md 2.4."""

from django import forms

from members.codes import MembershipStatus, PersonCategory
from members.number_filter import NUMBER_HINT, NumberFilter
from members.ordering import CHOICES, order_of
from partyplatform.ui.forms import CleanText, TypedDate

YES_NO = (("", "请选择"), ("1", "是"), ("0", "否"))
STANDINGS = (("", "正常"), (MembershipStatus.SUSPENDED, "停止党籍"))


def percent(label):
    box = forms.NumberInput(attrs={"min": 0, "max": 100, "inputmode": "numeric"})
    field = forms.IntegerField(label=label, min_value=0, max_value=100, widget=box)
    field.error_messages |= dict.fromkeys(("invalid", "min_value", "max_value"), "应为 0 至 100 的整数")
    return field


class MemberFilter(NumberFilter):
    name = CleanText(
        label="姓名", max_length=50, widget=forms.TextInput(attrs={"placeholder": "从姓氏起输入，如：王小"})
    )
    id_number = CleanText(label="身份证号", max_length=40, widget=forms.TextInput(attrs={"placeholder": NUMBER_HINT}))
    category = forms.ChoiceField(label="人员类别", choices=(("", "请选择"), *PersonCategory.choices))
    standing = forms.ChoiceField(label="党籍状态", choices=STANDINGS)
    lost = forms.ChoiceField(label="失联", choices=YES_NO)
    floating = forms.ChoiceField(label="流动", choices=YES_NO)
    at_least = percent("完整度从（%）")
    at_most = percent("完整度至（%）")
    on = TypedDate(label="截至日期", not_future=True)
    everything = forms.ChoiceField(label="所有下级", choices=(("", "是"), ("0", "否")))
    sort = forms.ChoiceField(label="排序", choices=CHOICES)

    @property
    def is_active(self):
        return bool(self.values.keys() - {"sort", "everything"})

    @property
    def standing_asked(self):
        """党籍状态 of those listed. Suspended ones are in no count, so they have a list apart: workflows.md 5.1."""
        return self.values.get("standing", MembershipStatus.NORMAL)

    @property
    def day(self):
        """The day the list is asked for, None for today's."""
        return self.values.get("on")

    def members(self, organization, role, *, among=0):
        """Return the members under the organisation that the filters leave, of those in reach.

        `among` says how many members the organisation has; it decides how a sorted page is found.
        """
        values = self.values
        rows = self.found(
            role,
            under=organization.pk,
            near=values.get("everything") == "0",
            order=order_of(values.get("sort", ""), among=among),
            on=self.day,
            rare="1" in (values.get("lost"), values.get("floating")) or "standing" in values,
            **{name: values.get(name, "") for name in ("name", "id_number")},
        )
        return self._narrowed(rows.filter(**{"stood__status" if self.day else "status": self.standing_asked}))

    def _narrowed(self, rows):
        values = self.values
        if "category" in values:
            rows = rows.filter(**{"stood__category" if self.day else "category": values["category"]})
        for field, name in (("is_lost", "lost"), ("is_floating", "floating")):
            if name in values:
                rows = rows.filter(**{field: values[name] == "1"})
        if "at_least" in values:
            rows = rows.filter(percent__gte=values["at_least"])
        return rows.filter(percent__lte=values["at_most"]) if "at_most" in values else rows
