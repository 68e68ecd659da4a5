"""Receipts and their lines: numbered without gaps by branch and year, only added. Source: workflows.md 8.2."""

import datetime
from collections.abc import Collection, Iterable

from django.utils import timezone

from eforefront.models import DuesEntry, DuesMonth, DuesReceipt, DuesSeries
from eforefront.models.dues_ledger import MonthState, PayerKind
from eforefront.services.dues.bills import Bill
from eforefront.services.dues.totals import Changes
from orgs.models import Organization
from orgs.services.parents import signature
from partyplatform import audit

E, S = DuesEntry.Kind, MonthState


def series_of(branch: Organization) -> DuesSeries:
    """Take the branch's series of the year: registrations of one branch follow each other."""
    year = timezone.localdate().year
    DuesSeries.objects.get_or_create(organization=branch, year=year)
    return DuesSeries.objects.select_for_update().get(organization=branch, year=year)


def settle(
    branch: Organization, made: Collection[Bill], series: DuesSeries, changes: Changes, *, by: audit.ActingRole
) -> tuple[list[DuesReceipt], list[tuple[DuesReceipt, DuesEntry]]]:
    """Make a receipt for each bill, with its lines, and settle the months; saving is the caller's."""
    receipts, lines, who = [], [], signature(by)
    first = series.last + 1
    series.last += len(made)
    series.save(update_fields=["last"])
    for number, bill in enumerate(made, first):
        payment = bill.payment
        receipt = DuesReceipt(
            organization=branch,
            year=series.year,
            number=number,
            member=bill.member,
            total_fen=bill.total_fen,
            paid_on=payment.paid_on,
            method=payment.method,
            payer_kind=payment.payer_kind,
            payer_name="" if payment.payer_kind == PayerKind.SELF else payment.payer_name,
            reason=payment.reason,
            by_name=who,
        )
        receipts.append(receipt)
        for entry in _lines(bill, branch):
            lines.append((receipt, entry))
            changes.take_entry(entry)
        for row in bill.rows:
            changes.take_month(row, away=True)
            is_late = row.month < payment.paid_on.replace(day=1)
            row.state, row.paid_fen, row.cause = (S.LATE if is_late else S.PAID), row.due_fen, ""
            changes.take_month(row)
    return receipts, lines


def reversal_of(receipt: DuesReceipt, series: DuesSeries, *, by: audit.ActingRole, reason: str) -> DuesReceipt:
    """Make the counter-entry of a receipt, numbered like any other; saving is the caller's."""
    return DuesReceipt(
        organization=receipt.organization,
        year=series.year,
        number=_next(series),
        kind=DuesReceipt.Kind.REVERSAL,
        member=receipt.member,
        total_fen=-receipt.total_fen,
        paid_on=timezone.localdate(),
        method=receipt.method,
        payer_kind=receipt.payer_kind,
        payer_name=receipt.payer_name,
        reason=reason,
        reverses=receipt,
        by_name=signature(by),
    )


def counter_entries(receipt: DuesReceipt, reversal: DuesReceipt) -> list[DuesEntry]:
    """Return the lines of a receipt once more, for its counter-entry, with the amounts taken back."""
    return [
        DuesEntry(
            receipt=reversal,
            organization=receipt.organization,
            member_id=receipt.member_id,
            month=entry.month,
            kind=entry.kind,
            amount_fen=-entry.amount_fen,
            paid_on=reversal.paid_on,
        )
        for entry in receipt.entries.order_by("pk")
    ]


def write(
    receipts: Collection[DuesReceipt],
    entries: Iterable[DuesEntry | tuple[DuesReceipt, DuesEntry]],
    rows: list[DuesMonth],
) -> None:
    """Save receipts, then their lines; `entries` are lines, or pairs of a receipt to be saved and a line."""
    new = [receipt for receipt in receipts if receipt.pk is None]
    DuesReceipt.objects.bulk_create(new, batch_size=500)
    made = []
    for each in entries:
        receipt, entry = each if isinstance(each, tuple) else (each.receipt, each)
        entry.receipt = receipt
        made.append(entry)
    DuesEntry.objects.bulk_create(made, batch_size=500)
    DuesMonth.objects.bulk_update(rows, ["state", "paid_fen", "cause"], batch_size=200)


def _next(series: DuesSeries) -> int:
    series.last += 1
    series.save(update_fields=["last"])
    return series.last


def _lines(bill: Bill, branch: Organization) -> list[DuesEntry]:
    day = bill.payment.paid_on
    now = day.replace(day=1)
    made: list[tuple[datetime.date | None, DuesEntry.Kind, int]] = []
    for row in bill.rows:
        kind = E.LATE if row.month < now else E.ADVANCE if row.month > now else E.DUES
        made.append((row.month, kind, row.due_fen))
    if bill.payment.gift_fen:
        made.append((None, E.GIFT, bill.payment.gift_fen))
    return [
        DuesEntry(organization=branch, member=bill.member, month=month, kind=kind, amount_fen=amount, paid_on=day)
        for month, kind, amount in made
    ]
