"""发展党员权限: who may use the development module, who may approve candidates. Source: workflows.md 4.4."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from orgs import rules
from orgs.models import Organization
from orgs.services.reach import lock_tree_for
from orgs.signals import development_rights_changed
from partyplatform import audit
from partyplatform.ui.stale import Stale

FIELDS = ("may_develop", "may_approve")
NAMED = 5  # organisations named in a refusal


@transaction.atomic
def set_rights(
    organizations: Sequence[Organization],
    *,
    by: audit.ActingRole,
    versions: Mapping[int, int],
    may_develop: bool | None = None,
    may_approve: bool | None = None,
    reason: str = "",
) -> list[Organization]:
    """Give or take rights of organisations, all of them or none; None leaves a right as it is.

    Returns those that changed. `versions` are the versions the reader saw: raises `Stale` when one has changed since.
    Raises ValidationError for whoever cannot have the right: only a 党委 approves, nothing temporary or functional
    develops, and nothing dissolved has rights.
    """
    lock_tree_for(by, managed=organizations)
    chosen = _held([organization.pk for organization in organizations])
    if changed := [org for org in chosen if org.version != versions.get(org.pk)]:
        raise Stale(
            [(org.short_name, "所见的权限", f"{org.development.label}，{org.approval.label}") for org in changed]
        )
    wanted = {name: value for name, value in zip(FIELDS, (may_develop, may_approve), strict=True) if value is not None}
    acts = [act for org in chosen if (act := _change(org, wanted, by=by, reason=reason))]
    if faults := [f"{org.short_name}：{problem}" for org in chosen if (problem := _problem(org))]:
        rest = [f"另有 {len(faults) - NAMED} 个党组织同样不能"] if len(faults) > NAMED else []
        raise ValidationError([*faults[:NAMED], *rest])
    if not acts:
        raise ValidationError("所选党组织的权限已是如此，没有需要变更的")
    changed = [org for org in chosen if org.version != versions[org.pk]]
    Organization.objects.bulk_update(changed, [*FIELDS, "version"])
    development_rights_changed.send(Organization, organizations=changed, by=by)
    audit.record_many(acts)
    return changed


def _held(ids: Sequence[int]) -> list[Organization]:
    """Return the organisations, locked by id as everybody does."""
    rows = Organization.objects.filter(pk__in=ids).order_by("pk")
    return list(rows.select_for_update(of=("self",), no_key=True))


def _change(
    organization: Organization, wanted: Mapping[str, bool], *, by: audit.ActingRole, reason: str
) -> audit.Act | None:
    """Set what is wanted on the instance; return the act to record, None when nothing differs."""
    before = audit.snapshot(organization, FIELDS)
    for name, value in wanted.items():
        setattr(organization, name, value)
    labels = audit.labels(Organization, FIELDS)
    changes = audit.differences(before, audit.snapshot(organization, FIELDS), labels)
    if not changes:
        return None
    organization.version += 1
    return audit.Act(
        by, "orgs.set_development", organization, organization=organization.pk, changes=changes, reason=reason
    )


def _problem(organization: Organization) -> str:
    org = organization
    if not org.is_living:
        return "已撤销"
    return rules.approval_problem(org.org_type, org.may_approve) or rules.developing_problem(
        org.org_type, org.is_functional, org.may_develop
    )
