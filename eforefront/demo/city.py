"""示范市: 110,000 organisations on seven levels, from the city's committee down to branches."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random

from eforefront.demo.founding import found, ordinal
from eforefront.demo.words import words
from orgs.codes import OrgType, UnitRelation
from orgs.models import Organization

UNIT = "示范市"
FULL_NAME = f"中国共产党{UNIT}委员会"
ORGANIZATIONS = 110_000
MEMBERS = 2_400_000
TRANSFERS = 200_000

_DISTRICTS = words("东湖 西山 南川 北原 临江 青云 白石 长桥 清溪 金台 玉泉 双林 柳河 丰谷 平岭 海门")
_STREETS = words(
    "和平 建设 新华 胜利 文化 人民 解放 光明 团结 友谊 永安",
    "长宁 安定 兴隆 广场 站前 花园 河东 河西 城关 朝阳 向阳",
)


@dataclass(frozen=True)
class Kind:
    """What organisations of one kind are called, how many stand under one parent, and what stands under them.

    `name` may hold {} for the ordinal; `names` are given one by one. A unit is a legal person of its own.
    """

    org_type: str
    ending: str
    count: int
    name: str = "{}"
    names: tuple[str, ...] = ()
    below: tuple["Kind", ...] = ()
    is_unit: bool = False

    def called(self, number: int) -> str:
        return self.names[number - 1] if self.names else self.name.format(ordinal(number))


C, G, B = OrgType.COMMITTEE, OrgType.GENERAL_BRANCH, OrgType.BRANCH


def direct(count: int) -> Kind:
    """Branches directly below a committee."""
    return Kind(B, "党支部", count, "直属{}")


def general(count: int, branches: int) -> Kind:
    return Kind(G, "党总支", count, below=(Kind(B, "党支部", branches),))


def unit(count: int, name: str, *below: Kind) -> Kind:
    """Committees of legal persons."""
    return Kind(C, "党委", count, name, below=below, is_unit=True)


# fmt: off
_COMMUNITY = Kind(C, "党委", 6, "{}社区", below=(general(2, 6), direct(3)))
_STREET = Kind(C, "党工委", 22, names=tuple(f"{name}街道" for name in _STREETS), below=(_COMMUNITY, direct(10)))
_FIRM = unit(6, "{}公司", Kind(C, "党委", 3, "{}分公司", below=(general(3, 10),)))
_SHAPE = (
    Kind(C, "委", 16, names=tuple(f"{name}区" for name in _DISTRICTS), is_unit=True, below=(
        _STREET,
        unit(20, "{}区属单位", general(5, 8), direct(6)),
    )),
    Kind(C, "工委", 1, "教育", below=(unit(60, "{}大学", general(30, 13), direct(15)),)),
    Kind(C, "党委", 1, "国资委", below=(unit(20, "{}集团", _FIRM),)),
    Kind(C, "党委", 1, "卫健委", below=(unit(30, "{}医院", general(12, 8)),)),
    Kind(C, "工委", 1, "市直机关", below=(unit(60, "{}机关", general(4, 8), direct(6)),)),
    Kind(C, "工委", 1, "两新组织", below=(unit(90, "{}园区", general(8, 10)),)),
)
# fmt: on


def organizations(rng: Random, *, count: int = ORGANIZATIONS) -> list[Organization]:
    """Return the first `count` organisations of the city, parents first, its own committee at the head."""
    committee = found(None, UNIT, "示范市委", C, rng=rng, affiliation="4")
    return [committee, *islice(_below(committee, UNIT, "", _SHAPE, rng), count - 1)]


def _below(parent: Organization, path: str, place: str, kinds: tuple[Kind, ...], rng: Random) -> Iterator[Organization]:
    """Yield what stands under `parent`. A full name repeats the whole path, a short one the place just above."""
    for kind in kinds:
        for number in range(1, kind.count + 1):
            name = kind.called(number)
            short = f"{place}{name}{kind.ending}"
            organization = found(parent, f"{path}{name}", short, kind.org_type, rng=rng, affiliation="5")
            if kind.is_unit:
                organization.unit_relation, organization.unit_name = UnitRelation.LINKED_UNIT, f"{path}{name}"
            yield organization
            inside = f"{name}总支" if kind.org_type == G else name
            near = f"{place}{inside}" if kind.org_type == G else name
            yield from _below(organization, f"{path}{inside}", near, kind.below, rng)
