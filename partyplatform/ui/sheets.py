"""Forms around an uploaded sheet of records: the file, and the cells that have to be corrected.

A reading has rows; a row has a `number`, its cells as `texts`, and `bad_cells`, {field: sentence}.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms

from .forms import PlatformForm


class SheetForm(PlatformForm):
    """One workbook. Once valid, `reading` holds what `read` understood of it."""

    file = forms.FileField(
        label="文件",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )
    reading: Any

    def __init__(self, *args: Any, limits: Any, read: Callable[[Any], Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.read = read
        size = f"{limits.packed // 1024 // 1024} MB、{limits.rows:,} 行、{limits.columns} 列"
        self.fields["file"].help_text = f"xlsx 工作簿，不超过 {size}"

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        self.reading = self.read(upload)
        return upload


class RepairForm(PlatformForm):
    """The bad cells of some rows, and those they hang on. Once valid, `rows` are the rows as corrected, `dropped` the
    numbers left out.

    Subclasses give `cell_field(row, name, reason)` and `take(row, typed)`; `left_out` is the word of the box.
    """

    left_out = "不导入"

    def __init__(self, *args: Any, rows: Sequence[Any], **kwargs: Any):
        self.faulty = rows
        super().__init__(*args, **kwargs)
        for row in rows:
            for name, reason in self.cells(row).items():
                self.fields[_key(row, name)] = self.cell_field(row, name, reason)
            label = f"第 {row.number} 行{self.left_out}"
            self.fields[_key(row, "drop")] = forms.BooleanField(label=label, required=False)

    def cells(self, row: Any) -> dict[str, str]:
        """Return {field: why it is asked for} of a row: the bad cells, more where a fault may lie beside them."""
        return dict(row.bad_cells)

    def cell_field(self, row: Any, name: str, reason: str) -> forms.Field:
        """Return the field in which a cell is corrected."""
        raise TypeError(f"{type(self).__name__} corrects no cells")

    def take(self, row: Any, typed: dict[str, str]) -> None:
        """Put {field: typed text} into a row."""
        raise TypeError(f"{type(self).__name__} takes no cells")

    @property
    def groups(self) -> list[tuple[Any, list[Any], Any]]:
        """(row, its fields, the box that leaves it out), as the page shows them."""
        return [
            (row, [self[_key(row, name)] for name in self.cells(row)], self[_key(row, "drop")]) for row in self.faulty
        ]

    @property
    def dropped(self) -> list[int]:
        return [row.number for row in self.faulty if self.cleaned_data[_key(row, "drop")]]

    @property
    def rows(self) -> list[Any]:
        kept = [row for row in self.faulty if not self.cleaned_data[_key(row, "drop")]]
        for row in kept:
            self.take(row, {name: self.cleaned_data[_key(row, name)] for name in self.cells(row)})
        return kept


def _key(row: Any, name: str) -> str:
    return f"row{row.number}-{name}"
