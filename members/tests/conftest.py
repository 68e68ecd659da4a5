from types import SimpleNamespace

import pytest

from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory
from partyplatform.tests.kept import kept


@kept
def college():
    """示范大学党委 ─┬─ 学院党总支 ─┬─ 教工支部
    │              ├─ 学生支部
    │              ├─ 功能型支部
    │              └─ 旧支部 (dissolved)
    ├─ 艺术学院党总支 ─── 表演支部
    └─ 直属支部
    """
    root = OrganizationFactory(short_name="示范大学党委")
    general = OrganizationFactory(parent=root, org_type="621", short_name="学院党总支")
    other = OrganizationFactory(parent=root, org_type="621", short_name="艺术学院党总支")
    return SimpleNamespace(
        root=root,
        general=general,
        other=other,
        direct=OrganizationFactory(parent=root, short_name="直属支部"),
        staff=OrganizationFactory(parent=general, short_name="教工支部"),
        students=OrganizationFactory(parent=general, short_name="学生支部"),
        functional=OrganizationFactory(parent=general, short_name="功能型支部", is_functional=True),
        closed=OrganizationFactory(parent=general, short_name="旧支部", dissolved_on="2025-07-01"),
        artists=OrganizationFactory(parent=other, short_name="表演支部"),
    )


@pytest.fixture
def by(college):
    return Acting(college.root)
