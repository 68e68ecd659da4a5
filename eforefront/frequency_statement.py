"""The frequencies upward: of each organisation below, how many of its branches have done what they owe.

One statement groups the branches by the children of an organisation; the reach of the role is a condition of it.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from eforefront.attendees import COMMITTEE_FROM
from eforefront.frequency import BY_TYPE, COMMITTEE, GROUP, REVIEW, Requirement, window
from eforefront.models import Gathering, PartyGroup, ReviewCycle
from orgs.models import Organization
from partyplatform.ui.status import Status

TABS = {"month": ("11", "12", "13", "14", "21"), "year": ("22", "23", "24")}  # types by tab
_BRANCH = "b.dissolved_on IS NULL AND b.org_type IN ('631', '632') AND NOT b.is_functional"


@dataclass(frozen=True, slots=True)
class Share:
    """Of the branches that owe a type, how many have done it."""

    done: int
    due: int
    is_over: bool

    @property
    def label(self) -> str:
        return f"{self.done}/{self.due}" if self.due else "—"

    @property
    def tone(self) -> str:
        if not self.due:
            return ""
        return "green" if self.done >= self.due else "red" if self.is_over else "amber"

    @property
    def tag(self) -> Status:
        return Status(self.label, self.tone)


def statement(
    root: Organization, rows: Sequence[Organization], *, role: Any, tab: str, day: datetime.date
) -> dict[int, dict[str, Share]]:
    """Return {organisation: {type: share}} of these organisations below `root`, in one statement."""
    if not rows:
        return {}
    asked = [BY_TYPE[code] for code in TABS[tab]]
    text, values = _sql(asked, [row.pk for row in rows], root.pk, role.organization_id, day)
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        found = {line[0]: line[1:] for line in cursor.fetchall()}
    today = timezone.localdate()
    return {
        row.pk: {
            each.type: Share(
                done=(figures := found.get(row.pk, (0,) * 2 * len(asked)))[2 * place + 1] or 0,
                due=figures[2 * place] or 0,
                is_over=each.period(day)[1] <= today,
            )
            for place, each in enumerate(asked)
        }
        for row in rows
    }


def _sql(
    asked: Sequence[Requirement], ids: Sequence[int], root: int, top: int, day: datetime.date
) -> tuple[str, list[Any]]:
    models = (Organization, Gathering, PartyGroup, ReviewCycle)
    tables = {model: connection.ops.quote_name(model._meta.db_table) for model in models}
    windows = {each.type: window(each, day) for each in asked}
    first, end = min(start for start, _ in windows.values()), max(stop for _, stop in windows.values())
    held, values = [], []
    for each in asked:
        start, stop = windows[each.type]
        held.append(f"SUM(CASE WHEN type = '{each.type}' AND begins_at >= %s AND begins_at < %s THEN 1 ELSE 0 END)")
        values += [start, stop]
    counted = ", ".join(f"{text} AS n{each.type}" for text, each in zip(held, asked, strict=True))
    shares = []
    for each in asked:
        owed = _owed(each)
        done = f"COALESCE(h.n{each.type}, 0)" + (" + COALESCE(v.n, 0)" if each.type == REVIEW else "")
        shares += [
            f"SUM(CASE WHEN {owed} > 0 AND b.founded_on < %s THEN 1 ELSE 0 END)",
            f"SUM(CASE WHEN {owed} > 0 AND b.founded_on < %s AND {done} >= {owed} THEN 1 ELSE 0 END)",
        ]
    periods = [each.period(day)[0] for each in asked for _ in range(2)]
    within = "o.tree_id = r.tree_id AND o.lft >= r.lft AND o.lft <= r.rght"
    marks = ", ".join(["%s"] * len(ids))
    text = (
        f"WITH h AS (SELECT organization_id, {counted} FROM {tables[Gathering]}"
        f" WHERE kind = '1' AND state IN ('4', '5') AND begins_at >= %s AND begins_at < %s AND organization_id IN"
        f" (SELECT o.id FROM {tables[Organization]} o JOIN {tables[Organization]} r ON {within} WHERE r.id = %s)"
        " GROUP BY organization_id),"
        f" g AS (SELECT organization_id, COUNT(*) AS n FROM {tables[PartyGroup]} WHERE closed_on IS NULL"
        " GROUP BY organization_id),"
        f" v AS (SELECT organization_id, 1 AS n FROM {tables[ReviewCycle]} WHERE year = %s AND ended_on IS NOT NULL)"
        f" SELECT c.id, {', '.join(shares)} FROM {tables[Organization]} c"
        f" JOIN {tables[Organization]} t ON t.id = %s AND c.tree_id = t.tree_id AND c.lft >= t.lft AND c.lft <= t.rght"
        f" JOIN {tables[Organization]} b ON b.tree_id = c.tree_id AND b.lft >= c.lft AND b.lft <= c.rght AND {_BRANCH}"
        " LEFT JOIN h ON h.organization_id = b.id LEFT JOIN g ON g.organization_id = b.id"
        " LEFT JOIN v ON v.organization_id = b.id"
        f" WHERE c.id IN ({marks}) GROUP BY c.id"
    )
    prepared = [connection.ops.adapt_datetimefield_value(moment) for moment in (*values, first, end)]
    days = [connection.ops.adapt_datefield_value(moment) for moment in periods]
    return text, [*prepared, root, day.year, *days, top, *ids]


def _owed(requirement: Requirement) -> str:
    if requirement.type == COMMITTEE:
        return f"(CASE WHEN b.full_members >= {COMMITTEE_FROM} THEN {requirement.at_least} ELSE 0 END)"
    if requirement.type == GROUP:
        return f"(COALESCE(g.n, 0) * {requirement.at_least})"
    return str(requirement.at_least)
