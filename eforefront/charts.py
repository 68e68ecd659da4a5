"""Column charts drawn on the server as SVG: read by a screen reader from title, desc and the table behind.

Coordinates are whole numbers of the drawing; the template only writes them down.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, FLOOR, TOP = 390, 176, 32  # of the drawing, its base line, the highest column's top
MARGIN = 12
WIDE, FEW = 800, 7  # of a drawing over the whole page, for more columns than a narrow one has room for
_SHORT = {
    "30 岁及以下": "≤30",
    "61 岁及以上": "≥61",
    "71 岁及以上": "≥71",
    "大学本科": "本科",
    "大学专科": "专科",
    "高中、中技": "高中",
    "初中及以下": "初中",
    "不满 1 年": "<1 年",
    "51 年及以上": "≥51",
    "公务员和参照管理人员": "公务员",
    "管理和专业技术人员": "管理专技",
    "工勤技能人员": "工勤",
    "农牧渔民": "农牧渔",
    "解放军、武警": "军警",
    "离退休人员": "离退休",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One column, with its figure above it and its name below."""

    label: str
    number: int
    x: int
    y: int
    width: int
    height: int
    is_last: bool
    url: str = ""  # of the list behind the figure

    @property
    def short(self) -> str:
        """The name where little room is."""
        return _SHORT.get(self.label, self.label.removesuffix(" 岁").removesuffix(" 年").replace(" ", ""))

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def above(self) -> int:
        return self.y - 8


@dataclass(frozen=True, slots=True)
class Chart:
    """What a template draws; `unit` stands behind each figure in the table."""

    slug: str
    title: str
    note: str
    unit: str
    heading: str  # of the first column of the table
    bars: tuple[Bar, ...]
    width: int = WIDTH

    @property
    def is_wide(self) -> bool:
        return self.width > WIDTH

    @property
    def end(self) -> int:
        """Where the base line ends."""
        return self.width - MARGIN

    @property
    def is_empty(self) -> bool:
        return not any(bar.number for bar in self.bars)

    @property
    def described(self) -> str:
        return "，".join(f"{bar.label} {bar.number} {self.unit}" for bar in self.bars)


def columns(
    slug: str,
    title: str,
    rows: Sequence[tuple[str, int]],
    *,
    unit: str,
    heading: str,
    note: str = "",
    marks_last: bool = False,
    width: int = WIDTH,
    urls: Sequence[str] = (),
) -> Chart:
    """Return a chart of (name, number); with `marks_last` the last column stands out."""
    most = max((number for _, number in rows), default=0) or 1
    step = (width - 2 * MARGIN) // max(1, len(rows))
    thick = min(36, step * 3 // 5)
    bars = []
    for place, (label, number) in enumerate(rows):
        height = number * (FLOOR - TOP) // most
        height = max(height, 2) if number else 0
        x = MARGIN + place * step + (step - thick) // 2
        url = urls[place] if urls and number else ""
        bars.append(Bar(label, number, x, FLOOR - height, thick, height, marks_last and place == len(rows) - 1, url))
    return Chart(slug, title, note, unit, heading, tuple(bars), width)
