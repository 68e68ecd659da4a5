"""What other rules would do to the scores: counted where members are few, else estimated from some drawn by chance."""

from dataclasses import dataclass
from random import Random

from django.db.models import Count, F, Max, Q, Sum

from members.completeness import Rules, percent
from members.models import Member

FEW = 20_000  # ids up to which every record is counted
DRAWN = 5_000  # ids drawn among more


@dataclass(frozen=True, slots=True)
class Effect:
    """Active members looked at, and how they would fare. `is_exact`: all were."""

    looked_at: int
    changed: int
    complete_before: int
    complete_after: int
    percent_before: int | None
    percent_after: int | None
    is_exact: bool

    def of(self, number: int, members: int) -> int:
        """Return a number of those looked at as one of all active members, estimates in round figures."""
        if self.is_exact or not self.looked_at:
            return number
        whole = number * members / self.looked_at
        step = 10 ** max(0, len(str(round(whole))) - 2)
        return round(whole / step) * step


def effect(rules: Rules) -> Effect:
    """Return what the rules would do, in two statements of at most some thousand records."""
    last = Member.objects.aggregate(last=Max("pk"))["last"] or 0
    members = Member.objects.active()
    if last > FEW:
        members = members.filter(pk__in=Random().sample(range(1, last + 1), DRAWN))
    same = Q(filled=F("right_filled"), required=F("right_required"))
    found = (
        rules.scored(members)
        .order_by()
        .aggregate(
            looked_at=Count("pk"),
            changed=Count("pk", filter=~same),
            complete_before=Count("pk", filter=Q(filled=F("required"))),
            complete_after=Count("pk", filter=Q(right_filled=F("right_required"))),
            before=Sum("filled", default=0),
            required_before=Sum("required", default=0),
            after=Sum("right_filled", default=0),
            required_after=Sum("right_required", default=0),
        )
    )
    return Effect(
        percent_before=percent(found.pop("before"), found.pop("required_before")),
        percent_after=percent(found.pop("after"), found.pop("required_after")),
        is_exact=last <= FEW,
        **found,
    )
