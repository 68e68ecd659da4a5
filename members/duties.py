"""职务 in 党员E先锋: which of them each level offers. Source: manual part 3; screens.md 3.2."""

from members.candidates import leads_by_duty
from members.codes import POSTS, Duty
from members.services.administrators import CONTACT
from orgs.models import Organization

_LED = (Duty.SECRETARY, Duty.DEPUTY_SECRETARY)  # the manual prints whose: 支部书记


def offered(organization: Organization) -> list[str]:
    """Return the names of the duties that fit the organisation's level, in the order of the code table.

    A 党小组 exists in branches only; 党务工作联系人 have 党委, 党总支 and 直属党支部.
    """
    names = [
        f"{_whose(organization)}{label}" if code in _LED else label
        for code, label in POSTS
        if organization.is_branch or code != Duty.GROUP_LEADER
    ]
    return [*names, CONTACT] if leads_by_duty(organization) else names


def _whose(organization: Organization) -> str:
    if organization.is_branch:
        return "支部"
    return "党委" if organization.is_committee else "总支"
