"""What every act of 党员发展 shares: the locks, who may, the next step, the history and the audit.

Only `settle` gives an applicant another step or state.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError

from accounts.powers import Power
from eforefront.development.chains import holder_of
from eforefront.development.facts import VOTES
from eforefront.development.standing import case_of
from eforefront.development.states import Deed, HandOverState, State
from eforefront.development.steps import MILESTONES, STEPS, Actor
from eforefront.models import Applicant, DevelopmentRecord, Sponsorship
from eforefront.services.development import roles
from orgs.models import Organization
from orgs.services.parents import signature
from orgs.services.reach import hold_in_reach
from partyplatform import audit
from partyplatform.ui.stale import Stale

MARKS = 500


def held(applicant: Applicant, *, by: audit.ActingRole, version: int) -> Applicant:
    """Return the applicant as stored, locked after the branch. Raises `OutOfReach`, `Stale`."""
    branch = hold_in_reach(applicant.organization_id, by=by)
    rows = Applicant.objects.select_for_update(of=("self",), no_key=True).select_related("holder", "member")
    stored = rows.get(pk=applicant.pk)
    if stored.version != version or stored.organization_id != branch.pk:
        raise overtaken(stored)
    stored.organization = branch
    return stored


def overtaken(applicant: Applicant) -> Stale:
    """Return the conflict with whoever acted meanwhile."""
    last = DevelopmentRecord.objects.of(applicant).order_by("-pk").first()
    who, when = (last.by_name, last.at) if last else ("", None)
    return Stale([["当前步骤", "打开页面时的步骤", applicant.step_label]], who=who, when=when)


def open_for(applicant: Applicant, *, by: audit.ActingRole, version: int) -> Applicant:
    """The same for an act on the open step: the acting organisation holds it, and nothing else is under way."""
    stored = held(applicant, by=by, version=version)
    refuse_ended(stored)
    refuse_others(stored, by=by)
    if stored.hand_overs.filter(state=HandOverState.WAITING).exists():
        raise ValidationError("材料正在移交，对方接收或撤回后才能办理")
    return stored


def refuse_ended(applicant: Applicant) -> None:
    if not applicant.is_open:
        raise ValidationError(f"{applicant.name}的发展党员记录已结束（{applicant.get_state_display()}）")


def refuse_others(applicant: Applicant, *, by: audit.ActingRole) -> None:
    """Raise PermissionDenied unless the acting organisation holds the open step and may act on it."""
    of_branch = STEPS[applicant.step].actor is Actor.BRANCH
    needed = Power.KEEP_DEVELOPMENT if of_branch else Power.DECIDE_DEVELOPMENT
    if not by.can(needed):  # type: ignore[attr-defined]
        raise PermissionDenied
    if applicant.holder is None:
        raise ValidationError("上级没有可以批准预备党员的党委，请先在“发展党员权限”中设置")
    if applicant.holder_id != by.organization_id:
        raise PermissionDenied(f"该步骤由“{applicant.holder.short_name}”办理，当前角色不能办理。")
    if of_branch and not applicant.organization.may_develop:
        raise ValidationError("本支部没有开通发展党员模块，请联系上级党组织")


def refuse_other_branch(applicant: Applicant, *, by: audit.ActingRole) -> None:
    """The branch itself looks after its applicants, whoever holds the step."""
    if not by.can(Power.KEEP_DEVELOPMENT):  # type: ignore[attr-defined]
        raise PermissionDenied
    if applicant.organization_id != by.organization_id:
        raise PermissionDenied("由申请人所在支部的管理员办理。")


def settle(
    applicant: Applicant,
    *,
    step: str,
    state: State = State.ACTIVE,
    on: datetime.date | None = None,
    holder: Organization | None = None,
) -> None:
    """Give the applicant the step that is open now, or the state it ended in; saving is the caller's.

    What later steps had set counts no longer. `holder` is given where it is not the first one of the step.
    """
    applicant.step, applicant.state, applicant.stage = step, state, STEPS[step].stage
    if state == State.ACTIVE:
        for field, number in MILESTONES.items():
            if number >= step:
                setattr(applicant, field, None)
        if applicant.joined_on is None:
            applicant.probation_ends_on = None
        applicant.holder = holder or holder_of(step, applicant.organization)
    else:
        applicant.holder, applicant.ended_on = None, on
        Sponsorship.objects.of(applicant).present().update(until=on)
    applicant.version += 1


def rest(applicant: Applicant) -> None:
    """Work out the next deadline and save; the last thing but the history."""
    applicant.due_on = STEPS[applicant.step].due(case_of(applicant)) if applicant.is_open else None
    applicant.save()


def write(
    applicant: Applicant,
    deed: Deed,
    *,
    by: audit.ActingRole,
    on: datetime.date,
    step: str = "",
    outcome: str = "",
    label: str = "",
    facts: Mapping[str, Any] | None = None,
    marks: list[str] | None = None,
) -> DevelopmentRecord:
    """Add a line to the history; dates among the facts are kept as ISO text, votes in their columns."""
    told = {name: _plain(value) for name, value in (facts or {}).items() if value not in (None, "")}
    line = DevelopmentRecord(
        applicant=applicant,
        step=step or applicant.step,
        deed=deed,
        outcome=outcome,
        label=label[:60],
        on=on,
        marks="；".join(marks or [])[:MARKS],
        organization_id=by.organization_id,
        by_name=signature(by),
        **{name: told.pop(name, None) for name in VOTES},
    )
    line.seal_facts(told)
    line.save(force_insert=True)
    return line


def tell(
    applicant: Applicant, action: str, *, by: audit.ActingRole, changes: list[list[str]], reason: str = ""
) -> None:
    """Let the account follow and write the audit record, the last statement of every act. No opinion, talk or
    conclusion is in it."""
    roles.follow(applicant, by=by)
    place = applicant.organization_id
    audit.record(by, f"eforefront.{action}", applicant, organization=place, changes=changes, reason=reason[:200])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value
