"""The registry of sealed columns, and what is done with one cell of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from partyplatform.crypto import blind_index, blind_indexes, seal, unseal

END = 4  # characters at the end of a text that can be looked for without the rest


@dataclass(frozen=True)
class SealedColumn:
    """One sealed field of one model.

    `place` (table, column) is authenticated with each value together with the row's immutable `row`, so it stays as it
    is even when a table gets another name. `index_field` holds the search key, derived under the name `index_column`,
    `end_field` that of the last four characters, where texts are looked for by their end.
    `normalise` gives the one spelling that is sealed. `organization` says to which organisation a row belongs.
    """

    model: type[models.Model]
    field: str
    label: str
    place: tuple[str, str]
    index_field: str = ""
    index_column: str = ""
    end_field: str = ""
    row: str = "uid"
    normalise: Callable[[str], str] = str
    organization: Callable[[Any], int | None] = lambda row: None

    def put(self, instance: models.Model, text: str) -> None:
        """Seal a normalised text into an instance, the search key with it; saving is the caller's."""
        setattr(instance, self.field, self.sealed(getattr(instance, self.row), text))
        if self.index_field:
            setattr(instance, self.index_field, self.search_key(text))
        if self.end_field:
            setattr(instance, self.end_field, self.end_keys(text)[0] if text else "")

    def clear(self, instance: models.Model) -> None:
        """Leave an instance as if no text had ever been recorded; saving is the caller's."""
        setattr(instance, self.field, b"")
        for name in (self.index_field, self.end_field):
            if name:
                setattr(instance, name, "")

    def text(self, instance: models.Model) -> str:
        """Return the text in clear, "" where none was ever recorded; raises `Undecipherable`."""
        return self.opened(
            getattr(instance, self.row),
            getattr(instance, self.field),
            getattr(instance, self.index_field) if self.index_field else "",
        )

    def opened(self, row: object, blob: bytes | memoryview, search_key: str = "") -> str:
        """Return the text of one stored cell; a search key beside an empty cell says that something was taken away."""
        if not blob and not search_key:
            return ""
        table, column = self.place
        return unseal(blob, table=table, column=column, row=row)

    def sealed(self, row: object, text: str) -> bytes:
        table, column = self.place
        return seal(text, table=table, column=column, row=row)

    def search_key(self, text: str) -> str:
        return blind_index(text, column=self.index_column)

    def search_keys(self, text: str) -> list[str]:
        """Return the search keys under all known keys, newest first."""
        return blind_indexes(text, column=self.index_column)

    def end_keys(self, text: str) -> list[str]:
        """Return the search keys of the last four characters of a text under all known keys, newest first."""
        return blind_indexes(text[-END:], column=f"{self.index_column}.end")

    @property
    def stored_fields(self) -> list[str]:
        """The columns that one cell is made of: the row's id, the ciphertext, its search keys."""
        return [self.row, self.field, *(name for name in (self.index_field, self.end_field) if name)]

    def claim(self, text: str) -> None:
        """Let nobody else enter this text until the transaction ends; ask afterwards whether it is there already.

        While keys are being changed two processes may write search keys of different keys, which no unique index
        compares. Both wait here: whatever keys each of them knows, they have one in common. On SQLite writers take
        turns anyway.
        """
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                for search_key in sorted(self.search_keys(text)):
                    number = int.from_bytes(bytes.fromhex(search_key)[:8], signed=True)
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


_columns: dict[tuple[type[models.Model], str], SealedColumn] = {}


def enter(column: SealedColumn) -> SealedColumn:
    """Enter a column; the same field or the same place twice raises ValueError."""
    key = (column.model, column.field)
    if key in _columns or any(column.place == other.place for other in _columns.values()):
        raise ValueError(f"{column.place} is a sealed column already")
    _columns[key] = column
    return column


def columns() -> tuple[SealedColumn, ...]:
    """Return all sealed columns in the order they were entered."""
    return tuple(_columns.values())


def column_of(model: type[Any], field: str) -> SealedColumn:
    return _columns[model, field]
