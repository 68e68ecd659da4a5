"""党费收缴 as pages: the grid, registering, correcting, receipts, one's own."""

import datetime
import re
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.codes import RoleKind
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory, UserFactory
from eforefront.models import DuesMonth, DuesReceipt, DuesStandard
from eforefront.services.dues import standards
from members.tests.factories import MemberFactory
from orgs.dates import add_months
from orgs.tests.factories import OrganizationFactory
from partyplatform.excel import read_book

pytestmark = [pytest.mark.django_db, pytest.mark.looks]
SINCE = datetime.date(2020, 6, 20)


def ago(count):
    return add_months(timezone.localdate().replace(day=1), -count)


@pytest.fixture
def world(db):
    root = OrganizationFactory(short_name="示范大学党委")
    branch = OrganizationFactory(parent=root, short_name="教工支部")
    made = SimpleNamespace(root=root, branch=branch, other=OrganizationFactory(parent=root))
    person = UserFactory(name="周敏")
    made.teacher = MemberFactory(organization=branch, name="周敏", joined_on=SINCE, user=person)
    made.student = MemberFactory(organization=branch, name="欧阳·𠮷", joined_on=SINCE)
    made.by = RoleGrantFactory(organization=branch, system="portal")
    made.upper = RoleGrantFactory(organization=root, system="portal")
    made.member = RoleGrantFactory(organization=branch, kind=RoleKind.MEMBER, user=person)
    for who, category, base in ((made.teacher, "1", Decimal(6000)), (made.student, "6", None)):
        standards.set_standard(who, by=made.by, category=category, base=base, from_month=ago(1))
    return made


def address(name, *args, **query):
    return reverse(f"eforefront:{name}", args=args, query=query or None)


def register_page(world, *who, first=0, last=0):
    months = {"first": f"{ago(first):%Y-%m}", "last": f"{ago(last):%Y-%m}"}
    return address("register_dues", world.branch.pk, ids=[member.pk for member in who], **months)


PAID = {"paid_on": f"{timezone.localdate():%Y-%m-%d}", "method": "3", "payer_kind": "1", "payer_name": "", "reason": ""}


def test_a_branch_is_led_to_its_grid_and_sees_every_month(client, world):
    reader = act_as(client, world.by)
    page = reader.get(reader.get(address("dues")).url)
    rows = {row.name: row for row in page.context["rows"]}
    month = timezone.localdate().month
    assert list(rows) == ["周敏", "欧阳·𠮷"]
    assert rows["周敏"].cells[str(month)].label == "待缴"
    if month > 1:
        assert rows["周敏"].cells[str(month - 1)].label == "欠缴"
        assert page.context["sums"]["owed_fen"] == 2 * (9000 + 20)


def test_several_pay_with_one_click_and_a_second_click_changes_nothing(client, world):
    reader = act_as(client, world.by)
    page = register_page(world, world.teacher, world.student)
    shown = reader.get(page)
    assert shown.context["total"] == "90.20"
    key = re.search(r'name="form_key" value="([^"]+)"', shown.content.decode())[1]
    sent = PAID | {"expected": "9020", "form_key": key}
    first, second = reader.post(page, sent), reader.post(page, sent)
    assert (first.status_code, second.status_code, first.url == second.url) == (302, 302, True)
    assert DuesReceipt.objects.count() == 2
    told = reader.get(first.url).content.decode()
    assert "已登记 2 名党员的党费，合计 90.20 元" in told


def test_two_tabs_do_not_take_the_money_twice(client, world):
    reader = act_as(client, world.by)
    page = register_page(world, world.teacher, first=1)
    assert reader.post(page, PAID | {"expected": "18000", "received": "200"}).status_code == 302
    again = reader.post(page, PAID | {"expected": "18000", "received": "200"})
    assert again.status_code == 422
    assert DuesReceipt.objects.get().total_fen == 20000


@pytest.mark.parametrize(
    ("typed", "told"),
    (
        ({"received": "89.99"}, "少于应缴 90.00 元"),
        ({"received": "-1"}, "不能小于"),
        ({"received": "1.005"}, "金额最多两位小数"),
        ({"received": "九十"}, "应填写金额"),
        ({"received": "1E+3"}, "应填写金额"),
        ({"received": "1_000"}, "应填写金额"),
        ({"paid_on": "2999-01-01"}, "不能晚于今天"),
        ({"paid_on": "1999-01-01"}, "应在今年或去年"),
        ({"payer_kind": "2"}, "请填写代缴人姓名"),
        ({"payer_kind": "4"}, "请从列表中选择"),
    ),
)
def test_what_cannot_be_is_said_at_its_field(client, world, typed, told):
    reader = act_as(client, world.by)
    answer = reader.post(register_page(world, world.teacher), PAID | {"expected": "9000"} | typed)
    assert (answer.status_code, told in answer.content.decode()) == (422, True)
    assert not DuesReceipt.objects.exists()


def test_one_foreign_member_spoils_the_whole_choice(client, world):
    stranger = MemberFactory(organization=world.other)
    reader = act_as(client, world.by)
    page = register_page(world, world.teacher, stranger)
    assert (reader.get(page).status_code, reader.post(page, PAID).status_code) == (404, 404)


def test_those_above_look_and_register_nothing(client, world):
    reader = act_as(client, world.upper)
    page = reader.get(address("dues_grid", world.branch.pk))
    assert (page.status_code, page.context["is_kept"]) == (200, False)
    assert reader.get(register_page(world, world.teacher)).status_code == 403


def test_the_base_is_masked_for_others_and_shown_to_oneself(client, world):
    page = act_as(client, world.by).get(address("dues_of_member", world.teacher.pk)).content.decode()
    assert ("6000" in page, "******" in page) == (False, True)
    form = act_as(client, world.by).get(address("set_dues_standard", world.teacher.pk)).content.decode()
    assert "6000" not in form
    info = act_as(client, RoleGrantFactory(organization=world.branch))
    record = [info.get(f"/info/members/{who.pk}/extended/").text for who in (world.teacher, world.student)]
    assert all("党费基数" in page and "6000" not in page for page in record)
    assert ("******" in record[0], "不按基数计算" in record[1]) == (True, True)
    own = act_as(client, world.member).get(address("own_dues")).content.decode()
    assert ("6000.00" in own, "90.00" in own) == (True, True)


def test_a_standard_is_set_and_an_overtaken_form_is_told(client, world):
    reader = act_as(client, world.by)
    page = address("set_dues_standard", world.teacher.pk)
    known = DuesStandard.objects.of_member(world.teacher).first().pk
    typed = {"category": "1", "base": "5,000.01", "from_month": f"{ago(0):%Y-%m}", "last_known": known}
    assert reader.post(page, typed).status_code == 302
    assert DuesMonth.objects.get(member=world.teacher, month=ago(0)).due_fen == 7500
    assert reader.post(page, typed).status_code == 409
    assert reader.post(page, typed | {"base": "", "last_known": known + 9}).status_code in (409, 422)


def test_a_receipt_is_printed_corrected_and_seen_by_its_member(client, world):
    reader = act_as(client, world.by)
    receipt_page = reader.post(register_page(world, world.teacher), PAID | {"expected": "9000", "received": ""}).url
    page = reader.get(receipt_page).content.decode()
    assert ("玖拾元整" in page, "更正" in page) == (True, True)
    correct = address("correct_dues", DuesReceipt.objects.get().pk)
    month = f"{ago(1):%Y-%m}"
    typed = PAID | {"reason": "月份登记错误", "again": "1", "first": month, "last": month, "gift": ""}
    assert reader.post(correct, typed | {"reason": ""}).status_code == 422
    assert reader.post(correct, typed).status_code == 302
    assert reader.post(correct, typed).status_code == 409
    own = act_as(client, world.member)
    assert own.get(receipt_page).status_code == 200
    assert "已由收据" in own.get(receipt_page).content.decode()
    assert own.get(correct).status_code == 403
    stranger = RoleGrantFactory(organization=world.other, system="portal")
    assert act_as(client, stranger).get(receipt_page).status_code == 404


@pytest.mark.parametrize("size", (1, 3))
def test_pages_cost_the_same_with_one_row_and_with_three(client, world, django_assert_num_queries, size):
    branch = OrganizationFactory(parent=world.root)
    by = RoleGrantFactory(organization=branch, system="portal")
    people = [MemberFactory(organization=branch, joined_on=SINCE) for _ in range(size)]
    for member in people:
        standards.set_standard(member, by=by, category="6", from_month=ago(2))
    world.branch = branch
    reader = act_as(client, by)
    reader.post(register_page(world, *people, first=1), PAID | {"expected": str(40 * size)})
    reader.get(address("dues_grid", branch.pk))
    with django_assert_num_queries(10):
        reader.get(address("dues_grid", branch.pk))
    with django_assert_num_queries(11):
        reader.get(register_page(world, *people, first=2))
    with django_assert_num_queries(11):
        reader.get(address("dues_of_member", people[0].pk))


def test_grid_sums_and_workbooks_say_the_same(client, world):
    reader = act_as(client, world.by)
    reader.post(register_page(world, world.teacher), PAID | {"expected": "9000", "received": "2090"})
    year = timezone.localdate().year
    shown = act_as(client, world.upper).get(address("dues_sums"))
    line, total = shown.context["rows"][0], shown.context["total"]
    assert (line.label, line.figures) == ("教工支部", total.figures)
    month = f"{timezone.localdate().month}"
    of_month = client.get(address("dues_sums", period=month)).context["total"]
    assert (of_month.figures["due_fen"], of_month.figures["paid_fen"], of_month.owed_fen) == (9020, 9000, 20)
    assert (of_month.figures["received_fen"], of_month.figures["gift_fen"]) == (209_000, 200_000)
    own = client.get(address("dues_sums", org=world.branch.pk, period=month)).context
    assert ([row.label for row in own["rows"]], own["total"].figures) == ([f"{month} 月"], of_month.figures)
    quarter = client.get(address("dues_sums", period=f"q{(int(month) + 2) // 3}")).context["total"]
    assert quarter.figures["received_fen"] == 209_000
    grid = client.get(address("dues_grid", world.branch.pk)).context
    assert sum(row.paid_fen for row in grid["rows"]) == grid["sums"]["paid_fen"] == total.figures["paid_fen"]
    book = sheet(client.get(address("export_dues_sums", year=year)))
    assert book[-1][0] == "合计"
    assert book[-1][6] in ("90", "90.00")
    lines = sheet(client.get(address("export_dues_grid", world.branch.pk, year=year)))
    assert lines[1][0] == "周敏"
    gifts = client.get(address("dues_gifts")).context["rows"]
    assert [(row.member.name, row.amount_fen) for row in gifts] == [("周敏", 200_000)]


def test_arrears_are_listed_for_those_above_with_a_hint_at_six_months(client, world):
    standards.set_standard(world.student, by=world.by, category="6", from_month=ago(7))
    reader = act_as(client, world.upper)
    page = reader.get(address("dues_arrears", months=6))
    assert [(row.member.name, row.owed_months, row.flag.label[:4]) for row in page.context["rows"]] == [
        ("欧阳·𠮷", 7, "满 6 ")
    ]
    assert len(reader.get(address("dues_arrears")).context["rows"]) == 2
    assert reader.get(address("dues_arrears", months=2)).status_code == 404
    assert sheet(reader.get(address("export_dues_arrears", months=6)))[1][0] == "欧阳·𠮷"


def sheet(answer):
    """The cells of the first sheet of a workbook."""
    book = read_book(BytesIO(b"".join(answer.streaming_content)))
    return [[cell.text for cell in line.cells] for line in next(iter(book)).lines]
