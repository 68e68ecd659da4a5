import pytest

from orgs import tree as tree_module
from orgs.models import ImportSession, Organization
from orgs.services import importing
from orgs.tests.factories import OrganizationFactory
from orgs.tests.importing import checked, faults, kept, only, role, university
from partyplatform.audit.models import Record

pytestmark = pytest.mark.django_db
State = ImportSession.State


@pytest.fixture
def tree():
    found = university()
    found.branches = [OrganizationFactory(short_name=f"学生第{n}党支部", parent=found.info) for n in "一二三"]
    return found


def numbered(*pairs):
    return [only(n, code=organization.code, position=position) for n, (organization, position) in enumerate(pairs, 2)]


def children(organization):
    return list(Organization.objects.filter(parent=organization).order_by("lft").values_list("short_name", flat=True))


def test_a_sheet_puts_children_into_order(tree):
    one, two, three = tree.branches
    admin = role(tree.root)
    rows = numbered((tree.chemistry, 1), (tree.info, 2), (three, 5), (one, 7), (tree.info_staff, 9), (two, 6))
    session = kept(rows, target=tree.root, by=admin, kind="order")
    counts = {"new": 0, "update": 6, "same": 0, "faulty": 0, "warned": 0, "parents": 2}
    assert {name: session.result[name] for name in counts} == counts
    assert children(tree.root) == ["信息学院党总支", "化学学院党总支"]
    importing.confirm(session, by=admin)
    assert children(tree.root) == ["化学学院党总支", "信息学院党总支"]
    assert children(tree.info) == ["学生第三党支部", "学生第二党支部", "学生第一党支部", "教工党支部"]
    assert list(tree_module.problems()) == []
    assert sorted((record.action, record.organization_id) for record in Record.objects.all()) == [
        ("orgs.import", tree.root.pk),
        ("orgs.reorder", tree.root.pk),
        ("orgs.reorder", tree.info.pk),
    ]


def test_organisations_left_out_keep_their_places(tree):
    three = tree.branches[2]
    admin = role(tree.root)
    importing.confirm(
        kept(numbered((three, 1), (tree.info_staff, 2)), target=tree.root, by=admin, kind="order"), by=admin
    )
    assert children(tree.info) == ["学生第三党支部", "学生第一党支部", "学生第二党支部", "教工党支部"]


def test_dissolved_siblings_stay_at_the_end(tree):
    admin = role(tree.root)
    Organization.objects.filter(pk=tree.branches[0].pk).update(dissolved_on="2025-01-01")
    _, two, three = tree.branches
    importing.confirm(kept(numbered((three, 1), (two, 2)), target=tree.root, by=admin, kind="order"), by=admin)
    assert children(tree.info) == ["教工党支部", "学生第三党支部", "学生第二党支部", "学生第一党支部"]


def test_every_bad_row_is_named_and_nothing_is_moved(tree):
    one, two, three = tree.branches
    gone = OrganizationFactory(parent=tree.info, dissolved_on="2025-01-01")
    rows = [
        only(2, code="099999999999", position=1),
        only(3, code=tree.chemistry.code, position=2),
        only(4, code=gone.code, position=3),
        only(5, code=one.code, position=4),
        only(6, code=two.code, position=4),
        only(7, code=three.code),
        only(8, position=9),
        only(9, code=tree.info_staff.code, position=6),
        only(10, code=tree.info_staff.code, position=7),
        only(11, code=tree.info.code, position=8),
    ]
    stranger = "“信息学院党总支”之下没有编码为 {} 的党组织"
    found = checked(rows, target=tree.info, by=role(tree.root), kind="order")
    assert faults(found) == [
        (2, "组织编码", stranger.format("099999999999")),
        (3, "组织编码", stranger.format(tree.chemistry.code)),
        (4, "组织编码", stranger.format(gone.code)),
        (5, "排序号", "与第 6 行的排序号相同（同属“信息学院党总支”）"),
        (6, "排序号", "与第 5 行的排序号相同（同属“信息学院党总支”）"),
        (7, "排序号", "请填写排序号"),
        (8, "组织编码", "请填写组织编码"),
        (9, "组织编码", "与第 10 行的组织编码相同"),
        (10, "组织编码", "与第 9 行的组织编码相同"),
        (11, "组织编码", stranger.format(tree.info.code)),
    ]
    assert found.orders == {}


def test_a_name_that_does_not_fit_its_code_is_remarked(tree):
    found = checked([only(2, code=tree.info.code, short_name="旧名", position=3)], target=tree.root, kind="order")
    assert (faults(found), found.listed()[0]["w"]) == ([], [["组织简称", "该编码现在的组织简称是“信息学院党总支”"]])


def test_an_order_that_changed_meanwhile_is_shown_again(tree):
    admin = role(tree.root)
    one, two, _ = tree.branches
    session = kept(numbered((two, 1), (one, 2)), target=tree.root, by=admin, kind="order")
    tree_module.reorder(tree.info, [two.pk, one.pk, tree.branches[2].pk, tree.info_staff.pk])
    session = importing.confirm(session, by=admin)
    assert (session.state, session.result["same"]) == (State.CHECKED, 2)
