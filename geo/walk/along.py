"""Places along streets: a *place* is a vertex and the share of the way to the next one.

Place 7.25 is a quarter of the way from vertex 7 to vertex 8. Costs, lengths and
coordinates are linear between two vertices, so a place says all of them.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.walk.labels import millimetres
from geo.walk.network import StreetNetwork

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]


def coordinates(network: StreetNetwork, place: Floats) -> Floats:
    """Coordinates in the network's plane, shape (n, 2)."""
    x = between(np.asarray(network.vertex_x), place)
    return np.column_stack([x, between(np.asarray(network.vertex_y), place)])


def metres_gone(network: StreetNetwork, place: Floats) -> Floats:
    """Metres along the edge from its tail."""
    return between(millimetres(network.vertex_cost[:, 0]) / 1000.0, place)


def between(values: Floats, place: Floats) -> Floats:
    """Values of vertices at places between them."""
    vertex = np.floor(place).astype(np.int64)
    share = place - vertex
    after = np.minimum(vertex + 1, len(values) - 1)
    return np.where(share > 0, values[vertex] + share * (values[after] - values[vertex]),
                    values[vertex])  # fmt: skip


def place_of_share(network: StreetNetwork, edge: Longs, share: Floats) -> Floats:
    """The places at a share of the length of edges in the plane."""
    step = np.hypot(*(np.diff(column, prepend=column[:1]) for column in _plane(network)))
    first = np.asarray(network.vertex_first[:-1], np.int64)
    last = np.asarray(network.vertex_first[1:], np.int64) - 1
    step[first] = 0.0
    gone = np.cumsum(step)
    wanted = gone[first[edge]] + share * (gone[last[edge]] - gone[first[edge]])
    after = np.clip(np.searchsorted(gone, wanted), first[edge] + 1, last[edge])
    length = gone[after] - gone[after - 1]
    part = np.where(length > 0, (wanted - gone[after - 1]) / np.where(length > 0, length, 1), 0.0)
    return (after - 1 + np.clip(part, 0.0, 1.0)).astype(np.float64)


def _plane(network: StreetNetwork) -> tuple[Floats, Floats]:
    return np.asarray(network.vertex_x), np.asarray(network.vertex_y)


def cut_lines(network: StreetNetwork, low: Floats, high: Floats) -> tuple[Floats, Longs]:
    """The parts of streets between two places of one edge each, ``low`` below ``high``.

    Returns
    -------
    Coordinates in the plane, shape (n, 2), and the part each belongs to, ascending: as
    `shapely.linestrings` takes them.
    """
    start = np.floor(low).astype(np.int64) + 1
    stop = np.ceil(high).astype(np.int64)
    many = np.maximum(stop - start, 0) + 2
    part = np.repeat(np.arange(len(low)), many)
    first = np.cumsum(many) - many
    place = np.repeat(start - 1, many) + (np.arange(len(part)) - np.repeat(first, many))
    places = place.astype(np.float64)
    places[first] = low
    places[first + many - 1] = high
    return coordinates(network, places), part
