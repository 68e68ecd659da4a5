"""批量转接 and 批量通过: checked first, then each row for itself. Source: workflows.md 3.4; issue 5."""

import re
import subprocess
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.codes import System
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory, id_number
from members.models import Member
from members.services import members as roll
from members.tests.factories import MemberFactory, PostFactory
from orgs.services import closing
from orgs.tests.acting import Acting
from orgs.tests.factories import TermFactory
from partyplatform.audit.models import Record
from partyplatform.excel import read_book, write_book
from partyplatform.jobs import run_waiting
from partyplatform.jobs.models import Job
from partyplatform.ui.columns import Column
from partyplatform.ui.form_keys import fresh
from transfers import imports, jobs
from transfers.models import Letter, Transfer, TransferBatch, TransferBatchRow
from transfers.orders import HEADINGS, Order
from transfers.services import batches
from transfers.tests.test_transfers import assert_sound

pytestmark = pytest.mark.django_db
OUT = {"heading": "中共邻市委组织部", "destination": "邻市某单位"}


def sheet(*rows):
    """A filled 批量转接表; each row is {field: text}."""
    stream = BytesIO()
    columns = [Column(label, name) for name, label in HEADINGS.items()]
    lines = [dict.fromkeys(HEADINGS, "") | {"cause": "毕业", "dues_paid_to": "2026-11"} | row for row in rows]
    write_book(stream, title="批量转接表", columns=columns, rows=lines)
    return SimpleUploadedFile("毕业生.xlsx", stream.getvalue())


def line(member, target=None, **changed):
    goal = {"target_code": target.code, "target_name": target.short_name} if target else OUT
    return {"name": member.name, "id_number": member.unsealed_id_number(), **goal} | changed


def keep(by, *rows):
    return batches.keep_sheet(imports.read_sheet(sheet(*rows)), name="毕业生.xlsx", by=by)


def states(batch):
    return [(row.name, row.state, row.type) for row in TransferBatchRow.objects.of(batch).order_by("number")]


@pytest.fixture
def people(world):
    names = ("王浩然", "𠮷田·娜", "李思远")
    return [MemberFactory(organization=world.masters, name=name) for name in names]


@pytest.fixture
def committee(client, world):
    role = RoleGrantFactory(organization=world.university, system=System.PORTAL)
    client = act_as(client, role)
    client.role = role
    return client


# ── the sheet ───────────────────────────────────────────────────────────────────────────────────────────


def test_graduates_go_where_the_sheet_says_each_under_the_number_of_the_batch(world, people):
    by = Acting(world.university)
    batch = keep(by, line(people[0]), line(people[1], world.clerks), line(people[2], world.actors))
    assert states(batch) == [
        ("王浩然", "ready", "out"),
        ("𠮷田·娜", "ready", "city"),
        ("李思远", "ready", "internal"),
    ]
    assert Transfer.objects.count() == 0
    assert batches.confirm(batch, by=by)
    assert not batches.confirm(batch, by=by)
    batch = batches.run(batch, by=by)
    rows = Transfer.objects.order_by("pk")
    assert [(row.name, row.type, row.batch) for row in rows] == [
        ("王浩然", "out", batch.number),
        ("𠮷田·娜", "city", batch.number),
        ("李思远", "internal", batch.number),
    ]
    assert (rows[0].heading, rows[0].cause, rows[0].valid_days, batch.state) == (
        OUT["heading"],
        "graduation",
        90,
        "done",
    )
    assert dict(each[::2] for each in Record.objects.get(action="transfers.batch").changes)["已办理"] == "3"
    assert_sound()


@pytest.mark.looks
@pytest.mark.parametrize(
    ("changed", "field", "words"),
    (
        ({"id_number": "123"}, "id_number", "应为18位"),
        ({"id_number": id_number(4711)}, "id_number", "管理范围内没有"),
        ({"name": "王安"}, "name", "与已登记的姓名“王浩然”不同"),
        ({"cause": "旅游"}, "cause", "应为：升学"),
        ({"dues_paid_to": ""}, "dues_paid_to", "请填写党费交至"),
        ({"dues_paid_to": "2036-01"}, "dues_paid_to", "不能晚于"),
        ({"valid_days": "91"}, "valid_days", "1 至 90"),
        ({"destination": ""}, "destination", "请填写转往"),
        ({"target_code": "999999999999"}, "target_code", "只填一种"),
        ({"heading": "", "destination": ""}, "target_code", "只填一种"),
        ({"heading": "", "destination": "", "target_code": "123", "target_name": "某支部"}, "target_code", "12 位"),
        ({"heading": "", "destination": "", "target_code": "9" * 12, "target_name": "某"}, "target_code", "没有找到"),
    ),
)
def test_every_fault_is_told_at_its_cell(world, people, changed, field, words):
    batch = keep(Acting(world.university), line(people[0], **changed), line(people[2]))
    first, second = batches.orders_of(batch)
    assert words in first.bad_cells[field]
    assert (batch.state, second.bad_cells) == ("faulty", {})


def test_somebody_out_of_reach_is_as_unknown_as_a_number_nobody_has(world):
    other = MemberFactory(organization=world.clerks, name="赵敏")
    batch = keep(Acting(world.university), line(other))
    assert batches.orders_of(batch)[0].bad_cells == {"id_number": "管理范围内没有该身份证号的党员，请核对"}


def test_who_cannot_leave_is_a_fault_of_the_line(world, people, desk):
    desk.start(people[0], world.actors)
    PostFactory(term=TermFactory(organization=world.masters), member=people[1])
    by = Acting(world.university)
    batch = keep(by, line(people[0]), line(people[1]), line(people[2], world.masters), line(people[2]))
    found = [list(order.bad_cells.values()) for order in batches.orders_of(batch)]
    assert "有未办结的组织关系转接" in found[0][0]
    assert "请先登记离任" in found[1][0]
    assert [text[-9:] for text in found[2] + found[3]] == ["行的公民身份证号相同"[-9:]] * 2


def test_faults_are_repaired_in_the_page_or_left_out_and_the_number_stays_masked(world, people, committee):
    number = people[0].unsealed_id_number()
    upload = sheet(line(people[0], name="王安"), line(people[1], cause="旅游"), line(people[2]))
    answer = committee.post(reverse("transfers:upload_batch"), {"file": upload, "form_key": fresh()}, follow=True)
    batch = TransferBatch.objects.get()
    assert ("错误清单" in answer.text, "第 2 行 A 列" in answer.text, number in answer.text) == (True, True, False)
    book = committee.get(reverse("transfers:batch_errors", args=[batch.uid]))
    read = read_book(BytesIO(b"".join(book.streaming_content))).sheets[0]
    assert "姓名：与已登记的姓名" in "".join(cell.text for cell in read.lines[1].cells)
    repair = reverse("transfers:repair_batch", args=[batch.uid])
    assert 'name="row2-name"' in committee.get(repair).text
    sent = {"row2-name": "王浩然", "row3-cause": "旅游", "row3-drop": "on", "form_key": fresh()}
    page = committee.post(repair, sent, follow=True).text
    assert ("等待确认" in page, "确认办理" in page) == (True, True)
    assert [row.name for row in batch.rows.order_by("number")] == ["王浩然", "李思远"]
    done = committee.post(reverse("transfers:confirm_batch", args=[batch.uid]), follow=True).text
    assert "已办理 2 件" in done
    assert Transfer.objects.filter(batch=batch.number).count() == 2
    assert {bytes(row.content_sealed) for row in batch.rows.all()} == {b""}


def test_a_template_that_was_filled_is_read(world, people):
    stream = BytesIO()
    imports.write_template(stream)
    book = read_book(BytesIO(stream.getvalue()))
    assert [cell.text.rstrip("*") for cell in book.sheets[0].lines[0].cells] == list(HEADINGS.values())
    with pytest.raises(ValidationError, match="下面没有数据"):  # the sample row is none
        imports.read_sheet(BytesIO(stream.getvalue()))


def test_one_fault_does_not_stop_the_others(world, people):
    by = Acting(world.university)
    batch = keep(by, line(people[0], world.staff), line(people[1], world.direct), line(people[2], world.actors))
    closing.dissolve([world.direct], by=by, on=timezone.localdate())
    roll.move(people[0], to=world.actors, by=by)
    batches.confirm(batch, by=by)
    batch = batches.run(batch, by=by)
    found = {row.name: (row.state, row.note) for row in TransferBatchRow.objects.of(batch)}
    assert found == {
        "王浩然": ("refused", batches.MOVED_SINCE),
        "𠮷田·娜": ("refused", "“直属支部”已撤销，不能接收党员"),
        "李思远": ("done", ""),
    }
    assert (batch.state, Transfer.objects.count()) == ("done", 1)
    assert_sound()


def test_a_run_that_was_broken_off_goes_on_and_nothing_happens_twice(world, people):
    by = Acting(world.university)
    batch = keep(by, *(line(member) for member in people))
    batches.confirm(batch, by=by)

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batches.run(batch, by=by, reached=stop)
    assert Transfer.objects.count() == 1
    for _ in range(2):
        batch = batches.run(batch, by=by)
    assert (Transfer.objects.count(), batch.state) == (3, "done")
    assert Record.objects.filter(action="transfers.batch").count() == 1
    assert_sound()  # nothing waits, nothing typed is kept


def test_only_who_made_a_batch_goes_on_with_it_and_old_ones_are_forgotten(world, people, committee):
    batch = keep(Acting(world.university), line(people[0]))
    assert committee.get(batch.get_absolute_url()).status_code == 200
    assert committee.post(reverse("transfers:confirm_batch", args=[batch.uid])).status_code == 404
    assert Transfer.objects.count() == 0
    assert batches.forget_unconfirmed(batch.created_at + batches.KEPT_UNCONFIRMED) == 0
    assert batches.forget_unconfirmed(timezone.now() + batches.KEPT_UNCONFIRMED) == 1


def test_checking_costs_the_same_for_one_line_and_for_three(world, people, django_assert_max_num_queries):
    by = Acting(world.university)
    counted = []
    for rows in (people[:1], people):
        reading = imports.read_sheet(sheet(*(line(member) for member in rows)))
        with django_assert_max_num_queries(20) as asked:
            batches.keep_sheet(reading, name="a.xlsx", by=by)
        counted.append(len(asked))
    assert counted[0] == counted[1]


# ── ticks ───────────────────────────────────────────────────────────────────────────────────────────────


def test_ticked_members_of_an_entry_branch_go_to_the_branches_of_their_classes(world, people, committee):
    page = committee.get(reverse("transfers:choose")).text
    assert f'action="{reverse("transfers:many")}"' in page
    query = "&".join(f"ids={member.pk}" for member in people)
    address = f"{reverse('transfers:many')}?{query}&to={world.staff.code}&to={world.actors.code}"
    page = committee.get(address).text
    assert "各党员的转入组织" in page
    keys = [f"target_name-{member.pk}" for member in people]
    sent = dict(zip(keys, (world.staff.code, world.actors.code, world.staff.code), strict=True))
    sent |= {"cause": "study", "dues_paid_to": "2026-11", "valid_days": "", "note": "", "form_key": fresh()}
    preview = committee.post(address, sent, follow=True)
    assert "等待确认" in preview.text
    batch = TransferBatch.objects.get()
    committee.post(reverse("transfers:confirm_batch", args=[batch.uid]))
    targets = {row.member: row.target for row in Transfer.objects.all()}
    assert targets == dict(zip(people, (world.staff, world.actors, world.staff), strict=True))
    assert {row.type for row in Transfer.objects.all()} == {"internal"}


def test_a_whole_branch_is_chosen_by_its_code_and_many_go_by_a_job(world, committee):
    for _ in range(jobs.AT_ONCE + 1):
        MemberFactory(organization=world.masters)
    address = f"{reverse('transfers:many')}?branch={world.masters.code}&to={world.staff.code}"
    sent = {"cause": "study", "dues_paid_to": "2026-11", "valid_days": "30", "note": "分班", "form_key": fresh()}
    committee.post(address, sent)
    batch = TransferBatch.objects.get()
    for _ in range(2):
        answer = committee.post(reverse("transfers:confirm_batch", args=[batch.uid]))
    assert answer.url == Job.objects.get().get_absolute_url()
    run_waiting()
    assert Transfer.objects.filter(batch=batch.number, note="分班", valid_days=0).count() == jobs.AT_ONCE + 1


def test_one_foreign_tick_spoils_the_choice(world, people, committee):
    other = MemberFactory(organization=world.clerks)
    for ids in ([people[0].pk, other.pk], ["nonsense"]):
        query = "&".join(f"ids={pk}" for pk in ids)
        assert committee.get(f"{reverse('transfers:many')}?{query}").status_code == 404


# ── passing ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_committee_passes_ticked_steps_each_with_its_result(world, people, desk, committee):
    rows = [desk.passed(desk.start(member, world.actors)) for member in people]
    page = committee.get(reverse("transfers:waiting")).text
    assert page.count('name="ids"') == 3
    address = reverse("transfers:pass_many")
    page = committee.get(f"{address}?{'&'.join(f'ids={row.pk}' for row in rows)}").text
    assert "通过：下一环节开始办理" in page
    sent = {"ids": [row.pk for row in rows], "seen": [f"{row.pk}:{row.version}" for row in rows], "remark": "同意。"}
    desk.act(rows[0], "send_back", remark="有误")  # somebody was faster
    key = fresh()
    first = committee.post(address, sent | {"form_key": key}, follow=True)
    assert "已办理 2 件，1 件未办理" in first.text
    committee.post(address, sent | {"form_key": key})
    assert [Transfer.objects.get(pk=row.pk).state for row in rows] == ["refused", "submitted", "submitted"]
    batch = TransferBatch.objects.get()
    notes = {row.name: row.note for row in TransferBatchRow.objects.of(batch)}
    assert "已由周敏" in notes[people[0].name]
    for row in rows[1:]:
        assert row.events.get(verb="pass", organization=world.university).remark == "同意。"
    assert Record.objects.filter(action="transfers.pass").count() == 3 + 2


def test_what_is_not_the_own_step_has_no_tick_and_is_left_out(world, people, desk, committee):
    waiting = desk.start(people[0], world.actors)
    assert 'name="ids"' not in committee.get(reverse("transfers:unfinished")).text
    answer = committee.get(f"{reverse('transfers:pass_many')}?ids={waiting.pk}")
    assert answer.url == reverse("transfers:waiting")


def test_all_that_waits_of_a_batch_is_passed_and_its_letters_are_one_pdf(world, people, committee, tmp_path):
    by = Acting(world.masters)
    batch = keep(by, *(line(member) for member in people))
    batches.confirm(batch, by=by)
    batches.run(batch, by=by)
    for row in Transfer.objects.all():
        row.version = batches.advance(row, "pass", by=Acting(world.information), version=row.version).version
    page = committee.get(reverse("transfers:waiting"), {"batch": batch.number}).text
    assert "通过该批次的全部待办" in page
    shown = committee.get(f"{reverse('transfers:pass_many')}?batch={batch.number}")
    rows = shown.context["chosen"]
    sent = {"ids": [row.pk for row in rows], "seen": [f"{row.pk}:{row.version}" for row in rows], "remark": ""}
    committee.post(reverse("transfers:pass_many"), sent | {"form_key": fresh()})
    assert Letter.objects.count() == 3
    printing = reverse("transfers:batch_letters", args=[batch.uid])
    assert "下载介绍信PDF（3 份）" in committee.get(batch.get_absolute_url()).text
    document = b"".join(committee.post(printing).streaming_content)
    assert document.startswith(b"%PDF-")
    path = tmp_path / "letters.pdf"
    path.write_bytes(document)
    told = subprocess.run(("pdfinfo", path), capture_output=True, text=True, check=True).stdout
    assert (re.search(r"Pages: +3\b", told) is not None, re.search(r"Tagged: +yes", told) is not None) == (True, True)
    assert Record.objects.filter(action="transfers.print_letter").count() == 3


def test_many_letters_are_a_job_with_a_secret_file(world, people, committee, monkeypatch):
    monkeypatch.setattr(jobs, "LETTERS_AT_ONCE", 1)
    by = Acting(world.university)
    batch = keep(by, *(line(member) for member in people))
    batches.confirm(batch, by=by)
    batches.run(batch, by=by)
    for row in Transfer.objects.all():
        batches.advance(row, "pass", by=by, version=row.version)
    committee.post(reverse("transfers:batch_letters", args=[batch.uid]))
    run_waiting()
    job = Job.objects.get()
    assert (job.state, job.result_name) == ("done", f"介绍信_{batch.number}.pdf")
    answer = committee.get(reverse("jobs:download", args=[job.uid]))
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")


@pytest.mark.parametrize(("name", "queries"), (("batches", 6), ("batch", 10)))
def test_lists_cost_the_same_with_one_row_and_with_three(
    world, people, committee, django_assert_num_queries, name, queries
):
    by = Acting(world.university)
    for rows in (people[:1], people):
        batch = keep(by, *(line(member) for member in rows))
        address = reverse("transfers:batches") if name == "batches" else batch.get_absolute_url()
        if rows is people:
            keep(by, line(people[0]))
        with django_assert_num_queries(queries):
            committee.get(address)


def test_a_batch_says_nothing_in_clear(world, people):
    batch = keep(Acting(world.university), line(people[0]))
    assert people[0].unsealed_id_number().encode() not in bytes(batch.rows.get().content_sealed)
    assert Order.unpacked(2, "[{},{},{},{}]").bad_cells == {}
    assert Member.objects.count() == 3
