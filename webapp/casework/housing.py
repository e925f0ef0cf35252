"""Where a home lies: by the homes whose address is known already, or as pressed on the map."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Final

import shapely
from sqlalchemy import Connection, select

from geo.crs import mesh_code
from webapp.register.look import allowed_rows
from webapp.register.records import District, Household
from webapp.register.spelling import address_key
from webapp.register.viewer import Viewer

PRESSED: Final = "pressed"
"""The level of a point that somebody pressed on the map."""

_EXACT: Final = frozenset({None, "given", "rooftop", PRESSED, "block"})
"""Levels of points that are good enough to stand for a neighbour's."""

_SPREAD: Final = 0.003
"""Degrees, some 300 m: homes of one block lie no further from one another."""

_UP_TO_BLOCK: Final = re.compile(r"(.*\D\d+(?:-\d+)+)-\d+$")


@dataclass(frozen=True)
class Spot:
    """A point in degrees (EPSG:4326) and how it was found: a level, as in `geo.exchange`."""

    lon: float
    lat: float
    level: str

    def columns(self) -> dict[str, Any]:
        """As a household keeps it."""
        return {
            "lon": self.lon,
            "lat": self.lat,
            "mesh": mesh_code(self.lon, self.lat),
            "geocode_level": self.level,
        }


def find_spot(connection: Connection, viewer: Viewer, address: str) -> Spot | None:
    """The point of an address by those of homes at the same address, or in the same block.

    None where no such home has a point, or where they lie too far from one another to be
    one block.
    """
    key = address_key(address)
    if not key:
        return None
    same = _points(connection, viewer, Household.address_key == key)
    if same:
        return _mean(same, "block")
    block = _UP_TO_BLOCK.match(key)
    if block is None:
        return None
    near = Household.address_key.startswith(f"{block[1]}-", autoescape=True)
    return _mean(_points(connection, viewer, near), "block")


def _points(connection: Connection, viewer: Viewer, where: Any) -> Sequence[tuple[float, float]]:  # noqa: ANN401
    asked = select(Household.lon, Household.lat, Household.geocode_level).where(
        where, Household.lon.is_not(None), allowed_rows(Household, viewer, "matching")
    )
    return [
        (float(lon), float(lat))
        for lon, lat, level in connection.execute(asked)
        if level in _EXACT and lon is not None and lat is not None
    ]


def _mean(points: Sequence[tuple[float, float]], level: str) -> Spot | None:
    if not points:
        return None
    lons, lats = zip(*points, strict=True)
    if max(max(lons) - min(lons), max(lats) - min(lats)) > _SPREAD:
        return None
    return Spot(fmean(lons), fmean(lats), level)


def district_at(connection: Connection, lon: float, lat: float) -> str | None:
    """The district a point lies in; None = in none whose boundary is known."""
    point = shapely.Point(lon, lat)
    asked = select(District.id, District.boundary).where(District.boundary.is_not(None))
    for identity, boundary in connection.execute(asked.order_by(District.id)):
        shape = shapely.from_wkb(boundary)
        if shape is not None and shape.intersects(point):
            return str(identity)
    return None


def own_districts(connection: Connection, viewer: Viewer) -> dict[str, str]:
    """Names of the viewer's districts by their ids."""
    asked = select(District.id, District.name).where(allowed_rows(District, viewer, "matching"))
    return {
        str(row.id): str(row.name or row.id)
        for row in connection.execute(asked.order_by(District.id))
    }
