"""A Redis that is away costs time, not pages."""

import pickle
import time

import pytest

from partyplatform import forgiving_redis
from partyplatform.forgiving_redis import ForgivingRedis
from partyplatform.tests.redis_server import RedisServer

NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture(scope="module")
def server():
    running = RedisServer()
    yield running
    running.close()


@pytest.fixture
def cache(server):
    forgiving_redis._away_until.clear()
    server.client.flushall()
    return ForgivingRedis(server.url, {})


def test_a_server_that_is_away_is_taken_for_an_empty_one():
    away = ForgivingRedis(NOBODY, {})
    away.set("number", 3)
    assert (away.get("number"), away.get("number", 7), away.add("number", 4)) == (None, 7, True)
    assert away.get_or_set("number", lambda: 5, 20) == 5
    assert away.delete("number") is False


def test_what_is_kept_is_found_and_is_no_program(server, cache):
    cache.set("number", 3)
    cache.set("text", "甲")
    assert (cache.get("number"), cache.get("text"), cache.add("text", "乙")) == (3, "甲", False)
    assert server.client.get(":1:text") == b'"\\u7532"'
    ran = []
    server.client.set(":1:text", pickle.dumps(ran))
    assert cache.get("text", "none") == "none"


def test_a_restarted_server_is_used_at_once(server, cache):
    cache.set("number", 3)
    server.stop()
    server.start()
    assert cache.get("number") is None
    cache.set("number", 4)
    assert cache.get("number") == 4


def test_a_silent_server_is_waited_for_once_and_then_left_alone_for_a_while(server, cache, monkeypatch):
    cache.set("number", 3)
    server.fall_silent()
    try:
        begun = time.monotonic()
        assert [cache.get("number") for _ in range(20)] == [None] * 20
        assert time.monotonic() - begun < 2.5 * forgiving_redis.PATIENCE
    finally:
        server.speak_again()
    assert cache.get("number") is None
    later = time.monotonic() + forgiving_redis.AWAY_SECONDS
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert cache.get("number") == 3
