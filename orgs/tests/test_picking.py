import pytest
from django.http import QueryDict

from orgs.models import Organization
from orgs.picking import pick
from orgs.tests.acting import Acting

pytestmark = pytest.mark.django_db


def names(picked):
    return [organization.short_name for organization in picked.chain]


def test_the_address_chooses_and_the_way_down_is_open(university, by):
    picked = pick(by, QueryDict(f"org={university.staff.pk}"), base="/x/")
    assert names(picked) == ["示范大学党委", "信息学院党总支", "教工支部"]
    assert picked.current == university.staff
    assert picked.tree.nodes[university.staff.pk].is_current
    assert picked.tree.nodes[university.students.pk].url == f"/x/?org={university.students.pk}"


def test_without_an_address_it_is_what_the_page_says_or_the_own_organisation(university, by):
    assert pick(by, QueryDict(), base="/x/").current == university.root
    assert pick(by, QueryDict(), base="/x/", otherwise=university.staff.pk).current == university.staff
    assert pick(by, QueryDict(f"org={university.root.pk}"), base="/x/", otherwise=university.staff.pk).current == (
        university.root
    )


@pytest.mark.parametrize("asked", ("artists", "root"))
def test_what_lies_out_of_reach_is_not_found(university, asked):
    with pytest.raises(Organization.DoesNotExist):
        pick(Acting(university.college), QueryDict(f"org={getattr(university, asked).pk}"), base="/x/")


@pytest.mark.parametrize("typed", ("0", "-1", "²", "abc", "9" * 40))
def test_what_is_no_id_is_not_found(university, by, typed):
    with pytest.raises(Organization.DoesNotExist):
        pick(by, QueryDict(f"org={typed}"), base="/x/")


def test_a_keyword_shows_its_hits(university, by):
    tree = pick(by, QueryDict("q=学生"), base="/x/").tree
    assert [node.label for node in tree.nodes.values() if node.is_hit] == ["学生支部", "学生支部"]


def test_nodes_are_unfolded_and_folded(university, by):
    opened = pick(by, QueryDict(f"open={university.other.pk},x"), base="/x/").tree
    assert university.artists.pk in opened.nodes
    folded = pick(by, QueryDict(f"org={university.staff.pk}&fold={university.college.pk}"), base="/x/").tree
    assert university.students.pk not in folded.nodes
