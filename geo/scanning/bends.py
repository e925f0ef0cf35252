"""Where a line bends at a house, or runs over it, it is two lines that meet there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from geo.scanning.curl import Points
from geo.scanning.strokes import Piece

_REACH: Final = 13.0
_BLIND: Final = 1.0
_AT_HOUSE: Final = 14.0
_ANYWHERE: Final = 55.0
_OVER: Final = 2.5
_STEP: Final = 0.4


def cut_bends(pieces: Iterable[Piece], anchors: Points, near: float) -> list[Piece]:
    """The pieces, cut where a line ends: over a house, or at a bend.

    People draw around a house that a line is not meant for; what runs over one (2.5 mm from its
    middle) ends there, and where it does so straight on that is noted. Within ``near`` a bend
    of 14 degrees is enough, elsewhere 55.
    """
    tree = cKDTree(anchors) if len(anchors) else None
    return [part for piece in pieces for part in _cut(piece, tree, near)]


def _cut(piece: Piece, tree: cKDTree | None, near: float) -> Iterator[Piece]:
    path, run = _even(piece.path)
    turn = _turns(path)
    limit = np.full(len(path), _ANYWHERE)
    over = list[int]()
    if tree is not None:
        far = np.asarray(tree.query(path)[0])
        limit[far <= near] = _AT_HOUSE
        over = _lowest(far)
    cuts = [0, *sorted({*_peaks(turn, limit), *over}), len(path) - 1]
    straight = [at in over and bool(turn[at] < _AT_HOUSE) for at in cuts]
    for start, end, before, after in zip(cuts, cuts[1:], straight, straight[1:], strict=False):
        length = float(run[end] - run[start])
        yield Piece(path[start : end + 1], length, (before, after))


def _even(path: Points) -> tuple[Points, Points]:
    """The path with points every 0.4 mm, smoothed, and the way to each of them."""
    run = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    steps = np.linspace(0.0, run[-1], max(int(run[-1] / _STEP), 2))
    even = np.column_stack([np.interp(steps, run, path[:, axis]) for axis in (0, 1)])
    return even, steps


def _turns(path: Points) -> Points:
    """Degrees by which the path turns at each point, seen over 9 mm to either side."""
    reach, blind = round(_REACH / _STEP), round(_BLIND / _STEP)
    turn = np.zeros(len(path))
    for at in range(2 * blind, len(path) - 2 * blind):
        before = path[max(at - reach, 0)] - path[at - blind]
        after = path[min(at + reach, len(path) - 1)] - path[at + blind]
        cosine = -(before @ after) / max(float(np.hypot(*before) * np.hypot(*after)), 1e-9)
        turn[at] = np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))
    return turn


def _peaks(turn: Points, limit: Points) -> list[int]:
    """The sharpest point of each run of points that turn too much."""
    over = np.flatnonzero(turn > limit)
    runs = np.split(over, np.flatnonzero(np.diff(over) > round(_REACH / _STEP / 2)) + 1)
    return [int(run[np.argmax(turn[run])]) for run in runs if len(run)]


def _lowest(far: Points) -> list[int]:
    """Where the path passes over a house, its ends left out."""
    close = np.flatnonzero(far <= _OVER)
    runs = np.split(close, np.flatnonzero(np.diff(close) > 1) + 1)
    margin = round(2 * _OVER / _STEP)
    lowest = [int(run[np.argmin(far[run])]) for run in runs if len(run)]
    return [at for at in lowest if margin <= at < len(far) - margin]
