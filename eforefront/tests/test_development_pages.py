"""党员发展 as pages: the list, the stages, the queues, one person and the forms made from the table."""

from io import BytesIO
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.codes import RoleKind, System
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from eforefront.development.states import State
from eforefront.development.steps import STEPS
from eforefront.models import Applicant, DevelopmentFile, DossierHandOver, Sponsorship
from eforefront.tests.development_factories import ApplicantFactory, hand_over_of
from eforefront.tests.development_walks import PERSON, WALK, apply, number_of, walk
from eforefront.tests.test_development import university
from members.models import Matter, Member, MemberProfile, Standing
from members.tests.factories import MemberFactory
from partyplatform.tests.kept import kept
from partyplatform.ui.todos import todos

pytestmark = [pytest.mark.django_db, pytest.mark.looks]


@kept
def world():
    place = university("示范大学")
    place.applicant = walk(apply(place.branch), place.people, until="13")
    place.roles = SimpleNamespace(
        branch=RoleGrantFactory(organization=place.branch, system="portal"),
        general=RoleGrantFactory(organization=place.general, system="portal"),
        root=RoleGrantFactory(organization=place.root, system="portal"),
    )
    return place


def address(name, /, *args, **query):
    return reverse(f"eforefront:{name}", args=args, query=query or None)


def page(client, role, name, /, *args, **query):
    answer = act_as(client, role).get(address(name, *args, **query))
    assert answer.status_code == 200, name
    return answer.content.decode()


def sent(client, role, name, /, *args, **values):
    return act_as(client, role).post(address(name, *args), values)


def typed(step, /, **more):
    """What a person types into the form of a step, from the walk."""
    day, facts = WALK[step]
    given = {key: ("on" if value is True else value) for key, value in facts.items()}
    given |= {key: value.isoformat() for key, value in facts.items() if hasattr(value, "isoformat")}
    return {"on": day.isoformat(), **given, **more}


def test_the_branch_enters_an_applicant_who_hands_the_application_in(client, world):
    values = {"name": "何文", "id_number": number_of(4), "applied_on": "2023-01-10", "received_by": "周敏"}
    values |= {key: str(value) for key, value in PERSON.items()} | {"post": "软件工程 2201 班"}
    answer = sent(client, world.roles.branch, "create_applicant", **values)
    made = Applicant.objects.get(name="何文")
    assert (answer.status_code, answer.headers["Location"]) == (302, made.get_absolute_url())
    assert (made.step, made.education, made.organization) == ("02", "21", world.branch)
    again = sent(client, world.roles.branch, "create_applicant", **values)
    assert (again.status_code, "该身份证号的发展党员正在示范大学学生支部办理" in again.content.decode()) == (422, True)


def test_the_list_shows_stages_and_filters_and_goes_into_a_workbook(client, world):
    shown = page(client, world.roles.general, "applicants")
    assert "林晓" in shown
    assert "13. 上级党委预审" in shown
    assert "林晓" not in page(client, world.roles.root, "applicants", stage="2")
    assert "林晓" in page(client, world.roles.root, "applicants", stage="4", step="13", gender="1", place="学生")
    answer = act_as(client, world.roles.branch).get(address("export_applicants", due="late"))
    assert sheet_rows(answer) == [["林晓", "男", "2003-01-02", "示范大学学生支部"]]


def sheet_rows(answer):
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)), read_only=True)
    return [[str(cell)[:10] for cell in row[:4]] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)]


def test_the_board_names_the_next_deadline_and_what_is_missing(client, world):
    shown = page(client, world.roles.branch, "development_pipeline")
    assert "2024-07-20" in shown
    assert "入党申请书、谈话记录、推荐推优材料等" in shown


@pytest.mark.usefixtures("bell")
def test_a_general_branch_reviews_and_the_committee_decides(client, world):
    pk = world.applicant.pk
    assert "审议 1" in page(client, world.roles.general, "development_queues")
    assert "林晓" not in page(client, world.roles.root, "development_queue", "preview")
    shown = page(client, world.roles.general, "applicant", pk)
    assert "审议通过，报上级" in shown
    version = Applicant.objects.get(pk=pk).version
    words = {"version": version, "on": "2024-06-25", "opinion": "同意"}
    assert sent(client, world.roles.general, "applicant", pk, **words).status_code == 302
    assert "预审 1" in page(client, world.roles.root, "development_queue", "preview")
    assert todos(world.roles.root) == 1
    late = sent(client, world.roles.general, "applicant", pk, **words)
    assert (late.status_code, world.roles.general.user_name in late.content.decode()) == (409, True)
    present = words | {"version": version + 1}
    assert sent(client, world.roles.branch, "applicant", pk, **present).status_code == 403
    words |= {"version": version + 1, "outcome": "pass"}
    missing = sent(client, world.roles.root, "applicant", pk, **words)
    assert (missing.status_code, "请填写发放的志愿书编号" in missing.content.decode()) == (422, True)
    scan = SimpleUploadedFile("预审意见.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")
    given = typed("13", version=version + 1, outcome="pass", paper_0=scan)
    assert sent(client, world.roles.root, "applicant", pk, **given).status_code == 302
    file = DevelopmentFile.objects.get()
    assert (file.step, file.paper, Applicant.objects.get(pk=pk).step) == ("13", "预审意见", "14")
    shown = page(client, world.roles.branch, "applicant", pk)
    assert address("development_file", file.uid) in shown
    loaded = act_as(client, world.roles.branch).get(address("development_file", file.uid))
    assert b"".join(loaded) == b"%PDF-1.4\n%%EOF\n"
    person = RoleGrantFactory(organization=world.applicant.organization, kind=RoleKind.MEMBER, system=System.PORTAL)
    Applicant.objects.filter(pk=pk).update(user=person.user)
    papers, seen = ("预审意见", "政治审查材料", "入党申请书"), []
    for paper in papers:  # what others wrote about them is not theirs to read
        DevelopmentFile.objects.update(paper=paper)
        seen.append(DevelopmentFile.objects.visible_to(person).exists())
    assert seen == [False, False, True]


def test_a_step_sent_twice_is_taken_once(client, world):
    """The repeat leads to the first result, though the step that is open now asks other things of somebody else."""
    pk, key = world.applicant.pk, "A" * 22
    for role, words in (("general", {"on": "2024-06-25", "opinion": "同意"}), ("root", typed("13", outcome="pass"))):
        words |= {"version": Applicant.objects.get(pk=pk).version, "form_key": key}
        answers = [sent(client, getattr(world.roles, role), "applicant", pk, **words) for _ in range(2)]
        assert [(each.status_code, each["Location"]) for each in answers] == [
            (302, world.applicant.get_absolute_url())
        ] * 2
    assert Applicant.objects.get(pk=pk).step == "14"


def test_a_bad_paper_leaves_the_step_where_it_was(client, world):
    words = typed("13", version=world.applicant.version, on="2024-06-25", opinion="同意")
    assert sent(client, world.roles.general, "applicant", world.applicant.pk, **words).status_code == 302
    bad = SimpleUploadedFile("预审意见.pdf", b"MZ", "application/pdf")
    given = typed("13", version=world.applicant.version + 1, outcome="pass", paper_0=bad)
    answer = sent(client, world.roles.root, "applicant", world.applicant.pk, **given)
    assert (answer.status_code, Applicant.objects.get(pk=world.applicant.pk).step) == (422, "13")


def test_every_step_has_a_form_that_asks_what_the_table_names(client, world):
    for number, step in STEPS.items():
        member = (
            MemberFactory(organization=world.branch, category="2", joined_on="2024-07-10") if number >= "18" else None
        )
        role = world.roles.branch if step.actor.name == "BRANCH" else world.roles.root
        words = {"holder": role.organization, "step": number, "stage": step.stage, "member": member}
        words |= {"joined_on": "2024-07-10", "probation_ends_on": "2025-07-10"} if member else {}
        made = ApplicantFactory(organization=world.branch, **words)
        shown = page(client, role, "applicant", made.pk)
        assert [label for label in (*(fact.label for fact in step.facts), *step.papers) if label not in shown] == []
        answer = client.post(address("applicant", made.pk), {"version": made.version, "on": "2024-13-01"})
        assert (number, answer.status_code, "2024-13-01" in answer.content.decode()) == (number, 422, True)


def test_a_bar_is_told_at_its_field_and_what_was_typed_stays(client, world):
    made = walk(apply(world.branch, name="赵一", n=6), world.people, until="06")
    words = typed("06", version=made.version, on="2024-04-19", summary="按时参加学习")
    answer = sent(client, world.roles.branch, "applicant", made.pk, **words)
    assert (answer.status_code, answer.context["form"].errors) == (
        422,
        {"on": ["培养教育考察应满 12 个月（2024-04-20 期满）"]},
    )
    assert [text for text in ("2024-04-19", "按时参加学习") if text not in answer.content.decode()] == []
    made = walk(made, world.people, until="15")
    few = typed("15", version=made.version, outcome="pass", agree=1, against=2)
    answer = sent(client, world.roles.branch, "applicant", made.pk, **few)
    assert list(answer.context["form"].errors) == ["agree"]
    Member.objects.filter(pk=world.people[1].pk).update(category="2")  # an introducer who may be one no longer
    answer = sent(client, world.roles.branch, "applicant", made.pk, **typed("15", version=made.version, outcome="pass"))
    assert "入党介绍人应为 2 名正式党员" in answer.content.decode()


def test_what_was_not_passed_stays_on_the_page_and_in_the_file(client, world):
    made = walk(apply(world.branch, name="赵一", n=6), world.people, until="03")
    words = typed("03", version=made.version, outcome="again")
    missing = sent(client, world.roles.branch, "applicant", made.pk, **words)
    assert list(missing.context["form"].errors) == ["why"]
    assert sent(client, world.roles.branch, "applicant", made.pk, **words, why="思想汇报不足").status_code == 302
    made.refresh_from_db()
    assert (made.step, made.activist_on) == ("03", None)
    made = walk(made, world.people, until="15")
    lost = typed("15", version=made.version, outcome="again", agree=1, against=2, why="条件不成熟")
    assert sent(client, world.roles.branch, "applicant", made.pk, **lost).status_code == 302
    told = (
        "3. 推荐和确定入党积极分子（2023-04-20）：未通过，继续培养",
        "思想汇报不足",
        "15. 支部大会讨论（2024-07-10）：未通过，继续培养考察",
        "应到 3，实到 3，书面意见 0，赞成 1，反对 2，弃权 0；条件不成熟",
        "4. 上级党委备案（2023-05-10）：审议通过，报上级",
        "14. 填写入党志愿书（2024-07-02）：通过，其后重新办理",
    )
    for name in ("applicant", "dossier"):
        shown = page(client, world.roles.branch, name, made.pk)
        assert [text for text in told if text not in shown] == [], name


def test_the_list_leads_to_the_form_of_the_own_people(client, world):
    edit = f'href="{address("correct_applicant", world.applicant.pk)}" aria-label="编辑 林晓"'
    assert edit in page(client, world.roles.branch, "applicants")
    shown = page(client, world.roles.general, "applicants")
    assert (edit in shown, 'aria-label="查看 林晓"' in shown) == (False, True)


def test_mentors_are_chosen_from_two_lists(client, world):
    made = walk(apply(world.branch, name="赵一", n=6), world.people, until="05")
    one = world.people[0].pk
    words = typed("05", version=made.version, sponsor_1=one)
    assert sent(client, world.roles.branch, "applicant", made.pk, **words).status_code == 302
    assert Sponsorship.objects.get(applicant=made).member_id == one
    fresh = Applicant.objects.get(pk=made.pk)
    words = {"version": fresh.version, "on": "2023-06-01", "sponsor_1": world.people[1].pk, "reason": "调离"}
    assert sent(client, world.roles.branch, "replace_sponsors", made.pk, "mentor", **words).status_code == 302
    assert Sponsorship.objects.of(made).present().get().member_id == world.people[1].pk


def test_what_a_branch_does_beside_the_steps(client, world):
    made = ApplicantFactory(organization=world.branch)
    role, version = world.roles.branch, made.version
    words = {"version": version, "on": "2026-06-20", "text": "表现良好", "verdict": "继续培养"}
    assert sent(client, role, "enter_development", made.pk, "observation", **words).status_code == 302
    assert "表现良好" in page(client, role, "applicant", made.pk)
    fresh = Applicant.objects.get(pk=made.pk)
    stale = sent(
        client, role, "end_development", made.pk, version=version, way="81", on="2026-07-01", reason="本人申请"
    )
    assert stale.status_code == 409
    words = {"version": fresh.version, "way": "81", "on": "2026-07-01", "reason": "本人申请"}
    assert sent(client, role, "end_development", made.pk, **words).status_code == 302
    assert Applicant.objects.get(pk=made.pk).state == State.WITHDRAWN
    assert "林晓" in page(client, role, "applicants", state="81")


@pytest.mark.usefixtures("bell")
def test_a_file_is_offered_by_code_and_taken_in(client, world):
    other = university("友邻大学")
    there = RoleGrantFactory(organization=other.branch, system="portal")
    waited = todos(there)
    made = ApplicantFactory(organization=world.branch)
    words = {"version": made.version, "code": "000000000000", "reason": "升学"}
    answer = sent(client, world.roles.branch, "hand_over_dossier", made.pk, **words)
    assert (answer.status_code, "没有找到该编码的党支部" in answer.content.decode()) == (422, True)
    words["code"] = other.branch.code
    assert sent(client, world.roles.branch, "hand_over_dossier", made.pk, **words).status_code == 302
    offer = DossierHandOver.objects.get()
    assert todos(there) == waited + 1
    assert "林晓" in page(client, there, "hand_overs")
    words = {"version": offer.version, "verb": "take_in"}
    assert sent(client, there, "hand_over", offer.pk, **words).status_code == 302
    assert Applicant.objects.get(pk=made.pk).organization == other.branch
    assert act_as(client, world.roles.branch).get(made.get_absolute_url()).status_code == 404


def test_somebody_already_on_probation_is_chosen_from_a_list(client, world):
    member = MemberFactory(organization=world.branch, category="2", name="李思远", joined_on="2024-07-10")
    MemberProfile.objects.create(member=member, probation_until="2025-12-01")
    away = {"procedure": "abroad", "state": "84", "began_on": "2025-01-01", "ended_on": "2025-07-11"}
    Matter.objects.create(member=member, **away)
    assert "李思远" in page(client, world.roles.branch, "begin_probation")
    assert sent(client, world.roles.branch, "begin_probation", member=member.pk).status_code == 302
    begun = Applicant.objects.get(member=member)
    assert (begun.step, f"{begun.probation_ends_on}") == ("21", "2025-12-01")
    person = page(client, world.roles.branch, "applicant", begun.pk)  # where the message is read
    assert "出国（境）2025-01-01 至 2025-07-11，顺延 191 天" in person
    assert address("postpone_development", begun.pk) not in person
    form = page(client, world.roles.branch, "postpone_development", begun.pk)
    assert "只有预备期内转入的预备党员可以推迟讨论" in form
    elsewhere = {"organization": world.general, "begins_on": "2024-07-10", "ends_on": "2024-09-01"}
    Standing.objects.create(member=member, category="2", status="1", **elsewhere)
    Applicant.objects.filter(pk=begun.pk).update(step="23")
    act_as(client, world.roles.branch)
    with CaptureQueriesContext(connection) as asked:
        person = client.get(begun.get_absolute_url()).content.decode()
    assert (address("postpone_development", begun.pk) in person, len(asked) <= 12) == (True, True)
    assert "李思远" not in page(client, world.roles.branch, "begin_probation")


def test_a_wrong_step_back_says_why(client, world):
    words = {"version": world.applicant.version, "reason": "材料不全"}
    assert sent(client, world.roles.general, "send_back_development", world.applicant.pk, **words).status_code == 302
    assert Applicant.objects.get(pk=world.applicant.pk).step == "12"


def test_a_step_back_is_offered_where_there_is_one(client, world):
    begun, later = (ApplicantFactory(organization=world.branch, step=step) for step in ("01", "03"))
    found = [
        address("send_back_development", one.pk) in page(client, world.roles.branch, "applicant", one.pk)
        for one in (begun, later)
    ]
    assert found == [False, True]
    act_as(client, world.roles.branch)
    assert "第一步没有前一步骤" in client.get(address("send_back_development", begun.pk)).content.decode()


COSTS = {
    ("branch", "applicants"): 8,
    ("root", "applicants"): 7,
    ("root", "development_pipeline"): 9,
    ("root", "development_queue"): 7,
    ("branch", "hand_overs"): 6,
    ("branch", "applicant"): 10,
    ("general", "applicant"): 10,
}


@pytest.mark.usefixtures("bell")
@pytest.mark.parametrize("size", [1, 3])
def test_pages_cost_the_same_with_one_row_and_with_three(client, world, size):
    for number in range(size):
        made = ApplicantFactory(organization=world.branch, name=f"示例{'一二三'[number]}")
        hand_over_of(made, MemberFactory().organization)
        ApplicantFactory(organization=world.branch, holder=world.root, step="13", stage="4")
    found = {}
    for role, name, args in (
        ("branch", "applicants", ()),
        ("root", "applicants", ()),
        ("root", "development_pipeline", ()),
        ("root", "development_queue", ("preview",)),
        ("branch", "hand_overs", ()),
        ("branch", "applicant", (made.pk,)),
        ("general", "applicant", (world.applicant.pk,)),
    ):
        act_as(client, getattr(world.roles, role))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address(name, *args)).status_code == 200
        found[role, name] = len(asked)
    assert found == COSTS


def test_members_of_a_branch_see_nothing_of_its_applicants(client, world):
    reader = RoleGrantFactory(organization=world.branch, kind="member", system="portal")
    assert act_as(client, reader).get(address("applicants")).status_code == 403
    assert list(Applicant.objects.visible_to(reader)) == []
    assert Member.objects.filter(name="林晓").count() == 0
