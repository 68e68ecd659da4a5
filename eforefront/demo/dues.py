"""Two years of dues: standards, months, receipts and the ledger, written past the services in the same shapes."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from random import Random

from django.utils import timezone

from eforefront import dues_rates
from eforefront.demo import bulk
from eforefront.demo.words import words
from eforefront.models import (
    DuesConfirmation,
    DuesEntry,
    DuesMonth,
    DuesOpening,
    DuesPublication,
    DuesReceipt,
    DuesRelief,
    DuesSeries,
    DuesStandard,
    DuesSubtotal,
    DuesTotal,
)
from eforefront.models.dues_ledger import LARGE_GIFT_FEN, MonthState
from eforefront.models.dues_standards import BASES
from eforefront.services.dues import counting, yearly
from eforefront.services.dues.reliefs import decider_of
from eforefront.services.dues.totals import NAMES
from members.codes import MembershipStatus
from members.models import Member
from members.procedures import PAUSING
from orgs.dates import add_months
from orgs.models import Organization

MONTHS = 24  # of which the present one is the last
LATE_EACH, OWING_EACH, GIFT_EACH, RELIEF_EACH, UNSET_EACH = 40, 60, 90, 400, 700  # one member in so many
MOST = 60_000  # members with dues, whole branches: a city shows the same pages with a part of it
BY = "系统启用时导入"
DUE, PAID, LATE, EXEMPT, PAUSED = (str(state) for state in MonthState)
GIFT = str(DuesEntry.Kind.GIFT)
_STANDARD = words("id uid member organization category base_sealed rate monthly_fen from_month reason by_name at")
_MONTH = words("member organization month state due_fen paid_fen relief cause")
_RECEIPT = words(
    "id organization year number kind member total_fen paid_on method payer_kind payer_name reason by_name at"
)
_ENTRY = words("receipt organization member month kind amount_fen paid_on")
_TOTAL = ("organization", "year", "month", *NAMES)
_WAGES = (3200, 4300, 5200, 6100, 7400, 8800, 9600, 10_800, 12_500, 15_200)
_PENSIONS = (4100, 4800, 5600, 6900, 8200)


@dataclass(slots=True)
class Payer:
    """One member as the demonstration sees it."""

    pk: int
    place: int
    paused: str
    joined: datetime.date
    standard: DuesStandard
    relief: DuesRelief | None = None
    habit: str = ""  # "", late, owing, gift
    every: int = 1  # months paid for at once


class Books:
    """The rows of the tables as the database takes them, filled payer by payer."""

    def __init__(self, today: datetime.date):
        self.today, self.now = today, today.replace(day=1)
        self.calendar = [add_months(self.now, number) for number in range(1 - MONTHS, 1)]
        self.paused_from = add_months(self.now, -3)
        self.spelled = {month: month.isoformat() for month in self.calendar}
        self.sums: dict[tuple[int, int, int], list[int]] = defaultdict(lambda: [0] * len(NAMES))
        self.months: list[tuple] = []
        self.paid: list[tuple] = []  # (day, place, member, month or None, kind, fen)

    def month(self, payer: Payer, month: datetime.date, state: str, due: int, *, paid: int = 0) -> None:
        relief = payer.relief.pk if payer.relief and payer.relief.covers(month) else None
        cause = payer.paused if state == PAUSED else ""
        figures = (0, 0, 0, 0, 0, 1, 0) if state == EXEMPT else (0, 0, 0, 0, 0, 0, 1)
        if state in (DUE, PAID, LATE):
            figures = (due, paid, 1, int(paid > 0), int(state == LATE), 0, 0)
        self._count(payer.place, month, figures)
        self.months.append((payer.pk, payer.place, self.spelled[month], state, due, paid, relief, cause))

    def pay(self, payer: Payer, day: datetime.date, month: datetime.date | None, kind: str, fen: int) -> None:
        gift = fen if kind == GIFT else 0
        self._count(payer.place, day, (fen, gift, gift if gift >= LARGE_GIFT_FEN else 0), first=7)
        self.paid.append((day, payer.place, payer.pk, self.spelled[month] if month else None, kind, fen))

    def _count(self, place: int, month: datetime.date, figures: Sequence[int], *, first: int = 0) -> None:
        sums = self.sums[place, month.year, month.month]
        for number, figure in enumerate(figures, first):
            sums[number] += figure

    def totals(self) -> Iterator[tuple]:
        """The rows of `DuesTotal`: months as they were counted, and the years they make."""
        years: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0] * len(NAMES))
        for (place, year, month), sums in sorted(self.sums.items()):
            yield place, year, month, *sums
            years[place, year] = [one + other for one, other in zip(years[place, year], sums, strict=True)]
        yield from ((place, year, 0, *sums) for (place, year), sums in sorted(years.items()))


def fill(rows: Sequence[Organization], rng: Random, *, today: datetime.date) -> int:
    """Write two years of dues of the members of these branches, of a city's first ones; return how many pay."""
    payers = _payers(rows, rng, today)
    books = Books(today)
    for payer in payers:  # in the order of the tree: whoever stands together is written together
        _live(payer, books, rng)
    bulk.load(DuesMonth, _MONTH, books.months, is_plain=True)
    _ledger(books, rng)
    bulk.load(DuesTotal, _TOTAL, books.totals(), is_plain=True)
    upper = ((place, year, month, *sums) for (year, month, place), sums in sorted(counting.below().items()))
    bulk.load(DuesSubtotal, _TOTAL, upper, is_plain=True)
    DuesOpening.objects.create(month=books.now, is_done=True)
    _papers(rows, payers, books)
    return len(payers)


def _payers(rows: Sequence[Organization], rng: Random, today: datetime.date) -> list[Payer]:
    """Write standards and reliefs; return who pays what."""
    places = {row.pk: row for row in _first(rows)}
    abroad = set(
        Member.objects.filter(matters__procedure="abroad", matters__state__in=PAUSING).values_list("pk", flat=True)
    )
    start, last_year, found = add_months(today.replace(day=1), 1 - MONTHS), add_months(today.replace(day=1), -11), []
    people = Member.objects.enrolled().filter(organization__in=places).order_by("organization__lft", "name", "pk")
    fields = words("pk organization status joined_on job_post is_migrant_worker")
    for serial, (pk, place, status, joined, post, _) in enumerate(people.values_list(*fields), 1):
        if serial % UNSET_EACH == 0:
            continue  # whom the branch has still to enter
        paused = "停止党籍" if status != MembershipStatus.NORMAL else "出国（境）" if pk in abroad else ""
        first = max(start, (joined or start).replace(day=1))
        first = max(first, last_year) if (post or "").startswith("06") else first  # students, who are most of them
        standard = _standard(len(found) + 1, pk, places[place], post or "", min(first, today.replace(day=1)), rng)
        habits = {"late": LATE_EACH, "owing": OWING_EACH, "gift": GIFT_EACH}
        habit = next((name for name, each in habits.items() if rng.random() * each < 1), "")
        every = {"6": 6, "4": 3}.get(standard.category, rng.choice((1, 3)))
        found.append(Payer(pk, place, paused, first, standard, habit=habit, every=every))
    bulk.load(DuesStandard, _STANDARD, (tuple(_value(p.standard, name) for name in _STANDARD) for p in found))
    bulk.take_numbers_from(DuesStandard)
    _relieve(found, places, today)
    return found


def _first(rows: Sequence[Organization]) -> Iterator[Organization]:
    count = 0
    for row in rows:
        if row.holds_members and row.is_living and count < MOST:
            count += row.enrolled
            yield row


def _standard(
    number: int, member: int, place: Organization, post: str, month: datetime.date, rng: Random
) -> DuesStandard:
    category, base = _lives_on(place, post, rng)
    due = dues_rates.monthly(category, month, base=base)
    standard = DuesStandard(
        id=number,
        uid=uuid.UUID(int=rng.getrandbits(128), version=4),
        member_id=member,
        organization_id=place.pk,
        category=category,
        rate=due.rate,
        monthly_fen=due.fen,
        from_month=month,
        by_name=BY,
        at=timezone.now(),
    )
    if base is not None:
        BASES.put(standard, f"{base:.2f}")
    return standard


def _lives_on(place: Organization, post: str, rng: Random) -> tuple[str, Decimal | None]:
    if post.startswith("06"):
        return "6", None
    if place.is_elderly_majority or post.startswith("07"):
        return "4", Decimal(rng.choice(_PENSIONS)) + Decimal(rng.randrange(10_000)) / 100
    return "1", Decimal(rng.choice(_WAGES)) + Decimal(rng.randrange(20_000)) / 100


def _value(row: DuesStandard, name: str) -> object:
    return getattr(row, row._meta.get_field(name).attname)


def _relieve(payers: Sequence[Payer], places: dict[int, Organization], today: datetime.date) -> None:
    """Let a few be relieved, and a few more ask for it."""
    now, deciders = today.replace(day=1), {}
    chosen = [payer for payer in payers if not payer.paused][RELIEF_EACH // 2 :: RELIEF_EACH]
    for number, payer in enumerate(chosen):
        if payer.place not in deciders:
            deciders[payer.place] = decider_of(places[payer.place])
        if deciders[payer.place] is None:
            continue
        is_asked, first = number % 4 == 3, max(add_months(now, -8), payer.joined)
        relief = DuesRelief.objects.create(
            member_id=payer.pk,
            organization_id=payer.place,
            decider=deciders[payer.place],
            state=DuesRelief.State.ASKED if is_asked else DuesRelief.State.APPROVED,
            monthly_fen=0 if number % 2 or payer.standard.monthly_fen < 200 else payer.standard.monthly_fen // 2,
            from_month=now if is_asked else first,
            until_month=add_months(now, 5),
            reason="因病家庭困难，支部大会讨论同意" if number % 2 else "家庭遭遇重大变故，生活困难",
            document="" if is_asked else f"示党组〔{today.year}〕{number + 1}号",
            asked_by=BY,
            decided_by="" if is_asked else BY,
            decided_at=None if is_asked else timezone.now(),
        )
        payer.relief = None if is_asked else relief


def _live(payer: Payer, books: Books, rng: Random) -> None:
    """Two years of one member's dues, paid each month, quarter or half-year."""
    owed_from = add_months(books.now, -rng.choice((1, 2, 3, 4, 6, 7))) if payer.habit == "owing" else None
    is_slow = rng.random() < 0.4  # has not paid for the present month yet
    waiting: list[tuple[datetime.date, int]] = []
    for month in books.calendar:
        if month < payer.standard.from_month:
            continue
        due = payer.standard.monthly_fen
        if payer.relief and payer.relief.covers(month):
            due = payer.relief.monthly_fen
        if payer.paused and month >= books.paused_from:
            books.month(payer, month, PAUSED, due)
        elif not due:
            books.month(payer, month, EXEMPT, 0)
        elif (owed_from and month >= owed_from) or (is_slow and month == books.now):
            books.month(payer, month, DUE, due)
        else:
            waiting.append((month, due))
        if waiting and (month.month % payer.every == 0 or month == books.now):
            _pay(payer, waiting, books, rng)
            waiting = []
    if payer.habit == "gift" and not payer.paused:
        day = books.today - datetime.timedelta(days=rng.randint(1, 300))
        books.pay(payer, day, None, GIFT, rng.choice((5_000, 10_000, 20_000, 50_000, 100_000, 200_000)))


def _pay(payer: Payer, waiting: list[tuple[datetime.date, int]], books: Books, rng: Random) -> None:
    """Pay for some months in the first of them, in advance; those who are late some weeks after the last."""
    day = waiting[0][0] + datetime.timedelta(days=rng.randint(2, 24))
    if payer.habit == "late" and waiting[-1][0] < books.now and rng.random() < 0.3:
        day = add_months(waiting[-1][0], 1) + datetime.timedelta(days=rng.randint(1, 20))
    day = min(day, books.today)
    now = day.replace(day=1)
    for month, due in waiting:
        books.month(payer, month, LATE if month < now else PAID, due, paid=due)
        books.pay(payer, day, month, "2" if month < now else "3" if month > now else "1", due)


def _ledger(books: Books, rng: Random) -> None:
    """Give receipts their numbers, day by day, and write them with their lines."""
    last: dict[tuple[int, int], int] = defaultdict(int)
    receipts, entries = [], []
    acts = groupby(sorted(books.paid, key=itemgetter(0, 1, 2)), key=itemgetter(0, 1, 2))
    for number, ((day, place, member), lines) in enumerate(acts, 1):
        last[place, day.year] += 1
        total, spelled = 0, day.isoformat()
        for *_, month, kind, fen in lines:
            entries.append((number, place, member, month, kind, fen, spelled))
            total += fen
        at = f"{spelled} 01:30:00"
        method = "3" if rng.random() < 0.8 else "1"
        series = last[place, day.year]
        receipts.append((number, place, day.year, series, "1", member, total, spelled, method, "1", "", "", BY, at))
    bulk.load(DuesReceipt, _RECEIPT, receipts, is_plain=True)
    bulk.take_numbers_from(DuesReceipt)
    bulk.load(DuesEntry, _ENTRY, entries, is_plain=True)
    series = ((place, year, number) for (place, year), number in sorted(last.items()))
    bulk.load(DuesSeries, words("organization year last"), series)


def _papers(rows: Sequence[Organization], payers: Sequence[Payer], books: Books) -> None:
    """Most branches have confirmed this year's standards and published last year's dues."""
    counts: dict[int, int] = defaultdict(int)
    for payer in payers:
        counts[payer.place] += 1
    year, at = books.today.year, timezone.now()
    places = [row for row in rows if counts.get(row.pk)]
    confirmed = [(row.pk, year, counts[row.pk], BY, at) for row in places[::2]]
    bulk.load(DuesConfirmation, words("organization year members by_name at"), confirmed)
    for row in places[:3]:
        figures, people = yearly.figures_of(row, year - 1)
        DuesPublication.objects.create(organization=row, year=year - 1, figures=figures, rows=people, by_name=BY)
