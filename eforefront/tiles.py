"""业务入口 of 首页: each function enters its tile with the figures it shows, all of them counted in one statement."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse

from orgs.figures import Figures

Counted = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Linked:
    """A figure, and the address of the list of just as many."""

    number: Any
    url: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the line of a tile is written from."""

    role: Any
    day: datetime.date
    counted: Counted
    figures: Figures

    def linked(self, name: str, url: str) -> Linked:
        return Linked(self.counted[name], url)


@dataclass(frozen=True, slots=True)
class Tile:
    """A way on from 首页. `rows(role, day)` are what it counts, by names of its own; `line(told)` is what stands below
    its label, in words and linked figures; the count called `badge` stands in its corner and leads to the list called
    `badge_url`. Shown to whoever has the power."""

    label: str
    url_name: str
    icon: str
    power: str
    order: int
    line: Callable[[Told], Sequence[str | Linked]]
    rows: Callable[[Any, datetime.date], Mapping[str, QuerySet]] = lambda role, day: {}
    badge: str = ""
    badge_url: Callable[[], str] = str
    unless: str = ""  # whoever holds this power has a tile that says more

    @property
    def address(self) -> str:
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A tile with its figures."""

    label: str
    url: str
    icon: str
    line: Sequence[str | Linked]
    badge: Linked | None

    @property
    def text(self) -> str:
        """The line in words."""
        return "".join(str(part.number) if isinstance(part, Linked) else part for part in self.line)


_tiles: dict[str, Tile] = {}


def enter_tile(tile: Tile) -> Tile:
    """Enter a tile, from `AppConfig.ready()`; entering it twice changes nothing."""
    _tiles[tile.url_name] = tile
    return tile


def tiles_for(role: Any) -> list[Tile]:
    """Return what the role may open, in the order of the manual's tabs."""
    found = [
        tile
        for tile in _tiles.values()
        if role.can(tile.power) and not (tile.unless and role.can(tile.unless)) and tile.address
    ]
    return sorted(found, key=lambda tile: tile.order)


def rows_of(tiles: list[Tile], role: Any, day: datetime.date) -> dict[str, QuerySet]:
    """Return everything the tiles count, by name."""
    return {name: rows for tile in tiles for name, rows in tile.rows(role, day).items()}


def shown(tiles: list[Tile], told: Told) -> list[Shown]:
    return [Shown(tile.label, tile.address, tile.icon, tile.line(told), _badge(tile, told.counted)) for tile in tiles]


def _badge(tile: Tile, counted: Counted) -> Linked | None:
    number = counted.get(tile.badge)
    return Linked(number, tile.badge_url()) if number else None
