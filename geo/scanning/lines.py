"""Lines between houses, out of the ink of every pen."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from geo.draw.pens import PENS
from geo.scanning.bends import cut_bends
from geo.scanning.curl import Points
from geo.scanning.ends import Street
from geo.scanning.flatten import DENSITY
from geo.scanning.found import FoundLine
from geo.scanning.inks import Inks, Mask
from geo.scanning.joints import Chain, join_pieces
from geo.scanning.stickers import without_stickers
from geo.scanning.strokes import Piece, find_pieces

NEAR: Final = 5.0
"""Millimetres around a house in which its lines end, for most hands."""

_SHORTEST: Final = 5.0
_OPEN: Final = 12.0
_POINTS: Final = 40
_HIDDEN: Final = 11.0
_BARE: Final = 1.5


def find_lines(inks: Inks, street: Street) -> list[FoundLine]:
    """The lines of every pen, whole ones first, then those that end in the open."""
    found = [
        line
        for colour in PENS
        for chain in _chains(inks, street, colour)
        if (line := _line(chain, street, colour, inks.covered)) is not None
    ]
    return sorted(_once(found), key=lambda line: (not line.whole, -line.confidence))


def _chains(inks: Inks, street: Street, colour: str) -> list[Chain]:
    ink = without_stickers(inks.hues[colour], list(street.discs), colour)
    anchors = street.anchors
    pieces = cut_bends(find_pieces(ink, inks), anchors, NEAR)
    return join_pieces(pieces, anchors, NEAR, inks.covered)


def _line(chain: Chain, street: Street, colour: str, covered: Mask) -> FoundLine | None:
    """A chain as a find; None where it is a speck or a scribble at one house."""
    first, last = (
        street.end_at(path[0], _onward(path, covered)) for path in (chain.path, chain.path[::-1])
    )
    ends = first, last
    step = max(len(chain.path) // _POINTS, 1)
    path = [*chain.path[::step], chain.path[-1]]
    line = FoundLine(
        colour,
        ends,
        tuple((round(float(x), 1), round(float(y), 1)) for x, y in path),
        math.exp(-chain.doubt / 10.0) * (1.0 if all(end.sure for end in ends) else 0.5),
        chain.through,
    )
    if chain.length < (_SHORTEST if line.whole else _OPEN):
        return None
    return None if line.houses[0] == line.houses[1] and line.houses[0] else line


def _onward(path: Points, covered: Mask) -> Points:
    """Where a line may go on beyond its first point: straight, as far as there is other ink."""
    piece = Piece(path, float(np.hypot(*np.diff(path, axis=0).T).sum()))
    way = path[0] + np.arange(0.25, _HIDDEN, 0.25)[:, None] * piece.heading(last=False)
    x, y = np.rint(way * DENSITY).astype(int).T
    high, wide = covered.shape
    under = covered[y.clip(0, high - 1), x.clip(0, wide - 1)]
    bare = np.cumsum(~under) * 0.25
    return way[under & (bare <= _BARE)]


def _once(found: list[FoundLine]) -> Iterator[FoundLine]:
    """Of several lines of one pen between the same houses the most trusted one."""
    best: dict[object, FoundLine] = {}
    for line in found:
        if line.key is None:
            yield line
        elif line.key not in best or best[line.key].confidence < line.confidence:
            best[line.key] = line
    yield from best.values()
