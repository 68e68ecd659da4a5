"""批量维护 from a sheet: each row names a member and brings values of its own. Source: screens.md 2.10."""

from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory, id_number
from members.models import Batch, BatchRow, Member
from members.services import batches
from members.services import members as roll
from members.tests.factories import MemberFactory
from partyplatform.audit.models import Record
from partyplatform.excel import read_book
from partyplatform.jobs import run_waiting
from partyplatform.ui.form_keys import fresh

pytestmark = pytest.mark.django_db
PAGE = reverse("members:batch_sheet")


@pytest.fixture
def role(college):
    return RoleGrantFactory(organization=college.general)


@pytest.fixture
def admin(client, role):
    return act_as(client, role)


@pytest.fixture
def people(college):
    return [
        MemberFactory(organization=college.staff, name="王安", complete=True, education="21"),
        MemberFactory(organization=college.students, name="丁𠮷", complete=True, education="21"),
    ]


def sheet(*rows, head=("公民身份证号", "姓名", "最高学历", "家庭住址")):
    book = openpyxl.Workbook()
    book.active.append(head)
    for row in rows:
        book.active.append(row)
    stream = BytesIO()
    book.save(stream)
    stream.seek(0)
    stream.name = "学历.xlsx"
    return stream


def upload(client, *rows, **more):
    return client.post(PAGE, {"file": sheet(*rows, **more), "form_key": fresh()})


def lines():
    rows = BatchRow.objects.order_by("place")
    return [(row.place, row.person, row.state, row.before, row.after or row.note) for row in rows]


def test_each_row_changes_its_own_member(admin, people):
    one, two = people
    sent = upload(
        admin,
        (one.unsealed_id_number(), "王安", "硕士研究生", ""),
        (two.unsealed_id_number().lower(), "丁𠮷", "", "示范市学院路2号院3号楼"),
    )
    batch = Batch.objects.get()
    assert sent.url == batch.get_absolute_url()
    assert Member.objects.get(pk=one.pk).education == "21"
    page = admin.get(sent.url).text
    assert "学历.xlsx" in page
    assert "学院路2号院" not in page
    assert "学院路".encode() not in bytes(batch.values_sealed)
    admin.post(reverse("members:confirm_batch", args=[batch.uid]), {"form_key": fresh()})
    run_waiting()
    one, two = Member.objects.order_by("pk")
    assert (one.education, two.education) == ("12", "21")
    assert two.shown_address.startswith("示范市")
    assert dict(line[::2] for line in Record.objects.get(action="members.batch").changes)["文件"] == "学历.xlsx"
    book = admin.get(reverse("members:batch_result", args=[batch.uid]))
    read = read_book(BytesIO(b"".join(book.streaming_content))).sheets[0]
    assert [cell.text for cell in read.lines[1].cells][:2] == ["王安", "2"]


def test_what_cannot_be_carried_out_says_why_and_stops_nobody_else(admin, people, college):
    one, two = people
    stranger, gone = MemberFactory(organization=college.artists), MemberFactory(organization=college.staff, status="31")
    number = one.unsealed_id_number()
    upload(
        admin,
        (two.unsealed_id_number(), "丁𠮷", "硕士研究生", None),
        (number, "王安", "硕士研究生", None),
        (number, "王安", "大学", None),
        (stranger.unsealed_id_number(), stranger.name, "大学", None),
        (gone.unsealed_id_number(), gone.name, "大学", None),
        (id_number(77), "无名", "大学", None),
        (number[:-1], "王安", "大学", None),
        ("", "王安", "大学", None),
        (two.unsealed_id_number()[:17] + "*", "丁𠮷", "没有的学历", None),
    )
    assert [line[2] for line in lines()] == ["ready", *["refused"] * 8]
    told = {line[0]: line[4] for line in lines()}
    assert told[3] == "与第 4 行的身份证号相同"
    assert told[4] == "与第 3 行的身份证号相同"
    assert {told[5], told[6], told[7]} == {batches.NOBODY}
    assert told[8] == "公民身份证号：身份证号应为18位"
    assert told[9] == "请填写公民身份证号"
    assert "最高学历：" in told[10]
    assert "身份证号格式不正确" in told[10]
    assert number not in admin.get(Batch.objects.get().get_absolute_url()).text


def test_the_name_must_be_that_of_the_record_and_something_must_be_told(admin, people):
    one, two = people
    upload(admin, (one.unsealed_id_number(), "王宁", "大学"), (two.unsealed_id_number(), "丁𠮷", ""))
    assert lines() == [
        (2, "王宁", "refused", "", batches.OTHER_NAME),
        (3, "丁𠮷", "same", "", batches.EMPTY),
    ]


def test_who_moved_out_of_reach_after_the_preview_is_left_alone(admin, role, people, college):
    upload(admin, (people[0].unsealed_id_number(), "王安", "硕士研究生"))
    roll.move(people[0], to=college.artists, by=RoleGrantFactory(organization=college.root))
    batch = Batch.objects.get()
    batches.confirm(batch)
    batches.run(batch, by=role)
    assert [line[2] for line in lines()] == ["overtaken"]
    assert Member.objects.get(pk=people[0].pk).education == "21"


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (("公民身份证号", "姓名", "入党日期"), "表中没有可以批量维护的项目"),
        (("姓名", "最高学历"), "没有找到列“公民身份证号”"),
    ],
)
def test_a_sheet_that_makes_no_sense_is_refused_whole(admin, people, head, said):
    answer = upload(admin, ("x", "y", "z"), head=head)
    assert (answer.status_code, said in answer.text, Batch.objects.count()) == (422, True, 0)


def test_no_more_rows_than_one_batch_takes(admin, people, monkeypatch):
    monkeypatch.setattr(batches, "MOST", 1)
    number = people[0].unsealed_id_number()
    answer = upload(admin, (number, "王安", "大学"), (number, "王安", "大学"))
    assert (answer.status_code, "表中现有 2 行" in answer.text) == (422, True)


def test_the_template_has_the_chosen_items_and_comes_back_as_it_is(admin, people):
    page = admin.get(PAGE).text
    assert reverse("members:batch_template") in page
    answer = admin.get(reverse("members:batch_template"), {"items": ["title", "phone"]})
    content = b"".join(answer.streaming_content)
    book = openpyxl.load_workbook(BytesIO(content))
    written = book["批量维护"]
    assert [cell.value for cell in written[1]] == ["公民身份证号*", "姓名*", "职称", "联系方式"]
    assert written.column_dimensions["A"].number_format == "@"
    assert "代码表" in book.sheetnames
    written.append([people[0].unsealed_id_number(), "王安", "无 999", "18088881234"])
    filled = BytesIO()
    book.save(filled)
    filled.seek(0)
    filled.name = "批量维护.xlsx"
    assert admin.post(PAGE, {"file": filled, "form_key": fresh()}).status_code == 302
    assert [line[2] for line in lines()] == ["ready"]
    assert "请至少选择一个项目" in admin.get(reverse("members:batch_template"), follow=True).text
