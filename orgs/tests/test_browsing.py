import pytest

from orgs import browsing, totals
from orgs.models import Organization
from orgs.tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db


def shape(node):
    return {node.organization.short_name: [shape(child) for child in node.children]}


def test_the_tree_opens_on_the_way_to_where_the_reader_is(university):
    tree = browsing.browse(university.root, current=university.staff, open_ids=[])
    assert shape(tree.top) == {
        "示范大学党委": [
            {"信息学院党总支": [{"教工支部": []}, {"学生支部": []}]},
            {"艺术学院党总支": []},
            {"后勤支部": []},
        ]
    }
    nodes = {node.organization.short_name: node for node in tree.nodes.values()}
    assert (nodes["艺术学院党总支"].is_leaf, nodes["后勤支部"].is_leaf, nodes["教工支部"].is_current) == (
        False,
        True,
        True,
    )


def test_the_open_nodes_travel_in_the_address(university):
    tree = browsing.link(
        browsing.browse(university.root, current=university.root, open_ids=[university.other.pk]), base="/info/orgs/"
    )
    college, other = tree.nodes[university.college.pk], tree.nodes[university.other.pk]
    assert college.toggle_url == f"/info/orgs/?org={university.root.pk}&open={other.pk}%2C{college.pk}"
    assert other.toggle_url == f"/info/orgs/?org={university.root.pk}&fold={other.pk}"
    folded = browsing.browse(university.root, current=university.artists, open_ids=[], folded=university.other.pk)
    assert folded.nodes[university.other.pk].children == []


def test_a_keyword_shows_its_hits_with_their_ancestors(university):
    tree = browsing.search(university.root, current=university.root, keyword="学生支部")
    assert shape(tree.top) == {
        "示范大学党委": [{"信息学院党总支": [{"学生支部": []}]}, {"艺术学院党总支": [{"学生支部": []}]}]
    }
    assert (tree.hits, [node.pk for node in tree.nodes.values() if node.is_hit]) == (
        2,
        [university.students.pk, university.artists.pk],
    )


@pytest.mark.parametrize("keyword", ("教工", "jgzb", "JGZB"))
def test_names_initials_and_codes_match(university, keyword):
    tree = browsing.search(university.root, current=university.root, keyword=keyword)
    assert [node.pk for node in tree.nodes.values() if node.is_hit] == [university.staff.pk]
    tree = browsing.search(university.root, current=university.root, keyword=university.artists.code)
    assert [node.pk for node in tree.nodes.values() if node.is_hit] == [university.artists.pk]


def test_a_search_never_leaves_the_role_s_own_tree(university):
    tree = browsing.search(university.other, current=university.other, keyword="教工")
    assert (shape(tree.top), tree.hits) == ({"艺术学院党总支": []}, 0)


def test_a_node_with_too_many_children_says_how_many_are_left_out(university, monkeypatch):
    monkeypatch.setattr(browsing, "WIDEST", 2)
    for _ in range(3):
        OrganizationFactory(parent=university.other)
    tree = browsing.browse(university.root, current=university.other, open_ids=[])
    node = tree.nodes[university.other.pk]
    assert (len(node.children), node.left_out) == (2, 2)


def test_dissolved_organisations_are_not_in_the_tree(university):
    Organization.objects.filter(pk=university.staff.pk).update(dissolved_on="2026-01-01")
    tree = browsing.browse(university.root, current=university.college, open_ids=[])
    assert [child.pk for child in tree.nodes[university.college.pk].children] == [university.students.pk]


def test_members_of_every_shown_node_and_the_statements_stay_the_same_with_more_nodes(
    university, django_assert_num_queries
):
    totals.change(university.staff.pk, full=7)
    with django_assert_num_queries(3):
        tree = browsing.browse(university.root, current=university.college, open_ids=[university.other.pk])
    assert [tree.nodes[pk].count for pk in (university.root.pk, university.college.pk, university.other.pk)] == [
        7,
        7,
        0,
    ]
