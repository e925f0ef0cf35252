"""What a search counts in, and what it is given.

A *label* is one int64: milliseconds in the upper 32 bits, millimetres in the lower.
Adding labels adds both, comparing them compares time first and length second, so a
search is exact, has no ties left to chance and is the same to the last bit run after run.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

NEVER: Final = np.int64(2**63 - 1)
"""Label of what was not reached."""

CLOSED: Final = np.int64(-1)
"""Cost of what may not be walked."""

_SHIFT: Final = 32
_MILLIMETRES: Final = np.int64(2**32 - 1)

Labels = npt.NDArray[np.int64]
Indices = npt.NDArray[np.int32]


class Graph(NamedTuple):
    """Arcs by node: those of node ``u`` are ``first[u]`` to ``first[u + 1]``."""

    first: Indices
    node: Indices
    there: Labels
    """Cost of walking from the node to the arc's node; CLOSED where one may not."""
    back: Labels
    """Cost of walking from the arc's node to the node."""


class Stops(NamedTuple):
    """Points on the streets, once at each end of their edge, ordered by node and by edge."""

    first: Indices
    """Stops of node ``u``: ``first[u]`` to ``first[u + 1]``; shape (nodes + 1,)."""
    point: Indices
    arrive: Labels
    """Cost from the node to the point, the walk off the street included."""
    leave: Labels
    """Cost from the point to the node."""
    edge_first: Indices
    """Points of edge ``e``: ``edge_first[e]`` to ``edge_first[e + 1]``; shape (edges + 1,)."""
    edge_point: Indices


class Spots(NamedTuple):
    """Points on the streets, one entry each; shape (points,)."""

    edge: Indices
    """-1 where the point has no position."""
    ends: Indices
    """Nodes at the tail and the head of the edge; shape (points, 2)."""
    arrive: Labels
    """Cost from tail and from head to the point; shape (points, 2)."""
    leave: Labels
    """Cost from the point to tail and to head; shape (points, 2)."""
    along: Labels
    """Cost along the edge from its tail (there), and to its tail (back); shape (points, 2)."""
    off: Labels
    """Cost of the walk between the point and the street."""
    open: npt.NDArray[np.bool_]
    """Whether the edge may be walked there, and back; shape (points, 2)."""


def label(milliseconds: npt.ArrayLike, millimetres: npt.ArrayLike) -> Labels:
    """Pack times and lengths; both at or above 0 and below 2**31.

    >>> int(label(1, 0)) == 2**32
    True
    """
    time = np.asarray(milliseconds, np.int64)
    return (time << _SHIFT) | np.asarray(millimetres, np.int64)


def milliseconds(labels: npt.ArrayLike) -> Labels:
    """The time in labels.

    >>> int(milliseconds(label(90_000, 120_000)))
    90000
    """
    return np.asarray(labels, np.int64) >> _SHIFT


def millimetres(labels: npt.ArrayLike) -> Labels:
    """The length in labels.

    >>> int(millimetres(label(90_000, 120_000)))
    120000
    """
    return np.asarray(labels, np.int64) & _MILLIMETRES
