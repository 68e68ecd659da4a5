"""Uploading 新增人员信息表, looking through its rows, repairing its cells, taking it back."""

from django import forms

from members import code_search
from members.fields import SuggestInput
from members.imports.columns import BY_NAME, LONGEST, read_typed
from members.items import BY_FIELD
from members.services.importing.rows import NUMBER
from partyplatform.ui import sheets
from partyplatform.ui.forms import CleanText, FilterForm, PlatformForm

OUTCOMES = (("", "全部"), ("new", "新增"), ("update", "更新"), ("same", "无变化"), ("remark", "有提示"))
LONGEST_CELL = 200
# A fault in the first cell may lie in one of the others, which are fine by themselves.
BESIDE = {
    "gender": (NUMBER,),
    "joined_on": ("born_on",),
    "confirmed_on": ("category", "joined_on"),
    "lost_since": ("is_lost",),
}


class RowFilter(FilterForm):
    outcome = forms.ChoiceField(label="结果", choices=OUTCOMES)

    def narrow(self, rows):
        asked = self.values.get("outcome")
        if asked == "remark":
            return rows.filter(has_remarks=True)
        return rows.filter(outcome=asked) if asked else rows


class RepairForm(sheets.RepairForm):
    """The bad cells of some rows, with those they are compared with."""

    def cells(self, row):
        beside = [other for name in row.bad_cells for other in BESIDE.get(name, ())]
        return row.bad_cells | {name: "与有错误的项目相关，可一并改正" for name in beside if name not in row.bad_cells}

    def cell_field(self, row, name, reason):
        tables = [
            table for table, codes in code_search.TABLES.items() if name in BY_FIELD and codes is BY_FIELD[name].table
        ]
        return CleanText(
            label=BY_NAME[name].label,
            help_text=f"原因：{reason}",
            widget=SuggestInput(tables[0]) if tables else forms.TextInput(attrs={"autocomplete": "off"}),
            initial=row.texts.get(name, ""),
            max_length=LONGEST.get(name, LONGEST_CELL),
            required=False,
        )

    def take(self, row, typed):
        read_typed(row, typed)


class UndoForm(PlatformForm):
    reason = CleanText(label="撤销原因", max_length=200)
