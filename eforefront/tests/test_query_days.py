"""Queries as of a day: organisations as they were and where they stood, posts that were held, members below them."""

import datetime
from dataclasses import replace

import pytest
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone

from accounts.tests.clients import act_as
from eforefront.queries import compiling, tabulating
from eforefront.queries.definition import Condition, Group, Query
from eforefront.queries.subjects import SUBJECTS
from eforefront.services import queries as services
from eforefront.tests import query_world
from eforefront.tests.query_world import DAY
from eforefront.tests.test_queries import cells, every_row, names, questions
from members.models import Standing
from members.tests.factories import PostFactory
from orgs import tree
from orgs.models import Organization, OrganizationPast, ParentChange, Term
from orgs.tests.factories import TermFactory
from partyplatform.tests.halves import half_here
from partyplatform.tests.kept import kept

pytestmark = pytest.mark.django_db


@kept
def world():
    return query_world.build()


def found(query, role):
    return {str(row) for row in compiling.rows(query, role)}


@pytest.fixture
def changed(world):
    """After DAY 学生支部 came directly under the committee, 表演支部 was dissolved, 教工支部 elected anew."""
    ParentChange.objects.update(state="done", decided_at=timezone.make_aware(datetime.datetime(2026, 8, 1, 9)))
    Standing.objects.update(begins_on="2020-01-01")
    tree.move(Organization.objects.get(pk=world.students.pk), to=world.root)
    Organization.objects.filter(pk=world.artists.pk).update(dissolved_on="2026-08-01", org_type="632")
    OrganizationPast.objects.create(
        organization=world.artists,
        org_type="631",
        is_functional=True,
        is_living=True,
        begins_on="1921-07-01",
        ends_on="2026-08-01",
    )
    Term.objects.filter(organization=world.staff).update(is_current=False)
    PostFactory(
        term=TermFactory(organization=world.staff, number=2, elected_on=datetime.date(2026, 7, 15)),
        member=world.members.li,
        started_on=datetime.date(2026, 7, 15),
    )


def test_organisations_as_of_a_day_are_those_that_were_there_where_they_stood(world, changed):
    role, at = world.roles.root, str(world.college.pk)
    then, now = ({"on": DAY.isoformat()}, {})
    below = Group((Condition("parent", "within", (at,)),))
    inside = Group((Condition("place", "within", (at,)),))
    for more, expected in ((then, {"教工支部", "学生支部"}), (now, {"教工支部"})):
        assert found(Query("organization", where=below, **more), role) == expected
        assert found(Query("organization", where=inside, **more), role) == expected | {"信息学院党总支"}
        assert found(Query("organization", place=at, **more), role) == expected | {"信息学院党总支"}
        assert found(Query("organization", **more), world.roles.college) == (
            {"教工支部", "信息学院党总支"}  # what was taken away is not followed
        )
    functional = Query("organization", where=Group((Condition("is_functional", "yes"),)), **then)
    assert found(functional, role) == {"表演支部"}
    assert "表演支部" not in found(Query("organization"), role)
    query = Query("organization", columns=("short_name", "parent", "org_type", "dissolved_on"), where=below, **then)
    assert ["学生支部", "信息学院党总支", "党支部(631)", ""] in cells(query, role)
    assert found(Query("organization", on="2020-01-01", scope="dissolved"), role) == set()
    by_type = Query("organization", rows="org_type", across="functional")
    assert tabulating.table(replace(by_type, **then), role).total == 5
    assert tabulating.table(by_type, role).total == 4


def test_members_below_an_organisation_on_a_day_do_not_follow_the_tree_of_today(world, changed):
    role, at = world.roles.root, str(world.college.pk)
    there = Group((Condition("organization", "within", (at,)),))
    for more, is_there in (({"on": DAY.isoformat()}, True), ({}, False)):
        for query in (Query(place=at, **more), Query(where=there, **more)):
            assert ("孙丽" in names(query, role)) is is_there
    by_place = tabulating.table(Query(rows="organization", across="gender", on=DAY.isoformat()), role)
    at_college = next(row for row in by_place.rows if row.label == "信息学院党总支")
    assert at_college.cells[-1].number == len(names(Query(place=at, on=DAY.isoformat()), role)) == 4


def test_posts_as_of_a_day_are_those_held_in_the_term_that_ran(world, changed):
    def held(on, **more):
        rows = compiling.rows(Query("post", on=on, **more), world.roles.root)
        return sorted(f"{row.member.name} {row.term.organization.short_name}" for row in rows)

    both = ["周敏 信息学院党总支", "周敏 教工支部"]
    assert held("2024-12-31") == sorted([*both, "陈国栋 教工支部"])
    assert held("2025-01-01") == both
    assert held("2026-07-15") == sorted(["周敏 信息学院党总支", "李思远 教工支部"]) == held("")
    assert held("2025-01-01", scope="all") == sorted([*both, "陈国栋 教工支部"])
    assert held("2025-01-01", place=str(world.students.pk)) == []


@pytest.mark.parametrize("subject", ["member", "organization", "post"])
def test_a_list_as_of_a_day_asks_few_statements_however_many_organisations_are_named(
    client, world, changed, subject, django_assert_max_num_queries
):
    field = {"organization": "place"}.get(subject, "organization")
    places = tuple(str(place.pk) for place in (world.college, world.students, world.staff))
    where = Group((Condition(field, "within", places), Condition(field, "outside", (str(world.artists.pk),))))
    query = Query(subject, on=DAY.isoformat(), place=str(world.college.pk), where=where)
    saved = services.save(query, name="当日", sharing="nobody", by=world.roles.root)
    reader = act_as(client, world.roles.root)
    with django_assert_max_num_queries(12):
        page = reader.get(reverse("queries:result"), {"saved": saved.uid})
    assert page.status_code == 200
    assert page.context["pager"].total == compiling.rows(query, world.roles.root).count() > 0
    assert "当日" in reader.get(reverse("queries:build"), {"saved": saved.uid}).text


@pytest.mark.parametrize("subject", ["organization", "post"])
def test_no_list_as_of_a_day_changes_with_what_lies_out_of_reach(world, changed, subject):
    """学生支部 was the college's on that day and is no longer: what becomes of it stays unknown there."""
    role, found = world.roles.college, SUBJECTS[subject]
    rows = every_row(found, world.roles.root)
    queries = [
        Query(subject, on=DAY.isoformat(), scope="all", where=Group((Condition(field.name, op, values),)))
        for field in found.fields.values()
        for op, values in questions(field, rows, world)
    ]
    queries += [
        Query(subject, on=DAY.isoformat(), columns=(name,)) for name, one in found.fields.items() if one.is_listed
    ]
    assert len(queries) > 50
    queries = half_here(queries)
    before = [cells(query, role) for query in queries]
    assert any(before)
    elsewhere = Organization.objects.exclude(pk__in=[world.root.pk, world.college.pk, world.staff.pk])
    renamed = Concat(F("short_name"), Value("二"))
    elsewhere.update(short_name=renamed, founded_on="2026-01-01", is_functional=True, dissolved_on=None, org_type="631")
    OrganizationPast.objects.filter(organization__in=elsewhere).delete()
    PostFactory(term=TermFactory(organization=world.students, number=9), member=world.members.zhou, duty="001B")
    for query, rows_before in zip(queries, before, strict=True):
        assert cells(query, role) == rows_before, query
