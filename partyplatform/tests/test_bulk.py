"""Rows inserted at once are those Django would have inserted one by one."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from members.models import BatchRow, Member
from members.services import batches
from members.tests.factories import MemberFactory
from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory
from partyplatform import bulk
from partyplatform.audit.models import Level, Record

pytestmark = pytest.mark.django_db
ODD = ("", "𠮷·田", "a\tb\\n\n\r\\", "\\N", "\\.", "'\"%s{}", "０１")


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(bulk, "FEW", 1)


@pytest.fixture
def branch(db):
    return OrganizationFactory(parent=OrganizationFactory())


def members(branch):
    made = []
    for number, text in enumerate(ODD):
        row = Member(organization=branch, name=text[:50], native_place=text[:6], category="1")
        row.id_number_index, row.phone_sealed = f"{number}", bytes((number, 0, 92, 255))
        row.born_on, row.is_migrant_worker = (datetime.date(1990, 1, 1), True) if number else (None, None)
        row.filled = row.required = number
        made.append(row)
    return made


def test_every_value_comes_back_as_it_was(branch):
    rows = bulk.insert(members(branch))
    stored = {row.pk: row for row in Member.objects.all()}
    assert len(stored) == len(ODD)
    for row in rows:
        found = stored[row.pk]
        for field in Member._meta.local_concrete_fields:
            if field.name != "percent":
                left, right = getattr(row, field.attname), getattr(found, field.attname)
                assert (bytes(right) if isinstance(right, memoryview) else right) == left, field.name
        assert found.name_pinyin == row.name_pinyin
        assert found.percent == (100 if found.required else None)
    assert not rows[0]._state.adding
    after = MemberFactory(organization=branch)
    assert after.pk > max(stored)


def test_json_and_moments_come_back_too():
    at = datetime.datetime(2026, 11, 27, 3, 4, 5, 678901, tzinfo=datetime.UTC)
    rows = [
        Record(seq=number, at=at, action="t", changes=[["项目", text, "\\"]], level=Level.INFO, key_id="k", mac="m")
        for number, text in enumerate(ODD, 1)
    ]
    bulk.insert(rows)
    stored = Record.objects.order_by("seq")
    assert [row.changes[0][1] for row in stored] == list(ODD)
    assert {row.at for row in stored} == {at}


def test_what_the_database_refuses_is_refused_whole(branch):
    rows = members(branch)
    rows[-1].category = "9"
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(rows)
    assert not Member.objects.exists()


def test_rows_are_replaced_with_all_they_hold(branch):
    people = [MemberFactory(organization=branch, complete=True, education="21") for _ in range(3)]
    batch = batches.prepare(people, values={"education": "12"}, by=Acting(branch.parent))
    rows = list(batch.rows.order_by("place"))
    for row in rows:
        row.note = "a\tb"
    bulk.replace(BatchRow.objects.all(), rows, fields=["note"])
    again = list(batch.rows.order_by("place"))
    assert [(row.pk, row.note, row.changes) for row in again] == [(row.pk, "a\tb", row.changes) for row in rows]


def test_nothing_is_inserted_for_nothing():
    assert bulk.insert([]) == []
    bulk.replace(BatchRow.objects.all(), [], fields=["note"])
