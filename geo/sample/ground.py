"""The ground of the invented town: its hills, and the streets drawn over them.

Everything here is in the town's plane: metres from its middle, x = east. ``plan`` is the
content of ``data/boundaries/sample_town.json``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geo.units import Metres
from geo.walk.build import densify
from geo.walk.network import StreetLines

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Plan = Mapping[str, Any]

_LANE: Final = 0
_WAY_UP: Final = 1
_BRIDGE: Final = 2
_STAIRS: Final = 3


def elevation(x: Floats, y: Floats, hills: Sequence[Sequence[float]]) -> Floats:
    """Metres above the invented sea at points of the plane: bells, joined without a crease.

    Parameters
    ----------
    x, y
        Metres in the plane of the plan.
    hills
        East, north, radius east, radius north (metres), height (metres), turn (radians).
    """
    total = np.full(np.shape(x), 2.0**4)
    for east, north, wide, deep, height, turn in hills:
        across = ((x - east) * np.cos(turn) + (y - north) * np.sin(turn)) / wide
        along = ((y - north) * np.cos(turn) - (x - east) * np.sin(turn)) / deep
        far = np.hypot(across, along) / _spur(np.arctan2(along, across))
        total += (height * 0.5 * (1 + np.cos(np.pi * np.minimum(far, 1.0)))) ** 4
    return total**0.25


def _spur(angle: Floats) -> Floats:
    """Radius of a hill by direction: spurs and hollows."""
    return 1 + 0.10 * np.sin(3 * angle + 1) + 0.05 * np.sin(5 * angle)


class _Streets(NamedTuple):
    """Vertices in the plane, the stretches between them, and what each stretch is."""

    place: Floats
    ends: Ints
    kind: Ints


def draw_streets(
    rng: np.random.Generator, plan: Plan, districts: gpd.GeoDataFrame, scale: float
) -> StreetLines:
    """Every quarter's streets, joined to their neighbours and by bridges.

    Parameters
    ----------
    rng
        Decides which blocks and stairs are missing.
    plan
        The plan of the town.
    districts
        The seven of the plan, in its plane, grown by ``scale``.
    scale
        How many times as wide as drawn, 1 or above; blocks and hills keep their size.

    Returns
    -------
    Lines whose ``lon`` and ``lat`` are metres in the plane.
    """
    quarters = [
        _main_part(_inside(_draw_quarter(rng, plan, plan["quarters"][code], scale), shape))
        for code, shape in zip(districts["code"], districts.geometry, strict=True)
    ]
    streets = _gather(quarters)
    streets = _add(streets, _joints(streets.place, [len(q.place) for q in quarters]), _LANE)
    river = shapely.LineString(np.array(plan["river"]) * scale)
    wet = np.asarray(shapely.intersects(shapely.linestrings(streets.place[streets.ends]), river))
    streets = _keep(streets, ~wet)
    streets = _add(streets, _spans(streets.place, plan["roads"], scale), _LANE)
    streets = _add(streets, _spans(streets.place, plan["bridges"], scale), _BRIDGE)
    path = _lattice(_curve(np.array(plan["path"]) * scale, 20.0)[None], 1)
    path = path._replace(kind=np.full(len(path.ends), _STAIRS))
    return _lines(_gather([_main_part(streets), path]), plan, scale)


def _draw_quarter(rng: np.random.Generator, plan: Plan, quarter: Plan, scale: float) -> _Streets:
    if quarter["shape"] == "grid":
        return _grid(rng, quarter, scale)
    if quarter["shape"] == "terraces":
        return _terraces(rng, plan["hills"][quarter["hill"]], quarter["gap"], scale)
    return _ribbon(rng, quarter, scale)


def _grid(rng: np.random.Generator, quarter: Plan, scale: float) -> _Streets:
    """Blocks at right angles, turned, swaying by some metres."""
    east, north = (
        np.arange(-size * scale / 2, size * scale / 2, block)
        for size, block in zip(quarter["size"], quarter["block"], strict=True)
    )
    u, v = np.meshgrid(east, north)
    x = u * np.cos(quarter["turn"]) - v * np.sin(quarter["turn"]) + quarter["middle"][0] * scale
    y = u * np.sin(quarter["turn"]) + v * np.cos(quarter["turn"]) + quarter["middle"][1] * scale
    sway = quarter["sway"]
    place = np.stack([x + sway * np.sin(y / 140), y + sway * np.sin(x / 170 + 1)], -1)
    along = rng.random((len(north), len(east) - 1)) > 0.05
    return _lattice(place, 1, along, rng.random((len(north) - 1, len(east))) > 0.12)


def _terraces(
    rng: np.random.Generator, hill: Sequence[float], gap: Metres, scale: float
) -> _Streets:
    """Lanes around a hill, each at one height, with ways up between them."""
    east, north, wide, deep, _, turn = hill
    columns = int(2 * np.pi * wide * scale / 24)
    angle = np.linspace(0.0, 2 * np.pi - 90 / (wide * scale), columns) + 4.2
    far = np.arange(0.10, 1.12, gap / (deep * scale))[:, None]
    out = far * _spur(np.angle(np.exp(1j * angle)))
    u, v = out * np.cos(angle) * wide, out * np.sin(angle) * deep
    x, y = u * np.cos(turn) - v * np.sin(turn), u * np.sin(turn) + v * np.cos(turn)
    place = np.stack([x + east, y + north], -1) * scale
    along = np.repeat(rng.random((len(far), columns // 3 + 1)) > 0.07, 3, axis=1)
    across = rng.random((len(far) - 1, columns)) < 0.75 * np.minimum(1.0, far[1:] + 0.2)
    return _lattice(place, 4, along[:, : columns - 1], across)


def _ribbon(rng: np.random.Generator, quarter: Plan, scale: float) -> _Streets:
    """A road, and lanes beside it from a share of its length on."""
    road = _curve(np.array(quarter["road"]) * scale, 24.0)
    ahead = np.gradient(road, axis=0)
    beside = np.stack([-ahead[:, 1], ahead[:, 0]], -1) / np.linalg.norm(ahead, axis=1)[:, None]
    low, high = np.round(np.array(quarter["lanes"]) * scale / quarter["gap"])
    offset = np.arange(low, high + 1)[:, None] * quarter["gap"]
    lived_in = np.arange(len(road)) >= quarter["start"] * len(road)
    along = (rng.random((len(offset), len(road) - 1)) > 0.05) & lived_in[:-1] | (offset == 0)
    across = (rng.random((len(offset) - 1, len(road))) > 0.25) & lived_in
    return _lattice(road + offset[..., None] * beside, 4, along, across)


def _lattice(
    place: Floats, every: int, along: Flags | None = None, across: Flags | None = None
) -> _Streets:
    """Lanes along the rows of ``place`` and ways up at some columns, shifted by row."""
    rows, columns = place.shape[:2]
    number = np.arange(rows * columns).reshape(rows, columns)
    lanes = np.stack([number[:, :-1], number[:, 1:]], -1)
    ways = np.stack([number[:-1], number[1:]], -1)
    lanes = lanes.reshape(-1, 2) if along is None else lanes[along]
    stand = (np.arange(columns) + np.arange(rows - 1)[:, None] * 2) % every == 0
    ways = ways[stand if across is None else stand & across]
    kind = np.repeat([_LANE, _WAY_UP], [len(lanes), len(ways)])
    return _Streets(place.reshape(-1, 2), np.vstack([lanes, ways]), kind)


def _curve(corners: Floats, step: Metres) -> Floats:
    """Points every ``step`` metres along a line whose corners are cut round."""
    for _ in range(3):
        cut = [corners[:-1] * near + corners[1:] * (1 - near) for near in (0.75, 0.25)]
        corners = np.vstack([corners[:1], np.stack(cut, 1).reshape(-1, 2), corners[-1:]])
    line = shapely.LineString(corners)
    share = np.linspace(0.0, 1.0, max(2, round(line.length / step) + 1))
    return shapely.get_coordinates(shapely.line_interpolate_point(line, share, normalized=True))


def _inside(streets: _Streets, shape: shapely.Geometry) -> _Streets:
    within = shapely.contains_xy(shapely.buffer(shape, -10.0), *streets.place.T)
    return _keep(streets, within[streets.ends].all(axis=1))


def _keep(streets: _Streets, use: Flags) -> _Streets:
    """Some stretches, with only the vertices they need."""
    used, ends = np.unique(streets.ends[use], return_inverse=True)
    return _Streets(streets.place[used], ends.reshape(-1, 2), streets.kind[use])


def _add(streets: _Streets, ends: Ints, kind: int) -> _Streets:
    kinds = np.append(streets.kind, np.full(len(ends), kind))
    return _Streets(streets.place, np.vstack([streets.ends, ends]), kinds)


def _gather(quarters: Sequence[_Streets]) -> _Streets:
    first = np.cumsum([0, *(len(q.place) for q in quarters)])
    ends = [q.ends + start for q, start in zip(quarters, first, strict=False)]
    kind = np.concatenate([q.kind for q in quarters])
    return _Streets(np.vstack([q.place for q in quarters]), np.vstack(ends), kind)


def _main_part(streets: _Streets) -> _Streets:
    tail, head = streets.ends.T
    size = len(streets.place)
    joined = coo_array((np.ones(len(tail)), (tail, head)), shape=(size, size))
    part = connected_components(joined, directed=False)[1]
    return _keep(streets, part[tail] == np.bincount(part).argmax())


def _joints(place: Floats, sizes: Sequence[int], farthest: Metres = 140.0) -> Ints:
    """Stretches between quarters: pairs that are each other's nearest across the border."""
    quarter = np.repeat(np.arange(len(sizes)), sizes)
    nearest = np.full(len(place), -1)
    for each in range(len(sizes)):
        own, other = np.flatnonzero(quarter == each), np.flatnonzero(quarter != each)
        query = cKDTree(place[other]).query(place[own], distance_upper_bound=farthest)
        far, found = np.asarray(query[0]), np.asarray(query[1])
        near = np.isfinite(far)
        nearest[own[near]] = other[found[near]]
    one = np.flatnonzero(nearest >= 0)
    one = one[(nearest[nearest[one]] == one) & (one < nearest[one])]
    return np.column_stack([one, nearest[one]])


def _spans(place: Floats, pairs: Sequence[Sequence[Sequence[float]]], scale: float) -> Ints:
    """A stretch between the vertices nearest to each pair of points."""
    return np.asarray(cKDTree(place).query(np.array(pairs, float) * scale)[1])


def _lines(streets: _Streets, plan: Plan, scale: float) -> StreetLines:
    """Stretches of 25 m at most with their heights; steep ways up are steps."""
    tail, head = streets.ends.T
    x, y = streets.place.T
    metres = np.hypot(x[head] - x[tail], y[head] - y[tail])
    height = elevation(x / scale, y / scale, plan["hills"])
    steep = np.abs(height[head] - height[tail]) * scale > 0.10 * metres
    both = np.ones(len(tail), bool)
    steps = steep & (streets.kind == _WAY_UP) | (streets.kind == _STAIRS)
    level = streets.kind == _BRIDGE
    drawn = StreetLines(x, y, height, tail, head, metres, steps, both, both, level)
    cut = densify(drawn, 25.0)
    return replace(cut, elevation=elevation(cut.lon / scale, cut.lat / scale, plan["hills"]))
