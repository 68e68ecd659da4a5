"""What each member owes in which month: opened, and kept in line with standards, reliefs and the roll.

Source: workflows.md 8.2.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from eforefront import dues_rates
from eforefront.models import DuesMonth, DuesRelief, DuesStandard
from eforefront.models.dues_ledger import OPEN, MonthState
from eforefront.models.dues_standards import BASES
from eforefront.services.dues.totals import Changes
from members.codes import MembershipStatus
from members.models import Matter, Member
from members.procedures import PAUSING
from orgs.dates import add_months
from partyplatform.locks import still_tree_lock

AHEAD = 12  # months that may be paid in advance

S = MonthState
ABROAD, SUSPENDED, GONE = "出国（境）", "停止党籍", "已不在册"


def this_month() -> datetime.date:
    return timezone.localdate().replace(day=1)


def span(first: datetime.date, last: datetime.date) -> Iterator[datetime.date]:
    """Yield the months from one to another, both included."""
    month = first
    while month <= last:
        yield month
        month = add_months(month, 1)


@dataclass(slots=True)
class Plan:
    """What one member owes in which month."""

    member: Member
    paused: str = ""  # why nothing is due from now on
    standards: list[DuesStandard] = field(default_factory=list)
    reliefs: list[DuesRelief] = field(default_factory=list)

    @property
    def first(self) -> datetime.date | None:
        return min((row.from_month for row in self.standards), default=None)

    def standard(self, month: datetime.date) -> DuesStandard | None:
        """The standard of a month: the latest that began by then, of two for one month the later one."""
        return max(
            (row for row in self.standards if row.from_month <= month),
            key=lambda row: (row.from_month, row.pk),
            default=None,
        )

    def relief(self, month: datetime.date) -> DuesRelief | None:
        return next((row for row in self.reliefs if row.covers(month)), None)

    def put(self, row: DuesMonth, *, now: datetime.date) -> None:
        """Set what is due on an unsettled month."""
        standard, relief = self.standard(row.month), self.relief(row.month)
        row.relief = relief
        row.due_fen = relief.monthly_fen if relief else due_of(standard, row.month) if standard else row.due_fen
        is_new = row.pk is None
        if row.state == S.PAUSED and not is_new and (self.paused or row.month < now):
            return  # a past one stays paused: it may be paid later, and need not
        if self.paused and (row.month > now or (is_new and row.month == now)):
            row.state, row.cause = S.PAUSED, self.paused
        else:
            row.state, row.cause = (S.DUE if row.due_fen else S.EXEMPT), ""


def due_of(standard: DuesStandard, month: datetime.date) -> int:
    """Return what is due in a month by a standard, anew where other rates came into force since it was set."""
    if not standard.has_base or dues_rates.edition(month) == dues_rates.edition(standard.from_month):
        return standard.monthly_fen
    return dues_rates.monthly(standard.category, month, base=Decimal(BASES.text(standard))).fen


def plans(ids: Collection[int]) -> dict[int, Plan]:
    """Return the plans of these members in four statements."""
    members = Member.objects.in_bulk(list(ids))
    abroad = set(
        Matter.objects.filter(member__in=ids, procedure="abroad", state__in=PAUSING).values_list("member", flat=True)
    )
    found = {pk: Plan(member, _pause(member, abroad)) for pk, member in members.items()}
    for standard in DuesStandard.objects.of_members(ids):
        found[standard.member_id].standards.append(standard)
    for relief in DuesRelief.objects.approved().of_members(ids):
        found[relief.member_id].reliefs.append(relief)
    return found


def _pause(member: Member, abroad: Collection[int]) -> str:
    if member.status == MembershipStatus.SUSPENDED:
        return SUSPENDED
    if member.status != MembershipStatus.NORMAL:
        return GONE
    return ABROAD if member.pk in abroad else ""


@transaction.atomic
def keep(ids: Collection[int], *, until: datetime.date | None = None, changes: Changes | None = None) -> None:
    """Open what is missing of these members' months until one, and bring the unsettled ones up to date.

    Without `until` months are opened to the present one. Settled months are never touched. Runs as often as one likes.
    A caller that goes on to change sums gives its own `changes` and writes them last.
    """
    still_tree_lock()
    now, last = this_month(), max(until or this_month(), this_month())
    own = Changes() if changes is None else changes
    try:
        known, rows = _opened(ids, last, now, own)
    except IntegrityError:  # the chore opened one of them in the same moment
        known, rows = _opened(ids, last, now, own)
    changed = [
        row
        for pk, plan in sorted(known.items())
        if plan.first is not None
        for row in rows[pk].values()
        if row.state in OPEN and _differs(row, plan, now, own)
    ]
    DuesMonth.objects.bulk_update(changed, ["state", "due_fen", "relief", "cause", "organization"], batch_size=200)
    if changes is None:
        own.write()


def _opened(
    ids: Collection[int], last: datetime.date, now: datetime.date, changes: Changes
) -> tuple[dict[int, Plan], dict[int, dict[datetime.date, DuesMonth]]]:
    """Open what is missing; return the plans, and the months that were there, with their members held."""
    _hold(ids)
    known = plans(ids)
    rows: dict[int, dict[datetime.date, DuesMonth]] = defaultdict(dict)
    for row in DuesMonth.objects.of_members(ids).order_by("member", "month"):
        rows[row.member_id][row.month] = row
    payers = [(pk, plan) for pk, plan in sorted(known.items()) if plan.first is not None and plan.member.is_enrolled]
    new = [row for pk, plan in payers for row in _missing(plan, rows[pk], last, now)]
    with transaction.atomic():
        DuesMonth.objects.bulk_create(new, batch_size=500)
    for row in new:
        changes.take_month(row)
    return known, rows


def _hold(ids: Collection[int]) -> None:
    """Let nobody else write months of these members: whoever does holds the members, so the months need no lock of
    their own, which on several machines could not be had for more than one member at a time (docs/scaling.md)."""
    people = Member.objects.filter(pk__in=ids).order_by("pk")
    list(people.select_for_update(of=("self",), no_key=True).values_list("pk"))


_KEPT = ("state", "due_fen", "relief_id", "cause", "organization_id")


def _differs(row: DuesMonth, plan: Plan, now: datetime.date, changes: Changes) -> bool:
    """Put a row anew; say whether anything changed, and count it then."""
    before = [getattr(row, name) for name in _KEPT]
    old = DuesMonth(**{name: getattr(row, name) for name in (*_KEPT, "month", "paid_fen", "member_id")})
    plan.put(row, now=now)
    if before == [getattr(row, name) for name in _KEPT]:
        return False
    changes.take_month(old, away=True)
    changes.take_month(row)
    return True


def _missing(
    plan: Plan, have: dict[datetime.date, DuesMonth], last: datetime.date, now: datetime.date
) -> Iterator[DuesMonth]:
    assert plan.first is not None
    for month in span(plan.first, last):
        if month not in have:
            row = DuesMonth(member=plan.member, organization_id=plan.member.organization_id, month=month)
            plan.put(row, now=now)
            yield row


@transaction.atomic
def carry(
    members: Collection[int], *, away_from: int, after: datetime.date | None = None, changes: Changes | None = None
) -> None:
    """Give the unsettled months of members who left a branch to the one they belong to now; `after` a month only.

    Months up to it stay with the branch that was to collect them. A caller that goes on to change sums gives its own
    `changes` and writes them last.
    """
    still_tree_lock()
    _hold(members)
    rows = DuesMonth.objects.of_members(members).filter(organization=away_from, state__in=OPEN).select_related("member")
    own, moved = Changes() if changes is None else changes, []
    for row in rows.filter(month__gt=after) if after else rows:
        if row.member.is_enrolled and row.member.organization_id != away_from:
            own.take_month(row, away=True)
            row.organization_id = row.member.organization_id
            own.take_month(row)
            moved.append(row)
    DuesMonth.objects.bulk_update(moved, ["organization"], batch_size=500)
    if changes is None:
        own.write()
