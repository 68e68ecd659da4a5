"""减免, 年度确认, 公示, 留存比例, 导入缴费表 and transfers as pages."""

import datetime
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.codes import RoleKind
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from eforefront import dues_jobs
from eforefront.forms.dues_sheets import COLUMNS, write_template
from eforefront.models import DuesMonth, DuesPublication, DuesReceipt, DuesRelief, PaymentSheet
from eforefront.services.dues import standards
from eforefront.services.dues.bills import Payment
from eforefront.services.dues.paying import register
from members.models import Matter
from members.tests.factories import MemberFactory
from orgs.dates import add_months
from orgs.tests.factories import OrganizationFactory
from partyplatform.excel import read_book, write_book
from partyplatform.integrity import invariants
from partyplatform.jobs import run_waiting
from partyplatform.ui.columns import Column
from transfers import paid_months
from transfers.services import starting

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def ago(count):
    return add_months(TODAY().replace(day=1), -count)


@pytest.fixture
def world(db):
    root = OrganizationFactory(short_name="示范大学党委", may_approve=True)
    branch = OrganizationFactory(parent=root, short_name="教工支部")
    made = SimpleNamespace(root=root, branch=branch, other=OrganizationFactory(parent=root, short_name="学生支部"))
    since = datetime.date(2020, 6, 20)
    made.teacher = MemberFactory(organization=branch, name="周敏", joined_on=since)
    made.student = MemberFactory(organization=branch, name="欧阳·𠮷", joined_on=since)
    made.by = RoleGrantFactory(organization=branch, system="portal")
    made.upper = RoleGrantFactory(organization=root, system="portal")
    made.member = RoleGrantFactory(organization=branch, kind=RoleKind.MEMBER)
    for who, category, base in ((made.teacher, "1", Decimal(6000)), (made.student, "6", None)):
        standards.set_standard(who, by=made.by, category=category, base=base, from_month=ago(1))
    return made


def address(name, *args):
    return reverse(f"eforefront:{name}", args=args)


def whole():
    return [text for found in invariants() if found.title.startswith("党费") for text in found.problems()]


@pytest.mark.usefixtures("bell")
def test_a_relief_goes_from_the_branch_to_the_committee(client, world):
    month = {"from_month": f"{ago(0):%Y-%m}", "until_month": f"{ago(-2):%Y-%m}"}
    asked = {"kind": "less", "monthly": "20", "reason": "患病"} | month
    page = act_as(client, world.by).post(address("ask_dues_relief", world.teacher.pk), asked).url
    relief = DuesRelief.objects.get()
    assert client.post(page, {"approve": "1", "document": "1号", "version": 1}).status_code == 403
    reader = act_as(client, world.upper)
    assert "有 1 件减免等待审批" in reader.get(address("dues_reliefs")).content.decode()
    assert reader.get(address("dues_reliefs")).context["todo_count"]() == 1
    assert reader.post(page, {"approve": "1", "document": "", "version": 1}).status_code == 422
    assert reader.post(page, {"approve": "1", "document": "1号", "version": 1}).status_code == 302
    assert reader.post(page, {"approve": "0", "opinion": "不符", "version": 1}).status_code == 409
    assert DuesMonth.objects.get(member=world.teacher, month=ago(0)).due_fen == 2000
    reader = act_as(client, world.by)
    end = {"last_month": f"{ago(0):%Y-%m}", "reason": "已好转", "version": 2}
    assert reader.post(address("end_dues_relief", relief.pk), end).status_code == 302
    assert whole() == []


def test_a_branch_withdraws_what_nobody_decided(client, world):
    asked = {"kind": "none", "from_month": f"{ago(0):%Y-%m}", "until_month": f"{ago(0):%Y-%m}", "reason": "患病"}
    reader = act_as(client, world.by)
    reader.post(address("ask_dues_relief", world.teacher.pk), asked)
    relief = DuesRelief.objects.get()
    withdraw = address("withdraw_dues_relief", relief.pk)
    assert [reader.post(withdraw, {"version": version}).status_code for version in (1, 1)] == [302, 409]


def test_standards_are_confirmed_once_and_the_others_are_listed_above(client, world):
    upper = act_as(client, world.upper).get(address("dues_standards"))
    assert [row.short_name for row in upper.context["rows"]] == ["教工支部"]
    reader = act_as(client, world.by)
    assert reader.post(address("confirm_dues"), follow=True).context["confirmation"].members == 2
    assert reader.post(address("confirm_dues")).status_code == 409
    assert act_as(client, world.upper).get(address("dues_standards")).context["rows"] == []


def test_a_publication_is_frozen_and_read_by_the_branch(client, world):
    payment = Payment(world.teacher.pk, ago(0), ago(0), TODAY(), "1", gift_fen=500)
    register(world.branch, [payment], by=world.by)
    reader = act_as(client, world.by)
    page = reader.post(address("publish_dues"), {"year": TODAY().year, "note": ""}).url
    assert reader.post(address("publish_dues"), {"year": TODAY().year}).status_code == 409
    before = reader.get(page).context["rows"]
    assert (before[0]["name"], before[0]["paid_fen"], before[0]["gift_fen"]) == ("周敏", 9000, 500)
    register(world.branch, [Payment(world.student.pk, ago(0), ago(0), TODAY(), "1")], by=world.by)
    assert act_as(client, world.member).get(page).context["rows"] == before
    outsider = RoleGrantFactory(organization=world.other, kind=RoleKind.MEMBER)
    assert act_as(client, outsider).get(page).status_code == 404
    assert DuesPublication.objects.get().figures["paid_fen"] == 9000


def test_shares_have_no_default_and_are_laid_down_by_a_committee(client, world):
    reader = act_as(client, world.upper)
    assert reader.get(address("dues_shares")).context["rows"] == []
    asked = {"level": "1", "percent": "30", "from_month": "2026-01", "document": "省组〔2026〕1号"}
    assert [reader.post(address("dues_shares"), asked).status_code for _ in range(2)] == [302, 422]
    assert reader.post(address("dues_shares"), asked | {"percent": "101"}).status_code == 422
    below = act_as(client, world.by).get(address("dues_shares"))
    assert [row.percent for row in below.context["rows"]] == [Decimal(30)]


# ── sheets ──────────────────────────────────────────────────────────────────────────────────────────────


def book(*rows):
    """A workbook with the columns of the template."""
    stream = BytesIO()
    columns = [Column(column.label, column.name) for column in COLUMNS]
    blank = dict.fromkeys((column.name for column in COLUMNS), "")
    write_book(stream, title="缴费表", columns=columns, rows=[blank | row for row in rows])
    return SimpleUploadedFile("缴费表.xlsx", stream.getvalue())


def row(name, received, first=0, **more):
    return {"name": name, "first": f"{ago(first):%Y-%m}", "received": received, "paid_on": f"{TODAY()}"} | more


def test_a_sheet_names_every_bad_cell_and_enters_nothing(client, world):
    MemberFactory(organization=world.branch, name="周敏")
    sheet = book(
        row("周敏", "90.00"),
        row("无此人", "1E+3"),
        row("欧阳·𠮷", "0.10"),
        row("欧阳·𠮷", "1.005"),
        row("", "0.20", payer_kind="党支部垫交"),
    )
    page = act_as(client, world.by).post(address("import_dues"), {"file": sheet}).url
    faults = [(line.row, line.heading, line.text[:5]) for line in client.get(page).context["rows"]]
    assert faults == [
        (2, "身份证号末四位", "本支部有多"),
        (3, "姓名", "本支部没有"),
        (3, "实收金额", "应填写金额"),
        (4, "实收金额", "应缴 0."),
        (5, "姓名", "第 4 行"),
        (5, "实收金额", "应填写金额"),
        (6, "姓名", "请填写"),
        (6, "缴纳人", "应为：本人"),
    ]
    confirm = address("confirm_dues_sheet", PaymentSheet.objects.get().uid)
    assert (client.post(confirm).status_code, DuesReceipt.objects.count()) == (302, 0)


def test_a_sheet_is_entered_once(client, world):
    reader = act_as(client, world.by)
    upload = book(row("周敏", "200", first=1, last=f"{ago(0):%Y-%m}"), row("欧阳·𠮷", "0.2", method="移动支付"))
    content = upload.read()
    page = reader.post(address("import_dues"), {"file": SimpleUploadedFile("缴费表.xlsx", content)}).url
    assert reader.get(page).context["may_confirm"]
    confirm = address("confirm_dues_sheet", PaymentSheet.objects.get().uid)
    assert [reader.post(confirm).status_code for _ in range(2)] == [302, 302]
    assert [row["receipt"][-6:] for row in reader.get(page).context["rows"]] == ["000001", "000002"]
    assert sorted(DuesReceipt.objects.values_list("total_fen", flat=True)) == [20, 20000]
    again = reader.post(address("import_dues"), {"file": SimpleUploadedFile("另存.xlsx", content)})
    assert again.url == page
    assert whole() == []


def test_what_was_paid_meanwhile_stops_the_sheet(client, world):
    reader = act_as(client, world.by)
    reader.post(address("import_dues"), {"file": book(row("周敏", "90"))})
    register(world.branch, [Payment(world.teacher.pk, ago(0), ago(0), TODAY(), "1")], by=world.by)
    confirm = address("confirm_dues_sheet", PaymentSheet.objects.get().uid)
    assert "没有需要缴纳的党费" in reader.post(confirm, follow=True).text
    sheet = PaymentSheet.objects.get()
    assert (sheet.state, DuesReceipt.objects.count()) == ("faulty", 1)
    assert '<td class="name-cell">第 2 行</td>' in reader.get(address("dues_sheet", sheet.uid)).text


def test_bad_cells_are_repaired_in_the_page_or_sent_back(client, world):
    reader = act_as(client, world.by)
    bad = book(row("周敏", "90"), row("欧阳·𠮷", "0.2", paid_on="2026-13-40"), row("无此人", "1"))
    page = reader.post(address("import_dues"), {"file": bad}).url
    sheet = PaymentSheet.objects.get()
    assert b"\xe5\x91\xa8" not in bytes(sheet.content_sealed)
    errors = reader.get(address("dues_sheet_errors", sheet.uid))
    marked = read_book(BytesIO(b"".join(errors.streaming_content)))
    assert "缴纳日期：" in str([cell.text for line in next(iter(marked)).lines for cell in line.cells])
    repair = address("repair_dues_sheet", sheet.uid)
    assert [row.number for row, _, _ in reader.get(repair).context["form"].groups] == [3, 4]
    typed = {"row3-paid_on": f"{TODAY()}", "row4-name": "无此人", "row4-drop": "on"}
    assert reader.post(repair, typed).url == page
    shown = reader.get(page).context
    assert ([line["name"] for line in shown["rows"]], shown["may_confirm"]) == (["周敏", "欧阳·𠮷"], True)
    assert reader.get(repair).status_code == 422
    reader.post(address("confirm_dues_sheet", sheet.uid))
    sheet.refresh_from_db()
    assert (sheet.state, bytes(sheet.content_sealed), DuesReceipt.objects.count()) == ("done", b"", 2)


def test_large_sheets_are_entered_by_a_job(client, world, monkeypatch):
    monkeypatch.setattr(dues_jobs, "AT_ONCE", 1)
    reader = act_as(client, world.by)
    page = reader.post(address("import_dues"), {"file": book(row("周敏", "90"), row("欧阳·𠮷", "0.2"))}).url
    reader.post(address("confirm_dues_sheet", PaymentSheet.objects.get().uid))
    assert "正在后台登记" in reader.get(page).text
    assert DuesReceipt.objects.count() == 0
    run_waiting()
    assert [row["receipt"][-6:] for row in reader.get(page).context["rows"]] == ["000001", "000002"]


# ── 流动党员 ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_holder_of_a_certificate_pays_at_the_place_of_stay(client, world):
    stay = RoleGrantFactory(organization=world.other, system="portal")
    find = address("find_dues_guest")
    asked = {"name": "周敏", "certificate": "示流0001"}
    reader = act_as(client, stay)
    assert reader.post(find, asked).status_code == 422
    Matter.objects.create(member=world.teacher, procedure="flow", state="12", certificate="示流0001")
    assert reader.post(find, asked | {"name": "周民"}).status_code == 422
    page = reader.post(find, asked).url
    bill = reader.get(page).context
    assert (bill["total"], bill["is_guest"]) == ("90.00", True)
    paid = {"paid_on": f"{TODAY()}", "method": "3", "payer_kind": "1", "payer_name": "", "reason": ""}
    receipt = reader.post(page, paid | {"expected": 9000, "received": ""}).url
    month = DuesMonth.objects.get(member=world.teacher, month=ago(0))
    assert (month.state, month.organization, DuesReceipt.objects.get().organization) == ("2", world.branch, world.other)
    home = act_as(client, world.by)
    assert home.get(receipt).status_code == 200
    assert "学生支部" in home.get(address("dues_of_member", world.teacher.pk)).text
    assert home.get(page).status_code == 404  # what another person found
    assert whole() == []


def test_the_template_is_one_the_platform_reads(client, world):
    stream = BytesIO()
    write_template(stream)
    file = SimpleUploadedFile("缴费表.xlsx", stream.getvalue())
    answer = act_as(client, world.by).post(address("import_dues"), {"file": file})
    assert "下面没有数据" in answer.content.decode()  # the sample row is left out


# ── transfers ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_transfer_takes_the_month_along(world):
    register(world.branch, [Payment(world.teacher.pk, ago(1), ago(-1), TODAY(), "1")], by=world.by)
    assert paid_months.last_paid(world.teacher) == ago(-1)
    asked = {"target": world.other, "by": world.by, "cause": "work"}
    with pytest.raises(ValidationError, match="党费已登记缴至"):
        starting.start(world.teacher, dues_paid_to=ago(0), **asked)
    starting.start(world.teacher, dues_paid_to=ago(-1), **asked)
