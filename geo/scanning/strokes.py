"""Pieces of a pen's line, as the ink shows them, and how each of them ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from geo.scanning.curl import Points
from geo.scanning.flatten import DENSITY
from geo.scanning.inks import Inks, Mask
from geo.scanning.thinning import Bytes, Pixels, cut_paths, thin

_SPECK: Final = 1.2
_SHORTEST: Final = 1.6
_BRIDGED: Final = 1.8
_HOLE: Final = 2.0
_BLUNT: Final = 0.8
_SIGHT: Final = 9.0


@dataclass(frozen=True)
class Piece:
    """A run of ink between its ends or crossings: points in millimetres of the frame.

    ``through``: whether the ink runs straight on beyond its first and its last point, over a
    house where it was cut.
    """

    path: Points
    length: float
    through: tuple[bool, bool] = (False, False)

    def end(self, last: bool) -> Points:
        """The end's place."""
        return self.path[-1] if last else self.path[0]

    def heading(self, last: bool) -> Points:
        """The direction in which the line leaves at that end, of length one."""
        path = self.path[::-1] if last else self.path
        run = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
        skip = _BLUNT if self.length > 3 * _BLUNT else 0.0
        near = path[(run >= skip) & (run <= skip + _SIGHT)]
        if len(near) < 2:
            near = path
        along = np.linalg.svd(near - near.mean(axis=0), full_matrices=False)[2][0]
        outward = along if along @ (near[0] - near[-1]) > 0 else -along
        return np.asarray(outward, float)


def find_pieces(ink: Mask, inks: Inks) -> list[Piece]:
    """The pieces of one pen's ink.

    Parameters
    ----------
    ink
        Pixels of the flat picture that have the pen's colour, without stickers.
    inks
        All of them: where print or another pen lies over a line it is carried on for 1.8 mm.
    """
    whole = _mended(ink, inks.covered)
    pieces = [_piece(path) for path in cut_paths(thin(whole))]
    return [piece for piece in pieces if piece.length >= _SHORTEST]


def _piece(pixels: Pixels) -> Piece:
    path = np.asarray((pixels + 0.5) / DENSITY, np.float64)
    return Piece(path, float(np.hypot(*np.diff(path, axis=0).T).sum()))


def _mended(ink: Mask, covered: Mask) -> Mask:
    """The ink without specks, carried over print, its pinholes filled."""
    side = round(_BRIDGED * DENSITY) | 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    closed = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_CLOSE, disc)
    whole = (ink | ((closed > 0) & covered)).astype(np.uint8)
    whole = np.asarray(cv2.medianBlur(whole, 3), np.uint8)
    holes = _small(1 - whole, _HOLE, 4)
    return ((whole > 0) | holes) & ~_small(whole, _SPECK, 8)


def _small(mask: Bytes, most: float, near: int) -> Mask:
    """The parts of a mask with less than that many square millimetres."""
    _, labels, told, _ = cv2.connectedComponentsWithStats(mask, connectivity=near)
    small = np.asarray(told)[:, cv2.CC_STAT_AREA] < most * DENSITY**2
    small[0] = False
    return small[np.asarray(labels, np.int64)]
