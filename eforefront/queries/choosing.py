"""The values of a coded field: what is offered, what a heading stands for, what people read."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from members import code_search, codes
from partyplatform.codetable import CodeTable

FEW = 100  # codes that fit into a list to choose from; of more tables a name or code is typed


@dataclass(frozen=True, slots=True)
class Choices:
    """A code table, or pairs of code and label where there is no table."""

    table: CodeTable | None = None
    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def offered(self) -> Sequence[tuple[str, str]]:
        """(code, label) in the order of the table; headings with a word that they stand for what is below them."""
        return _offered(self)

    @property
    def is_typed(self) -> bool:
        return self.table is not None and len(self.table.rows) > FEW

    def knows(self, code: str) -> bool:
        if self.table is not None:
            return code in self.table
        return any(code == own for own, _ in self.pairs)

    def label(self, code: str) -> str:
        """Return what people read for a code, as the list of a query shows it."""
        if self.table is codes.REGIONS:
            return code_search.region_name(code) if code else ""
        return self.table.label(code) if self.table is not None else dict(self.pairs).get(code, code)

    def display(self, code: str) -> str:
        """Return a stored value as pages print it."""
        if self.table is codes.REGIONS or self.table is None:
            return self.label(code)
        return self.table.display(code)

    def expanded(self, code: str) -> frozenset[str]:
        """Return the code and everything below it."""
        return _expanded(self, code)

    def resolve(self, text: str) -> str:
        """Return the code that typed text means, the text itself when it means none."""
        text = text.strip()
        if self.knows(text):
            return text
        last = text.split()[-1] if text else ""
        if last and self.knows(last):
            return last
        found = self.table.code_of(text) if self.table is not None else None
        return found or next((code for code, label in self.pairs if label == text), text)


@lru_cache(maxsize=100)
def _offered(choices: Choices) -> tuple[tuple[str, str], ...]:
    table = choices.table
    if table is None:
        return choices.pairs
    parents = {row.parent for row in table if row.parent}
    shown = (row for row in table if row.code not in table.withheld)
    return tuple((row.code, table.label(row.code) + ("（含下级）" if row.code in parents else "")) for row in shown)


@lru_cache(maxsize=2000)
def _expanded(choices: Choices, code: str) -> frozenset[str]:
    table = choices.table
    if table is None:
        return frozenset({code})
    rows = list(table)
    if table is codes.REGIONS:  # records may still name what was withdrawn since
        rows += list(codes.RETIRED_REGIONS)
    below: dict[str, list[str]] = {}
    for row in rows:
        below.setdefault(row.parent, []).append(row.code)
    found, waiting = {code}, [code]
    while waiting:
        new = [child for child in below.get(waiting.pop(), []) if child not in found]
        found.update(new)
        waiting.extend(new)
    return frozenset(found)
