"""What the whole test run needs of the ledger of dues; the root conftest imports it."""

import pytest
from django.db import connections
from django.test import TransactionTestCase

from eforefront import dues_triggers


@pytest.fixture(scope="session", autouse=True)
def dues_give_way_to_flush():
    """Let the emptying of the database after a transactional test pass the triggers of the ledger."""
    empty = TransactionTestCase._fixture_teardown

    def teardown(case):
        for alias in case._databases_names(include_mirrors=False):
            dues_triggers.remove(connections[alias])
        try:
            empty(case)
        finally:
            for alias in case._databases_names(include_mirrors=False):
                dues_triggers.install(connections[alias])

    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = empty
