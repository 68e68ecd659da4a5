"""Reasons against changing an organisation, asked of whoever knows them.

A higher app enters a guard in its `AppConfig.ready()`; the tree asks all of them before it changes anything:

    @blocks(Act.DISSOLVE, Act.MOVE, Act.UPDATE)
    def open_transfers(organizations):
        ...yield Reason("有 2 件组织关系转接尚未完成", "查看转接", "/portal/transfers/?org=17")

A guard gets a queryset of organisations (the one to be changed, or its whole subtree where the act carries the
subtree along) and yields one `Reason` for each thing that stands in the way. Source: workflows.md 2.3, 2.4, 11.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from partyplatform.ui.refusals import Refusal


class Act(StrEnum):
    UPDATE = "update"
    MOVE = "move"
    DISSOLVE = "dissolve"
    MERGE = "merge"
    UPGRADE = "upgrade"
    STOP_HOLDING = "stop_holding"  # becoming functional or temporary: nobody is enrolled there any more


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence, and where the reader can go to remove the cause."""

    text: str
    link_text: str = ""
    url: str = ""


Guard = Callable[[QuerySet], Iterable[Reason]]
_guards: dict[Act, list[Guard]] = {act: [] for act in Act}


def blocks(*acts: Act) -> Callable[[Guard], Guard]:
    """Register the decorated guard for the named acts."""

    def register(guard: Guard) -> Guard:
        for act in acts:
            _guards[act].append(guard)
        return guard

    return register


def unregister(guard: Guard) -> None:
    """Take a guard back from all acts."""
    for guards in _guards.values():
        if guard in guards:
            guards.remove(guard)


def reasons_against(act: Act, organizations: QuerySet) -> list[Reason]:
    """Return every reason against `act` on the given organisations; empty means nothing stands in the way."""
    return [reason for guard in _guards[act] for reason in guard(organizations)]


def refuse_if_blocked(act: Act, organizations: QuerySet) -> None:
    """Raise `Refusal` (a ValidationError) with all reasons and their links."""
    if reasons := reasons_against(act, organizations):
        raise refusal(reasons)


def refusal(reasons: list[Reason]) -> ValidationError:
    links = [(reason.link_text, reason.url) for reason in reasons if reason.url]
    return Refusal([reason.text for reason in reasons], links=links)
