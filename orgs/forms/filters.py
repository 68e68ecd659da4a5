"""The filters of the organisation list. Source: screens.md 2.2."""

from django import forms

from orgs import codes
from orgs.figures import NOBODY
from orgs.reminders import crowded, incomplete, thin
from partyplatform.ui.forms import CleanText, FilterForm

YES_NO = (("", "请选择"), ("1", "是"), ("0", "否"))
STATES = (
    ("", "现有"),
    ("incomplete", "信息完整度未达 100%"),
    ("thin", "正式党员不足 3 人"),
    ("crowded", "党员超过 50 人"),
    ("dissolved", "已撤销"),
)
COMPLETENESS = (("", "请选择"), ("below", "低于 100%"), ("full", "100%"), ("none", "没有党员"))
_PERCENT = {"below": {"percent_below__lt": 100}, "full": {"percent_below": 100}, "none": {"percent_below": NOBODY}}
ATTENTION = {"incomplete": incomplete, "thin": thin, "crowded": crowded}


class OrganizationFilter(FilterForm):
    short_name = CleanText(
        label="组织简称", max_length=50, widget=forms.TextInput(attrs={"placeholder": "支持部分匹配"})
    )
    everything = forms.ChoiceField(label="所有下级", choices=(("", "否"), ("1", "是")))
    org_type = forms.ChoiceField(label="组织类型", choices=(("", "请选择"), *codes.OrgType.choices))
    elderly = forms.ChoiceField(label="以老年党员为主的党支部", choices=YES_NO)
    completeness = forms.ChoiceField(label="信息完整度", choices=COMPLETENESS)
    state = forms.ChoiceField(label="组织状态", choices=STATES)

    def narrow(self, rows):
        """Return what the filters leave; the rows know `percent_below` (orgs.figures.with_percent)."""
        values = self.values
        state = values.get("state")
        rows = rows.exclude(dissolved_on=None) if state == "dissolved" else rows.living()
        if state in ATTENTION:
            rows = ATTENTION[state](rows)
        if "short_name" in values:
            rows = rows.filter(short_name__contains=values["short_name"])
        if "org_type" in values:
            rows = rows.filter(org_type=values["org_type"])
        if "completeness" in values:
            rows = rows.filter(**_PERCENT[values["completeness"]])
        if "elderly" in values:
            rows = rows.filter(is_elderly_majority=values["elderly"] == "1")
        return rows
