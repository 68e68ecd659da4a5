"""Reading from a copy of the database: what goes there, and that nobody misses what they wrote themselves."""

from types import SimpleNamespace

import pytest
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import MiddlewareNotUsed
from django.db import OperationalError, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.models import RoleGrant, User
from members.models import Member
from orgs.models import Organization
from partyplatform import replicas
from partyplatform.audit.models import Record
from partyplatform.jobs.models import Job
from partyplatform.replicas import PRIMARY, REPLICA, ReadFromReplica

SOMEBODY, NOBODY = SimpleNamespace(is_authenticated=True), SimpleNamespace(is_authenticated=False)


@pytest.fixture(autouse=True)
def copy(settings, monkeypatch):
    monkeypatch.setitem(settings.DATABASES, REPLICA, settings.DATABASES[PRIMARY])
    settings.DATABASE_ROUTERS = ["partyplatform.replicas.Router"]
    settings.REPLICA_PIN_SECONDS = 10
    monkeypatch.setattr(replicas, "_away_until", 0.0)


@pytest.fixture
def clock(monkeypatch):
    now = SimpleNamespace(wall=1_800_000_000.0, steady=5_000.0)
    monkeypatch.setattr(replicas, "time", SimpleNamespace(time=lambda: now.wall, monotonic=lambda: now.steady))
    return now


def sent(method="GET", user=SOMEBODY, session=None):
    request = RequestFactory().generic(method, "/")
    request.user, request.session = user, SessionBase() if session is None else session
    return request


def read_where(request):
    """Where a page reads organisations, and its request."""
    asked = []

    def page(request):
        asked.append(Organization.objects.all().db)
        return HttpResponse()

    ReadFromReplica(page)(request)
    return asked[0]


def test_only_the_subject_is_read_from_the_copy_and_nothing_is_written_there(clock):
    seen = {}

    def page(request):
        seen.update({model: model._default_manager.all().db for model in (Organization, Member, User, RoleGrant)})
        seen.update({model: model._default_manager.all().db for model in (Record, Job)})
        seen["written"] = replicas.Router().db_for_write(Organization)
        return HttpResponse()

    ReadFromReplica(page)(sent())
    there = {Organization: REPLICA, Member: REPLICA}
    assert seen == {**there, User: PRIMARY, RoleGrant: PRIMARY, Record: PRIMARY, Job: PRIMARY, "written": PRIMARY}
    assert Organization.objects.all().db == PRIMARY, "outside of a page: commands, jobs"


@pytest.mark.parametrize(
    ("method", "user", "place"),
    [
        ("GET", SOMEBODY, REPLICA),
        ("HEAD", SOMEBODY, REPLICA),
        ("POST", SOMEBODY, PRIMARY),
        ("GET", NOBODY, PRIMARY),
        ("POST", NOBODY, PRIMARY),
    ],
)
def test_pages_that_are_only_read_by_somebody_logged_in_read_from_the_copy(clock, method, user, place):
    assert read_where(sent(method, user)) == place


def test_whoever_has_acted_reads_the_primary_for_a_while_and_others_do_not(clock):
    mine, others = SessionBase(), SessionBase()
    read_where(sent("POST", session=mine))
    assert (read_where(sent(session=mine)), read_where(sent(session=others))) == (PRIMARY, REPLICA)
    clock.wall += 9.9
    assert read_where(sent(session=mine)) == PRIMARY
    clock.wall += 0.2
    assert read_where(sent(session=mine)) == REPLICA


@pytest.mark.django_db
def test_inside_a_transaction_everything_is_read_from_the_primary(clock):
    def page(request):
        with transaction.atomic():
            return HttpResponse(Organization.objects.all().db)

    assert ReadFromReplica(page)(sent()).content.decode() == PRIMARY


def test_a_copy_that_fails_is_left_alone_for_half_a_minute(clock):
    def page(request):
        reading.process_exception(request, OperationalError("gone"))
        return HttpResponse(status=503)

    reading = ReadFromReplica(page)
    assert reading(sent()).status_code == 503
    assert read_where(sent()) == PRIMARY
    clock.steady += 31
    assert read_where(sent()) == REPLICA


def test_without_a_copy_nothing_stands_in_the_way(settings, monkeypatch):
    monkeypatch.delitem(settings.DATABASES, REPLICA)
    with pytest.raises(MiddlewareNotUsed):
        ReadFromReplica(lambda request: None)
