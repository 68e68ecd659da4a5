import datetime

import pytest
from django.core.exceptions import ValidationError

from accounts.tests.factories import id_number
from members.integrity import counters_are_sums, histories_end_where_members_stand, scores_are_those_of_the_rules
from members.models import Standing
from members.services import members, records
from members.tests.counting import counters
from members.tests.factories import MemberFactory
from orgs.tests.acting import Acting
from partyplatform.audit.models import Record
from partyplatform.ui.stale import OutOfReach, Stale

pytestmark = pytest.mark.django_db
DAY = datetime.date(2012, 6, 1)


def update(member, by, **values):
    return records.update(member, by=by, version=member.version, values=values)


def refused(member, by, **values):
    with pytest.raises(ValidationError) as refusal:
        update(member, by, **values)
    return refusal.value.message_dict


def test_a_saved_record_is_scored_counted_and_written_down(college, by):
    member = MemberFactory(organization=college.staff)
    member = update(member, by, ethnicity="01", native_place="110101", phone="18088880000")
    member.refresh_from_db()
    assert (member.filled, member.required, member.version) == (9, 18, 2)
    assert counters(college.staff) == (1, 0, 9, 18)
    record = Record.objects.get(action="members.update")
    assert record.changes == [
        ["民族", "", "汉族 01"],
        ["籍贯", "", "北京市东城区"],
        ["联系方式", "", "（已更改）"],
    ]
    assert record.organization_id == college.staff.pk
    assert [list(check()) for check in (counters_are_sums, scores_are_those_of_the_rules)] == [[], []]


def test_secret_items_are_sealed_and_the_audit_never_holds_them(college, by):
    member = update(MemberFactory(organization=college.staff, phone="010-00001111"), by, phone="18088880000")
    assert b"18088880000" not in bytes(member.phone_sealed)
    assert member.shown_phone == "180****0000"
    [change] = Record.objects.get(action="members.update").changes
    assert change == ["联系方式", "（已登记）", "（已更改）"]


def test_saving_nothing_new_writes_nothing(college, by):
    member = MemberFactory(organization=college.staff, complete=True)
    update(member, by, ethnicity="01", title="999")
    assert not Record.objects.filter(action="members.update").exists()
    member.refresh_from_db()
    assert member.version == 1


def test_what_the_rules_refuse_is_named_by_field_and_nothing_is_saved(college, by):
    member = MemberFactory(organization=college.staff, complete=True)
    assert refused(member, by, born_on=datetime.date(2000, 1, 1), education="1") == {
        "joined_on": ["入党时应年满 18 周岁，请核对出生日期和入党日期"],
        "education": ["最高学历请选择到最末一级"],
    }
    member.refresh_from_db()
    assert member.education == "12"


def test_what_a_procedure_changes_is_refused(college, by):
    member = MemberFactory(organization=college.staff)
    assert refused(member, by, category="2") == {"category": ["该项由业务办理变更，不能直接修改"]}


def test_a_branch_fills_reviewed_items_once_and_the_level_above_corrects_them(college):
    member, branch, above = MemberFactory(organization=college.staff), Acting(college.staff), Acting(college.general)
    member = update(member, branch, joined_on=DAY)
    assert refused(member, branch, joined_on=DAY.replace(day=2)) == {
        "joined_on": ["该项已填写，更正须经上级党组织审核"]
    }
    assert update(member, above, joined_on=DAY.replace(day=2)).joined_on == DAY.replace(day=2)


def test_somebody_was_faster(college, by):
    member = MemberFactory(organization=college.staff, complete=True)
    records.update(member, by=by, version=1, values={"education": "11"})
    with pytest.raises(Stale) as stale:
        records.update(member, by=by, version=1, values={"education": "13"})
    assert stale.value.fields == (["最高学历", "硕士生班 13", "博士研究生 11"],)


def test_a_record_that_left_the_reach_is_not_changed(college):
    member = MemberFactory(organization=college.artists)
    with pytest.raises(OutOfReach):
        update(member, Acting(college.general), ethnicity="01")


@pytest.mark.parametrize(("status", "says"), (("31", "转出人员不可编辑"), ("33", "历史党员不可编辑")))
def test_who_has_left_is_read_only(college, by, status, says):
    member = MemberFactory(organization=college.staff, status=status)
    with pytest.raises(ValidationError, match=says):
        update(member, by, ethnicity="01")


def test_history_follows_every_change_of_branch_category_and_status(college, by):
    member = members.admit(college.staff, name="李思远", id_number=id_number(4, born="20020418"), category="2", by=by)
    Standing.objects.update(begins_on=DAY)
    members.move(member, to=college.students, by=by)
    members.change_category(member, category="1", by=by)
    rows = Standing.objects.filter(member=member).order_by("pk")
    assert [(row.organization, row.category, row.ends_on is None) for row in rows] == [
        (college.staff, "2", False),
        (college.students, "2", False),
        (college.students, "1", True),
    ]
    [then] = Standing.objects.on(DAY)
    assert (then.organization, then.category) == (college.staff, "2")
    assert list(histories_end_where_members_stand()) == []


def test_of_a_secret_somebody_else_changed_the_conflict_says_so(college, by):
    member = MemberFactory(organization=college.staff, complete=True)
    records.update(member, by=by, version=1, values={"phone": "18088881111", "title": "012"})
    with pytest.raises(Stale) as caught:
        records.update(member, by=by, version=1, values={"phone": "18088882222", "title": "012"})
    assert caught.value.fields == (["联系方式", "（新填写的内容）", "（已更改）"],)
    assert (caught.value.who, caught.value.when is None) == (by.user_name, False)
    with pytest.raises(Stale) as caught:
        records.update(member, by=by, version=1, values={"native_place": member.native_place})
    assert ["联系方式", "（未填写）", "（已更改）"] in list(caught.value.fields)
