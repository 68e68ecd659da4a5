"""What payments would settle: shown before they are sent, checked before they are written. Source: workflows.md 8.2."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils import timezone

from eforefront.models import DuesMonth
from eforefront.models.dues_ledger import Method, MonthState, PayerKind
from eforefront.querysets.dues import pays_elsewhere
from eforefront.services.dues import months
from members.models import Member
from orgs.dates import add_months
from orgs.models import Organization
from partyplatform.ui.stale import OutOfReach

LATE_MONTHS = 6  # 补缴 further back needs a reason; 党费规定 12
NEEDS_REASON = "补交时间一般不得超过6个月，请填写原因"
S = MonthState


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


def reckon(branch: Organization, payments: Sequence[Payment]) -> list[Bill]:
    """Return what payments would settle as months stand now; months that are not open yet are reckoned, not written.

    Whoever writes them holds the members (`months.keep`). Raises `OutOfReach` for somebody who is not, and never was,
    of the branch.
    """
    plans = months.plans([payment.member_id for payment in payments])
    stored: dict[int, dict[datetime.date, DuesMonth]] = defaultdict(dict)
    for row in DuesMonth.objects.of_members(plans):
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


def refuse_bill(bill: Bill) -> None:
    """Raise ValidationError for a payment that settles nothing, or months long ago without a reason."""
    payment, name = bill.payment, bill.member.name
    if not bill.rows and not (payment.gift_fen and payment.first is None):
        raise ValidationError(f"{name}：所选月份没有需要缴纳的党费（已缴、免缴、暂停或未核定标准）")
    long_ago = add_months(payment.paid_on.replace(day=1), -LATE_MONTHS)
    if bill.rows and bill.rows[0].month < long_ago and not payment.reason:
        raise ValidationError({"reason": f"{name}：{NEEDS_REASON}"})


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
