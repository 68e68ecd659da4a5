"""导入缴费表: checked first, each bad cell named and repaired; then all rows in one act, once.

Source: screens.md 4.5; security.md 46–49, 60.
"""

import datetime
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from eforefront.models import PaymentSheet
from eforefront.models.dues_ledger import Method, PayerKind
from eforefront.models.dues_papers import SHEETS
from eforefront.money import yuan
from eforefront.services.dues import bills, paying
from eforefront.services.dues.bills import Payment
from members.models import Member
from orgs.models import Organization
from partyplatform import audit, uploads
from partyplatform.chores import chore
from partyplatform.excel.records import Reading, SheetRow
from partyplatform.locks import still_tree_lock

HEADINGS = {
    "name": "姓名",
    "tail": "身份证号末四位",
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
KEPT_UNCONFIRMED = datetime.timedelta(days=7)
State = PaymentSheet.State


@dataclass
class Row(SheetRow):
    """One line of a sheet: who paid what for which months."""

    headings = HEADINGS
    dates = ("first", "last", "paid_on")

    member: Member | None = None
    bill: bills.Bill | None = None

    @property
    def gift_fen(self) -> int:
        return max(self.values["received"] - self.bill.due_fen, 0) if self.bill else 0


@transaction.atomic
def keep(branch: Organization, reading: Reading[Row], *, file_name: str, by: audit.ActingRole) -> PaymentSheet:
    """Check the rows of a sheet and keep them; nothing is written to the ledger."""
    bills.refuse_branch(branch)
    if not reading.rows:
        raise ValidationError("表中没有可以导入的行")
    sheet = PaymentSheet(
        organization=branch,
        owner_uid=str(by.user_uid),
        owner_name=by.user_name,
        file_name=uploads.clean_name(file_name),
        sha256=reading.sha256,
        columns=reading.columns,
    )
    return _judged(sheet, reading.rows)


@transaction.atomic
def repair(sheet: PaymentSheet, *, rows: Iterable[Row], dropped: Iterable[int], by: audit.ActingRole) -> PaymentSheet:
    """Put corrected rows in the place of those that were typed, leave rows out, and check all of them anew.

    Raises PaymentSheet.DoesNotExist when it is not the caller's own. One that was entered stays as it is.
    """
    sheet = _held(sheet, by=by)
    if not sheet.is_open:
        return sheet
    left_out, corrected = set(dropped), {row.number: row for row in rows}
    kept = [corrected.get(row.number, row) for row in rows_of(sheet) if row.number not in left_out]
    if not kept:
        raise ValidationError("没有剩下可以导入的行，请放弃导入")
    return _judged(sheet, kept)


@transaction.atomic
def recheck(sheet: PaymentSheet, *, by: audit.ActingRole) -> PaymentSheet:
    """Check the rows anew, after something changed since they were checked."""
    sheet = _held(sheet, by=by)
    return _judged(sheet, rows_of(sheet)) if sheet.is_open else sheet


def rows_of(sheet: PaymentSheet) -> list[Row]:
    """Return the rows of a sheet that was not entered yet, as they were typed. Raises `Undecipherable`."""
    return [Row.unpacked(number, text) for number, text in json.loads(SHEETS.text(sheet) or "[]")]


def _held(sheet: PaymentSheet, *, by: audit.ActingRole) -> PaymentSheet:
    still_tree_lock()  # before the row: a merger takes the sheets of its branch along
    held = PaymentSheet.objects.visible_to(by).select_for_update(of=("self",), no_key=True)
    return held.select_related("organization").get(pk=sheet.pk)


def _judged(sheet: PaymentSheet, rows: Sequence[Row]) -> PaymentSheet:
    """Check rows and save what is wrong with them, or what they would enter."""
    check(sheet.organization, rows)
    sheet.faults = [
        [row.number, HEADINGS[name], row.texts.get(name, "")[:50], text]
        for row in rows
        for name, text in row.bad_cells.items()
    ]
    sheet.state = State.FAULTY if sheet.faults else State.CHECKED
    sheet.rows = [] if sheet.faults else [_stored(row) for row in rows]
    SHEETS.put(sheet, json.dumps([[row.number, row.packed()] for row in rows], ensure_ascii=False))
    sheet.save()
    return sheet


def earlier(branch: Organization, sha256: str) -> PaymentSheet | None:
    """Return the sheet that brought this very file in at the branch."""
    return PaymentSheet.objects.of(branch).filter(sha256=sha256, state=State.DONE).first()


def check(branch: Organization, rows: Sequence[Row]) -> None:
    """Find the members and what each row would settle; what is wrong is entered in the rows."""
    for row in rows:
        row.found, row.member, row.bill = {}, None, None
        for name in REQUIRED:
            if name not in row.values:
                row.refuse(name, "请填写")
    _find_people(branch, rows)
    good = [row for row in rows if not row.bad_cells]
    payments = [_payment(row) for row in good]
    for row, bill in zip(good, bills.reckon(branch, payments), strict=True):
        row.bill = bill
        _judge(row, bill)


@transaction.atomic
def confirm(sheet: PaymentSheet, *, by: audit.ActingRole) -> PaymentSheet:
    """Enter every row of a checked sheet, once; each row then has its receipt.

    Raises `Stale` when months were paid meanwhile, ValidationError for a sheet with faults.
    """
    sheet = _held(sheet, by=by)
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
    SHEETS.clear(sheet)
    sheet.save(update_fields=["rows", "state", "done_at", "content_sealed"])
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
            text = "本支部有多名同名党员，请填写身份证号末四位" if found else "本支部没有这名党员"
            row.refuse("tail" if found else "name", text)
        elif (pk := found[0].pk) in seen:
            row.refuse("name", f"第 {seen[pk]} 行已有该党员，请合并为一行")
        else:
            seen[pk], row.member = row.number, found[0]


def _payment(row: Row) -> Payment:
    assert row.member is not None
    values = row.values
    return Payment(
        row.member.pk,
        values["first"],
        values.get("last", values["first"]),
        values["paid_on"],
        values.get("method", Method.CASH),
        values.get("payer_kind", PayerKind.SELF),
        values.get("payer_name", ""),
        reason=values.get("reason", ""),
    )


def _judge(row: Row, bill: bills.Bill) -> None:
    """Enter what the rules say against a row: at the cell it is about, else at the months."""
    try:
        bills.check(bill.payment)
        bills.refuse_bill(bill)
    except ValidationError as refusal:
        named = getattr(refusal, "error_dict", {})
        place = next((name for name in named if name in HEADINGS), "first")
        row.refuse(place, "；".join(refusal.messages))
        return
    if row.values["received"] < bill.due_fen:
        told = f"应缴 {yuan(bill.due_fen)} 元（{bill.months_label}），少于应缴；少交的请先办理减免"
        row.refuse("received", told)


def _stored(row: Row) -> dict[str, Any]:
    payment = _payment(row)
    assert row.bill is not None
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
        "due": row.bill.due_fen,
        "gift": row.gift_fen,
        "months": row.bill.months_label,
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
