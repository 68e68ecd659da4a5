"""The pages of 组织关系转接, from the button to the moved member."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.codes import RoleKind, System
from accounts.services import notes
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory, UserFactory
from members.models import Member
from members.tests.factories import MemberFactory
from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory
from partyplatform.integrity import invariants
from transfers.models import Transfer, TransferEvent
from transfers.services import clocks

pytestmark = [pytest.mark.django_db, pytest.mark.looks]
FACTS = {"cause": "work", "dues_paid_to": "2026-11", "valid_days": "", "note": ""}


@pytest.fixture
def at(client):
    """Log the client in as an administrator of an organisation, in the portal."""
    roles = {}

    def enter(organization):
        if organization.pk not in roles:
            roles[organization.pk] = RoleGrantFactory(organization=organization, system=System.PORTAL)
        return act_as(client, roles[organization.pk])

    return enter


def page(name, *args):
    return reverse(f"transfers:{name}", args=args)


def listed(answer):
    return [row.name for row in answer.context["rows"]]


def to(target, **more):
    return FACTS | {"target_code": target.code, "target_name": target.short_name} | more


def test_a_member_goes_from_one_branch_to_another(world, member, at):
    sent = at(world.masters).post(page("start", member.pk), to(world.staff), follow=True)
    transfer = Transfer.objects.get()
    assert (sent.status_code, transfer.number in sent.content.decode()) == (200, True)
    reader = at(world.information)
    detail = reader.get(page("detail", transfer.pk)).content.decode()
    assert ("办理意见" in detail, "今日到达" in detail) == (True, True)
    assert listed(reader.get(page("waiting"))) == ["李思远"]
    reader.post(page("act", transfer.pk, "pass"), {"version": 1, "remark": "同意。"})
    assert listed(reader.get(page("waiting"))) == []
    reader = at(world.staff)
    assert "确定后：党员转入新支部" in reader.get(page("settle", transfer.pk, "pass")).content.decode()
    done = reader.post(page("settle", transfer.pk, "pass"), {"version": 2, "remark": ""}, follow=True)
    assert "已办结" in done.content.decode()
    assert Member.objects.get(pk=member.pk).organization == world.staff
    assert listed(reader.get(page("arrived"))) == ["李思远"]
    assert listed(at(world.masters).get(page("left"))) == ["李思远"]


def test_checking_shows_type_and_steps_and_sends_nothing(world, member, at):
    answer = at(world.masters).post(page("start", member.pk), to(world.clerks, check="1"))
    text = answer.content.decode()
    assert ("市内转接" in text, "考试院党委" in text, "默认 30 天" in text) == (True, True, True)
    assert Transfer.objects.count() == 0


def test_a_wrong_pair_is_refused_at_its_field_and_what_was_typed_stays(world, member, at):
    answer = at(world.masters).post(page("start", member.pk), to(world.clerks, target_name="机关支", note="随调"))
    text = answer.content.decode()
    assert (answer.status_code, "没有找到编码与名称相符的党组织" in text, "随调" in text) == (422, True, True)


def test_a_branch_that_cannot_take_in_is_refused_at_its_field_with_the_reason(world, member, at):
    closed = OrganizationFactory(parent=world.arts, short_name="旧支部", dissolved_on="2025-07-01")
    summer = OrganizationFactory(parent=world.arts, short_name="实践队", is_functional=True)
    for target, words in (
        (closed, "“旧支部”已撤销，不能接收党员"),
        (summer, "“实践队”是临时或功能型党支部"),
        (world.arts, "“艺术总支”是党总支部"),
        (world.masters, "李思远的组织关系已在“硕士支部”"),
    ):
        answer = at(world.masters).post(page("start", member.pk), to(target))
        assert (answer.status_code, words in str(answer.context["form"].errors["target_code"])) == (422, True)


def test_the_search_finds_living_branches_anywhere_and_fills_the_form(world, member, at):
    OrganizationFactory(parent=world.office, short_name="机关功能型支部", is_functional=True)
    reader = at(world.masters)
    found = reader.get(page("start", member.pk), {"q": "机关"}).content.decode()
    assert (world.clerks.code in found, "机关功能型支部" in found, "机关总支<" in found) == (True, False, False)
    filled = reader.get(page("start", member.pk), {"code": world.clerks.code}).content.decode()
    assert f'value="{world.clerks.code}"' in filled


def test_leaving_the_platform_needs_heading_and_destination(world, member, at):
    reader, address = at(world.masters), page("start", member.pk) + "?to=outside"
    assert reader.post(address, FACTS).status_code == 422
    reader.post(address, FACTS | {"heading": "中共邻市委组织部", "destination": "邻市某单位", "valid_days": "60"})
    transfer = Transfer.objects.get()
    assert (transfer.type, transfer.valid_days) == ("out", 60)


def test_whoever_cannot_leave_is_told_before_anything_is_typed(world, member, at, desk):
    transfer = desk.start(member, world.staff)
    answer = at(world.masters).get(page("start", member.pk)).content.decode()
    assert ("有未办结的组织关系转接" in answer, transfer.get_absolute_url() in answer) == (True, True)
    assert "提交</button>" not in answer


def test_a_double_click_starts_one_transfer(world, member, at):
    reader = at(world.masters)
    data = to(world.staff) | {"form_key": "k" * 22}
    first = reader.post(page("start", member.pk), data)
    again = reader.post(page("start", member.pk), data)
    assert (again.status_code, again.url, Transfer.objects.count()) == (302, first.url, 1)


def test_the_second_of_two_sees_who_was_faster(world, member, at, desk):
    transfer = desk.start(member, world.actors)
    at(world.information).post(page("act", transfer.pk, "pass"), {"version": 1, "remark": "同意。"})
    late = at(world.information).post(page("act", transfer.pk, "send_back"), {"version": 1, "remark": "有误"})
    assert late.status_code == 409
    assert "示范大学党委：共同上级审批" in late.content.decode()
    gone = at(world.masters).get(page("act", transfer.pk, "reopen"), follow=True)
    assert "不能再办理该项" in gone.content.decode()


def test_others_steps_are_looked_at_and_not_taken(world, member, at, desk):
    transfer = desk.start(member, world.actors)
    reader = at(world.actors)
    detail = reader.get(page("detail", transfer.pk)).content.decode()
    assert "办理意见" not in detail
    assert reader.post(page("act", transfer.pk, "pass"), {"version": 1}).status_code == 403
    assert at(world.academy).get(page("detail", transfer.pk)).status_code == 404
    assert listed(at(world.actors).get(page("coming"))) == ["李思远"]
    assert listed(at(world.academy).get(page("unfinished"))) == []


def test_standing_in_is_ticked_and_reasoned(world, member, at, desk):
    transfer = desk.start(member, world.actors)
    reader = at(world.university)
    assert "代办：通过" in reader.get(page("detail", transfer.pk)).content.decode()
    answer = reader.post(page("act", transfer.pk, "pass"), {"version": 1, "substitute": "on"})
    assert "请填写代办的原因" in answer.content.decode()
    answer = reader.post(page("act", transfer.pk, "pass"), {"version": 1, "remark": "总支书记外出"})
    assert (answer.status_code, "如需代办，请勾选" in answer.content.decode()) == (422, True)
    reader.post(page("act", transfer.pk, "pass"), {"version": 1, "remark": "总支书记外出", "substitute": "on"})
    transfer.refresh_from_db()
    assert (transfer.version, transfer.holder) == (2, world.university)
    assert "示范大学党委代办" in reader.get(page("detail", transfer.pk)).content.decode()


def test_a_final_step_is_never_taken_on_the_page_without_proof(world, member, at, desk):
    transfer = desk.passed(desk.start(member, world.staff))
    detail = at(world.staff).get(page("detail", transfer.pk)).content.decode()
    assert ("办理意见" in detail, page("act", transfer.pk, "send_back") in detail) == (False, True)
    answer = at(world.staff).post(page("act", transfer.pk, "pass"), {"version": 2})
    assert (answer.status_code, answer.url) == (302, page("settle", transfer.pk, "pass"))
    assert Transfer.objects.get(pk=transfer.pk).state == "submitted"


def test_the_receipt_is_entered_by_the_committee(world, member, at, desk):
    transfer = desk.passed(desk.start(member), 2)
    reader = at(world.university)
    answer = reader.post(page("settle", transfer.pk, "receipt"), {"version": transfer.version, "received_on": ""})
    assert answer.status_code == 422
    sent = {"version": transfer.version, "received_on": f"{timezone.localdate()}"}
    sent["scan"] = SimpleUploadedFile("回执.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")
    reader.post(page("settle", transfer.pk, "receipt"), sent)
    assert Member.objects.get(pk=member.pk).status == "31"


def test_whoever_started_is_told_of_a_return(world, member, at, desk):
    transfer = desk.start(member, world.staff)
    silent = at(world.information).post(page("act", transfer.pk, "send_back"), {"version": 1, "remark": " "})
    assert (silent.status_code, "请填写退回的原因" in silent.content.decode()) == (422, True)
    desk.act(transfer, "send_back", remark="转入支部有误")
    answer = at(world.masters).get(page("waiting")).content.decode()
    assert ("近期被退回或结束的转接" in answer, "李思远" in answer) == (True, True)
    desk.start(member, world.actors)
    assert "近期被退回或结束的转接" not in at(world.masters).get(page("waiting")).content.decode()


def test_a_member_sees_the_own_transfer_and_nobody_elses(world, client, desk):
    user = UserFactory(name="李思远")
    member = MemberFactory(organization=world.masters, name="李思远", user=user)
    role = RoleGrantFactory(organization=world.masters, kind=RoleKind.MEMBER, user=user)
    transfer = desk.start(member, world.clerks)
    desk.start(MemberFactory(organization=world.masters, name="王芳"), world.staff)
    answer = act_as(client, role).get(page("own")).content.decode()
    assert (transfer.number in answer, "今日到达" in answer, "王芳" in answer) == (True, True, False)
    assert client.get(page("detail", transfer.pk)).status_code == 403
    desk.passed(transfer, 5)
    told = [note.text.partition("）")[2] for note in notes.listed(user).order_by("pk")]
    until = transfer.valid_until or timezone.localdate() + datetime.timedelta(days=30)
    assert [text.partition("，办理进度")[0] for text in told] == ["已发起", f"已开具介绍信，有效期至 {until}", "已办结"]


def test_open_transfers_stand_against_changes_of_their_branches_by_name(world, member, at, desk):
    transfer = desk.start(member, world.clerks)
    for branch in (world.masters, world.clerks):
        role = RoleGrantFactory(organization=world.city)
        chosen = reverse("orgs:dissolve") + f"?ids={branch.pk}"
        text = act_as(at(world.city), role).get(chosen).content.decode()
        assert "李思远的市内转接（硕士支部 → 机关支部）尚未办结，当前环节：信息总支：转出审核" in text
        assert transfer.get_absolute_url() in text


def test_whoever_started_is_told_that_the_committee_took_the_letter_back(world, member, at, desk):
    desk.act(desk.passed(desk.start(member), 2), "end", remark="本人留任")
    own = desk.start(MemberFactory(organization=world.masters, name="王芳"))
    desk.act(own, "withdraw", by=Acting(world.masters))
    answer = at(world.masters).get(page("waiting"))
    assert [row.name for row in answer.context["returned"]] == ["李思远"]


def test_the_records_are_narrowed_by_type_and_name(world, member, at, desk):
    desk.passed(desk.start(member, world.clerks), 1)
    desk.start(MemberFactory(organization=world.masters, name="王芳"), world.staff)
    reader = at(world.university)
    for asked, names in (
        ({"type": "city"}, ["李思远", "李思远"]),
        ({"type": "internal"}, ["王芳"]),
        ({"type": "out"}, []),
    ):
        assert [row.transfer.name for row in reader.get(page("records"), asked).context["rows"]] == names
    TransferEvent.objects.filter(type="city").update(type="")
    told = [text for each in invariants() if "审批记录" in each.title for text in each.problems()]
    assert len(told) == 2


@pytest.mark.usefixtures("bell")
def test_the_bell_counts_what_waits(world, member, at, desk):
    desk.start(member, world.staff)
    assert 'aria-label="待办 1 项"' in at(world.information).get(page("waiting")).content.decode()


@pytest.mark.parametrize(
    ("name", "queries"),
    (("waiting", 9), ("unfinished", 7), ("coming", 7), ("left", 7), ("arrived", 7), ("records", 7)),
)
def test_lists_cost_the_same_with_one_row_and_with_three(world, at, desk, django_assert_num_queries, name, queries):
    reader = at(world.university)

    def one_more():
        running = desk.start(MemberFactory(organization=world.masters), world.actors)
        if name == "waiting":
            desk.passed(running)
        if name in ("left", "arrived"):
            desk.act(running, "send_back", remark="有误")

    one_more()
    with django_assert_num_queries(queries):
        assert len(reader.get(page(name)).context["rows"]) >= 1
    one_more()
    one_more()
    with django_assert_num_queries(queries):
        assert len(reader.get(page(name)).context["rows"]) >= 3


def test_the_page_of_a_transfer_costs_the_same_however_long_it_ran(world, member, at, desk, django_assert_num_queries):
    transfer = desk.start(member, world.clerks)
    reader = at(world.city)
    for times, queries in ((0, 8), (3, 11)):  # letters, whether they are the reader's to print, scans
        transfer = desk.passed(transfer, times)
        with django_assert_num_queries(queries):
            reader.get(page("detail", transfer.pk))


def test_what_ran_out_is_shown_red_and_offered_to_the_committee(world, member, at, desk):
    transfer = desk.passed(desk.start(member, world.clerks, valid_days=1), 2)
    Transfer.objects.filter(pk=transfer.pk).update(valid_until=timezone.localdate() - datetime.timedelta(days=1))
    refused = at(world.academy).get(page("detail", transfer.pk)).content.decode()
    assert "请由转出党委重开" in refused
    clocks.expire_letters()
    text = at(world.university).get(page("detail", transfer.pk)).content.decode()
    assert ("tag--red" in text, "重开介绍信" in text, "结束转接" in text) == (True, True, True)
