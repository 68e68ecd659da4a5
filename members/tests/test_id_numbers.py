"""身份证号 of members: how it is taken, found and shown, and that nobody is enrolled twice."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.tests.factories import id_number
from members import finding
from members.codes import MembershipStatus
from members.models import Member
from members.sections import SECTIONS
from members.services import members as services
from members.services import sections
from members.shares import share, total
from members.tests.factories import MemberFactory
from orgs import totals
from orgs.tests.acting import Acting
from partyplatform.audit import SYSTEM
from partyplatform.audit.models import Record
from partyplatform.crypto import Undecipherable

pytestmark = pytest.mark.django_db
NUMBER = "99000019900101005X"
ELSEWHERE = "该身份证号已登记，请联系上级组织部门"


def admit(branch, by, number=NUMBER):
    return services.admit(branch, name="李思远", id_number=number, category="1", by=by)


def refusal(act):
    with pytest.raises(ValidationError) as refused:
        act()
    return refused.value.messages


def test_a_number_is_sealed_found_and_masked(college, by):
    member = admit(college.staff, by, " 99000019900101005x ")
    MemberFactory(organization=college.staff)
    assert list(Member.objects.with_id_number("９９００００１９９００１０１００５Ｘ")) == [member]
    assert Member.objects.get(pk=member.pk).unsealed_id_number() == NUMBER
    assert (member.masked_id_number, member.shown_id_number) == ("*" * 14 + "005X", "990" + "*" * 11 + "005X")


def test_the_number_stands_in_no_column_and_no_record_in_clear(college, by):
    member = admit(college.staff, by)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM members_member WHERE id = %s", [member.pk])
        row = [bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in cursor.fetchone()]
    [record] = Record.objects.all()
    kept = b"|".join([*row, str(vars(record)).encode()])
    assert not any(NUMBER[start : start + 6].encode() in kept for start in range(13))


@pytest.mark.parametrize(
    ("typed", "reason"),
    (
        ("", "身份证号应为18位"),
        ("9900001990010100５", "身份证号应为18位"),
        ("99000019900101A05X", "身份证号格式不正确"),
        ("990000199001010051", "身份证号校验码不正确"),
        (id_number(5, born="18991231"), "身份证号中的出生日期不正确"),
        (id_number(5, born="20900101"), "身份证号中的出生日期不正确"),
    ),
)
def test_what_is_no_number_admits_nobody(college, by, typed, reason):
    with pytest.raises(ValidationError) as refused:
        admit(college.staff, by, typed)
    assert refused.value.message_dict == {"id_number": [reason]}
    assert (Member.objects.count(), Record.objects.count()) == (0, 0)


@pytest.mark.parametrize("status", (MembershipStatus.NORMAL, MembershipStatus.SUSPENDED))
def test_nobody_is_enrolled_twice_and_only_who_may_know_hears_where(college, by, status):
    MemberFactory(organization=college.artists, id_number=NUMBER, status=status)
    assert refusal(lambda: admit(college.staff, by)) == [f"该身份证号已存在于{college.artists.short_name}"]
    assert refusal(lambda: admit(college.staff, Acting(college.staff))) == [ELSEWHERE]
    assert refusal(lambda: admit(college.staff, SYSTEM)) == [ELSEWHERE]


@pytest.mark.parametrize("status", [s for s in MembershipStatus if s not in ("1", "2")])
def test_who_left_may_be_admitted_anew_but_then_not_return_as_before(college, by, status):
    gone = MemberFactory(organization=college.artists, id_number=NUMBER, status=status)
    anew = admit(college.staff, by)
    assert set(Member.objects.with_id_number(NUMBER)) == {gone, anew}
    back = lambda: services.change_status(gone, status=MembershipStatus.NORMAL, by=by)  # noqa: E731
    assert refusal(back) == [f"该身份证号已存在于{college.staff.short_name}"]
    services.change_status(anew, status=MembershipStatus.TRANSFERRED, by=by)
    assert back().is_enrolled


def test_the_database_itself_refuses_a_second_record(college):
    MemberFactory(organization=college.staff, id_number=NUMBER)
    with pytest.raises(IntegrityError), transaction.atomic():
        MemberFactory(organization=college.artists, id_number=NUMBER, status=MembershipStatus.SUSPENDED)
    MemberFactory(organization=college.artists, id_number=NUMBER, status=MembershipStatus.DECEASED)
    MemberFactory(organization=college.artists, id_number=NUMBER, status=MembershipStatus.TRANSFERRED)


def test_rows_older_than_the_number_have_none(college, by):
    one, other = (Member.objects.create(name=name, category="2", organization=college.staff) for name in "甲乙")
    totals.change(college.staff.pk, **total([share(one), share(other)]))
    assert (one.unsealed_id_number(), one.masked_id_number, other.shown_id_number) == ("", "", "")
    services.change_category(one, category="1", by=by)
    services.change_status(other, status=MembershipStatus.SUSPENDED, by=by)
    services.change_status(other, status=MembershipStatus.NORMAL, by=by)


def test_a_number_taken_away_or_moved_does_not_open(college):
    one, other = (MemberFactory(organization=college.staff) for _ in range(2))
    Member.objects.filter(pk=one.pk).update(id_number_sealed=b"")
    Member.objects.filter(pk=other.pk).update(id_number_sealed=one.id_number_sealed)
    for member in Member.objects.filter(pk__in=[one.pk, other.pk]):
        assert (member.masked_id_number, member.shown_id_number) == ("无法解密", "无法解密")
        with pytest.raises(Undecipherable):
            member.unsealed_id_number()


# ── numbers of 15 digits (screens.md 4.1) ─────────────────────────────────────────────────────────────────

FORMER = "990000900101005"  # what NUMBER was before


def test_15_digits_are_kept_as_history_masked_and_found(college, by):
    member, other = admit(college.staff, by), MemberFactory(organization=college.students)
    sections.update_items(
        other, SECTIONS["basic"], by=by, version=0, values={"former_number": "９９００００８００２０２００８"}
    )
    profile = sections.profile_of(other)
    assert profile.shown_former_number == "990********2008"
    assert "former_number" not in str(Record.objects.latest("seq").changes)
    assert list(finding.members(by, id_number="990000800202008")) == [other]
    assert list(finding.members(by, id_number=FORMER)) == [member]
    assert list(finding.members(Acting(college.staff), id_number="990000800202008")) == []
    assert finding.sought_number("９９００００９００１０１００５") == FORMER


def test_15_digits_are_no_new_number(college, by):
    assert refusal(lambda: admit(college.staff, by, FORMER)) == ["身份证号应为18位"]


@pytest.mark.parametrize(
    ("typed", "fault"),
    (
        ("99000090010100", "曾用证件号应为 15 位或 18 位"),
        ("990000901301005", "身份证号中的出生日期不正确"),
        ("990000199001010051", "身份证号校验码不正确"),
        (NUMBER, "曾用证件号与现在的证件号码相同"),
    ),
)
def test_what_never_was_a_former_number_is_refused(college, by, typed, fault):
    member = admit(college.staff, by)
    values = {"former_number": typed}
    assert refusal(lambda: sections.update_items(member, SECTIONS["basic"], by=by, version=0, values=values)) == [fault]
