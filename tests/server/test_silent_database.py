"""A database that is frozen, not gone: pages say so within ten seconds, then work again. Source: security.md 61."""

import contextlib
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.server.processes import ask, cluster, gunicorn, prepare

pytestmark = pytest.mark.postgresql
COOKIE = {"Cookie": "session=abcdefghijklmnopqrstuvwxyz012345"}


def test_a_frozen_database_gives_503_within_ten_seconds_and_recovers_within_one(tmp_path):
    with contextlib.ExitStack() as stack:
        database = stack.enter_context(cluster())
        port = stack.enter_context(gunicorn(prepare(tmp_path, "sessions", DATABASE_URL=database.url)))
        threads = stack.enter_context(ThreadPoolExecutor(16))
        assert ask(port, "/info/", **COOKIE)[0] == 302
        database.freeze()
        try:
            answers = list(threads.map(lambda n: ask(port, "/info/", **COOKIE), range(16)))
            assert {status for status, *_ in answers} == {503}
            assert max(seconds for *_, seconds in answers) < 10
            assert {headers["Retry-After"] for _, headers, _ in answers} == {"10"}
            status, _, seconds = ask(port, "/help/faq/")
            assert (status, seconds < 1) == (200, True)
        finally:
            database.thaw()
        thawed = time.monotonic()
        while ask(port, "/info/", **COOKIE)[0] != 302:
            assert time.monotonic() - thawed < 1.2
            time.sleep(0.05)
