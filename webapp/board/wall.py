"""The map of a table as layers for paper, and the key to its numbers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import shapely

from geo.draw.wallmap import KeyRow, WallLayers
from geo.draw.words import say
from webapp.board.items import Item
from webapp.board.saying import Saying
from webapp.board.state import Board

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees (EPSG:4326)."""

_CRS: Final = 4326
_ALONE: Final = 901
"""The first number of those who were drawn without a house."""


def number_all(board: Board) -> dict[str, int]:
    """A number for every house and everybody who stands alone, the same on every edition.

    Houses as the table numbered them; whoever stands alone from 901 on, in the order in
    which they came, so that a later house takes nobody's number.
    """
    numbers = {
        one.id: int(one.values["number"])
        for one in board.items.values()
        if one.kind == "house" and one.values.get("number")
    }
    taken, last = set(numbers.values()), _ALONE
    for one in board.items.values():
        if one.kind == "house" or (one.kind == "person" and not one.values.get("house")):
            while one.id not in numbers and last in taken:
                last += 1
            taken.add(numbers.setdefault(one.id, last))
    return numbers


@dataclass(frozen=True)
class Wall:
    """What of a board goes on the wall."""

    board: Board
    items: list[Item]

    def spots(self) -> list[Item]:
        """Houses, and those who stand alone, that are still there."""
        return [
            one
            for one in self.items
            if not one.values.get("gone")
            and (one.kind == "house" or (one.kind == "person" and not one.values.get("house")))
            and one.values.get("lon") is not None
        ]

    def layers(self, lang: str, ground: Mapping[str, Any], *, lines: bool = True) -> WallLayers:
        """The layers of people and places, and under them the ``ground``.

        ``lines`` False leaves out which houses have no line, as on a sheet to draw on.
        """
        return WallLayers(
            houses=self._houses(lines=lines),
            links=self._links(),
            places=self._places(),
            notes=self._notes(lang),
            areas=self._areas(),
            **ground,
        )

    def bounds(self) -> Bounds | None:
        """Around all that goes; None = nothing does."""
        shapes = [_point(one) for one in self.items if one.values.get("lon") is not None]
        shapes += [_ring(one) for one in self.items if one.kind == "area"]
        return _bounds(shapes)

    def bounds_of(self, area: str) -> Bounds | None:
        """Around one area; None = it is not there."""
        return _bounds([_ring(one) for one in self.items if one.kind == "area" and one.id == area])

    def key(self, squares: Mapping[str, str]) -> list[KeyRow]:
        """Who lives behind each number that a page shows, as far as it goes out."""
        numbers = number_all(self.board)
        inside: dict[str, list[str]] = {}
        for one in self.items:
            if one.kind == "person" and one.values.get("name") and not one.values.get("gone"):
                home = str(one.values.get("house") or one.id)
                inside.setdefault(home, []).append(str(one.values["name"]))
        return [
            KeyRow(
                numbers[one.id],
                squares[one.id],
                "・".join(inside.get(one.id, [])) or str(one.values.get("name") or ""),
                str(one.values.get("address") or ""),
            )
            for one in self.spots()
            if one.id in squares
        ]

    def _houses(self, *, lines: bool) -> gpd.GeoDataFrame | None:
        spots, numbers = self.spots(), number_all(self.board)
        if not spots:
            return None
        alone = set(Saying(self.board).homes_with(0)) if lines else set[str]()
        helps, worries = self._helping(), self._worrying()
        columns = {
            "id": [one.id for one in spots],
            "number": [numbers[one.id] for one in spots],
            "composition": [one.values.get("composition") for one in spots],
            "without_line": [one.id in alone for one in spots],
            "helper": [one.id in helps for one in spots],
            "worry": [one.id in worries for one in spots],
        }
        return gpd.GeoDataFrame(columns, geometry=[_point(one) for one in spots], crs=_CRS)

    def _helping(self) -> set[str]:
        """Houses in which somebody looks after others, and those themselves."""
        return {
            self._stands(one.id)
            for one in self.items
            if one.kind == "person" and one.values.get("part") == "helper"
        }

    def _worrying(self) -> set[str]:
        about = (one.values.get("about") for one in self.items if one.kind == "worry")
        return {self._stands(str(one)) for one in about if one is not None}

    def _stands(self, identity: str) -> str:
        """Where somebody is drawn: in the house, else alone."""
        found = self.board.items.get(identity)
        return identity if found is None else str(found.values.get("house") or identity)

    def _links(self) -> gpd.GeoDataFrame | None:
        place = {one.id: _point(one) for one in self.spots()}
        lines = [
            (one, self._stands(one.values["watcher"]), self._stands(one.values["watched"]))
            for one in self.items
            if one.kind == "link"
        ]
        drawn = [(one, a, b) for one, a, b in lines if a != b and a in place and b in place]
        if not drawn:
            return None
        columns = {
            "watcher_id": [a for _, a, _ in drawn],
            "watched_id": [b for _, _, b in drawn],
            "kind": [one.values.get("link") for one, _, _ in drawn],
            "direction": [one.values.get("direction") for one, _, _ in drawn],
            "strength": [one.values.get("strength") for one, _, _ in drawn],
        }
        shapes = [shapely.LineString([place[a], place[b]]) for _, a, b in drawn]
        return gpd.GeoDataFrame(columns, geometry=shapes, crs=_CRS)

    def _places(self) -> gpd.GeoDataFrame | None:
        found = [one for one in self.items if one.kind == "place"]
        if not found:
            return None
        columns = {
            "id": [one.id for one in found],
            "kind": [one.values.get("place") for one in found],
            "name": [one.values.get("name") for one in found],
        }
        return gpd.GeoDataFrame(columns, geometry=[_point(one) for one in found], crs=_CRS)

    def _notes(self, lang: str) -> gpd.GeoDataFrame | None:
        """Notes in their words; of a worry without a house only that there is one."""
        found = [
            (one, one.values["text"] if one.kind == "note" else say("worry", lang))
            for one in self.items
            if one.kind == "note" or (one.kind == "worry" and one.values.get("lon") is not None)
        ]
        if not found:
            return None
        shapes = [_point(one) for one, _ in found]
        return gpd.GeoDataFrame({"text": [text for _, text in found]}, geometry=shapes, crs=_CRS)

    def _areas(self) -> gpd.GeoDataFrame | None:
        found = [one for one in self.items if one.kind == "area"]
        if not found:
            return None
        columns = {
            "name": [one.values.get("name") for one in found],
            "kind": [one.values.get("area") for one in found],
        }
        return gpd.GeoDataFrame(columns, geometry=[_ring(one) for one in found], crs=_CRS)


def _point(item: Item) -> shapely.Point:
    return shapely.Point(item.values["lon"], item.values["lat"])


def _ring(item: Item) -> shapely.Polygon:
    return shapely.Polygon(item.values["ring"])


def _bounds(shapes: Iterable[Any]) -> Bounds | None:
    found = list(shapes)
    if not found:
        return None
    west, south, east, north = shapely.total_bounds(found).tolist()
    return west, south, east, north
