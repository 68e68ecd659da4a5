import datetime

import pytest

from orgs.codes import OrgType
from orgs.tests.factories import OrganizationFactory
from orgs.tests.importing import checked, faults, only, role, row, university

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return university()


def test_a_whole_tree_is_understood_in_any_row_order(tree):
    rows = [
        row(5, name="本科生", parent="物理学院党总支"),
        row(6, name="物理教工", parent="示范大学党委/物理学院党总支"),
        row(
            7,
            full_name="中国共产党示范大学物理学院总支部委员会",
            short_name="物理学院党总支",
            org_type="621",
            parent=tree.root.code,
        ),
    ]
    found = checked(rows, target=tree.root)
    assert faults(found) == []
    assert found.counts == {"new": 3, "update": 0, "same": 0, "faulty": 0, "warned": 0}
    assert [entry.organization.short_name for entry in found.ordered] == [
        "物理学院党总支",
        "本科生党支部",
        "物理教工党支部",
    ]
    assert [entry.organization.unit_name for entry in found.ordered] == ["示范大学"] * 3


@pytest.mark.parametrize(
    "parent",
    (
        "信息学院党总支",
        "中国共产党示范大学信息学院总支部委员会",
        "示范大学党委/信息学院党总支",
        "示范大学党委 ／ 信息学院党总支",
        "示范大学党委>>信息学院党总支",
        "中国共产党示范大学委员会→信息学院党总支",
    ),
)
def test_a_parent_is_named_by_name_or_path(tree, parent):
    found = checked([row(2, name="新", parent=parent)], target=tree.root)
    assert faults(found) == []
    assert found.entries[0].organization.parent.pk == tree.info.pk


def test_a_path_may_begin_above_the_target(tree):
    found = checked([row(2, name="新", parent="示范大学党委/信息学院党总支")], target=tree.info)
    assert faults(found) == []


def test_a_path_tells_namesakes_apart(tree):
    rows = [row(n, name=f"新{n}", parent=parent) for n, parent in ((2, "教工党支部"), (3, "化学学院党总支/教工党支部"))]
    for line in rows:
        line.values["org_type"] = "631"
    assert faults(checked(rows, target=tree.root)) == [
        (2, "上级党组织", "有多个同名的党组织，请填写编码或更完整的名称路径"),
        (3, "组织类别", "党支部下不能设立党支部"),
    ]


def test_every_fault_of_every_row_is_found_at_once(tree):
    rows = [
        row(2, name="甲", parent="不存在的党总支", founded_on=None),
        row(3, full_name="同名", short_name="同名", parent=tree.info.code),
        row(4, name="乙", parent=tree.info.code, founded_on=datetime.date(2999, 1, 1), org_type="621"),
        row(5, name="丙", parent="099999999999"),
        row(6, short_name="教工党支部", full_name=tree.chemistry_staff.full_name, parent=tree.info.code),
        row(7, name="丁", parent=tree.info.code, org_type="611", is_functional=True),
        only(8, full_name="只有全称"),
    ]
    assert faults(checked(rows, target=tree.root)) == [
        (2, "上级党组织", "没有找到该上级党组织"),
        (2, "批准建立党组织日期", "请填写批准建立党组织日期"),
        (3, "党组织简称", "党组织简称不能与全称相同"),
        (4, "组织类别", "党总支部下不能设立党总支部"),
        (4, "批准建立党组织日期", "批准建立党组织日期不能晚于今天"),
        (5, "上级党组织", "没有找到编码为 099999999999 的上级党组织"),
        (6, "上级党组织", "上级党组织与现有的不同，变更上级请使用“上级党组织变更”"),
        (7, "组织类别", "党总支部下不能设立党委"),
        (7, "是否功能型党支部", "只有党支部可以是功能型党支部"),
        (8, "党组织简称", "请填写党组织简称"),
        (8, "组织类别", "请填写组织类别"),
        (8, "党组织隶属关系", "请填写党组织隶属关系"),
        (8, "上级党组织", "请填写上级党组织"),
        (8, "批准建立党组织日期", "请填写批准建立党组织日期"),
    ]


def test_parents_in_a_circle_are_refused_and_those_below_are_not_blamed(tree):
    rows = [
        row(2, full_name="甲委", short_name="甲党委", org_type="611", parent="丙党委"),
        row(3, full_name="乙委", short_name="乙党委", org_type="611", parent="甲党委"),
        row(4, full_name="丙委", short_name="丙党委", org_type="611", parent="乙党委"),
        row(5, name="末", parent="甲党委"),
        row(6, full_name="己委", short_name="己党委", org_type="611", parent="己党委"),
    ]
    circle = "上级党组织相互循环：甲党委 → 丙党委 → 乙党委 → 甲党委"
    assert faults(checked(rows, target=tree.root)) == [
        (2, "上级党组织", circle),
        (3, "上级党组织", circle),
        (4, "上级党组织", circle),
        (6, "上级党组织", "没有找到该上级党组织"),
    ]


def test_names_are_unique_in_the_sheet_and_in_the_tree(tree):
    twin = {"full_name": "中国共产党示范大学同支部委员会", "short_name": "同党支部"}
    rows = [
        row(2, **twin, parent=tree.info.code),
        row(3, **twin, parent=tree.chemistry.code),
        row(4, full_name="中国共产党示范大学别支部委员会", short_name="教工党支部", parent=tree.info.code),
        row(5, full_name="中国共产党示范大学一支部委员会", short_name="某党支部", parent=tree.info.code),
        row(6, full_name="中国共产党示范大学二支部委员会", short_name="某党支部", parent=tree.info.code),
        row(7, full_name="中国共产党示范大学三支部委员会", short_name="某党支部", parent=tree.chemistry.code),
    ]
    assert faults(checked(rows, target=tree.root)) == [
        (2, "党组织全称", "与第 3 行的党组织全称相同"),
        (3, "党组织全称", "与第 2 行的党组织全称相同"),
        (4, "党组织简称", "同一上级党组织下已有相同的党组织简称"),
        (5, "党组织简称", "与第 6 行的上级党组织和党组织简称都相同"),
        (6, "党组织简称", "与第 5 行的上级党组织和党组织简称都相同"),
    ]


def test_codes_in_use_elsewhere_dissolved_or_out_of_range_are_refused(tree, settings):
    gone = OrganizationFactory(short_name="旧党支部", parent=tree.info, dissolved_on="2024-01-01")
    rows = [
        row(2, name="甲", code=tree.chemistry_staff.code, parent=tree.info.code),
        row(3, name="乙", code=gone.code, parent=tree.info.code),
        row(4, name="丙", code="011199999999", parent=tree.info.code),
        row(5, name="丁", code="011100000007", parent=tree.info.code),
        row(6, name="戊", code="011100000007", parent=tree.info.code),
    ]
    assert faults(checked(rows, target=tree.info, by=role(tree.root))) == [
        (2, "党组织编码", "该编码不能用于此处的党组织，请核对编码，新建党组织请留空"),
        (3, "党组织编码", "该编码属于已撤销的党组织“旧党支部”，不能再次使用"),
        (4, "党组织编码", "该编码超出可沿用的编码范围，请核对；新建党组织请留空，由系统编码"),
        (5, "党组织编码", "与第 6 行的党组织编码相同"),
        (6, "党组织编码", "与第 5 行的党组织编码相同"),
    ]


def test_a_stranger_looks_like_nobody(tree):
    rows = [
        row(2, name="甲", parent=tree.chemistry.code),
        row(3, name="乙", parent="化学学院党总支"),
        row(4, name="丙", parent="示范大学党委"),
        row(5, full_name=tree.chemistry_staff.full_name, short_name="教工", parent=tree.info.code),
    ]
    assert faults(checked(rows, target=tree.info)) == [
        (2, "上级党组织", f"没有找到编码为 {tree.chemistry.code} 的上级党组织"),
        (3, "上级党组织", "没有找到该上级党组织"),
        (4, "上级党组织", "上级党组织不在“信息学院党总支”及其下级之内"),
        (5, "党组织全称", "党组织全称已存在"),
    ]


def test_an_equal_row_changes_nothing_and_a_blank_cell_leaves_the_value_alone(tree):
    staff = tree.info_staff
    rows = [
        only(2, code=staff.code),
        only(3, full_name=tree.chemistry_staff.full_name, short_name="教工党支部", parent="化学学院党总支"),
    ]
    found = checked(rows, target=tree.root)
    assert (faults(found), [entry.outcome for entry in found.entries]) == ([], ["same", "same"])


def test_a_different_row_shows_old_and_new(tree):
    found = checked(
        [
            only(
                2,
                code=tree.info_staff.code,
                short_name="教工第一党支部",
                contact_phone="010-00000111",
                address="教学楼 1 层",
            )
        ],
        target=tree.root,
    )
    assert faults(found) == []
    assert found.entries[0].changes == [
        ["党组织简称", "教工党支部", "教工第一党支部"],
        ["联系电话", "", "010-00000111"],
        ["通讯地址", "", "教学楼 1 层"],
    ]


def test_the_own_organisation_is_changed_by_the_level_above(tree):
    rows = [only(2, code=tree.info.code, short_name="信息学院总支"), only(3, code=tree.info_staff.code)]
    assert faults(checked(rows, target=tree.info)) == [
        (2, "党组织编码", "该党组织由上级党组织维护，当前角色不能修改，请删除该行")
    ]


def test_an_organisation_named_twice_is_refused(tree):
    rows = [only(2, code=tree.info_staff.code), only(3, full_name=tree.info_staff.full_name)]
    assert faults(checked(rows, target=tree.root)) == [
        (2, "党组织编码", "与第 3 行是同一个党组织"),
        (3, "党组织全称", "与第 2 行是同一个党组织"),
    ]


def test_types_change_only_where_children_and_upgrading_allow(tree):
    rows = [
        only(2, code=tree.info.code, org_type=OrgType.BRANCH),
        only(3, code=tree.chemistry_staff.code, org_type=OrgType.GENERAL_BRANCH),
    ]
    assert faults(checked(rows, target=tree.root)) == [
        (2, "组织类别", "该党组织有下级党组织，不能改为党支部"),
        (3, "组织类别", "党总支部下不能设立党总支部"),
    ]


def test_the_unit_follows_the_parent_or_is_named(tree):
    rows = [
        row(2, name="甲", parent=tree.info.code, unit_name="示范研究院"),
        row(3, name="乙", parent=tree.info.code, unit_name="示范研究院", unit_relation="2"),
        row(4, name="丙", parent=tree.info.code, unit_relation="2"),
        row(5, name="丁", parent=tree.info.code, unit_name="示范大学", unit_relation="1"),
    ]
    found = checked(rows, target=tree.root)
    assert faults(found) == [
        (2, "所在单位", "与上级党组织的所在单位“示范大学”不同；如为不同的法人单位，所在单位情况请填“关联单位”"),
        (4, "所在单位", "请填写关联单位名称"),
    ]
    assert [entry.organization.unit_name for entry in found.entries[1::2]] == ["示范研究院", "示范大学"]


def test_an_unusual_name_or_an_early_date_is_a_remark_only(tree):
    early = datetime.date(1999, 1, 1)
    found = checked(
        [row(2, full_name="示范大学某支部", short_name="某支部", parent=tree.info.code, founded_on=early)],
        target=tree.root,
    )
    assert faults(found) == []
    assert found.listed()[0]["w"] == [
        ["党组织全称", "党支部全称请使用模板：中国共产党…支部委员会"],
        ["批准建立党组织日期", "批准建立日期早于上级党组织的建立日期（2018-09-18），请核对"],
    ]
