"""The printed record, masked and in full. Source: screens.md 2.5; security.md 24, 39, 40, 44."""

import datetime
import re
import subprocess

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import sessions
from accounts.codes import RoleKind
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from members import printing
from members.items import ITEMS
from members.sections import HONOURS, SECTIONS, TABLES
from members.services import sections
from members.tests.factories import MemberFactory
from partyplatform import pdf
from partyplatform.audit.models import Record
from partyplatform.ui.form_keys import fresh

pytestmark = [pytest.mark.django_db, pytest.mark.looks]
PHONE, STREET = "18088880000", "学院路1号院"
HONOUR = {"kind": "2", "level": "5", "given_on": datetime.date(2024, 7, 1), "authority": "示范大学党委"}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def branch(client, college):
    """The administrator of 教工支部."""
    return act_as(client, RoleGrantFactory(organization=college.staff, kind=RoleKind.BRANCH))


@pytest.fixture
def member(college):
    return MemberFactory(organization=college.staff, name="李思远", complete=True)


def output_of(*command, of):
    return subprocess.run([*command], input=of, capture_output=True, check=True).stdout.decode()


def text_of(document):
    return output_of("pdftotext", "-layout", "-", "-", of=document)


def test_the_16_items_come_in_the_order_of_the_form_and_nothing_is_blank(member):
    labels = [label for line in printing.collected(member, in_full=False).lines for label, _ in line]
    assert len(labels) == 16
    assert labels[:4] == ["姓名", "性别", "民族", "证件号码"]
    values = [value for line in printing.further(member).lines for _, value in line]
    assert all(values)


def test_every_item_and_every_table_of_the_record_is_on_the_paper(member):
    grids = [printing.collected(member, in_full=False), printing.further(member)]
    labels = {label for grid in grids for line in grid.lines for label, _ in line}
    assert {item.label for item in ITEMS} <= labels
    titles = {part.title for part in printing.sections(member, in_full=False, today=datetime.date.today())}
    assert {table.label for section in SECTIONS.values() for table in section.tables} <= titles


def test_the_page_for_the_printer_masks_what_the_record_masks(branch, member, by):
    sections.add(HONOURS, member, by=by, values=HONOUR)
    page = branch.get(reverse("members:print", args=[member.pk])).content.decode()
    for secret in (member.unsealed_id_number(), PHONE, STREET):
        assert secret not in page
    for text in (member.shown_id_number, "180****0000", "优秀共产党员", "本人签名", "党员信息表"):
        assert text in page


def test_the_download_is_a_tagged_pdf_with_masked_numbers_and_written_down(branch, member):
    answer = branch.get(reverse("members:print_pdf", args=[member.pk]))
    text = text_of(answer.content)
    assert answer["Content-Type"] == "application/pdf"
    assert re.search(r"Tagged: +yes", output_of("pdfinfo", "-", of=answer.content))
    assert (member.shown_id_number in text, member.unsealed_id_number() in text, PHONE in text) == (True, False, False)
    assert Record.objects.get(action="members.print").changes == [["党员信息表", "", "号码遮盖"]]


def test_in_full_it_asks_for_a_fresh_proof_and_a_reason_and_counts_as_shown(branch, member):
    address = reverse("members:print_full", args=[member.pk])
    refused = branch.post(address, {"form_key": fresh()})
    assert (refused.status_code, refused.context["form"].errors["reason"]) == (422, ["请填写下载原因"])
    assert not Record.objects.filter(action="members.print").exists()
    answer = branch.post(address, {"form_key": fresh(), "reason": "归入党员档案"})
    text = text_of(answer.content)
    assert (member.unsealed_id_number() in text, PHONE in text, STREET in text) == (True, True, True)
    assert answer["Content-Disposition"].startswith("attachment;")
    record = Record.objects.get(action="members.print")
    assert (record.reason, record.changes) == ("归入党员档案", [["党员信息表", "", "完整号码"]])
    assert Record.objects.filter(action="accounts.reveal", reason="归入党员档案").count() == 3
    session = branch.session
    session[sessions.PROVED] = 0
    session.save()
    assert branch.get(address)["Location"].startswith(reverse("accounts:prove"))


def test_sent_twice_it_is_written_down_once(branch, member):
    address, sent = reverse("members:print_full", args=[member.pk]), {"form_key": fresh(), "reason": "归入党员档案"}
    branch.post(address, sent)
    assert branch.post(address, sent)["Location"] == address
    assert Record.objects.filter(action="members.print").count() == 1


def test_without_a_typesetter_the_page_for_the_printer_is_offered(branch, member, monkeypatch):
    monkeypatch.setattr(pdf, "PATIENCE", 0)
    answer = branch.get(reverse("members:print_pdf", args=[member.pk]))
    assert (answer.status_code, "请改用浏览器的打印功能" in answer.content.decode()) == (503, True)
    answer = branch.post(
        reverse("members:print_full", args=[member.pk]), {"form_key": fresh(), "reason": "归入党员档案"}
    )
    assert answer.status_code == 422
    assert not Record.objects.filter(action="members.print").exists()


def test_the_other_branch_prints_nobody(client, college, member):
    stranger = act_as(client, RoleGrantFactory(organization=college.students, kind=RoleKind.BRANCH))
    for name in ("print", "print_pdf", "print_full"):
        assert stranger.get(reverse(f"members:{name}", args=[member.pk])).status_code == 404


def test_every_table_is_printed_as_its_page_lists_it(member, by):
    """All come in one statement; each column reads as that of the page, the lines in its order."""
    for table in TABLES.values():
        for number, removed_at in ((2, None), (1, None), (3, None), (4, timezone.now())):
            values = {name: _any(table.model, name, number) for name in table.fields}
            table.model.objects.create(member=member, removed_at=removed_at, **values)
    parts = {part.title: part for part in printing.sections(member, in_full=False, today=datetime.date.today())}
    for table in TABLES.values():
        shown = [[column.text(row) or "—" for column in table.columns] for row in table.model.objects.of(member)]
        assert (len(shown), parts[table.label].rows) == (3, shown)


def _any(model, name, number):
    field = model._meta.get_field(name)
    if field.choices:
        return field.choices[number % len(field.choices)][0]
    if field.null and number == 3:
        return None
    kind = field.get_internal_type()
    if kind == "DateField":
        return datetime.date(2010 + number, 7, 1)
    return 2000 + number if "Integer" in kind else f"第{number}"


@pytest.mark.parametrize("size", (1, 3))
def test_the_paper_costs_the_same_for_one_line_and_for_three(branch, member, by, django_assert_num_queries, size):
    for year in range(size):
        sections.add(HONOURS, member, by=by, values=HONOUR | {"given_on": datetime.date(2020 + year, 7, 1)})
    address = reverse("members:print", args=[member.pk])
    branch.get(address)
    with django_assert_num_queries(9):
        branch.get(address)
