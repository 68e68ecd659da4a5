"""Random histories of the tree against a model that knows nothing of numbers."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from orgs import tree
from orgs.models import Organization
from orgs.tests.factories import OrganizationFactory
from orgs.tree import gaps

SOMEBODY = st.integers(0, 10**6)


class Histories(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.parents = {}
        self.children = {None: []}

    def teardown(self):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def pick(self, number):
        """One of the organisations, as it was loaded at some earlier time: its numbers are nonsense."""
        ids = sorted(self.parents)
        organization = Organization.objects.get(pk=ids[number % len(ids)])
        organization.tree_id, organization.lft, organization.rght, organization.level = 99, 5, 6, 7
        return organization

    def enter(self, organization, *, before=None):
        siblings = self.children[organization.parent_id]
        siblings.insert(siblings.index(before.pk) if before else len(siblings), organization.pk)
        self.parents[organization.pk] = organization.parent_id
        self.children[organization.pk] = []

    def chain(self, pk):
        chain = []
        while pk is not None:
            chain.insert(0, pk)
            pk = self.parents[pk]
        return chain

    @initialize()
    def begin(self):
        self.enter(OrganizationFactory())

    @rule()
    def found_a_tree(self):
        if len(self.children[None]) < 3:
            self.enter(OrganizationFactory())

    @rule(parent=SOMEBODY)
    def append(self, parent):
        self.enter(OrganizationFactory(parent=self.pick(parent)))

    @rule(sibling=SOMEBODY)
    def put_before(self, sibling):
        before = self.pick(sibling)
        if before.parent_id is not None:
            new = OrganizationFactory.build()
            new.parent_id = before.parent_id
            tree.insert(new, before=before)
            self.enter(new, before=before)

    @rule(parents=st.lists(SOMEBODY, min_size=1, max_size=8))
    def load(self, parents):
        new = []
        for number in parents:
            organization = OrganizationFactory.build()
            organization.parent = new[number % len(new)] if new and number % 2 else self.pick(number)
            new.append(organization)
        tree.insert_many(list(reversed(new)))
        for organization in reversed(new):
            self.parents[organization.pk] = organization.parent_id
            self.children[organization.pk] = []
        for organization in reversed(new):
            self.children[organization.parent_id].append(organization.pk)

    @rule(one=SOMEBODY, other=SOMEBODY)
    def move(self, one, other):
        organization, to = self.pick(one), self.pick(other)
        if organization.pk in self.chain(to.pk) or organization.parent_id is None:
            with pytest.raises(ValidationError):
                tree.move(organization, to=to)
            return
        tree.move(organization, to=to)
        self.children[self.parents[organization.pk]].remove(organization.pk)
        self.parents[organization.pk] = to.pk
        self.children[to.pk].append(organization.pk)

    @rule(parent=SOMEBODY, chance=st.randoms(use_true_random=False))
    def reorder(self, parent, chance):
        organization = self.pick(parent)
        chance.shuffle(self.children[organization.pk])
        tree.reorder(organization, self.children[organization.pk])

    @rule(root=SOMEBODY)
    def respace(self, root):
        tree.respace(self.pick(root))

    @invariant()
    def the_tree_is_whole(self):
        assert list(tree.problems()) == []

    @invariant()
    def parents_and_orders_agree(self):
        found = {None: []} | {pk: [] for pk in self.parents}
        for pk, parent in Organization.objects.order_by("tree_id", "lft").values_list("pk", "parent_id"):
            found[parent].append(pk)
        assert found | {None: sorted(found[None])} == self.children | {None: sorted(self.children[None])}

    @invariant()
    def ancestors_agree(self):
        for pk in list(self.parents)[:: max(1, len(self.parents) // 3)]:
            chain = Organization.objects.above(pk, include_self=True).values_list("pk", flat=True)
            assert list(chain) == self.chain(pk)


@pytest.mark.django_db
@pytest.mark.parametrize(("span", "room"), ((1 << 60, 1 << 20), (1 << 13, 4)), ids=("wide", "narrow"))
def test_every_history_leaves_the_tree_as_the_model_has_it(monkeypatch, span, room):
    monkeypatch.setattr(gaps, "SPAN", span)
    monkeypatch.setattr(gaps, "ROOM", room)
    profile = settings(
        max_examples=25 if connection.vendor == "sqlite" else 10,  # what the model says is the same of both
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Histories, settings=profile)
