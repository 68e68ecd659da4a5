"""How a development ends on the way: 退出, 终止培养, 材料移交外单位; and 推迟讨论. Source: workflows.md 4.1, 4.3."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from eforefront.development.limits import limit
from eforefront.development.states import Deed, HandOverState, State
from eforefront.development.steps import DISCUSSING
from eforefront.models import Applicant
from eforefront.services.development.stepping import (
    held,
    refuse_ended,
    refuse_other_branch,
    rest,
    settle,
    tell,
    write,
)
from orgs.dates import add_months
from partyplatform import audit

WAYS = (State.WITHDRAWN, State.STOPPED, State.HANDED_OUT)


@transaction.atomic
def leave(
    applicant: Applicant, way: State, *, by: audit.ActingRole, version: int, on: datetime.date, reason: str
) -> Applicant:
    """End a development before the approval; whoever is 预备党员 leaves by 23 and 24, or by 党籍管理.

    Raises ValidationError without a reason, for a day ahead or before the last step; PermissionDenied, `Stale`.
    """
    applicant = held(applicant, by=by, version=version)
    refuse_ended(applicant)
    refuse_other_branch(applicant, by=by)
    if way not in WAYS:
        raise ValidationError({"way": "请选择结束的方式"})
    if applicant.member_id is not None:
        raise ValidationError("已是预备党员，请由支部大会讨论、上级党委审批后取消预备党员资格")
    if applicant.hand_overs.filter(state=HandOverState.WAITING).exists():
        raise ValidationError("材料正在移交，请先撤回移交")
    if not reason:
        raise ValidationError({"reason": "请填写原因"})
    latest = max(filter(None, (applicant.applied_on, applicant.activist_on, applicant.candidate_on)), default=on)
    if not latest <= on <= timezone.localdate():
        raise ValidationError({"on": f"日期应在 {latest:%Y-%m-%d} 至今天之间"})
    write(applicant, Deed.EXIT, by=by, on=on, outcome=way.value, label=way.label, facts={"reason": reason})
    settle(applicant, step=applicant.step, state=way, on=on)
    rest(applicant)
    tell(applicant, "end_development", by=by, changes=[["状态", State.ACTIVE.label, way.label]], reason=reason)
    return applicant


@transaction.atomic
def postpone(applicant: Applicant, *, by: audit.ActingRole, version: int, months: int, reason: str) -> Applicant:
    """Put 讨论转正 off for somebody who came by a transfer; 转正日期 stays the end of the 预备期 (细则 36).

    Raises ValidationError for anybody else and beyond six months; PermissionDenied, `Stale`.
    """
    applicant = held(applicant, by=by, version=version)
    refuse_ended(applicant)
    refuse_other_branch(applicant, by=by)
    if why := reason_against_postponing(applicant):
        raise ValidationError(why)
    assert applicant.probation_ends_on is not None
    if not 1 <= months <= limit("postponement"):
        raise ValidationError({"months": f"推迟讨论不超过 {limit('postponement')} 个月"})
    if not reason:
        raise ValidationError({"reason": "请填写原因"})
    applicant.postponed_to = add_months(applicant.probation_ends_on, months)
    told = f"推迟 {months} 个月，至 {applicant.postponed_to:%Y-%m-%d}"
    today = timezone.localdate()
    write(applicant, Deed.POSTPONE, by=by, on=today, label=told, facts={"reason": reason})
    applicant.version += 1
    rest(applicant)
    tell(applicant, "postpone_development", by=by, changes=[["推迟讨论", "", told]], reason=reason)
    return applicant


def reason_against_postponing(applicant: Applicant) -> str:
    """Return why 讨论转正 of this person cannot be put off, "" where it can; one statement at most."""
    if applicant.member is None or applicant.probation_ends_on is None or not "19" <= applicant.step <= DISCUSSING:
        return "只有预备党员的转正讨论可以推迟"
    if applicant.postponed_to is not None:
        return "已推迟过一次"
    return "" if came_lately(applicant) else "只有预备期内转入的预备党员可以推迟讨论"


def came_lately(applicant: Applicant) -> bool:
    """Whether the member belonged to another branch within the 预备期."""
    assert applicant.member is not None
    elsewhere = applicant.member.standings.exclude(organization=applicant.organization_id)
    return elsewhere.filter(ends_on__gte=applicant.joined_on).exists()
