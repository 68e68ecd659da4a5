"""新增党员（汇总表导入）, page and service: what is refused where, what is taken back. Source: issue 4."""

import datetime
import re
from html import unescape
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from accounts.models import RoleGrant, User
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory, id_number
from members.codes import MembershipStatus
from members.models import Doubt, ImportRow, Member, MemberImport, MemberProfile, Post, Standing, Twin
from members.models.members import ADDRESSES, PHONES
from members.services import importing, records
from members.services import members as roll
from members.services.importing import confirming
from members.services.importing.rows import HEADINGS
from members.tests.factories import MemberFactory
from members.tests.sheets import person, uploaded, workbook
from orgs.tests.factories import OrganizationFactory, TermFactory
from partyplatform.audit.models import Record
from partyplatform.integrity import invariants
from partyplatform.ui.form_keys import fresh

pytestmark = pytest.mark.django_db
State = MemberImport.State


@pytest.fixture(autouse=True)
def same_day(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime.datetime(2026, 11, 20, 2, tzinfo=datetime.UTC))


@pytest.fixture
def role(college):
    return RoleGrantFactory(organization=college.root)


@pytest.fixture
def admin(client, role):
    return act_as(client, role)


def send(client, people, **options):
    form = {"file": uploaded(people, **options), "form_key": fresh()}
    return client.post(reverse("members:imports"), form, follow=True)


def session():
    return MemberImport.objects.latest("pk")


def post(client, name, **fields):
    address = reverse(f"members:{name}", args=[session().uid])
    return client.post(address, {"form_key": fresh(), **fields}, follow=True)


def text(response):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


def brought_in(client, people):
    send(client, people)
    answer = post(client, "confirm_import")
    assert session().state == State.DONE, text(answer)
    return answer


def test_a_sheet_that_asks_of_many_strangers_is_told_above(client, college, monkeypatch):
    monkeypatch.setattr(confirming, "MANY_ELSEWHERE", 2)
    act_as(client, RoleGrantFactory(organization=college.general, kind="city"))
    strangers = [MemberFactory(organization=college.artists) for _ in range(2)]
    rows = [person(n, college.staff, id_number=who.unsealed_id_number()) for n, who in enumerate(strangers, 1)]
    alarms = Record.objects.filter(action="members.import_elsewhere", level="alarm")
    for times, people in enumerate((rows[:1], rows)):
        send(client, people)
        assert (session().result["faulty"], alarms.count()) == (len(people), times)


def assert_whole():
    for entry in invariants():
        assert list(entry.problems()) == [], entry.title


def by_number(number):
    return Member.objects.with_id_number(number).order_by("pk").last()


def test_a_sheet_enters_members_with_account_history_score_and_counters(admin, college, role):
    people = [
        person(1, college.staff, name="王𠮷", add_kind="补录"),
        person(
            2,
            college.students,
            name="阿不都·热合曼",
            category="正式党员",
            joined_on="2015-06-30",
            confirmed_on="2016-06-30",
            add_kind="市外转入",
        ),
        person(3, college.staff, id_number=id_number(3, born="19900101", region="830000").lower()),
    ]
    answer = send(admin, people)
    assert "等待确认" in text(answer)
    assert (Member.objects.count(), session().result["new"]) == (0, 3)
    assert "已导入：新增 3 名、更新 0 名党员" in text(post(admin, "confirm_import"))
    member = by_number(people[0]["id_number"])
    assert (member.name, member.organization, member.category, member.completeness) == ("王𠮷", college.staff, "2", 100)
    assert (PHONES.text(member), ADDRESSES.text(member)) == (people[0]["phone"], people[0]["address"])
    assert (member.title, member.social_class, member.native_place) == ("999", "0", "110101")
    row = Standing.objects.get(member=member)
    assert (row.cause, row.kind, row.begins_on, row.by_name) == ("入册", "4", timezone.localdate(), role.user.name)
    assert MemberProfile.objects.get(member=member).joining_kind == "4"
    grant = RoleGrant.objects.get(user=member.user)
    assert (grant.kind, grant.system, grant.organization, grant.is_default) == ("member", "portal", college.staff, True)
    assert member.user.unsealed_id_number() == people[0]["id_number"]
    assert not member.user.has_usable_password()
    college.staff.refresh_from_db()
    assert (college.staff.probationary_members, college.staff.full_members) == (2, 0)
    assert Record.objects.of_object(member).get().action == "members.admit"
    assert by_number(people[2]["id_number"]) is not None
    assert_whole()


PLAIN_NUMBER = 111111111111111111.0
NUMBER = "公民身份证号"
RIGHT = id_number(1, born="19900101")
# a name of the fault: cells changed, heading, what is said
FAULTS = {
    "no name": ({"name": None}, "姓名", "请填写姓名"),
    "a digit in the name": ({"name": "李思远2"}, "姓名", "姓名中不能有数字"),
    "a blank in the name": ({"name": "李 远"}, "姓名", "姓名中间不能有空格"),
    "a long name": ({"name": "李" * 51}, "姓名", "不能超过 50 个字，现为 51 个字"),
    "no number": ({"id_number": None}, NUMBER, "请填写公民身份证号"),
    "17 characters": ({"id_number": RIGHT[:-1]}, NUMBER, "身份证号应为18位"),
    "15 digits": ({"id_number": "990000900101001"}, NUMBER, "15 位的旧号码请换成 18 位号码填写"),
    "a letter inside": ({"id_number": RIGHT[:9] + "A" + RIGHT[10:]}, NUMBER, "身份证号格式不正确"),
    "a wrong check character": (
        {"id_number": RIGHT[:-1] + ("0" if RIGHT[-1] != "0" else "1")},
        NUMBER,
        "身份证号校验码不正确",
    ),
    "no such day in the number": (
        {"id_number": id_number(1, born="19900230")},
        NUMBER,
        "身份证号中的出生日期不正确",
    ),
    "a number as 1.1E+17": ({"id_number": PLAIN_NUMBER}, NUMBER, "数字过长，后几位已丢失"),
    "no branch": ({"branch_code": None}, "党组织编码", "请填写党组织编码"),
    "an unknown branch": ({"branch_code": "999999999999"}, "党组织编码", "管理范围内没有该编码的党组织，请核对"),
    "half a code": ({"branch_code": "123"}, "党组织编码", "党组织编码应为 12 位数字"),
    "an applicant": ({"category": "入党申请人"}, "人员类别", "人员类别应为正式党员或预备党员"),
    "the other sex": ({"gender": "女"}, "性别", "性别与身份证号不一致，按身份证号应为男"),
    "an unknown people": ({"ethnicity": "火星族"}, "民族", "不在代码表中"),
    "a heading as job": ({"job_post": "02"}, "工作岗位", "是分类，请填写到最末一级"),
    "a province as place": ({"native_place": "110000"}, "籍贯", "是分类，请填写到最末一级"),
    "an unknown place": ({"native_place": "亚特兰蒂斯"}, "籍贯", "没有“亚特兰蒂斯”"),
    "a day that is none": ({"born_on": "1990-02-30"}, "出生日期", "没有“1990-02-30”这一天"),
    "a date in words": ({"joined_on": "去年"}, "入党日期", "日期应写成 2002-04-18 的样子，现为“去年”"),
    "joined tomorrow": ({"joined_on": "2026-11-21"}, "入党日期", "入党日期不能晚于今天"),
    "joined as a child": ({"joined_on": "2007-12-31"}, "入党日期", "入党时应年满 18 周岁"),
    "confirmed while on probation": ({"confirmed_on": "2026-11-01"}, "转正日期", "预备党员没有转正日期"),
    "full and not confirmed": ({"category": "正式党员"}, "转正日期", "正式党员请填写转正日期"),
    "confirmed too early": (
        {"category": "正式党员", "confirmed_on": "2026-10-01"},
        "转正日期",
        "转正日期不能早于预备期满（2027-05-20）",
    ),
    "a short mobile": ({"phone": "1808888000"}, "联系方式", "手机号码应为 11 位，现为 10 位"),
    "an address like a novel": ({"address": "路" * 201}, "家庭住址", "不能超过 200 个字"),
    "lost perhaps": ({"is_lost": "也许"}, "是否为失联党员", "请填写“是”或“否”"),
    "since when, though not lost": ({"lost_since": "2026-05"}, "失去联系日期", "不是失联党员，请不要填写"),
    "a month that is none": (
        {"is_lost": "是", "lost_since": "2026-13"},
        "失去联系日期",
        "月份应写成 2026-05 的样子",
    ),
    "suspended from the start": ({"status": "停止党籍"}, "党籍状态", "新增党员的党籍状态应为正常"),
    "no way in": ({"add_kind": None}, "增加方式", "请填写增加方式"),
    "an unknown way in": (
        {"add_kind": "自己来的"},
        "增加方式",
        "应为：发展党员、其中重新入党、市外转入、补录、系统启用时导入",
    ),
    "a way in of another procedure": ({"add_kind": "恢复党籍"}, "增加方式", "恢复党籍不用导入办理"),
    "a formula without a result": ({"name": "=NA()"}, "姓名", "公式没有可用的结果"),
}
FAULTS_OF_PLACES = (
    "enrolled out of reach", "enrolled in another branch", "a branch out of reach", "no branch by type",
    "a functional branch", "a dissolved branch",
)  # fmt: skip


def _faults_of_places(college):
    """Those that hang on who is enrolled where, and on what may take members in."""
    other = OrganizationFactory(short_name="外校支部", parent=OrganizationFactory())
    enrolled_there = MemberFactory(organization=other)
    enrolled_here = MemberFactory(organization=college.artists)
    return {
        "enrolled out of reach": (
            {"id_number": enrolled_there.unsealed_id_number()},
            NUMBER,
            "该身份证号已登记，请联系上级组织部门",
        ),
        "enrolled in another branch": (
            {"id_number": enrolled_here.unsealed_id_number()},
            "党组织编码",
            "该身份证号已存在于表演支部",
        ),
        "a branch out of reach": ({"branch_code": other.code}, "党组织编码", "管理范围内没有该编码的党组织，请核对"),
        "no branch by type": ({"branch_code": college.general.code}, "党组织编码", "党员的组织关系应在党支部"),
        "a functional branch": ({"branch_code": college.functional.code}, "党组织编码", "不接收党员组织关系"),
        "a dissolved branch": ({"branch_code": college.closed.code}, "党组织编码", "“旧支部”已撤销，不能接收党员"),
    }


@pytest.mark.looks
@pytest.mark.parametrize("fault", (*FAULTS, *FAULTS_OF_PLACES))
def test_a_bad_cell_is_named_with_row_column_and_reason_and_nothing_comes_in(admin, college, fault):
    changes, heading, said = FAULTS[fault] if fault in FAULTS else _faults_of_places(college)[fault]
    before = Member.objects.count()
    answer = send(admin, [person(2, college.staff), person(1, college.staff, **changes)])
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[list(HEADINGS.values()).index(heading)]
    lines = [line for line in answer.context["rows"] if line.heading == heading]
    assert [(line.place, said in line.text) for line in lines] == [(f"第 3 行 {letters} 列", True)], [
        (line.heading, line.text) for line in answer.context["rows"]
    ]
    assert (session().state, session().result["faulty"]) == (State.FAULTY, 1)
    post(admin, "confirm_import")
    assert Member.objects.count() == before


def test_people_of_one_name_and_birthday_are_listed_and_doubts_noted(admin, college):
    brought_in(admin, [person(1, college.staff), person(2, college.students), person(3, college.staff, name="王一")])
    first, second = (by_number(person(number, college.staff)["id_number"]) for number in (1, 2))
    assert [(twin.first, twin.second) for twin in Twin.objects.all()] == [(first, second)]
    assert not Doubt.objects.exists()
    Member.objects.filter(pk=first.pk).update(born_on="1990-01-02")
    brought_in(admin, [person(1, college.staff, born_on=None, job_post="0211")])
    assert list(Doubt.objects.values_list("member", "kind")) == [(first.pk, "born")]
    undo(admin)
    assert Doubt.objects.get().state == "open"


def test_one_number_in_two_rows_is_refused_in_both(admin, college):
    answer = send(admin, [person(1, college.staff), person(1, college.students)])
    assert [(line.row, line.text) for line in answer.context["rows"]] == [
        (2, "与第 3 行的公民身份证号相同"),
        (3, "与第 2 行的公民身份证号相同"),
    ]


def test_faulty_cells_are_repaired_in_the_page_and_a_row_left_out(admin, college):
    send(admin, [person(1, college.staff, phone="123"), person(2, college.staff), person(3, college.staff, name=None)])
    page = admin.get(reverse("members:repair_import", args=[session().uid]))
    assert [field.html_name for _, fields, _ in page.context["form"].groups for field in fields] == [
        "row2-phone",
        "row4-name",
    ]
    assert "还有 1 行需要修改" in text(post(admin, "repair_import", **{"row2-phone": "18000000001", "row4-name": ""}))
    answer = post(admin, "repair_import", **{"row4-name": "", "row4-drop": "on"})
    assert "已改正全部错误" in text(answer)
    post(admin, "confirm_import")
    assert (session().state, Member.objects.count()) == (State.DONE, 2)
    assert_whole()


def test_a_fault_between_two_cells_is_repaired_in_either(admin, college):
    """A 转正日期 that is too early may mean that 入党日期 or 人员类别 is wrong."""
    send(admin, [person(1, college.staff, category="正式党员", confirmed_on="2026-06-20")])
    (_, fields, _), *_ = admin.get(reverse("members:repair_import", args=[session().uid])).context["form"].groups
    cells = {field.html_name: field.value() for field in fields}
    assert cells == {"row2-confirmed_on": "2026-06-20", "row2-category": "正式党员", "row2-joined_on": "2026-05-20"}
    assert "已改正全部错误" in text(post(admin, "repair_import", **cells | {"row2-joined_on": "2025-06-20"}))


def test_the_sheet_comes_back_with_a_column_of_reasons_and_reads_again(admin, college):
    people = [person(1, college.staff), person(2, college.staff, phone="123", name="王𠮷")]
    send(admin, people)
    book = admin.get(reverse("members:import_errors", args=[session().uid])).getvalue()
    rows = list(load_workbook(BytesIO(book)).active.iter_rows(values_only=True))
    assert rows[0][-1] == "错误说明"
    assert "联系方式：" in rows[2][-1]
    assert (rows[1][-1], rows[1][5], rows[2][1]) == (None, people[0]["id_number"], "王𠮷")
    form = {"file": _named(BytesIO(book)), "form_key": fresh()}
    answer = admin.post(reverse("members:imports"), form, follow=True)
    assert [(line.place, line.heading) for line in answer.context["rows"]] == [("第 3 行 U 列", "联系方式")]


def test_what_is_listed_is_masked_and_what_is_stored_is_sealed(admin, college):
    cells = person(1, college.staff)
    answer = send(admin, [cells])
    for secret in (cells["id_number"], cells["phone"], cells["address"]):
        assert secret not in answer.content.decode()
        for row in ImportRow.objects.values_list("content_sealed", flat=True):
            assert secret.encode() not in bytes(row)
    assert "**************" + cells["id_number"][-4:] in answer.content.decode()


def test_existing_people_show_differences_and_blanks_change_nothing(admin, college):
    member = MemberFactory(organization=college.staff, name="李思远", complete=True, ethnicity="")
    number = member.unsealed_id_number()
    cells = {
        "branch_code": college.staff.code,
        "name": "李思远",
        "id_number": number,
        "ethnicity": "汉族",
        "phone": "18000000009",
    }
    answer = send(admin, [cells])
    [line] = answer.context["rows"]
    assert line.changes == "民族：（空） → 汉族 01；联系方式：180****0000 → 180****0009"
    post(admin, "confirm_import")
    member.refresh_from_db()
    assert (member.ethnicity, member.born_on, member.completeness) == ("01", datetime.date(1990, 1, 1), 100)
    assert PHONES.text(member) == "18000000009"
    assert Record.objects.of_object(member).first().changes == [
        ["民族", "", "汉族 01"],
        ["联系方式", "（已登记）", "（已更改）"],
    ]
    assert_whole()


@pytest.mark.parametrize(
    ("changes", "said"),
    (
        ({"category": "预备党员"}, "该项由业务办理变更，不能用导入修改，现为“正式党员”"),
        ({"status": "停止党籍"}, "该项由业务办理变更，不能用导入修改，现为“正常”"),
    ),
)
def test_what_only_a_procedure_changes_is_refused(admin, college, changes, said):
    member = MemberFactory(organization=college.staff, complete=True)
    number = member.unsealed_id_number()
    answer = send(admin, [{"name": member.name, "id_number": number, **changes}])
    assert [line.text for line in answer.context["rows"]] == [said]


def test_the_same_sheet_again_changes_nothing(admin, college):
    people = [person(1, college.staff), person(2, college.staff)]
    book = workbook(people)
    for _ in range(2):
        form = {"file": _named(BytesIO(book)), "form_key": fresh()}
        answer = admin.post(reverse("members:imports"), form, follow=True)
        post(admin, "confirm_import")
    assert "该文件已经导入过" in text(answer)
    written = Record.objects.count()
    again = send(admin, [*people, person(3, college.staff)])
    assert [line.mark.label for line in again.context["rows"]] == ["无变化", "无变化", "新增"]
    post(admin, "confirm_import")
    assert (Member.objects.count(), Record.objects.count()) == (3, written + 4)
    assert "没有重复导入" in text(post(admin, "confirm_import"))
    assert Member.objects.count() == 3


def test_a_change_since_the_check_is_shown_again_before_anything_happens(admin, college, role):
    people = [person(1, college.staff)]
    send(admin, people)
    roll.admit(college.staff, name="李思远", id_number=people[0]["id_number"], category="2", by=role)
    assert "检查之后有变化，没有导入" in text(post(admin, "confirm_import"))
    assert session().state == State.CHECKED
    assert "更新" in text(post(admin, "confirm_import"))
    assert Member.objects.count() == 1


def test_an_account_of_earlier_goes_with_the_person(admin, college, role):
    cells = person(1, college.staff)
    brought_in(admin, [cells])
    first = by_number(cells["id_number"])
    roll.change_status(first, status=MembershipStatus.EXPELLED, by=role)
    answer = send(admin, [person(1, college.students)])
    assert "历史党员中已有此人（出党）" in text(answer)
    post(admin, "confirm_import")
    again = by_number(cells["id_number"])
    assert (again.pk != first.pk, again.user, User.objects.filter(name="李思远").count()) == (True, first.user, 1)
    assert RoleGrant.objects.open().get(user=again.user, kind="member").organization == college.students
    assert_whole()


def undo(client):
    return post(client, "undo_import", reason="误传了测试表")


def test_colleagues_see_what_was_brought_in_and_can_take_it_back_but_no_open_sheet(admin, college, role):
    brought_in(admin, [person(1, college.staff)])
    done = reverse("members:import_session", args=[session().uid])
    send(admin, [person(2, college.staff)], name="另一张.xlsx")
    waiting = reverse("members:import_session", args=[session().uid])
    stranger = act_as(Client(), RoleGrantFactory(organization=college.other))
    assert [stranger.get(url).status_code for url in (done, waiting)] == [403, 403]
    colleague = act_as(Client(), RoleGrantFactory(organization=role.organization))
    assert [colleague.get(url).status_code for url in (done, waiting)] == [200, 404]
    listed = colleague.get(reverse("members:imports")).context["earlier"]
    assert [(line.file_name, line.owner_name) for line in listed] == [("新增人员.xlsx", role.user.name)]
    address = reverse("members:undo_import", args=[MemberImport.objects.exclude(done_at=None).get().uid])
    assert "已撤回 1 行" in text(colleague.post(address, {"form_key": fresh(), "reason": "误传"}, follow=True))
    assert by_number(person(1, college.staff)["id_number"]).status == "39"


def test_an_import_is_taken_back_as_long_as_nothing_else_happened(admin, college, role):
    changed = MemberFactory(organization=college.staff, complete=True, ethnicity="", title="011")
    kept = MemberFactory(organization=college.staff, complete=True, ethnicity="")
    people = [person(number, college.staff) for number in (1, 2, 3)]
    numbers = {"first": changed.unsealed_id_number(), "second": kept.unsealed_id_number()}
    rows = [
        {"name": m.name, "id_number": m.unsealed_id_number(), "ethnicity": "汉族", "title": "无"}
        for m in (changed, kept)
    ]
    brought_in(admin, [*people, *rows])
    worked_on, posted = by_number(people[1]["id_number"]), by_number(people[2]["id_number"])
    records.update(worked_on, by=role, version=worked_on.version, values={"name": "李思源"})
    Post.objects.create(
        term=TermFactory(organization=college.staff), member=posted, duty="001B", started_on="2026-11-20"
    )
    kept.refresh_from_db()
    records.update(kept, by=role, version=kept.version, values={"ethnicity": "11"})
    assert "已撤回 2 行，3 行因故保留" in text(undo(admin))
    gone = by_number(people[0]["id_number"])
    assert (gone.status, worked_on.status, numbers["first"]) == ("39", "1", changed.unsealed_id_number())
    standing = Standing.objects.open().get(member=gone)
    assert (standing.cause, standing.kind, standing.reason) == ("撤销导入", "9", "误传了测试表")
    assert not RoleGrant.objects.open().filter(user=gone.user).exists()
    changed.refresh_from_db(), kept.refresh_from_db()
    assert (changed.ethnicity, changed.title, kept.ethnicity, kept.title) == ("", "011", "11", "999")
    whys = dict(ImportRow.objects.exclude(why_kept="").values_list("number", "why_kept"))
    assert whys == {
        3: "导入之后有其他操作，请个别处理",
        4: "导入之后有其他操作，请个别处理",
        6: "导入之后又有修改，保留现在的内容",
    }
    assert session().state == State.UNDONE
    assert "不能撤销" in text(undo(admin))
    assert_whole()


def test_what_was_taken_back_can_come_in_again(admin, college):
    people = [person(1, college.staff)]
    brought_in(admin, people)
    undo(admin)
    answer = send(admin, people)
    assert "历史党员中已有此人" in text(answer)
    post(admin, "confirm_import")
    assert by_number(people[0]["id_number"]).status == MembershipStatus.NORMAL
    assert_whole()


def test_after_30_days_nothing_is_taken_back_and_the_rows_are_empty(admin, college, role):
    member = MemberFactory(organization=college.staff, complete=True, ethnicity="")
    brought_in(admin, [{"name": member.name, "id_number": member.unsealed_id_number(), "ethnicity": "汉族"}])
    assert ImportRow.objects.exclude(content_sealed=b"").count() == 1
    MemberImport.objects.update(done_at=timezone.now() - datetime.timedelta(days=30, minutes=1))
    assert "不能撤销" in text(undo(admin))
    importing.forget_old()
    assert not ImportRow.objects.exclude(content_sealed=b"").exists()
    assert session().state == State.DONE


def test_what_nobody_confirms_is_forgotten_after_a_week(admin, college):
    send(admin, [person(1, college.staff)])
    assert importing.forget_old(timezone.now() + datetime.timedelta(days=6)) == 0
    assert importing.forget_old(timezone.now() + datetime.timedelta(days=8)) == 1
    assert not ImportRow.objects.exists()


def test_the_template_reads_as_nothing_until_it_is_filled_in(admin, college):
    book = load_workbook(BytesIO(admin.get(reverse("members:import_template")).getvalue()))
    assert book.sheetnames == ["新增人员信息表", "填写说明", "代码表"]
    sheet = book["新增人员信息表"]
    headings = [cell.value.removesuffix("*") for cell in sheet[1]]
    assert headings == list(HEADINGS.values())
    for heading in ("公民身份证号", "联系方式", "党组织编码"):
        assert sheet.column_dimensions[sheet.cell(1, headings.index(heading) + 1).column_letter].number_format == "@"
    assert [cell.value for cell in book["代码表"]["A"]][:3] == ["性别", "男", "女"]
    for name, value in person(1, college.staff).items():
        sheet.cell(3, headings.index(HEADINGS[name]) + 1).value = value
    stream = BytesIO()
    book.save(stream)
    answer = admin.post(reverse("members:imports"), {"file": _named(stream), "form_key": fresh()}, follow=True)
    assert [line.mark.label for line in answer.context["rows"]] == ["新增"], text(answer)


def _named(stream):
    stream.seek(0)
    stream.name = "新增人员.xlsx"
    return stream


def test_a_sheet_of_something_else_is_refused_at_the_field(admin):
    book = Workbook()
    book.active.append(["商品", "价格"])
    stream = BytesIO()
    book.save(stream)
    answer = admin.post(reverse("members:imports"), {"file": _named(stream), "form_key": fresh()})
    assert answer.status_code == 422
    assert "没有找到列“姓名”、“公民身份证号”" in text(answer)


def test_nobody_sees_the_import_of_somebody_else(client, admin, college):
    send(admin, [person(1, college.staff)])
    uid = session().uid
    other = act_as(client, RoleGrantFactory(organization=college.root))
    for name in ("import_session", "repair_import", "import_errors", "undo_import"):
        assert other.get(reverse(f"members:{name}", args=[uid])).status_code == 404
    for name in ("confirm_import", "withdraw_import"):
        assert other.post(reverse(f"members:{name}", args=[uid]), {"form_key": fresh()}).status_code == 404
    assert Member.objects.count() == 0
    below = act_as(client, RoleGrantFactory(organization=college.general, kind="district"))
    assert below.get(reverse("members:imports")).status_code == 403


def test_pages_take_the_same_few_statements_for_few_and_many_rows(admin, college, django_assert_num_queries):
    for size in (1, 3):
        send(admin, [person(10 * size + number, college.staff) for number in range(size)])
        page = reverse("members:import_session", args=[session().uid])
        with django_assert_num_queries(7):
            admin.get(page)
        post(admin, "confirm_import")
        with django_assert_num_queries(7):
            admin.get(page)
    with django_assert_num_queries(6):
        admin.get(reverse("members:imports"))


def test_somebody_alike_or_of_the_same_mobile_number_is_told_without_a_word_about_them(admin, college):
    born = datetime.date(1990, 1, 1)
    MemberFactory(organization=college.artists, name="李思远", born_on=born, phone="18012345678")
    MemberFactory(organization=college.artists, name="王家", phone="010-12345678")
    people = [
        person(1, college.staff, phone="18012345678"),
        person(2, college.staff, name="李思", phone="010-12345678"),
    ]
    send(admin, people)
    shown = text(admin.get(reverse("members:import_session", args=[session().uid])))
    assert shown.count("平台上已有姓名和出生日期都相同的党员，请核对是否重复") == 1
    assert shown.count("联系方式与平台上另一名党员的手机号码相同，请核对") == 1
    assert (session().result["remarked"], session().result["faulty"]) == (1, 0)
    assert college.artists.short_name not in shown
    post(admin, "confirm_import")
    send(admin, people[::-1])  # another file: the same one again leads to the first result
    assert session().result["same"] == 2
