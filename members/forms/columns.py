"""选择显示列."""

from django import forms

from members.columns import ALWAYS, PICKABLE
from partyplatform.ui.forms import PlatformForm


class ColumnsForm(PlatformForm):
    also_sent = ("next", "reset")

    columns = forms.MultipleChoiceField(
        label="显示的列",
        required=False,
        choices=[(column.name, column.label) for column in PICKABLE if column.name != ALWAYS],
        widget=forms.CheckboxSelectMultiple,
        help_text="姓名总是显示；选择只对您本人有效，列表和“导出excel”都按此显示",
        error_messages={"invalid_choice": "请从列表中选择"},
    )
