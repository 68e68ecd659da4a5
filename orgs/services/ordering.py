"""组织机构排序: the order of the children of one organisation."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from orgs import tree
from orgs.models import Organization
from orgs.services.reach import lock_tree_for
from partyplatform import audit


@transaction.atomic
def reorder(parent: Organization, *, ids: Sequence[int], by: audit.ActingRole) -> None:
    """Put the living children of `parent` into the order of `ids`.

    Refuses when the children are no longer those the form showed. Dissolved children keep their place at the end.
    """
    lock_tree_for(by, seen=[parent])
    children = list(Organization.objects.filter(parent=parent).order_by("lft"))
    living = [child for child in children if child.is_living]
    if sorted(ids) != sorted(child.pk for child in living):
        raise ValidationError("下级党组织已有变化，请刷新页面后重新排序")
    if list(ids) == [child.pk for child in living]:
        return
    names = {child.pk: child.short_name for child in living}
    gone = [child.pk for child in children if not child.is_living]
    tree.reorder(parent, [*ids, *gone])
    before = "、".join(child.short_name for child in living)
    after = "、".join(names[pk] for pk in ids)
    audit.record(by, "orgs.reorder", parent, organization=parent.pk, changes=[["下级党组织顺序", before, after]])
