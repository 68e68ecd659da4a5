"""Opening the present month for everybody who pays, by a chore: a city's 2.4 million rows within minutes.

Almost everybody owes what the standard in force says: those rows are found in one statement and copied in. Whoever has
a relief, is abroad or suspended, lacks earlier months, or pays by rates that changed since, goes through `months.keep`.
"""

import datetime
from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q

from eforefront import dues_rates
from eforefront.models import DuesMonth, DuesOpening, DuesRelief, DuesStandard
from eforefront.services.dues import months
from eforefront.services.dues.totals import Changes
from members.codes import MembershipStatus
from members.models import Matter
from members.procedures import PAUSING
from orgs.dates import add_months
from partyplatform import bulk
from partyplatform.chores import chore
from partyplatform.locks import still_tree_lock

CHUNK, CHUNKS = 5000, 100  # members looked at in one transaction, and how many of those each minute
SINGLE = 500  # of those who need a closer look, at once


@chore
def open_months() -> int:
    """Open the present month for everybody who pays, so many members each minute; return how many were looked at."""
    opening, _ = DuesOpening.objects.get_or_create(month=months.this_month())
    count = 0
    while not opening.is_done and count < CHUNK * CHUNKS:
        count += _open_some(opening)
    return count


@transaction.atomic
def _open_some(opening: DuesOpening) -> int:
    opening.__dict__.update(DuesOpening.objects.select_for_update(no_key=True).get(pk=opening.pk).__dict__)
    if opening.is_done:
        return 0
    still_tree_lock()
    payers = DuesStandard.objects.filter(member__gt=opening.reached).order_by("member")
    ids = list(payers.values_list("member", flat=True).distinct()[:CHUNK])
    opened = _open_plain(ids, opening.month)
    have = DuesMonth.objects.of_members(ids).filter(month=opening.month).order_by()
    closer = sorted(set(ids) - opened - set(have.values_list("member", flat=True)))
    for start in range(0, len(closer), SINGLE):
        months.keep(closer[start : start + SINGLE])
    opening.reached = ids[-1] if ids else opening.reached
    opening.is_done = len(ids) < CHUNK
    opening.save(update_fields=["reached", "is_done"])
    return len(ids)


def _open_plain(ids: Collection[int], month: datetime.date) -> set[int]:
    """Open the month of all these members who owe just what their standard says; return who they are.

    Nobody, where one of them paid in the same moment: then each is looked at by itself.
    """
    edition, rows, changes = dues_rates.edition(month), [], Changes()
    for member, place, fen, category, since in _plain(ids, month):
        if dues_rates.has_base(category) and dues_rates.edition(since) != edition:
            continue
        row = DuesMonth(member_id=member, organization_id=place, month=month, due_fen=fen)
        rows.append(row)
        changes.take_month(row)
    try:
        with transaction.atomic():
            bulk.insert(rows)
    except IntegrityError:
        return set()
    changes.write()
    return {row.member_id for row in rows}


def _plain(ids: Collection[int], month: datetime.date) -> Collection[tuple]:
    """Yield (member, branch, fen, category, since) of members whose month follows from the last one by itself."""
    if not ids:
        return ()
    standards = DuesStandard.objects.filter(member=OuterRef("member"))
    later = standards.filter(from_month__lte=month).filter(
        Q(from_month__gt=OuterRef("from_month")) | Q(from_month=OuterRef("from_month"), pk__gt=OuterRef("pk"))
    )
    reliefs = DuesRelief.objects.approved().filter(member=OuterRef("member"))
    abroad = Matter.objects.filter(member=OuterRef("member"), procedure="abroad", state__in=PAUSING)
    among = {"member__gte": min(ids), "member__lte": max(ids)}
    found = DuesStandard.objects.filter(from_month__lte=month, member__status=MembershipStatus.NORMAL, **among)
    # Asked for by themselves, not row by row: the months may lie on other machines than the members (docs/scaling.md).
    present, last = (
        DuesMonth.objects.filter(month=day, **among).order_by().values("member")
        for day in (month, add_months(month, -1))
    )
    found = found.filter(
        ~Exists(later),
        ~Q(member__in=present),
        Q(member__in=last) | ~Exists(standards.filter(from_month__lt=month)),
        ~Exists(reliefs.filter(from_month__lte=month, until_month__gte=month)),
        ~Exists(abroad),
    )
    names = ("member_id", F("member__organization_id"), "monthly_fen", "category", "from_month")
    return list(found.order_by().values_list(*names))
