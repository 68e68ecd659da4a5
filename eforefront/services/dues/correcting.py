"""更正: a receipt is taken back by counter-entries, and entered anew if it was otherwise. Source: workflows.md 8.2."""

from django.core.exceptions import ValidationError
from django.db import transaction

from eforefront.models import DuesMonth, DuesReceipt
from eforefront.models.dues_ledger import SETTLED, MonthState
from eforefront.money import yuan
from eforefront.services.dues import months
from eforefront.services.dues import receipts as ledger
from eforefront.services.dues.bills import Payment
from eforefront.services.dues.paying import pay
from eforefront.services.dues.totals import Changes
from orgs.models import Organization
from partyplatform import audit
from partyplatform.locks import still_tree_lock
from partyplatform.ui.stale import Stale


@transaction.atomic
def correct(
    receipt: DuesReceipt, *, by: audit.ActingRole, reason: str, again: Payment | None = None
) -> tuple[DuesReceipt, DuesReceipt | None]:
    """Take a receipt back by counter-entries, and enter the payment anew where `again` says how it was.

    Of a branch that was merged away the counter-entry stays in its own books, the payment goes into those of `home`.

    Raises `Stale` when it was taken back before, ValidationError without a reason and for a counter-entry.
    """
    still_tree_lock()
    branch = receipt.organization
    series = ledger.series_of(branch)
    receipt = _uncorrected(receipt)
    if not reason:
        raise ValidationError({"reason": "请填写更正原因"})
    reversal = ledger.reversal_of(receipt, series, by=by, reason=reason)
    changes, rows = Changes(), _reopened(receipt)
    entries = ledger.counter_entries(receipt, reversal)
    for row in rows:
        changes.take_month(row, away=True)
        row.state, row.paid_fen = MonthState.DUE, 0
        changes.take_month(row)
    for entry in entries:
        changes.take_entry(entry)
    ledger.write([reversal], entries, rows)
    months.keep([receipt.member_id], changes=changes)  # what is open again is due by the standards of today
    if not branch.is_living:
        months.carry([receipt.member_id], away_from=branch.pk, changes=changes)
    act = audit.Act(
        by,
        "eforefront.correct_dues",
        receipt.member,
        organization=branch.pk,
        changes=[["冲正收据", receipt.label, reversal.label], ["金额", yuan(receipt.total_fen), "0.00"]],
        reason=reason,
    )
    receipts: list[DuesReceipt] = []
    acts: list[audit.Act] = []
    if again is not None:
        place = home(receipt)
        books = series if place == branch else ledger.series_of(place)
        receipts, acts = pay(place, [again], books, changes, by=by)
    changes.write()
    audit.record_many([act, *acts])
    return reversal, receipts[0] if receipts else None


def home(receipt: DuesReceipt) -> Organization:
    """Return the branch that answers for a receipt: its own; of one that is closed that of the member today."""
    return receipt.organization if receipt.organization.is_living else receipt.member.organization


def _uncorrected(receipt: DuesReceipt) -> DuesReceipt:
    """Return a receipt as stored. Raises `Stale` for one that was taken back, ValidationError for a counter-entry."""
    stored = DuesReceipt.objects.in_full().get(pk=receipt.pk)
    if stored.is_reversal:
        raise ValidationError("冲正记录不能再更正")
    if stored.is_reversed:
        raise Stale([["状态", "更正", "已冲正"]], who=stored.reversed_by.by_name, when=stored.reversed_by.at)
    return stored


def _reopened(receipt: DuesReceipt) -> list[DuesMonth]:
    """Return the months the receipt settled, locked."""
    settled = [entry.month for entry in receipt.entries.all() if entry.month]
    rows = DuesMonth.objects.select_for_update(of=("self",), no_key=True).of_member(receipt.member_id)
    return list(rows.filter(month__in=settled, state__in=SETTLED))
