"""Organisation trees of the two scales, the same in every run. Nobody in them exists."""

import datetime
import itertools
from collections.abc import Iterator

from orgs.codes import OrgType
from orgs.models import Organization
from orgs.search import search_text

# For each level: the numbers of children, taken in turn, their type and what they are called.
SHAPES = {
    # 1 + 12 + 79 + 790 + 3,950 + 15,800 + 90,000: about 1,400 to a district, 27 to a committee of the lowest level
    "city": (
        ((12,), OrgType.COMMITTEE, "工委"),
        ((7, 6, 7, 6, 7, 7, 6, 7, 6, 7, 6, 7), OrgType.COMMITTEE, "区委"),
        ((10,), OrgType.COMMITTEE, "街道党委"),
        ((5,), OrgType.COMMITTEE, "社区党委"),
        ((4,), OrgType.GENERAL_BRANCH, "党总支"),
        ((6, 5, 6, 5, 6, 6, 6), OrgType.BRANCH, "党支部"),
    ),
    # 1 + 20 + 80 + 500
    "university": (
        ((20,), OrgType.COMMITTEE, "学院党委"),
        ((4,), OrgType.GENERAL_BRANCH, "系党总支"),
        ((6, 7, 6, 6), OrgType.BRANCH, "党支部"),
    ),
}
TODAY = datetime.date.today()  # of whatever is founded or dissolved: the year before is sealed
_ENDINGS = {OrgType.COMMITTEE: "委员会", OrgType.GENERAL_BRANCH: "总支部委员会", OrgType.BRANCH: "支部委员会"}


def organizations(scale: str) -> list[Organization]:
    """Return the whole tree of a scale, unsaved, parents first."""
    numbers = itertools.count(1)
    level = [organization(None, next(numbers), OrgType.COMMITTEE, "示范党委")]
    made = list(level)
    for counts, org_type, kind in SHAPES[scale]:
        level = [organization(parent, next(numbers), org_type, kind) for parent in _repeated(level, counts)]
        made += level
    return made


def organization(parent: Organization | None, number: int, org_type: str, kind: str) -> Organization:
    """Return one unsaved organisation; `number` tells it from all others."""
    made = Organization(
        parent=parent,
        code=f"0999{number:08}",
        full_name=f"中国共产党示范市第{number}{_ENDINGS[OrgType(org_type)]}",
        short_name=f"第{number}{kind}",
        org_type=org_type,
        affiliation="2",
        founded_on=TODAY,
        unit_relation="1" if parent else "2",
        unit_name="示范市",
    )
    made.search_text = search_text(made)
    return made


def _repeated(parents: list[Organization], counts: tuple[int, ...]) -> Iterator[Organization]:
    for parent, count in zip(parents, itertools.cycle(counts)):
        yield from itertools.repeat(parent, count)
