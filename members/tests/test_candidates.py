"""党员查询: who is found, by what, and what is never gone through. Source: screens.md 2.9; security.md 43."""

import pytest
from django.core.exceptions import ValidationError

from accounts.tests.factories import id_number
from members import candidates
from members.codes import MembershipStatus
from members.models import Member
from members.tests.factories import MemberFactory

pytestmark = pytest.mark.django_db
NUMBER = id_number(123, born="19880808")


@pytest.fixture
def people(college):
    """王小明 and 王丽 in 教工支部; others of the same names elsewhere, gone or suspended."""
    ming = MemberFactory(organization=college.staff, name="王小明", id_number=NUMBER)
    li = MemberFactory(organization=college.staff, name="王丽", category="2")
    MemberFactory(organization=college.staff, name="王小红", status=MembershipStatus.SUSPENDED)
    MemberFactory(organization=college.staff, name="王小刚", status=MembershipStatus.TRANSFERRED)
    MemberFactory(organization=college.artists, name="王小明")
    return ming, li


def found(organization, name="", number=""):
    return [member.name for member in candidates.find(organization, name=name, id_number=number)]


def refused(*arguments, **more):
    with pytest.raises(ValidationError) as refusal:
        found(*arguments, **more)
    return refusal.value.messages


def test_only_active_members_of_that_very_branch_are_found(college, people):
    assert found(college.staff, "王") == ["王丽", "王小明"]
    assert found(college.staff, "王小") == ["王小明"]
    assert found(college.students, "王") == []


def test_a_general_branch_and_a_committee_find_those_below(college, people):
    assert found(college.general, "王小明") == ["王小明"]
    assert found(college.root, "王小明") == ["王小明", "王小明"]
    assert found(college.other, "王丽") == []


def test_a_functional_branch_finds_those_beside_it(college, people):
    assert found(college.functional, "王丽") == ["王丽"]
    assert candidates.whom(college.functional) == "只能查到上级党组织所辖党支部的党员。"
    assert candidates.whom(college.staff) == "只能查到本党支部的党员。"
    assert candidates.whom(college.general) == "只能查到下属党支部的党员。"


@pytest.mark.parametrize("typed", (NUMBER, f" {NUMBER} ", NUMBER.translate({48 + n: 0xFF10 + n for n in range(10)})))
def test_a_whole_number_finds_its_bearer_and_nobody_elsewhere(college, people, typed):
    assert found(college.staff, number=typed) == ["王小明"]
    assert found(college.root, number=typed) == ["王小明"]
    assert found(college.students, number=typed) == []
    assert found(college.staff, "王丽", typed) == []


@pytest.mark.parametrize("length", (4, 5, 6))
def test_the_end_of_a_number_is_enough_in_one_branch(college, people, length):
    assert found(college.staff, number=NUMBER[-length:].lower()) == ["王小明"]
    assert found(college.students, number=NUMBER[-length:]) == []


def test_the_end_of_a_number_is_enough_above_a_branch(college, people):
    assert found(college.general, number=NUMBER[-4:]) == ["王小明"]
    assert found(college.general, "王小", NUMBER[-6:]) == ["王小明"]


@pytest.mark.parametrize("typed", ("1", "123", "1234567", "12a4", "%234", "X" * 5, "٣٣٣٣"))
def test_what_is_no_end_of_a_number_is_refused(college, people, typed):
    assert refused(college.staff, number=typed) == ["请输入完整的身份证号，或其末 4 至 6 位"]


def test_a_wrong_number_is_named_as_such(college, people):
    wrong = NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")
    assert refused(college.staff, number=wrong) == ["身份证号校验码不正确"]


def test_something_must_be_looked_for(college):
    assert refused(college.staff) == ["请输入姓名或身份证号"]


def test_too_many_are_not_shown(college, people, monkeypatch):
    monkeypatch.setattr(candidates, "SHOWN", 1)
    assert refused(college.staff, "王") == ["符合条件的党员超过 1 名，请输入更完整的姓名或身份证号"]


def test_no_more_than_a_few_are_decrypted(college, people, monkeypatch):
    monkeypatch.setattr(candidates, "OPENED", 0)
    assert refused(college.staff, number=NUMBER[-4:]) == ["符合条件的党员较多，请输入完整的姓名或身份证号"]


def test_a_number_that_does_not_open_is_passed_over(college, people):
    ming, _ = people
    Member.objects.filter(pk=ming.pk).update(id_number_sealed=b"nonsense")
    assert found(college.staff, number=NUMBER[-4:]) == []
