"""Members: how many each branch holds, and their rows."""

import uuid
from collections.abc import Iterator, Sequence
from random import Random

from eforefront.demo import bulk, names, numbers
from members import completeness
from members.codes import MembershipStatus, PersonCategory
from members.models import Member
from members.models.members import NUMBERS
from orgs.models import Organization

NAMES = 200_000  # different ones at most; then they repeat, as they do in a city
_FIELDS = ("id", "uid", "name", "category", "organization", "status", "id_number_sealed", "id_number_index")

Person = tuple[int, str]  # id and name of a full member
Roster = dict[int, list[Person]]  # the first full members of each branch, by the branch's id


def fill(branches: Sequence[Organization], total: int, rng: Random) -> None:
    """Share `total` active members out among unsaved branches, as their counters."""
    weights = [_weight(branch, rng) for branch in branches]
    scale, rest = total / sum(weights), 0.0
    filled, required = completeness.score(Member(name="示例", category="1", status="1", organization_id=1))
    for branch, weight in zip(branches, weights, strict=True):
        share = weight * scale + rest
        size = round(share)
        rest = share - size
        branch.probationary_members = int(size * _probationary(branch, rng))
        branch.full_members = size - branch.probationary_members
        branch.filled_items, branch.required_items = size * filled, size * required


def enrol(branches: Sequence[Organization], rng: Random, *, keep: int) -> Roster:
    """Write the members of saved branches; return the first `keep` full members of each."""
    roster: Roster = {}
    bulk.load(Member, _FIELDS, _rows(branches, rng, keep, roster))
    bulk.take_numbers_from(Member)
    return roster


def _rows(branches: Sequence[Organization], rng: Random, keep: int, roster: Roster) -> Iterator[tuple]:
    total = sum(branch.enrolled for branch in branches)
    drawn = names.pool(rng, min(total, NAMES))
    number = 0
    for branch in branches:
        known = roster[branch.pk] = []
        statuses = _statuses(branch, rng)
        for category, status in statuses:
            number += 1
            name = rng.choice(drawn)
            if category == PersonCategory.FULL and len(known) < keep and status == MembershipStatus.NORMAL:
                known.append((number, name))
            uid = _uid(rng)
            yield number, uid, name, category, branch.pk, status, *_sealed(uid, numbers.id_number(number))


def _statuses(branch: Organization, rng: Random) -> Iterator[tuple[str, str]]:
    """Yield (人员类别, 党籍状态) of everybody in a branch; here and there somebody is suspended."""
    full, probationary = PersonCategory.FULL.value, PersonCategory.PROBATIONARY.value
    normal, suspended = MembershipStatus.NORMAL.value, MembershipStatus.SUSPENDED.value
    yield from ((full, normal) for _ in range(branch.full_members))
    yield from ((probationary, normal) for _ in range(branch.probationary_members))
    if branch.enrolled and rng.random() < 0.02:
        yield full, suspended


def _sealed(uid: uuid.UUID, id_number: str) -> tuple[bytes, str]:
    return NUMBERS.sealed(uid, id_number), NUMBERS.search_key(id_number)


def _uid(rng: Random) -> uuid.UUID:
    return uuid.UUID(int=rng.getrandbits(128), version=4)


def _weight(branch: Organization, rng: Random) -> float:
    """Most branches have ten to fifty members, a few next to none."""
    if not branch.holds_members:
        return 0.0
    return rng.uniform(0.1, 0.2) if rng.random() < 0.02 else rng.triangular(0.8, 5, 1.6)


def _probationary(branch: Organization, rng: Random) -> float:
    if branch.is_elderly_majority:
        return 0.0
    return rng.uniform(0.15, 0.4) if "本科生" in branch.short_name else rng.uniform(0, 0.1)
