import random
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from orgs import tree
from orgs.models import Organization
from orgs.tests.factories import OrganizationFactory
from orgs.tests.test_tree_checking import damage
from orgs.tests.test_tree_writing import outline
from partyplatform.tests.kept import kept

pytestmark = pytest.mark.django_db


@kept
def university():
    """A root, five committees, each with six branches of which the third has two more levels below."""
    root = OrganizationFactory()
    for _ in range(5):
        committee = OrganizationFactory(parent=root)
        branches = [OrganizationFactory(parent=committee) for _ in range(6)]
        OrganizationFactory(parent=OrganizationFactory(parent=branches[2]))
    return root


def test_a_whole_tree_is_left_alone(university):
    assert tree.corrections() == []
    assert tree.repair() == 0


@pytest.mark.parametrize(
    ("values", "which"),
    (
        ({"level": 9}, "leaf"),
        ({"level": 9}, "committee"),
        ({"tree_id": 77}, "committee"),
        ({"lft": 3, "rght": 4}, "leaf"),
        ({"lft": 3, "rght": 4}, "committee"),
        ({"lft": 1, "rght": 2**60}, "committee"),
        ({"rght": 2**59}, "committee"),
        ({"lft": -5}, "leaf"),
    ),
)
def test_one_wrong_row_costs_one_write(university, values, which):
    before = outline(university)
    committee = university.get_children()[2]
    wrong = committee if which == "committee" else committee.get_children()[5]
    damage(wrong, **values)
    assert list(tree.problems()) != []
    assert [old.pk for old, _ in tree.corrections()] == [wrong.pk]
    assert tree.repair() == 1
    assert list(tree.problems()) == []
    if which == "committee" or "lft" not in values:
        assert outline(university) == before


def test_a_root_without_its_tree_is_found_again(university):
    damage(university, tree_id=55, lft=7, rght=8)
    assert tree.repair() > 0
    assert list(tree.problems()) == []


def test_the_parent_is_believed_where_the_numbers_disagree(university):
    first, second, *_ = university.get_children()
    branch = first.get_children()[2]
    damage(branch, parent_id=second.pk)
    assert tree.repair() == 3
    assert list(tree.problems()) == []
    assert branch.pk in [child.pk for child in second.get_children()]
    assert Organization.objects.within(branch.pk).count() == 3


def test_numbers_without_gaps_are_spread_where_they_do_not_suffice(university):
    committee = university.get_children()[1]
    damage(committee, rght=committee.lft + 3)
    tree.repair()
    assert list(tree.problems()) == []


def test_any_damage_to_numbers_is_repaired(university):
    chance = random.Random(20260601)
    parents = dict(Organization.objects.values_list("pk", "parent_id"))
    for _ in range(60):
        everyone = list(Organization.objects.all())
        for organization in chance.sample(everyone, chance.randint(1, len(everyone))):
            low = chance.choice([chance.randrange(1 << 60), organization.lft, chance.choice(everyone).lft])
            high = chance.choice([chance.randrange(1 << 60), organization.rght, low + 1])
            damage(organization, lft=min(low, high - 1), rght=high)
        tree.repair()
        assert list(tree.problems()) == []
        assert tree.corrections() == []
    assert dict(Organization.objects.values_list("pk", "parent_id")) == parents


def run(*arguments):
    out = StringIO()
    call_command("fix_tree", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_says_that_all_is_well(university):
    assert run() == "组织树完好，未作改动。\n"


def test_the_command_names_each_row(university):
    branch = university.get_children()[0].get_children()[0]
    damage(branch, level=7)
    line = f"党组织 {branch.code}（{branch.short_name}）：层级 7 改为 2\n"
    assert run("--dry-run") == line + "有 1 行有误，未作改动。\n"
    assert list(tree.problems()) != []
    assert run() == line + "已改写 1 行。\n"
    assert list(tree.problems()) == []


def test_the_command_names_what_it_cannot_repair(university):
    one, two, *_ = university.get_children()
    damage(one, parent_id=two.pk)
    damage(two, parent_id=one.pk)
    with pytest.raises(CommandError, match=f"不能自动修复，请核对上级党组织：\n(.|\n)*{one.code}"):
        run()
