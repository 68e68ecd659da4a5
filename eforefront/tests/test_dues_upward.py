"""Sums of dues upwards: standing subtotals, what is passed on, the yearly report, months opened by the chore."""

import datetime
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from eforefront import dues_sums
from eforefront.dues_integrity import subtotals_are_right, sums_are_right
from eforefront.dues_passing import Percentages
from eforefront.forms.dues_sheets import COLUMNS, read_sheet
from eforefront.models import DuesMonth, DuesOpening, DuesReceipt, DuesShare, PaymentSheet
from eforefront.services.dues import opening, reliefs, shares, sheets, standards
from eforefront.services.dues.bills import Payment
from eforefront.services.dues.paying import register
from members.models import Matter, Member
from members.services import members as roll
from members.tests.factories import MemberFactory
from orgs.dates import add_months
from orgs.models import Organization
from orgs.services import parents
from orgs.services.closing import merge
from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory
from partyplatform.excel import write_book
from partyplatform.tests.kept import kept
from partyplatform.ui.columns import Column

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
SINCE = datetime.date(2020, 6, 20)


def ago(count):
    return add_months(TODAY().replace(day=1), -count)


@kept
def tree():
    """示范大学党委 ─┬─ 信息学院党总支 ─── 教工支部: 周敏, 孙丽
    ├─ 文学院党总支
    └─ 直属支部: 吴强
    """
    root = OrganizationFactory(short_name="示范大学党委")
    made = SimpleNamespace(root=root)
    made.information = OrganizationFactory(parent=root, org_type="621", short_name="信息学院党总支")
    made.arts = OrganizationFactory(parent=root, org_type="621", short_name="文学院党总支")
    made.staff = OrganizationFactory(parent=made.information, short_name="教工支部")
    made.direct = OrganizationFactory(parent=root, short_name="直属支部")
    made.upper = RoleGrantFactory(organization=root, system="portal")
    made.people = []
    for place, name, category in ((made.staff, "周敏", "1"), (made.staff, "孙丽", "6"), (made.direct, "吴强", "6")):
        member = MemberFactory(organization=place, name=name, joined_on=SINCE)
        base = Decimal(6000) if category == "1" else None
        standards.set_standard(member, by=Acting(place), category=category, from_month=ago(1), base=base)
        made.people.append(member)
    return made


def pay(member, first=0, last=0, **more):
    payment = Payment(member.pk, ago(first), ago(last), **{"paid_on": TODAY(), "method": "1"} | more)
    return register(member.organization, [payment], by=Acting(member.organization))[0]


def due_and_paid(organization):
    """This month's (应缴, 实缴) of an organisation and all below it."""
    found = dues_sums.by_month(organization.pk, TODAY().year, [TODAY().month]).get(TODAY().month)
    return (found["due_fen"], found["paid_fen"]) if found else (0, 0)


def wrong():
    return [*sums_are_right(), *subtotals_are_right()]


def test_sums_stand_at_every_level_and_move_with_the_branch(tree):
    pay(tree.people[0])
    levels = (tree.root, tree.information, tree.arts, tree.staff)
    assert [due_and_paid(place) for place in levels] == [(9040, 9000), (9020, 9000), (0, 0), (9020, 9000)]
    change = parents.ask(tree.staff, to=tree.arts, by=Acting(tree.root), reason="调整")
    parents.approve(change, by=Acting(tree.root))
    assert [due_and_paid(place) for place in levels] == [(9040, 9000), (0, 0), (9020, 9000), (9020, 9000)]
    assert wrong() == []


def merge_into_direct(tree):
    found = [Organization.objects.get(pk=branch.pk) for branch in (tree.staff, tree.direct)]
    versions = tuple(branch.version for branch in found)
    merge(found[0], into=found[1], by=Acting(tree.root), versions=versions, on=TODAY())


def test_a_sheet_nobody_confirmed_waits_at_the_branch_that_took_the_members_in(tree):
    """Whoever uploaded it enters it there, once that person acts for the branch."""
    keeper = RoleGrantFactory(organization=tree.staff, system="portal")
    stream = BytesIO()
    line = {"name": "周敏", "first": f"{ago(0):%Y-%m}", "received": "90", "paid_on": f"{TODAY()}"}
    blank = dict.fromkeys((column.name for column in COLUMNS), "")
    write_book(stream, title="缴费表", columns=[Column(c.label, c.name) for c in COLUMNS], rows=[blank | line])
    sheet = sheets.keep(tree.staff, read_sheet(stream), file_name="九月.xlsx", by=keeper)
    merge_into_direct(tree)
    after = RoleGrantFactory(organization=tree.direct, system="portal", user=keeper.user)
    [waiting] = PaymentSheet.objects.visible_to(after)
    assert sheets.confirm(waiting, by=after).state == "done"
    receipt = DuesReceipt.objects.get()
    assert (sheet.pk, receipt.organization, receipt.total_fen) == (waiting.pk, tree.direct, 9000)
    assert wrong() == []


def test_a_merged_branch_leaves_its_dues_to_the_one_that_took_its_members_in(client, tree):
    """What is unpaid, 减免 and receipts that turn out wrong; what was paid stays in the books it was paid into."""
    owing, paying = tree.people[:2]
    receipt = pay(paying)
    words = {"monthly_fen": 0, "from_month": ago(-1), "until_month": ago(-3), "reason": "因病困难"}
    asked = reliefs.propose(paying, by=Acting(tree.staff), **words)
    merge_into_direct(tree)
    unpaid = DuesMonth.objects.of_member(owing).unpaid()
    assert set(unpaid.values_list("organization", flat=True)) == {tree.direct.pk}
    assert wrong() == []
    role = RoleGrantFactory(organization=tree.direct, system="portal")
    asked.refresh_from_db()
    assert (asked.organization, asked.decider) == (tree.direct, tree.root)
    assert reliefs.withdraw(asked, by=role, version=asked.version).state == "4"
    assert pay(Member.objects.get(pk=owing.pk)).organization == tree.direct
    reader = act_as(client, role)
    address = reverse("eforefront:correct_dues", args=[receipt.pk])
    assert reader.get(address).status_code == 200
    sent = {"first": f"{ago(0):%Y-%m}", "last": f"{ago(0):%Y-%m}", "paid_on": f"{TODAY():%Y-%m-%d}", "method": "3"}
    sent |= {"payer_kind": "1", "reason": "方式有误", "again": "1"}
    assert reader.post(address, sent).status_code == 302
    rows = DuesReceipt.objects.filter(member=paying).order_by("pk").values_list("organization", "total_fen")
    assert list(rows) == [(tree.staff.pk, 20), (tree.staff.pk, -20), (tree.direct.pk, 20)]
    assert wrong() == []


@pytest.mark.parametrize(
    ("of", "percent"),
    (("staff", 40), ("information", 60), ("root", "69.5")),
)
def test_what_is_passed_on_follows_from_the_shares_of_every_level(tree, of, percent):
    """教工支部 received 90.20 + 2,000.00; 直属支部 0.20 + 1.00. A gift of 1,000 yuan and more goes up whole."""
    pay(tree.people[0], gift_fen=200_000)
    pay(tree.people[1])
    pay(tree.people[2], gift_fen=100)
    for level, own in (("1", "40"), ("2", "20"), ("3", "9.5")):
        shares.lay_down(
            tree.root, by=Acting(tree.root), level=level, percent=Decimal(own), from_month=ago(3), document="1号"
        )
    place = getattr(tree, of)
    rows = Percentages(list(DuesShare.objects.over(place.pk)))
    line = dues_sums.lines([place], TODAY().year, f"{TODAY().month}", rows)[0]
    received = line.figures["received_fen"]
    share = Decimal(received - 200_000) * Decimal(percent) / 100
    assert line.kept_fen == int(share.quantize(Decimal(1), rounding="ROUND_HALF_UP"))
    assert line.kept_fen + line.passed_fen == received


def test_without_a_share_nothing_is_reckoned(tree):
    pay(tree.people[0])
    shares.lay_down(tree.root, by=Acting(tree.root), level="2", percent=Decimal(20), from_month=ago(0), document="1号")
    rows = Percentages(list(DuesShare.objects.over(tree.root.pk)))
    branch, general = dues_sums.lines([tree.staff, tree.information], TODAY().year, "", rows)
    assert (branch.passed_fen, general.passed_fen) == ("", 7200)


def test_the_report_says_what_the_sums_say(client, tree):
    pay(tree.people[0])
    answer = act_as(client, tree.upper).get(reverse("eforefront:dues_report"))
    report = answer.context["report"]
    assert [line.label for line in report.below] == ["信息学院党总支", "直属支部"]
    for name in ("due_fen", "paid_fen", "received_fen"):
        assert sum(line.figures[name] for line in report.below) == report.total.figures[name]
    assert (report.branches, report.published, report.reliefs) == (2, 0, 0)
    assert "2 个党支部中已公示 0 个" in answer.text


def test_first_pages_show_this_months_collection(client, tree):
    pay(tree.people[0])
    card = act_as(client, tree.upper).get(reverse("eforefront:home")).context["dues"]
    assert (card.paid, card.due, [(bar.label, bar.paid, bar.due) for bar in card.bars]) == (
        *(1, 3),
        [("信息学院党总支", 1, 2), ("直属支部", 0, 1)],
    )


def test_the_chore_opens_what_follows_from_the_standard_and_looks_closer_at_the_rest(tree):
    """Of each kind one: plain, relieved, abroad, suspended, with a gap, paid in advance."""
    month = TODAY().replace(day=1)
    kinds = [MemberFactory(organization=tree.staff, joined_on=SINCE) for _ in range(6)]
    for member in kinds:
        standards.set_standard(member, by=Acting(tree.staff), category="6", from_month=ago(2))
    _plain, relieved, abroad, suspended, gap, ahead = kinds
    asked = reliefs.propose(
        relieved, by=Acting(tree.staff), monthly_fen=0, from_month=month, until_month=month, reason="患病"
    )
    reliefs.decide(asked, by=Acting(tree.root), version=1, approve=True, document="1号")
    DuesMonth.objects.filter(month=month).delete()
    DuesMonth.objects.filter(member=gap).delete()
    Matter.objects.create(member=abroad, procedure="abroad", state="34")
    roll.change_status(suspended, status="2", by=Acting(tree.staff))
    pay(ahead, 0, 0)
    assert opening.open_months() == len(kinds) + len(tree.people)
    rows = DuesMonth.objects.filter(month=month)
    states = [rows.get(member=member).state for member in kinds]
    assert states == ["1", "4", "5", "5", "1", "2"]
    assert DuesMonth.objects.of_member(gap).count() == 3
    assert DuesOpening.objects.get().is_done
