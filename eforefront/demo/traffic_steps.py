"""One transfer of the traffic of a city: its steps day by day, as far as it has come."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from orgs.dates import add_months
from transfers import chains, workflow
from transfers.codes import Outcome, Stage, TransferState, TransferType
from transfers.models import Transfer, TransferStep
from transfers.services.clocks import level

if TYPE_CHECKING:
    from eforefront.demo.traffic import Town

_SENTENCES = {
    Stage.APPROVE: "通过，开具介绍信",
    Stage.TAKE_IN: "接收，组织关系转入",
    Stage.ADMIT: "核对后办理入册",
    Stage.RECEIPT: "登记回执，已转出",
}
_WEEK = datetime.timedelta(days=workflow.STEP_DAYS)


@dataclass
class Journey:
    """One transfer, its steps, its history, the letters and the arrival that belong to it."""

    transfer: Transfer
    steps: list[TransferStep] = field(default_factory=list)
    events: list[tuple] = field(default_factory=list)
    issued: datetime.date | None = None
    id_number: str = ""  # of an arrival that is nobody's record


class Play:
    """Carries one transfer along its chain, day by day."""

    def __init__(self, town: Town, journey: Journey, chain: chains.Chain) -> None:
        self.town, self.journey, self.transfer, self.links = town, journey, journey.transfer, chain.links
        self.rng = town.rng

    def run(self, is_open: bool, began: datetime.date) -> None:
        ends = len(self.links)
        if is_open:
            self._lay(self.rng.randrange(ends), self._opened(), None)
            return
        draw = self.rng.random()
        deciding = sum(stage is not Stage.RECEIPT for stage, _ in self.links)
        if draw < 0.04:
            self._lay(0, began, TransferState.WITHDRAWN)
        elif draw < 0.09:
            self._lay(self.rng.randrange(deciding), began, TransferState.REFUSED)
        else:
            self._lay(ends, began, TransferState.DONE)

    def _opened(self) -> datetime.date:
        """Return when the open step was reached: mostly within its week, now and then a little late."""
        late = self.rng.random()
        days = self.rng.randint(8, 13) if late < 0.12 else self.rng.randint(15, 20) if late < 0.16 else None
        return self.town.today - datetime.timedelta(days=self.rng.randint(0, 7) if days is None else days)

    def _lay(self, reached: int, day: datetime.date, end: TransferState | None) -> None:
        """Lay out the steps: `reached` of them passed. `day` is that of the start, of an open one that of its step."""
        transfer = self.transfer
        if end is None:
            day -= datetime.timedelta(days=2 * reached)
        self._start(day)
        for number, (stage, organization) in enumerate(self.links):
            step = TransferStep(transfer=transfer, position=number + 1, stage=stage, organization=organization)
            step.outcome = Outcome.WAITING if end is None else Outcome.UNREACHED
            if number <= reached:
                self._open(step, day)
            if number < reached:
                day += datetime.timedelta(days=2 if end is None else self.rng.randint(1, 3))
                self._act(step, day, Outcome.PASSED, _SENTENCES.get(Stage(stage), "通过"))
                if stage == Stage.APPROVE:
                    self._issue(day)
            elif number == reached and end is None:
                step.outcome = Outcome.OPEN
                self._hold(step)
            elif number == reached and end == TransferState.REFUSED:
                day += datetime.timedelta(days=1)
                self._act(step, day, Outcome.RETURNED, "退回", verb="send_back", remark="材料不齐，请补正后再办")
            self.journey.steps.append(step)
        transfer.is_advanced = reached > 0
        if end is not None:
            self._finish(end, day)

    def _start(self, day: datetime.date) -> None:
        transfer, name = self.transfer, self.town.desk()
        transfer.started_by = transfer.last_by = f"{name}（支部管理员）"
        transfer.started_at = transfer.last_at = _at(day, 9)
        transfer.dues_paid_to = day.replace(day=1)
        label = TransferType(transfer.type).label
        self._tell("start", f"发起{label}", transfer.starter, name, day)

    def _open(self, step: TransferStep, day: datetime.date) -> None:
        step.opened_at = _at(day, 10)
        is_receipt = step.stage == Stage.RECEIPT
        step.due_on = add_months(day, workflow.RECEIPT_MONTHS) if is_receipt else day + _WEEK

    def _act(
        self,
        step: TransferStep,
        day: datetime.date,
        outcome: Outcome,
        sentence: str,
        *,
        verb: str = "pass",
        remark: str = "同意。",
    ) -> None:
        name = self.town.desk()
        step.outcome, step.acted_at, step.acted_by, step.remark = outcome, _at(day, 15), name, remark
        step.phone = step.organization.contact_phone
        verb = "receipt" if step.stage == Stage.RECEIPT else verb
        self.transfer.last_by, self.transfer.last_at = f"{name}（{step.organization.short_name}）", step.acted_at
        self._tell(verb, sentence, step.organization, name, day, remark)

    def _issue(self, day: datetime.date) -> None:
        transfer = self.transfer
        self.journey.issued = transfer.released_on = day
        transfer.valid_until = day + datetime.timedelta(days=transfer.valid_days)

    def _hold(self, step: TransferStep) -> None:
        transfer = self.transfer
        is_out = step.stage == Stage.RECEIPT
        transfer.state = TransferState.LETTER if is_out else TransferState.SUBMITTED
        transfer.stage, transfer.holder = step.stage, step.organization
        transfer.holder_since, transfer.due_on = step.opened_at, step.due_on
        transfer.reminded_days = level(transfer, self.town.today)
        if transfer.reminded_days > workflow.STEP_DAYS:
            transfer.escalated_to = step.organization.parent
        transfer.version = step.position

    def _finish(self, end: TransferState, day: datetime.date) -> None:
        transfer = self.transfer
        transfer.state, transfer.finished_on, transfer.version = end, day, len(self.links) + 1
        if end == TransferState.DONE and transfer.type == TransferType.OUT:
            transfer.received_on = day
        if end == TransferState.WITHDRAWN:
            self._tell("withdraw", "撤回", transfer.starter, self.town.desk(), day)

    def _tell(
        self, verb: str, sentence: str, organization: Any, name: str, day: datetime.date, remark: str = ""
    ) -> None:
        at = _at(day, 9 if verb == "start" else 15)
        phone = organization.contact_phone
        row = (self.transfer.pk, self.transfer.type, verb, sentence, organization.pk, "", name, phone, remark, at)
        self.journey.events.append(row)


def cancel(journey: Journey, today: datetime.date) -> None:
    """Let a transfer of nobody in particular be withdrawn instead: it stands in nobody's way then."""
    transfer = journey.transfer
    transfer.state, transfer.stage, transfer.holder, transfer.holder_since = TransferState.WITHDRAWN, "", None, None
    transfer.due_on, transfer.escalated_to, transfer.received_on = None, None, None
    transfer.finished_on = transfer.finished_on or today
    for step in journey.steps:
        if step.outcome in (Outcome.OPEN, Outcome.WAITING):
            step.outcome = Outcome.UNREACHED


def _at(day: datetime.date, hour: int) -> datetime.datetime:
    return datetime.datetime(day.year, day.month, day.day, hour - 8, tzinfo=datetime.UTC)
