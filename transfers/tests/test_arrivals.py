"""市外转入: from the letter to the record."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.codes import System
from accounts.models import RoleGrant
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory, id_number
from members.models import Member, Standing
from members.tests.counting import counters
from members.tests.factories import MemberFactory
from orgs.tests.acting import Acting
from partyplatform.audit.models import Record
from partyplatform.integrity import invariants
from partyplatform.ui.form_keys import fresh
from partyplatform.ui.stale import OutOfReach
from transfers.models import Arrival, Transfer
from transfers.services import arrival_records
from transfers.services.arriving import arrive

pytestmark = pytest.mark.django_db
NUMBER = id_number(17, born="19900101")


def letter(**changed):
    today = timezone.localdate()
    return {
        "name": "王浩然",
        "id_number": NUMBER,
        "phone": "18088880000",
        "issuer": "中共邻市委组织部",
        "cause": "work",
        "dues_paid_to": today.replace(day=1),
        "category": "1",
        "ethnicity": "01",
        "joined_on": datetime.date(2012, 6, 1),
        "confirmed_on": datetime.date(2013, 6, 1),
        "letter_number": "邻组转〔2026〕118号",
        "letter_on": today - datetime.timedelta(days=3),
        "letter_days": 90,
    } | changed


def test_who_arrives_is_on_the_roll_when_the_committee_has_checked_the_letter(world, desk):
    transfer = arrive(world.masters, by=Acting(world.masters), **letter())
    assert (transfer.type, transfer.holder, transfer.member) == ("in", world.information, None)
    transfer = desk.passed(transfer)
    assert (Member.objects.count(), transfer.lacking.split("、")[0]) == (0, "籍贯")
    with pytest.raises(ValidationError, match="党员信息尚缺：籍贯、最高学历"):
        desk.passed(transfer)
    transfer = desk.passed(desk.completed(transfer))
    member = transfer.member
    assert (transfer.state, member.organization, member.unsealed_id_number()) == ("done", world.masters, NUMBER)
    assert (member.gender, member.born_on, member.shown_phone) == ("1", datetime.date(1990, 1, 1), "180****0000")
    assert (member.education, member.shown_address[:3], member.completeness) == ("21", "示范市", 100)
    assert counters(world.masters)[:2] == (1, 0)
    row = Standing.objects.open().get(member=member)
    assert (row.cause, row.kind, row.document) == ("市外转入", "33", "邻组转〔2026〕118号")
    member.refresh_from_db()
    assert RoleGrant.objects.of(member.user).open().get().organization == world.masters
    for each in invariants():
        assert list(each.problems()) == [], each.title


@pytest.mark.parametrize(
    ("changed", "words"),
    (
        ({"id_number": "123"}, "身份证号"),
        ({"letter_on": datetime.date(2099, 1, 1)}, "不能晚于今天"),
        ({"letter_on": datetime.date(2020, 1, 1)}, "到期，请由原党委重开"),
        ({"confirmed_on": None}, "正式党员请填写转正日期"),
        ({"category": "2"}, "预备党员没有转正日期"),
    ),
)
def test_what_is_refused(world, changed, words):
    with pytest.raises(ValidationError, match=words):
        arrive(world.masters, by=Acting(world.masters), **letter(**changed))
    assert Transfer.objects.count() == 0


def test_somebody_known_to_the_platform_comes_by_another_way(world, desk):
    MemberFactory(organization=world.clerks, id_number=NUMBER)
    with pytest.raises(ValidationError, match="该党员已在平台内，请使用市内转接"):
        arrive(world.masters, by=Acting(world.masters), **letter())


def test_nobody_arrives_twice(world, desk):
    transfer = arrive(world.masters, by=Acting(world.masters), **letter())
    with pytest.raises(ValidationError, match="正在办理，不能重复登记"):
        arrive(world.staff, by=Acting(world.staff), **letter())
    desk.act(transfer, "send_back", remark="档案未到")
    arrive(world.staff, by=Acting(world.staff), **letter())


def test_somebody_admitted_meanwhile_stops_the_last_step(world, desk):
    transfer = desk.completed(desk.passed(arrive(world.masters, by=Acting(world.masters), **letter())))
    MemberFactory(organization=world.clerks, id_number=NUMBER)
    with pytest.raises(ValidationError, match="已登记"):
        desk.passed(transfer)
    assert Transfer.objects.get(pk=transfer.pk).state == "submitted"


def test_a_branch_out_of_reach_is_none(world):
    with pytest.raises(OutOfReach):
        arrive(world.masters, by=Acting(world.clerks), **letter())


def test_number_and_phone_are_never_in_the_clear(world):
    arrive(world.masters, by=Acting(world.masters), **letter())
    stored = Arrival.objects.get()
    for blob in (stored.id_number_sealed, stored.phone_sealed):
        assert (NUMBER.encode() in bytes(blob), b"18088880000" in bytes(blob)) == (False, False)


def test_the_page_takes_the_letter_and_shows_the_number_masked(client, world):
    reader = act_as(client, RoleGrantFactory(organization=world.masters, system=System.PORTAL))
    address = reverse("transfers:arrive")
    assert world.masters.code in reader.get(address).content.decode()
    facts = letter(target_code=world.masters.code, target_name="硕士支部", dues_paid_to="2026-11", note="")
    refused = reader.post(address, facts | {"target_name": "硕士", "letter_phone": ""})
    assert (refused.status_code, "没有找到编码与名称相符的党组织" in refused.content.decode()) == (422, True)
    assert "请选择介绍信扫描件" in refused.content.decode()
    scan = SimpleUploadedFile("介绍信.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")
    completing = reader.post(address, facts | {"letter_phone": "", "scan": scan}, follow=True).content.decode()
    assert ("完善党员信息" in completing, "尚缺" in completing) == (True, True)
    transfer = Transfer.objects.get()
    shown = reader.get(transfer.get_absolute_url()).content.decode()
    assert "介绍信.pdf" in shown
    assert ("王浩然" in shown, "邻组转〔2026〕118号" in shown, NUMBER in shown) == (True, True, False)
    assert f"{NUMBER[:3]}***********{NUMBER[-4:]}" in shown


def test_the_record_is_completed_step_by_step_and_never_shown_in_clear(client, world, desk):
    transfer = arrive(world.masters, by=Acting(world.masters), **letter())
    reader = act_as(client, RoleGrantFactory(organization=world.masters, system=System.PORTAL))
    address = reverse("transfers:complete", args=[transfer.pk])
    assert "可以分次填写" in reader.get(address).text
    typed = {"version": transfer.version, "education": "21", "native_place": "110101", "address": "示范市学院路1号"}
    half = reader.post(address, typed | {"form_key": fresh()}, follow=True).text
    assert "尚缺：职称、新社会阶层情况、工作岗位" in half
    again = reader.get(address).text
    assert ("学院路" in again, "已登记；不改请留空" in again) == (False, True)
    assert "学院路".encode() not in bytes(Arrival.objects.get().values_sealed)
    assert reader.post(address, typed).status_code == 409
    transfer.refresh_from_db()
    with pytest.raises(ValidationError, match="请从列表中选择"):
        arrival_records.write(transfer, by=Acting(world.city), version=transfer.version, values={"education": "9x"})
    desk.completed(transfer)
    assert Record.objects.filter(action="transfers.write_record").count() == 2
    assert desk.passed(transfer, 2).state == "done"
    assert reader.get(address).status_code == 404


def test_rules_that_changed_meanwhile_are_asked_once_more(world, desk):
    transfer = desk.passed(arrive(world.masters, by=Acting(world.masters), **letter()))
    Transfer.objects.update(lacking="")
    with pytest.raises(ValidationError, match="党员信息尚缺：籍贯"):
        desk.passed(transfer)


@pytest.mark.usefixtures("bell")
def test_the_receipt_is_owed_until_it_is_sent_back(client, world, desk):
    transfer = desk.completed(arrive(world.masters, by=Acting(world.masters), **letter()))
    transfer = desk.passed(transfer, 2)
    committee = act_as(client, RoleGrantFactory(organization=world.university, system=System.PORTAL))
    page = committee.get(reverse("transfers:waiting")).text
    assert ("待寄回的回执" in page, 'aria-label="待办 1 项"' in page) == (True, True)
    printed = committee.get(reverse("transfers:receipt", args=[transfer.pk])).text
    assert ("邻组转〔2026〕118号" in printed, world.university.full_name in printed) == (True, True)
    sent = reverse("transfers:receipt_sent", args=[transfer.pk])
    assert "应在" in committee.post(sent, {"on": "2020-01-01"}).text
    page = committee.post(sent, {"on": f"{timezone.localdate()}"}, follow=True).text
    assert "寄出。" in page
    assert "待寄回的回执" not in committee.get(reverse("transfers:waiting")).text
    with pytest.raises(PermissionDenied, match="示范大学党委"):
        arrival_records.receipt_sent(transfer, by=Acting(world.masters), on=timezone.localdate())
