"""A window on paper, in millimetres, and the SVG of its lines and letters."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer

from geo.crs import GEOGRAPHIC, plane_of
from geo.units import Metres

_FONT: Final = 'font-family="BIZ UDPGothic" text-anchor="middle"'
Place = Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]
"""Points (n, 2) of the ground to millimetres on paper."""

POINT: Final = 25.4 / 72.0
"""Millimetres of one typographic point."""

_NO_XML: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Plan:
    """A window on paper: its size in millimetres and what of the plane it shows."""

    width: float
    height: float
    plane: CRS
    west: Metres
    north: Metres
    scale: float
    """Millimetres on paper for one metre."""

    @cached_property
    def _onto(self) -> Transformer:
        return Transformer.from_crs(GEOGRAPHIC, self.plane, always_xy=True)

    def symbol_size(self, count: int, share: float) -> float:
        """Half the height of one of ``count`` symbols: smaller where there are many; mm."""
        room = math.sqrt(self.width * self.height / max(count, 1))
        return min(max(share * room, 0.8), 3.2)

    def paper(self, lonlat: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Degrees to millimetres from the window's top left corner."""
        return self.on_paper(np.column_stack(self._onto.transform(lonlat[:, 0], lonlat[:, 1])))

    def on_paper(self, planar: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Metres of the plane to millimetres from the window's top left corner."""
        x, y = planar.T
        return np.column_stack([(x - self.west) * self.scale, (self.north - y) * self.scale])


def fit_plan(ground: gpd.GeoDataFrame, width: float, height: float) -> Plan:
    """The window of that many millimetres which shows all of ``ground``, north up."""
    plane = plane_of(ground)
    west, south, east, north = ground.to_crs(plane).total_bounds
    across, down = max(east - west, 50.0), max(north - south, 50.0)
    scale = min((width - 8.0) / across, (height - 8.0) / down)
    left = (west + east) / 2 - width / 2 / scale
    top = (south + north) / 2 + height / 2 / scale
    return Plan(width, height, plane, float(left), float(top), float(scale))


def scale_bar(plan: Plan) -> tuple[Metres, float]:
    """A round length that takes at most 60 mm of paper: metres, millimetres."""
    return bar_of(plan.scale, 60.0)


def bar_of(scale: float, longest: float) -> tuple[Metres, float]:
    """A round length at a scale (millimetres for a metre) within so many millimetres of paper.

    >>> bar_of(1.0, 60.0), bar_of(0.5, 60.0)
    ((50.0, 50.0), (100.0, 50.0))
    """
    most = longest / scale
    tens = 10.0 ** np.floor(np.log10(most))
    metres = float(tens * max(step for step in (1, 2, 5) if step * tens <= most))
    return metres, float(metres * scale)


def plain_text(text: object) -> str:
    """Text for SVG: what XML cannot hold left out, the rest escaped."""
    return escape(_NO_XML.sub("", text)) if isinstance(text, str) else ""


def path_of(shapes: npt.NDArray[np.object_], place: Place) -> str:
    """Lines and rings as one path, each point put on paper by ``place``."""
    xy, line = shapely.get_coordinates(shapes, return_index=True)
    if not len(xy):
        return ""
    first = np.diff(line, prepend=-1) > 0
    return "".join(
        f"{'M' if start else 'L'}{x:.2f} {y:.2f}"
        for start, (x, y) in zip(first.tolist(), place(xy).tolist(), strict=True)
    )


def stroked(path: str, colour: str, width: float, dash: tuple[float, ...] = ()) -> str:
    """A path as a line; width and dashes in millimetres."""
    dashes = f' stroke-dasharray="{" ".join(f"{d:g}" for d in dash)}"' if dash else ""
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}" '
        f'stroke-linejoin="round"{dashes}/>'
    )


def lettering(x: float, y: float, points: float, text: str, ink: str = "#000000") -> str:
    """Words in the middle of (x, y) with a white edge; their size in points."""
    size = points * POINT
    common = f'x="{x:.2f}" y="{y + size * 0.36:.2f}" font-size="{size:.2f}" {_FONT}'
    halo = 'fill="none" stroke="#ffffff" stroke-width="1" stroke-linejoin="round"'
    return f"<text {common} {halo}>{text}</text>{plain_lettering(x, y, points, text, ink)}"


def plain_lettering(x: float, y: float, points: float, text: str, ink: str = "#000000") -> str:
    """Words in the middle of (x, y); a tenth of the work of those with an edge."""
    size = points * POINT
    common = f'x="{x:.2f}" y="{y + size * 0.36:.2f}" font-size="{size:.2f}" {_FONT}'
    return f'<text {common} fill="{ink}">{text}</text>'
