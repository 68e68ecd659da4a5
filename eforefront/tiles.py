"""业务入口 of 首页: each function enters its tile with the figures it shows, all of them counted in one statement."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse

from orgs.figures import Figures

Counted = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tile:
    """A way on from 首页. `rows(role, day)` are what it counts, by names of its own; `text(counted, figures)` is the
    line below its label, and the count called `badge` stands in its corner. Shown to whoever has the power."""

    label: str
    url_name: str
    icon: str
    power: str
    order: int
    text: Callable[[Counted, Figures], str]
    rows: Callable[[Any, datetime.date], Mapping[str, QuerySet]] = lambda role, day: {}
    badge: str = ""
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
    text: str
    badge: Any


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


def shown(tiles: list[Tile], counted: Counted, figures: Figures) -> list[Shown]:
    return [
        Shown(tile.label, tile.address, tile.icon, tile.text(counted, figures), counted.get(tile.badge) or "")
        for tile in tiles
    ]
