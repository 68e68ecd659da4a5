import itertools

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from orgs import tree
from orgs.models import Organization
from orgs.tests.factories import OrganizationFactory
from orgs.tree import gaps, loading
from orgs.tree.spacing import place

pytestmark = pytest.mark.django_db


def outline(root):
    """The tree below `root` as nested lists of ids, in the order of the numbers."""
    return [root.pk, *[outline(child) for child in Organization.objects.filter(parent=root.pk).order_by("lft")]]


@pytest.fixture
def city():
    """root ─ a (a1, a2), b (b1), c"""
    root = OrganizationFactory()
    a, b, c = (OrganizationFactory(parent=root) for _ in range(3))
    nodes = {"root": root, "a": a, "b": b, "c": c}
    for name, parent in (("a1", a), ("a2", a), ("b1", b)):
        nodes[name] = OrganizationFactory(parent=parent)
    return nodes


@pytest.fixture
def narrow(monkeypatch):
    """Numbers so few that nearly every write has to make room."""
    monkeypatch.setattr(gaps, "SPAN", 4000)
    monkeypatch.setattr(gaps, "ROOM", 3)
    monkeypatch.setattr(gaps, "TIGHT", 2)


def unsaved(parent=None, **fields):
    """An organisation as an import has it: complete, but in no tree yet."""
    organization = OrganizationFactory.build(**fields)
    organization.parent = parent
    return organization


def test_children_stand_in_the_order_of_their_coming(city):
    root, a, b, c = (city[name] for name in ("root", "a", "b", "c"))
    assert outline(root) == [
        root.pk,
        [a.pk, [city["a1"].pk], [city["a2"].pk]],
        [b.pk, [city["b1"].pk]],
        [c.pk],
    ]
    assert [node.level for node in (root, a, city["a1"])] == [0, 1, 2]
    assert list(tree.problems()) == []


def test_an_insert_reads_and_writes_one_row_and_the_totals_above(city, django_assert_num_queries):
    new = unsaved(city["a"], code="099900000901", full_name="新设", short_name="新设支部")
    statements = 4 + (connection.vendor == "postgresql")  # with the lock
    with django_assert_num_queries(statements):
        tree.insert(new)
    assert outline(city["a"])[-1] == [new.pk]


def test_an_insert_does_not_believe_the_numbers_of_the_parent_at_hand(city):
    city["a"].lft, city["a"].rght, city["a"].tree_id = 5, 6, 77
    new = OrganizationFactory(parent=city["a"])
    assert new.tree_id == city["root"].tree_id
    assert list(tree.problems()) == []


def test_an_insert_before_a_sibling(city):
    new = unsaved(city["root"])
    tree.insert(new, before=city["b"])
    assert [child[0] for child in outline(city["root"])[1:]] == [city["a"].pk, new.pk, city["b"].pk, city["c"].pk]
    first = unsaved(city["root"])
    tree.insert(first, before=city["a"])
    assert outline(city["root"])[1] == [first.pk]
    assert list(tree.problems()) == []


def test_an_insert_before_somebody_elses_child_is_refused(city):
    with pytest.raises(ValidationError, match="下级党组织已有变化"):
        tree.insert(unsaved(city["a"]), before=city["b1"])


def test_an_insert_under_nobody_is_refused(city):
    with pytest.raises(Organization.DoesNotExist):
        tree.insert(Organization(parent_id=10**9))


def test_each_root_has_a_tree_of_its_own(city):
    second = OrganizationFactory()
    assert second.tree_id == city["root"].tree_id + 1
    assert (second.lft, second.rght, second.level) == (1, gaps.SPAN - 1, 0)


def test_a_move_carries_the_subtree_to_the_end_of_the_new_parent(city):
    tree.move(city["a"], to=city["b"])
    assert outline(city["b"])[1:] == [[city["b1"].pk], [city["a"].pk, [city["a1"].pk], [city["a2"].pk]]]
    assert (city["a"].parent_id, city["a"].level) == (city["b"].pk, 2)
    assert Organization.objects.get(pk=city["a1"].pk).level == 3
    assert list(tree.problems()) == []


def test_a_move_writes_no_row_but_its_own(city):
    own = {city[name].pk for name in ("a", "a1", "a2")}
    others = Organization.objects.exclude(pk__in=own).values_list("pk", "lft", "rght", "level", "tree_id")
    before = list(others)
    tree.move(city["a"], to=city["b"])
    assert list(others) == before


def test_a_move_goes_into_another_tree(city):
    other = OrganizationFactory()
    tree.move(city["a"], to=other)
    assert outline(other) == [other.pk, [city["a"].pk, [city["a1"].pk], [city["a2"].pk]]]
    assert city["a"].tree_id == other.tree_id
    assert set(Organization.objects.filter(parent=city["a"].pk).values_list("tree_id", flat=True)) == {other.tree_id}
    assert list(tree.problems()) == []


def test_a_root_stays_a_root(city):
    with pytest.raises(ValidationError, match="最上级党组织没有上级，不能变更"):
        tree.move(OrganizationFactory(), to=city["c"])


def test_a_move_believes_the_table_and_not_the_instance(city):
    stale = Organization.objects.get(pk=city["a"].pk)
    tree.move(city["a"], to=city["c"])
    tree.move(stale, to=city["b"])
    assert outline(city["b"])[-1][0] == city["a"].pk
    assert list(tree.problems()) == []


@pytest.mark.parametrize("target", ("a", "a1"))
def test_a_move_into_itself_is_refused(city, target):
    with pytest.raises(ValidationError) as refusal:
        tree.move(city["a"], to=city[target])
    assert refusal.value.messages == ["不能变更到自身或自己的下级党组织之下"]


def test_a_move_to_the_parent_it_has_goes_to_the_end(city):
    tree.move(city["a"], to=city["root"])
    assert [child[0] for child in outline(city["root"])[1:]] == [city["b"].pk, city["c"].pk, city["a"].pk]


@pytest.mark.parametrize("order", tuple(itertools.permutations("abc")))
def test_reordering_gives_every_order(city, order):
    ids = [city[name].pk for name in order]
    tree.reorder(city["root"], ids)
    assert [child[0] for child in outline(city["root"])[1:]] == ids
    assert outline(city["a"])[1:] == [[city["a1"].pk], [city["a2"].pk]]
    assert list(tree.problems()) == []


def test_reordering_writes_only_the_children_that_change_place(city):
    staying = Organization.objects.exclude(pk__in=[city["c"].pk])
    before = list(staying.values_list("pk", "lft", "rght"))
    tree.reorder(city["root"], [city["c"].pk, city["a"].pk, city["b"].pk])
    assert list(staying.values_list("pk", "lft", "rght")) == before


def test_reordering_strangers_is_refused(city):
    with pytest.raises(ValidationError, match="下级党组织已有变化"):
        tree.reorder(city["root"], [city["a"].pk, city["b"].pk])


def test_respacing_keeps_order_and_evens_the_numbers(city):
    before = outline(city["root"])
    tree.respace(city["root"])
    assert outline(city["root"]) == before
    assert list(tree.problems()) == []
    numbers = sorted(itertools.chain(*Organization.objects.values_list("lft", "rght")))
    steps = {after - number for number, after in itertools.pairwise(numbers)}
    assert steps == {numbers[1] - numbers[0], numbers[-1] - numbers[-2]}


def test_room_is_made_where_none_is_left(city, narrow):
    tree.respace(city["root"])
    for _ in range(40):
        OrganizationFactory(parent=city["a1"])
    assert Organization.objects.within(city["a"].pk).count() == 43
    assert list(tree.problems()) == []
    tree.move(city["a"], to=city["b1"])
    assert Organization.objects.within(city["b"].pk).count() == 45
    assert list(tree.problems()) == []


def test_making_room_does_not_reach_further_up_than_needed(city, narrow):
    tree.respace(city["root"])
    outside = Organization.objects.exclude(pk__in=Organization.objects.below(city["a"].pk).values("pk"))
    before = list(outside.values_list("pk", "lft", "rght"))
    gap, _, is_fresh = place(city["a1"].pk, nodes=20)
    assert is_fresh
    assert gap.high - gap.low > 40
    assert list(outside.values_list("pk", "lft", "rght")) == before


def test_ten_thousand_children_of_one_parent_leave_room_for_more():
    low, high = 1, 1 << 42
    for siblings in range(10_000):
        block = gaps.Gap(1, 1, 1, low, high, siblings, is_tail=True).share(1)
        assert block.step > gaps.TIGHT
        low = block.start + 2 * block.step


def test_a_list_in_any_order_becomes_trees(city):
    top = unsaved()
    committee = unsaved(top)
    branch, guest = unsaved(committee), unsaved(city["c"])
    tree.insert_many([branch, committee, guest, top])
    assert outline(top) == [top.pk, [committee.pk, [branch.pk]]]
    assert outline(city["c"]) == [city["c"].pk, [guest.pk]]
    assert list(tree.problems()) == []
    branch.contact_name = "联系人"
    branch.save()


def test_a_list_names_parents_by_id(city):
    committee = unsaved(pk=900_001)
    branch = unsaved(pk=900_002)
    branch.parent_id = 900_001
    guest = unsaved()
    guest.parent_id = city["b"].pk
    tree.insert_many([branch, guest, committee])
    assert outline(committee) == [900_001, [900_002]]
    assert outline(city["b"])[-1] == [guest.pk]
    assert list(tree.problems()) == []


def test_a_long_list_makes_room_on_the_way(city, narrow, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 7)
    tree.respace(city["root"])
    parents = [city[name] for name in ("a1", "a2", "b1", "c")]
    new = [unsaved(parent) for parent in parents * 15]
    new += [unsaved(parent) for parent in new[:20]]
    tree.insert_many(new)
    assert [len(outline(parent)) for parent in parents] == [16, 16, 16, 16]
    assert Organization.objects.within(city["root"].pk).count() == 87
    assert list(tree.problems()) == []


def test_a_list_whose_parents_go_in_a_circle_is_refused():
    one, two = unsaved(), unsaved()
    one.parent, two.parent = two, one
    with pytest.raises(ValueError, match="circle"):
        tree.insert_many([one, two])
    assert Organization.objects.count() == 0


def test_a_list_with_an_unsaved_stranger_as_parent_is_refused():
    with pytest.raises(ValueError, match="saved first"):
        tree.insert_many([unsaved(unsaved())])
