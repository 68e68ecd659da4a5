"""Standards, months, payments, corrections and reliefs as services."""

import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.tests.factories import RoleGrantFactory
from eforefront.dues_integrity import receipts_are_their_lines
from eforefront.models import DuesEntry, DuesMonth, DuesOpening, DuesReceipt, DuesTotal
from eforefront.querysets import dues as reads
from eforefront.services.dues import months, opening, reliefs, standards
from eforefront.services.dues.bills import Payment
from eforefront.services.dues.correcting import correct
from eforefront.services.dues.paying import register
from members.services import members as roll
from members.tests.factories import MemberFactory
from orgs.dates import add_months
from orgs.tests.factories import OrganizationFactory
from partyplatform.audit.models import Record
from partyplatform.integrity import invariants
from partyplatform.ui.stale import OutOfReach, Stale

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
SINCE = datetime.date(2020, 6, 20)


def ago(count):
    """The month so many months before the present one."""
    return add_months(TODAY().replace(day=1), -count)


@pytest.fixture
def world(db):
    root = OrganizationFactory()
    general = OrganizationFactory(parent=root, org_type="621")
    branch, other = OrganizationFactory(parent=general), OrganizationFactory(parent=general)
    made = SimpleNamespace(root=root, general=general, branch=branch, other=other)
    made.teacher = MemberFactory(organization=branch, name="周敏", joined_on=SINCE)
    made.student = MemberFactory(organization=branch, name="欧阳·𠮷", joined_on=SINCE)
    made.by = RoleGrantFactory(organization=branch, system="portal")
    made.upper = RoleGrantFactory(organization=root, system="portal")
    return made


def enter(world, member, *, since=3, category="1", base="6000", **more):
    base = Decimal(base) if category in "1234" else None
    return standards.set_standard(member, by=world.by, category=category, from_month=ago(since), base=base, **more)


def pay(world, member, first, last, **more):
    payment = Payment(member.pk, ago(first), ago(last), **{"paid_on": TODAY(), "method": "1"} | more)
    return register(world.branch, [payment], by=world.by)[0]


def states(member):
    rows = DuesMonth.objects.of_member(member).order_by("month")
    return [(row.month, row.label, row.due_fen, row.paid_fen) for row in rows]


def sums(branch, month):
    row = DuesTotal.objects.of(branch).filter(year=month.year, month=month.month).first()
    return (row.due_fen, row.paid_fen, row.due_count, row.paid_count) if row else (0, 0, 0, 0)


def whole():
    """What the balance lacks: nothing, after every act."""
    return [text for found in invariants() if found.title.startswith("党费") for text in found.problems()]


def test_a_standard_opens_its_months(world):
    enter(world, world.teacher, since=2)
    assert states(world.teacher) == [
        (ago(2), "欠缴", 9000, 0),
        (ago(1), "欠缴", 9000, 0),
        (ago(0), "待缴", 9000, 0),
    ]
    assert sums(world.branch, ago(0)) == (9000, 0, 1, 0)
    assert whole() == []


def test_the_base_is_sealed_and_kept_out_of_the_audit(world):
    standard = enter(world, world.teacher, base="6123.45")
    assert b"6123" not in bytes(standard.base_sealed)
    assert "6123" not in str(list(Record.objects.values()))


def test_a_new_wage_counts_from_its_month_and_leaves_what_is_settled(world):
    enter(world, world.teacher, since=3)
    pay(world, world.teacher, 3, 2)
    enter(world, world.teacher, since=2, base="12000")
    assert [row[2:] for row in states(world.teacher)] == [(9000, 9000), (9000, 9000), (24000, 0), (24000, 0)]
    assert standards.settled_after(world.teacher, ago(2)) == [ago(2)]
    assert whole() == []


def test_a_standard_entered_for_earlier_months_fills_them(world):
    enter(world, world.teacher, since=0)
    enter(world, world.teacher, since=2, base="3000")
    assert [row[2] for row in states(world.teacher)] == [1500, 1500, 9000]


def test_nobody_owes_before_the_branch_meeting(world):
    new = MemberFactory(organization=world.branch, category="2", joined_on=ago(1) + datetime.timedelta(days=9))
    assert standards.first_month_of(new) == ago(1)
    with pytest.raises(ValidationError, match="生效月份不能更早"):
        enter(world, new, since=2, category="6")
    enter(world, new, since=1, category="6")
    assert [row[0] for row in states(new)] == [ago(1), ago(0)]


def test_of_two_forms_the_second_is_told(world):
    enter(world, world.teacher, last_known=0)
    with pytest.raises(Stale):
        enter(world, world.teacher, last_known=0)


def test_another_branch_sets_nothing(world):
    stranger = RoleGrantFactory(organization=world.other, system="portal")
    with pytest.raises(OutOfReach):
        standards.set_standard(world.teacher, by=stranger, category="6", from_month=ago(0))


def test_paying_settles_months_and_says_how(world):
    enter(world, world.teacher, since=1)
    receipt = pay(world, world.teacher, 1, -1)
    assert [(row[1], row[3]) for row in states(world.teacher)] == [("已补缴", 9000), ("已缴", 9000), ("已缴", 9000)]
    kinds = [(entry.kind_label, entry.amount_fen) for entry in receipt.entries.order_by("month")]
    assert kinds == [("补缴", 9000), ("缴纳", 9000), ("预缴", 9000)]
    assert (receipt.label, receipt.total_fen) == (f"{TODAY().year}-000001", 27000)
    assert reads.last_paid(world.teacher) == ago(-1) == reads.paid_to(world.teacher)
    assert whole() == []


def test_no_month_is_paid_twice(world):
    enter(world, world.teacher, since=0)
    pay(world, world.teacher, 0, 0)
    with pytest.raises(ValidationError, match="没有需要缴纳的党费"):
        pay(world, world.teacher, 0, 0)
    assert DuesReceipt.objects.count() == 1


def test_many_pay_in_one_act_and_numbers_have_no_gaps(world):
    enter(world, world.teacher, since=0)
    enter(world, world.student, since=0, category="6")
    payments = [Payment(who.pk, ago(0), ago(0), TODAY(), "3") for who in (world.teacher, world.student)]
    with pytest.raises(Stale):
        register(world.branch, payments, by=world.by, expected_fen=9000)
    receipts = register(world.branch, payments, by=world.by, expected_fen=9020)
    assert [(row.number, row.total_fen) for row in receipts] == [(1, 9000), (2, 20)]
    assert sums(world.branch, ago(0)) == (9020, 9020, 2, 2)
    assert Record.objects.filter(action="eforefront.register_dues").count() == 2
    assert whole() == []


@pytest.mark.parametrize(
    ("more", "field"),
    (
        ({"paid_on": TODAY() + datetime.timedelta(days=1)}, "paid_on"),
        ({"paid_on": TODAY().replace(year=TODAY().year - 2, day=1)}, "paid_on"),
        ({"payer_kind": "2"}, "payer_name"),
        ({"payer_kind": "4", "payer_name": "党支部"}, "payer_kind"),  # 垫交
        ({"method": "9"}, "method"),  # 扣缴
    ),
)
def test_what_the_rules_forbid_is_refused(world, more, field):
    enter(world, world.teacher, since=0)
    with pytest.raises(ValidationError) as refusal:
        pay(world, world.teacher, 0, 0, **more)
    assert list(refusal.value.error_dict) == [field]


def test_more_than_six_months_back_needs_a_reason(world):
    enter(world, world.teacher, since=7)
    with pytest.raises(ValidationError, match="一般不得超过6个月"):
        pay(world, world.teacher, 7, 0)
    pay(world, world.teacher, 6, 6)
    pay(world, world.teacher, 7, 0, reason="长期在外")
    assert whole() == []


def test_not_further_ahead_than_a_year(world):
    enter(world, world.teacher, since=0)
    with pytest.raises(ValidationError, match="最多预缴到"):
        pay(world, world.teacher, 0, -13)


def test_what_is_more_than_due_is_a_gift_of_its_own(world):
    enter(world, world.teacher, since=0)
    receipt = pay(world, world.teacher, 0, 0, gift_fen=100_000)
    row = DuesTotal.objects.of(world.branch).get(year=TODAY().year, month=0)
    assert (receipt.total_fen, row.paid_fen, row.gift_fen, row.large_gift_fen) == (109_000, 9000, 100_000, 100_000)
    assert [entry.amount_fen for entry in DuesEntry.objects.large_gifts()] == [100_000]
    assert whole() == []


def test_a_correction_is_a_counter_entry_and_a_new_one(world):
    enter(world, world.teacher, since=1)
    wrong = pay(world, world.teacher, 1, 0, gift_fen=500)
    again = Payment(world.teacher.pk, ago(0), ago(0), TODAY(), "2")
    reversal, right = correct(wrong, by=world.by, reason="月份登记错误", again=again)
    assert (reversal.total_fen, right.total_fen) == (-18_500, 9000)
    assert [row[1] for row in states(world.teacher)] == ["欠缴", "已缴"]
    assert [row.number for row in DuesReceipt.objects.order_by("number")] == [1, 2, 3]
    year = DuesTotal.objects.of(world.branch).filter(month=0)
    assert sum(row.received_fen for row in year) == 9000
    assert whole() == []
    with pytest.raises(Stale):
        correct(wrong, by=world.by, reason="再次更正")
    with pytest.raises(ValidationError, match="不能再更正"):
        correct(reversal, by=world.by, reason="更正冲正")


def test_the_database_keeps_the_ledger_as_it_is(world):
    enter(world, world.teacher, since=0)
    receipt = pay(world, world.teacher, 0, 0)
    for rows in (DuesEntry.objects.filter(receipt=receipt), DuesReceipt.objects.filter(pk=receipt.pk)):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(paid_on=ago(1))
    with pytest.raises(DatabaseError), transaction.atomic():
        DuesEntry.objects.filter(receipt=receipt).delete()


def test_a_relief_counts_once_it_is_approved(world):
    enter(world, world.teacher, since=1)
    asked = reliefs.propose(
        world.teacher, by=world.by, monthly_fen=0, from_month=ago(1), until_month=ago(0), reason="家庭困难"
    )
    assert asked.decider == world.root  # the general branch reviews, a committee decides
    assert [row[1] for row in states(world.teacher)] == ["欠缴", "待缴"]
    with pytest.raises(PermissionDenied):
        reliefs.decide(asked, by=world.by, version=1, approve=True, document="示大党〔2026〕1号")
    with pytest.raises(ValidationError, match="批准文号"):
        reliefs.decide(asked, by=world.upper, version=1, approve=True)
    reliefs.decide(asked, by=world.upper, version=1, approve=True, document="示大党〔2026〕1号")
    assert [row[1] for row in states(world.teacher)] == ["免缴", "免缴"]
    assert sums(world.branch, ago(0)) == (0, 0, 0, 0)
    with pytest.raises(Stale):
        reliefs.decide(asked, by=world.upper, version=1, approve=False, opinion="不符合条件")
    assert whole() == []


def test_a_relief_may_ask_for_less_and_end_early(world):
    enter(world, world.teacher, since=0)
    terms = {"from_month": ago(0), "until_month": ago(-5), "reason": "患病"}
    with pytest.raises(ValidationError, match="应少于月应缴"):
        reliefs.propose(world.teacher, by=world.by, monthly_fen=9000, **terms)
    asked = reliefs.propose(world.teacher, by=world.by, monthly_fen=2000, **terms)
    reliefs.decide(asked, by=world.upper, version=1, approve=True, document="1号")
    assert states(world.teacher) == [(ago(0), "减缴", 2000, 0)]
    pay(world, world.teacher, 0, -2)
    asked.refresh_from_db()
    reliefs.end(asked, by=world.by, version=asked.version, last_month=ago(0), reason="已好转")
    assert [row[2] for row in states(world.teacher)] == [2000, 2000, 2000]  # what is settled stays
    pay(world, world.teacher, -3, -3)
    assert states(world.teacher)[-1][2] == 9000
    assert whole() == []


def test_nothing_is_due_while_somebody_is_suspended(world, monkeypatch):
    enter(world, world.teacher, since=0)
    pay_ahead = MemberFactory(organization=world.branch, joined_on=SINCE, status="2")
    enter(world, pay_ahead, since=0, category="6")
    assert states(pay_ahead) == [(ago(0), "暂停", 20, 0)]
    roll.change_status(world.teacher, status="2", by=world.by)
    months.keep([world.teacher.pk], until=ago(-1))
    assert [row[1] for row in states(world.teacher)] == ["待缴", "暂停"]
    roll.change_status(world.teacher, status="1", by=world.by)
    months.keep([world.teacher.pk])
    assert [row[1] for row in states(world.teacher)] == ["待缴", "待缴"]
    assert whole() == []


def test_lines_without_their_receipt_and_of_others_are_found(world):
    enter(world, world.teacher)
    receipt = pay(world, world.teacher, 2, 2)
    line = {"organization": world.branch, "kind": "4", "paid_on": TODAY()}
    unlike, lost = f"收据 {receipt.pk}：金额与明细不符", "收据 {}：只有明细，没有收据".format
    for pk, member, problem in (
        (receipt.pk, world.teacher, unlike),
        (receipt.pk, world.student, unlike),
        (receipt.pk - 1, world.teacher, lost(receipt.pk - 1)),
        (receipt.pk + 1, world.teacher, lost(receipt.pk + 1)),
    ):
        with transaction.atomic():
            DuesEntry.objects.create(receipt_id=pk, member=member, amount_fen=1, **line)
            assert list(receipts_are_their_lines()) == [problem]
            transaction.set_rollback(True)
    copy = DuesReceipt.objects.get(pk=receipt.pk)
    copy.pk, copy.number = None, receipt.number + 1
    copy.save()
    assert list(receipts_are_their_lines()) == [f"收据 {copy.pk}：金额与明细不符"]


def test_months_are_opened_for_everybody_once(world):
    enter(world, world.teacher, since=1)
    DuesMonth.objects.filter(month=ago(0)).delete()
    DuesTotal.objects.all().delete()
    assert (opening.open_months(), opening.open_months()) == (1, 0)
    assert [row[1] for row in states(world.teacher)] == ["欠缴", "待缴"]
    assert DuesOpening.objects.get().is_done


@pytest.mark.parametrize(("owed", "listed"), ((0, []), (1, [1]), (3, [1, 3]), (6, [1, 3, 6])))
def test_arrears_are_listed_by_the_months_that_ended(world, owed, listed):
    enter(world, world.teacher, since=owed)
    found = [months for months in reads.REMINDED if reads.arrears(world.upper, months).exists()]
    assert found == listed
    for row in reads.arrears(world.upper, 1):
        assert (row.month, row.owed_months, row.owed_fen) == (ago(owed), owed, owed * 9000)
    assert not reads.arrears(RoleGrantFactory(organization=world.other, system="portal"), 1).exists()


def test_a_branch_confirms_once_a_year_when_nobody_is_left_out(world):
    enter(world, world.teacher)
    with pytest.raises(ValidationError, match="欧阳·𠮷"):
        standards.confirm(world.branch, by=world.by)
    enter(world, world.student, category="6")
    assert list(reads.unconfirmed(world.upper, TODAY().year)) == [world.branch]
    standards.confirm(world.branch, by=world.by)
    assert list(reads.unconfirmed(world.upper, TODAY().year)) == []
    with pytest.raises(Stale):
        standards.confirm(world.branch, by=world.by)


def test_the_new_branch_collects_from_the_month_after(world):
    """What was due until 党费交至 stays with the old branch; the member's later months go along."""
    enter(world, world.teacher, since=2)
    months.keep([world.teacher.pk], until=ago(-1))
    roll.move(world.teacher, to=world.other, by=world.by)
    months.carry([world.teacher.pk], away_from=world.branch.pk, after=ago(1))
    rows = DuesMonth.objects.of_member(world.teacher).order_by("month").values_list("organization", flat=True)
    assert list(rows) == [world.branch.pk] * 2 + [world.other.pk] * 2
    assert (sums(world.branch, ago(0)), sums(world.other, ago(0))[0]) == ((0, 0, 0, 0), 9000)
    pay(world, world.teacher, 2, 1)  # the old branch still takes what it is owed
    with pytest.raises(ValidationError, match="没有需要缴纳的党费"):
        pay(world, world.teacher, 0, 0)
    assert whole() == []
