"""What a member adds to the counters of the branch: {"full": 1, "filled": 4, "required": 4}, only while active."""

from collections.abc import Iterable, Mapping

from members.codes import MembershipStatus, PersonCategory
from members.models import Member


def share(member: Member) -> dict[str, int]:
    """Return what one member, as scored, adds to the counters of the branch."""
    if member.status != MembershipStatus.NORMAL:
        return {}
    category = "full" if member.category == PersonCategory.FULL else "probationary"
    return {category: 1, "filled": member.filled, "required": member.required}


def total(shares: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for share in shares:
        for name, amount in share.items():
            total[name] = total.get(name, 0) + amount
    return total


def negative(share: Mapping[str, int]) -> dict[str, int]:
    return {name: -amount for name, amount in share.items()}
