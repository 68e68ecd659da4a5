"""Uploading 新增人员信息表, looking through its rows, repairing its cells, taking it back."""

from collections.abc import Sequence

from django import forms

from members import code_search
from members.forms.records import SuggestInput
from members.imports.columns import BY_NAME, LONGEST, read_typed
from members.imports.reading import Reading, read_sheet
from members.items import BY_FIELD
from members.services.importing.rows import Row
from partyplatform.ui.forms import CleanText, FilterForm, PlatformForm

OUTCOMES = (("", "全部"), ("new", "新增"), ("update", "更新"), ("same", "无变化"), ("remark", "有提示"))
LONGEST_CELL = 200


class UploadForm(PlatformForm):
    """One workbook. Once valid, `reading` holds what was understood of it."""

    file = forms.FileField(
        label="文件",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )
    reading: Reading

    def __init__(self, *args, limits, **kwargs):
        super().__init__(*args, **kwargs)
        size = f"{limits.packed // 1024 // 1024} MB、{limits.rows:,} 行、{limits.columns} 列"
        self.fields["file"].help_text = f"xlsx 工作簿，不超过 {size}"

    def clean_file(self):
        upload = self.cleaned_data["file"]
        self.reading = read_sheet(upload)
        return upload


class RowFilter(FilterForm):
    outcome = forms.ChoiceField(label="结果", choices=OUTCOMES)

    def narrow(self, rows):
        asked = self.values.get("outcome")
        if asked == "remark":
            return rows.filter(has_remarks=True)
        return rows.filter(outcome=asked) if asked else rows


class RepairForm(PlatformForm):
    """The bad cells of some rows. Once valid, `rows` are the rows as corrected, `dropped` the numbers left out."""

    def __init__(self, *args, rows: Sequence[Row], **kwargs):
        self.faulty = rows
        super().__init__(*args, **kwargs)
        for row in rows:
            for name, text in row.bad_cells.items():
                self.fields[_key(row, name)] = _cell(row, name, text)
            self.fields[_key(row, "drop")] = forms.BooleanField(label=f"第 {row.number} 行不导入", required=False)

    @property
    def groups(self):
        """(row, its fields, the box that leaves it out), as the page shows them."""
        return [
            (row, [self[_key(row, name)] for name in row.bad_cells], self[_key(row, "drop")]) for row in self.faulty
        ]

    @property
    def dropped(self):
        return [row.number for row in self.faulty if self.cleaned_data[_key(row, "drop")]]

    @property
    def rows(self):
        kept = [row for row in self.faulty if not self.cleaned_data[_key(row, "drop")]]
        for row in kept:
            read_typed(row, {name: self.cleaned_data[_key(row, name)] for name in row.bad_cells})
        return kept


class UndoForm(PlatformForm):
    reason = CleanText(label="撤销原因", max_length=200)


def _key(row, name):
    return f"row{row.number}-{name}"


def _cell(row, name, text):
    tables = [
        table for table, codes in code_search.TABLES.items() if name in BY_FIELD and codes is BY_FIELD[name].table
    ]
    return CleanText(
        label=BY_NAME[name].label,
        help_text=f"原因：{text}",
        widget=SuggestInput(tables[0]) if tables else forms.TextInput(attrs={"autocomplete": "off"}),
        initial=row.texts.get(name, ""),
        max_length=LONGEST.get(name, LONGEST_CELL),
        required=False,
    )
