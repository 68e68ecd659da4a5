"""What an uploaded workbook may be, and the refusal that names the limit it breaks. Source: security.md 48."""

from dataclasses import dataclass, fields

MEGABYTE = 1024 * 1024
OUT_OF_MEMORY = 3  # status of a child that could not even say so
SAMPLE_MARK = "（示例，导入时跳过）"  # ends the first cell of a template's sample row
HEAD_ROWS = 10  # headings and merged titles are looked for in the first rows only

# No setting and no feature goes beyond these.
CAPS = {
    "packed": 16 * MEGABYTE,
    "unpacked": 64 * MEGABYTE,
    "parts": 256,
    "ratio": 200,
    "rows": 20_000,
    "columns": 200,
    "characters": 32_767,
    "elements": 8_000_000,
    "text": 40_000_000,
    "area": 5_000_000,
    "merges": 20_000,
    "memory": 1024 * MEGABYTE,
    "cpu": 60,
    "seconds": 90,
}


@dataclass(frozen=True)
class Limits:
    """Upper bounds, each included. ValueError for one beyond its hard cap."""

    packed: int = 8 * MEGABYTE  # bytes of the file
    unpacked: int = 20 * MEGABYTE  # bytes of all its parts
    parts: int = 64
    ratio: int = 200  # unpacked to packed
    rows: int = 5_000  # with content, below the heading
    columns: int = 60
    characters: int = 2_000  # in one cell
    elements: int = 1_200_000  # XML elements of all sheets, empty formatted cells included
    text: int = 10_000_000  # characters in all cells
    area: int = 5_000_000  # cells in a declared range or a merged area
    merges: int = 2_000
    memory: int = 1024 * MEGABYTE  # bytes of address space
    cpu: int = 20  # seconds of processor time
    seconds: int = 30  # on the clock

    def __post_init__(self) -> None:
        for field in fields(self):
            if not 0 < getattr(self, field.name) <= CAPS[field.name]:
                raise ValueError(f"{field.name} must lie between 1 and {CAPS[field.name]}")


class Refused(Exception):
    """A workbook that is not read; the message is for the person who uploaded it."""


class Budget:
    """What all sheets of one workbook share: elements and text, counted down while they are read."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._elements, self._text = limits.elements, limits.text

    def count_element(self) -> None:
        self._elements -= 1
        if self._elements < 0:
            raise Refused(
                f"工作簿的单元格（含设置了格式的空单元格）过多，超过 {self.limits.elements:,} 个元素，"
                "请删除数据以外的行和列后再上传"
            )

    def count_text(self, characters: int) -> None:
        self._text -= characters
        if self._text < 0:
            raise Refused(f"工作簿的文字超过 {self.limits.text:,} 个字符，请拆分后分别上传")


def megabytes(size: int) -> str:
    return f"{size / MEGABYTE:.0f} MB"
