"""上级党组织变更: preview, asking, deciding. Source: manual part 4, section 1 (2); workflows.md 2.3."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from orgs import rules, tree
from orgs.codes import COMMITTEES
from orgs.figures import figures
from orgs.guards import Act, Reason, reasons_against, refusal
from orgs.models import Organization, ParentChange
from orgs.services.organizations import prepare, spread_unit
from orgs.services.reach import lock_tree_for
from orgs.signals import organization_moved
from partyplatform import audit
from partyplatform.ui.stale import Stale

WHOLESALE = ("old_committee", "new_committee", "full_members", "probationary_members")


@dataclass(frozen=True)
class MovePlan:
    """What 上级党组织变更 would do: shown before it is asked for and before it is decided."""

    organization: Organization
    old_parent: Organization
    new_parent: Organization
    decider: Organization | None
    organizations: int
    members: int
    losing: list[Organization]
    gaining: list[Organization]
    reasons: list[Reason]
    changes_committee: bool


def plan(organization: Organization, *, to: Organization) -> MovePlan:
    """Return what moves along, who loses and gains reach, who decides, and what stands in the way."""
    old_chain = list(Organization.objects.above(organization.pk))
    new_chain = list(Organization.objects.above(to.pk, include_self=True))
    old_ids, new_ids = {org.pk for org in old_chain}, {org.pk for org in new_chain}
    shared = [org for org in old_chain if org.pk in new_ids]
    subtree = Organization.objects.within(organization.pk)
    return MovePlan(
        organization=organization,
        old_parent=organization.parent,
        new_parent=to,
        decider=next((org for org in reversed(shared) if org.org_type in COMMITTEES), None),
        organizations=subtree.living().count(),
        members=figures([organization.pk])[organization.pk].members,
        losing=[org for org in old_chain if org.pk not in new_ids],
        gaining=[org for org in new_chain if org.pk not in old_ids],
        reasons=reasons_against_moving(organization, to=to),
        changes_committee=bool(_wholesale(old_chain, new_chain)),
    )


def reasons_against_moving(organization: Organization, *, to: Organization) -> list[Reason]:
    """Return every reason against `organization` standing under `to`."""
    if organization.parent_id is None:
        return [Reason("最上级党组织没有上级，不能变更")]
    if not organization.is_living:
        return [Reason("该党组织已撤销，不能变更上级党组织")]
    if organization.parent_id == to.pk:
        return [Reason("新的上级党组织与现在的相同")]
    if Organization.objects.within(organization.pk).filter(pk=to.pk).exists():
        return [Reason("不能变更到自身或自己的下级党组织之下")]
    reasons = []
    if problem := rules.parent_problem(organization.org_type, to):
        reasons.append(Reason(problem))
    twin = Organization.objects.living().filter(parent=to, short_name=organization.short_name)
    if twin.exclude(pk=organization.pk).exists():
        reasons.append(Reason(f"“{to.short_name}”下已有相同的党组织简称"))
    return reasons + reasons_against(Act.MOVE, Organization.objects.within(organization.pk))


@transaction.atomic
def ask(
    organization: Organization, *, to: Organization, by: audit.ActingRole, reason: str, document: str = ""
) -> ParentChange:
    """Ask the common upper committee for the move; nothing moves yet. Raises `Refusal` with what stands against it."""
    lock_tree_for(by, managed=[organization])
    organization, to = _fresh(organization), _fresh(to)
    outline = plan(organization, to=to)
    if outline.reasons:
        raise refusal(outline.reasons)
    if outline.decider is None:
        raise ValidationError("两个党组织没有共同的上级党委，不能变更")
    if ParentChange.objects.filter(organization=organization, state=ParentChange.State.ASKED).exists():
        raise ValidationError("该党组织已有待审批的上级党组织变更")
    change = ParentChange.objects.create(
        organization=organization,
        old_parent=outline.old_parent,
        new_parent=to,
        decider=outline.decider,
        reason=reason,
        document=document,
        asked_by=signature(by),
        asking_organization_id=by.organization_id,  # type: ignore[misc]  # the platform itself asks for no move
    )
    _record(by, "orgs.ask_parent_change", change, reason=reason)
    return change


@transaction.atomic
def approve(change: ParentChange, *, by: audit.ActingRole, remark: str = "") -> Organization:
    """Carry the move out. Everything is checked again: the tree may have changed since it was asked for."""
    lock_tree_for(by, seen=[change.decider])
    change = _take(change)
    organization, to = _fresh(change.organization), _fresh(change.new_parent)
    if organization.parent_id != change.old_parent_id:
        raise ValidationError("该党组织的上级已有变化，请退回后重新申请")
    if reasons := reasons_against_moving(organization, to=to):
        raise refusal(reasons)
    old_parent = organization.parent
    _note_wholesale(change, organization, to=to)
    _settle(change, ParentChange.State.DONE, by=by, remark=remark)
    _carry_out(organization, to=to)
    told = {"organization": organization, "old_parent": old_parent, "new_parent": to, "change": change, "by": by}
    organization_moved.send(Organization, **told)
    _record(by, "orgs.reparent", change, reason=change.reason)
    return organization


@transaction.atomic
def refuse(change: ParentChange, *, by: audit.ActingRole, remark: str) -> ParentChange:
    """Send the request back with a reason."""
    change = _take(change)
    if not remark:
        raise ValidationError({"remark": "请填写退回原因"})
    _settle(change, ParentChange.State.REFUSED, by=by, remark=remark)
    _record(by, "orgs.refuse_parent_change", change, reason=remark)
    return change


@transaction.atomic
def withdraw(change: ParentChange, *, by: audit.ActingRole) -> ParentChange:
    """Take the request back; only the organisation that asked may."""
    change = _take(change)
    if change.asking_organization_id != by.organization_id:
        raise ValidationError("只有申请的党组织可以撤回")
    _settle(change, ParentChange.State.WITHDRAWN, by=by, remark="")
    _record(by, "orgs.withdraw_parent_change", change)
    return change


def signature(by: audit.ActingRole) -> str:
    """Return who acted, as kept beside the act: name and role."""
    return f"{by.user_name}（{by.label}）"


def _carry_out(organization: Organization, *, to: Organization) -> None:
    tree.move(organization, to=to)
    organization.refresh_from_db()
    prepare(organization)
    organization.version += 1
    organization.save(update_fields=["unit_name", "version"])
    spread_unit(organization)


def _take(change: ParentChange) -> ParentChange:
    """Return the request locked, or raise `Stale` with who settled it meanwhile."""
    change = ParentChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    if change.state != ParentChange.State.ASKED:
        raise Stale(
            [("状态", ParentChange.State.ASKED.label, change.get_state_display())],
            who=change.decided_by,
            when=change.decided_at,
        )
    return change


def _settle(change: ParentChange, state: ParentChange.State, *, by: audit.ActingRole, remark: str) -> None:
    change.state, change.remark = state, remark
    change.decided_by, change.decided_at = signature(by), timezone.now()
    change.save(update_fields=["state", "remark", "decided_by", "decided_at", *WHOLESALE])


def _record(by: audit.ActingRole, action: str, change: ParentChange, *, reason: str = "") -> None:
    changes = [["上级组织名称", change.old_parent.short_name, change.new_parent.short_name]]
    if change.old_committee and change.new_committee:
        changes += [
            ["整建制转移", change.old_committee.short_name, change.new_committee.short_name],
            ["随同转移的党员", "", f"{change.moved_members} 人"],
        ]
    audit.record(
        by,
        action,
        change.organization,
        organization=change.organization_id,
        changes=changes,
        reason=reason,
        document=change.document,
    )


def _fresh(organization: Organization) -> Organization:
    return Organization.objects.select_related("parent").get(pk=organization.pk)


def _note_wholesale(change: ParentChange, organization: Organization, *, to: Organization) -> None:
    """Keep which 基层党委 lose and gain the organisation, and how many members go along; called before the move."""
    old_chain = list(Organization.objects.above(organization.pk))
    committees = _wholesale(old_chain, list(Organization.objects.above(to.pk, include_self=True)))
    if committees is None:
        return
    moved = figures([organization.pk])[organization.pk]
    change.old_committee, change.new_committee = committees
    change.full_members, change.probationary_members = moved.full, moved.probationary


def _wholesale(
    old_chain: list[Organization], new_chain: list[Organization]
) -> tuple[Organization, Organization] | None:
    """Return the 基层党委 before and after, None when it stays the same."""
    old, new = _committee(old_chain), _committee(new_chain)
    return (old, new) if old and new and old.pk != new.pk else None


def _committee(chain: list[Organization]) -> Organization | None:
    return next((org for org in reversed(chain) if org.org_type in COMMITTEES), None)
