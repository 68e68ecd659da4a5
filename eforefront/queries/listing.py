"""What a query found, as lines of a list and of a workbook."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from eforefront.queries.definition import Query
from eforefront.queries.fields import Field, Measure
from eforefront.queries.kinds import Kind
from eforefront.queries.relations import Relation
from eforefront.queries.subjects import SUBJECTS, Subject
from partyplatform.crypto import Undecipherable
from partyplatform.ui.columns import Column

AT_ONCE = 500
MOST_TOLD = 20  # rows of a relation in one cell
_KINDS = {Kind.DATE: "date", Kind.NUMBER: "number"}


@dataclass(slots=True)
class Line:
    """One row found, with what hangs on it."""

    row: Any
    url: str
    told: dict[str, str]


@dataclass(frozen=True)
class FieldColumn(Column):
    """A field, masked where pages mask it."""

    field: Field | None = None
    day: datetime.date | None = None

    def value(self, row: Any) -> Any:
        assert self.field is not None
        assert self.day is not None
        return self.field.value(row.row, self.day)


@dataclass(frozen=True)
class ClearColumn(FieldColumn):
    """A sealed field in full: for workbooks that were asked for and approved."""

    def value(self, row: Any) -> Any:
        assert self.field is not None
        assert self.field.column is not None
        record = row.row
        if self.field.path.startswith("profile__"):
            record = getattr(record, "profile", None)
        try:
            return self.field.column.text(record) if record is not None else ""
        except Undecipherable:
            return "无法解密"


@dataclass(frozen=True)
class ToldColumn(Column):
    """Rows of a relation, one behind the other."""

    def value(self, row: Any) -> Any:
        return row.told.get(self.name, "")


def chosen(query: Query) -> list[Field | Relation]:
    """Return the fields and relations of the columns, the usual ones where none were chosen."""
    subject = SUBJECTS[query.subject]
    names = query.columns or subject.columns
    found = [subject.fields.get(name) or subject.related.get(name) for name in names]
    return [one for one in found if one is not None]


def columns(query: Query, day: datetime.date | None, *, clear: bool = False) -> tuple[Column, ...]:
    """Return the columns of the list and of the workbook; with `clear`, what is sealed in full."""
    shown = [_column(one, day or timezone.localdate(), clear, place == 0) for place, one in enumerate(chosen(query))]
    return tuple(shown)


def _column(one: Field | Relation, day: datetime.date, clear: bool, is_first: bool) -> Column:
    link = "url" if is_first else ""
    if isinstance(one, Relation):
        return ToldColumn(one.label, one.name, width=30, link=link)
    kind = _KINDS.get(one.kind, "text")
    if one.measure is Measure.FEN:
        kind = "text"
    make = ClearColumn if clear and one.column is not None else FieldColumn
    return make(one.label, one.name, width=one.width, kind=kind, link=link, field=one, day=day)


def records(query: Query, day: datetime.date | None, page: list[Any]) -> Iterable[Any]:
    """Return the whole records of a page whose ids were found, in its order, for a past day as they stood."""
    subject = SUBJECTS[query.subject]
    by_id = subject.model._base_manager.select_related(*subject.joined).in_bulk([row.pk for row in page])
    rows = [by_id[row.pk] for row in page if row.pk in by_id]
    if day is None:
        return rows
    stood = {row.pk: row for row in page}
    for row in rows:
        for name in subject.day_names:
            setattr(row, name, getattr(stood[row.pk], name))
    return subject.stood(rows)


def everything(found: QuerySet, query: Query, day: datetime.date | None) -> Iterator[Any]:
    """Yield every record found, one after the other."""
    subject = SUBJECTS[query.subject]
    rows = found.select_related(*subject.joined).iterator(chunk_size=AT_ONCE)
    return subject.stood(rows) if day is not None else iter(rows)


def lines(rows: Iterable[Any], query: Query, role: Any) -> Iterator[Line]:
    """Yield the lines of rows, what hangs on them read for some hundreds at a time."""
    subject, told = SUBJECTS[query.subject], [one for one in chosen(query) if isinstance(one, Relation)]
    source = iter(rows)
    while batch := list(islice(source, AT_ONCE)):
        hanging = {relation.name: _told(relation, [row.pk for row in batch], role) for relation in told}
        for row in batch:
            texts = {name: "；".join(found.get(row.pk, ())) for name, found in hanging.items()}
            yield Line(row, _address(subject, row), texts)


def _told(relation: Relation, ids: list[Any], role: Any) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = defaultdict(list)
    rows = relation.rows(role).filter(**{f"{relation.link}__in": ids}).order_by(relation.order)
    for row in rows.select_related(*relation.joined):
        owner = row
        for name in relation.link.split("__"):
            owner = (
                getattr(owner, f"{name}_id", None) if name == relation.link.split("__")[-1] else getattr(owner, name)
            )
        if len(found[owner]) < MOST_TOLD:
            found[owner].append(relation.told(row))
    return found


def _address(subject: Subject, row: Any) -> str:
    return reverse(subject.link, args=[row.pk]) if subject.link else ""
