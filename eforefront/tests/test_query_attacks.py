"""What a query may not be used to find out, tried by a script: every question to every field, before and after the rest
of the world has changed. Source: security.md 31, 43.
"""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.urls import reverse

from accounts.tests.clients import act_as
from eforefront.models import Applicant, Attendance, DuesMonth, DuesStandard, DuesTotal, Gathering, Registration
from eforefront.queries import compiling, tabulating
from eforefront.queries.checking import MOST_EXACT
from eforefront.queries.definition import Condition, Group, Query
from eforefront.queries.groupings import GROUPINGS
from eforefront.queries.kinds import Kind
from eforefront.queries.subjects import SUBJECTS
from eforefront.tests import query_world
from eforefront.tests.test_queries import cells, compiler_of, every_row, flagged, questions
from members import number_guessing, ordering
from members.models import Hardship, Honour, Matter, Member, MemberProfile, Office, Penalty, Post, Review, Standing
from members.tests.factories import PostFactory
from orgs.models import Organization, OrganizationProfile, Term
from partyplatform.audit.models import Record
from partyplatform.tests.halves import half_here
from partyplatform.tests.kept import kept
from transfers.models import Transfer

pytestmark = pytest.mark.django_db
LEFT_ON = datetime.date(2026, 6, 30)
BEFORE = "2026-01-31"


@kept
def world():
    """孙丽 stood in 表演支部 as 预备党员 until the middle of the year; its administrator is the attacker."""
    built = query_world.build()
    stood = Standing.objects.get(member=built.members.sun)
    stood.begins_on, stood.ends_on, stood.organization = datetime.date(2025, 9, 1), LEFT_ON, built.artists
    stood.category = "2"
    stood.save()
    Standing.objects.create(
        member=built.members.sun, organization=built.students, category="1", status="1", begins_on=LEFT_ON, cause="转接"
    )
    return built


def change_everything_else(world):
    """Change whatever lies out of reach of 表演支部, 孙丽 as she is today included."""
    others = Member.objects.exclude(organization=world.artists)
    others.update(
        education="11",
        title="012",
        job_post="0702",
        social_class="1",
        is_lost=True,
        lost_since="2026-07-01",
        is_floating=True,
        floating_to="120101",
        filled=F("filled") + 1,
        required=F("required") + 2,
        confirmed_on="2026-07-01",
    )
    ids = list(others.values_list("pk", flat=True))
    MemberProfile.objects.filter(member__in=ids).update(
        remark="改过", is_volunteer=True, marital_status="10", health="差"
    )
    for model in (Office, Honour, Penalty, Review, Hardship, Matter, Registration, DuesStandard):
        model.objects.filter(member__in=ids).delete()
    elsewhere = Organization.objects.exclude(pk=world.artists.pk)
    elsewhere.update(
        short_name=Concat(F("short_name"), Value("二")),
        founded_on="2024-01-01",
        is_functional=True,
        contact_name="某某",
    )
    OrganizationProfile.objects.filter(organization__in=elsewhere).update(address="别处")
    PostFactory(term=Term.objects.filter(organization=world.college)[0], member=world.members.sun, duty="001B")
    Post.objects.filter(term__organization__in=elsewhere).update(portfolio="改过", document="9号")
    DuesTotal.objects.filter(organization__in=elsewhere).delete()
    DuesMonth.objects.filter(organization__in=elsewhere).delete()
    Attendance.objects.filter(gathering__organization__in=elsewhere).delete()
    Gathering.objects.filter(organization__in=elsewhere).update(topic="改过", type="12")
    Applicant.objects.filter(organization__in=elsewhere).update(name="改过", gender="2", reported_on="2026-06-30")
    Transfer.objects.filter(target__in=elsewhere).update(cause="study")


def chosen_questions(field, rows, world):
    """One question for each operator, with a value that somebody has; organisations are those of the attacker."""
    found = dict(questions(field, rows, world))
    return [
        (op, (str(world.artists.pk),) if field.kind is Kind.PLACE and values else values)
        for op, values in found.items()
    ]


def everything_asked(world):
    """Every question to every field of every subject, and to every row that hangs on it: {subject: [group]}."""
    asked = {}
    for name, subject in SUBJECTS.items():
        rows = every_row(subject, world.roles.root)
        groups = [
            Group((Condition(field.name, op, values),))
            for field in subject.fields.values()
            for op, values in chosen_questions(field, rows, world)
        ]
        groups += [
            Group((Group((Condition(field.name, op, values),), relation=relation.name, how=how),))
            for relation in subject.relations
            for hanging in (relation.rows(world.roles.root),)
            for field in relation.fields
            for op, values in chosen_questions(field, hanging, world)
            for how in ("some", "none")
        ]
        asked[name] = groups
    return asked


def answers(asked, role):
    """Of which rows of its list each question is so."""
    found = {}
    for name, groups in asked.items():
        compiler = compiler_of(SUBJECTS[name], role)
        compiled = [compiler.group(group) for group in groups]
        found[name] = list(zip(groups, flagged(every_row(SUBJECTS[name], role), compiled), strict=True))
    return found


def test_no_answer_changes_with_what_lies_out_of_reach(world):
    """The questions are those of somebody who guesses right: with the values the others have."""
    asked = everything_asked(world)
    assert sum(map(len, asked.values())) > 1000
    asked = {name: half_here(groups) for name, groups in asked.items()}
    before = answers(asked, world.roles.artists)
    assert any(found for name in before for _, found in before[name])
    change_everything_else(world)
    assert answers(asked, world.roles.artists) == before


def test_a_former_branch_does_not_follow_somebody_by_a_day_in_the_past(world):
    """Whatever is asked, shown or sorted by as of a day she stood there: nothing of her later life comes out."""
    role, subject = world.roles.artists, SUBJECTS["member"]
    rows = every_row(subject, world.roles.root)
    queries = [
        Query(on=BEFORE, where=Group((Condition(field.name, op, values),)))
        for field in subject.fields.values()
        if field.kind is not Kind.PLACE
        for op, values in chosen_questions(field, rows, world)
    ]
    queries += [Query(on=BEFORE, columns=("name", name)) for name in subject.fields]
    queries += [Query(on=BEFORE, columns=("name", name)) for name in subject.related]
    queries += [Query(on=BEFORE, sort=name) for name in ordering.COLUMNS]
    queries += [
        Query(on=BEFORE, where=Group((Group(relation=name, how=how),)))
        for name in subject.related
        for how in ("some", "none")
    ]
    queries = half_here(queries)
    before = [cells(query, role) for query in queries]
    assert ["孙丽"] in [[row[0] for row in found] for found in before]
    change_everything_else(world)
    for query, found in zip(queries, before, strict=True):
        assert cells(query, role) == found, query


def test_no_table_counts_what_lies_out_of_reach(world):
    role = world.roles.artists
    pairs = [
        Query(one.subject, rows=one.name, across=other.name)
        for one in GROUPINGS.values()
        for other in GROUPINGS.values()
        if one.subject == other.subject and other is next(g for g in GROUPINGS.values() if g.subject == one.subject)
    ]
    before = [tabulating.table(query, role).rows for query in pairs]
    change_everything_else(world)
    assert [tabulating.table(query, role).rows for query in pairs] == before


def test_numbers_are_not_guessed_many_at_once_nor_one_by_one(client, world):
    def form(number):
        found = {"subject": "member", "do": "count", "w.every": "0"}
        for place in range(number):
            found |= {f"w.{place}.field": "phone", f"w.{place}.op": "is", f"w.{place}.value": f"1000000{place:04d}"}
        return found

    reader, build = act_as(client, world.roles.root), reverse("queries:build")
    many = reader.post(build, form(MOST_EXACT + 1))
    assert many.status_code == 422
    assert f"最多查询 {MOST_EXACT} 个" in many.text
    answers = [reader.post(build, form(1)).status_code for _ in range(number_guessing.SEARCHES + 1)]
    assert answers[:-1] == [302] * number_guessing.SEARCHES
    assert answers[-1] == 422
    assert Record.objects.filter(action=number_guessing.OFTEN).count() == 1


def test_a_meeting_another_branch_only_prepares_is_not_asked_about_through_its_people(world):
    held = Gathering.objects.get(topic="学习文件")
    Gathering.objects.filter(pk=held.pk).update(state="1", recorded_at=None)
    asked = Query(where=Group((Group(relation="attendance"),)))
    assert list(compiling.rows(asked, world.roles.college)) == []
    assert {row.name for row in compiling.rows(asked, world.roles.staff)} == {"周敏", "陈国栋"}


@pytest.mark.parametrize("subject", sorted(SUBJECTS))
def test_every_way_to_name_an_organisation_refuses_one_out_of_reach(world, subject):
    """As the place of the list and in every field that leads to one, of the list and of what hangs on it."""
    outside, found = str(world.staff.pk), SUBJECTS[subject]
    tried = [Query(subject, place=outside)]
    for op in ("within", "outside"):
        tried += [
            Query(subject, where=Group((Condition(field.name, op, (outside,)),)))
            for field in found.fields.values()
            if field.kind is Kind.PLACE
        ]
        tried += [
            Query(subject, where=Group((Group((Condition(field.name, op, (outside,)),), relation=relation.name),)))
            for relation in found.relations
            for field in relation.fields
            if field.kind is Kind.PLACE
        ]
    for query in tried:
        with pytest.raises(ValidationError, match="不在您的管理范围内"):
            compiling.rows(query, world.roles.artists)
