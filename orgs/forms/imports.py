"""Uploading a sheet of organisations, and looking through what it would do."""

from django import forms

from orgs.imports.reading import Reading, read_sheet
from partyplatform.ui.forms import FilterForm, PlatformForm

OUTCOMES = {"new": "新增", "update": "更新", "same": "无变化"}


class UploadForm(PlatformForm):
    """One workbook. Once valid, `reading` holds what was understood of it."""

    file = forms.FileField(
        label="文件",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )
    reading: Reading

    def __init__(self, *args, kind, limits, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = kind
        size = f"{limits.packed // 1024 // 1024} MB、{limits.rows:,} 行、{limits.columns} 列"
        self.fields["file"].help_text = f"xlsx 工作簿，不超过 {size}"

    def clean_file(self):
        upload = self.cleaned_data["file"]
        self.reading = read_sheet(upload, self.kind)
        return upload


class OutcomeFilter(FilterForm):
    outcome = forms.ChoiceField(label="结果", choices=(("", "全部"), *OUTCOMES.items(), ("remark", "有提示")))

    def narrow(self, rows):
        asked = self.values.get("outcome")
        if asked == "remark":
            return [row for row in rows if row["w"]]
        return [row for row in rows if row["o"] == asked] if asked else rows
