"""导入缴费表: checked first, each bad cell named; then all rows in one act, once. Source: security.md 46–49, 60."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from eforefront.models import PaymentSheet
from eforefront.models.dues_ledger import Method, PayerKind
from eforefront.money import yuan
from eforefront.services.dues import paying
from eforefront.services.dues.paying import Payment
from members.models import Member
from orgs.models import Organization
from partyplatform import audit
from partyplatform.chores import chore

HEADINGS = {
    "name": "姓名",
    "tail": "身份证号后四位",
    "first": "起始月份",
    "last": "截止月份",
    "received": "实收金额",
    "paid_on": "缴纳日期",
    "method": "方式",
    "payer_kind": "缴纳人",
    "payer_name": "代缴人姓名",
    "reason": "说明",
}
REQUIRED = ("name", "first", "received", "paid_on")
MOST = 1000  # rows of one sheet: one branch, one act
KEPT_UNCONFIRMED = datetime.timedelta(days=7)
State = PaymentSheet.State


@dataclass
class Row:
    """One line of a sheet: typed values, texts as they stood, sentences about cells that cannot be taken."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def keep(
    branch: Organization, rows: Sequence[Row], *, file_name: str, sha256: str, by: audit.ActingRole
) -> PaymentSheet:
    """Check the rows of a sheet and keep them; nothing is written to the ledger."""
    paying.refuse_branch(branch)
    stored = check(branch, rows)
    faults = [
        [row.number, HEADINGS[name], row.texts.get(name, "")[:50], text]
        for row in rows
        for name, text in row.faults.items()
    ]
    return PaymentSheet.objects.create(
        organization=branch,
        owner_uid=str(by.user_uid),
        owner_name=by.user_name,
        file_name=file_name[:255],
        sha256=sha256,
        state=State.FAULTY if faults else State.CHECKED,
        rows=stored,
        faults=faults,
    )


def earlier(branch: Organization, sha256: str) -> PaymentSheet | None:
    """Return the sheet that brought this very file in at the branch."""
    return PaymentSheet.objects.of(branch).filter(sha256=sha256, state=State.DONE).first()


def check(branch: Organization, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Find the members and what each row would settle; faults are entered in the rows. Returns what is to be kept."""
    if len(rows) > MOST:
        raise ValidationError(f"一张表最多 {MOST} 行，现为 {len(rows)} 行")
    for row in rows:
        for name in REQUIRED:
            if name not in row.values and name not in row.faults:
                row.faults[name] = "请填写"
    _find_people(branch, rows)
    good = [row for row in rows if not row.faults]
    payments = [_payment(row) for row in good]
    for row, bill in zip(good, paying.bills(branch, payments), strict=True):
        _judge(row, bill)
    return [_stored(row) for row in good]


@transaction.atomic
def confirm(sheet: PaymentSheet, *, by: audit.ActingRole) -> PaymentSheet:
    """Enter every row of a checked sheet, once; each row then has its receipt.

    Raises `Stale` when months were paid meanwhile, ValidationError for a sheet with faults.
    """
    held = PaymentSheet.objects.select_for_update(of=("self",), no_key=True).select_related("organization")
    sheet = held.get(pk=sheet.pk)
    if sheet.state == State.DONE:
        return sheet
    if sheet.state != State.CHECKED:
        raise ValidationError("该表有错误，请改正后重新上传")
    if earlier(sheet.organization, sheet.sha256):
        raise ValidationError("该文件已经导入过，没有重复导入")
    payments = [_restored(row) for row in sheet.rows]
    expected = sum(row["due"] + row["gift"] for row in sheet.rows)
    receipts = paying.register(sheet.organization, payments, by=by, expected_fen=expected)
    sheet.rows = [row | {"receipt": receipt.label} for row, receipt in zip(sheet.rows, receipts, strict=True)]
    sheet.state, sheet.done_at = State.DONE, timezone.now()
    sheet.save(update_fields=["rows", "state", "done_at"])
    changes = [["文件", "", sheet.file_name], ["行数", "", str(len(receipts))], ["金额", "", yuan(expected)]]
    audit.record(by, "eforefront.import_dues", sheet, organization=sheet.organization_id, changes=changes)
    return sheet


@transaction.atomic
def withdraw(sheet: PaymentSheet) -> None:
    """Drop a sheet nobody confirmed."""
    PaymentSheet.objects.filter(pk=sheet.pk).exclude(state=State.DONE).delete()


@chore
def forget_unconfirmed(now: datetime.datetime | None = None) -> int:
    """Drop sheets that were not confirmed for a week; return how many."""
    before = (now or timezone.now()) - KEPT_UNCONFIRMED
    return PaymentSheet.objects.exclude(state=State.DONE).filter(created_at__lt=before).delete()[0]


def _find_people(branch: Organization, rows: Collection[Row]) -> None:
    by_name: dict[str, list[Member]] = defaultdict(list)
    names = {row.values["name"] for row in rows if "name" in row.values}
    for member in Member.objects.enrolled().filter(organization=branch, name__in=names):
        by_name[member.name].append(member)
    seen: dict[int, int] = {}
    for row in rows:
        if "name" not in row.values:
            continue
        found = by_name[row.values["name"]]
        if tail := row.values.get("tail"):
            found = [member for member in found if member.unsealed_id_number().endswith(tail)]
        if len(found) != 1:
            text = "本支部有多名同名党员，请填写身份证号后四位" if found else "本支部没有这名党员"
            row.faults["tail" if found else "name"] = text
        elif (pk := found[0].pk) in seen:
            row.faults["name"] = f"第 {seen[pk]} 行已有该党员，请合并为一行"
        else:
            seen[pk], row.values["member"] = row.number, found[0]


def _payment(row: Row) -> Payment:
    values = row.values
    return Payment(
        values["member"].pk,
        values["first"],
        values.get("last", values["first"]),
        values["paid_on"],
        values.get("method", Method.CASH),
        values.get("payer_kind", PayerKind.SELF),
        values.get("payer_name", ""),
        reason=values.get("reason", ""),
    )


def _judge(row: Row, bill: paying.Bill) -> None:
    """Enter what the rules say against a row: at the cell it is about, else at the months."""
    try:
        paying.check(bill.payment)
        paying.refuse_bill(bill)
    except ValidationError as refusal:
        named = getattr(refusal, "error_dict", {})
        place = next((name for name in named if name in HEADINGS), "first")
        row.faults[place] = "；".join(refusal.messages)
        return
    due, received = bill.due_fen, row.values["received"]
    if received < due:
        row.faults["received"] = f"应缴 {yuan(due)} 元（{bill.months_label}），少于应缴；少交的请先办理减免"
    row.values["due"], row.values["gift"] = due, max(received - due, 0)
    row.values["months"] = bill.months_label


def _stored(row: Row) -> dict[str, Any]:
    payment = _payment(row)
    return {
        "n": row.number,
        "member": payment.member_id,
        "name": row.values["name"],
        "first": f"{payment.first:%Y-%m-%d}",
        "last": f"{payment.last:%Y-%m-%d}",
        "paid_on": f"{payment.paid_on:%Y-%m-%d}",
        "method": str(payment.method),
        "payer_kind": str(payment.payer_kind),
        "payer_name": payment.payer_name,
        "reason": payment.reason,
        "due": row.values.get("due", 0),
        "gift": row.values.get("gift", 0),
        "months": row.values.get("months", ""),
    }


def _restored(row: dict[str, Any]) -> Payment:
    first, last, paid_on = (datetime.date.fromisoformat(row[name]) for name in ("first", "last", "paid_on"))
    return Payment(
        row["member"],
        first,
        last,
        paid_on,
        row["method"],
        row["payer_kind"],
        row["payer_name"],
        gift_fen=row["gift"],
        reason=row["reason"],
    )
