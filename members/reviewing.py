"""信息审核: what waits for a decision, of every kind in one list. Source: screens.md 2.11.

A row of the list is a `Matter`; a kind of matter says how its rows are found and read.
"""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, Value

from accounts.powers import Power
from members.admissions import AdmissionState
from members.corrections import REMOVAL
from members.models import Admission, Correction
from partyplatform.audit import ActingRole
from partyplatform.ui.status import Status
from partyplatform.ui.texts import is_number
from partyplatform.ui.todos import counts_todos

MINE, OPEN, ALL = "mine", "open", "all"
SCOPES = ((MINE, "待我审核"), (OPEN, "办理中"), (ALL, "全部"))


@dataclass(frozen=True, slots=True)
class Matter:
    """One line of 信息审核. `pk` names it with its kind: c12."""

    pk: str
    kind: str
    name: str
    place: str
    what: str
    before: str
    after: str
    by: str
    at: datetime.datetime
    status: Status
    url: str
    subject: Any

    def get_absolute_url(self) -> str:
        return self.url


@dataclass(frozen=True, slots=True)
class MatterKind:
    """One kind: its letter, label, the power to see and to decide, the rows in a scope, how rows become lines."""

    letter: str
    label: str
    power: Power
    deciding: Power
    rows: Callable[[ActingRole, str], QuerySet]
    moment: str
    read: Callable[[QuerySet], Iterable[Matter]]


def _corrections(role: ActingRole, scope: str) -> QuerySet:
    if scope == MINE:
        return Correction.objects.awaiting(role)
    rows = Correction.objects.visible_to(role)
    return rows.open() if scope == OPEN else rows


def _read_corrections(rows: QuerySet) -> Iterable[Matter]:
    for row in rows.select_related("member__organization"):
        yield Matter(
            pk=f"c{row.pk}",
            kind=REMOVAL.label if row.field == REMOVAL.field else "信息更正",
            name=row.member.name,
            place=row.member.organization.short_name,
            what=row.label,
            before=row.shown_base or "（空）",
            after=row.shown_value,
            by=row.proposed_by,
            at=row.proposed_at,
            status=row.status,
            url=row.get_absolute_url(),
            subject=row,
        )


def _admissions(role: ActingRole, scope: str) -> QuerySet:
    if scope == MINE:
        return Admission.objects.awaiting(role)
    rows = Admission.objects.visible_to(role).exclude(state=AdmissionState.DRAFT)
    return rows.waiting() if scope == OPEN else rows


def _read_admissions(rows: QuerySet) -> Iterable[Matter]:
    for row in rows.select_related("organization", "decider", "asking_organization"):
        yield Matter(
            pk=f"a{row.pk}",
            kind="补录申请",
            name=row.name,
            place=row.organization.short_name,
            what=row.get_add_kind_display(),
            before="",
            after=f"{row.get_category_display()}，{row.masked_id_number}",
            by=row.asked_by,
            at=row.updated_at,
            status=row.status,
            url=row.get_absolute_url(),
            subject=row,
        )


P = Power
# fmt: off
KINDS = (
    MatterKind("c", "信息更正", P.EDIT_MEMBER,   P.EDIT_MEMBER,      _corrections, "proposed_at", _read_corrections),
    MatterKind("a", "补录申请", P.ASK_ADMISSION, P.DECIDE_ADMISSION, _admissions,  "updated_at",  _read_admissions),
)
# fmt: on


def kinds_for(role: Any) -> list[MatterKind]:
    return [kind for kind in KINDS if role.can(kind.power)]


def matters(role: Any, *, scope: str, letter: str = "") -> QuerySet:
    """Return (letter, id, moment) of every matter of a scope in reach, the oldest first: those wait longest."""
    parts = [
        kind.rows(role, scope)
        .order_by()
        .annotate(letter=Value(kind.letter), at=F(kind.moment))
        .values_list("letter", "pk", "at")
        for kind in kinds_for(role)
        if letter in ("", kind.letter) and (scope != MINE or role.can(kind.deciding))
    ]
    parts = parts or [
        Correction.objects.none().annotate(letter=Value("c"), at=F("proposed_at")).values_list("letter", "pk", "at")
    ]
    order = ("at", "pk") if scope == MINE else ("-at", "-pk")
    return parts[0].union(*parts[1:], all=True).order_by(*order) if len(parts) > 1 else parts[0].order_by(*order)


def read(role: Any, keys: Sequence[tuple[str, int]], *, scope: str = ALL) -> list[Matter]:
    """Return the lines of these matters in their order; what is out of reach is left out."""
    found: dict[str, Matter] = {}
    for kind in kinds_for(role):
        ids = [pk for letter, pk in keys if letter == kind.letter]
        if ids:
            found |= {matter.pk: matter for matter in kind.read(kind.rows(role, scope).filter(pk__in=ids))}
    return [found[f"{letter}{pk}"] for letter, pk in keys if f"{letter}{pk}" in found]


def keys_of(ids: Iterable[str]) -> list[tuple[str, int]] | None:
    """Return (letter, id) of ticked lines, None when one of them is no line."""
    letters = {kind.letter for kind in KINDS}
    if all(key[:1] in letters and is_number(key[1:], digits=18) for key in ids):
        return [(key[0], int(key[1:])) for key in ids]
    return None


@counts_todos
def awaiting(role: Any) -> list[QuerySet]:
    """What this very organisation has to decide, for the number beside the bell and for 首页."""
    return [kind.rows(role, MINE) for kind in KINDS if role.can(kind.deciding)]
