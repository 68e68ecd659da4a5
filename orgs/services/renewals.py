"""换届: one service moves a renewal along the table in orgs/renewal.py; nothing else assigns its state."""

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from orgs.changes import overtaken
from orgs.models import Organization, Renewal, Term
from orgs.renewal import (
    MAX_SHIFT_MONTHS,
    STEPS,
    RenewalKind,
    Step,
    candidates_needed,
    votes_needed,
)
from orgs.services import terms
from orgs.services.parents import signature
from orgs.services.reach import hold_in_reach
from orgs.signals import term_renewed
from partyplatform import audit

SECRETARY = "001A"  # of party_duty.csv, which belongs to members
MAX_SEATS = 7
MIN_COMMITTEE = 3
COMMITTEE_FROM = 7  # 正式党员 from which a branch has a committee


@transaction.atomic
def ask(organization: Organization, *, kind: str, by: audit.ActingRole, **plan: Any) -> Renewal:
    """Hand in a 换届请示, or ask for 延期 / 提前. `plan`: reason, months, planned_on, seats, candidates, plan.

    Raises ValidationError by field. Source: workflows.md 6.
    """
    organization = hold_in_reach(organization.pk, by=by)
    terms.refuse_elections(organization)
    if Renewal.objects.open().filter(organization=organization).exists():
        raise ValidationError("该党组织已有办理中的换届事项")
    renewal = Renewal(organization=organization, kind=kind, asked_by=signature(by), **plan)
    _check_plan(renewal)
    renewal.save()
    _record(by, renewal, label="请示", before="", reason=renewal.reason)
    return renewal


@transaction.atomic
def advance(
    renewal: Renewal, verb: str, *, by: audit.ActingRole, version: int, reason: str = "", **facts: Any
) -> Renewal:
    """Take one step of the table.

    Raises `Stale` when the state or version changed meanwhile, ValidationError when facts are missing. `facts`:
    `document` for replies, the election's figures and `elected` for `elect`.
    """
    organization = hold_in_reach(renewal.organization_id, by=by)
    renewal = Renewal.objects.select_for_update().get(pk=renewal.pk)
    renewal.organization = organization
    step = STEPS[verb]
    if renewal.version != version or renewal.state not in step.source or renewal.kind not in step.kinds:
        raise overtaken(organization, [("状态", step.label, renewal.get_state_display())])
    if step.reason and not reason:
        raise ValidationError({"reason": f"请填写{step.label}的原因"})
    before = renewal.get_state_display()
    _apply(renewal, step, by=by, facts=facts)
    renewal.state = step.target
    renewal.version += 1
    renewal.save()
    _record(by, renewal, label=step.label, before=before, reason=reason)
    return renewal


def _apply(renewal: Renewal, step: Step, *, by: audit.ActingRole, facts: dict[str, Any]) -> None:
    if step.verb in ("reply", "extend", "refuse", "confirm"):
        renewal.decided_by = signature(by)
        renewal.reply_document = facts.get("document") or renewal.reply_document
    if step.verb == "elect":
        renewal.draft = _election(renewal, facts)
    if step.verb == "extend":
        _shift(renewal, by=by)
    if step.verb == "confirm":
        renewal.term = _new_term(renewal, by=by)


def _check_plan(renewal: Renewal) -> None:
    faults: dict[str, str] = {}
    current = Term.objects.filter(organization=renewal.organization, is_current=True).first()
    if renewal.kind == RenewalKind.EXTENSION:
        if current is None:
            raise ValidationError("该党组织没有当届届次，不能申请延期")
        if not 1 <= renewal.months <= MAX_SHIFT_MONTHS - current.shifted_months:
            faults["months"] = f"延期合计不能超过 {MAX_SHIFT_MONTHS} 个月"
        if not renewal.reason:
            faults["reason"] = "请填写延期理由"
    else:
        faults |= _election_plan_faults(renewal)
        if renewal.kind == RenewalKind.EARLY and not renewal.reason:
            faults["reason"] = "请填写提前换届的理由"
    if faults:
        raise ValidationError(faults)


def _election_plan_faults(renewal: Renewal) -> dict[str, str]:
    faults: dict[str, str] = {}
    if renewal.planned_on is None:
        faults["planned_on"] = "请填写拟选举日期"
    if not renewal.seats:
        faults["seats"] = "请填写委员名额"
        return faults
    organization = renewal.organization
    if organization.is_branch and organization.full_members < COMMITTEE_FROM and renewal.seats > 2:
        faults["seats"] = f"正式党员不足 {COMMITTEE_FROM} 人的党支部只设书记，必要时设 1 名副书记"
    elif organization.is_branch and organization.full_members >= COMMITTEE_FROM and renewal.seats < MIN_COMMITTEE:
        faults["seats"] = f"正式党员 {COMMITTEE_FROM} 人以上的党支部应当设立支部委员会，由 3 至 5 人组成"
    elif organization.is_branch and renewal.seats > MAX_SEATS:
        faults["seats"] = f"支部委员会一般不超过 {MAX_SEATS} 人"
    needed = candidates_needed(renewal.seats) if renewal.seats > 2 else renewal.seats
    if (renewal.candidates or 0) < needed:
        faults["candidates"] = f"候选人应多于应选名额 20% 以上：{renewal.seats} 个名额至少 {needed} 名候选人"
    return faults


def _election(renewal: Renewal, facts: dict[str, Any]) -> dict[str, Any]:
    """Check the counts and return the draft that waits for approval."""
    faults = terms.election_faults(
        method=facts["method"], due=facts["voters_due"], present=facts["voters_present"]
    ) | terms.ballot_faults(
        sent=facts.get("ballots_sent"),
        returned=facts.get("ballots_returned"),
        valid=facts.get("ballots_valid"),
        present=facts["voters_present"],
    )
    if facts["elected_on"] > timezone.localdate():
        faults["elected_on"] = "选举日期不能晚于今天"
    elected = facts["elected"]
    counted, named = ("voters_due", "应到会") if settings.ELECTION_MAJORITY_OF_DUE else ("voters_present", "实到会")
    needed = votes_needed(facts[counted])
    short = [person["name"] for person in elected if person["votes"] < needed]
    if not elected:
        faults["elected"] = "请填写当选人"
    elif len(elected) > (renewal.seats or len(elected)):
        faults["elected"] = f"当选人数（{len(elected)}）多于名额（{renewal.seats}）"
    elif twice := _elected_twice(elected):
        faults["elected"] = twice
    elif short:
        faults["elected"] = f"得票未超过{named}人数的半数（至少 {needed} 票）：{'、'.join(short)}"
    if faults:
        raise ValidationError(faults)
    return {**facts, "elected_on": facts["elected_on"].isoformat()}


def _elected_twice(elected: Sequence[Mapping[str, Any]]) -> str:
    """Return what the term could not hold: somebody twice in one duty, or two 书记."""
    held = Counter((person["member"], person["duty"]) for person in elected)
    for person in elected:
        if held[person["member"], person["duty"]] > 1:
            return f"{person['name']}重复填写了同一职务"
    leading = [person["name"] for person in elected if person["duty"] == SECRETARY]
    return f"书记只能有一名，现填写了：{'、'.join(leading)}" if len(leading) > 1 else ""


def _shift(renewal: Renewal, *, by: audit.ActingRole) -> None:
    current = Term.objects.get(organization=renewal.organization, is_current=True)
    terms.record(
        renewal.organization,
        by=by,
        term=current,
        version=current.version,
        shifted_months=current.shifted_months + renewal.months,
        shift_document=renewal.reply_document or "已批准",
    )


def _new_term(renewal: Renewal, *, by: audit.ActingRole) -> Term:
    draft = dict(renewal.draft)
    elected = draft.pop("elected")
    draft["elected_on"] = datetime.date.fromisoformat(draft["elected_on"])
    term = terms.record(
        renewal.organization,
        by=by,
        number=terms.next_number(renewal.organization),
        document=renewal.reply_document,
        is_current=True,
        committee_size=len(elected),
        **draft,
    )
    term_renewed.send(Renewal, renewal=renewal, term=term, elected=elected, by=by)
    return term


def _record(by: audit.ActingRole, renewal: Renewal, *, label: str, before: str, reason: str = "") -> None:
    audit.record(
        by,
        "orgs.renewal",
        renewal.organization,
        organization=renewal.organization_id,
        changes=[[f"{renewal.get_kind_display()}（{label}）", before, renewal.get_state_display()]],
        reason=reason,
        document=renewal.reply_document,
    )
