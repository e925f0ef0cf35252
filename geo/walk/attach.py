"""Points put on the streets: the nearest place along an edge, and the walk to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeVar

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.crs import require_geographic
from geo.units import Metres
from geo.walk.cells import nearest_stretches
from geo.walk.labels import CLOSED, Spots, Stops, label
from geo.walk.network import StreetNetwork, frozen

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]

_T = TypeVar("_T", bound=np.generic)

ISLET: Final[Metres] = 1000.0
"""A part of the network with less street than this is an islet, most often a drawing fault."""

ISLET_REACH: Final[Metres] = 100.0
"""A point beside an islet goes to the mainland instead when that is at most this much farther."""

CLOSED_REACH: Final[Metres] = 10.0
"""A point beside closed steps goes to an open street when that is at most this much farther.

That is a house at the corner; one up the stairs must not be reached straight down the slope.
"""


@dataclass(frozen=True)
class Attached:
    """Points on the streets of one network.

    Attributes
    ----------
    spots
        For the kernels.
    part
        Connected part of the network; -1 where the point has no position.
    metres_off
        Straight line between the point and its street; NaN without a position.
    """

    network: StreetNetwork
    spots: Spots
    part: Ints
    metres_off: Floats

    def __len__(self) -> int:
        return len(self.part)

    def stops(self) -> Stops:
        """The same points ordered by node and by edge, to be met by a search."""
        placed = np.flatnonzero(self.spots.edge >= 0)
        node = self.spots.ends[placed].ravel()
        order = np.argsort(node, kind="stable")
        edge = self.spots.edge[placed]
        return Stops(
            first=_offsets(node, self.network.nodes),
            point=frozen(np.repeat(placed, 2)[order].astype(np.int32)),
            arrive=frozen(self.spots.arrive[placed].ravel()[order]),
            leave=frozen(self.spots.leave[placed].ravel()[order]),
            edge_first=_offsets(edge, self.network.edges),
            edge_point=frozen(placed[np.argsort(edge, kind="stable")].astype(np.int32)),
        )

    def only(self, rows: npt.NDArray[np.int64] | slice) -> Attached:
        """Some of the points."""
        return Attached(self.network, self.select(rows), self.part[rows], self.metres_off[rows])

    def select(self, rows: npt.NDArray[np.int64] | slice) -> Spots:
        """The spots of some of the points."""
        spots = self.spots
        return Spots(
            edge=_pick(spots.edge, rows),
            ends=_pick(spots.ends, rows),
            arrive=_pick(spots.arrive, rows),
            leave=_pick(spots.leave, rows),
            along=_pick(spots.along, rows),
            off=_pick(spots.off, rows),
            open=_pick(spots.open, rows),
        )


def _pick(column: npt.NDArray[_T], rows: npt.NDArray[np.int64] | slice) -> npt.NDArray[_T]:
    return frozen(np.ascontiguousarray(column[rows]))


def _offsets(group: Ints, groups: int) -> Ints:
    first = np.zeros(groups + 1, np.int32)
    np.cumsum(np.bincount(group, minlength=groups), out=first[1:])
    return frozen(first)


def attach(layer: gpd.GeoDataFrame, network: StreetNetwork) -> Attached:
    """Put the points of a layer on the streets.

    Parameters
    ----------
    layer
        Points in longitude/latitude; a null geometry stays without a position.
    network
        The streets. Where the nearest one belongs to an islet (see `ISLET`), the mainland
        is taken if it is no more than `ISLET_REACH` farther; where it is closed both ways (steps
        in `StreetNetwork.without_steps`), an open one no more than `CLOSED_REACH` farther.
    """
    require_geographic(layer, "The layer")
    points = layer.geometry.to_numpy()
    x, y = network.from_lonlat.transform(shapely.get_x(points), shapely.get_y(points))
    return attach_plane(np.asarray(x, np.float64), np.asarray(y, np.float64), network)


def attach_plane(x: Floats, y: Floats, network: StreetNetwork) -> Attached:
    """Put points given in the network's plane (metres, NaN = no position) on the streets."""
    stretch, share, away = _nearest(x, y, network)
    placed = stretch >= 0
    at = np.where(placed, stretch, 0)
    edge = network.vertex_edge[at]
    low, high = network.vertex_cost[at], network.vertex_cost[at + 1]
    along = _between(low, high, share)
    whole = network.edge_cost[edge]
    metres = np.where(placed, away, 0.0)
    off = label(np.rint(metres / network.pace * 60_000.0), np.rint(metres * 1000.0))
    open_ = network.edge_open[edge]
    there, back = open_[:, 0], open_[:, 1]
    arrive = np.column_stack(
        [
            np.where(there, along[:, 0] + off, CLOSED),
            np.where(back, whole[:, 1] - along[:, 1] + off, CLOSED),
        ]
    )
    leave = np.column_stack(
        [
            np.where(back, along[:, 1] + off, CLOSED),
            np.where(there, whole[:, 0] - along[:, 0] + off, CLOSED),
        ]
    )
    spots = Spots(
        edge=frozen(np.where(placed, edge, -1).astype(np.int32)),
        ends=frozen(network.edge_ends[edge]),
        arrive=frozen(arrive),
        leave=frozen(leave),
        along=frozen(along),
        off=frozen(off),
        open=frozen(open_),
    )
    part = np.where(placed, network.edge_part[edge], -1).astype(np.int32)
    return Attached(network, spots, part, np.where(placed, away, np.nan))


def _between(low: Longs, high: Longs, share: Floats) -> Longs:
    """Labels at a share of the way between two vertices."""
    step = (high >> 32) - (low >> 32), (high & (2**32 - 1)) - (low & (2**32 - 1))
    gone = [np.rint(part * share[:, None]).astype(np.int64) for part in step]
    return low + (gone[0] << 32) + gone[1]


def _nearest(x: Floats, y: Floats, network: StreetNetwork) -> tuple[Ints, Floats, Floats]:
    found = _search(x, y, network, np.ones(len(network.vertex_x), bool))
    islets = network.part_metres < ISLET
    islets[0] = False
    mainland = ~islets[network.edge_part[network.vertex_edge]]
    _prefer(found, x, y, network, mainland, ISLET_REACH)
    _prefer(found, x, y, network, mainland & network.open_vertices, CLOSED_REACH)
    return found


def _prefer(
    found: tuple[Ints, Floats, Floats],
    x: Floats,
    y: Floats,
    network: StreetNetwork,
    better: npt.NDArray[np.bool_],
    farther: Metres,
) -> None:
    """Move points that found no better stretch to one at most so much farther, in place."""
    rows = np.flatnonzero((found[0] >= 0) & ~better[found[0]])
    if not len(rows):
        return
    other = _search(x[rows], y[rows], network, better)
    move = (other[0] >= 0) & (other[2] <= found[2][rows] + farther)
    for old, new in zip(found, other, strict=True):
        old[rows[move]] = new[move]


def _search(
    x: Floats, y: Floats, network: StreetNetwork, use: npt.NDArray[np.bool_]
) -> tuple[Ints, Floats, Floats]:
    cells = network.cells
    return nearest_stretches(
        x, y, network.vertex_x, network.vertex_y, use, (cells.west, cells.south, cells.side),
        (cells.columns, cells.rows), cells.first, cells.stretch,
    )  # fmt: skip
