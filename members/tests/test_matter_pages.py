"""党员管理业务 in the browser's eyes: lists, whom to enter, forms, the tab, exports, reminders."""

import datetime
from io import BytesIO

import pytest
from django.apps import apps
from django.urls import reverse

from accounts.codes import RoleKind, System
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from members import mobility_integrity
from members.models import Hardship, Matter, Member
from members.procedures import PROCEDURES, State
from members.reminders import REMINDERS, coming_entry, waiting
from members.tests.factories import MemberFactory
from partyplatform.audit.models import Record
from partyplatform.excel import read_book

pytestmark = [pytest.mark.django_db, pytest.mark.looks]
DAY = datetime.date


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 27, 2, 0, tzinfo=datetime.UTC))


@pytest.fixture
def roles(college):
    kinds = (("top", "root", RoleKind.CITY), ("upper", "general", RoleKind.DISTRICT), ("own", "staff", RoleKind.BRANCH))
    found = {name: RoleGrantFactory(organization=getattr(college, at), kind=kind) for name, at, kind in kinds}
    found["sibling"] = RoleGrantFactory(organization=college.students, kind=RoleKind.BRANCH)
    portal = {"organization": college.staff, "kind": RoleKind.BRANCH, "system": System.PORTAL}
    return found | {"portal": RoleGrantFactory(**portal)}


@pytest.fixture
def branch(client, roles):
    return act_as(client, roles["own"])


@pytest.fixture
def member(college):
    return MemberFactory(organization=college.staff, name="李思远", complete=True)


def address(name, *arguments):
    return reverse(f"members:{name}", args=arguments)


def bell(role):
    """What the reminders add to the bell."""
    return sum(rows.count() for rows in waiting(role))


def key(page):
    return page.text.split('name="form_key" value="')[1].split('"')[0]


def send(client, url, **values):
    page = client.get(url)
    form = page.context["form"]
    return client.post(url, {"version": form.initial["version"], "form_key": key(page), **values})


def make(member, procedure="abroad", state=State.KEPT, **fields):
    dates = {"began_on": DAY(2025, 1, 10), "ends_on": DAY(2027, 1, 10), "limit_on": DAY(2030, 1, 10)}
    return Matter.objects.create(member=member, procedure=procedure, state=state, **(dates | fields))


FLOW = {"on": "2026-05-01", "region": "310104", "scope": "1", "cause": "1"}


# ── forms ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_branch_enters_a_flow_and_sees_it_in_the_list_and_in_the_record(branch, member):
    answer = send(branch, address("begin_matter", member.pk, "flow", "register"), **FLOW)
    matter = Matter.objects.get()
    assert answer.url == f"{address('mobility', member.pk)}#matter-{matter.pk}"
    listed = branch.get(address("flow"))
    assert [row.pk for row in listed.context["rows"]] == [matter.pk]
    assert "上海市徐汇区" in listed.text
    tab = branch.get(address("mobility", member.pk))
    assert [event.verb for event in tab.context["matters"][0]["events"]] == [
        *("report", "contact", "correct", "return", "move", "withdraw")
    ]
    assert "登记流动" not in [event.label for _, event in tab.context["starts"]]
    assert branch.get(address("detail", member.pk)).context["member"].is_floating


def test_a_refused_form_keeps_what_was_typed_and_says_why_at_the_field(branch, member):
    answer = send(branch, address("begin_matter", member.pk, "flow", "register"), **FLOW | {"region": "不存在的地方"})
    assert answer.status_code == 422
    assert "没有“不存在的地方”" in answer.text
    assert 'value="2026-05-01"' in answer.text
    empty = send(branch, address("begin_matter", member.pk, "flow", "register"))
    assert [f"请{text}" in empty.text for text in ("填写流出日期", "填写外出流向", "选择流动范围", "选择外出原因")] == [
        True
    ] * 4
    assert not Matter.objects.exists()


def test_a_double_click_begins_one_matter(branch, member):
    url = address("begin_matter", member.pk, "flow", "register")
    page = branch.get(url)
    for _ in range(2):
        assert branch.post(url, {**FLOW, "form_key": key(page)}).status_code == 302
    assert Matter.objects.count() == 1


def test_a_slower_reader_gets_409(branch, member):
    matter = make(member)
    url = address("advance_matter", member.pk, matter.pk, "contact")
    page = branch.get(url)
    Matter.objects.update(version=7)
    sent = {"version": 1, "on": "2026-11-20", "note": "电话", "form_key": key(page)}
    assert branch.post(url, sent).status_code == 409


def test_what_a_state_does_not_allow_says_so_instead_of_a_form(branch, member):
    matter = make(member, state=State.ASKED)
    page = branch.get(address("advance_matter", member.pk, matter.pk, "contact"))
    assert "该登记现为“待上级审核”，不能登记联系情况" in page.text
    make(member, procedure="flow", state=State.WAITING)
    assert "不能重复登记" in branch.get(address("begin_matter", member.pk, "flow", "register")).text


def test_an_application_goes_from_the_branch_over_the_general_branch_to_the_committee(client, roles, member):
    going = {"on": "2026-12-10", "ends_on": "2028-12-10", "way": "21", "country": "示例国", "contact_name": "王示例"}
    url = address("begin_matter", member.pk, "abroad", "apply")
    assert send(act_as(client, roles["own"]), url, **going, phone="18088880000").status_code == 302
    matter = Matter.objects.get()
    upper, step = act_as(client, roles["upper"]), address("advance_matter", member.pk, matter.pk, "pass")
    assert (bell(roles["upper"]), bell(roles["top"]), bell(roles["own"])) == (1, 1, 0)
    assert "出国（境）待审核" in upper.get("/info/").text
    assert send(upper, step, on="2026-11-27").status_code == 302
    top = act_as(client, roles["top"])
    assert send(top, address("advance_matter", member.pk, matter.pk, "file"), on="2026-11-27").status_code == 302
    matter.refresh_from_db()
    assert (matter.state, list(Member.objects.paused())) == (State.KEPT, [member])
    assert "18088880000" not in top.get(address("mobility", member.pk)).text
    assert "180****0000" in top.get(address("mobility", member.pk)).text


def test_suspension_is_proposed_on_the_page_with_the_form_filled(branch, member):
    make(member, procedure="lost", state=State.LOST, began_on=DAY(2026, 3, 1), limit_on=DAY(2026, 9, 1), ends_on=None)
    Member.objects.update(is_lost=True, lost_since=DAY(2026, 3, 1))
    assert address("carry_out", member.pk, "suspend") in branch.get(address("mobility", member.pk)).text
    form = branch.get(address("carry_out", member.pk, "suspend")).context["form"]
    assert (form["on"].value(), form["reason"].value()) == (
        "2026-11-27",
        "失去联系满 6 个月（2026-03 起），仍无法取得联系",
    )


# ── lists ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("count", (1, 3))
@pytest.mark.parametrize("name", (*PROCEDURES, "hardships"))
def test_lists_cost_the_same_with_one_row_and_with_three(branch, college, django_assert_num_queries, name, count):
    for _ in range(count):
        person = MemberFactory(organization=college.staff)
        if name == "hardships":
            Hardship.objects.create(member=person, kind="因病致困", since_on="2026-01-10")
        else:
            make(person, procedure=name, state=PROCEDURES[name].starts[0].to)
    with django_assert_num_queries(6):  # session, user, role; count, rows; bell of the layout
        page = branch.get(address(name))
    assert len(page.context["rows"]) == count


@pytest.mark.parametrize("count", (1, 3))
def test_the_tab_and_the_reminders_cost_the_same(branch, college, django_assert_num_queries, count):
    member = MemberFactory(organization=college.staff)
    for procedure in list(PROCEDURES.values())[:count]:
        make(member, procedure=procedure.slug, state=procedure.starts[0].to, contact_due_on=DAY(2026, 11, 1))
        make(
            MemberFactory(organization=college.staff),
            procedure="flow",
            state=State.WAITING,
            contact_due_on="2026-11-01",
        )
    with django_assert_num_queries(9):
        branch.get(address("mobility", member.pk))
    with django_assert_num_queries(7):
        branch.get(f"{address('reminders')}?kind=flow-contact")


def test_the_filters_of_a_list_find_by_person_place_state_and_days(client, roles, college, member):
    other = MemberFactory(organization=college.artists, name="王示例")
    mine = make(member, procedure="flow", state=State.WAITING, began_on=DAY(2026, 5, 1))
    theirs = make(other, procedure="flow", state=State.REPORTED, began_on=DAY(2026, 6, 1))
    over = make(member, procedure="flow", state=State.RETURNED, began_on=DAY(2024, 6, 1), ended_on=DAY(2025, 6, 1))
    top = act_as(client, roles["top"])

    def found(**query):
        answer = top.post(address("flow"), query, follow=True)
        return [row.pk for row in answer.context["rows"]]

    assert found() == [mine.pk, theirs.pk]
    assert found(state="all", name="李") == [mine.pk, over.pk]
    assert found(state="81") == [over.pk]
    assert found(place="表演") == [theirs.pk]
    assert found(since="2026-05-15", until="2026-07-01") == [theirs.pk]
    number = member.unsealed_id_number()
    for typed in (number, number[-4:], number[-6:]):
        assert found(id_number=typed) == [mine.pk]
    refused = top.post(address("flow"), {"id_number": "12"}, follow=True)
    assert "或只输入末 4 至 6 位" in refused.text


def test_whom_to_enter_is_found_by_the_end_of_the_number(branch, college, member):
    MemberFactory(organization=college.staff, name="王示例")
    foreign = MemberFactory(organization=college.artists)
    choose = address("choose_for_matter", "flow")

    def found(number):
        return [row.pk for row in branch.post(choose, {"id_number": number}, follow=True).context["rows"]]

    number = member.unsealed_id_number()
    assert found(number) == found(number[-5:]) == [member.pk]
    assert found(foreign.unsealed_id_number()[-6:]) == []


def test_a_list_shows_nobody_of_another_branch(client, roles, member):
    make(member, procedure="flow", state=State.WAITING)
    sibling = act_as(client, roles["sibling"])
    assert list(sibling.get(address("flow")).context["rows"]) == []
    assert sibling.get(address("mobility", member.pk)).status_code == 404


def test_the_workbook_holds_what_the_list_shows_and_is_recorded(branch, member):
    make(member, procedure="flow", state=State.WAITING, region="310104", host="=1+1")
    answer = branch.get(address("export_matters", "flow"))
    sheet = read_book(BytesIO(b"".join(answer.streaming_content))).sheets[0]
    cells = [[cell.text for cell in line.cells] for line in sheet.lines]
    assert (cells[0][0], cells[1][0], cells[1][2]) == ("姓名", "李思远", "上海市徐汇区")
    assert "=1+1" in cells[1]
    assert Record.objects.filter(action="members.export_matters").exists()


def test_whom_to_enter_is_chosen_among_ones_own(branch, college, member):
    MemberFactory(organization=college.students)
    MemberFactory(organization=college.staff, status="2")
    page = branch.get(address("choose_for_matter", "flow"))
    assert [row.pk for row in page.context["rows"]] == [member.pk]
    assert address("begin_matter", member.pk, "flow", "register") in page.text


# ── reminders ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_branch_is_reminded_in_both_systems(client, roles, member):
    matter = make(member, contact_due_on=DAY(2026, 12, 5))
    record = f"{address('mobility', member.pk)}#matter-{matter.pk}"
    own = 2  # the contact, and the end in six weeks
    assert (bell(roles["own"]), bell(roles["portal"])) == (own, own + 1)  # there also the meeting owed this month
    for role, home, page, link in (
        ("own", "/info/", address("reminders"), record),
        ("portal", "/portal/", reverse("eforefront:reminders"), ""),  # records are no pages of the portal
    ):
        reader = act_as(client, roles[role])
        assert "出国（境）党员联系到期" in reader.get(home).text
        shown = reader.get(f"{page}?kind=abroad-contact")
        assert "李思远" in shown.text
        assert "还有 8 天" in shown.text
        assert [line.url for line in shown.context["rows"]] == [link]
        assert (address("mobility", member.pk) in shown.text) == bool(link)


def test_the_levels_above_see_what_falls_due_and_their_bell_counts_decisions_only(client, roles, member):
    make(member, contact_due_on=DAY(2026, 11, 1))
    assert bell(roles["upper"]) == 0
    upper = act_as(client, roles["upper"])
    assert "出国（境）党员联系到期" in upper.get("/info/").text
    assert "已超 26 天" in upper.get(address("reminders")).text


@pytest.mark.parametrize(
    ("joined_on", "extended", "is_due"),
    (
        (DAY(2025, 12, 27), None, True),
        (DAY(2025, 12, 28), None, False),
        (DAY(2025, 5, 27), 6, True),
        (DAY(2025, 7, 27), 6, False),
        (DAY(2024, 1, 1), None, True),
    ),
)
def test_a_probation_is_due_thirty_days_before_its_end(college, roles, joined_on, extended, is_due):
    member = MemberFactory(organization=college.staff, category="2", joined_on=joined_on)
    if extended:
        apps.get_model("members", "MemberProfile").objects.create(member=member, probation_months=extended)
    found = list(REMINDERS["probation"].in_reach(roles["own"], DAY(2026, 11, 27)))
    assert found == ([member] if is_due else [])


def test_the_monthly_entry_is_announced_a_few_days_before(client, roles):
    assert [coming_entry(DAY(2026, 11, day)) for day in (25, 26)] == [None, DAY(2026, 12, 1)]
    assert "报送《新增人员信息表》" in act_as(client, roles["upper"]).get("/info/").text
    assert "报送《新增人员信息表》" not in act_as(client, roles["own"]).get("/info/").text


def test_what_is_wrong_is_found(member):
    make(member, ends_on=DAY(2031, 1, 10))
    make(member, procedure="flow", state=State.WAITING, region="310104")
    Member.objects.update(status="2")
    assert len(list(mobility_integrity.marks_are_those_of_open_matters())) == 1
    found = list(mobility_integrity.matters_fit_their_members())
    assert ["超过 5 年" in problem for problem in found] == [False, False, True]
