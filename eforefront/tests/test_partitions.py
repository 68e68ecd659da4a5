"""The large tables parted by member, as deploy/postgresql/partitions.sql makes them: nothing else changes.

Whole suites run on such tables by `scripts/with-postgres .venv/bin/pytest --parted`. Source: docs/scaling.md.
"""

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction

from eforefront.models import Attendance, DuesEntry, DuesMonth, DuesReceipt
from eforefront.tests.factories import GatheringFactory
from eforefront.tests.test_dues import ago, enter, pay, states, whole, world  # noqa: F401  # the fixture
from members.tests.factories import MemberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
TABLES = {model._meta.db_table for model in (Attendance, DuesMonth, DuesEntry)}


def part():
    """Part the tables, rows and all; what the tests of a `--parted` run stand on is parted already."""
    with connection.cursor() as cursor:
        if parted() == TABLES:
            return
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute((settings.BASE_DIR / "deploy/postgresql/partitions.sql").read_text(encoding="utf-8"))


def parted():
    with connection.cursor() as cursor:
        cursor.execute("SELECT partrelid::regclass::text FROM pg_partitioned_table")
        return {name for (name,) in cursor.fetchall()}


def shape(kind):
    """Constraints, indexes or triggers of the tables, without the primary key and without the parts."""
    asked = {
        "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype IN ('u', 'f', 'c') AND conrelid::regclass::text = ANY(%s)",
        "indexes": "SELECT tablename, indexname, split_part(indexdef, ' USING ', 2) FROM pg_indexes "
        "WHERE tablename = ANY(%s) AND indexname NOT LIKE '%%_pkey'",
        "triggers": "SELECT tgrelid::regclass::text, tgname, tgtype::text FROM pg_trigger "
        "WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY(%s)",
    }
    with connection.cursor() as cursor:
        cursor.execute(asked[kind], [list(TABLES)])
        return set(cursor.fetchall())


def test_rows_rules_and_acts_are_the_same_on_parted_tables(world):  # noqa: F811
    enter(world, world.teacher)
    pay(world, world.teacher, 2, 1)
    before, had = states(world.teacher), {kind: shape(kind) for kind in ("constraints", "indexes", "triggers")}
    part()
    assert parted() == TABLES
    assert states(world.teacher) == before
    assert {kind: shape(kind) for kind in had} == had

    pay(world, world.teacher, 0, 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        DuesMonth.objects.create(member=world.teacher, organization=world.branch, month=ago(0), due_fen=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        DuesEntry.objects.filter(receipt=DuesReceipt.objects.last()).delete()
    assert whole() == []

    MemberFactory.create_batch(3, organization=world.branch)
    meeting = GatheringFactory(organization=world.branch, published=True)
    rows = list(Attendance.objects.of(meeting))
    assert len({row.pk for row in rows}) == 5
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.create(gathering=meeting, member=rows[0].member)
    plan = Attendance.objects.filter(member=rows[0].member_id).explain()
    assert plan.count("eforefront_attendance_") == 1  # the part of this member alone is read
