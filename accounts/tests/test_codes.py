from accounts.codes import ADMIN_ROLES, RoleKind, System, admin_kind, fits
from orgs.codes import OrgType


def test_kinds_of_roles_are_those_of_the_code_table():
    assert sorted(RoleKind.choices) == sorted(ADMIN_ROLES.choices)


def test_each_level_has_its_kind_of_administrator():
    assert {org_type.value: admin_kind(org_type).value for org_type in OrgType} == {
        "611": "city",
        "911": "city",
        "621": "district",
        "921": "district",
        "631": "branch",
        "632": "branch",
        "931": "branch",
        "932": "branch",
    }


def test_each_kind_of_role_fits_its_levels_only():
    assert {kind.value: [t.value for t in OrgType if fits(kind, t)] for kind in RoleKind} == {
        "city": ["611", "911"],
        "district": ["621", "921"],
        "branch": ["631", "632", "931", "932"],
        "member": ["631", "632", "931", "932"],
        "auditor": ["611", "911"],
        "applicant": ["631", "632", "931", "932"],
    }


def test_each_system_has_its_home():
    assert {system.label: system.home for system in System} == {"党内信息管理系统": "/info/", "党员E先锋": "/portal/"}
