"""Code tables of accounts: the two systems, the kinds of roles. Sources and editions: docs/codes.md."""

from pathlib import Path

from django.db import models

from orgs.codes import BRANCHES, COMMITTEES, GENERAL_BRANCHES
from partyplatform.codetable import CodeTable

_DATA = Path(__file__).parent / "data"

ADMIN_ROLES = CodeTable(_DATA / "admin_role.csv", style="plain")


class System(models.TextChoices):
    """The two entrances. Each has grants of its own."""

    INFO = "info", "党内信息管理系统"
    PORTAL = "portal", "党员E先锋"

    @property
    def home(self) -> str:
        """The address every page of the system begins with."""
        return f"/{self.value}/"

    @property
    def description(self) -> str:
        return _DESCRIPTIONS[self]


_DESCRIPTIONS = {
    System.INFO: "维护党组织信息和党员信息，供各级党组织的管理员使用。",
    System.PORTAL: "组织关系转接、组织生活、支部活动、党员发展和党费收缴，供管理员和党员使用。",
}


class RoleKind(models.TextChoices):
    """角色; the values and labels are those of admin_role.csv, a test compares them."""

    CITY = "city", "市/区级管理员"
    DISTRICT = "district", "区级管理员"
    BRANCH = "branch", "支部管理员"
    MEMBER = "member", "党员"
    AUDITOR = "auditor", "审计员"
    APPLICANT = "applicant", "入党申请人"

    @property
    def is_admin(self) -> bool:
        return self not in PERSONAL


class GrantState(models.TextChoices):
    """Where a grant stands on a day."""

    VALID = "valid", "有效"
    COMING = "coming", "未开始"
    ENDED = "ended", "已结束"


# The kind of administrator that fits an organisation's level; only that one is offered. Source: screens.md 5.
_ADMINS = {
    **dict.fromkeys(COMMITTEES, RoleKind.CITY),
    **dict.fromkeys(GENERAL_BRANCHES, RoleKind.DISTRICT),
    **dict.fromkeys(BRANCHES, RoleKind.BRANCH),
}


CERTIFIED = frozenset({RoleKind.CITY, RoleKind.AUDITOR})  # who acts for a committee logs in with a certificate
PERSONAL = frozenset({RoleKind.MEMBER, RoleKind.APPLICANT})  # they act for themselves, at their branch
MANAGING = frozenset(_ADMINS.values())  # an auditor looks on and manages nothing


def admin_kind(org_type: str) -> RoleKind:
    """Return the kind of administrator an organisation of this 组织类别 has; KeyError for an unknown type."""
    return _ADMINS[org_type]


def fits(kind: str, org_type: str) -> bool:
    """Whether a role of this kind may be given at an organisation of this 组织类别; auditors are for committees."""
    if kind == RoleKind.AUDITOR:
        return org_type in COMMITTEES
    return org_type in BRANCHES if kind in PERSONAL else kind == admin_kind(org_type)
