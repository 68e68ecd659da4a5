"""Scans handed in with acts; posts that end with a transfer. Source: workflows.md 3.3; security.md 41."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.codes import System
from accounts.models import RoleGrant
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from members.models import Post
from members.services import posts
from members.tests.factories import MemberFactory
from orgs.tests.acting import Acting
from orgs.tests.factories import TermFactory
from partyplatform.audit.models import Record
from transfers.models import Transfer, TransferFile
from transfers.tests.test_transfers import assert_sound

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF\n"


def scan(name="回执.pdf", content=PDF):
    return SimpleUploadedFile(name, content, "application/pdf")


@pytest.fixture
def committee(client, world):
    return act_as(client, RoleGrantFactory(organization=world.university, system=System.PORTAL))


# ── scans ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_receipt_is_registered_with_its_scan_which_lies_encrypted(world, member, desk, committee):
    transfer = desk.passed(desk.start(member), 2)
    address = reverse("transfers:settle", args=[transfer.pk, "receipt"])
    typed = {"version": transfer.version, "received_on": f"{timezone.localdate()}", "remark": ""}
    assert "回执联扫描件" in committee.get(address).text
    for sent, words in (
        ({}, "请选择回执联扫描件"),
        ({"scan": scan("a.exe")}, "只能上传"),
        ({"scan": scan(content=b"")}, "空"),
    ):
        answer = committee.post(address, typed | sent)
        assert (answer.status_code, words in answer.text) == (422, True)
    assert committee.post(address, typed | {"scan": scan()}).status_code == 302
    file = TransferFile.objects.get()
    assert (file.purpose, file.transfer.state, file.content()) == ("receipt", "done", PDF)
    page = committee.get(transfer.get_absolute_url()).text
    assert reverse("transfers:file", args=[file.uid]) in page


def test_scans_are_for_those_in_reach_and_each_download_is_recorded(client, world, member, desk):
    transfer = desk.passed(desk.start(member), 2)
    desk.act(transfer, "receipt", received_on=timezone.localdate(), scan=scan())
    address = reverse("transfers:file", args=[TransferFile.objects.get().uid])
    for place, status in ((world.masters, 200), (world.university, 200), (world.clerks, 404), (world.staff, 404)):
        reader = act_as(client, RoleGrantFactory(organization=place, system=System.PORTAL))
        assert reader.get(address).status_code == status
    assert Record.objects.filter(action="transfers.open_file").count() == 2


def test_a_refused_act_keeps_no_scan(world, member, desk):
    transfer = desk.passed(desk.start(member), 2)
    with pytest.raises(ValidationError, match="晚于今天"):
        desk.act(transfer, "receipt", received_on=datetime.date(2099, 1, 1), scan=scan())
    assert not TransferFile.objects.exists()


def test_a_lost_letter_may_have_its_declaration(world, member, desk, committee):
    transfer = desk.passed(desk.start(member), 2)
    address = reverse("transfers:act", args=[transfer.pk, "replace"])
    typed = {"version": transfer.version, "remark": "遗失，本人声明", "scan": scan("声明.pdf")}
    assert committee.post(address, typed).status_code == 302
    assert TransferFile.objects.get().get_purpose_display() == "遗失声明"


# ── releases ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def secretary(world):
    """书记 of the branch right below the committee, who administers it by duty."""
    member = MemberFactory(organization=world.direct, name="李思远", complete=True)
    term = TermFactory(organization=world.direct)
    posts.appoint(term, member=member, duty="001A", started_on=term.elected_on, by=Acting(world.city))
    member.refresh_from_db()
    return member


def leading(member):
    return RoleGrant.objects.of(member.user).open().filter(by_duty=True).count()


def test_a_secretary_goes_on_until_the_new_branch_takes_in(world, secretary, desk):
    transfer = desk.start(secretary, world.staff, release_reason="工作调动")
    post = Post.objects.get()
    transfer = desk.passed(transfer, 2)
    assert (post.ended_on, leading(secretary)) == (None, 2)
    transfer = desk.passed(transfer)
    post.refresh_from_db()
    secretary.refresh_from_db()
    assert (transfer.state, post.ended_on, leading(secretary)) == ("done", timezone.localdate(), 0)
    assert secretary.organization == world.staff
    record = Record.objects.get(action="members.release")
    assert (record.reason, record.document) == ("工作调动", transfer.number)
    assert_sound()


def test_when_nothing_comes_of_it_the_post_goes_on(world, secretary, desk):
    transfer = desk.start(secretary, world.staff, release_reason="工作调动")
    desk.act(transfer, "withdraw", by=Acting(world.direct))
    assert (Post.objects.get().ended_on, leading(secretary)) == (None, 2)


def test_whoever_leaves_the_platform_is_released_on_the_day_of_the_receipt(world, secretary, desk):
    transfer = desk.passed(desk.start(secretary, release_reason="工作调动"))
    desk.act(transfer, "receipt", received_on=timezone.localdate())
    assert Post.objects.get().ended_on == timezone.localdate()
    assert_sound()


def test_a_post_outside_the_reach_of_the_starter_is_not_theirs_to_end(world, desk):
    member = MemberFactory(organization=world.masters)
    term = TermFactory(organization=world.information)
    posts.appoint(term, member=member, duty="001A", started_on=term.elected_on, by=Acting(world.city))
    with pytest.raises(ValidationError, match="不在本组织管理范围内"):
        desk.start(member, world.actors, release_reason="工作调动")
    assert desk.start(member, world.actors, release_reason="工作调动", by=Acting(world.university)).release_reason
    assert Transfer.objects.count() == 1


def test_a_post_that_covers_the_new_branch_too_goes_along(world, desk):
    member = MemberFactory(organization=world.masters)
    term = TermFactory(organization=world.university)
    posts.appoint(term, member=member, duty="001A", started_on=term.elected_on, by=Acting(world.city))
    desk.passed(desk.start(member, world.staff), 2)
    assert Post.objects.get().ended_on is None
    member.refresh_from_db()
    with pytest.raises(ValidationError, match="请先登记离任"):
        desk.start(member)


def test_the_form_offers_the_release_and_asks_for_its_reason(client, world, secretary):
    reader = act_as(client, RoleGrantFactory(organization=world.direct, system=System.PORTAL))
    address = reverse("transfers:start", args=[secretary.pk])
    assert "同时免去：直属支部书记" in reader.get(address).text
    typed = {"target_code": world.staff.code, "target_name": "教工支部", "cause": "post", "dues_paid_to": "2026-11"}
    typed |= {"valid_days": "", "note": "", "release_reason": ""}
    assert "请先登记离任" in reader.post(address, typed).text
    assert "请填写免职理由" in reader.post(address, typed | {"release": "on"}).text
    page = reader.post(address, typed | {"release": "on", "release_reason": "工作调动"}, follow=True).text
    assert ("办结时免去" in page, "直属支部书记" in page, "工作调动" in page) == (True, True, True)


def test_the_record_tells_of_the_transfer_under_way_and_where_it_is(client, world, member, desk):
    """组织关系信息 shows it: screens.md 2.5."""
    reader = act_as(client, RoleGrantFactory(organization=world.masters))
    page = reverse("members:section", args=[member.pk, "places"])
    assert "在办转接" in reader.get(page).text
    transfer = desk.start(member)
    assert f"市外 {transfer.number}" in (text := reader.get(page).text)
    assert f"当前环节：{transfer.stage_label}" in text
