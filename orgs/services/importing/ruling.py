"""What one row must satisfy by itself and against its parent, asked of `orgs.rules`."""

import datetime

from django.conf import settings

from orgs import rules
from orgs.codes import UnitRelation
from orgs.models import Organization
from orgs.services.importing.rows import Entry
from orgs.services.numbering import CODE_LENGTH
from orgs.services.organizations import rights_problem


def code_problem(code: str) -> str:
    """May a code that came with the sheet be taken over? It must leave room for the codes still to be given."""
    prefix = settings.ORG_CODE_PREFIX
    if code.startswith(prefix) and int(code[len(prefix) :]) > 10 ** (CODE_LENGTH - len(prefix)) // 2:
        return "该编码超出可沿用的编码范围，请核对；新建党组织请留空，由系统编码"
    return ""


def settle_unit(entry: Entry) -> None:
    """Fill the unit that follows from the parent; refuse a stated one that contradicts it. Parents come first."""
    org, stated = entry.organization, entry.row.values.get("unit_name", "")
    if org.unit_relation == UnitRelation.LINKED_UNIT:
        if entry.was.get("unit_relation") != UnitRelation.LINKED_UNIT:
            org.unit_name = stated
        entry.refuse("unit_name", rules.unit_problem(org.unit_relation, org.unit_name, org.parent))
    elif org.parent is not None:
        if stated and org.parent.unit_name and stated != org.parent.unit_name:
            entry.refuse(
                "unit_name",
                f"与上级党组织的所在单位“{org.parent.unit_name}”不同；如为不同的法人单位，所在单位情况请填“关联单位”",
            )
        org.unit_name = org.parent.unit_name
    elif "unit_relation" in entry.row.values and not entry.is_new:
        entry.refuse("unit_relation", rules.unit_problem(org.unit_relation, org.unit_name, None))


def check_fields(entry: Entry, *, today: datetime.date) -> None:
    """Check what a new or changed row would make of its organisation; what stays as it was is not judged again."""
    if entry.outcome == "same":
        return
    org = entry.organization
    _check_names(entry, org)
    _check_place(entry, org, org.parent)
    if org.founded_on:
        entry.refuse("founded_on", rules.founding_problem(org.founded_on, today))
        if org.parent is not None and org.parent.founded_on:
            entry.warn("founded_on", rules.founding_warning(org.founded_on, org.parent))
    if org.org_type:
        entry.warn("unit_name", rules.joint_warning(org))
        entry.refuse("org_type", rights_problem(org))
        entry.refuse("is_functional", rules.functional_problem(org.org_type, org.is_functional))
        entry.refuse("is_elderly_majority", rules.elderly_problem(org.org_type, org.is_elderly_majority))


def _check_names(entry: Entry, org: Organization) -> None:
    entry.refuse("short_name", rules.name_problem(org.full_name, org.short_name))
    if org.full_name and org.org_type:
        entry.warn("full_name", rules.full_name_problem(org.full_name, org.org_type))


def _check_place(entry: Entry, org: Organization, parent: Organization | None) -> None:
    if parent is None or "parent" in entry.faults:
        return
    if not parent.is_living:
        entry.refuse("parent", f"上级党组织“{parent.short_name}”已撤销")
    elif org.org_type and parent.org_type:
        entry.refuse("org_type", rules.parent_problem(org.org_type, parent))
