"""What the whole test run needs of the audit; the root conftest imports it."""

import pytest
from django.db import connections
from django.test import TransactionTestCase

from partyplatform.audit import triggers


@pytest.fixture(scope="session", autouse=True)
def audit_gives_way_to_flush():
    """Let the emptying of the database after a transactional test pass the append-only triggers.

    They stay in force during every test.
    """
    empty = TransactionTestCase._fixture_teardown

    def teardown(case):
        for alias in case._databases_names(include_mirrors=False):
            triggers.remove(connections[alias])
        try:
            empty(case)
        finally:
            for alias in case._databases_names(include_mirrors=False):
                triggers.install(connections[alias])

    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = empty
