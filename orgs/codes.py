"""Code tables of organisations. Sources and editions: docs/codes.md."""

from pathlib import Path

from django.db import models

from partyplatform.codetable import CodeTable

_DATA = Path(__file__).parent / "data"

ORG_TYPES = CodeTable(_DATA / "org_type.csv", style="brackets")
AFFILIATIONS = CodeTable(_DATA / "affiliation.csv", style="brackets")
UNIT_AFFILIATIONS = CodeTable(_DATA / "affiliation_gbt12404.csv", style="brackets")
UNIT_RELATIONS = CodeTable(_DATA / "org_unit_relation.csv", style="plain")
CHANGE_TYPES = CodeTable(_DATA / "org_change_type.csv", style="plain")
NAME_TEMPLATES = CodeTable(_DATA / "org_name_template.csv", style="plain")
ELECTION_METHODS = CodeTable(_DATA / "election_method.csv", style="plain")


class OrgType(models.TextChoices):
    """组织类别; the labels are those of org_type.csv, a test compares them."""

    COMMITTEE = "611", "党委"
    GENERAL_BRANCH = "621", "党总支部"
    BRANCH = "631", "党支部"
    JOINT_BRANCH = "632", "联合党支部"
    TEMPORARY_COMMITTEE = "911", "临时党委"
    TEMPORARY_GENERAL_BRANCH = "921", "临时党总支部"
    TEMPORARY_BRANCH = "931", "临时党支部"
    TEMPORARY_JOINT_BRANCH = "932", "临时联合党支部"


T = OrgType

COMMITTEES = frozenset({T.COMMITTEE, T.TEMPORARY_COMMITTEE})
GENERAL_BRANCHES = frozenset({T.GENERAL_BRANCH, T.TEMPORARY_GENERAL_BRANCH})
BRANCHES = frozenset({T.BRANCH, T.JOINT_BRANCH, T.TEMPORARY_BRANCH, T.TEMPORARY_JOINT_BRANCH})
JOINT = frozenset({T.JOINT_BRANCH, T.TEMPORARY_JOINT_BRANCH})
TEMPORARY = frozenset({T.TEMPORARY_COMMITTEE, T.TEMPORARY_GENERAL_BRANCH, T.TEMPORARY_BRANCH, T.TEMPORARY_JOINT_BRANCH})

# Which parent may hold which child. Source: workflows.md 2.1. A temporary body stands under its approving
# organisation: a committee for any of them, a general branch for temporary branches only.
# fmt: off
PARENTS = {
    T.COMMITTEE:                frozenset({T.COMMITTEE}),
    T.GENERAL_BRANCH:           frozenset({T.COMMITTEE}),
    T.BRANCH:                   frozenset({T.COMMITTEE, T.GENERAL_BRANCH}),
    T.JOINT_BRANCH:             frozenset({T.COMMITTEE, T.GENERAL_BRANCH}),
    T.TEMPORARY_COMMITTEE:      frozenset({T.COMMITTEE}),
    T.TEMPORARY_GENERAL_BRANCH: frozenset({T.COMMITTEE, T.TEMPORARY_COMMITTEE}),
    T.TEMPORARY_BRANCH:         COMMITTEES | GENERAL_BRANCHES,
    T.TEMPORARY_JOINT_BRANCH:   COMMITTEES | GENERAL_BRANCHES,
}
# fmt: on


class UnitRelation(models.TextChoices):
    """所在单位: whether the organisation belongs to its parent's legal person."""

    SAME_AS_PARENT = "1", "与上级党组织在同一法人单位"
    LINKED_UNIT = "2", "关联单位"
