"""The short form of the fault runs, on the database of the test: an import and a move, each amid a kill of the server.
`make faults` runs the whole. Source: security.md 54."""

import time

import pytest

from partyplatform.integrity import invariants
from tests.faults import acts
from tests.faults.installation import OnTestDatabase
from tests.faults.test_killed import begin

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def platform(tmp_path):
    found = OnTestDatabase(tmp_path)
    try:
        found.web.start()
        yield found
    finally:
        found.web.end()


def test_a_server_killed_amid_an_import_and_a_move_leaves_nothing_half_done(platform):
    person = platform.person("top0")
    for kind, moment in ((acts.Import, 0.3), (acts.Move, 0.1)):
        act = kind(platform, lambda *_, **__: person)
        act.prepare()
        running = begin(act)
        time.sleep(moment)
        platform.web.kill()
        assert act.state() in act.allowed
        platform.web.start()
        running.join(acts.PATIENCE)
        act.finish()
    assert [problem for check in invariants() for problem in check.problems()] == []
