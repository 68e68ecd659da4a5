import datetime
from dataclasses import fields

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from members.doubts import KINDS, Beside, DoubtState
from members.models import Doubt, Member
from members.procedures import FLOW
from members.sections import SECTIONS
from members.services import checking, matters, records, sections
from members.services.departures import depart
from members.services.members import change_category, change_status
from members.tests.factories import MemberFactory
from partyplatform.jobs import run_waiting
from partyplatform.ui.stale import OutOfReach, Stale

pytestmark = pytest.mark.django_db
BORN = datetime.date(1990, 1, 1)


@pytest.fixture
def branch(college):
    return RoleGrantFactory(organization=college.staff)


@pytest.fixture
def member(college):
    member = MemberFactory(organization=college.staff, name="李思远", complete=True)
    number = member.unsealed_id_number()
    born_on = datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    Member.objects.filter(pk=member.pk).update(born_on=born_on, joined_on="2015-06-01", confirmed_on="2016-06-01")
    member.refresh_from_db()
    return member


def change(member, by, **values):
    return records.update(member, by=by, version=member.version, values=values)


def doubts():
    return sorted(Doubt.objects.filter(state=DoubtState.OPEN).values_list("kind", flat=True))


def test_every_kind_looks_at_columns_of_the_record():
    known = {field.name for field in Member._meta.get_fields()} | {field.name for field in fields(Beside)}
    for kind in KINDS.values():
        assert set(kind.columns) <= known


def test_a_doubt_comes_with_a_change_and_goes_with_the_next(member, by):
    assert doubts() == []
    member = change(member, by, born_on=member.born_on + datetime.timedelta(days=1), confirmed_on=None)
    assert doubts() == ["born"]
    change(member, by, born_on=member.born_on - datetime.timedelta(days=1))
    assert (doubts(), Doubt.objects.get().state) == ([], DoubtState.GONE)


def test_a_mobile_number_of_two_is_doubtful_and_a_land_line_is_not(college, member, by):
    MemberFactory(organization=college.artists, name="王家", phone="18012345678")
    MemberFactory(organization=college.artists, name="赵家", phone="010-12345678")
    member = change(member, by, phone="18012345678")
    assert doubts() == ["phone"]
    assert "王家" not in Doubt.objects.get().text
    member = change(member, by, phone="010-12345678")
    assert doubts() == []
    change(member, by, phone="18012345678")
    list(checking.recheck(Member.objects.all()))
    assert Doubt.objects.filter(kind="phone", state=DoubtState.OPEN).count() == 2


def test_work_before_fourteen_is_doubtful(member, by):
    early = member.born_on.replace(year=member.born_on.year + 14) - datetime.timedelta(days=1)
    profile = sections.update_items(member, SECTIONS["basic"], by=by, version=0, values={"began_work_on": early})
    assert doubts() == ["work"]
    later = {"began_work_on": early + datetime.timedelta(days=1)}
    sections.update_items(member, SECTIONS["basic"], by=by, version=profile.version, values=later)
    assert doubts() == []


def test_what_was_confirmed_stays_away_until_it_changes_again(member, by, branch):
    member = change(member, by, born_on=member.born_on + datetime.timedelta(days=1))
    doubt = Doubt.objects.get()
    with pytest.raises(ValidationError, match="请填写确认理由"):
        checking.confirm(doubt, by=branch, reason="")
    checking.confirm(doubt, by=branch, reason="已核对人事档案")
    with pytest.raises(Stale):
        checking.confirm(doubt, by=branch, reason="再次确认")
    member = change(member, by, title="013")
    assert doubts() == []
    change(member, by, born_on=member.born_on + datetime.timedelta(days=1))
    assert doubts() == ["born"]
    assert Doubt.objects.get().why == "已核对人事档案"


def flow(member, by):
    words = {"region": "310104", "scope": "1", "cause": "1", "host": "上海示例党支部", "contact_name": "王示例"}
    matters.begin(FLOW, FLOW.event("register"), member, by=by, on=datetime.date(2026, 5, 1), **words)


SAVES = {
    "a matter": flow,
    "the category": lambda member, by: change_category(member, category="2", by=by),
    "the status": lambda member, by: change_status(member, status="2", by=by),
}


@pytest.mark.parametrize("save", SAVES)
def test_whatever_saves_a_record_looks_at_it_anew(member, by, save):
    Member.objects.filter(pk=member.pk).update(gender="2" if member.gender == "1" else "1")
    member.refresh_from_db()
    SAVES[save](member, by)
    assert "faulty" in doubts()


def test_doubts_about_somebody_who_left_are_gone(member, by):
    change(member, by, born_on=member.born_on + datetime.timedelta(days=1))
    assert doubts() == ["born"]
    depart(member, by=by, on=datetime.date(2026, 11, 1))
    assert doubts() == []


def test_a_recheck_finds_what_was_written_past_the_services(client, college, member, branch):
    Member.objects.filter(pk=member.pk).update(gender="2" if member.gender == "1" else "1")
    other = MemberFactory(organization=college.artists, complete=True, phone="18000000002")
    Member.objects.filter(pk=other.pk).update(confirmed_on="2012-07-01")
    act_as(client, branch)
    answer = client.post(reverse("members:recheck"), follow=True)
    assert "重新校核已在后台开始" in answer.text
    run_waiting()
    assert list(Doubt.objects.values_list("member", "kind")) == [(member.pk, "faulty")]


def test_the_list_is_filtered_exported_and_confirmed_from(client, college, member, by, branch):
    change(member, by, born_on=member.born_on + datetime.timedelta(days=1))
    foreign = MemberFactory(organization=college.artists, name="别处", complete=True, phone="18000000002")
    change(foreign, by, born_on=datetime.date(1988, 8, 8))
    act_as(client, branch)
    url = reverse("members:doubts")
    page = client.get(url)
    assert [row.member.name for row in page.context["rows"]] == ["李思远"]
    assert "出生日期与身份证号不一致" in page.text
    assert client.get(url, {"kind": "number"}).context["rows"] == []
    book = b"".join(client.get(reverse("members:export_doubts")).streaming_content)
    assert book.startswith(b"PK")
    confirm = reverse("members:confirm_doubt", args=[Doubt.objects.get(member=member).pk])
    assert client.post(confirm, {"reason": ""}).status_code == 422
    assert "已确认无误" in client.post(confirm, {"reason": "以档案为准"}, follow=True).text
    assert client.get(url, {"state": "confirmed"}).context["rows"][0].why == "以档案为准"
    with pytest.raises(OutOfReach):
        checking.confirm(Doubt.objects.get(member=foreign), by=branch, reason="无误")


@pytest.mark.parametrize("size", (1, 3))
def test_the_list_costs_the_same_whatever_it_holds(client, college, by, branch, django_assert_num_queries, size):
    for _ in range(size):
        member = MemberFactory(organization=college.staff, complete=True)
        change(member, by, born_on=datetime.date(1988, 8, 8))
    act_as(client, branch)
    client.get(reverse("members:doubts"))
    with django_assert_num_queries(6):
        client.get(reverse("members:doubts"))
