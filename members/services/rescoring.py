"""Scoring all records anew after the rules changed: small transactions, in the order of the members' ids.

Each batch locks some branches, as whoever saves a record locks them, lets the database count every fourth record of
them, and gives the differences to the counters. How far it came stands in the version: a worker that was killed, or a
person who stopped it, loses a batch at most. What is saved meanwhile has the new score already (members/scoring.py).

Every fourth, because a page of PostgreSQL's table has room for one new version of every fourth row (migration 0024),
and for the next ones once the transaction has ended: a row that finds room on its page costs no entry in the indexes,
but that of the percentage where it changed.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from django.db import connection, transaction
from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import Mod
from django.utils import timezone

from members import scoring
from members.codes import MembershipStatus
from members.completeness import Rules
from members.models import Member, RuleVersion
from orgs import totals
from orgs.models import Organization

SPAN = 20_000  # ids looked through at once
AT_ONCE = 2  # batches on PostgreSQL
BATCH = 2_000  # records written in one transaction, about a tenth of a second
TURNS = 4  # each writes another share of the records of the same branches
Reached = Callable[[int, int], None]


class Superseded(Exception):
    """Newer rules were put in force meanwhile; the scoring anew by them goes over every record."""


def rescore(version: RuleVersion, *, reached: Reached = lambda done, total: None) -> int:
    """Score every record by a version, from where it was left; return the number of records changed by it in all.

    `reached(id, last id)` is called between batches and may raise to stop it. Raises `Superseded`.
    """
    place, last = version.scored_to, _last()  # who is entered from now on is scored by this version at once
    while place < last:
        top = _end(place, last)
        _score_all(version, list(_batches(version, place, top)), reached=partial(reached, place, last))
        totals.fold_if_long()  # once for all turns of the same branches
        RuleVersion.objects.filter(pk=version.pk).update(scored_to=top)
        reached(top, last)
        place = top
    version.refresh_from_db()
    return version.changed


def finish(version: RuleVersion) -> None:
    """Note that every record is scored; runs in the caller's transaction."""
    RuleVersion.objects.filter(pk=version.pk, scored_at=None).update(scored_at=timezone.now())


def percent(rules: Rules) -> int:
    """Return how much of the scoring anew is done, in whole per cent."""
    return min(99, (rules.scored_to or 0) * 100 // max(1, _last())) if rules.is_scoring else 100


def _last() -> int:
    return Member.objects.aggregate(last=Max("pk"))["last"] or 0


def _end(place: int, last: int) -> int:
    """Return the id up to which the next look goes."""
    found = Member.objects.filter(pk__gt=place).order_by("pk").values_list("pk", flat=True)[SPAN - 1 : SPAN]
    return min(next(iter(found), last), last)


def _batches(version: RuleVersion, place: int, top: int) -> Iterator[tuple[list[int], int]]:
    """Yield (branches, turn): the turns of the same branches far from each other."""
    groups = list(_groups(version, place, top))
    for turn in range(TURNS):
        yield from ((branches, turn) for branches in groups)


def _groups(version: RuleVersion, place: int, top: int) -> Iterator[list[int]]:
    """Yield branches that hold records of this span with another score, as many as make a batch for each turn."""
    rows = _rules(version).wrongly_scored(Member.objects.filter(pk__gt=place, pk__lte=top)).order_by()
    branches: list[int] = []
    size = 0
    for branch, count in list(rows.values_list("organization_id").annotate(Count("pk")).order_by("organization_id")):
        if branches and size + count > BATCH * TURNS:
            yield branches
            branches, size = [], 0
        branches.append(branch)
        size += count
    if branches:
        yield branches


def _score_all(version: RuleVersion, batches: list[tuple[list[int], int]], *, reached: Callable[[], None]) -> None:
    """Score the batches, side by side where the database can."""
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        for branches, turn in batches:
            _score(version, branches, turn)
            reached()
        return

    def score(share: list[tuple[list[int], int]]) -> None:
        try:
            for branches, turn in share:
                _score(version, branches, turn)
        finally:
            connection.close()  # of this thread

    with ThreadPoolExecutor(AT_ONCE) as threads:
        for _ in threads.map(score, [batches[start::AT_ONCE] for start in range(AT_ONCE)]):
            reached()


@transaction.atomic
def _score(version: RuleVersion, branches: list[int], turn: int) -> None:
    rules = scoring.rules_for_saving()
    if rules.version != version.pk:
        raise Superseded
    list(Organization.objects.filter(pk__in=branches).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    members = Member.objects.filter(organization__in=branches).alias(turn=Mod(F("pk"), TURNS)).filter(turn=turn)
    before = _sums(members)
    wrong = rules.wrongly_scored(members)
    changed = wrong.update(filled=F("right_filled"), required=F("right_required"))
    after = _sums(members)
    totals.change_many(
        {
            branch: {"filled": filled - before[branch][0], "required": required - before[branch][1]}
            for branch, (filled, required) in after.items()
        },
        folds=False,
    )
    RuleVersion.objects.filter(pk=version.pk).update(changed=F("changed") + changed)


def _sums(members: QuerySet) -> dict[int, tuple[int, int]]:
    """Return {branch: (filled, required)} over its active members."""
    active = Q(status=MembershipStatus.NORMAL)
    rows = members.filter(active).order_by().values_list("organization_id").annotate(Sum("filled"), Sum("required"))
    return {branch: (filled, required) for branch, filled, required in rows}


def _rules(version: RuleVersion) -> Rules:
    rules = RuleVersion.objects.in_force()
    if rules.version != version.pk:
        raise Superseded
    return rules
