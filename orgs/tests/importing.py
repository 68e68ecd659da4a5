"""A small university to import into, and rows as the reader of a sheet hands them over."""

import datetime
from types import SimpleNamespace

from accounts.codes import RoleKind, System
from accounts.models import RoleGrant, User
from orgs.codes import OrgType
from orgs.services.importing import check_sheet, keep
from orgs.services.importing.rows import Row
from orgs.services.importing.sessions import Sheet
from orgs.tests.factories import OrganizationFactory

TODAY = datetime.date(2026, 11, 20)


def university():
    """示范大学党委 ─┬─ 信息学院党总支 ── 教工党支部
    └─ 化学学院党总支 ── 教工党支部"""
    root = OrganizationFactory(full_name="中国共产党示范大学委员会", short_name="示范大学党委")
    tree = SimpleNamespace(root=root)
    for name, college in (("info", "信息学院"), ("chemistry", "化学学院")):
        general = OrganizationFactory(
            full_name=f"中国共产党示范大学{college}总支部委员会",
            short_name=f"{college}党总支",
            org_type=OrgType.GENERAL_BRANCH,
            parent=root,
        )
        branch = OrganizationFactory(
            full_name=f"中国共产党示范大学{college}教工支部委员会", short_name="教工党支部", parent=general
        )
        setattr(tree, name, general)
        setattr(tree, f"{name}_staff", branch)
    return tree


def role(organization, *, name="钱学先"):
    return RoleGrant(user=User(name=name), organization=organization, kind=RoleKind.CITY, system=System.INFO)


def row(number, **values):
    """One filled row; `name` stands for matching full and short names."""
    if name := values.pop("name", ""):
        values = {"full_name": f"中国共产党示范大学{name}支部委员会", "short_name": f"{name}党支部"} | values
    given = {"org_type": "631", "affiliation": "2", "founded_on": datetime.date(2020, 6, 1)} | values
    return Row(number, {field: value for field, value in given.items() if value is not None})


def only(number, **values):
    """A row with nothing but the given cells filled."""
    return Row(number, values)


def faults(checked):
    return [(fault.row, fault.heading, fault.text) for fault in checked.faults]


def checked(rows, *, target, by=None, kind="tree"):
    return check_sheet(kind, rows, target=target, by=by or role(target))


def kept(rows, *, target, by, kind="tree", sha256="0" * 64):
    sheet = Sheet(name="名册.xlsx", sha256=sha256, rows=rows)
    return keep(sheet, check_sheet(kind, rows, target=target, by=by), kind=kind, target=target, by=by)
