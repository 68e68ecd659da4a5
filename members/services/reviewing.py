"""Deciding several matters of 信息审核 at once, each for itself. Source: screens.md 2.11."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from members.models import Admission, Correction
from members.services import admissions, corrections
from partyplatform.audit import ActingRole
from partyplatform.ui.stale import Stale


@dataclass(frozen=True, slots=True)
class Deciding:
    """How one kind of matter is decided: the steps open to a role, the service, the verbs of 通过 and 退回."""

    open_steps: Callable[[Any, ActingRole], list[Any]]
    advance: Callable[..., Any]
    accepting: tuple[str, ...]
    refusing: tuple[str, ...]


KINDS = {
    Correction: Deciding(corrections.open_steps, corrections.advance, ("accept", "forward"), ("refuse",)),
    Admission: Deciding(admissions.open_steps, admissions.advance, ("admit", "pass"), ("return",)),
}


def settle_many(matters: Sequence[Any], *, accept: bool, answer: str, by: ActingRole) -> list[tuple[Any, str]]:
    """Decide several matters; return (matter, why not) of each, "" for those that were decided.

    A correction that was overtaken by another change of the record is left for a look of its own.
    """
    return [(matter, _settle(matter, accept=accept, answer=answer, by=by)) for matter in matters]


def _settle(matter: Any, *, accept: bool, answer: str, by: ActingRole) -> str:
    kind = KINDS[type(matter)]
    verbs = kind.accepting if accept else kind.refusing
    step = next((step for step in kind.open_steps(matter, by) if step.verb in verbs), None)
    if step is None:
        return f"现为“{matter.get_state_display()}”，不由当前角色审核"
    if accept and getattr(matter, "is_overtaken", False):
        return "申请之后该项已被更改，请打开后单独办理"
    try:
        with transaction.atomic():
            kind.advance(matter, step.verb, by=by, version=matter.version, answer=answer)
    except Stale as stale:
        return f"已由{stale.who}办理" if stale.who else "刚刚被他人修改"
    except ValidationError as refusal:
        return "；".join(refusal.messages)
    except PermissionDenied as refusal:
        return str(refusal)
    return ""
