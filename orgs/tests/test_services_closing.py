import datetime

import pytest
from django.core.exceptions import ValidationError

from members.models import Member
from members.tests.factories import MemberFactory
from orgs.guards import Act, Reason, blocks, unregister
from orgs.models import Organization
from orgs.services import closing, parents
from partyplatform.audit.models import Record
from partyplatform.ui.refusals import Refusal
from partyplatform.ui.stale import Stale

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 1)


def enrol(branch, *names):
    for name in names:
        MemberFactory(organization=branch, name=name)


def test_a_dissolved_branch_leaves_the_lists_and_keeps_its_code(university, by):
    closing.dissolve([university.staff], by=by, on=TODAY, document="示党发〔2026〕1号")
    assert list(Organization.objects.living().filter(parent=university.college)) == [university.students]
    university.staff.refresh_from_db()
    assert (university.staff.dissolved_on, university.staff.dissolving_document) == (TODAY, "示党发〔2026〕1号")
    [record] = Record.objects.all()
    assert (record.action, record.document, record.organization_id) == (
        "orgs.dissolve",
        "示党发〔2026〕1号",
        university.staff.pk,
    )


def test_children_and_members_stand_in_the_way_and_are_named(university, by):
    with pytest.raises(Refusal) as refusal:
        closing.dissolve([university.college], by=by, on=TODAY)
    assert refusal.value.messages == ["信息学院党总支：有 2 个下级党组织（教工支部、学生支部）"]
    enrol(university.staff, "李思远", "周敏")
    with pytest.raises(Refusal, match="李思远"):
        closing.dissolve([university.staff], by=by, on=TODAY)


def test_all_or_none_of_the_ticked_are_dissolved(university, by):
    enrol(university.students, "李思远")
    with pytest.raises(Refusal):
        closing.dissolve([university.staff, university.students], by=by, on=TODAY)
    assert Organization.objects.exclude(dissolved_on=None).count() == 0


def test_a_general_branch_goes_together_with_its_branches(university, by):
    closing.dissolve([university.college, university.staff, university.students], by=by, on=TODAY)
    assert Organization.objects.exclude(dissolved_on=None).count() == 3


def test_dissolving_is_refused_while_a_transfer_is_open(university, by):
    @blocks(Act.DISSOLVE)
    def open_transfers(organizations):
        if organizations.filter(pk=university.staff.pk).exists():
            yield Reason("有 1 件组织关系转接尚未完成", "查看转接", "/portal/transfers/?org=1")

    try:
        with pytest.raises(Refusal) as refusal:
            closing.dissolve([university.staff], by=by, on=TODAY)
    finally:
        unregister(open_transfers)
    assert refusal.value.messages == ["教工支部：有 1 件组织关系转接尚未完成"]
    assert refusal.value.links == (("查看转接", "/portal/transfers/?org=1"),)


def test_the_top_is_never_dissolved_and_nothing_ticked_says_so(university, by):
    with pytest.raises(Refusal, match="最上级党组织不能撤销"):
        closing.dissolve([university.root], by=by, on=TODAY)
    with pytest.raises(ValidationError, match="请先勾选要撤销的党组织"):
        closing.dissolve([], by=by, on=TODAY)


def test_a_pending_change_of_parent_stands_in_the_way(university, by):
    parents.ask(university.staff, to=university.other, by=by, reason="机构调整")
    with pytest.raises(Refusal, match="有待审批的上级党组织变更"):
        closing.dissolve([university.staff], by=by, on=TODAY)


def test_a_restored_branch_has_its_old_code_and_place(university, by):
    code = university.staff.code
    closing.dissolve([university.staff], by=by, on=TODAY)
    restored = closing.restore(university.staff, by=by, reason="误撤销")
    assert (restored.code, restored.parent, restored.dissolved_on) == (code, university.college, None)


def test_nothing_is_restored_under_a_dissolved_parent_or_beside_its_namesake(university, by):
    closing.dissolve([university.artists], by=by, on=TODAY)
    closing.dissolve([university.other], by=by, on=TODAY)
    with pytest.raises(ValidationError, match="上级党组织“艺术学院党总支”已撤销"):
        closing.restore(university.artists, by=by)
    closing.dissolve([university.staff], by=by, on=TODAY)
    Organization.objects.filter(pk=university.students.pk).update(short_name="教工支部")
    with pytest.raises(ValidationError, match="同一上级党组织下已有相同的党组织简称"):
        closing.restore(university.staff, by=by)


def test_a_merge_takes_the_members_along_and_closes_the_source(university, by):
    enrol(university.staff, "李思远", "周敏")
    enrol(university.students, "王宁")
    closing.merge(university.staff, into=university.students, by=by, versions=(1, 1), on=TODAY)
    university.staff.refresh_from_db()
    university.students.refresh_from_db()
    assert (university.staff.enrolled, university.students.enrolled) == (0, 3)
    assert university.staff.dissolved_on == TODAY
    assert sorted(Member.objects.filter(organization=university.students).values_list("name", flat=True)) == [
        "周敏",
        "李思远",
        "王宁",
    ]


def test_only_branches_that_did_not_change_meanwhile_are_merged(university, by):
    with pytest.raises(Refusal, match="只能合并党支部"):
        closing.merge(university.college, into=university.students, by=by, versions=(1, 1), on=TODAY)
    with pytest.raises(Stale):
        closing.merge(university.staff, into=university.students, by=by, versions=(7, 1), on=TODAY)
