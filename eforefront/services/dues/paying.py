"""登记, 补缴, 预缴, 自愿多交, and 更正 by counter-entry. Source: workflows.md 8.2.

Every act is one receipt for each member: numbered, with its lines in the ledger, which nothing changes afterwards.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from eforefront.models import DuesEntry, DuesMonth, DuesReceipt, DuesSeries
from eforefront.models.dues_ledger import SETTLED, Method, MonthState, PayerKind
from eforefront.money import yuan
from eforefront.querysets.dues import pays_elsewhere
from eforefront.services.dues import months
from eforefront.services.dues.totals import Changes
from members.models import Member
from orgs.dates import add_months
from orgs.models import Organization
from orgs.services.parents import signature
from partyplatform import audit
from partyplatform.locks import still_tree_lock
from partyplatform.ui.stale import OutOfReach, Stale

LATE_MONTHS = 6  # 补缴 further back needs a reason; 党费规定 12
NEEDS_REASON = "补交时间一般不得超过6个月，请填写原因"
E, S = DuesEntry.Kind, MonthState


@dataclass(frozen=True, slots=True)
class Payment:
    """What one member pays: every unsettled month from `first` to `last` (None: no month at all), and a gift.

    `is_guest` says that the holder of a 流动证 pays at the place of stay (党费规定 9): the months stay those of the
    branch of 组织关系, the money is received where it was paid.
    """

    member_id: int
    first: datetime.date | None
    last: datetime.date | None
    paid_on: datetime.date
    method: str
    payer_kind: str = PayerKind.SELF
    payer_name: str = ""
    gift_fen: int = 0
    reason: str = ""
    is_guest: bool = False


@dataclass(slots=True)
class Bill:
    """What a payment would settle: shown before it is sent, and what is then written."""

    member: Member
    payment: Payment
    rows: list[DuesMonth] = field(default_factory=list)

    @property
    def due_fen(self) -> int:
        return sum(row.due_fen for row in self.rows)

    @property
    def total_fen(self) -> int:
        return self.due_fen + self.payment.gift_fen

    @property
    def months_label(self) -> str:
        """2026-01 至 2026-03（3 个月）"""
        if not self.rows:
            return "—"
        first, last = self.rows[0].month, self.rows[-1].month
        return f"{first:%Y-%m}" if first == last else f"{first:%Y-%m} 至 {last:%Y-%m}（{len(self.rows)} 个月）"


def bills(branch: Organization, payments: Sequence[Payment], *, held: bool = False) -> list[Bill]:
    """Return what payments would settle as months stand now; months that are not open yet are reckoned, not written.

    `held` locks the months. Raises `OutOfReach` for somebody who is not, and never was, of the branch.
    """
    plans = months.plans([payment.member_id for payment in payments])
    rows = DuesMonth.objects.of_members(plans)
    stored: dict[int, dict[datetime.date, DuesMonth]] = defaultdict(dict)
    for row in rows.select_for_update(of=("self",), no_key=True) if held else rows:
        stored[row.member_id][row.month] = row
    made = []
    for payment in payments:
        if payment.member_id not in plans:
            raise OutOfReach
        bill, have = Bill(plans[payment.member_id].member, payment), stored[payment.member_id]
        place, plan = _place(bill, have, branch), plans[bill.member.pk]
        asked = (have.get(month) or _reckoned(plan, month, place) for month in _asked(payment))
        bill.rows = [row for row in asked if row is not None and _is_payable(row, plan, place)]
        made.append(bill)
    return made


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
    series, changes = _series(branch), Changes()
    receipts, acts = _pay(branch, payments, series, changes, by=by, expected_fen=expected_fen)
    changes.write()
    audit.record_many(acts)
    return receipts


@transaction.atomic
def correct(
    receipt: DuesReceipt, *, by: audit.ActingRole, reason: str, again: Payment | None = None
) -> tuple[DuesReceipt, DuesReceipt | None]:
    """Take a receipt back by counter-entries, and enter the payment anew where `again` says how it was.

    Raises `Stale` when it was taken back before, ValidationError without a reason and for a counter-entry.
    """
    still_tree_lock()
    branch = receipt.organization
    series = _series(branch)
    receipt = _uncorrected(receipt)
    if not reason:
        raise ValidationError({"reason": "请填写更正原因"})
    reversal = _reversal(receipt, series, by=by, reason=reason)
    changes, rows = Changes(), _reopened(receipt)
    entries = _counter_entries(receipt, reversal)
    for row in rows:
        changes.take_month(row, away=True)
        row.state, row.paid_fen = S.DUE, 0
        changes.take_month(row)
    for entry in entries:
        changes.take_entry(entry)
    _write([reversal], entries, rows)
    months.keep([receipt.member_id], changes=changes)  # what is open again is due by the standards of today
    act = audit.Act(
        by,
        "eforefront.correct_dues",
        receipt.member,
        organization=branch.pk,
        changes=[["冲正收据", receipt.label, reversal.label], ["金额", yuan(receipt.total_fen), "0.00"]],
        reason=reason,
    )
    receipts, acts = _pay(branch, [again], series, changes, by=by) if again is not None else ([], [])
    changes.write()
    audit.record_many([act, *acts])
    return reversal, receipts[0] if receipts else None


def _pay(
    branch: Organization,
    payments: Sequence[Payment],
    series: DuesSeries,
    changes: Changes,
    *,
    by: audit.ActingRole,
    expected_fen: int | None = None,
) -> tuple[list[DuesReceipt], list[audit.Act]]:
    """Write payments; return the receipts, and what the audit is to be told as the last thing."""
    for payment in payments:
        check(payment)
    people = [payment.member_id for payment in payments]
    if len(set(people)) != len(people):
        raise ValidationError("同一名党员在一次登记中只能出现一次")
    for last, ids in _by_last(payments).items():
        months.keep(ids, until=last, changes=changes)
    made = bills(branch, payments, held=True)
    for bill in made:
        refuse_bill(bill)
    total = sum(bill.total_fen for bill in made)
    if expected_fen is not None and total != expected_fen:
        raise Stale([["金额合计", yuan(expected_fen), yuan(total)]])
    receipts, entries = _entered(branch, made, series, changes, by=by)
    _write(receipts, entries, [row for bill in made for row in bill.rows])
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


def refuse_branch(branch: Organization) -> None:
    """Raise ValidationError for a branch that collects nothing."""
    if not branch.is_living:
        raise ValidationError(f"{branch.short_name}已撤销，不能登记党费")
    if not branch.holds_members:
        raise ValidationError("临时党支部和功能型党支部不收缴党费")


def check(payment: Payment) -> None:
    """Raise ValidationError, with the field, for what no payment may be."""
    today = timezone.localdate()
    if payment.paid_on > today:
        raise ValidationError({"paid_on": "缴纳日期不能晚于今天"})
    if payment.paid_on.year < today.year - 1:
        raise ValidationError({"paid_on": "缴纳日期应在今年或去年"})
    if payment.method not in Method.values:
        raise ValidationError({"method": "请从列表中选择"})
    if payment.payer_kind not in PayerKind.values:
        raise ValidationError(
            {"payer_kind": "党费由本人缴纳，或由亲属、其他党员代交；党组织不得垫交，不得从工资中扣缴"}
        )
    if payment.payer_kind != PayerKind.SELF and not payment.payer_name:
        raise ValidationError({"payer_name": "请填写代缴人姓名"})
    if payment.gift_fen < 0:
        raise ValidationError({"received": "金额不能小于 0"})
    if payment.first is None or payment.last is None:
        if not payment.gift_fen:
            raise ValidationError({"first": "请填写起始月份"})
        return
    if payment.first > payment.last:
        raise ValidationError({"last": "截止月份不能早于起始月份"})
    if payment.last > (limit := add_months(months.this_month(), months.AHEAD)):
        raise ValidationError({"last": f"最多预缴到 {limit:%Y-%m}"})


def _asked(payment: Payment) -> Iterable[datetime.date]:
    if payment.first is None or payment.last is None:
        return ()
    return months.span(payment.first, payment.last)


def _place(bill: Bill, have: dict[datetime.date, DuesMonth], branch: Organization) -> int:
    """Return the branch whose months are paid: of a guest that of 组织关系. Raises `OutOfReach` for anybody else."""
    if bill.payment.is_guest:
        if not bill.member.is_enrolled or not pays_elsewhere(bill.member.pk):
            raise OutOfReach
        return bill.member.organization_id
    if not _belongs(bill.member, have, branch):
        raise OutOfReach
    return branch.pk


def _belongs(member: Member, have: dict[datetime.date, DuesMonth], branch: Organization) -> bool:
    if member.organization_id == branch.pk and member.is_enrolled:
        return True
    return any(row.organization_id == branch.pk for row in have.values())


def _reckoned(plan: months.Plan, month: datetime.date, place: int) -> DuesMonth | None:
    """Return a month as it would be opened, None for one nobody owes."""
    if plan.first is None or plan.first > month or plan.member.organization_id != place:
        return None
    row = DuesMonth(member=plan.member, organization_id=place, month=month)
    plan.put(row, now=months.this_month())
    return row


def _is_payable(row: DuesMonth, plan: months.Plan, place: int) -> bool:
    """A month that is due to this branch; one of a pause that is over may be paid later."""
    if row.organization_id != place:
        return False
    return row.state == S.DUE or (row.state == S.PAUSED and not plan.paused and row.due_fen > 0)


def _by_last(payments: Iterable[Payment]) -> dict[datetime.date | None, list[int]]:
    found: dict[datetime.date | None, list[int]] = defaultdict(list)
    for payment in payments:
        found[payment.last].append(payment.member_id)
    return found


def refuse_bill(bill: Bill) -> None:
    """Raise ValidationError for a payment that settles nothing, or months long ago without a reason."""
    payment, name = bill.payment, bill.member.name
    if not bill.rows and not (payment.gift_fen and payment.first is None):
        raise ValidationError(f"{name}：所选月份没有需要缴纳的党费（已缴、免缴、暂停或未核定标准）")
    long_ago = add_months(payment.paid_on.replace(day=1), -LATE_MONTHS)
    if bill.rows and bill.rows[0].month < long_ago and not payment.reason:
        raise ValidationError({"reason": f"{name}：{NEEDS_REASON}"})


def _series(branch: Organization) -> DuesSeries:
    """Take the branch's series of the year: registrations of one branch follow each other."""
    year = timezone.localdate().year
    DuesSeries.objects.get_or_create(organization=branch, year=year)
    return DuesSeries.objects.select_for_update().get(organization=branch, year=year)


def _next(series: DuesSeries) -> int:
    series.last += 1
    series.save(update_fields=["last"])
    return series.last


def _entered(
    branch: Organization, made: Collection[Bill], series: DuesSeries, changes: Changes, *, by: audit.ActingRole
) -> tuple[list[DuesReceipt], list[tuple[DuesReceipt, DuesEntry]]]:
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


def _write(
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


def _reversal(receipt: DuesReceipt, series: DuesSeries, *, by: audit.ActingRole, reason: str) -> DuesReceipt:
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


def _uncorrected(receipt: DuesReceipt) -> DuesReceipt:
    """Return a receipt as stored. Raises `Stale` for one that was taken back, ValidationError for a counter-entry."""
    stored = DuesReceipt.objects.in_full().get(pk=receipt.pk)
    if stored.is_reversal:
        raise ValidationError("冲正记录不能再更正")
    if stored.is_reversed:
        raise Stale([["状态", "更正", "已冲正"]], who=stored.reversed_by.by_name, when=stored.reversed_by.at)
    return stored


def _counter_entries(receipt: DuesReceipt, reversal: DuesReceipt) -> list[DuesEntry]:
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


def _reopened(receipt: DuesReceipt) -> list[DuesMonth]:
    """Return the months the receipt settled, locked."""
    settled = [entry.month for entry in receipt.entries.all() if entry.month]
    rows = DuesMonth.objects.select_for_update(of=("self",), no_key=True).of_member(receipt.member_id)
    return list(rows.filter(month__in=settled, state__in=SETTLED))
