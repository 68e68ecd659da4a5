"""待补全: whose records lack something in one branch, the new ones first. Source: workflows.md 10."""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Min, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from members.completeness import Rule, Rules, percent
from members.models import Member, Standing
from partyplatform.ui.status import Status

NEW_DAYS = 90  # how long somebody just entered stands at the head of the list
STRESSED = ("native_place", "title", "social_class")  # the items usually missing, as the manual says
MOST = 500  # in one branch; the rest follows when these are done
NAMED = 3  # items named in the summary


@dataclass(frozen=True, slots=True)
class Gap:
    """One member whose record lacks something."""

    member: Member
    missing: Sequence[Rule]
    percent: int | None
    is_new: bool
    key: tuple[Any, ...]

    @property
    def name(self) -> str:
        return self.member.name

    @property
    def count(self) -> int:
        return len(self.missing)

    @property
    def tags(self) -> list[Status]:
        return [Status("新入册", "gold")] if self.is_new else []

    @property
    def labels(self) -> list[Status]:
        """The missing items, those usually missing in amber."""
        return [Status(rule.label, "amber" if rule.field in STRESSED else "") for rule in self.missing]

    @property
    def url(self) -> str:
        """The form with just these items, in the walk from person to person."""
        return reverse("members:detail", args=[self.member.pk], query={"only": "missing", "walk": "1"})


def gaps(members: QuerySet, rules: Rules) -> list[Gap]:
    """Return the gaps of these members (of one branch, in reach): whoever was entered lately first, then by name."""
    entered = Standing.objects.filter(member=OuterRef("pk")).order_by().values("member").annotate(day=Min("begins_on"))
    rows = members.incomplete().annotate(entered_on=Subquery(entered.values("day"))).order_by("name_pinyin", "pk")
    since = timezone.localdate() - datetime.timedelta(days=NEW_DAYS)
    found = [_gap(member, rules, since) for member in rows[:MOST]]
    return sorted((gap for gap in found if gap.missing), key=lambda gap: gap.key)


def next_after(member: Member, found: Sequence[Gap]) -> Gap | None:
    """Return whose turn it is after a member, who may have been completed and left the list; None at its end."""
    entered = Standing.objects.filter(member=member).aggregate(day=Min("begins_on"))["day"]
    member.entered_on = entered  # type: ignore[attr-defined]
    key = _key(member, timezone.localdate() - datetime.timedelta(days=NEW_DAYS))
    return next((gap for gap in found if gap.key > key), None)


def most_missing(found: Sequence[Gap]) -> list[tuple[str, int]]:
    """Return (label, number of members) of the items that are missing most."""
    return Counter(rule.label for gap in found for rule in gap.missing).most_common(NAMED)


def _gap(member: Member, rules: Rules, since: datetime.date) -> Gap:
    key = _key(member, since)
    return Gap(member, rules.missing(member), percent(*rules.score(member)), key[0] == 0, key)


def _key(member: Any, since: datetime.date) -> tuple[Any, ...]:
    """A place in the list that stays the same while the record is filled in."""
    if member.entered_on is not None and member.entered_on >= since:
        return (0, -member.entered_on.toordinal(), "", member.pk)
    return (1, 0, member.name_pinyin, member.pk)
