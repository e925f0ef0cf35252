"""Which pieces of ink are one line: carried straight on through crossings, print and stickers.

A line that crosses others, a house number or a mark is seen in pieces. Where an end has no
house near it, the line must go on, and the straightest continuation is taken; where it has
one, it goes on only if it runs through without any bend, for there most lines end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from geo.scanning.curl import Points
from geo.scanning.flatten import DENSITY
from geo.scanning.inks import Mask
from geo.scanning.strokes import Piece

_FARTHEST: Final = 16.0
_OPEN_GAP: Final = 3.5
_STUB: Final = 3.0
_AT_HOUSE: Final = 2.2
_BESIDE: Final = 6.0
_OVER: Final = 2.5
_FREE: Final = 14.0

Ends = npt.NDArray[np.int64]
"""Ends are numbered: piece 0 first, piece 0 last, piece 1 first …"""


@dataclass(frozen=True)
class Chain:
    """Pieces in a row: points in millimetres of the frame, and how doubtful the joints are.

    ``through``: whether at either end the ink runs straight on over the house there.
    """

    path: Points
    doubt: float
    through: bool = False

    @property
    def length(self) -> float:
        """Millimetres along it."""
        return float(np.hypot(*np.diff(self.path, axis=0).T).sum())


@dataclass(frozen=True)
class _Loose:
    """The ends of all pieces: where they are, where they head, whether a house is near."""

    at: Points
    heading: Points
    housed: npt.NDArray[np.bool_]


def join_pieces(
    pieces: Sequence[Piece], anchors: Points, near: float, covered: Mask
) -> list[Chain]:
    """The lines of one pen.

    Parameters
    ----------
    anchors
        Houses, and stickers on them, in millimetres of the frame, (n, 2).
    near
        Millimetres around an anchor in which lines end.
    covered
        Pixels of the flat picture with any ink: a gap over them is no gap.
    """
    if not pieces:
        return []
    tree = cKDTree(anchors) if len(anchors) else None
    ends = _ends(pieces, tree, near)
    pairs, cost = _costs(pieces, ends, covered)
    clear = _passing(ends.at[pairs], tree)
    pairs, cost = pairs[clear], cost[clear]
    partner, doubt = _matched(pairs, cost, ends.housed)
    return _chained(pieces, partner, doubt)


def _ends(pieces: Sequence[Piece], tree: cKDTree | None, near: float) -> _Loose:
    at = np.array([piece.end(last) for piece in pieces for last in (False, True)])
    heading = np.array([piece.heading(last) for piece in pieces for last in (False, True)])
    far = np.full(len(at), np.inf) if tree is None else np.asarray(tree.query(at)[0])
    return _Loose(at, heading, far <= near)


def _costs(
    pieces: Sequence[Piece], ends: _Loose, covered: Mask
) -> tuple[Ends, npt.NDArray[np.float64]]:
    """Pairs of ends that may be one line, and what speaks against each."""
    pairs = cKDTree(ends.at).query_pairs(_FARTHEST, output_type="ndarray")
    pairs = pairs[pairs[:, 0] // 2 != pairs[:, 1] // 2]
    if not len(pairs):
        return pairs, np.empty(0)
    first, second = pairs.T
    across = ends.at[second] - ends.at[first]
    gap = np.hypot(*across.T)
    turn = _angle(ends.heading[first], -ends.heading[second])
    beside = (_aside(ends.heading[first], across) + _aside(ends.heading[second], across)) / 2
    ahead = np.minimum(
        (ends.heading[first] * across).sum(axis=1), -(ends.heading[second] * across).sum(axis=1)
    )
    open_gap = gap * (1.0 - _covered(ends.at[first], ends.at[second], covered))
    cost = (turn / 14.0) ** 2 + (beside / (0.7 + 0.08 * gap)) ** 2
    cost += (gap / 10.0) ** 2 + (open_gap / 2.0) ** 2
    short = np.minimum(*(np.array([p.length for p in pieces])[one // 2] for one in (first, second)))
    cost += np.where(short < _STUB, 1.0, 0.0)
    possible = (ahead > -2.0) & (open_gap <= _OPEN_GAP) & (turn < 75.0)
    return pairs[possible], cost[possible]


def _passing(gaps: Points, tree: cKDTree | None) -> npt.NDArray[np.bool_]:
    """Whether the way between two ends, (n, 2, 2), keeps clear of every house."""
    if tree is None or not len(gaps):
        return np.ones(len(gaps), bool)
    t = np.linspace(0.0, 1.0, 9)[:, None, None]
    way = gaps[:, 0] + t * (gaps[:, 1] - gaps[:, 0])
    return np.asarray(tree.query(way)[0]).min(axis=0) > _OVER


def _angle(one: Points, other: Points) -> npt.NDArray[np.float64]:
    """Degrees between directions."""
    return np.degrees(np.arccos(np.clip((one * other).sum(axis=1), -1.0, 1.0)))


def _aside(heading: Points, across: Points) -> npt.NDArray[np.float64]:
    """How far a point lies beside the line of a heading."""
    return np.abs(heading[:, 0] * across[:, 1] - heading[:, 1] * across[:, 0])


def _covered(start: Points, end: Points, covered: Mask) -> npt.NDArray[np.float64]:
    """The share of the way between two ends that lies on any ink."""
    t = np.linspace(0.0, 1.0, 25)[:, None, None]
    way = np.rint((start + t * (end - start)) * DENSITY).astype(int)
    high, wide = covered.shape
    x, y = way[..., 0].clip(0, wide - 1), way[..., 1].clip(0, high - 1)
    return covered[y, x].mean(axis=0)


def _matched(
    pairs: Ends, cost: npt.NDArray[np.float64], housed: npt.NDArray[np.bool_]
) -> tuple[dict[int, int], dict[int, float]]:
    """Each end with at most one other, the cheapest first; and what the joint costs."""
    partner: dict[int, int] = {}
    doubt: dict[int, float] = {}
    limits = np.array([_FREE, _BESIDE, _AT_HOUSE])
    limit = limits[housed[pairs].sum(axis=1)] if len(pairs) else np.empty(0)
    group = list(range(len(housed) // 2))
    for turn in np.argsort(cost):
        one, other = (int(end) for end in pairs[turn])
        if cost[turn] >= limit[turn] or one in partner or other in partner:
            continue
        roots = _root(group, one // 2), _root(group, other // 2)
        if roots[0] == roots[1]:
            continue
        group[roots[0]] = roots[1]
        partner[one], partner[other] = other, one
        doubt[one] = doubt[other] = float(cost[turn])
    return partner, doubt


def _root(group: list[int], one: int) -> int:
    while group[one] != one:
        group[one] = group[group[one]]
        one = group[one]
    return one


def _chained(
    pieces: Sequence[Piece], partner: dict[int, int], doubt: dict[int, float]
) -> list[Chain]:
    """The pieces strung together along their joints."""
    chains: list[Chain] = []
    done: set[int] = set()
    for start in range(2 * len(pieces)):
        if start in partner or start // 2 in done:
            continue
        parts, worst, end = list[Points](), 0.0, start
        through = pieces[start // 2].through[start % 2]
        while True:
            done.add(end // 2)
            path = pieces[end // 2].path
            parts.append(path[::-1] if end % 2 else path)
            leaving = end ^ 1
            if leaving not in partner:
                break
            worst = max(worst, doubt[leaving])
            end = partner[leaving]
        through |= pieces[end // 2].through[1 - end % 2]
        chains.append(Chain(np.concatenate(parts), worst, through))
    return chains
