"""A few houses on paper at true scale, with numbers, and the lines between them.

What changed is told by form as well as by colour, so that it can be seen in black and white:
a lost line is dashed and crossed, a gained one bold with an arrow, a new house has a double
edge, one that left is crossed out, one without a line is ringed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.crs import GEOGRAPHIC, plane_of
from geo.draw.paper import POINT, Plan, lettering, path_of, plain_text, stroked
from geo.errors import ParameterWrong

SCALES: Final = (250, 500, 1000, 1500, 2000, 2500, 5000, 10_000, 25_000, 50_000)
"""The n of 1:n that a small map has; what is too wide for the last, a multiple of it."""

Spot = tuple[float, float]
"""Degrees (EPSG:4326), longitude first."""

HouseLook = Literal["plain", "other", "new", "left", "altered", "bare", "helper"]
LineLook = Literal["kept", "lost", "gained"]

_LOST: Final = "#b34700"
_GAINED: Final = "#0057a8"
_INK: Final = "#000000"

_EDGE: Final = 8.0
"""Millimetres kept free along the frame."""


@dataclass(frozen=True)
class DrawnHouse:
    """A house, or somebody with a place of the own; ``label`` stands in it."""

    spot: Spot
    label: str = ""
    look: HouseLook = "plain"


@dataclass(frozen=True)
class DrawnLine:
    """A line from watcher to watched."""

    start: Spot
    end: Spot
    look: LineLook = "kept"


def fit_scale(spots: Sequence[Spot], width: float, height: float) -> tuple[Plan, int]:
    """The window of so many millimetres that shows all spots, and the n of its scale 1:n.

    Raises
    ------
    ParameterWrong
        There is no spot.
    """
    if not spots:
        raise ParameterWrong(name="houses", value="0", wanted="at least one")
    points = gpd.GeoSeries(shapely.points(np.array(spots, float)), crs=GEOGRAPHIC)
    plane = plane_of(gpd.GeoDataFrame(geometry=points))
    west, south, east, north = points.to_crs(plane).total_bounds
    room = (width - 2 * _EDGE) / 1000, (height - 2 * _EDGE) / 1000
    wanted = max((east - west) / room[0], (north - south) / room[1])
    n = next((one for one in SCALES if one >= wanted), math.ceil(wanted / SCALES[-1]) * SCALES[-1])
    scale = 1000.0 / n
    left = (west + east) / 2 - width / 2 / scale
    top = (south + north) / 2 + height / 2 / scale
    return Plan(width, height, plane, float(left), float(top), scale), n


def neighbourhood_svg(
    plan: Plan,
    houses: Sequence[DrawnHouse],
    lines: Sequence[DrawnLine] = (),
    streets: gpd.GeoDataFrame | None = None,
    *,
    points: float = 14.0,
) -> str:
    """The map as SVG; letters of ``points``. A house outside the window is in no byte of it."""
    order = {"other": 0, "plain": 1, "helper": 1}
    inside = [one for one in houses if _is_inside(plan, one.spot)]
    lines = [one for one in lines if _is_inside(plan, one.start) or _is_inside(plan, one.end)]
    drawn = sorted(inside, key=lambda one: order.get(one.look, 2))
    parts = [
        *_streets(streets, plan),
        *(part for one in sorted(lines, key=lambda one: one.look == "gained")
          for part in _line(one, plan)),
        *(part for one in drawn for part in _house(one, plan, points)),
    ]  # fmt: skip
    return _framed(plan.width, plan.height, parts)


def _is_inside(plan: Plan, spot: Spot) -> bool:
    (x, y), *_ = plan.paper(np.array([spot], float))
    return bool(0 <= x <= plan.width and 0 <= y <= plan.height)


def house_swatch(look: HouseLook, label: str = "1") -> str:
    """A house for the legend, 12 × 9 mm."""
    return _framed(12.0, 9.0, list(_house_at(6.0, 4.5, label, look, 12.0)))


def line_swatch(look: LineLook) -> str:
    """A line for the legend, 16 × 9 mm."""
    ends = np.array([[1.0, 4.5], [15.0, 4.5]])
    return _framed(16.0, 9.0, list(_line_at(ends, look, 0.0)))


def _framed(width: float, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {width:g} {height:g}">{"".join(parts)}</svg>'
    )


def _streets(streets: gpd.GeoDataFrame | None, plan: Plan) -> Iterator[str]:
    if streets is None or not len(streets):
        return
    level = streets.geometry.to_crs(plan.plane).to_numpy()
    across, down = plan.width / plan.scale, plan.height / plan.scale
    window = (plan.west, plan.north - down, plan.west + across, plan.north)
    near = shapely.get_parts(shapely.clip_by_rect(level, *window))
    path = path_of(near[~shapely.is_empty(near)], plan.on_paper)
    yield stroked(path, "#9a9a9a", 1.9)
    yield stroked(path, "#ffffff", 1.3)


def _line(line: DrawnLine, plan: Plan) -> Iterator[str]:
    yield from _line_at(plan.paper(np.array([line.start, line.end], float)), line.look, 3.4)


def _line_at(ends: npt.NDArray[np.float64], look: LineLook, clear: float) -> Iterator[str]:
    """A line that ends ``clear`` millimetres before its houses, with the sign of its look."""
    way = ends[1] - ends[0]
    length = float(np.hypot(*way))
    if length <= 2 * clear + 0.5:
        return
    one = way / length
    start, end = ends[0] + one * clear, ends[1] - one * clear
    path = f"M{start[0]:.2f} {start[1]:.2f}L{end[0]:.2f} {end[1]:.2f}"
    if look == "lost":
        yield stroked(path, _LOST, 0.7, (1.8, 1.2))
        x, y = (start + end) / 2
        yield from _cross(float(x), float(y), 1.7, _LOST)
        return
    colour, width = (_GAINED, 1.5) if look == "gained" else ("#555555", 0.5)
    side = np.array([-one[1], one[0]]) * (1.1 + width)
    back = end - one * (2.2 + width)
    yield stroked(path, colour, width)
    corners = " ".join(f"{x:.2f},{y:.2f}" for x, y in (end, back + side, back - side))
    yield f'<polygon points="{corners}" fill="{colour}"/>'


def _cross(x: float, y: float, half: float, colour: str) -> Iterator[str]:
    path = (
        f"M{x - half:.2f} {y - half:.2f}L{x + half:.2f} {y + half:.2f}"
        f"M{x - half:.2f} {y + half:.2f}L{x + half:.2f} {y - half:.2f}"
    )
    yield stroked(path, "#ffffff", 1.7)
    yield stroked(path, colour, 0.8)


def _house(house: DrawnHouse, plan: Plan, points: float) -> Iterator[str]:
    (x, y), *_ = plan.paper(np.array([house.spot], float))
    yield from _house_at(float(x), float(y), plain_text(house.label), house.look, points)


def _house_at(x: float, y: float, label: str, look: HouseLook, points: float) -> Iterator[str]:
    if look == "other":
        yield _box(x, y, 1.1, 1.1, fill="#bbbbbb", edge=0.2)
        return
    high = points * POINT * 0.62
    half = max(high, len(label) * points * POINT * 0.31 + 0.9)
    if look == "helper":
        yield (f'<ellipse cx="{x:.2f}" cy="{y:.2f}" rx="{half + 0.8:.2f}" ry="{high + 0.6:.2f}" '
               f'fill="#ffffff" stroke="{_INK}" stroke-width="0.4"/>')  # fmt: skip
    elif look == "bare":
        yield _box(x, y, half + 1.5, high + 1.5, dash=True)
    elif look == "new":
        yield _box(x, y, half + 1.3, high + 1.3, edge=0.6, colour=_GAINED)
    if look != "helper":
        fill = {"left": "#dddddd", "altered": "#fff3cf"}.get(look, "#ffffff")
        yield _box(x, y, half, high, fill=fill, edge=0.9 if look == "altered" else 0.45)
    if look == "left":
        yield from _cross(x, y, half + 1.6, _LOST)
    yield lettering(x, y, points, label)


def _box(
    x: float, y: float, half: float, high: float, *,
    fill: str = "#ffffff", edge: float = 0.5, colour: str = _INK, dash: bool = False,
) -> str:  # fmt: skip
    dashes = ' stroke-dasharray="1.4 0.9"' if dash else ""
    return (
        f'<rect x="{x - half:.2f}" y="{y - high:.2f}" width="{2 * half:.2f}" '
        f'height="{2 * high:.2f}" rx="0.7" fill="{fill}" stroke="{colour}" '
        f'stroke-width="{edge:g}"{dashes}/>'
    )
