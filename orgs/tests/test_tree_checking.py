import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from orgs import integrity, tree
from orgs.codes import OrgType
from orgs.tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db


def damage(organization, **values):
    """Write numbers past every fence, as an unlocked writer or a hand in the database would."""
    assignments = ", ".join(f"{column} = %s" for column in values)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE orgs_organization SET {assignments} WHERE id = %s", [*values.values(), organization.pk])


@pytest.fixture
def family():
    """root ─ a (a1), b"""
    root = OrganizationFactory(short_name="示范大学", code="099900000100")
    a, b = (
        OrganizationFactory(parent=root, org_type=OrgType.COMMITTEE, short_name=name, code=code)
        for name, code in (("甲学院", "099900000101"), ("乙学院", "099900000102"))
    )
    a1 = OrganizationFactory(parent=a, short_name="甲支部", code="099900000103")
    return root, a, b, a1


def test_a_whole_tree_has_no_problems(family, django_assert_num_queries):
    OrganizationFactory()
    with django_assert_num_queries(1):
        assert list(tree.problems()) == []


def test_no_tree_has_no_problems():
    assert list(tree.problems()) == []


def test_a_wrong_level(family):
    damage(family[3], level=1)
    assert list(tree.problems()) == ["党组织 099900000103（甲支部）：层级为 1，应为 2"]


def test_a_parent_that_does_not_match_the_numbers(family):
    _, _, b, a1 = family
    damage(a1, parent_id=b.pk)
    assert list(tree.problems()) == [
        f"党组织 099900000103（甲支部）：上级为 编号 {b.pk}，左右值却位于党组织 099900000101（甲学院）"
    ]


def test_a_child_that_sticks_out(family):
    _, a, _, a1 = family
    damage(a1, rght=a.rght)
    assert list(tree.problems()) == [
        f"党组织 099900000103（甲支部）：右值 {a.rght} 超出党组织 099900000101（甲学院）的区间"
    ]


def test_siblings_that_overlap(family):
    _, a, b, _ = family
    damage(b, lft=a.rght - 1)
    assert any(problem.startswith("党组织 099900000102（乙学院）：右值") for problem in tree.problems())


def test_a_number_twice(family):
    _, a, _, a1 = family
    damage(a1, lft=a.lft)
    assert f"党组织 099900000103（甲支部）：左值 {a.lft} 与党组织 099900000101（甲学院）重复" in tree.problems()


def test_a_row_in_a_foreign_tree(family):
    second = OrganizationFactory()
    damage(family[3], tree_id=second.tree_id)
    assert list(tree.problems()) == [
        f"党组织 099900000103（甲支部）：上级为 编号 {family[1].pk}，"
        f"左右值却位于党组织 {second.code}（{second.short_name}）",
        "党组织 099900000103（甲支部）：层级为 2，应为 1",
    ]
    damage(family[3], tree_id=second.tree_id + 1)
    assert list(tree.problems()) == [
        f"党组织 099900000103（甲支部）：上级为 编号 {family[1].pk}，左右值却位于所有党组织之外",
        "党组织 099900000103（甲支部）：层级为 2，应为 0",
    ]


def test_two_roots_in_one_tree_are_named(family, monkeypatch):
    root, *_ = family
    second = OrganizationFactory()
    damage(root, rght=root.rght // 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        damage(second, tree_id=root.tree_id, lft=root.rght - 100)
    damage(second, tree_id=root.tree_id, lft=root.rght - 100, parent_id=root.pk, level=1)
    assert [problem[:13] for problem in tree.problems()] == [f"党组织 {second.code[:9]}"] * 2


def test_the_invariants_are_silent_when_all_is_well(family):
    assert list(integrity.tree_is_whole()) == []
    assert list(integrity.types_fit()) == []


def test_the_types_of_living_organisations_fit_their_parents(family):
    root, a, b, a1 = family
    damage(b, org_type=OrgType.BRANCH)
    assert list(integrity.types_fit()) == []
    damage(a, org_type=OrgType.BRANCH)
    assert list(integrity.types_fit()) == ["党组织 099900000103（甲支部）：党支部下不能设立党支部"]
    damage(a, org_type=OrgType.COMMITTEE, dissolved_on="2026-03-01")
    assert list(integrity.types_fit()) == ["党组织 099900000103（甲支部）：上级党组织“甲学院”已撤销"]
    damage(a1, dissolved_on="2026-03-01")
    damage(b, org_type=OrgType.COMMITTEE)
    damage(root, org_type=OrgType.GENERAL_BRANCH)
    assert [problem.split("：")[0] for problem in integrity.types_fit()] == [
        "党组织 099900000100（示范大学）",
        "党组织 099900000102（乙学院）",
    ]
