"""A Redis that is away costs time, not pages."""

from partyplatform.forgiving_redis import ForgivingRedis

NOBODY = "redis://127.0.0.1:1/0"


def test_a_server_that_is_away_is_taken_for_an_empty_one():
    away = ForgivingRedis(NOBODY, {})
    away.set("number", 3)
    assert (away.get("number"), away.get("number", 7), away.add("number", 4)) == (None, 7, True)
    assert away.get_or_set("number", lambda: 5, 20) == 5
