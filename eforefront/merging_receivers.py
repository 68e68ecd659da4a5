"""What goes along when two records of one person become one: scores, 社区报到, unpaid dues. In the same transaction."""

from collections.abc import Iterable
from typing import Any

from django.dispatch import receiver

from eforefront.models import DuesMonth, Registration, ScoreEntry
from eforefront.models.dues_ledger import MonthState
from eforefront.services import registrations, scores
from eforefront.services.dues.totals import Changes
from members.models import Member
from members.signals import members_merging
from orgs.services.parents import signature
from partyplatform.locks import still_tree_lock

CAUSE = "重复记录合并"


@receiver(members_merging, dispatch_uid="eforefront.members_merging")
def go_along(sender: Any, *, keep: Member, gone: Member, by: Any, **_: Any) -> None:
    _settle_dues(gone)
    _register(keep, gone, by=by)
    scores.copy(_entries(keep, gone), to=keep, entered_by=signature(by))


def _entries(keep: Member, gone: Member) -> Iterable[ScoreEntry]:
    """The entries of the other record, but for events the record that stays has its own of."""
    own = ScoreEntry.objects.filter(member=keep).exclude(key="").order_by().values("key")
    return ScoreEntry.objects.filter(member=gone).exclude(key__in=own).order_by("pk")


def _register(keep: Member, gone: Member, *, by: Any) -> None:
    """Past registrations, with their services, and an open one where the record that stays has none."""
    rows = Registration.objects.filter(member=gone)
    if Registration.objects.of(keep).open().exists():
        rows = rows.exclude(pk__in=Registration.objects.of(gone).open().order_by().values("pk"))
    rows.update(member=keep)
    registrations.follow([keep], by=by)


def _settle_dues(gone: Member) -> None:
    """Nothing more is collected under the other record: the person owes under the one that stays."""
    still_tree_lock()
    changes, rows = Changes(), list(DuesMonth.objects.select_for_update(no_key=True).of_member(gone).unpaid())
    for row in rows:
        changes.take_month(row, away=True)
        row.state, row.cause = MonthState.PAUSED, CAUSE
        changes.take_month(row)
    DuesMonth.objects.bulk_update(rows, ["state", "cause"], batch_size=200)
    changes.write()
