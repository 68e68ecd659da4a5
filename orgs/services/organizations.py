"""Creating and updating organisations."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from orgs import rules, totals, tree
from orgs.changes import overtaken
from orgs.codes import UnitRelation
from orgs.figures import own_figures
from orgs.guards import Act, refuse_if_blocked
from orgs.models import Organization, OrganizationProfile
from orgs.periods import refuse_closed
from orgs.search import search_text
from orgs.services import pasts
from orgs.services.numbering import next_codes
from orgs.services.reach import hold_in_reach, lock_tree_for
from orgs.signals import organization_created
from partyplatform import audit
from partyplatform.ui.stale import Stale

FIELDS = (
    "full_name",
    "short_name",
    "org_type",
    "affiliation",
    "founded_on",
    "founding_document",
    "is_functional",
    "is_elderly_majority",
    "unit_relation",
    "unit_name",
    "contact_name",
    "contact_phone",
)
COUNTED = ("org_type", "is_functional")  # what figures of a past day ask for
PROFILE_FIELDS = ("address", "postcode", "fax", "venue", "remark")


@transaction.atomic
def create(parent: Organization | None, *, by: audit.ActingRole, **fields: Any) -> Organization:
    """Found an organisation under `parent` and give it a code.

    `fields` are those of FIELDS. Refuses (ValidationError by field) a name already used, a type the parent cannot
    hold, a date in the future. Source: manual part 4, section 2; workflows.md 2.1, 2.2.
    """
    lock_tree_for(by, seen=[parent] if parent else ())
    parent = parent and Organization.objects.get(pk=parent.pk)
    organization = Organization(parent=parent, **fields)
    prepare(organization)
    check(organization, today=timezone.localdate())
    if parent is not None:
        refuse_closed([parent.pk], organization.founded_on, field="founded_on")
    [organization.code] = next_codes()
    organization.search_text = search_text(organization)
    tree.insert(organization)
    organization_created.send(Organization, organization=organization, by=by)
    audit.record(by, "orgs.create", organization, organization=organization.pk, changes=_described(organization))
    return organization


@transaction.atomic
def update(organization: Organization, *, by: audit.ActingRole, version: int, **fields: Any) -> Organization:
    """Change the data of an organisation; structure and code stay.

    Raises `Stale` when somebody was faster, `Refusal` while a guard has a reason (an unfinished transfer),
    ValidationError by field otherwise. Source: manual part 4, section 1; workflows.md 2.3.
    """
    lock_tree_for(by, managed=[organization])
    rows = Organization.objects.select_related("parent").select_for_update(of=("self",), no_key=True)
    organization = rows.get(pk=organization.pk)
    if organization.version != version:
        raise stale(organization, fields)
    if not organization.is_living:
        raise ValidationError("该党组织已撤销，不能更新信息")
    refuse_if_blocked(Act.UPDATE, Organization.objects.filter(pk=organization.pk))
    before, own, held = audit.snapshot(organization, FIELDS), own_figures(organization), organization.holds_members
    _refuse_type_change(organization, fields.get("org_type", organization.org_type))
    _keep_past(organization, fields)
    for name, value in fields.items():
        setattr(organization, name, value)
    prepare(organization)
    check(organization, today=timezone.localdate())
    if held and not organization.holds_members:
        refuse_if_blocked(Act.STOP_HOLDING, Organization.objects.filter(pk=organization.pk))
    changes = audit.differences(before, audit.snapshot(organization, FIELDS), audit.labels(Organization, FIELDS))
    if not changes:
        return organization
    organization.search_text = search_text(organization)
    organization.version += 1
    organization.save(update_fields=[*FIELDS, "search_text", "version"])
    totals.reclassify(organization, before=own)
    spread_unit(organization)
    audit.record(by, "orgs.update", organization, organization=organization.pk, changes=changes)
    return organization


@transaction.atomic
def update_profile(
    organization: Organization, *, by: audit.ActingRole, version: int, **fields: Any
) -> OrganizationProfile:
    """Change 扩展信息集. It shares the organisation's version."""
    organization = hold_in_reach(organization.pk, by=by)
    profile, _ = OrganizationProfile.objects.get_or_create(organization=organization)
    if organization.version != version:
        raise overtaken(organization, audit.conflicts(profile, fields))
    before = audit.snapshot(profile, PROFILE_FIELDS)
    for name, value in fields.items():
        setattr(profile, name, value)
    changes = audit.differences(
        before, audit.snapshot(profile, PROFILE_FIELDS), audit.labels(OrganizationProfile, PROFILE_FIELDS)
    )
    if changes:
        profile.save()
        Organization.objects.filter(pk=organization.pk).update(version=version + 1)
        audit.record(by, "orgs.update_profile", organization, organization=organization.pk, changes=changes)
    return profile


def profile_of(organization: Organization) -> OrganizationProfile:
    """Return 扩展信息集, an empty one where nothing was entered yet."""
    found = OrganizationProfile.objects.filter(organization=organization).first()
    return found or OrganizationProfile(organization=organization)


def prepare(organization: Organization) -> None:
    """Fill what follows from other fields: the unit is the parent's where both are one legal person."""
    if organization.unit_relation == UnitRelation.SAME_AS_PARENT and organization.parent is not None:
        organization.unit_name = organization.parent.unit_name


def check(organization: Organization, *, today: datetime.date) -> None:
    """Raise ValidationError by field for everything that rules and constraints refuse."""
    org, parent = organization, organization.parent
    faults = {
        "org_type": rules.parent_problem(org.org_type, parent) or rights_problem(org),
        "full_name": rules.full_name_problem(org.full_name, org.org_type),
        "short_name": rules.name_problem(org.full_name, org.short_name),
        "founded_on": rules.founding_problem(org.founded_on, today),
        "is_functional": rules.functional_problem(org.org_type, org.is_functional) or rules.members_problem(org),
        "is_elderly_majority": rules.elderly_problem(org.org_type, org.is_elderly_majority),
        "unit_relation": rules.unit_problem(org.unit_relation, org.unit_name, parent),
    }
    living = Organization.objects.living().exclude(pk=org.pk)
    if living.filter(full_name=org.full_name).exists():
        faults["full_name"] = "党组织全称已存在"
    if living.filter(parent=parent, short_name=org.short_name).exists():
        faults["short_name"] = "同一上级党组织下已有相同的党组织简称"
    if faults := {field: text for field, text in faults.items() if text}:
        raise ValidationError(faults)


def rights_problem(org: Organization) -> str:
    """Say which right of 发展党员权限 stands against what the organisation becomes."""
    problem = rules.approval_problem(org.org_type, org.may_approve) or rules.developing_problem(
        org.org_type, org.is_functional, org.may_develop
    )
    return problem and f"{problem}，请先在“发展党员权限”中取消"


def spread_unit(organization: Organization) -> None:
    """Carry the unit's name down to every organisation below that shares the legal person."""
    parents = [organization.pk]
    while parents:
        children = Organization.objects.filter(parent__in=parents, unit_relation=UnitRelation.SAME_AS_PARENT)
        parents = list(children.exclude(unit_name=organization.unit_name).values_list("pk", flat=True))
        Organization.objects.filter(pk__in=parents).update(unit_name=organization.unit_name)


def stale(organization: Organization, fields: dict[str, Any]) -> Stale:
    """Return the conflict of a form with what is stored; a unit that follows the parent's is no difference."""
    if fields.get("unit_relation") == UnitRelation.SAME_AS_PARENT:
        fields = {name: value for name, value in fields.items() if name != "unit_name"}
    return overtaken(organization, audit.conflicts(organization, fields))


def _refuse_type_change(organization: Organization, org_type: str) -> None:
    if org_type == organization.org_type:
        return
    changed = Organization(org_type=org_type, short_name=organization.short_name)
    children = Organization.objects.living().filter(parent=organization)
    if problem := rules.type_change_problem(organization.org_type, changed, children):
        raise ValidationError({"org_type": problem})


def _keep_past(organization: Organization, fields: dict[str, Any]) -> None:
    """Figures of earlier days count an organisation as what it was; one counted then is not founded anew."""
    if any(name in fields and fields[name] != getattr(organization, name) for name in COUNTED):
        pasts.keep(organization)
    founded_on = fields.get("founded_on", organization.founded_on)
    if founded_on != organization.founded_on:
        refuse_closed([organization.pk], founded_on, organization.founded_on, field="founded_on")


def _described(organization: Organization) -> list[list[str]]:
    labels = audit.labels(Organization, FIELDS)
    after = audit.snapshot(organization, FIELDS)
    return audit.differences(dict.fromkeys(FIELDS, ""), after, labels)
