"""The rows of one sheet: cells with content, at their true places, within the limits."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from . import values
from .formats import GENERAL, Format
from .limits import HEAD_ROWS, SAMPLE_MARK, Budget, Refused
from .markup import DAMAGED, Attributes, parse
from .references import REFERENCE, Area, area_of, column_number, place

Content = tuple[str, str]  # kind and text
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384


@dataclass
class Page:
    """What one sheet holds: {row: {column: content}}, and the merged areas of its first rows."""

    name: str
    rows: dict[int, dict[int, Content]] = field(default_factory=dict)
    merges: list[Area] = field(default_factory=list)

    def fill_merges(self) -> None:
        """Give every cell of a merged area in the first rows the value of its corner."""
        last = max((max(row) for row in self.rows.values()), default=0)
        for area in self.merges:
            content = self.rows.get(area.top, {}).get(area.left)
            if content is None:
                continue
            for number in range(area.top, min(area.bottom, HEAD_ROWS) + 1):
                row = self.rows.setdefault(number, {})
                for column in range(area.left, min(area.right, last) + 1):
                    row.setdefault(column, content)
        self.rows = dict(sorted(self.rows.items()))


class SheetReader:
    """Takes the callbacks of one sheet's XML."""

    def __init__(
        self, name: str, budget: Budget, *, shared: Sequence[Content], formats: Sequence[Format], from_1904: bool
    ) -> None:
        self.page = Page(name)
        self._has_sample = False  # the sample row of a template, which is nobody's data
        self._budget, self._limits = budget, budget.limits
        self._shared, self._formats, self._from_1904 = shared, formats, from_1904
        self._row = self._column = self._merged = self._phonetic = 0
        self._type = self._style = ""
        self._pieces: list[str] = []
        self._listening = self._has_value = self._has_formula = False

    def read(self, data: bytes) -> Page:
        parse(data, start=self._start, end=self._end, text=self._text)
        self.page.fill_merges()
        return self.page

    def _start(self, tag: str, attributes: Attributes) -> None:
        self._budget.count_element()
        if tag == "c":
            self._begin_cell(attributes)
        elif tag in ("v", "t"):
            self._listening, self._has_value = not self._phonetic, True
        elif tag == "f":
            self._has_formula = True
        elif tag == "row":
            self._begin_row(attributes)
        elif tag == "rPh":
            self._phonetic += 1
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif tag == "dimension":
            self._check_area(attributes.get("ref", ""))

    def _end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self._listening = False
        elif tag == "c":
            self._end_cell()
        elif tag == "rPh":
            self._phonetic -= 1

    def _text(self, piece: str) -> None:
        if self._listening:
            self._pieces.append(piece)

    def _begin_row(self, attributes: Attributes) -> None:
        number = attributes.get("r", "")
        row = int(number) if number.isdecimal() and len(number) < 8 else self._row + 1
        if not self._row < row <= _LAST_ROW:
            raise Refused(DAMAGED)
        self._row, self._column = row, 0

    def _begin_cell(self, attributes: Attributes) -> None:
        if "r" in attributes:
            match = REFERENCE.fullmatch(attributes["r"])
            column = column_number(match[1]) if match else 0
        else:
            column = self._column + 1
        if not self._column < column <= _LAST_COLUMN or not self._row:
            raise Refused(DAMAGED)
        self._column = column
        self._type, self._style = attributes.get("t", "n"), attributes.get("s", "0")
        self._pieces.clear()
        self._has_value = self._has_formula = False

    def _end_cell(self) -> None:
        if not self._has_value and not self._has_formula:
            return
        kind, text = self._content("".join(self._pieces))
        if kind == values.EMPTY:
            return
        self._check_cell(text)
        row = self.page.rows.get(self._row)
        if row is None:
            if len(self.page.rows) - self._has_sample > self._limits.rows:
                raise Refused(f"工作表“{self.page.name}”的数据超过 {self._limits.rows:,} 行，请拆分后分别上传")
            row = self.page.rows[self._row] = {}
        row[self._column] = (kind, text)
        self._has_sample |= text.endswith(SAMPLE_MARK)

    def _content(self, raw: str) -> Content:
        """Return what the cell shows, by its stored type; a formula counts by its stored result."""
        if self._has_formula and not raw and not (self._has_value and self._type == "str"):
            return values.ERROR, values.NOT_COMPUTED
        if self._type == "s":
            place = int(raw) if raw.isdecimal() and len(raw) < 10 else -1
            if not 0 <= place < len(self._shared):
                raise Refused(DAMAGED)
            return self._shared[place]
        if self._type in ("inlineStr", "str"):
            return values.plain(raw)
        if self._type == "e":
            return values.ERROR, values.tidy(raw)
        if self._type == "b":
            return values.truth(raw)
        if not raw.strip():
            return values.EMPTY, ""
        if self._type == "d":
            return values.iso_date(raw)
        return values.numeric(raw, self._format(), from_1904=self._from_1904)

    def _format(self) -> Format:
        place = int(self._style) if self._style.isdecimal() and len(self._style) < 10 else 0
        return self._formats[place] if place < len(self._formats) else GENERAL

    def _check_cell(self, text: str) -> None:
        limits = self._limits
        if self._column > limits.columns:
            raise Refused(f"{self._place()}有内容，超过 {limits.columns} 列，请删除多余的列后再上传")
        if len(text) > limits.characters:
            raise Refused(f"{self._place()}的文字有 {len(text):,} 个字符，超过 {limits.characters:,} 个")
        self._budget.count_text(len(text))

    def _place(self) -> str:
        return f"工作表“{self.page.name}”{place(self._row, self._column)}"

    def _check_area(self, reference: str) -> Area | None:
        area = area_of(reference)
        if area and area.size > self._limits.area:
            raise Refused(
                f"工作表“{self.page.name}”的范围 {reference} 超过 {self._limits.area:,} 个单元格，"
                "请删除数据以外的空行、空列和合并单元格后再上传"
            )
        return area

    def _merge(self, reference: str) -> None:
        self._merged += 1
        if self._merged > self._limits.merges:
            raise Refused(f"工作表“{self.page.name}”的合并单元格超过 {self._limits.merges:,} 处，请取消合并后再上传")
        area = self._check_area(reference)
        if area and area.top <= HEAD_ROWS:
            self.page.merges.append(area)
