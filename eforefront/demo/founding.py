"""One organisation of the demonstration, unsaved."""

import datetime
from random import Random

from orgs.codes import BRANCHES, COMMITTEES, OrgType, UnitRelation
from orgs.models import Organization

_ENDINGS = {True: "委员会", False: "总支部委员会"}
_FIRST_DAY = datetime.date(1956, 9, 1)
_LAST_DAY = datetime.date(2024, 6, 30)


def found(
    parent: Organization | None,
    long: str,
    short: str,
    org_type: str = OrgType.BRANCH,
    *,
    rng: Random,
    affiliation: str = "2",
    **fields,
) -> Organization:
    """Return an organisation called 中国共产党<long>…委员会 that belongs to its parent's unit, without a code yet."""
    ending = "支部委员会" if org_type in BRANCHES else _ENDINGS[org_type in COMMITTEES]
    organization = Organization(
        parent=parent,
        full_name=f"中国共产党{long}{ending}",
        short_name=short,
        org_type=org_type,
        affiliation=affiliation,
        founded_on=_day(rng, parent.founded_on if parent else None),
        unit_relation=UnitRelation.SAME_AS_PARENT if parent else UnitRelation.LINKED_UNIT,
        unit_name=parent.unit_name if parent else long,
        contact_phone=f"010-0000{rng.randrange(10_000):04d}",
    )
    for field, value in fields.items():
        setattr(organization, field, value)
    return organization


def ordinal(number: int) -> str:
    """Return 第一, 第二, … 第十一, … 第二十; digits beyond 99."""
    digits = "零一二三四五六七八九"
    if number > 99:
        return f"第{number}"
    tens, ones = divmod(number, 10)
    return "第" + (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones else "")


def _day(rng: Random, earliest: datetime.date | None) -> datetime.date:
    if earliest is None:
        return _FIRST_DAY
    span = max(1, (_LAST_DAY - earliest).days // 2)
    return earliest + datetime.timedelta(days=rng.randrange(span))
