"""Sheets that are large, killed midway, or confirmed in two places at once. Source: security.md 54, 57, 60."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory, nth_id_number
from members.imports.columns import read_typed
from members.models import ImportRow, Member, MemberImport, Standing
from members.services import importing
from members.services.importing.checking import check
from members.services.importing.rows import Row
from members.tests.sheets import person, uploaded
from orgs import totals
from orgs.tests.processes import Processes
from partyplatform import audit
from partyplatform.audit.models import Record
from partyplatform.jobs import run_waiting
from partyplatform.jobs.models import Job
from partyplatform.ui.form_keys import fresh

pytestmark = pytest.mark.django_db(transaction=True)
State = MemberImport.State


@pytest.fixture
def role(college):
    return RoleGrantFactory(organization=college.root)


@pytest.fixture
def processes():
    processes = Processes()
    yield processes
    for process in processes.running:
        process.kill()
        process.join()


def rows(count, branch):
    found = []
    for number in range(count):
        right = nth_id_number(number, birthday="0303")
        cells = person(1, branch, id_number=right, gender="男" if int(right[16]) % 2 else "女", born_on=None)
        cells |= {"born_on": f"{right[6:10]}-03-03", "phone": f"180{number:08d}"}
        row = Row(number + 2, {})
        read_typed(row, {name: text for name, text in cells.items() if text})
        found.append(row)
    return found


def kept(count, branch, role):
    session = importing.keep(
        importing.Sheet("新增人员.xlsx", "0" * 64, rows(count, branch)), target=role.organization, by=role
    )
    session = importing.check_kept(session, by=role)
    assert session.state == State.CHECKED, session.result
    return session


def confirm(session, role):
    importing.confirm(session, by=role)


def figures():
    counted = (Member, User, Standing, RoleGrant, Record)
    return (*(model.objects.count() for model in counted), MemberImport.objects.get().state)


def assert_whole():
    assert list(totals.differences()) == []
    assert list(audit.verify()) == []


def test_an_import_that_is_killed_leaves_all_or_nothing_and_can_be_confirmed_again(college, role, processes):
    session = kept(300, college.staff, role)
    before, outcomes = figures(), set()
    for delay in (0.05, 0.15, 0.3, 0.45, 0.6, 0.8):
        process = processes.start(confirm, session, role)
        time.sleep(delay)
        process.kill()
        process.join()
        outcomes.add(figures())
        assert_whole()
    importing.confirm(session, by=role)
    after = figures()
    assert after == (300, before[1] + 300, 300, before[3] + 300, before[4] + 901, State.DONE)
    assert outcomes <= {before, after}
    assert_whole()


def test_a_sheet_confirmed_in_several_places_at_once_has_one_effect(college, role, processes):
    session = kept(50, college.staff, role)
    for _ in range(4):
        processes.start(confirm, session, role)
    assert processes.finish(within=60) == []
    assert (Member.objects.count(), Record.objects.filter(action="members.import").count()) == (50, 1)
    assert_whole()


def test_two_sheets_with_the_same_person_at_once_enter_them_once(college, role, processes):
    for session in [kept(50, college.staff, role) for _ in range(2)]:
        processes.start(confirm, session, role)
    processes.finish(within=60)
    assert Member.objects.count() == 50
    assert sorted(MemberImport.objects.values_list("state", flat=True)) == [State.CHECKED, State.DONE]
    assert_whole()


def test_a_large_sheet_is_checked_brought_in_and_taken_back_by_jobs(college, role, client, settings):
    settings.IMPORT_AT_ONCE = 2
    admin = act_as(client, role)
    people = [person(number, college.staff) for number in range(1, 4)]
    form = {"file": uploaded([*people[:2], people[2] | {"phone": "1"}]), "form_key": fresh()}
    answer = admin.post(reverse("members:imports"), form, follow=True)
    assert answer.redirect_chain[-1][0] == Job.objects.get().get_absolute_url()
    assert run_waiting() == 1
    session = MemberImport.objects.get()
    assert session.state == State.FAULTY

    def post(name, **fields):
        return admin.post(reverse(f"members:{name}", args=[session.uid]), {"form_key": fresh(), **fields}, follow=True)

    post("repair_import", **{"row4-phone": "18000000003"})
    assert (MemberImport.objects.get().state, run_waiting(), MemberImport.objects.get().state) == (
        "waiting",
        1,
        "checked",
    )
    first, second = post("confirm_import"), post("confirm_import")
    assert first.redirect_chain[-1] == second.redirect_chain[-1]
    assert (Member.objects.count(), run_waiting(), Member.objects.count()) == (0, 1, 3)
    assert Job.objects.latest("pk").message == "已全部导入。"
    post("undo_import", reason="测试")
    assert (run_waiting(), set(Member.objects.values_list("status", flat=True))) == (1, {"39"})
    assert set(ImportRow.objects.values_list("ending", flat=True)) == {"undone"}
    assert_whole()


def test_the_number_of_statements_of_a_check_does_not_grow_with_the_rows(college, role):
    counts = []
    for size in (3, 60):
        with CaptureQueriesContext(connection) as queries:
            assert check(rows(size, college.staff), by=role, today=timezone.localdate()).counts["new"] == size
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8
