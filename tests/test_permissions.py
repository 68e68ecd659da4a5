"""The permission table, cell by cell. Source: security.md 31, 32."""

from collections import Counter

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts.codes import RoleKind, System
from accounts.middleware import PUBLIC, ROLELESS
from accounts.models import HandOver
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory, UserFactory, api_token_of
from accounts.tests.pki import Issuer
from eforefront.models import PartyGroup, PaymentSheet
from eforefront.queries.definition import Query
from eforefront.services import queries
from eforefront.tests.development_factories import (
    ApplicantFactory,
    code_of,
    hand_over_of,
    handed_in_of,
    paper_of,
    plan_of,
    registration_of,
)
from eforefront.tests.registration_factories import CommunityServiceFactory, RegistrationFactory, ScoreEntryFactory
from members.models import Matter, Member, MemberImport, Post
from members.services import batches, full_exports
from members.tests.factories import AdmissionFactory, CorrectionFactory, doubt_of, scan_of, twin_of
from orgs.models import ImportSession
from orgs.tests.factories import OrganizationFactory
from partyplatform import audit
from partyplatform.jobs import enqueue
from partyplatform.tests.kept import kept
from tests.objects import (
    activity_of,
    attachment,
    cycle_of,
    dues_publication,
    dues_receipt,
    dues_relief,
    gathering_file,
    gathering_of,
    member_file,
    member_photo,
    sealed_report,
    studied,
    vote_of,
)
from tests.permissions import COLUMNS, POST, TABLE
from tests.world import build, user_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("walking")]

UID_IN_ADDRESS = (
    "api_token",
    "administrator",
    "applicant_paper",
    "asked",
    "attachment",
    "batch",
    "certificate",
    "file",
    "handover",
    "job",
    "keyholder",
    "news_file",
    "person",
    "paper",
    "payments",
    "photo",
    "plain",
    "transfer_batch",
    "transfer_file",
    "roll_sheet",
    "saved_query",
    "shared_query",
    "self_registered",
    "scan",
    "sheet",
)


@kept
def world():
    world = build()
    top = world.roles["top", "info"]
    _put_people(world)
    _put_gatherings(world)
    _put_dues_and_scores(world)
    _put_reviews(world, top)
    world.report = sealed_report(world.staff)
    _put_sheets(world, top)
    world.job = enqueue("orgs.export", by=top, title="导出党组织", params={})
    world.alarm = audit.alarm(audit.SYSTEM, "test.alarm", organization=world.staff)
    world.record = world.alarm.record
    world.applicant = ApplicantFactory(organization=world.staff)
    world.applicant_paper = paper_of(world.applicant)
    world.handed_in, world.applicant_code = handed_in_of(world.applicant), code_of(world.staff)
    world.self_registered, world.development_plan = registration_of(world.staff), plan_of(world.staff)
    world.dossier = hand_over_of(ApplicantFactory(organization=world.staff), world.students)
    world.handover = HandOver.objects.create(
        owner=top.user, session_mark="-", slips_sealed=b"", expires_at=timezone.now()
    )
    world.keyholder, world.certificate = _certificate(world.root)
    world.api_token = api_token_of(world.root)
    world.sessions = {column: _session(user_of(world, column)) for column in COLUMNS if column != "nobody"}
    return world


def _put_people(world):
    """Members with posts, papers and matters of their own, and those who administer."""
    world.post = Post.objects.create(
        term=world.term, member=world.members[0], duty="001A", started_on=world.term.elected_on
    )
    world.holder, world.duty = _with_duty(world.members[1])
    world.attachment, world.file = attachment(world.staff), member_file(world.member)
    world.photo = member_photo(world.member)
    world.matter = Matter.objects.create(
        member=world.member, procedure="abroad", state="32", began_on="2026-01-10", ends_on="2027-01-10"
    )
    world.person = world.members[0]
    world.newcomer = RoleGrantFactory(organization=world.staff).user
    world.administrator, world.plain = user_of(world, "own"), user_of(world, "member")


def _put_gatherings(world):
    world.meeting, world.activity = gathering_of(world.staff), activity_of(world.staff)
    world.cycle, world.studied = cycle_of(world.staff), studied(world.member)
    world.group = PartyGroup.objects.create(organization=world.staff, name="第一党小组")
    world.vote, world.paper = vote_of(world.meeting), gathering_file(world.meeting)


def _put_dues_and_scores(world):
    world.receipt, world.relief = dues_receipt(world.member), dues_relief(world.member, world.root)
    world.publication, own = dues_publication(world.staff), world.roles["own", "portal"]
    world.payments = PaymentSheet.objects.create(
        state=PaymentSheet.State.FAULTY, organization=world.staff, owner_uid=own.user_uid, file_name="缴费表.xlsx"
    )
    world.registration = RegistrationFactory(member=world.member)
    world.service = CommunityServiceFactory(registration=world.registration)
    world.score = ScoreEntryFactory(member=world.member)


def _put_reviews(world, top):
    """What waits for somebody's word about a record."""
    world.correction = CorrectionFactory(member=world.member)
    world.doubt, world.twin = doubt_of(world.member), twin_of(world.member)
    world.admission = AdmissionFactory(organization=world.staff)
    world.scan = scan_of(world.correction)
    world.saved_query = queries.save(Query(), name="全部党员", sharing="nobody", by=top)
    world.shared_query = queries.save(Query(), name="支部共享", sharing="below", by=world.roles["own", "info"])
    world.batch = batches.prepare([world.member], values={"education": "12"}, by=top)
    world.asked = full_exports.ask(
        world.staff, query="", described="", rows=501, by_branch=False, reason="统计", by=world.roles["own", "info"]
    )


def _put_sheets(world, top):
    """An uploaded sheet of organisations, and one of members."""
    whose = {"organization": world.root, "owner_uid": top.user_uid, "owner_name": top.user_name, "sha256": "0" * 64}
    world.sheet = ImportSession.objects.create(
        kind=ImportSession.Kind.TREE,
        state=ImportSession.State.CHECKED,
        file_name="党组织.xlsx",
        result={"fingerprint": "", "new": 0, "update": 0, "same": 0, "faulty": 0},
        **whose,
    )
    world.roll_sheet = MemberImport.objects.create(
        state=MemberImport.State.FAULTY,
        file_name="新增人员.xlsx",
        result={"rows": 0, "columns": {}, "new": 0, "update": 0, "same": 0, "faulty": 0, "cells": 0},
        **whose,
    )


def _session(user):
    """Log somebody in; return the name of the session."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _come_as(client, world, column):
    """Let the next request be that of a reader, as after the login."""
    client.cookies.clear()
    if column != "nobody":
        client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[column]


@pytest.fixture(autouse=True)
def nobody_is_too_slow(settings):
    """The sessions are older than a test: they begin with the world, which stays for all of them."""
    settings.PROOF_MINUTES = settings.IDLE_MINUTES_ADMIN = settings.IDLE_MINUTES_MEMBER = 24 * 60


def _with_duty(member):
    """Let a member administer the own branch in 党员E先锋; return both."""
    duty = RoleGrantFactory(organization=member.organization, system=System.PORTAL, user__name=member.name)
    Member.objects.filter(pk=member.pk).update(user=duty.user)
    return member, duty


def _certificate(root):
    """A committee below the root, its administrator, and the certificate registered for that account."""
    below = OrganizationFactory(
        parent=root, org_type="611", short_name="附属医院党委", full_name="中国共产党示范大学附属医院委员会"
    )
    holder = RoleGrantFactory(user=UserFactory(name="示例持有人"), organization=below).user
    return holder, Issuer().register(holder)[0]


def _names():
    """Every URL name of the project."""
    return {
        f"{namespace}:{name}"
        for namespace, (_, resolver) in get_resolver().namespace_dict.items()
        for name in resolver.reverse_dict
        if isinstance(name, str)
    }


def _resolved(world, part):
    if part.startswith("'"):
        return part[1:]
    found = getattr(world, part)
    return found.uid if part in UID_IN_ADDRESS else found.pk


def _request(client, world, name, arguments, method):
    """Send the request of a row: `("?org", "staff")` is a query, `("ids", "staff")` with POST a body."""
    query, body = {}, {}
    if arguments and arguments[0].startswith("?"):
        query, arguments = {arguments[0][1:]: getattr(world, arguments[1]).pk}, ()
    elif method == POST and arguments and not hasattr(world, arguments[0]) and not arguments[0].startswith("'"):
        body, arguments = {arguments[0]: getattr(world, arguments[1]).pk}, ()
    address = reverse(name, args=[_resolved(world, part) for part in arguments])
    if method == POST:
        return client.post(address, body)
    return client.get(address, query)


def test_the_table_names_every_address():
    assert _names() - {row[0] for row in TABLE} == set()
    assert {row[0] for row in TABLE} - _names() == set()


def rows_asked_here(place):
    """Every second row on SQLite, the others on PostgreSQL: powers know no database. Of the readers a row answers alike
    two ask, other ones from row to row; whoever is answered as nobody else is asks each time."""
    found = []
    for number, row in enumerate(TABLE):
        alike = [column for column, answer in enumerate(row[3]) if answer == row[3][place]]
        turn = (alike.index(place) - number // 2) % len(alike)
        if turn < 2 and (number + (connection.vendor == "postgresql")) % 2 == 0:
            found.append(row)
    return found


def test_every_row_is_asked_for_each_of_its_answers_and_every_reader_asks_for_many():
    asked = Counter((row, row[3][place]) for place in range(len(COLUMNS)) for row in rows_asked_here(place))
    here = {row for row, _ in asked}
    assert len(here) == len(TABLE) // 2
    assert all(asked[row, answer] == min(2, row[3].count(answer)) for row in here for answer in row[3])
    assert min(len(rows_asked_here(place)) for place in range(len(COLUMNS))) > 100


@pytest.mark.parametrize("place", range(len(COLUMNS)), ids=COLUMNS)
def test_each_reader_gets_the_answers_of_the_table(client, world, place):
    wrong, column = {}, COLUMNS[place]
    _come_as(client, world, column)
    if column != "nobody":  # the slips as if made in this session
        HandOver.objects.update(session_mark=client.session["session_mark"])
    for name, arguments, method, answers in rows_asked_here(place):
        _come_as(client, world, column)
        with transaction.atomic():  # what one request did, the next one does not find done
            got = _request(client, world, name, arguments, method).status_code
            transaction.set_rollback(True)
        if got != answers[place]:
            wrong[f"{method} {name} {' '.join(arguments)}"] = f"{got} instead of {answers[place]}"
    assert wrong == {}


OPEN_TO_AUDITORS = ("audit:", "ui:", "jobs:", "letters:", "eforefront:apply", "api:")


@pytest.mark.looks
def test_an_auditor_reads_the_audit_and_no_page_of_organisations_or_members(client, world):
    grant = RoleGrantFactory(organization=world.root, kind=RoleKind.AUDITOR, system=System.INFO)
    shown = []
    for name, arguments, method, _ in TABLE:
        if name.startswith(OPEN_TO_AUDITORS) or name in PUBLIC | ROLELESS:
            continue
        act_as(client, grant)
        with transaction.atomic():
            status = _request(client, world, name, arguments, method).status_code
            transaction.set_rollback(True)
        if status not in (403, 404, 405):
            shown.append((name, status))
    assert shown == [("orgs:home", 302)]  # leads to the audit


@pytest.mark.looks
def test_a_committee_without_its_certificate_is_nobody(client, world, settings):
    """With the password alone every address answers as to a stranger. Source: security.md 11."""
    settings.CERTIFICATES_REQUIRED = True
    got, expected = {}, {}
    for name, arguments, method, answers in TABLE:
        if (name, method) in got:  # the same view for another object
            continue
        _come_as(client, world, "top")
        with transaction.atomic():
            got[name, method] = _request(client, world, name, arguments, method).status_code
            transaction.set_rollback(True)
        expected[name, method] = answers[0]
    assert got == expected
