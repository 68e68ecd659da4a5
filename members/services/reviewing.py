"""Deciding several matters of 信息审核 at once, each for itself. Source: screens.md 2.11."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from members.models import Admission, Correction
from members.services import admissions, corrections
from partyplatform.audit import ActingRole
from partyplatform.ui.stale import Stale


@dataclass(frozen=True, slots=True)
class Deciding:
    """How one kind of matter is decided: the steps open to a role, the service, the verbs of 通过 and 退回.

    `also` is what the service is told besides: nobody has looked at the matter by itself.
    """

    open_steps: Callable[[Any, ActingRole], list[Any]]
    advance: Callable[..., Any]
    accepting: tuple[str, ...]
    refusing: tuple[str, ...]
    also: Mapping[str, Any] = field(default_factory=dict)


KINDS = {
    Correction: Deciding(
        corrections.open_steps, corrections.advance, ("accept", "forward"), ("refuse",), {"unseen": True}
    ),
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
    try:
        with transaction.atomic():
            kind.advance(matter, step.verb, by=by, version=matter.version, answer=answer, **kind.also)
    except Stale as stale:
        return f"已由{stale.who}办理" if stale.who else "刚刚被他人修改"
    except ValidationError as refusal:
        return "；".join(refusal.messages)
    except PermissionDenied as refusal:
        return str(refusal)
    return ""
