"""What an attacker tries, and what a flood of clicks does. Source: security.md 25–35, 46, 57."""

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from members.models import Post
from orgs import tree
from orgs.models import Attachment, Organization, ParentChange, Renewal
from orgs.services import parents, reach
from orgs.tests.factories import OrganizationFactory
from partyplatform import uploads
from partyplatform.audit.models import Record
from partyplatform.integrity import invariants
from partyplatform.tests.kept import kept
from partyplatform.ui import picking
from partyplatform.ui.stale import Stale
from tests.world import build, user_of

pytestmark = pytest.mark.django_db


@kept
def world():
    return build()


def _scan(organization):
    stored = uploads.store(SimpleUploadedFile("批复.pdf", PDF, "application/pdf"))
    return Attachment.objects.create(
        organization=organization, stored_name=stored.name, size=stored.size, sha256=stored.sha256, uploaded_by="示例"
    )


class Unread:
    """A body that must not be read."""

    def read(self, *args):
        raise AssertionError("the body was read")

    readline = read


@pytest.mark.parametrize(("actor", "status"), (("nobody", 302), ("own", 403), ("foreign", 404)))
@pytest.mark.parametrize(("name", "organization"), (("attach", "staff"), ("import_tree", "college")))
def test_the_file_of_somebody_without_the_right_is_not_read(client, world, actor, status, name, organization):
    if actor != "nobody":
        client.force_login(user_of(world, actor))
    client.handler.enforce_csrf_checks = True
    answer = client.generic(
        "POST",
        reverse(f"orgs:{name}", args=[getattr(world, organization).pk]),
        content_type="multipart/form-data; boundary=x",
        **{"wsgi.input": Unread(), "CONTENT_LENGTH": "1000"},
    )
    assert answer.status_code == status


@pytest.mark.parametrize("name", ("attach", "import_tree"))
def test_a_file_without_the_token_of_the_form_is_refused(client, world, name):
    client.force_login(user_of(world, "top"))
    client.handler.enforce_csrf_checks = True
    assert client.post(reverse(f"orgs:{name}", args=[world.college.pk])).status_code == 403


@pytest.mark.parametrize(("actor", "status"), (("own", 403), ("foreign", 404)))
def test_who_tried_what_in_vain_is_in_the_log(client, world, caplog, actor, status):
    client.force_login(user_of(world, actor))
    role = world.roles[actor, "info"]
    with caplog.at_level(logging.WARNING, logger="partyplatform.ui.errors"):
        client.get(reverse("orgs:merge", args=[world.staff.pk]))
    denied = [record.getMessage() for record in caplog.records if record.name == "partyplatform.ui.errors"]
    what = f"GET orgs:merge {{'pk': {world.staff.pk}}}"
    assert denied == [f"denied with {status}: {role.user_uid} as role {role.pk}: {what}"]


@pytest.mark.parametrize("nonsense", ("%00", "%00%E2%80%AE", "%25", "_", "%ED%A0%80", "' OR 1=1 --", "x" * 10_000))
@pytest.mark.parametrize(
    "address", ("/info/orgs/?q=", "/info/orgs/{staff}/members/?q=", "/info/orgs/{staff}/posts/create/?q=")
)
def test_nonsense_in_the_keyword_box_finds_nothing_and_breaks_nothing(client, world, address, nonsense):
    client.force_login(user_of(world, "top"))
    expected = 400 if "%00" in nonsense else 200
    assert client.get(address.format(staff=world.staff.pk) + nonsense).status_code == expected


def test_a_name_looked_for_is_in_no_address(client, world, monkeypatch):
    """security.md 28"""
    client.force_login(user_of(world, "top"))
    form = reverse("orgs:appoint", args=[world.staff.pk])
    monkeypatch.setattr(picking, "FEW", 0)
    page = client.post(form, {"member-word": "李", "find": "member"})
    assert page.status_code == 200
    assert [name for value, name in page.context["form"].fields["member"].choices if value] == ["李思远（教工支部）"]


@pytest.mark.parametrize("digit", ("\u00b2", "\u0663", "9" * 5000, "-1", "1e3"))
def test_what_only_looks_like_a_number_is_refused_where_numbers_are_typed(client, world, digit):
    client.force_login(user_of(world, "top"))
    places = {f"position_{world.staff.pk}": digit, f"position_{world.students.pk}": "1"}
    answer = client.post(reverse("orgs:order", args=[world.college.pk]), places)
    assert (answer.status_code, "“教工支部”的序号应为数字" in answer.content.decode()) == (422, True)
    assert b"data-error-summary" in answer.content
    upgrade = {"branch-TOTAL_FORMS": "10", "branch-INITIAL_FORMS": "0", f"member_{world.members[0].pk}": digit}
    assert client.post(reverse("orgs:upgrade", args=[world.staff.pk]), upgrade).status_code == 422
    assert client.get(reverse("orgs:dissolve"), {"org": digit})["Location"].rpartition("?")[2].isascii()


PDF = b"%PDF-1.4\n%%EOF\n"
BRANCH = {
    "full_name": "中国共产党示范大学信息学院博士生支部委员会",
    "short_name": "博士生支部",
    "org_type": "631",
    "affiliation": "2",
    "founded_on": "2024-03-01",
    "is_functional": "0",
    "is_elderly_majority": "0",
    "unit_relation": "1",
}


CLOSING = {"on": "2026-01-01", "document": "示委〔2026〕1号"}


def versions(*organizations):
    """What a form made before anything changed says of these organisations."""
    return ",".join(f"{organization.pk}:1" for organization in organizations)


@pytest.mark.parametrize(
    ("name", "moving", "data"),
    (
        ("detail", "staff", lambda w: BRANCH | {"version": 1}),
        ("dissolve", "students", lambda w: CLOSING | {"ids": w.students.pk, "versions": versions(w.students)}),
        ("merge", "staff", lambda w: CLOSING | {"into": w.students.pk, "versions": versions(w.staff, w.students)}),
        ("ask_parent_change", "staff", lambda w: {"code": w.other.code, "name": w.other.short_name, "reason": "调整"}),
        ("create", "group", lambda w: BRANCH),
        ("order", "group", lambda w: {}),
    ),
)
def test_who_loses_the_reach_while_waiting_for_the_lock_changes_nothing(client, world, monkeypatch, name, moving, data):
    """Between the check of the page and the tree's lock the organisation is moved to another general branch."""
    world.group = OrganizationFactory(parent=world.college, org_type="621", short_name="研究生党总支")
    ParentChange.objects.all().delete()
    organization = getattr(world, moving)
    monkeypatch.setattr(reach, "tree_lock", lambda: tree.move(organization, to=world.other))
    client.force_login(user_of(world, "upper"))
    arguments = [] if name == "dissolve" else [organization.pk]
    assert client.post(reverse(f"orgs:{name}", args=arguments), data(world)).status_code == 404
    assert Record.objects.exclude(action="accounts.login").count() == 0
    organization.refresh_from_db()
    assert (organization.version, organization.dissolved_on, organization.parent) == (1, None, world.college)


TERM = {"number": 2, "elected_on": "2026-01-05", "years": 3, "method": "1", "voters_due": 10, "voters_present": 9}


@pytest.mark.parametrize(
    ("name", "extra", "data"),
    (
        ("profile", (), {"version": 1, "address": "学院路 30 号"}),
        ("attach", (), lambda w: {"file": SimpleUploadedFile("a.pdf", PDF, "application/pdf"), "purpose": "other"}),
        ("create_term", (), TERM | {"is_current": "on", "committee_size": 3, "shifted_months": 0}),
        ("ask_renewal", (), {"kind": "election", "planned_on": "2027-01-05", "seats": 1, "candidates": 1}),
        ("appoint", (), lambda w: {"member": w.members[1].pk, "duty": "001A", "started_on": "2026-01-05"}),
        ("edit_post", ("post",), {"duty": "001B", "started_on": "2026-01-05", "version": 1}),
        ("release_post", ("post",), {"on": "2026-02-05", "version": 1}),
        ("renewal_step", ("reply",), {"version": 1, "document": "示委〔2026〕1号"}),
        ("remove_attachment", (), {}),
    ),
)
def test_who_loses_the_reach_while_waiting_for_a_row_changes_nothing(client, world, monkeypatch, name, extra, data):
    """security.md 38: the branch leaves for another general branch between the page's check and the row's lock."""
    world.staff.refresh_from_db()
    arguments = [world.staff.pk, *extra]
    if name == "renewal_step":
        arguments[0] = world.renewal.pk
    elif name == "ask_renewal":
        Renewal.objects.all().delete()
    if "post" in extra:
        taken_up = world.term.elected_on
        arguments[1] = Post.objects.create(
            term=world.term, member=world.members[0], duty="001A", started_on=taken_up
        ).pk
    if name == "remove_attachment":
        arguments = [_scan(world.staff).uid]
    require = reach.require_reach

    def move_first(organization, *, by):
        monkeypatch.setattr(reach, "require_reach", require)
        tree.move(world.staff, to=world.other)
        require(organization, by=by)

    monkeypatch.setattr(reach, "require_reach", move_first)
    client.force_login(user_of(world, "upper"))
    answer = client.post(reverse(f"orgs:{name}", args=arguments), data(world) if callable(data) else data)
    assert answer.status_code == 404
    assert Record.objects.exclude(action="accounts.login").count() == 0
    assert reach.require_reach is require


@pytest.mark.django_db(transaction=True)
def test_twenty_clicks_on_one_form_found_one_branch(world):
    """The same form twenty times at once, each in a thread with a connection of its own."""
    user, address = user_of(world, "top"), reverse("orgs:create", args=[world.college.pk])
    first = Client()
    first.force_login(user)
    first.get("/info/")

    def click(_):
        browser = Client()
        browser.cookies = first.cookies
        try:
            answer = browser.post(address, BRANCH | {"form_key": "abcdefghijklmnopqrstuv"})
            return answer.status_code, answer["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as threads:
        answers = set(threads.map(click, range(20)))
    assert answers == {(302, f"/info/orgs/?org={world.college.pk}")}
    assert Organization.objects.filter(short_name="博士生支部").count() == 1
    assert Record.objects.filter(action="orgs.create").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_approvals_and_withdrawals_at_once_one_wins(world):
    """学生支部 waits to be moved; eight answers to the request arrive together."""
    change, root = world.change, world.root
    ParentChange.objects.filter(pk=change.pk).update(asking_organization=root)
    by = world.roles["top", "info"]

    def answer(number):
        try:
            (parents.approve if number % 2 else parents.withdraw)(change, by=by)
        except Stale:
            return "stale"
        finally:
            connection.close()
        return "won"

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(answer, range(8))) == ["stale"] * 7 + ["won"]
    assert not any(problem for check in invariants() for problem in check.problems())


def test_one_foreign_id_spoils_the_whole_choice(client, world):
    """security.md 34"""
    ParentChange.objects.all().delete()
    client.force_login(user_of(world, "upper"))
    values = {"ids": [world.students.pk, world.artists.pk], "on": "2026-01-01"}
    seen = {"versions": f"{world.students.pk}:{world.students.version}"}
    assert client.post(reverse("orgs:dissolve"), values).status_code == 404
    assert client.post(reverse("orgs:dissolve"), values | {"ids": [world.students.pk, 10**9]}).status_code == 404
    assert client.post(reverse("orgs:dissolve"), values | {"ids": [world.students.pk, "x"]}).status_code == 404
    assert Organization.objects.living().filter(pk=world.students.pk).exists()
    assert client.post(reverse("orgs:dissolve"), values | seen | {"ids": [world.students.pk]}).status_code == 302
    assert not Organization.objects.living().filter(pk=world.students.pk).exists()


def test_a_moved_organisation_counts_from_the_very_next_request(client, world):
    """security.md 23"""
    client.force_login(user_of(world, "upper"))
    page = reverse("orgs:detail", args=[world.staff.pk])
    assert client.get(page).status_code == 200
    tree.move(world.staff, to=world.other)
    assert client.get(page).status_code == 404
    client.force_login(user_of(world, "foreign"))
    assert client.get(page).status_code == 200


@pytest.mark.looks
@pytest.mark.parametrize("extra", ("is_superuser", "organization", "code", "completeness", "state", "tree_id"))
def test_fields_the_form_does_not_list_are_ignored_and_logged_by_name(client, world, caplog, extra):
    """security.md 35"""
    client.force_login(user_of(world, "top"))
    before = Organization.objects.filter(pk=world.staff.pk).values().get()
    sent = {"version": 1, "address": "学院路 30 号", extra: "110105199001010018"}
    with caplog.at_level(logging.WARNING, logger="partyplatform.ui.forms"):
        assert client.post(reverse("orgs:profile", args=[world.staff.pk]), sent).status_code == 302
    after = Organization.objects.filter(pk=world.staff.pk).values().get()
    assert {name for name in after if after[name] != before[name]} == {"version"}
    [line] = [record.getMessage() for record in caplog.records if record.name == "partyplatform.ui.forms"]
    assert (extra in line, "110105" in line) == (True, False)


def test_a_field_sent_twice_is_refused_and_a_filter_sent_twice_counts_nothing(client, world):
    """security.md 35"""
    client.force_login(user_of(world, "top"))
    sent = {"version": [1, 2], "address": ["a", "b"]}
    answer = client.post(reverse("orgs:profile", args=[world.staff.pk]), sent)
    assert (answer.status_code, "该项收到多个值，请重新填写" in answer.text) == (422, True)
    listed = client.get(f"{reverse('orgs:list')}?org_type=631&org_type=621")
    assert listed.context["filters"].values == {}
