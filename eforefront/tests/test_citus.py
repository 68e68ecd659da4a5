"""What deploy/postgresql/citus.sql stands on, asked without Citus: the tables it names, statements it takes.

Citus joins a table of the coordinator with one spread over the workers, but asks neither for each row of the other, and
locks rows of one member at a time. What was seen on it is in docs/scaling.md.
"""

import re

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eforefront.models import Attendance, DuesEntry, DuesMonth, DuesOpening, Gathering
from eforefront.services.dues import months, opening
from eforefront.services.dues.bills import Payment
from eforefront.services.dues.paying import register
from eforefront.tests.test_dues import TODAY, ago, enter, world  # noqa: F401  # the fixture

SPREAD = {model._meta.db_table for model in (Attendance, DuesEntry, DuesMonth)}


def asked(act):
    with CaptureQueriesContext(connection) as seen:
        act()
    return [query["sql"] for query in seen]


def asks_row_by_row(statements):
    tables = "|".join(sorted(SPREAD))
    return [sql for sql in statements if re.search(rf'EXISTS\(SELECT 1 AS "a" FROM "({tables})"', sql)]


def test_the_tables_exist_belong_to_members_and_nothing_points_at_them():
    text = (settings.BASE_DIR / "deploy/postgresql/citus.sql").read_text(encoding="utf-8")
    models = {model._meta.db_table: model for model in apps.get_models()}
    named = re.findall(r"^CALL \w+\('(\w+)'\)", text, re.MULTILINE)
    assert set(named) == SPREAD <= set(models)
    for name in named:
        meta = models[name]._meta
        assert meta.get_field("member").column == "member_id"
        assert not [field for field in meta.get_fields() if field.auto_created and not field.concrete]


@pytest.mark.django_db
def test_months_are_opened_without_asking_for_each_member(world):  # noqa: F811
    enter(world, world.teacher, since=1)
    DuesMonth.objects.filter(month=ago(0)).delete()
    DuesOpening.objects.all().delete()
    statements = asked(opening.open_months)
    assert [sql for sql in statements if 'FROM "eforefront_duesmonth"' in sql]
    assert asks_row_by_row(statements) == []


@pytest.mark.django_db
def test_own_gatherings_are_found_without_asking_for_each_of_them(world):  # noqa: F811
    assert asks_row_by_row(asked(lambda: list(Gathering.objects.concerning(world.by)))) == []


@pytest.mark.django_db
@pytest.mark.postgresql
def test_whoever_writes_months_of_several_members_locks_the_members(world):  # noqa: F811
    people = (world.teacher, world.student)
    for member in people:
        enter(world, member, since=0)
    ids = [member.pk for member in people]
    payments = [Payment(pk, ago(0), ago(0), paid_on=TODAY(), method="1") for pk in ids]
    for act in (
        lambda: months.keep(ids),
        lambda: months.carry(ids, away_from=world.other.pk),
        lambda: register(world.branch, payments, by=world.by),
    ):
        locking = [sql for sql in asked(act) if " FOR NO KEY UPDATE" in sql or " FOR UPDATE" in sql]
        assert [sql for sql in locking if sql.endswith('UPDATE OF "members_member"')]
        assert not [sql for sql in locking if any(f'FROM "{table}"' in sql for table in SPREAD)]
