"""With the keys of another installation nothing starts. Source: security.md 66."""

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from accounts.models import User
from accounts.tests.factories import UserFactory
from partyplatform.sealing.startup import check_keys, foreign_keys, refuse_foreign_keys
from partyplatform.sealing.tests.rings import field_ring, index_ring

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_connection(monkeypatch):
    """The test's transaction goes on."""
    monkeypatch.setattr("partyplatform.sealing.startup.connections.close_all", lambda: None)


def test_an_empty_database_and_the_right_keys_start():
    refuse_foreign_keys()
    UserFactory()
    refuse_foreign_keys()
    assert run_checks(databases=["default"], tags=["database"]) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    (
        ({"FIELD_KEYS": field_ring({"t1": b"x" * 32})}, "密钥 FIELD_KEYS 与数据库不符：打不开账号的身份证号"),
        ({"FIELD_KEYS": field_ring({"t9": b"f" * 32})}, "密钥 FIELD_KEYS 与数据库不符：打不开账号的身份证号"),
        (
            {"INDEX_KEYS": index_ring({"t1": b"x" * 32})},
            "密钥 INDEX_KEYS 与数据库不符：账号的身份证号的检索键不出自其中任何一把",
        ),
    ),
)
def test_the_wrong_keys_are_named(settings, change, sentence):
    UserFactory()
    for name, ring in change.items():
        setattr(settings, name, ring)
    with pytest.raises(ImproperlyConfigured, match=sentence):
        refuse_foreign_keys()
    with pytest.raises(CommandError, match=sentence):
        call_command("check", "--database", "default")


def test_one_damaged_row_stops_nothing():
    UserFactory()
    User.objects.filter(pk=UserFactory().pk).update(id_number_sealed=b"\x01\x01\x02t1")
    assert foreign_keys() == []


def test_a_database_without_tables_stops_nothing():
    with connection.execute_wrapper(_fail):
        refuse_foreign_keys()
        assert check_keys(None, ["default"]) == []


def _fail(*_):
    raise OperationalError("no such table")
