"""Applicants by themselves: the ways in, the own page, what they hand in, what becomes of the account."""

import datetime
import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.codes import RoleKind
from accounts.models import ActivationCode, RoleGrant, User
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from eforefront.development import reminders
from eforefront.development.dossiers import dossier
from eforefront.development.states import State
from eforefront.models import (
    Applicant,
    ApplicantCode,
    DevelopmentFile,
    DevelopmentPlan,
    DevelopmentRecord,
    HandIn,
    SelfRegistration,
)
from eforefront.services.development import (
    accounts,
    applying,
    codes,
    handing_in,
    handing_over,
    leaving,
    planning,
    registering,
)
from eforefront.tests.development_factories import ApplicantFactory, paper_of
from eforefront.tests.development_walks import PERSON, apply, number_of, walk
from eforefront.tests.notice_factories import NoticeFactory
from eforefront.tests.test_development import university
from eforefront.views.development.dossiers import DossierArchive
from members.models import Member
from members.reminders import REMINDERS
from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory
from partyplatform.audit.models import Record
from partyplatform.integrity import invariants
from partyplatform.tests.kept import kept
from partyplatform.ui.stale import Stale
from partyplatform.ui.todos import todos
from tests.permissions import GET, TABLE

pytestmark = pytest.mark.django_db
D = datetime.date
WHO = {"name": "何文", "gender": "1", "born_on": D(2003, 1, 2), "phone": "18088880001", "post": "2201 班"}
TYPED = WHO | {"born_on": "2003-01-02"}


@kept
def here():
    """示范大学 with 何文, who applied to the branch and has an account."""
    place = university("示范大学")
    place.role = RoleGrantFactory(organization=place.branch, system="portal")
    place.above = RoleGrantFactory(organization=place.general, system="portal")
    words = {"name": "何文", "id_number": number_of(7), "values": PERSON}
    place.applicant = applying.register(place.branch, by=Acting(place.branch), **words)
    accounts.account_of(Applicant.objects.get(), by=Acting(place.branch))
    place.own = RoleGrant.objects.get(kind=RoleKind.APPLICANT)
    return place


def scan(name="申请书.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.4\n%%EOF\n", "application/pdf")


def address(name, *args):
    return reverse(f"eforefront:{name}", args=args)


def own_roles(user):
    return sorted(RoleGrant.objects.of(user).open().values_list("kind", "organization__short_name"))


def hand_in(here):
    return handing_in.hand_in(here.applicant, by=here.own, on=D(2026, 3, 1), upload=scan())


def faults():
    return [text for each in invariants() if each.title.startswith("党员发展") for text in each.problems()]


def test_an_applicant_sees_the_own_course_and_nothing_else(client, here):
    act_as(client, here.own)
    assert client.get("/portal/").headers["Location"] == address("own_development")
    shown = client.get(address("own_development")).content.decode()
    assert [text for text in ("何文", "1. 递交入党申请书", "递交入党申请书") if text not in shown] == []
    open_to_members = {name for name, args, method, cells in TABLE if method == GET and not args and cells[-1] == 200}
    opened = {name for name in open_to_members if client.get(reverse(name)).status_code == 200}
    assert {name for name in opened if name.startswith(("eforefront:", "members:", "transfers:", "own:", "orgs:"))} == {
        "eforefront:apply",
        "eforefront:own_development",
    }
    NoticeFactory(organization=here.branch)  # which an applicant cannot open
    assert todos(here.own) == 0
    assert client.get(address("applicant", here.applicant.pk)).status_code == 403
    assert client.get(address("development_file", "0" * 8 + "-0000-0000-0000-" + "0" * 12)).status_code == 403


def test_the_application_is_handed_in_given_back_and_accepted(client, here):
    act_as(client, here.own)
    empty = client.post(address("own_application"), {})
    assert (empty.status_code, HandIn.objects.count()) == (422, 0)
    assert client.post(address("own_application"), {"on": "2026-03-01", "file": scan()}).status_code == 302
    found = HandIn.objects.get()
    assert "入党申请书已递交，由党支部审核" in client.get(address("own_development")).content.decode()
    assert (
        "申请书已递交" in client.post(address("own_application"), {"on": "2026-03-01", "file": scan()}).content.decode()
    )
    act_as(client, here.role)
    assert address("hand_in", found.pk) in client.get(address("applicants")).content.decode()
    assert address("hand_in", found.pk) in client.get(here.applicant.get_absolute_url()).content.decode()
    back = {"version": found.version, "verb": "give_back"}
    assert client.post(address("hand_in", found.pk), back).status_code == 422
    assert client.post(address("hand_in", found.pk), back | {"reason": "没有签名"}).status_code == 302
    shown = act_as(client, here.own).get(address("own_development")).content.decode()
    assert "退回原因：没有签名" in shown
    assert not DevelopmentFile.objects.of(here.applicant).kept().exists()  # the checklist lacks it again
    assert act_as(client, here.role).get(address("hand_in", found.pk)).status_code == 200
    second = hand_in(here)
    act_as(client, here.role)
    sent = client.post(address("hand_in", second.pk), {"version": second.version, "verb": "accept"})
    assert sent.headers["Location"] == here.applicant.get_absolute_url()
    applicant = Applicant.objects.get()
    assert (applicant.step, applicant.applied_on) == ("02", D(2026, 3, 1))
    assert client.post(address("hand_in", second.pk), {"version": 1, "verb": "accept"}).status_code == 409
    shown = act_as(client, here.own).get(address("own_development")).content.decode()
    assert ("审核通过" in shown, "派人谈话" in shown) == (True, True)
    file = DevelopmentFile.objects.last()
    assert b"".join(client.get(address("own_development_file", file.uid))).startswith(b"%PDF")


def test_a_stale_or_strange_hand_is_refused(here):
    found = hand_in(here)
    with pytest.raises(Stale):
        handing_in.accept(found, by=here.role, version=found.version + 1)
    with pytest.raises(ValidationError):
        handing_in.give_back(found, by=here.role, version=found.version, reason="")
    with pytest.raises(ValidationError, match="确定为入党积极分子后"):
        version = Applicant.objects.get().version
        handing_in.report(here.applicant, by=here.own, version=version, on=D(2026, 3, 2), text="汇报")


def test_reports_come_from_the_person_as_text_or_paper(client, here):
    row = Applicant.objects.get()
    Applicant.objects.filter(pk=row.pk).update(
        step="06", stage="2", applied_on=D(2025, 1, 1), activist_on=D(2025, 5, 1), holder=here.branch
    )
    act_as(client, here.own)
    assert "应在 2025-08-01 前递交" in client.get(address("own_development")).content.decode()
    words = {"version": row.version, "on": "2025-07-20"}
    assert "请填写思想汇报，或上传文件" in client.post(address("own_thought_report"), words).content.decode()
    assert client.post(address("own_thought_report"), words | {"file": scan("汇报.pdf")}).status_code == 302
    row.refresh_from_db()
    file = DevelopmentFile.objects.get()
    assert (row.reported_on, file.step, file.paper) == (D(2025, 7, 20), "06", "思想汇报")
    assert (
        client.post(address("own_thought_report"), {"version": 1, "on": "2025-07-21", "text": "又"}).status_code == 409
    )


def test_the_branch_opens_an_account_with_a_slip(client, here):
    other = applying.register(here.branch, by=Acting(here.branch), name="赵一", id_number=number_of(8), values=PERSON)
    act_as(client, here.role)
    assert "生成启用码" in client.get(address("open_applicant_account", other.pk)).content.decode()
    slip = accounts.open_account(other, by=here.role)
    user = Applicant.objects.get(pk=other.pk).user
    assert slip is not None
    assert own_roles(user) == [("applicant", "示范大学学生支部")]
    assert ActivationCode.objects.filter(user=user).exists()
    user.set_password("Long-enough-2026")
    user.save()
    assert accounts.open_account(other, by=here.role) is None


def test_the_role_goes_along_ends_and_gives_way_to_that_of_a_member(here):
    user = here.own.user
    assert faults() == []
    leaving.leave(
        Applicant.objects.get(), State.WITHDRAWN, by=Acting(here.branch), version=1, on=D(2026, 5, 1), reason="本人申请"
    )
    assert (own_roles(user), faults()) == ([], [])


def test_whoever_is_approved_keeps_the_account_as_a_member(here):
    applicant = apply(here.branch, name="林晓", n=1)
    user = accounts.account_of(Applicant.objects.get(pk=applicant.pk), by=Acting(here.branch))
    walk(applicant, here.people, until="18")
    member = Member.objects.get(name="林晓")
    assert (member.user, own_roles(user)) == (user, [("member", "示范大学学生支部")])
    assert faults() == []


def test_a_file_handed_over_takes_the_role_to_the_other_branch(here):
    there = university("友邻大学")
    applicant = apply(here.branch, name="林晓", n=1)
    user = accounts.account_of(Applicant.objects.get(pk=applicant.pk), by=Acting(here.branch))
    applicant = walk(applicant, here.people, until="06")
    offer = handing_over.hand_over(
        applicant, there.branch, by=Acting(here.branch), version=applicant.version, reason="升学"
    )
    handing_over.take_in(offer, by=Acting(there.branch), version=offer.version)
    assert own_roles(user) == [("applicant", "友邻大学学生支部")]


def test_a_code_is_good_once_and_leads_to_the_first_password(client, here):
    act_as(client, here.role)
    page = client.post(address("make_applicant_code"), {"note": "何武"})
    made, code = ApplicantCode.objects.get(), page.context["code"]
    assert (code in page.content.decode(), code.replace("-", "") in made.code_hash) == (True, False)
    client.logout()
    typed = TYPED | {"name": "何武", "id_number": number_of(9), "code": code.lower()}
    answer = client.post(address("apply"), typed)
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("accounts:first_password"))
    entered = Applicant.objects.get(name="何武")
    assert (entered.step, entered.organization, own_roles(entered.user)) == (
        "01",
        here.branch,
        [("applicant", "示范大学学生支部")],
    )
    assert client.get(reverse("accounts:first_password")).status_code == 200
    again = client.post(address("apply"), typed | {"id_number": number_of(10)})
    assert again.status_code == 302  # the page of the first password holds whoever came with a code
    with pytest.raises(ValidationError, match="串码不正确"):
        codes.activate(code, WHO | {"id_number": number_of(10)}, address="10.0.0.1")
    listed = act_as(Client(), here.role).get(address("applicant_codes"), {"state": "used", "since": "2020-01-01"})
    assert made.number in listed.content.decode()
    unused = act_as(Client(), here.role).get(address("applicant_codes"), {"state": "unused"})
    assert made.number not in unused.content.decode()


def test_a_code_says_nothing_of_who_is_known_and_dies_of_guesses(here):
    made, code = codes.make(here.branch, by=here.role)
    someone = User.objects.create(name="周一", id_number=number_of(11))
    sentences = set()
    for number in (number_of(7), someone.unsealed_id_number(), here.people[0].unsealed_id_number()):
        with pytest.raises(ValidationError) as refusal:
            codes.activate(code, WHO | {"id_number": number}, address="10.0.0.1")
        sentences |= set(refusal.value.error_dict["id_number"][0].messages)
    assert sentences == {codes.NOT_HERE}
    for _ in range(2):
        with pytest.raises(ValidationError):
            codes.activate(code, WHO | {"id_number": number_of(7)}, address="10.0.0.1")
    with pytest.raises(ValidationError, match="串码不正确"):
        codes.activate(code, WHO | {"id_number": number_of(12)}, address="10.0.0.1")
    made.refresh_from_db()
    assert made.status.label == "已作废"


def test_a_code_is_withdrawn(client, here):
    made, code = codes.make(here.branch, by=here.role)
    assert act_as(client, here.role).post(address("withdraw_applicant_code", made.pk)).status_code == 302
    with pytest.raises(ValidationError, match="串码不正确"):
        codes.activate(code, WHO | {"id_number": number_of(12)}, address="10.0.0.1")


def test_the_qr_code_gives_every_number_the_same_answer(client, here):
    act_as(client, here.role)
    assert client.post(address("registration_door"), {"days": 7}).status_code == 302
    shown = client.get(address("registration_door"))
    path = "/" + shown.context["address"].split("/", 3)[3]
    client.logout()
    pages = set()
    for number in (number_of(7), here.people[0].unsealed_id_number(), number_of(13)):
        answer = client.post(path, TYPED | {"id_number": number})
        shown = answer.content.decode().partition('id="main"')[2].partition("</main>")[0]
        pages.add((answer.status_code, shown))
    assert ([status for status, _ in pages], SelfRegistration.objects.count()) == ([200], 3)
    assert client.post(path, TYPED | {"id_number": "123"}).status_code == 422
    assert "noindex" not in client.get(path).text  # an empty form of a branch: decision 0059
    act_as(client, here.role)
    new, known = SelfRegistration.objects.first(), SelfRegistration.objects.last()
    confirm = {"version": 1, "verb": "confirm"}
    asked = client.get(address("self_registration", new.uid)).text
    assert re.search(r'aria-current="true">二维码登记<', asked)  # the menu says what the page belongs to
    assert client.post(address("self_registration", known.uid), confirm).status_code == 422
    answer = client.post(address("self_registration", new.uid), confirm)
    made = Applicant.objects.get(user=None)
    assert (answer.headers["Location"], made.step, made.shown_phone[-4:]) == (made.get_absolute_url(), "01", "0001")
    assert client.post(address("self_registration", known.uid), confirm | {"verb": "refuse"}).status_code == 422
    words = {"version": 1, "verb": "refuse", "reason": "重复"}
    assert client.post(address("self_registration", known.uid), words).status_code == 302
    kept_numbers = set(SelfRegistration.objects.exclude(state="waiting").values_list("id_number_index", flat=True))
    assert kept_numbers == {""}
    assert client.post(address("close_registration")).status_code == 302
    client.logout()
    void = [client.get(path), client.get(path[:-2] + "x/"), client.post(path, TYPED)]
    assert [(answer.status_code, "二维码已失效" in answer.content.decode()) for answer in void] == [(404, True)] * 3


def test_a_network_that_sends_too_much_is_turned_away(here, settings):
    settings.LOGIN_TRIES_PER_NETWORK = 2
    door = registering.open_door(here.branch, by=here.role, days=1)
    for number in (20, 21):
        registering.register(door, WHO | {"id_number": number_of(number)}, address="10.9.9.9")
    with pytest.raises(ValidationError, match="提交次数过多"):
        registering.register(door, WHO | {"id_number": number_of(22)}, address="10.9.9.9")


def test_the_complete_file_names_what_is_there_and_what_is_missing(client, here, monkeypatch):
    accepted = handing_in.accept(hand_in(here), by=here.role, version=1)
    found = dossier(accepted)
    assert [(check.paper, check.state) for check in found.checks][:4] == [
        ("入党申请书", "齐"),
        ("谈话记录", "缺"),
        ("推荐推优材料", "未到步骤"),
        ("支委会会议记录", "未到步骤"),
    ]
    act_as(client, here.above)
    shown = client.get(address("dossier", accepted.pk)).content.decode()
    assert ("申请书.pdf" in shown, number_of(7) in shown, "缺 1 项" in shown) == (True, False, True)
    monkeypatch.setattr("eforefront.views.development.dossiers.pdf_from", lambda html, style: b"%PDF-1.7 made")
    taken = client.get(address("dossier_pdf", accepted.pk))
    assert (taken.content, Record.objects.filter(action="eforefront.take_dossier").count()) == (b"%PDF-1.7 made", 1)
    assert DossierArchive.proof
    book = ZipFile(BytesIO(b"".join(client.get(address("dossier_archive", accepted.pk)))))
    assert [name.rpartition("/")[2][:8] for name in book.namelist()] == ["发展党员材料_何", "01_入党申请书"[:8]]
    assert book.read(book.namelist()[1]).startswith(b"%PDF-1.4")


def test_a_plan_is_asked_agreed_to_and_measured(client, here):
    act_as(client, here.role)
    assert client.post(address("ask_development_plan", 2026), {"activists": 5, "admissions": 2}).status_code == 302
    plan = DevelopmentPlan.objects.get()
    ApplicantFactory(organization=here.branch)  # 积极分子 since 2026-04-20
    act_as(client, here.above)
    assert client.get(address("development_plan", plan.pk)).status_code == 200
    back = {"version": 1, "verb": "give_back", "activists": 4, "admissions": 1}
    assert client.post(address("development_plan", plan.pk), back).status_code == 422
    assert client.post(address("development_plan", plan.pk), back | {"verb": "agree"}).status_code == 302
    rows = client.get(address("development_plans"), {"year": 2026}).context["rows"]
    assert [(row.name, row.admissions_agreed, row.activists_done, row.admissions_done) for row in rows] == [
        ("示范大学信息学院党总支", "", 1, 0),
        ("示范大学学生支部", 1, 1, 0),
    ]
    book = client.get(address("export_development_plans"), {"year": 2026})
    sheet = load_workbook(BytesIO(b"".join(book))).worksheets[0]
    assert list(sheet.iter_rows(min_row=2, values_only=True)) == [
        ("示范大学信息学院党总支", "未上报", None, None, 1, None, None, 0, None),
        ("示范大学学生支部", "已批复", 5, 4, 1, 2, 1, 0, "还可发展 1 人"),
    ]
    assert Record.objects.latest("pk").action == "eforefront.export_development_plans"
    act_as(client, here.role)
    again = client.post(address("ask_development_plan", 2026), {"activists": 9, "admissions": 9})
    assert (again.status_code, "已批复" in again.content.decode()) == (422, True)
    decided = planning.agree(plan, by=here.above, version=2, activists=4, admissions=1)
    with pytest.raises(Stale) as overtaken:
        planning.agree(plan, by=here.above, version=2, activists=4, admissions=2)
    assert (overtaken.value.who, overtaken.value.when) == (decided.decided_by, decided.decided_at)
    root = planning.ask(here.root, 2026, by=Acting(here.root), activists=3, admissions=1)
    assert (root.state, root.admissions_agreed) == ("agreed", 1)


def test_reminders_come_on_their_days(here):
    row = ApplicantFactory(organization=here.branch, step="02", applied_on=D(2026, 3, 1), activist_on=None)
    assert [reminders.talks(D(2026, 3, day)).filter(pk=row.pk).exists() for day in (20, 21, 31)] == [False, True, True]
    talk = REMINDERS["development-talk"]
    assert [talk.stage(D(2026, 3, 31), D(2026, 3, day)) for day in (20, 21, 31)] == [None, 10, 0]
    Applicant.objects.filter(pk=row.pk).update(step="06", activist_on=D(2026, 3, 1), observed_on=D(2026, 3, 10))
    days = (D(2026, 8, 25), D(2026, 8, 26), D(2026, 10, 1))
    assert [reminders.observations(day).filter(pk=row.pk).exists() for day in days] == [False, True, True]
    Applicant.objects.filter(pk=row.pk).update(step="17", joined_on=D(2026, 6, 1))
    days = (D(2026, 7, 31), D(2026, 8, 1), D(2026, 9, 1))
    assert [reminders.decisions(day).filter(pk=row.pk).exists() for day in days] == [False, True, True]
    approval = REMINDERS["development-approval"]
    assert [approval.stage(D(2026, 9, 1), day) for day in days] == [None, 31, 0]
    assert DevelopmentRecord.objects.of(row).count() == 0


def test_pages_cost_the_same_with_one_row_and_with_three(client, here):
    accepted = handing_in.accept(hand_in(here), by=here.role, version=1)
    pages = (
        (here.own, "own_development", ()),
        (here.above, "dossier", (accepted.pk,)),
        (here.above, "development_plans", ()),
        (here.role, "applicant_codes", ()),
        (here.role, "registration_door", ()),
    )
    found = []
    for _ in range(3):
        codes.make(here.branch, by=here.role)
        SelfRegistration.objects.create(organization=here.branch, name="何武")
        DevelopmentFile.objects.filter(pk=paper_of(accepted).pk).update(paper="谈话记录", step="02")
        OrganizationFactory(parent=here.general)
        costs = {}
        for role, name, args in pages:
            act_as(client, role)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address(name, *args)).status_code == 200
            costs[name] = len(asked)
        found.append(costs)
    assert found[0] == found[1] == found[2]
    assert max(found[0].values()) <= 12, found[0]
