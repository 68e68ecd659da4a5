from types import SimpleNamespace

import pytest

from accounts.codes import RoleKind, System
from accounts.tests.factories import RoleGrantFactory, UserFactory
from members.tests.factories import MemberFactory, PostFactory
from orgs.tests.factories import OrganizationFactory, TermFactory
from partyplatform.tests.kept import kept


@kept
def college():
    """示范大学党委 ─── 信息学院党总支 ─┬─ 教工支部: 周敏 书记, 陈国栋; 李思远 预备
                                         ├─ 学生支部: 孙丽
                                         └─ 旧支部 (dissolved)
    周敏 is 书记, 陈国栋 副书记, 孙丽 组织委员 of the general branch.
    """
    root = OrganizationFactory(short_name="示范大学党委", full_name="中国共产党示范大学委员会")
    general = OrganizationFactory(
        parent=root, org_type="621", short_name="信息学院党总支", full_name="中国共产党示范大学信息学院总支部委员会"
    )
    staff = OrganizationFactory(parent=general, short_name="教工支部")
    students = OrganizationFactory(parent=general, short_name="学生支部")
    OrganizationFactory(parent=general, short_name="旧支部", dissolved_on="2025-07-01")
    secretary = MemberFactory(organization=staff, name="周敏")
    deputy = MemberFactory(organization=staff, name="陈国栋")
    MemberFactory(organization=staff, name="李思远", category="2")
    student = MemberFactory(organization=students, name="孙丽")
    MemberFactory(organization=students, name="赵远", status="2")
    PostFactory(term=TermFactory(organization=staff), member=secretary)
    term = TermFactory(organization=general)
    for member, duty in ((secretary, "001A"), (deputy, "001B"), (student, "030U")):
        PostFactory(term=term, member=member, duty=duty)
    return SimpleNamespace(root=root, general=general, staff=staff, students=students)


@pytest.fixture
def roles(college):
    """Portal roles by name."""
    return SimpleNamespace(
        root=RoleGrantFactory(organization=college.root, system=System.PORTAL),
        general=RoleGrantFactory(organization=college.general, system=System.PORTAL),
        students=RoleGrantFactory(organization=college.students, system=System.PORTAL),
        member=RoleGrantFactory(
            organization=college.staff, kind=RoleKind.MEMBER, user=UserFactory(name="李思远"), is_default=True
        ),
    )
