"""What a reader may do with a transfer now: the buttons, from the table."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from orgs.models import Organization
from transfers import workflow
from transfers.models import Transfer
from transfers.services.advancing import acting_id
from transfers.workflow import Step


@dataclass(frozen=True, slots=True)
class Offer:
    """One button: the row behind it, whether pressing it is 代办, and why it cannot be pressed ("" when it can)."""

    step: Step
    stands_in: bool
    why: str

    @property
    def page(self) -> str:
        """The name of the address that takes it."""
        return "transfers:settle" if self.step.final else "transfers:act"

    @property
    def label(self) -> str:
        return f"代办：{self.step.label}" if self.stands_in else self.step.label


def offers(transfer: Transfer, role: Any) -> list[Offer]:
    """Return what the role's organisation may do, its own steps and those of organisations below it."""
    asked = {acting_id(step, transfer): step for step in workflow.open_steps(transfer)}
    below = set(
        Organization.objects.below(role.organization_id)
        .filter(pk__in=[pk for pk in asked if pk is not None])
        .values_list("pk", flat=True)
    )
    found = (offer(step, transfer, role, below=below) for step in workflow.open_steps(transfer))
    return [each for each in found if each is not None]


def offer(step: Step, transfer: Transfer, role: Any, *, below: set[int]) -> Offer | None:
    """Return the button of one row for a role, None where it is not the role's to press."""
    organization = acting_id(step, transfer)
    if organization is None:
        return None
    if organization != role.organization_id and organization not in below:
        return None
    stands_in = organization != role.organization_id
    return Offer(step, stands_in, step.problem(transfer, timezone.localdate()))


def passable(transfer: Transfer, role: Any, *, today: datetime.date) -> Step | None:
    """Return the row of the table by which a role's own organisation can pass a transfer now, None without one."""
    step = workflow.find("pass", transfer) if transfer.holder_id == role.organization_id else None
    return step if step is not None and not step.problem(transfer, today) else None
