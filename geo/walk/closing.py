"""Streets with some ground closed: cut where its border crosses them, closed inside.

Every street is walked up to the border, so a house on the dry end of a street still reaches
what lies on that side. Nothing else of the network changes: no distance, no direction.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from geo.units import Metres
from geo.walk.asymmetry import measure_asymmetry
from geo.walk.build import lay_arcs
from geo.walk.cells import index_stretches
from geo.walk.network import StreetNetwork, frozen

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Shapes = npt.NDArray[np.object_]

_SHORTEST: Final[Metres] = 0.01
"""No piece of street is cut shorter than this."""


class _Cut(NamedTuple):
    """Vertices of the streets with one more at every border, edge after edge."""

    x: Floats
    y: Floats
    edge: Longs
    cost: Longs
    wet: Flags
    """Whether the stretch that begins at the vertex is closed; False at the end of an edge."""


def close_ground(network: StreetNetwork, ground: Shapes) -> StreetNetwork:
    """The network with every stretch inside some areas closed in both directions.

    Parameters
    ----------
    network
        The streets; not changed.
    ground
        Areas in longitude/latitude; may overlap. A street along a border is inside.

    Returns
    -------
    The network itself where no area touches a street. Streets that a border crosses are
    two or more in it, joined at the border.
    """
    start = np.flatnonzero(network.vertex_edge[:-1] == network.vertex_edge[1:])
    areas = plane_shapes(network, ground)
    lines = _stretches(network, start)
    touched = shapely.STRtree(lines).query(areas, predicate="intersects")
    if not touched.size:
        return network
    areas = areas[np.unique(touched[0])]
    hit = np.unique(touched[1])
    at, share = _borders(lines[hit], areas)
    return _rebuild(network, _cut(network, start[hit], start[hit[at]], share, areas))


def plane_shapes(network: StreetNetwork, shapes: Shapes) -> Shapes:
    """Shapes in longitude/latitude, in the plane of the network."""

    def turn(points: Floats) -> Floats:
        return np.column_stack(network.from_lonlat.transform(*points.T))

    return np.asarray(shapely.transform(shapely.force_2d(shapes), turn), object)


def _stretches(network: StreetNetwork, start: Longs) -> Shapes:
    x, y = network.vertex_x, network.vertex_y
    ends = np.stack([np.column_stack([x[at], y[at]]) for at in (start, start + 1)], axis=1)
    return np.asarray(shapely.linestrings(ends), object)


def _borders(lines: Shapes, areas: Shapes) -> tuple[Longs, Floats]:
    """Where borders cross lines: number of the line, share of it from its start."""
    rings, ring = shapely.get_coordinates(shapely.get_rings(areas), return_index=True)
    begin = np.flatnonzero(ring[:-1] == ring[1:])
    sides = np.asarray(
        shapely.linestrings(np.stack([rings[begin], rings[begin + 1]], axis=1)), object
    )
    line, side = shapely.STRtree(sides).query(lines, predicate="intersects")
    a, b = (shapely.get_coordinates(lines).reshape(-1, 2, 2)[line, end] for end in (0, 1))
    c, d = rings[begin[side]], rings[begin[side] + 1]
    along, across = b - a, d - c
    turn = along[:, 0] * across[:, 1] - along[:, 1] * across[:, 0]
    apart = c - a
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = (apart[:, 0] * across[:, 1] - apart[:, 1] * across[:, 0]) / turn
        square = (along**2).sum(axis=1)
        ends = [(((point - a) * along).sum(axis=1)) / square for point in (c, d)]
    # Where a street runs along the border, the ends of that side are where it may leave it.
    level = np.abs(turn) <= 1e-9 * np.sqrt(square * (across**2).sum(axis=1))
    share = np.concatenate([np.where(level, ends[0], crossing), ends[1][level]])
    return np.concatenate([line, line[level]]), share


def _cut(network: StreetNetwork, hit: Longs, at: Longs, share: Floats, areas: Shapes) -> _Cut:
    """Put a vertex at every border, and say which stretches are inside.

    ``hit``: vertices whose stretch meets an area; ``at``, ``share``: where borders cross.
    """
    at, share = _apart(network, at, share)
    place = np.concatenate([np.arange(len(network.vertex_x)), at])
    part = np.concatenate([np.zeros(len(network.vertex_x)), share])
    order = np.lexsort((part, place))
    place, part = place[order], part[order]
    after = np.minimum(place + 1, len(network.vertex_x) - 1)

    def between(values: Floats) -> Floats:
        return values[place] + (values[after] - values[place]) * part

    x, y = between(network.vertex_x), between(network.vertex_y)
    edge = network.vertex_edge[place].astype(np.int64)
    wet = np.zeros(len(place), bool)
    inner = np.flatnonzero((edge[:-1] == edge[1:]) & np.isin(place[:-1], hit))
    middle = np.asarray(
        shapely.points((x[inner] + x[inner + 1]) / 2, (y[inner] + y[inner + 1]) / 2), object
    )
    inside = shapely.STRtree(middle).query(areas, predicate="intersects")[1]
    wet[inner[inside]] = True
    return _Cut(x, y, edge, _costs(network, place, after, part), wet)


def _apart(network: StreetNetwork, at: Longs, share: Floats) -> tuple[Longs, Floats]:
    """Cuts that leave no piece too short, each once."""
    long = np.hypot(
        network.vertex_x[at + 1] - network.vertex_x[at],
        network.vertex_y[at + 1] - network.vertex_y[at],
    )
    order = np.lexsort((share, at))
    at, share, metres = at[order], share[order], (share * long)[order]
    keep = np.isfinite(share) & (metres >= _SHORTEST) & (long[order] - metres >= _SHORTEST)
    at, share, metres = at[keep], share[keep], metres[keep]
    first = np.ones(len(at), bool)
    first[1:] = (np.diff(at) != 0) | (np.diff(metres) >= _SHORTEST)
    return at[first], share[first]


def _costs(network: StreetNetwork, place: Longs, after: Longs, part: Floats) -> Longs:
    """Labels from the tail of the edge to every vertex, and back; shape (v, 2)."""
    low, high = network.vertex_cost[place], network.vertex_cost[after]
    shares = part[:, None]
    time = np.rint(((high >> 32) - (low >> 32)) * shares).astype(np.int64)
    mask = np.int64(2**32 - 1)
    length = np.rint(((high & mask) - (low & mask)) * shares).astype(np.int64)
    return np.where(shares > 0, low + (time << 32) + length, low)


def _rebuild(network: StreetNetwork, cut: _Cut) -> StreetNetwork:
    """The edges broken where they get wet or dry, and the wet ones closed."""
    same = np.zeros(len(cut.edge), bool)
    same[1:] = cut.edge[1:] == cut.edge[:-1]
    ahead = np.append(same[1:], False)
    broken = same & ahead & (cut.wet != np.roll(cut.wet, 1))
    row = np.repeat(np.arange(len(cut.edge)), 1 + broken)
    starts = np.append(True, np.diff(cut.edge[row]) != 0)
    starts[1:] |= row[1:] == row[:-1]
    first = np.flatnonzero(starts)
    last = np.append(first[1:], len(row)) - 1
    edge = np.cumsum(starts) - 1
    cost = cut.cost[row] - cut.cost[row[first]][edge]
    old = cut.edge[row[first]]
    ends = _ends(network, broken, row[first], row[last], old)
    closed = cut.wet[row[first]]
    open_ = network.edge_open[old] & ~closed[:, None]
    nodes = network.nodes + int(broken.sum())
    return _assemble(network, (cut.x[row], cut.y[row], edge, cost), (ends, nodes), open_, old)


def _ends(
    network: StreetNetwork, broken: Flags, first: Longs, last: Longs, old: Longs
) -> npt.NDArray[np.int32]:
    """Nodes at both ends of the new edges; a break is a new node."""
    fresh = np.full(len(broken), -1, np.int64)
    fresh[broken] = network.nodes + np.arange(int(broken.sum()))
    ends = network.edge_ends[old].astype(np.int64)
    for side, vertex in ((0, first), (1, last)):
        ends[:, side] = np.where(broken[vertex], fresh[vertex], ends[:, side])
    return ends.astype(np.int32)


def _assemble(
    network: StreetNetwork,
    vertices: tuple[Floats, Floats, Longs, Longs],
    joined: tuple[npt.NDArray[np.int32], int],
    open_: Flags,
    old: Longs,
) -> StreetNetwork:
    (x, y, edge, cost), (ends, nodes) = vertices, joined
    counts = np.bincount(edge, minlength=len(ends))
    first = np.concatenate([[0], np.cumsum(counts)])
    whole = cost[first[1:] - 1]
    arcs = lay_arcs(ends, whole, open_, nodes)
    usable = np.asarray(open_.any(axis=1))
    return replace(
        network,
        asymmetry=measure_asymmetry(ends, whole, cost, open_ | ~usable[:, None], nodes),
        arc_first=frozen(arcs[0]),
        arc_node=frozen(arcs[1]),
        arc_there=frozen(arcs[2]),
        arc_back=frozen(arcs[3]),
        arc_edge=frozen(arcs[4]),
        edge_ends=frozen(ends),
        edge_cost=frozen(whole),
        edge_open=frozen(open_),
        edge_steps=frozen(network.edge_steps[old]),
        edge_part=frozen(network.edge_part[old]),
        vertex_first=frozen(first),
        vertex_x=frozen(x),
        vertex_y=frozen(y),
        vertex_edge=frozen(edge.astype(np.int32)),
        vertex_cost=frozen(np.ascontiguousarray(cost)),
        cells=index_stretches(x, y, edge),
    )
