"""What an organisation must satisfy, as plain functions: forms, services and imports ask the same ones.

Each returns a sentence for people, or an empty string when all is well. Source: screens.md 2.3, workflows.md 2.1.
"""

import datetime
import re
from collections.abc import Iterable

from orgs import codes
from orgs.codes import PARENTS, OrgType

_PREFIX = "中国共产党"
_TEMPLATE_PARTS = re.compile(r"\{(.+?)\}")
_BETWEEN_UNITS = re.compile(r"[、，,；;]")
JOINT_UNITS = 5  # a 联合党支部 normally covers no more; 支部条例 4
_ENDINGS = {
    **dict.fromkeys(codes.COMMITTEES, "委员会"),
    **dict.fromkeys(codes.GENERAL_BRANCHES, "总支部委员会"),
    **dict.fromkeys(codes.BRANCHES, "支部委员会"),
}


def parent_problem(org_type: str, parent) -> str:
    """May an organisation of this type stand under `parent` (None for the top of a tree)?"""
    kind = codes.ORG_TYPES.label(org_type)
    if parent is None:
        return "" if org_type == OrgType.COMMITTEE else f"{kind}必须有上级党组织，只有党委可以作为最上级"
    if not parent.is_living:
        return f"上级党组织“{parent.short_name}”已撤销"
    if parent.org_type not in PARENTS[OrgType(org_type)]:
        return f"{codes.ORG_TYPES.label(parent.org_type)}下不能设立{kind}"
    return ""


def type_change_problem(old_type: str, organization, children) -> str:
    """May `organization` have come to its type from `old_type`, with these living children?

    A branch becomes a general branch or committee by 升格 only, and nothing with children becomes a branch.
    """
    if organization.org_type == old_type:
        return ""
    if old_type in codes.BRANCHES and organization.org_type not in codes.BRANCHES:
        return "党支部改建为党总支部、党委请使用“升格”"
    if children and organization.org_type in codes.BRANCHES:
        return "该党组织有下级党组织，不能改为党支部"
    for child in children:
        if problem := parent_problem(child.org_type, organization):
            return f"{problem}：{child.short_name}"
    return ""


def full_name_problem(full_name: str, org_type: str) -> str:
    """Does the full name follow the template of its type?"""
    ending = _ENDINGS[OrgType(org_type)]
    is_foreign = org_type in codes.BRANCHES and full_name.endswith("总支部委员会")
    if full_name.startswith(_PREFIX) and full_name.endswith(ending) and not is_foreign:
        return ""
    return f"{codes.ORG_TYPES.label(org_type)}全称请使用模板：{_PREFIX}…{ending}"


def name_hint(org_types: Iterable[str], part: str) -> str:
    """Return the templates of the `full` or `short` names of these types, as the manual prints them."""
    kinds = {_kind(org_type): None for org_type in org_types}
    templates = {kind: _TEMPLATE_PARTS.sub(r"<\1>", codes.NAME_TEMPLATES.label(f"{kind}.{part}")) for kind in kinds}
    templates = {kind: text.replace("二级单位", "学院/部门") for kind, text in templates.items()}
    if len(templates) == 1:
        return f"模板：{''.join(templates.values())}"
    return "；".join(f"{codes.ORG_TYPES.label(kind)}模板：{text}" for kind, text in templates.items())


def _kind(org_type: str) -> str:
    """Return the ordinary type whose names this type's names follow."""
    if org_type in codes.COMMITTEES:
        return OrgType.COMMITTEE.value
    return (OrgType.GENERAL_BRANCH if org_type in codes.GENERAL_BRANCHES else OrgType.BRANCH).value


def name_problem(full_name: str, short_name: str) -> str:
    return "党组织简称不能与全称相同" if short_name and full_name == short_name else ""


def founding_problem(founded_on: datetime.date, today: datetime.date) -> str:
    if founded_on > today:
        return "批准建立党组织日期不能晚于今天"
    if founded_on < datetime.date(1921, 7, 1):
        return "批准建立党组织日期不能早于 1921-07-01"
    return ""


def founding_warning(founded_on: datetime.date, parent) -> str:
    if parent is not None and founded_on < parent.founded_on:
        return f"批准建立日期早于上级党组织的建立日期（{parent.founded_on:%Y-%m-%d}），请核对"
    return ""


def joint_warning(organization) -> str:
    """Does a 联合党支部 name more units than it normally covers? Its 关联单位 lists them. Source: workflows.md 2.5."""
    if organization.org_type not in codes.JOINT or organization.unit_relation != codes.UnitRelation.LINKED_UNIT:
        return ""
    count = len({unit.strip() for unit in _BETWEEN_UNITS.split(organization.unit_name)} - {""})
    if count <= JOINT_UNITS:
        return ""
    return f"联合党支部覆盖的单位一般不超过 {JOINT_UNITS} 个，“所在单位”列有 {count} 个，请核对"


def functional_problem(org_type: str, is_functional: bool) -> str:
    if is_functional and org_type not in codes.BRANCHES:
        return "只有党支部可以是功能型党支部"
    return ""


def approval_problem(org_type: str, may_approve: bool) -> str:
    """May an organisation of this type approve candidates? Source: workflows.md 4.4, 细则 16."""
    if may_approve and org_type != OrgType.COMMITTEE:
        return f"只有党委可以批准预备党员，{codes.ORG_TYPES.label(org_type)}只能审议"
    return ""


def developing_problem(org_type: str, is_functional: bool, may_develop: bool) -> str:
    """May such an organisation use the development module? Source: workflows.md 11."""
    if may_develop and (is_functional or org_type in codes.TEMPORARY):
        return "临时和功能型党组织不发展党员"
    return ""


def members_problem(organization) -> str:
    """May the organisation be functional or temporary with the members it has?"""
    if organization.is_branch and organization.enrolled and not organization.holds_members:
        kind = "临时" if organization.is_temporary else "功能型"
        return f"该党支部有 {organization.enrolled} 名党员，组织关系转出后才能设为{kind}党支部"
    return ""


def elderly_problem(org_type: str, is_elderly_majority: bool) -> str:
    if is_elderly_majority and org_type not in codes.BRANCHES:
        return "只有党支部可以是以老年党员为主的党支部"
    return ""


def unit_problem(unit_relation: str, unit_name: str, parent) -> str:
    """Exactly one of the two relations; a linked unit must be named."""
    if unit_relation == codes.UnitRelation.SAME_AS_PARENT and parent is None:
        return "最上级党组织没有上级法人单位，请选择“关联单位”并填写单位名称"
    if unit_relation == codes.UnitRelation.LINKED_UNIT and not unit_name:
        return "请填写关联单位名称"
    return ""
