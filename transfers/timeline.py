"""The line of steps over a transfer: who had it, who has it, who comes next."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from orgs.models import Organization
from transfers.chains import Chain
from transfers.codes import Outcome, TransferState
from transfers.models import Transfer, TransferStep

_STATES = {Outcome.PASSED: "done", Outcome.SKIPPED: "done", Outcome.OPEN: "now"}


@dataclass(frozen=True, slots=True)
class Mark:
    """One step as `{% steps %}` shows it."""

    label: str
    state: str
    note: str


def marks(transfer: Transfer, steps: Iterable[TransferStep], *, today: datetime.date) -> list[Mark]:
    """Return the line of a transfer, its start first."""
    begun = _lines(transfer.starter.short_name, f"{_person(transfer.started_by)} {_moment(transfer.started_at)}")
    return [Mark("发起转接", "done", begun), *(_mark(transfer, step, today) for step in steps)]


def preview(chain: Chain, skipped: Iterable[int]) -> list[Mark]:
    """Return the line of a transfer that is not begun: all steps to come."""
    passed = set(skipped)
    return [
        Mark(step.label, "later", _lines(_note(organization, organization.pk in passed)))
        for organization, step in (
            (organization, TransferStep(stage=stage, organization=organization)) for stage, organization in chain.links
        )
    ]


def _note(organization: Organization, is_skipped: bool) -> str:
    return f"{organization.short_name}（由上级发起，无需办理）" if is_skipped else organization.short_name


def _mark(transfer: Transfer, step: TransferStep, today: datetime.date) -> Mark:
    lines = [step.organization.short_name]
    if step.outcome in (Outcome.PASSED, Outcome.RETURNED):
        word = "退回 " if step.outcome == Outcome.RETURNED else ""
        lines.append(f"{word}{step.acted_by} {_moment(step.acted_at)}")
    elif step.outcome == Outcome.OPEN and transfer.state == TransferState.EXPIRED:
        lines.append("介绍信已过期")
    elif step.outcome == Outcome.OPEN:
        days = (today - timezone.localdate(step.opened_at)).days
        lines.append(f"已等待 {days} 天" if days else "今日到达")
    elif step.outcome != Outcome.WAITING:
        lines.append(step.get_outcome_display())
    if step.substitute:
        lines.append(f"{step.substitute}代办")
    return Mark(step.label, _STATES.get(Outcome(step.outcome), "later"), _lines(*lines))


def _moment(at: datetime.datetime | None) -> str:
    return f"{timezone.localtime(at):%m-%d %H:%M}" if at else ""


def _person(signature: str) -> str:
    """周敏 of 周敏（支部管理员）."""
    return signature.partition("（")[0]


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)
