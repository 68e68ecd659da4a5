"""Who has a transfer: handing it on along its steps, and the clock that runs with it."""

import datetime

from django.utils import timezone

from orgs.dates import add_months
from orgs.models import Organization
from transfers import workflow
from transfers.codes import Outcome, Stage
from transfers.models import Transfer, TransferStep


def hold(transfer: Transfer, organization: Organization, *, due_on: datetime.date) -> None:
    """Give the transfer into the hands of an organisation; saving is the caller's."""
    transfer.holder, transfer.holder_since, transfer.due_on = organization, timezone.now(), due_on
    transfer.reminded_days, transfer.escalated_to = 0, None


def open_next(transfer: Transfer) -> None:
    """Open the next step of the chain and hand the transfer to its organisation."""
    step = transfer.steps.waiting().in_order()[0]
    step.outcome = Outcome.OPEN
    _begin(transfer, step)


def resume(transfer: Transfer) -> None:
    """Hand the transfer back to the organisation whose step is open, with a fresh clock."""
    _begin(transfer, transfer.steps.open().in_order().get())


def close_open(transfer: Transfer, outcome: Outcome, **words: str) -> None:
    """Write down what became of the open step."""
    transfer.steps.open().update(outcome=outcome, acted_at=timezone.now(), **words)


def close_rest(transfer: Transfer) -> None:
    """Nobody is asked any more: the steps that are left stay undone, nobody holds the transfer."""
    transfer.steps.filter(outcome__in=[Outcome.WAITING, Outcome.OPEN]).update(outcome=Outcome.UNREACHED)
    transfer.stage, transfer.holder, transfer.holder_since, transfer.due_on = "", None, None, None
    transfer.escalated_to, transfer.finished_on = None, timezone.localdate()


def due_on(stage: str, today: datetime.date) -> datetime.date:
    """Return until when a step should be done. Source: workflows.md 3.3."""
    if stage == Stage.RECEIPT:
        return add_months(today, workflow.RECEIPT_MONTHS)
    return today + datetime.timedelta(days=workflow.STEP_DAYS)


def _begin(transfer: Transfer, step: TransferStep) -> None:
    step.opened_at, step.due_on = timezone.now(), due_on(step.stage, timezone.localdate())
    step.save(update_fields=["outcome", "opened_at", "due_on"])
    transfer.stage = step.stage
    hold(transfer, step.organization, due_on=step.due_on)
