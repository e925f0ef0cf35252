"""A small map of districts as lines and places on them, drawn into the page as it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.units import Degrees

WIDE: Final = 640.0
"""Units across the picture; as high as the districts need, three quarters to one and a half."""

_EDGE: Final = 14.0

_FINE: Final = 0.6
"""Units; no line is drawn finer."""


@dataclass(frozen=True)
class Outline:
    """A picture of some districts.

    Attributes
    ----------
    west, north
        Degrees at its upper left corner.
    scale
        Units a degree of latitude.
    shrink
        Units a degree of longitude, as a share of ``scale``.
    high
        Units down.
    """

    west: Degrees
    north: Degrees
    scale: float
    shrink: float
    high: float

    @classmethod
    def of(cls, districts: gpd.GeoDataFrame) -> Outline:
        """Around some districts; at least one has an area."""
        west, south, east, north = districts.total_bounds
        shrink = cos(radians((south + north) / 2))
        across, down = max((east - west) * shrink, 1e-6), max(north - south, 1e-6)
        high = min(max(WIDE * down / across, WIDE * 0.5), WIDE * 1.1)
        scale = min((WIDE - 2 * _EDGE) / across, (high - 2 * _EDGE) / down)
        left = west - (WIDE / scale / shrink - (east - west)) / 2
        return cls(left, north + (high / scale - down) / 2, scale, shrink, high)

    def place(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Longitudes and latitudes in units of the picture; shape (n, 2)."""
        x = (points[:, 0] - self.west) * self.scale * self.shrink
        return np.column_stack([x, (self.north - points[:, 1]) * self.scale])

    def paths(self, shapes: Iterable[shapely.Geometry | None]) -> list[str]:
        """Areas as paths, one for each that is in the picture."""
        fine = _FINE / self.scale
        box = shapely.box(
            self.west, self.north - self.high / self.scale,
            self.west + WIDE / self.scale / self.shrink, self.north,
        )  # fmt: skip
        found: list[str] = []
        for shape in shapes:
            if shape is None or not shapely.intersects(shape, box):
                continue
            part = shapely.simplify(shapely.make_valid(shape), fine)
            rings = shapely.get_rings(shapely.get_parts(shapely.intersection(part, box)))
            found.append("".join(self._ring(ring) for ring in rings))
        return [path for path in found if path]

    def _ring(self, ring: shapely.LinearRing) -> str:
        at = self.place(shapely.get_coordinates(ring)).round(1)
        return "M" + "L".join(f"{x:g} {y:g}" for x, y in at) + "Z"
