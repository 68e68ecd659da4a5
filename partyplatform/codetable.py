"""Tables kept as data files: codes (`code,name,parent,source,note`) and rules with headings of their own."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

_SHOWN_AS = "show as "


@dataclass(frozen=True, slots=True)
class Code:
    code: str
    name: str
    parent: str
    source: str
    note: str


class Rules:
    """The rows of a data file with headings of its own, as mappings of text, read once on first use."""

    def __init__(self, path: Path):
        self.path = path

    @cached_property
    def rows(self) -> list[dict[str, str]]:
        with self.path.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))


class CodeTable:
    """The rows of one code file, read once on first use.

    `style` says how the manual prints a value: "党支部(631)" for organisations (`brackets`), "汉族 01" for
    members (`suffix`), or the bare name (`plain`). `unprinted` codes print as 无-; `withheld` ones are known and
    never offered. A note "show as 男" gives the name that people read.
    """

    def __init__(
        self, path: Path, *, style: str = "suffix", unprinted: tuple[str, ...] = (), withheld: tuple[str, ...] = ()
    ):
        self.path = path
        self.style = style
        self.unprinted = unprinted
        self.withheld = withheld

    @cached_property
    def rows(self) -> dict[str, Code]:
        with self.path.open(encoding="utf-8", newline="") as lines:
            return {row["code"]: Code(**row) for row in csv.DictReader(lines)}

    @cached_property
    def headings(self) -> frozenset[str]:
        """Codes that group others and cannot be chosen, unless their note says so."""
        parents = {row.parent for row in self.rows.values() if row.parent}
        return frozenset(code for code in parents if "selectable" not in self.rows[code].note)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """(code, printed label) of every code that can be chosen, in the order of the file."""
        return [(code, self.display(code)) for code in self.rows if self.is_offered(code)]

    def is_offered(self, code: str) -> bool:
        """Say whether the code may be chosen: known, no heading, not withheld."""
        return code in self.rows and code not in self.headings and code not in self.withheld

    def label(self, code: str) -> str:
        """Return the bare name, or the code itself when the table does not know it."""
        row = self.rows.get(code)
        if row is None:
            return code
        return row.note.removeprefix(_SHOWN_AS) if row.note.startswith(_SHOWN_AS) else row.name

    def display(self, code: str) -> str:
        """Return the value as the manual prints it; an empty code prints as nothing."""
        if not code:
            return ""
        name = self.label(code)
        if self.style == "plain" or code not in self.rows:
            return name
        if code in self.unprinted:
            return f"{name}-"
        return f"{name}({code})" if self.style == "brackets" else f"{name} {code}"

    def code_of(self, text: str) -> str | None:
        """Return the code that a person meant by a code, a name or a printed label; None if unknown."""
        text = text.strip()
        if text in self.rows:
            return text
        return self._by_text.get(text.replace("（", "(").replace("）", ")"))

    @cached_property
    def _by_text(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for code, row in self.rows.items():
            for text in (row.name, self.label(code), self.display(code)):
                found.setdefault(text.replace("（", "(").replace("）", ")"), code)
        return found

    def __contains__(self, code: object) -> bool:
        return code in self.rows

    def __iter__(self) -> Iterator[Code]:
        return iter(self.rows.values())
