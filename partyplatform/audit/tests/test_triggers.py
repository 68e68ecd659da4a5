"""Source: security.md 45, 68."""

import pytest
from django.db import IntegrityError, connection, transaction

from partyplatform.audit import triggers

from .factories import write

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "statement",
    (
        "UPDATE audit_record SET reason = '' WHERE seq = 2",
        "UPDATE audit_record SET reason = reason",
        "DELETE FROM audit_record WHERE seq = 3",
        "DELETE FROM audit_record",
        "DELETE FROM audit_chainhead",
        "UPDATE audit_chainhead SET seq = 2",
        "UPDATE audit_chainhead SET mac = ''",
    ),
)
def test_records_and_head_cannot_be_changed(statement):
    write(3)
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("table", ("audit_record", "audit_chainhead"))
def test_no_way_around_by_replacing_or_truncating(table):
    write(3)
    way_round = (
        f"TRUNCATE {table}" if connection.vendor == "postgresql" else f"REPLACE INTO {table} SELECT * FROM {table}"
    )
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(way_round)


def test_installing_twice_is_installing_once_and_removing_is_complete():
    assert triggers.missing(connection) == []
    triggers.install(connection)
    assert triggers.missing(connection) == []
    triggers.remove(connection)
    triggers.remove(connection)
    assert "audit_record_no_delete" in triggers.missing(connection)
    triggers.install(connection)
    assert triggers.missing(connection) == []
