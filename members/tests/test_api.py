"""The data interface: who gets what, in pages, counted and written down. Source: docs/api.md, decision 0049."""

import datetime

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models.api_tokens import Scope
from accounts.tests.factories import api_token_of
from members.tests.factories import MemberFactory
from orgs.tests.factories import OrganizationFactory
from partyplatform import audit
from partyplatform.audit.models import Record

pytestmark = pytest.mark.django_db
SECRET = "pp1-only-for-this-test"
LISTS = ("organizations", "members", "changes")


@pytest.fixture
def token(college):
    """A token of 学院's committee; there is another university beside it."""
    MemberFactory(organization=OrganizationFactory(parent=OrganizationFactory()), name="外人")
    return api_token_of(college.root, *Scope.values, secret=SECRET)


@pytest.fixture
def ask(client):
    def ask(name, *, secret=SECRET, **query):
        return client.get(reverse(f"api:{name}"), query, headers={"Authorization": f"Bearer {secret}"})

    return ask


def test_a_token_reads_its_organisation_and_what_lies_below(ask, token, college):
    MemberFactory(organization=college.staff, name="李思远")
    codes = [row["code"] for row in ask("organizations").json()["rows"]]
    below = college.root.get_descendants(include_self=True)
    assert sorted(codes) == sorted(below.values_list("code", flat=True))
    assert [row["name"] for row in ask("members").json()["rows"]] == ["李思远"]


def test_a_token_of_a_branch_sees_neither_sibling_nor_parent(ask, token, college):
    MemberFactory(organization=college.staff, name="李思远")
    other = college.root.get_descendants().exclude(pk=college.staff.pk).filter(org_type="631").first()
    api_token_of(other, *Scope.values, secret="pp1-branch")
    assert [row["code"] for row in ask("organizations", secret="pp1-branch").json()["rows"]] == [other.code]
    assert ask("members", secret="pp1-branch").json()["rows"] == []


def test_numbers_are_masked_as_in_lists(ask, token, college):
    member = MemberFactory(organization=college.staff, phone="18000000077")
    [row] = ask("members").json()["rows"]
    assert (row["id_number"], row["phone"]) == (member.masked_id_number, "180****0077")
    assert member.unsealed_id_number() not in ask("members").text


@pytest.mark.parametrize("name", LISTS)
def test_without_a_good_token_nothing_is_given(client, ask, token, name):
    assert client.get(reverse(f"api:{name}")).status_code == 401
    assert ask(name, secret="pp1-guessed").status_code == 401
    assert ask(name).status_code == 200
    for change in ({"ends_on": timezone.localdate() - datetime.timedelta(days=1)}, {"revoked_at": timezone.now()}):
        type(token).objects.update(**change)
        answer = ask(name)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("name", LISTS)
def test_a_token_opens_what_its_scopes_say(ask, token, name):
    type(token).objects.update(scopes=[scope for scope in Scope.values if scope != name])
    assert ask(name).json()["error"] == "forbidden"


def test_pages_follow_each_other_without_gap(ask, token, college):
    names = [MemberFactory(organization=college.staff, name=name).name for name in ("甲", "乙", "丙")]
    read, after = [], 0
    while after is not None:
        page = ask("members", after=after, limit=2).json()
        read += [row["name"] for row in page["rows"]]
        after = page["next"]
    assert read == names


@pytest.mark.parametrize(
    "query", ({"limit": "0"}, {"limit": "501"}, {"after": "-1"}, {"after": "x"}, {"after": "9" * 30})
)
def test_a_strange_number_is_400(ask, token, query):
    assert ask("members", **query).status_code == 400


def test_changes_are_those_of_the_subtree_in_their_order(ask, token, college):
    inside, outside = MemberFactory(organization=college.staff), MemberFactory(organization=OrganizationFactory())
    with transaction.atomic():
        for member in (inside, outside):
            audit.record(audit.SYSTEM, "members.update", member, organization=member.organization_id)
        audit.record(audit.SYSTEM, "orgs.edit", college.staff, organization=college.staff)
    page = ask("changes").json()
    told = [(row["kind"], row["object"]) for row in page["rows"]]
    assert told == [("member", str(inside.uid)), ("organization", str(college.staff.uid))]
    assert ask("changes", after=page["rows"][-1]["seq"]).json() == {"rows": [], "next": None}


def test_reading_members_is_written_down_with_the_system_that_read(ask, token, college):
    MemberFactory(organization=college.staff)
    ask("members")
    record = Record.objects.get(action="members.read_by_api")
    assert (record.actor_name, record.role_label, record.changes) == ("示范数据中心", "数据接口", [["人数", "", "1"]])


def test_too_many_requests_and_too_many_guesses_are_429(ask, token, settings):
    settings.API_REQUESTS, settings.API_WRONG_TOKENS = 3, 2
    assert [ask("organizations").status_code for _ in range(4)] == [200, 200, 200, 429]
    answers = [ask("organizations", secret=f"pp1-{number}") for number in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert answers[-1].headers["Retry-After"] == "900"


def test_a_login_is_no_token(client, token, college):
    from accounts.tests.factories import RoleGrantFactory

    client.force_login(RoleGrantFactory(organization=college.root).user)
    assert client.get(reverse("api:members")).status_code == 401


@pytest.mark.parametrize(("name", "queries"), (("organizations", 5), ("members", 10), ("changes", 5)))
def test_an_answer_costs_the_same_with_one_row_and_with_three(
    ask, token, college, name, queries, django_assert_num_queries
):
    for rows in (1, 2):
        for _ in range(rows):
            member = MemberFactory(organization=college.staff)
            with transaction.atomic():
                audit.record(audit.SYSTEM, "members.update", member, organization=member.organization_id)
        with django_assert_num_queries(queries):
            assert ask(name).status_code == 200


def test_the_document_names_every_field_of_the_answers(client, ask, token, college):
    MemberFactory(organization=college.staff)
    schemas = client.get(reverse("api:document")).json()["components"]["schemas"]
    for name, schema in (("organizations", "Organization"), ("members", "Member")):
        row = ask(name).json()["rows"][0]
        assert list(row) == list(schemas[schema]["properties"])
