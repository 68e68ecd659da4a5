import datetime

import pytest
from django.core.exceptions import ValidationError

from orgs.guards import Act, Reason, blocks, unregister
from orgs.models import Organization
from orgs.services import organizations as services
from partyplatform.audit.models import Record
from partyplatform.ui.refusals import Refusal
from partyplatform.ui.stale import Stale

pytestmark = pytest.mark.django_db


def data(**changes):
    return {
        "full_name": "中国共产党示范大学信息学院博士生支部委员会",
        "short_name": "示大信息学院博士生党支部",
        "org_type": "631",
        "affiliation": "2",
        "founded_on": datetime.date(2024, 3, 1),
        "founding_document": "",
        "is_functional": False,
        "is_elderly_majority": False,
        "unit_relation": "1",
        "unit_name": "",
        "contact_name": "",
        "contact_phone": "",
    } | changes


def faults(refusal):
    return {field: messages[0] for field, messages in refusal.value.message_dict.items()}


def test_a_new_branch_gets_a_code_of_twelve_digits_and_the_unit_of_its_parent(university, by):
    branch = services.create(university.college, by=by, **data())
    assert (len(branch.code), branch.code[:4], branch.unit_name, branch.version) == (12, "0111", "示范大学", 1)
    assert list(Organization.objects.filter(parent=university.college).in_tree_order())[-1] == branch


def test_two_new_branches_never_share_a_code(university, by):
    first = services.create(university.college, by=by, **data())
    second = services.create(
        university.college,
        by=by,
        **data(full_name="中国共产党示范大学信息学院访学生支部委员会", short_name="访学生支部"),
    )
    assert int(second.code) == int(first.code) + 1


def test_a_branch_holds_no_organisations(university, by):
    with pytest.raises(ValidationError) as refusal:
        services.create(university.staff, by=by, **data())
    assert faults(refusal) == {"org_type": "党支部下不能设立党支部"}


def test_a_used_full_name_is_refused_and_nothing_is_stored(university, by):
    before = Organization.objects.count()
    with pytest.raises(ValidationError) as refusal:
        services.create(university.college, by=by, **data(full_name=university.staff.full_name))
    assert faults(refusal) == {"full_name": "党组织全称已存在"}
    assert (Organization.objects.count(), Record.objects.count()) == (before, 0)


def test_the_same_short_name_is_refused_under_one_parent_and_allowed_under_another(university, by):
    with pytest.raises(ValidationError) as refusal:
        services.create(university.college, by=by, **data(short_name="学生支部"))
    assert faults(refusal) == {"short_name": "同一上级党组织下已有相同的党组织简称"}
    assert services.create(university.root, by=by, **data(short_name="学生支部")).pk


@pytest.mark.parametrize(
    ("change", "field", "text"),
    (
        ({"founded_on": datetime.date(2999, 1, 1)}, "founded_on", "批准建立党组织日期不能晚于今天"),
        ({"full_name": "信息学院博士生支部"}, "full_name", "党支部全称请使用模板：中国共产党…支部委员会"),
        (
            {"full_name": "中国共产党示范大学某某总支部委员会"},
            "full_name",
            "党支部全称请使用模板：中国共产党…支部委员会",
        ),
        ({"org_type": "611", "full_name": "中国共产党示范学院委员会"}, "org_type", "党总支部下不能设立党委"),
        ({"unit_relation": "2"}, "unit_relation", "请填写关联单位名称"),
    ),
)
def test_each_rule_speaks_at_its_field(university, by, change, field, text):
    with pytest.raises(ValidationError) as refusal:
        services.create(university.college, by=by, **data(**change))
    assert faults(refusal) == {field: text}


def test_an_update_keeps_code_and_place_and_records_before_and_after(university, by):
    branch, code = university.staff, university.staff.code
    renamed = data(
        full_name="中国共产党示范大学信息学院教工第一支部委员会",
        short_name="教工第一支部",
        founded_on=branch.founded_on,
    )
    changed = services.update(branch, by=by, version=1, **renamed)
    assert (changed.code, changed.parent, changed.version) == (code, university.college, 2)
    [record] = Record.objects.all()
    assert record.action == "orgs.update"
    assert record.changes[:2] == [
        ["党组织全称", "中国共产党示范大学信息学院教工支部委员会", "中国共产党示范大学信息学院教工第一支部委员会"],
        ["党组织简称", "教工支部", "教工第一支部"],
    ]


def test_a_renamed_organisation_is_found_by_its_new_name_and_initials(university, by):
    services.update(
        university.staff,
        by=by,
        version=1,
        **data(full_name="中国共产党示范大学信息学院青年教师支部委员会", short_name="青年教师支部"),
    )
    assert list(Organization.objects.matching("青年")) == [university.staff]
    assert list(Organization.objects.matching("qnjszb")) == [university.staff]


def test_somebody_faster_is_a_conflict_with_both_versions(university, by):
    services.update(university.staff, by=by, version=1, **data(short_name="甲支部"))
    with pytest.raises(Stale) as conflict:
        services.update(university.staff, by=by, version=1, **data(short_name="乙支部"))
    assert conflict.value.fields == (["党组织简称", "乙支部", "甲支部"],)
    university.staff.refresh_from_db()
    assert university.staff.short_name == "甲支部"


def test_nothing_changed_leaves_no_trace(university, by):
    branch = services.create(university.college, by=by, **data())
    records = Record.objects.count()
    assert services.update(branch, by=by, version=1, **data()).version == 1
    assert Record.objects.count() == records


def test_an_update_is_refused_while_a_guard_has_a_reason(university, by):
    @blocks(Act.UPDATE)
    def open_transfers(organizations):
        return [Reason("本支部有 2 件未办结的组织关系转接", "查看转接", "/portal/transfers/")]

    try:
        with pytest.raises(Refusal) as refusal:
            services.update(university.staff, by=by, version=1, **data())
    finally:
        unregister(open_transfers)
    assert refusal.value.messages == ["本支部有 2 件未办结的组织关系转接"]
    assert refusal.value.links == (("查看转接", "/portal/transfers/"),)


def test_what_has_children_does_not_become_a_branch_and_a_branch_grows_only_by_upgrade(university, by):
    with pytest.raises(ValidationError, match="有下级党组织，不能改为党支部"):
        services.update(university.college, by=by, version=1, **data(org_type="631"))
    with pytest.raises(ValidationError, match="请使用“升格”"):
        services.update(university.logistics, by=by, version=1, **data(org_type="621"))


def test_a_new_name_of_the_unit_reaches_everything_of_the_same_legal_person(university, by):
    apart = services.create(
        university.college,
        by=by,
        **data(unit_relation="2", unit_name="示范科技公司"),
    )
    root = university.root
    fields = {name: getattr(root, name) for name in services.FIELDS} | {"unit_name": "示范科技大学"}
    services.update(root, by=by, version=1, **fields)
    names = set(Organization.objects.exclude(pk=apart.pk).values_list("unit_name", flat=True))
    apart.refresh_from_db()
    assert (names, apart.unit_name) == ({"示范科技大学"}, "示范科技公司")


def test_a_branch_with_members_does_not_become_functional(university, by):
    Organization.objects.filter(pk=university.staff.pk).update(full_members=3)
    with pytest.raises(ValidationError) as refusal:
        services.update(university.staff, by=by, version=1, **data(is_functional=True))
    assert faults(refusal) == {"is_functional": "该党支部有 3 名党员，组织关系转出后才能设为功能型党支部"}


def test_the_profile_shares_the_version_of_the_organisation(university, by):
    services.update_profile(
        university.staff, by=by, version=1, address="示范路 1 号", postcode="100000", fax="", venue="", remark=""
    )
    university.staff.refresh_from_db()
    assert (university.staff.version, university.staff.profile.address) == (2, "示范路 1 号")
    with pytest.raises(Stale):
        services.update_profile(university.staff, by=by, version=1, address="示范路 2 号")
