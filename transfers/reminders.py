"""What falls due for transfers, entered into the table of the platform. Source: workflows.md 11."""

import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.powers import Power
from members.reminders import Reminder, Subject, enter
from orgs.dates import add_months
from transfers.codes import TransferState
from transfers.models import Transfer

BEFORE = 7  # days before the last day of a letter


def of_transfer(transfer: Any) -> Subject:
    """Of a transfer: whoever holds it is told."""
    return Subject(transfer.name, transfer.source_name, transfer.get_absolute_url(), transfer.holder_id)


def ending_letters(today: datetime.date) -> QuerySet:
    """Unfinished transfers whose letter ends within a week, or has run out."""
    limit = today + datetime.timedelta(days=BEFORE)
    return Transfer.objects.unfinished().filter(valid_until__lte=limit).listed()


def missing_receipts(today: datetime.date) -> QuerySet:
    """Letters on their way for a month without a receipt."""
    rows = Transfer.objects.unfinished().filter(state=TransferState.LETTER)
    return rows.filter(released_on__lte=add_months(today, -1)).listed()


def _last_day(transfer: Any) -> datetime.date | None:
    return transfer.valid_until


def _receipt_day(transfer: Any) -> datetime.date | None:
    return add_months(transfer.released_on, 1) if transfer.released_on else None


# fmt: off
enter(Reminder("letter-end",  "介绍信即将到期",   "到期前 7 天；逾期可重开或结束",
               ending_letters, _last_day, "valid_until", (BEFORE, 0), decides=Power.HANDLE_TRANSFERS,
               subject=of_transfer, named="name", placed="source", line="letter",
               in_bell=False, portal_pages=True))
enter(Reminder("receipt",     "介绍信满 1 个月未回执", "请催收回执并登记",
               missing_receipts, _receipt_day, "released_on", (0,), decides=Power.HANDLE_TRANSFERS,
               subject=of_transfer, named="name", placed="source", line="letter",
               in_bell=False, portal_pages=True))
# fmt: on
