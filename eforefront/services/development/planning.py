"""年度发展计划: asked by an organisation, agreed to by the one above. Source: screens.md 3.5."""

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.powers import Power
from eforefront.models import DevelopmentPlan
from orgs.models import Organization
from orgs.services.parents import signature
from orgs.services.reach import hold_in_reach
from partyplatform import audit
from partyplatform.ui.stale import Stale

S = DevelopmentPlan.State


@transaction.atomic
def ask(
    organization: Organization, year: int, *, by: audit.ActingRole, activists: int, admissions: int, note: str = ""
) -> DevelopmentPlan:
    """Hand in the plan of the own organisation; one that was given back, or waits, is replaced.

    Where nobody stands above, it is agreed to by itself. Raises ValidationError for one that was agreed to.
    """
    organization = hold_in_reach(organization.pk, by=by)
    if not (by.can(Power.KEEP_DEVELOPMENT) or by.can(Power.DECIDE_DEVELOPMENT)):  # type: ignore[attr-defined]
        raise PermissionDenied
    if organization.pk != by.organization_id:
        raise PermissionDenied("发展计划由本组织上报。")
    found = DevelopmentPlan.objects.select_for_update(of=("self",)).filter(organization=organization, year=year).first()
    if found is not None and found.state == S.AGREED:
        raise ValidationError(f"{year} 年发展计划已批复，需要调整的请上级退回")
    plan = found or DevelopmentPlan(organization=organization, year=year)
    plan.activists, plan.admissions, plan.note = activists, admissions, note
    plan.state, plan.opinion = S.ASKED, ""
    plan.asked_by, plan.asked_at = signature(by), timezone.now()
    if organization.parent_id is None:
        plan.state, plan.activists_agreed, plan.admissions_agreed = S.AGREED, activists, admissions
    plan.version += 0 if found is None else 1
    plan.save()
    _tell(plan, "ask_development_plan", by=by, reason=note)
    return plan


@transaction.atomic
def agree(
    plan: DevelopmentPlan, *, by: audit.ActingRole, version: int, activists: int, admissions: int, opinion: str = ""
) -> DevelopmentPlan:
    """Agree to the plan of an organisation one level down, with these numbers; agreed again, they are replaced."""
    plan = _held(plan, by=by, version=version)
    plan.state, plan.activists_agreed, plan.admissions_agreed = S.AGREED, activists, admissions
    return _decided(plan, "agree_development_plan", opinion, by=by)


@transaction.atomic
def give_back(plan: DevelopmentPlan, *, by: audit.ActingRole, version: int, opinion: str) -> DevelopmentPlan:
    """Give a plan back with the reason; it may be handed in anew."""
    plan = _held(plan, by=by, version=version)
    if not opinion:
        raise ValidationError({"opinion": "请填写退回原因"})
    plan.state, plan.activists_agreed, plan.admissions_agreed = S.RETURNED, None, None
    return _decided(plan, "return_development_plan", opinion, by=by)


def _held(plan: DevelopmentPlan, *, by: audit.ActingRole, version: int) -> DevelopmentPlan:
    organization = hold_in_reach(plan.organization_id, by=by)
    if not by.can(Power.DECIDE_DEVELOPMENT) or organization.parent_id != by.organization_id:  # type: ignore[attr-defined]
        raise PermissionDenied("发展计划由直接上级党组织批复。")
    stored = DevelopmentPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if stored.version != version:
        who, when = max(((stored.asked_by, stored.asked_at), _decision(stored)), key=lambda one: one[1])
        raise Stale([["状态", "打开页面时", stored.get_state_display()]], who=who, when=when)
    stored.organization = organization
    return stored


def _decision(plan: DevelopmentPlan) -> tuple[str, datetime.datetime]:
    return (plan.decided_by, plan.decided_at) if plan.decided_at else (plan.asked_by, plan.asked_at)


def _decided(plan: DevelopmentPlan, action: str, opinion: str, *, by: audit.ActingRole) -> DevelopmentPlan:
    plan.opinion, plan.decided_by, plan.decided_at = opinion, signature(by), timezone.now()
    plan.version += 1
    plan.save()
    _tell(plan, action, by=by, reason=opinion)
    return plan


def _tell(plan: DevelopmentPlan, action: str, *, by: Any, reason: str) -> None:
    agreed = f"{plan.activists_agreed}、{plan.admissions_agreed}" if plan.state == S.AGREED else ""
    changes = [["上报", "", f"{plan.activists}、{plan.admissions}"], ["批复", "", agreed]]
    kept = [change for change in changes if change[2]]
    audit.record(by, f"eforefront.{action}", plan, organization=plan.organization_id, changes=kept, reason=reason[:200])
