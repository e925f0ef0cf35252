"""From lines to network: only junctions stay nodes, and no distance changes.

A vertex stays a node where other than two stretches meet, where steps begin or end,
and where a direction closes. Everything between two nodes becomes one edge that keeps
its vertices, so a point anywhere along it is still measured from where it stands.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit
from pyproj import CRS
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geo.crs import plane_crs, to_plane
from geo.errors import NetworkEmpty
from geo.units import FLAT_PACE, MetresPerMinute
from geo.walk.asymmetry import measure_asymmetry
from geo.walk.cells import index_stretches
from geo.walk.labels import CLOSED, label
from geo.walk.network import StreetLines, StreetNetwork, frozen, plane_epsg
from geo.walk.slope import require_pace, stretch_milliseconds

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]

_LONGEST: Final = 25.0
"""Metres between vertices at most where elevation is sampled."""


class _Chains(NamedTuple):
    """Stretches in walking order: those of edge ``i`` are ``first[i]`` to ``first[i + 1]``."""

    first: Longs
    line: Longs
    turned: Flags
    """True where the stretch is walked from its head to its tail."""


def build_network(
    lines: StreetLines, *, pace: MetresPerMinute = FLAT_PACE, source: str = "The street layer"
) -> StreetNetwork:
    """Simplify lines to a network without changing any distance.

    Parameters
    ----------
    lines
        Streets before simplification.
    pace
        Metres a minute on flat ground.
    source
        Named in the sentence when there is nothing to walk on.

    Raises
    ------
    NetworkEmpty
        No stretch that may be walked in either direction.
    """
    require_pace(pace)
    lines = _walkable(lines, source)
    chains = _chain(lines)
    x, y = _plane_points(lines)
    cost, passable = _line_costs(lines, pace)
    vertices = _chain_vertices(lines, chains)
    edge_of = np.repeat(np.arange(len(chains.first) - 1), np.diff(chains.first) + 1)
    along = _along(lines, chains, cost)
    ends = np.column_stack([vertices[_starts(chains)], vertices[_stops(chains)]])
    keep, ends = np.unique(ends, return_inverse=True)
    order = _near_first(x[keep], y[keep])
    ends = order[ends.reshape(-1, 2)].astype(np.int32)
    whole = along[_stops(chains)]
    open_ = passable[chains.line[chains.first[:-1]]]
    open_ = np.where(chains.turned[chains.first[:-1], None], open_[:, ::-1], open_)
    part, part_metres = _parts(ends, len(keep), whole)
    arcs = lay_arcs(ends, whole, open_, len(keep))
    plane = plane_epsg(_plane(lines))
    return StreetNetwork(
        plane=plane,
        pace=float(pace),
        asymmetry=measure_asymmetry(ends, whole, along, open_, len(keep)),
        arc_first=frozen(arcs[0]),
        arc_node=frozen(arcs[1]),
        arc_there=frozen(arcs[2]),
        arc_back=frozen(arcs[3]),
        arc_edge=frozen(arcs[4]),
        edge_ends=frozen(ends),
        edge_cost=frozen(whole),
        edge_open=frozen(open_),
        edge_steps=frozen(lines.steps[chains.line[chains.first[:-1]]]),
        edge_part=frozen(part),
        part_metres=frozen(part_metres),
        vertex_first=frozen(np.concatenate([_starts(chains), [len(vertices)]])),
        vertex_x=frozen(x[vertices]),
        vertex_y=frozen(y[vertices]),
        vertex_edge=frozen(edge_of.astype(np.int32)),
        vertex_cost=frozen(along),
        cells=index_stretches(x[vertices], y[vertices], edge_of),
    )


def densify(lines: StreetLines, longest: float = _LONGEST) -> StreetLines:
    """Cut stretches longer than ``longest`` metres into equal pieces, so that a raster shows.

    Elevations of the new vertices are NaN.
    """
    pieces = np.maximum(1, np.ceil(lines.metres / longest)).astype(np.int64)
    if (pieces == 1).all():
        return lines
    line = np.repeat(np.arange(len(pieces)), pieces)
    step = np.arange(len(line)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    share = (step / pieces[line])[step > 0]
    cut = line[step > 0]
    fresh = np.full(len(line), -1, np.int64)
    fresh[step > 0] = len(lines.lon) + np.arange(len(cut))
    tail = np.where(step == 0, lines.tail[line], fresh)
    last = step == pieces[line] - 1
    head = np.where(last, lines.head[line], np.roll(fresh, -1))

    def between(values: Floats) -> Floats:
        start, end = values[lines.tail[cut]], values[lines.head[cut]]
        return np.concatenate([values, start + (end - start) * share])

    return StreetLines(
        lon=between(lines.lon),
        lat=between(lines.lat),
        elevation=np.concatenate([lines.elevation, np.full(len(cut), np.nan)]),
        tail=tail,
        head=head,
        metres=lines.metres[line] / pieces[line],
        steps=lines.steps[line],
        there=lines.there[line],
        back=lines.back[line],
        level=None if lines.level is None else lines.level[line],
    )


def _walkable(lines: StreetLines, source: str) -> StreetLines:
    """Without stretches closed both ways, of no length onto themselves, or nowhere."""
    placed = np.isfinite(lines.lon) & np.isfinite(lines.lat)
    use = (lines.there | lines.back) & placed[lines.tail] & placed[lines.head]
    use &= (lines.tail != lines.head) | (lines.metres > 0)
    if not use.any():
        raise NetworkEmpty(source=source)
    return StreetLines(
        lines.lon, lines.lat, lines.elevation,
        lines.tail[use], lines.head[use], lines.metres[use],
        lines.steps[use], lines.there[use], lines.back[use],
        None if lines.level is None else lines.level[use],
    )  # fmt: skip


def line_milliseconds(lines: StreetLines, pace: MetresPerMinute) -> tuple[Floats, Floats]:
    """Time along every stretch from tail to head and from head to tail, shape (m,) each."""
    rise = lines.elevation[lines.head] - lines.elevation[lines.tail]
    if lines.level is not None:
        rise = np.where(lines.level, np.nan, rise)
    return stretch_milliseconds(lines.metres, rise, lines.steps, pace)


def _line_costs(lines: StreetLines, pace: MetresPerMinute) -> tuple[Floats, Flags]:
    there, back = line_milliseconds(lines, pace)
    return np.column_stack([there, back]), np.column_stack([lines.there, lines.back])


def _plane(lines: StreetLines) -> CRS:
    used = np.concatenate([lines.tail, lines.head])
    lon, lat = lines.lon[used], lines.lat[used]
    return plane_crs((lon.min() + lon.max()) / 2, (lat.min() + lat.max()) / 2)


def _plane_points(lines: StreetLines) -> tuple[Floats, Floats]:
    return to_plane(_plane(lines)).transform(lines.lon, lines.lat)


def _chain(lines: StreetLines) -> _Chains:
    """Walk from node to node; a ring without any becomes one edge from its first vertex."""
    size = len(lines.lon)
    ends = np.concatenate([lines.tail, lines.head])
    first = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(ends, minlength=size), out=first[1:])
    beside = (np.argsort(ends, kind="stable") % len(lines.tail)).astype(np.int64)
    node = np.diff(first) != 2
    through = np.flatnonzero(~node)
    one, two = beside[first[through]], beside[first[through] + 1]
    node[through] = (lines.steps[one] != lines.steps[two]) | (one == two)
    leaves = np.where(lines.tail[one] == through, lines.there[one], lines.back[one])
    enters = np.where(lines.tail[two] == through, lines.back[two], lines.there[two])
    returns = np.where(lines.tail[one] == through, lines.back[one], lines.there[one])
    goes_on = np.where(lines.tail[two] == through, lines.there[two], lines.back[two])
    node[through] |= (leaves != enters) | (returns != goes_on)
    return _Chains(*_walk_chains(lines.tail, lines.head, first, beside, node))


@njit(cache=True, nogil=True)
def _walk_chains(
    tail: Longs, head: Longs, first: Longs, beside: Longs, node: Flags
) -> tuple[Longs, Longs, Flags]:
    many = tail.size
    done = np.zeros(many, np.bool_)
    starts = np.empty(many + 1, np.int64)
    line = np.empty(many, np.int64)
    turned = np.empty(many, np.bool_)
    edges = 0
    used = 0
    for rings in range(2):
        for vertex in range(node.size):
            if not node[vertex] and rings == 0:
                continue
            for at in range(first[vertex], first[vertex + 1]):
                this = beside[at]
                if done[this]:
                    continue
                starts[edges] = used
                edges += 1
                here = vertex
                while True:
                    done[this] = True
                    line[used] = this
                    turned[used] = tail[this] != here
                    used += 1
                    here = head[this] if tail[this] == here else tail[this]
                    if node[here] or here == vertex:
                        break
                    other = beside[first[here]]
                    this = beside[first[here] + 1] if other == this else other
    starts[edges] = used
    return starts[: edges + 1].copy(), line, turned


def _starts(chains: _Chains) -> Longs:
    """Number of each edge's first vertex: one vertex more than stretches per edge."""
    return chains.first[:-1] + np.arange(len(chains.first) - 1)


def _stops(chains: _Chains) -> Longs:
    return chains.first[1:] + np.arange(len(chains.first) - 1)


def _chain_vertices(lines: StreetLines, chains: _Chains) -> Longs:
    begin = np.where(chains.turned, lines.head[chains.line], lines.tail[chains.line])
    end = np.where(chains.turned, lines.tail[chains.line], lines.head[chains.line])
    vertices = np.empty(len(begin) + len(chains.first) - 1, np.int64)
    vertices[_stops(chains)] = end[chains.first[1:] - 1]
    inner = np.ones(len(vertices), bool)
    inner[_stops(chains)] = False
    vertices[inner] = begin
    return vertices


def _along(lines: StreetLines, chains: _Chains, cost: Floats) -> Longs:
    """Labels from each edge's tail to its vertices, and from them back to the tail."""
    ordered = cost[chains.line]
    ordered = np.where(chains.turned[:, None], ordered[:, ::-1], ordered)
    length = lines.metres[chains.line] * 1000.0
    inner = np.ones(len(ordered) + len(chains.first) - 1, bool)
    inner[_starts(chains)] = False

    def from_tail(step: Floats) -> Longs:
        run = np.zeros(len(inner))
        run[inner] = step
        run = np.cumsum(run)
        run -= np.repeat(run[_starts(chains)], np.diff(chains.first) + 1)
        return np.rint(run).astype(np.int64)

    there, back, run = from_tail(ordered[:, 0]), from_tail(ordered[:, 1]), from_tail(length)
    return np.column_stack([label(there, run), label(back, run)])


def _near_first(x: Floats, y: Floats) -> Longs:
    """New number of each node: neighbours in space become neighbours in memory (Z-order)."""
    key = np.zeros(len(x), np.uint64)
    for shift, values in ((0, x), (1, y)):
        spread = np.clip(values - values.min(), 0, 2**31).astype(np.uint64)
        for bit in range(32):
            key |= ((spread >> np.uint64(bit)) & np.uint64(1)) << np.uint64(2 * bit + shift)
    number = np.empty(len(x), np.int64)
    number[np.argsort(key, kind="stable")] = np.arange(len(x))
    return number


def _parts(ends: Ints, nodes: int, whole: Longs) -> tuple[Ints, Floats]:
    joined = csr_array((np.ones(len(ends), bool), (ends[:, 0], ends[:, 1])), shape=(nodes, nodes))
    count, part = connected_components(joined, directed=False)
    of_edge = part[ends[:, 0]]
    metres = np.bincount(of_edge, (whole[:, 0] & (2**32 - 1)) / 1000.0, minlength=count)
    rank = np.argsort(-metres, kind="stable")
    place = np.empty(count, np.int32)
    place[rank] = np.arange(count, dtype=np.int32)
    return place[of_edge], metres[rank].astype(np.float64)


def lay_arcs(
    ends: Ints, whole: Longs, open_: Flags, nodes: int
) -> tuple[Ints, Ints, Longs, Longs, Ints]:
    """Arcs by node, of the edges that lead on.

    Nobody walks through an edge that ends where it starts, or through a dead end: who is
    on one is reached from its other node, or along it. A third of all edges are such.
    """
    dead = np.bincount(ends.ravel(), minlength=nodes) == 1
    edge = np.flatnonzero((ends[:, 0] != ends[:, 1]) & ~dead[ends].any(axis=1))
    cost = np.where(open_, whole, CLOSED)[edge]
    source = np.concatenate([ends[edge, 0], ends[edge, 1]])
    order = np.argsort(source, kind="stable")
    first = np.zeros(nodes + 1, np.int32)
    np.cumsum(np.bincount(source, minlength=nodes), out=first[1:])
    return (
        first,
        np.concatenate([ends[edge, 1], ends[edge, 0]])[order],
        np.concatenate([cost[:, 0], cost[:, 1]])[order],
        np.concatenate([cost[:, 1], cost[:, 0]])[order],
        np.concatenate([edge, edge])[order].astype(np.int32),
    )
