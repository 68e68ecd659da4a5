"""党费公示: a branch publishes a year once, as its figures stand then. Source: 党费规定 26; workflows.md 8.2."""

from collections import defaultdict
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from eforefront.models import DuesEntry, DuesMonth, DuesPublication, DuesTotal
from eforefront.models.dues_ledger import MonthState
from eforefront.services.dues.totals import NAMES
from orgs.models import Organization
from orgs.services.parents import signature
from partyplatform import audit
from partyplatform.ui.stale import Stale

_NO_DUES = (MonthState.EXEMPT, MonthState.PAUSED)


@transaction.atomic
def publish(branch: Organization, *, year: int, by: audit.ActingRole, note: str = "") -> DuesPublication:
    """Publish a year's dues to the branch's members: each one's months and sums, frozen.

    Raises ValidationError for a year that has not come or has no dues, `Stale` for one that is published.
    """
    if not branch.holds_members:
        raise ValidationError("临时党支部和功能型党支部不收缴党费")
    if year > timezone.localdate().year:
        raise ValidationError({"year": "该年度还没有开始"})
    figures, rows = figures_of(branch, year)
    if not rows:
        raise ValidationError({"year": f"{year} 年没有党费记录，无需公示"})
    try:
        with transaction.atomic():
            made = DuesPublication.objects.create(
                organization=branch, year=year, figures=figures, rows=rows, note=note, by_name=signature(by)
            )
    except IntegrityError:
        found = DuesPublication.objects.of(branch).get(year=year)
        raise Stale([["公示", "", f"{year} 年已公示"]], who=found.by_name, when=found.at) from None
    audit.record(by, "eforefront.publish_dues", made, organization=branch.pk, changes=[["年度", "", str(year)]])
    return made


def figures_of(branch: Organization, year: int) -> tuple[dict[str, int], list[list[Any]]]:
    """Return the sums of a branch and year, and a line for each member.

    A line is [name, months due, months paid, fen due, fen paid, fen given].
    """
    found = DuesTotal.objects.of(branch).filter(year=year, month=0).values(*NAMES).first()
    people: dict[int, list[Any]] = defaultdict(lambda: ["", 0, 0, 0, 0, 0])
    for row in DuesMonth.objects.of(branch).in_year(year).select_related("member").order_by("member__name", "member"):
        line = people[row.member_id]
        line[0] = row.member.name
        if row.state not in _NO_DUES:
            line[1] += 1
            line[2] += int(row.paid_fen > 0)
            line[3] += row.due_fen
            line[4] += row.paid_fen
    gifts = DuesEntry.objects.of(branch).filter(kind="4", paid_on__year=year).select_related("member")
    for entry in gifts:
        people[entry.member_id][0] = entry.member.name
        people[entry.member_id][5] += entry.amount_fen
    return found or dict.fromkeys(NAMES, 0), list(people.values())
