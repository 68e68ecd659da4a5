"""One line of the result: what was measured, and whether it is as good as aimed for."""

import json
import statistics
import time
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Line:
    """`limit` is the most that is allowed, or with `at_least` the least; without a limit the line informs."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False

    @property
    def ok(self) -> bool:
        if self.limit is None:
            return True
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def as_json(self) -> dict[str, Any]:
        row = asdict(self) | {"value": _rounded(self.value), "ok": self.ok}
        del row["at_least"]
        return row


def timed(act: Callable[[], Any]) -> float:
    """Run once and return milliseconds."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * round(share * 100) // 100) - 1))]


def table(lines: Sequence[Line]) -> str:
    """Return the lines as a table of text, Chinese characters two columns wide."""
    rows = [("项目", "数值", "目标", "")]
    for line in lines:
        sign = "≥" if line.at_least else "≤"
        limit = "" if line.limit is None else f"{sign} {_shown(line.limit)}"
        rows.append((line.name, f"{_shown(line.value)} {line.unit}", limit, "" if line.ok else "未达到"))
    widths = [max(_width(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def write_json(lines: Sequence[Line], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(
        json.dumps([line.as_json() for line in lines], ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


def _rounded(value: float) -> float:
    return round(value, 1 if value >= 100 else 3)


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
