"""Who stands behind a cell: the rows that were counted, by the same sources and conditions."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from eforefront.statistics.definitions import Line, Table
from eforefront.statistics.facts import FACTS
from eforefront.statistics.frame import Frame
from eforefront.statistics.sources import SOURCES, Source


@dataclass(frozen=True)
class Behind:
    """A source, and the conditions its rows must meet; `without` are conditions none of which may be met."""

    source: Source
    lines: tuple[Line, ...]
    without: tuple[Line, ...] = ()

    def rows(self, frame: Frame) -> list[QuerySet]:
        """Return what was counted, the facts in question as annotations."""
        found = []
        for rows in self.source.rows(frame):
            names = {name for line in (*self.lines, *self.without) for name, _ in line.when}
            rows = rows.annotate(**{f"by_{name}": self.source.expression(name, frame) for name in sorted(names)})
            for line in self.lines:
                rows = rows.filter(_q(line, frame))
            for line in self.without:
                rows = rows.exclude(_q(line, frame))
            found.append(rows)
        return found


def _q(line: Line, frame: Frame) -> Q:
    found = Q()
    for name, test in line.when:
        settled: Any = FACTS[name].settled(test, frame)
        found &= settled.q(f"by_{name}")
    return found


def behind_cell(table: Table, row: Line, column: Line) -> Behind | None:
    """Return what stands behind a cell; None for one that is worked out from others or not held."""
    name = table.source_of(row, column)
    return Behind(SOURCES[name], (row, column)) if name else None
