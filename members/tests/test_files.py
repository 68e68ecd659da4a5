"""附件 of a member, from the upload to the taking off. Source: screens.md 2.5, 2.6; security.md 41, 46–53."""

import datetime
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.codes import RoleKind
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from members.acts import ACTS
from members.models import Honour, MemberFile
from members.sections import HONOURS, RELATIVES
from members.services import files, sections
from members.services.acts import carry_out
from members.tests.factories import MemberFactory
from orgs.tests.acting import Acting
from partyplatform.audit.models import Record
from partyplatform.sealing.invariants import cells_open_and_match
from partyplatform.ui.stale import OutOfReach
from partyplatform.uploads import open_stored
from partyplatform.uploads.invariants import files_are_there
from partyplatform.uploads.tests.pictures import PDF, png

pytestmark = pytest.mark.django_db
HONOUR = {"kind": "2", "level": "1", "given_on": datetime.date(2024, 7, 1), "authority": "示范大学党委"}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def branch(client, college):
    """The administrator of 教工支部."""
    return act_as(client, RoleGrantFactory(organization=college.staff, kind=RoleKind.BRANCH))


@pytest.fixture
def member(college):
    return MemberFactory(organization=college.staff, name="李思远", complete=True)


def scan(name="入党志愿书.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def honour(member, by):
    return sections.add(HONOURS, member, by=by, values=HONOUR)


def test_a_scan_is_uploaded_listed_downloaded_and_taken_off(branch, member):
    page = reverse("members:section", args=[member.pk, "extended"])
    answer = branch.post(reverse("members:attach", args=[member.pk]), {"file": scan()}, follow=True)
    assert "已上传“入党志愿书.pdf”" in answer.content.decode()
    [file] = MemberFile.objects.all()
    address = reverse("members:file", args=[file.uid])
    assert f'<a href="{address}">入党志愿书.pdf</a>' in branch.get(page).content.decode()
    got = branch.get(address)
    assert (got.content, got["Content-Type"], got["X-Content-Type-Options"]) == (PDF, "application/pdf", "nosniff")
    assert got["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in got["Content-Security-Policy"]
    branch.post(reverse("members:remove_file", args=[file.uid]))
    assert "还没有附件" in branch.get(page).content.decode()
    assert branch.get(address).status_code == 404
    assert [record.action for record in Record.objects.order_by("seq")][-3:] == [
        "members.attach",
        "members.open_file",
        "members.detach",
    ]
    assert MemberFile._base_manager.filter(pk=file.pk, removed_at__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
def test_on_the_disk_nobody_reads_it_and_the_record_proves_it(member, by, folder):
    file = files.attach(member, upload=scan(), by=by)
    with open_stored(file.stored_name) as stored:
        assert b"%PDF" not in stored.read()
    assert (file.size, file.content()) == (len(PDF), PDF)
    assert (list(files_are_there()), list(cells_open_and_match())) == ([], [])
    path = Path(folder, file.stored_name)
    path.write_bytes(path.read_bytes()[:-1])
    assert list(files_are_there()) == [f"党员附件 {file.uid}：文件长度为 {len(PDF) + 27}，应为 {len(PDF) + 28}"]
    path.unlink()
    assert list(files_are_there()) == [f"党员附件 {file.uid}：文件缺失"]


@pytest.mark.django_db(transaction=True)
def test_the_file_of_another_record_does_not_open(branch, member, by, folder):
    mine, other = (files.attach(member, upload=scan(content=PDF + name), by=by) for name in (b"a", b"b"))
    Path(folder, mine.stored_name).write_bytes(Path(folder, other.stored_name).read_bytes())
    assert branch.get(reverse("members:file", args=[mine.uid])).status_code == 404
    assert branch.get(reverse("members:file", args=[other.uid])).content == PDF + b"b"


@pytest.mark.parametrize(
    ("upload", "reason"),
    (
        (scan("批复.docx"), "只能上传 pdf、jpg、png 文件"),
        (scan("批复.pdf", png()), "文件内容不是 pdf，与扩展名不符。请检查文件后再上传。"),
        (scan("批复.png", png(8000, 8000)), "图片为 8000×8000 像素，超过 4000 万像素。请降低分辨率后再上传。"),
        (scan("批复.pdf", b""), "文件是空的。请重新选择文件。"),
    ),
)
def test_what_is_no_scan_is_refused_at_its_place_and_leaves_nothing(branch, member, folder, upload, reason):
    upload.seek(0)
    answer = branch.post(reverse("members:attach", args=[member.pk]), {"file": upload})
    assert (answer.status_code, answer.context["form"].errors["file"]) == (422, [reason])
    assert not MemberFile.objects.exists()
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_the_other_branch_reaches_no_file(client, college, member, by):
    file = files.attach(member, upload=scan(), by=by)
    stranger = act_as(client, RoleGrantFactory(organization=college.students, kind=RoleKind.BRANCH))
    assert stranger.get(reverse("members:file", args=[file.uid])).status_code == 404
    assert stranger.post(reverse("members:remove_file", args=[file.uid])).status_code == 404
    assert stranger.post(reverse("members:attach", args=[member.pk]), {"file": scan()}).status_code == 404
    with pytest.raises(OutOfReach):
        files.detach(file, by=Acting(college.students))


def test_a_line_has_its_papers_beside_it(branch, member, by):
    line = honour(member, by)
    address = reverse("members:attach_to_entry", args=[member.pk, "honours", "honours", line.pk])
    branch.post(address, {"file": scan("表彰决定.pdf")})
    page = branch.get(reverse("members:section", args=[member.pk, "honours"])).content.decode()
    assert "表彰决定.pdf" in page
    extended = branch.get(reverse("members:section", args=[member.pk, "extended"])).content.decode()
    assert "表彰决定.pdf" in extended
    sections.remove(HONOURS, Honour.objects.of(member).get(), by=by)
    with pytest.raises(ValidationError, match="该条表彰已删除，不能上传附件"):
        files.attach(member, upload=scan(), by=by, table=HONOURS, entry=line)


def test_what_takes_no_papers_has_no_address_for_them(branch, member, by):
    values = {"relation": "父亲", "name": "示例", "born_on": None, "politics": "", "unit": ""}
    line = sections.add(RELATIVES, member, by=by, values=values)
    address = reverse("members:attach_to_entry", args=[member.pk, "basic", "relatives", line.pk])
    assert branch.get(address).status_code == 404


def test_an_act_keeps_the_paper_that_says_so(branch, member):
    address = reverse("members:carry_out", args=[member.pk, "suspend"])
    today = datetime.date.today().isoformat()
    answer = branch.post(address, {"version": 1, "on": today, "file": scan("说明.docx")})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["file"])
    branch.post(address, {"version": 1, "on": today, "reason": "失去联系", "file": scan("支部决议.pdf")})
    assert MemberFile.objects.get().standing.cause == "停止党籍"
    assert "支部决议.pdf" in branch.get(reverse("members:section", args=[member.pk, "membership"])).content.decode()
    assert ["附件", "", "支部决议.pdf"] in Record.objects.get(action="members.suspend").changes


def test_the_papers_of_somebody_who_left_stay_as_they_are(member, by):
    file = files.attach(member, upload=scan(), by=by)
    member = carry_out(ACTS["decease"], member, by=by, version=1, on=datetime.date.today(), file=scan("死亡证明.pdf"))
    for attempt in (lambda: files.detach(file, by=by), lambda: files.attach(member, upload=scan(), by=by)):
        with pytest.raises(ValidationError, match="历史党员不可编辑"):
            attempt()
    assert MemberFile.objects.of(member).count() == 2


def test_there_is_an_end_to_the_papers_of_one_member(member, by, monkeypatch):
    monkeypatch.setattr(files, "MOST", 1)
    files.attach(member, upload=scan(), by=by)
    with pytest.raises(ValidationError, match="该党员已有 1 个附件"):
        files.attach(member, upload=scan(), by=by)


@pytest.mark.parametrize("size", (1, 3))
def test_the_list_of_papers_costs_the_same_for_one_and_for_three(branch, member, by, django_assert_num_queries, size):
    for _ in range(size):
        files.attach(member, upload=scan(), by=by)
    address = reverse("members:section", args=[member.pk, "extended"])
    branch.get(address)
    with django_assert_num_queries(12):
        branch.get(address)
