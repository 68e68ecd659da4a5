"""The sums of dues counted anew from months and ledger: what the kept ones are compared with, and begin with."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Case, Count, F, IntegerField, Q, Sum, When

from eforefront.models import DuesEntry, DuesMonth, DuesTotal
from eforefront.models.dues_ledger import LARGE_GIFT_FEN
from eforefront.services.dues.totals import NAMES
from orgs.models import Organization

_CHUNK = 2000


def counted() -> dict[tuple[int, int, int], list[int]]:
    """Return the sums of every branch, month and year, counted from months and ledger in two statements."""
    found: dict[tuple[int, int, int], list[int]] = defaultdict(lambda: [0] * len(NAMES))
    for (place, day), numbers in (*_of_months(), *_of_entries()):
        for month in (day.month, 0):
            sums = found[place, day.year, month]
            for name, number in numbers.items():
                sums[NAMES.index(name)] += int(number or 0)
    return found


def below() -> dict[tuple[int, int, int], list[int]]:
    """Return {(year, month, organisation): sums of everything strictly below it}, added up from the branches' own."""
    found: dict[tuple[int, int, int], list[int]] = defaultdict(lambda: [0] * len(NAMES))
    parents = dict(Organization.objects.order_by().values_list("pk", "parent"))
    for place, year, month, *numbers in DuesTotal.objects.values_list("organization", "year", "month", *NAMES).iterator(
        chunk_size=_CHUNK
    ):
        above = parents[place]
        while above is not None:
            sums = found[year, month, above]
            for number, amount in enumerate(numbers):
                sums[number] += amount
            above = parents[above]
    return found


def _of_months() -> Iterator[tuple]:
    due = Q(state__in=["1", "2", "3"])
    rows = DuesMonth.objects.order_by().values("organization", "month")
    rows = rows.annotate(
        sum_due=Sum("due_fen", filter=due),
        sum_paid=Sum("paid_fen"),
        n_due=Count("pk", filter=due),
        n_paid=Count("pk", filter=Q(state__in=["2", "3"])),
        n_late=Count("pk", filter=Q(state="3")),
        n_exempt=Count("pk", filter=Q(state="4")),
        n_paused=Count("pk", filter=Q(state="5")),
    )
    for row in rows.iterator(chunk_size=_CHUNK):
        yield (
            (row["organization"], row["month"]),
            {
                "due_fen": row["sum_due"],
                "paid_fen": row["sum_paid"],
                "due_count": row["n_due"],
                "paid_count": row["n_paid"],
                "late_count": row["n_late"],
                "exempt_count": row["n_exempt"],
                "paused_count": row["n_paused"],
            },
        )


def _of_entries() -> Iterator[tuple]:
    gift = Q(kind="4")
    large = gift & (Q(amount_fen__gte=LARGE_GIFT_FEN) | Q(amount_fen__lte=-LARGE_GIFT_FEN))
    amount = Case(When(large, then=F("amount_fen")), default=0, output_field=IntegerField())
    rows = DuesEntry.objects.order_by().values("organization", "paid_on")
    rows = rows.annotate(sum=Sum("amount_fen"), gifts=Sum("amount_fen", filter=gift), large=Sum(amount))
    for row in rows.iterator(chunk_size=_CHUNK):
        numbers = {"received_fen": row["sum"], "gift_fen": row["gifts"], "large_gift_fen": row["large"]}
        yield (row["organization"], row["paid_on"]), numbers
