import pytest
from django.db import connection, transaction

from orgs import tree
from orgs.models import Organization
from orgs.nodes import OnlyByTree
from orgs.tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def family():
    root = OrganizationFactory()
    committee, other = OrganizationFactory(parent=root), OrganizationFactory(parent=root)
    branch = OrganizationFactory(parent=committee)
    return root, committee, other, branch


def fresh(organization):
    return Organization.objects.get(pk=organization.pk)


# ── what django-mptt and Django would write ─────────────────────────────────────────────────────────────


WRITES = {
    "save of a new one": lambda node, other: OrganizationFactory.build(parent=node).save(),
    "create": lambda node, other: Organization.objects.create(parent=node),
    "delete": lambda node, other: node.delete(),
    "delete of many": lambda node, other: Organization.objects.filter(pk=node.pk).delete(),
    "save of structure": lambda node, other: node.save(update_fields=["lft"]),
    "update": lambda node, other: Organization.objects.filter(pk=node.pk).update(parent=other),
    "update by id": lambda node, other: Organization.objects.filter(pk=node.pk).update(parent_id=other.pk),
    "bulk_update": lambda node, other: Organization.objects.bulk_update([node], ["level"]),
    "insert_at": lambda node, other: node.insert_at(other),
    "move_to": lambda node, other: node.move_to(other),
    "insert_node": lambda node, other: Organization.objects.insert_node(node, other),
    "move_node": lambda node, other: Organization.objects.move_node(node, other),
    "rebuild": lambda node, other: Organization.objects.rebuild(),
    "partial_rebuild": lambda node, other: Organization.objects.partial_rebuild(node.tree_id),
    "build_tree_nodes": lambda node, other: Organization.objects.build_tree_nodes({}),
    "disable_mptt_updates": lambda node, other: Organization.objects.disable_mptt_updates(),
    "delay_mptt_updates": lambda node, other: Organization.objects.delay_mptt_updates(),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=list(WRITES))
def test_structure_is_written_by_the_tree_alone(family, write):
    _, committee, other, _ = family
    before = list(Organization.objects.values())
    with pytest.raises(OnlyByTree), transaction.atomic():
        write(committee, other)
    assert list(Organization.objects.values()) == before


def test_saving_under_another_parent_is_refused(family):
    _, committee, other, branch = family
    branch.parent = other
    with pytest.raises(OnlyByTree):
        branch.save()
    assert fresh(branch).parent == committee


def test_saving_a_stale_instance_leaves_the_place_alone(family):
    *_, other, branch = family
    stale = fresh(branch)
    tree.move(branch, to=other)
    stale.contact_name = "联系人"
    stale.save()
    now = fresh(branch)
    assert (now.contact_name, now.parent, now.lft) == ("联系人", other, branch.lft)
    assert list(tree.problems()) == []


def test_an_instance_brought_up_to_date_can_be_saved(family):
    *_, other, branch = family
    stale = fresh(branch)
    tree.move(branch, to=other)
    stale.refresh_from_db()
    stale.save()


def test_an_instance_with_deferred_fields_can_be_saved(family):
    branch = Organization.objects.only("short_name").get(pk=family[-1].pk)
    branch.short_name = "第一支部"
    branch.save()
    assert fresh(branch).short_name == "第一支部"
    assert branch.parent == family[1]


# ── what django-mptt reads ──────────────────────────────────────────────────────────────────────────────


def test_reading_does_not_count_by_distance(family):
    root, _, other, branch = family
    assert [node.get_descendant_count() for node in family] == [3, 1, 0, 0]
    assert [node.is_leaf_node() for node in family] == [False, False, True, True]
    assert list(root.get_leafnodes()) == [branch, other]
    assert list(branch.get_leafnodes(include_self=True)) == [branch]
    assert Organization().get_descendant_count() == 0


def test_relatives(family):
    root, committee, other, branch = family
    assert list(root.get_children()) == [committee, other]
    assert list(root.get_descendants()) == [committee, branch, other]
    assert list(committee.get_descendants(include_self=True)) == [committee, branch]
    assert list(branch.get_ancestors()) == [root, committee]
    assert list(branch.get_ancestors(ascending=True, include_self=True)) == [branch, committee, root]
    assert list(committee.get_family()) == [root, committee, branch]
    assert [branch.get_root(), root.get_root()] == [root, root]
    assert [committee.get_next_sibling(), committee.get_previous_sibling()] == [other, None]
    assert [other.get_next_sibling(), other.get_previous_sibling()] == [None, committee]
    assert branch.is_descendant_of(root)
    assert not branch.is_descendant_of(other)
    assert root.is_ancestor_of(branch)
    assert not branch.is_descendant_of(branch)
    assert branch.is_descendant_of(branch, include_self=True)


def test_roots_are_siblings(family):
    second = OrganizationFactory()
    assert family[0].get_next_sibling() == second
    assert second.get_previous_sibling() == family[0]


def test_relatives_of_many_in_one_statement(family, django_assert_num_queries):
    root, committee, other, branch = family
    some = Organization.objects.filter(pk__in=[committee.pk, other.pk])
    with django_assert_num_queries(4):
        assert list(some.get_descendants()) == [branch]
        assert list(some.get_descendants(include_self=True)) == [committee, branch, other]
        assert list(some.get_ancestors()) == [root]
        assert list(some.get_ancestors(include_self=True)) == [root, committee, other]


def test_a_stale_instance_answers_from_the_table(family):
    root, committee, other, branch = family
    stale = fresh(other)
    tree.move(other, to=branch)
    assert list(stale.get_ancestors()) == [root, committee, branch]


def test_the_table_has_the_index_of_the_tree():
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, Organization._meta.db_table)
    assert constraints["org_tree"]["columns"] == ["tree_id", "lft"]
    assert constraints["org_children"]["columns"] == ["parent_id", "lft"]
