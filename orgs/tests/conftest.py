from types import SimpleNamespace

import pytest

from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory
from partyplatform.tests.kept import kept


@kept
def university():
    """示范大学党委 ─┬─ 信息学院党总支 ─┬─ 教工支部
    │                  └─ 学生支部
    ├─ 艺术学院党总支 ─── 学生支部
    └─ 后勤支部
    """
    root = OrganizationFactory(short_name="示范大学党委", full_name="中国共产党示范大学委员会", unit_relation="2")
    college = OrganizationFactory(
        parent=root, org_type="621", short_name="信息学院党总支", full_name="中国共产党示范大学信息学院总支部委员会"
    )
    other = OrganizationFactory(
        parent=root, org_type="621", short_name="艺术学院党总支", full_name="中国共产党示范大学艺术学院总支部委员会"
    )
    logistics = OrganizationFactory(parent=root, short_name="后勤支部", full_name="中国共产党示范大学后勤支部委员会")
    staff = OrganizationFactory(
        parent=college, short_name="教工支部", full_name="中国共产党示范大学信息学院教工支部委员会"
    )
    students = OrganizationFactory(
        parent=college, short_name="学生支部", full_name="中国共产党示范大学信息学院学生支部委员会"
    )
    artists = OrganizationFactory(
        parent=other, short_name="学生支部", full_name="中国共产党示范大学艺术学院学生支部委员会"
    )
    return SimpleNamespace(
        root=root, college=college, other=other, logistics=logistics, staff=staff, students=students, artists=artists
    )


@pytest.fixture
def by(university):
    return Acting(university.root)
