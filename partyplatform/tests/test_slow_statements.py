"""The slow-query log names statements and never values."""

import logging

import pytest
from django.db import connection

from partyplatform.slow_statements import timed, watch


@pytest.mark.django_db
def test_a_slow_statement_is_logged_without_its_values(settings, caplog):
    settings.SLOW_QUERY_MS = -1  # everything is slow
    with caplog.at_level(logging.WARNING), connection.execute_wrapper(timed), connection.cursor() as cursor:
        cursor.execute("SELECT %s,\n   1", ["11010519491231002X"])
    [line] = [record.getMessage() for record in caplog.records if record.name == "partyplatform.slow_statements"]
    assert line.startswith("slow statement, ")
    assert line.endswith(" ms: SELECT %s, 1")


def test_connections_are_watched_only_with_the_setting(settings):
    class Connection:
        execute_wrappers = []

    settings.SLOW_QUERY_MS = 0
    watch(connection=Connection)
    assert Connection.execute_wrappers == []
    settings.SLOW_QUERY_MS = 500
    watch(connection=Connection)
    watch(connection=Connection)
    assert Connection.execute_wrappers == [timed]
