"""Members: how many each branch holds, their records, and where they stand."""

import datetime
import uuid
from collections.abc import Iterator, Sequence
from functools import cache
from random import Random

from django.db import connection

from eforefront.demo import bulk, names, records
from eforefront.demo.numbers import Numbers, gender
from members.codes import MembershipStatus, PersonCategory
from members.completeness import Rules
from members.models import Member, RuleVersion
from members.models.members import ADDRESSES, NUMBERS, PHONES
from members.name_order import pinyin_key, strokes_key
from orgs import totals
from orgs.models import Organization

NAMES = 100_000  # different ones of each gender at most; then they repeat, as they do in a city
STARTED_ON = datetime.date(2018, 11, 1)  # since when the platform has known its members
_SEALED = ("id_number_sealed", "id_number_index", "id_number_end", "phone_sealed", "phone_index", "address_sealed")
_FIELDS = (
    *(
        "id",
        "uid",
        "name",
        "category",
        "organization",
        "status",
        "name_pinyin",
        "name_strokes",
        "filled",
        "required",
        "version",
    ),
    *records.FIELDS,
    *_SEALED,
)
_COUNTING = """
    UPDATE orgs_organization SET filled_items = counted.filled, required_items = counted.required
      FROM (SELECT organization_id, SUM(filled) AS filled, SUM(required) AS required
              FROM members_member WHERE status = '1' GROUP BY organization_id) AS counted
     WHERE counted.organization_id = orgs_organization.id
"""
# Whoever joined since was developed and confirmed on the platform; of the others every sixtieth came with a letter. The
# suspended came as such.
_DEVELOPED = """
    INSERT INTO members_standing
           (member_id, organization_id, category, status, begins_on, ends_on, cause, kind, document, reason, by_name)
    SELECT id, organization_id, '2', '1', joined_on, confirmed_on, '发展党员', '1', '', '', ''
      FROM members_member WHERE status = '1' AND joined_on > %s AND category = '1'
"""
_STANDING = """
    INSERT INTO members_standing
           (member_id, organization_id, category, status, begins_on, cause, kind, document, reason, by_name)
    SELECT id, organization_id, category, status,
           CASE WHEN status = '1' AND joined_on > %s AND category = '1' THEN confirmed_on
                WHEN status = '1' AND joined_on > %s THEN joined_on
                WHEN status = '1' AND id %% 61 = 1
                THEN CASE id %% 4 WHEN 0 THEN %s WHEN 1 THEN %s WHEN 2 THEN %s ELSE %s END
                ELSE %s END,
           CASE WHEN status = '1' AND joined_on > %s AND category = '1' THEN '预备党员转正'
                WHEN status = '1' AND joined_on > %s THEN '发展党员'
                WHEN status = '1' AND id %% 61 = 1 THEN '市外转入' ELSE '系统启用时导入' END,
           CASE WHEN status = '1' AND joined_on > %s AND category = '1' THEN ''
                WHEN status = '1' AND joined_on > %s THEN '1'
                WHEN status = '1' AND id %% 61 = 1 THEN '33' ELSE '9' END,
           '', '', ''
      FROM members_member
"""
_ARRIVING = (120, 240, 420, 560)  # days ago
_ATTRIBUTES = tuple(Member._meta.get_field(name).attname for name in _FIELDS)

Person = tuple[int, str]  # id and name of a full member
Roster = dict[int, list[Person]]  # the first full members of each branch, by the branch's id


def fill(branches: Sequence[Organization], total: int, rng: Random) -> None:
    """Share `total` active members out among unsaved branches, as their counters."""
    weights = [_weight(branch, rng) for branch in branches]
    scale, rest = total / sum(weights), 0.0
    for branch, weight in zip(branches, weights, strict=True):
        share = weight * scale + rest
        size = round(share)
        rest = share - size
        branch.probationary_members = int(size * _probationary(branch, rng))
        branch.full_members = size - branch.probationary_members


def enrol(branches: Sequence[Organization], rng: Random, *, keep: int, today: datetime.date) -> Roster:
    """Write the members of saved branches; return the first `keep` full members of each."""
    roster: Roster = {}
    rules = RuleVersion.objects.in_force()  # before the rows stream: the connection takes no question meanwhile
    bulk.load(Member, _FIELDS, _rows(branches, rng, keep, roster, today, rules))
    bulk.take_numbers_from(Member)
    with connection.cursor() as cursor:
        arrivals = [today - datetime.timedelta(days=days) for days in _ARRIVING]
        cursor.execute(_DEVELOPED, [STARTED_ON])
        cursor.execute(_STANDING, [STARTED_ON] * 2 + arrivals + [STARTED_ON] * 5)
        cursor.execute(_COUNTING)
    totals.recount()
    return roster


def _rows(
    branches: Sequence[Organization], rng: Random, keep: int, roster: Roster, today: datetime.date, rules: Rules
) -> Iterator[tuple]:
    total = sum(branch.enrolled for branch in branches)
    drawn, numbers, number = names.pools(rng, min(total, NAMES)), Numbers(rng), 0
    for branch in branches:
        known, kind = roster.setdefault(branch.pk, []), records.kind_of(branch)
        for category, status in _statuses(branch, rng):
            number += 1
            id_number = numbers.next(_born(kind, category, today))
            name = rng.choice(drawn[gender(id_number)])
            if category == PersonCategory.FULL and len(known) < keep and status == MembershipStatus.NORMAL:
                known.append((number, name))
            member = Member(
                id=number, uid=_uid(rng), name=name, category=category, organization_id=branch.pk, status=status
            )
            member.name_pinyin, member.name_strokes = _orders(name)
            _write(member, kind, id_number, rng, today, rules)
            yield tuple(getattr(member, name) for name in _ATTRIBUTES)


def _born(kind: records.Kind, category: str, today: datetime.date) -> tuple[int, int]:
    """Return the years of birth; whoever is 正式党员 was 18 two years ago at the latest."""
    first, last = kind.born
    return (first, min(last, today.year - 20)) if category == PersonCategory.FULL else kind.born


@cache
def _orders(name: str) -> tuple[str, str]:
    return pinyin_key(name), strokes_key(name)


def _write(member: Member, kind: records.Kind, id_number: str, rng: Random, today: datetime.date, rules: Rules) -> None:
    """Fill one record, here and there without an item or two."""
    NUMBERS.put(member, id_number)
    for field, value in records.values(kind, id_number, member.category, rng, today).items():
        setattr(member, field, value)
    if member.status != MembershipStatus.NORMAL:  # whoever is suspended cannot flow out
        member.is_floating, member.floating_to = False, ""
    lacking = records.gaps(rng)
    if "phone" not in lacking:
        PHONES.put(member, records.phone(rng))
    ADDRESSES.put(member, records.address(rng))
    for field in lacking:
        if field != "phone":
            setattr(member, field, "")
    member.rescore(rules)


def _statuses(branch: Organization, rng: Random) -> Iterator[tuple[str, str]]:
    """Yield (人员类别, 党籍状态) of everybody in a branch; here and there somebody is suspended."""
    full, probationary = PersonCategory.FULL.value, PersonCategory.PROBATIONARY.value
    normal, suspended = MembershipStatus.NORMAL.value, MembershipStatus.SUSPENDED.value
    yield from ((full, normal) for _ in range(branch.full_members))
    yield from ((probationary, normal) for _ in range(branch.probationary_members))
    if branch.enrolled and rng.random() < 0.02:
        yield full, suspended


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
