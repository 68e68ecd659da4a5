"""Sessions in Redis: the database decides. Source: security.md 20–24."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import session_store
from accounts.cached_sessions import FRESH_SECONDS, SessionStore, _place
from accounts.tests.factories import RoleGrantFactory
from orgs.tests.factories import OrganizationFactory
from partyplatform import forgiving_redis
from partyplatform.tests.redis_server import RedisServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def server():
    running = RedisServer()
    yield running
    running.close()


@pytest.fixture(autouse=True)
def redis(server, settings, monkeypatch):
    """A Redis that is asked again at once after it was away."""
    server.client.flushall()
    monkeypatch.setattr(forgiving_redis, "AWAY_SECONDS", 0.0)
    place = {"BACKEND": "partyplatform.forgiving_redis.ForgivingRedis", "LOCATION": server.url}
    settings.CACHES = settings.CACHES | {"sessions": place | {"KEY_PREFIX": "session"}}
    settings.SESSION_ENGINE = "accounts.cached_sessions"
    return server


@pytest.fixture
def person():
    return RoleGrantFactory(organization=OrganizationFactory()).user


@pytest.fixture
def client(person):
    client = Client()
    client.force_login(person)
    client.get("/account/")
    return client


def twin(client):
    """The same browser as another machine sees it, or as a thief of the cookie would be."""
    other = Client()
    other.cookies["session"] = client.cookies["session"].value
    return other


def is_let_in(client):
    return client.get("/account/").status_code == 200


def asked_of_sessions(client):
    """How often a page asks the database for its session."""
    with CaptureQueriesContext(connection) as asked:
        assert is_let_in(client)
    return sum("django_session" in query["sql"] for query in asked.captured_queries)


def test_a_page_reads_its_session_from_redis_and_a_redis_that_was_emptied_costs_one_statement(client, redis):
    assert asked_of_sessions(client) == 0
    redis.client.flushall()
    assert [asked_of_sessions(client) for _ in range(2)] == [1, 0]
    later = timezone.now() + timedelta(seconds=FRESH_SECONDS + 1)
    with time_machine.travel(later, tick=False):
        assert asked_of_sessions(client) > 0


def test_two_machines_see_one_session(client):
    """Each has connections of its own; what one of them writes the other reads."""
    seen = []

    def other_machine():
        other = twin(client)
        seen.append(is_let_in(other))
        session = other.session
        session["text_size"] = "large"
        session.save()
        connection.close()

    thread = threading.Thread(target=other_machine)
    thread.start()
    thread.join()
    assert (seen, client.session["text_size"]) == ([True], "large")


def test_people_work_on_while_redis_is_stopped_and_after_it_has_come_back_empty(client, redis):
    redis.stop()
    try:
        session = client.session
        session["text_size"] = "large"
        session.save()
        assert is_let_in(client)
    finally:
        redis.start()
    assert is_let_in(client)
    assert client.session["text_size"] == "large"
    assert asked_of_sessions(client) == 0


def test_a_logout_that_redis_does_not_hear_of_is_one(client, redis):
    thief = twin(client)
    redis.fall_silent()
    try:
        client.post("/logout/")
    finally:
        redis.speak_again()
    assert SessionStore(thief.cookies["session"].value)["_auth_user_id"]  # the copy of before is there
    assert not is_let_in(thief)
    assert not SessionStore(thief.cookies["session"].value).get("_auth_user_id")


def test_another_login_ends_a_session_whose_copy_is_fresh(client, person):
    other = Client()
    other.force_login(person)
    other.get("/account/")
    assert (is_let_in(client), is_let_in(other)) == (False, True)


def test_an_id_that_was_changed_is_dead_at_once_and_within_a_minute_if_redis_did_not_hear_of_it(client, redis):
    before = twin(client)
    client.post("/account/close-others/")
    session = client.session
    session.cycle_key()
    session.save()
    client.cookies["session"] = session.session_key
    assert not is_let_in(before)
    before = twin(client)
    assert is_let_in(before)
    redis.fall_silent()
    try:
        session = client.session
        session.cycle_key()
        session.save()
    finally:
        redis.speak_again()
    with time_machine.travel(timezone.now() + timedelta(seconds=FRESH_SECONDS + 1), tick=False):
        assert SessionStore(before.cookies["session"].value).load() == {}
        assert SessionStore(session.session_key)["_auth_user_id"]


def test_what_was_rolled_back_never_lay_in_redis(client, redis):
    held = len(redis.client.keys())
    session = client.session
    with transaction.atomic():
        session["text_size"] = "large"
        session.cycle_key()
        session.save()
        assert len(redis.client.keys()) == held
        transaction.set_rollback(True)
    assert len(redis.client.keys()) == held
    assert is_let_in(client)
    assert client.session.get("text_size") != "large"


def test_whoever_reads_while_a_session_ends_does_not_put_it_back(client, redis, monkeypatch):
    key, read = client.session.session_key, session_store.SessionStore.load
    redis.client.flushall()

    def load_while_it_ends(self):
        data = read(self)
        SessionStore(key).delete()
        return data

    with monkeypatch.context() as patch:
        patch.setattr(session_store.SessionStore, "load", load_while_it_ends)
        assert SessionStore(key)["_auth_user_id"]
    assert SessionStore(key).load() == {}


def test_redis_tells_no_id_and_takes_no_session_from_others(client, redis):
    key = client.session.session_key
    [place] = redis.client.keys(f"*{_place(key)}")
    value = redis.client.get(place)
    assert key.encode() not in b"".join([*redis.client.keys(), value])
    stranger = SessionStore()
    stranger["text_size"] = "large"
    stranger.save()
    [elsewhere] = redis.client.keys(f"*{_place(stranger.session_key)}")
    redis.client.set(elsewhere, value)  # the session of somebody else
    assert "_auth_user_id" not in SessionStore(stranger.session_key)
    redis.client.set(elsewhere, b'{"_auth_user_id": "1"}')  # one that was made up
    assert "_auth_user_id" not in SessionStore(stranger.session_key)


def test_ended_sessions_leave_the_database_as_ever(client):
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))
    SessionStore.clear_expired()
    assert not Session.objects.exists()
