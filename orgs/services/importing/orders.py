"""导入组织排序: putting children into the order of a checked sheet."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from orgs import tree
from orgs.models import ImportSession, Organization
from orgs.services.importing.order_checking import OrderCheck, shown
from partyplatform.audit import Act, ActingRole


def apply(checked: OrderCheck, *, by: ActingRole) -> None:
    """Put the children into their new order; the caller holds the tree lock and a transaction."""
    gone: dict[int, list[int]] = defaultdict(list)
    dissolved = Organization.objects.filter(parent__in=checked.orders, dissolved_on__isnull=False).order_by("lft")
    for parent, pk in dissolved.values_list("parent_id", "pk"):
        gone[parent].append(pk)
    for parent, children in checked.orders.items():
        tree.reorder(children[0].parent, [*(org.pk for org in children), *gone[parent]])


def became(checked: OrderCheck) -> list[dict[str, Any]]:
    """Return what became of each row, as a finished session keeps it."""
    return [{"n": line.row.number, **shown(line)} for line in checked.lines]


def acts(session: ImportSession, checked: OrderCheck, *, by: ActingRole) -> list[Act]:
    """One record for each organisation whose children moved, and one for the import as a whole."""
    reason = f"导入：{session.file_name}"
    moved = [
        Act(
            by,
            "orgs.reorder",
            children[0].parent,
            organization=parent,
            changes=[["下级党组织顺序", _names(checked.before[parent]), _names(children)]],
            reason=reason,
        )
        for parent, children in checked.orders.items()
    ]
    counts, target = checked.counts, session.organization
    summary: list[list[Any]] = [
        ["文件", "", session.file_name],
        ["调整位次", "", counts["update"]],
        ["涉及上级", "", counts["parents"]],
    ]
    return [*moved, Act(by, "orgs.import", target, organization=target, changes=summary)]


def _names(children: Iterable[Organization]) -> str:
    return "、".join(child.short_name for child in children)
