"""Who decides about a transfer, and in which order: worked out from the tree. Source: workflows.md 3.2.

    内部调动        up from the branch to the lowest organisation above both, down to the new branch
    市内转接        up to the committee that exchanges letters, over to the other one, down to the new branch
    转往市外        up to the committee that exchanges letters, which also waits for the receipt
    市外转入        up from the new branch to the committee that exchanges letters

Each organisation decides once; a branch decides nothing but its own taking in.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from orgs.models import Organization
from transfers.codes import Stage, TransferType

Way = Callable[[Organization], list[Organization]]
NO_COMMITTEE = "“{name}”的上级中没有可以开具组织关系介绍信的党委，请先由上级在“发展党员权限”中设置批准权限"


@dataclass(frozen=True)
class Chain:
    """The type that was worked out, the committees of both sides, and the links in order."""

    type: TransferType
    links: tuple[tuple[Stage, Organization], ...]
    source_committee: Organization | None
    target_committee: Organization | None

    def skipped_by(self, starter: int | None) -> set[int]:
        """Return the ids of reviewing organisations on the starting side that lie below whoever starts.

        Their step is not asked for (workflows.md 3.2). Committees and the other side are never passed over.
        """
        side = Stage.REVIEW_IN if self.type is TransferType.IN else Stage.REVIEW_OUT
        ids = [organization.pk for stage, organization in self.links if stage is side]
        if not ids or starter is None:
            return set()
        return set(Organization.objects.below(starter).filter(pk__in=ids).values_list("pk", flat=True))


def between(source: Organization, target: Organization, *, way: Way | None = None) -> Chain:
    """Return the chain between two branches of the platform. `way` tells what stands above one without asking."""
    up, down = (way or _way_up)(source), (way or _way_up)(target)
    mine, theirs = _committee(source, up), _committee(target, down)
    if mine.pk == theirs.pk:
        return Chain(TransferType.INTERNAL, tuple(_once(_internal(up, down, target))), mine, theirs)
    links = [
        *((Stage.REVIEW_OUT, organization) for organization in _below(mine, up)),
        (Stage.APPROVE, mine),
        (Stage.RECEIVE, theirs),
        *((Stage.REVIEW_IN, organization) for organization in reversed(_below(theirs, down))),
        (Stage.TAKE_IN, target),
    ]
    return Chain(TransferType.CITY, tuple(_once(links)), mine, theirs)


def leaving(source: Organization, *, way: Way | None = None) -> Chain:
    """Return the chain from a branch to a place outside the platform."""
    up = (way or _way_up)(source)
    mine = _committee(source, up)
    links = [*((Stage.REVIEW_OUT, organization) for organization in _below(mine, up)), (Stage.APPROVE, mine)]
    return Chain(TransferType.OUT, (*links, (Stage.RECEIPT, mine)), mine, None)


def arriving(target: Organization, *, way: Way | None = None) -> Chain:
    """Return the chain from a place outside the platform to a branch."""
    up = (way or _way_up)(target)
    theirs = _committee(target, up)
    links = [*((Stage.REVIEW_IN, organization) for organization in _below(theirs, up)), (Stage.ADMIT, theirs)]
    return Chain(TransferType.IN, tuple(links), None, theirs)


def common_superior(organizations: Sequence[Organization]) -> Organization | None:
    """Return the lowest organisation above all of these, None for different trees."""
    ways = [_way_up(organization) for organization in organizations]
    if not ways:
        return None
    shared = set.intersection(*({node.pk for node in way} for way in ways))
    return next((node for node in ways[0] if node.pk in shared), None)


def _internal(
    up: list[Organization], down: list[Organization], target: Organization
) -> Iterator[tuple[Stage, Organization]]:
    theirs = {organization.pk for organization in down}
    for organization in up:
        if organization.pk in theirs:
            yield Stage.COMMON, organization
            yield from ((Stage.REVIEW_IN, node) for node in reversed(_below(organization, down)))
            break
        yield Stage.REVIEW_OUT, organization
    yield Stage.TAKE_IN, target


def _way_up(organization: Organization) -> list[Organization]:
    """Everything above, nearest first."""
    return list(reversed(Organization.objects.above(organization.pk)))


def _committee(organization: Organization, up: list[Organization]) -> Organization:
    for node in up:
        if node.may_approve and node.is_living:
            return node
    raise ValidationError(NO_COMMITTEE.format(name=organization.short_name))


def _below(committee: Organization, up: list[Organization]) -> list[Organization]:
    """What lies between a branch and its committee, nearest first."""
    levels = [node.pk for node in up].index(committee.pk)
    return up[:levels]


def _once(links: Iterable[tuple[Stage, Organization]]) -> Iterator[tuple[Stage, Organization]]:
    seen: set[int] = set()
    for stage, organization in links:
        if organization.pk not in seen:
            seen.add(organization.pk)
            yield stage, organization
