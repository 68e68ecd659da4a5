"""登记, 补缴, 预缴, 自愿多交. Source: workflows.md 8.2.

Every act is one receipt for each member: numbered, with its lines in the ledger, which nothing changes afterwards.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from eforefront.models import DuesReceipt, DuesSeries
from eforefront.money import yuan
from eforefront.services.dues import months
from eforefront.services.dues import receipts as ledger
from eforefront.services.dues.bills import Payment, check, reckon, refuse_bill, refuse_branch
from eforefront.services.dues.totals import Changes
from orgs.models import Organization
from partyplatform import audit
from partyplatform.locks import still_tree_lock
from partyplatform.ui.stale import Stale


@transaction.atomic
def register(
    branch: Organization, payments: Sequence[Payment], *, by: audit.ActingRole, expected_fen: int | None = None
) -> list[DuesReceipt]:
    """Enter payments at a branch; return one receipt for each, in the order of the payments.

    `expected_fen` is the sum the form showed: another one raises `Stale`. Raises `OutOfReach`, and ValidationError for
    a branch that collects nothing, days in the future, months too far ahead, months long ago without a reason,
    somebody who pays for others without a name, and payments that settle nothing.
    """
    still_tree_lock()  # sums are added to those the branch stands under
    refuse_branch(branch)
    series, changes = ledger.series_of(branch), Changes()
    receipts, acts = pay(branch, payments, series, changes, by=by, expected_fen=expected_fen)
    changes.write()
    audit.record_many(acts)
    return receipts


def pay(
    branch: Organization,
    payments: Sequence[Payment],
    series: DuesSeries,
    changes: Changes,
    *,
    by: audit.ActingRole,
    expected_fen: int | None = None,
) -> tuple[list[DuesReceipt], list[audit.Act]]:
    """Write payments in the caller's act; return the receipts, and what the audit is to be told as the last thing."""
    for payment in payments:
        check(payment)
    people = [payment.member_id for payment in payments]
    if len(set(people)) != len(people):
        raise ValidationError("同一名党员在一次登记中只能出现一次")
    for last, ids in _by_last(payments).items():
        months.keep(ids, until=last, changes=changes)
    made = reckon(branch, payments)
    for bill in made:
        refuse_bill(bill)
    total = sum(bill.total_fen for bill in made)
    if expected_fen is not None and total != expected_fen:
        raise Stale([["金额合计", yuan(expected_fen), yuan(total)]])
    receipts, entries = ledger.settle(branch, made, series, changes, by=by)
    ledger.write(receipts, entries, [row for bill in made for row in bill.rows])
    return receipts, [
        audit.Act(
            by,
            "eforefront.register_dues",
            bill.member,
            organization=branch.pk,
            changes=[["收据", "", receipt.label], ["月份", "", bill.months_label], ["金额", "", yuan(bill.total_fen)]],
            reason=receipt.reason,
        )
        for bill, receipt in zip(made, receipts, strict=True)
    ]


def _by_last(payments: Iterable[Payment]) -> dict[datetime.date | None, list[int]]:
    found: dict[datetime.date | None, list[int]] = defaultdict(list)
    for payment in payments:
        found[payment.last].append(payment.member_id)
    return found
