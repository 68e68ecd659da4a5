"""Recording, passing on and sending back the open step: the only way from one of the 25 to another.

Source: workflows.md 4.2 – 4.5.
"""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from eforefront.development.cases import Case, Entry
from eforefront.development.chains import holder_of, is_last
from eforefront.development.facts import Kind
from eforefront.development.guards import PASSING
from eforefront.development.standing import case_of
from eforefront.development.states import Deed
from eforefront.development.steps import (
    CONFIRMING,
    DISCUSSING,
    STEPS,
    Outcome,
    Step,
    may_return,
    next_after,
    preceding,
)
from eforefront.models import Applicant, PartyGroup
from eforefront.services.development import effects, sponsoring
from eforefront.services.development.stepping import open_for, rest, settle, tell, write
from members.models import Member
from partyplatform import audit


@transaction.atomic
def record(
    applicant: Applicant,
    *,
    by: audit.ActingRole,
    version: int,
    on: datetime.date,
    outcome: str = "pass",
    facts: Mapping[str, Any] | None = None,
    sponsors: Iterable[Member] = (),
    group: PartyGroup | None = None,
) -> Applicant:
    """Record the open step with its day, result and facts, and open what follows.

    Days of the past are taken: what is late is marked. Raises ValidationError (field of the form where there is one)
    for what the table bars, PermissionDenied for another organisation's step, `Stale`, `OutOfReach`.
    """
    applicant = open_for(applicant, by=by, version=version)
    step = STEPS[applicant.step]
    if not is_last(step, _acting(by)):
        raise ValidationError("本组织只能审议后报上级党委")
    entry = Entry(on, outcome, dict(facts or {}))
    found = _outcome(step, entry)
    if step.sponsors is not None:
        chosen = sponsoring.name(applicant, step.sponsors, sponsors, on=on)
        entry = Entry(on, outcome, {**entry.facts, "sponsors": "、".join(member.name for member in chosen)})
    case = case_of(applicant, may_approve=_acting(by).may_approve)
    field, problem = step.fault(case, entry, timezone.localdate())
    if problem:
        raise ValidationError({field: problem} if field else problem)
    _advance(applicant, step, found, case, entry, by=by, group=group)
    return applicant


def _advance(
    applicant: Applicant,
    step: Step,
    found: Outcome,
    case: Case,
    entry: Entry,
    *,
    by: audit.ActingRole,
    group: PartyGroup | None,
) -> None:
    facts = {**entry.facts, "group": group.name} if group else entry.facts
    marks = step.marked(case, entry)
    label = found.label if step.number != CONFIRMING else effects.decision_label(case)
    write(
        applicant,
        Deed.STEP,
        by=by,
        on=entry.on,
        step=step.number,
        outcome=found.code,
        label=label,
        facts=facts,
        marks=marks,
    )
    decision = case.done[DISCUSSING].outcome if step.number == CONFIRMING else ""
    to, state = next_after(step, found, decision)
    if step.milestone and found.code in PASSING:
        setattr(applicant, step.milestone, entry.on)
    effects.before(applicant, step, found, entry, by=by)
    settle(applicant, step=to, state=state, on=entry.on)
    effects.after(applicant, step, case, entry, by=by, group=group)
    rest(applicant)
    changes = [[step.label, "", f"{label} {entry.on:%Y-%m-%d}"]]
    tell(applicant, "record_development", by=by, changes=changes, reason="；".join(marks))


@transaction.atomic
def review(applicant: Applicant, *, by: audit.ActingRole, version: int, on: datetime.date, opinion: str) -> Applicant:
    """Let an organisation without the right review the open step and pass it on to the next above (4.4).

    Raises as `record` does.
    """
    applicant = open_for(applicant, by=by, version=version)
    step = STEPS[applicant.step]
    if is_last(step, _acting(by)):
        raise ValidationError("本组织应直接办理该步骤")
    if not opinion:
        raise ValidationError({"opinion": "请填写审议意见"})
    case = case_of(applicant)
    latest = max((day for number in step.after if (day := case.day(number))), default=on)
    if on > timezone.localdate() or on < latest:
        raise ValidationError({"on": f"审议日期应在 {latest:%Y-%m-%d} 至今天之间"})
    holder = holder_of(step.number, applicant.organization, after=applicant.holder)
    write(applicant, Deed.REVIEW, by=by, on=on, label="审议通过，报上级", facts={"opinion": opinion})
    settle(applicant, step=step.number, holder=holder)
    rest(applicant)
    tell(applicant, "review_development", by=by, changes=[[step.label, "", "审议通过，报上级"]])
    return applicant


@transaction.atomic
def send_back(applicant: Applicant, *, by: audit.ActingRole, version: int, reason: str) -> Applicant:
    """Send the open step back to the one before, with a reason; nothing of the history goes.

    Raises ValidationError where there is none, and behind what changed the roll.
    """
    applicant = open_for(applicant, by=by, version=version)
    if not reason:
        raise ValidationError({"reason": "请填写退回原因"})
    number, earlier = applicant.step, preceding(applicant.step)
    if why := reason_against_returning(applicant):
        raise ValidationError(why)
    write(
        applicant,
        Deed.RETURN,
        by=by,
        on=timezone.localdate(),
        step=number,
        label=f"退回到“{STEPS[earlier].label}”",
        facts={"reason": reason},
    )
    settle(applicant, step=earlier)
    effects.undo(applicant, STEPS[earlier])
    rest(applicant)
    told = [["当前步骤", STEPS[number].label, STEPS[earlier].label]]
    tell(applicant, "send_back_development", by=by, changes=told, reason=reason)
    return applicant


def reason_against_returning(applicant: Applicant) -> str:
    """Return why the open step cannot be sent back, "" where it can."""
    if why := may_return(applicant.step):
        return why
    return "没有前一步骤的办理记录，不能退回" if applicant.step == applicant.began_at else ""


def _outcome(step: Step, entry: Entry) -> Outcome:
    found = step.outcome(entry.outcome)
    if found is None:
        raise ValidationError({"outcome": "请选择结果"})
    asked = [fact for fact in step.facts if fact.required and fact.asked_with(found.code)]
    kept_apart = (Kind.PEOPLE, Kind.GROUP, Kind.YES)
    missing = [fact for fact in asked if fact.kind not in kept_apart and entry.facts.get(fact.name) in (None, "")]
    if missing:
        raise ValidationError({fact.name: f"请填写{fact.label}" for fact in missing})
    return found


def _acting(by: audit.ActingRole) -> Any:
    return by.organization  # type: ignore[attr-defined]
