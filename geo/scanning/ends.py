"""Which house an end of a line, or a sticker, is meant for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from geo.draw.pens import DIAMETER
from geo.scanning.curl import Points
from geo.scanning.stickers import Disc

REACH: Final = 7.0
"""Millimetres from a house within which an end may be meant for it."""

_MEANT: Final = 4.5

APART: Final = 2.5
"""Two houses whose distances from an end differ by less are not told apart: no pen is so exact."""


@dataclass(frozen=True)
class Candidate:
    """A house and how far from it the pen was, millimetres."""

    house: str
    far: float


@dataclass(frozen=True)
class End:
    """The houses that an end may be meant for, nearest first; none: it ends in the open."""

    candidates: tuple[Candidate, ...]

    @property
    def house(self) -> str | None:
        """The nearest one."""
        return self.candidates[0].house if self.candidates else None

    @property
    def sure(self) -> bool:
        """Whether no second house is about as near."""
        return bool(self.candidates) and (
            len(self.candidates) == 1 or self.candidates[1].far - self.candidates[0].far >= APART
        )


@dataclass(frozen=True)
class Street:
    """The houses of a sheet: their ids and where they stand, millimetres of the frame."""

    ids: Sequence[str]
    spots: Points
    discs: Sequence[Disc] = ()

    @property
    def anchors(self) -> Points:
        """Where lines end: houses, and stickers that hide one."""
        middles = np.array([(disc.x, disc.y) for disc in self.discs]).reshape(-1, 2)
        if not len(middles) or not len(self.spots):
            return self.spots
        far = cKDTree(self.spots).query(middles)[0]
        return np.concatenate([self.spots, middles[far <= REACH]])

    def end_at(self, point: Points, onward: Points | None = None) -> End:
        """The houses that a point may be meant for.

        Parameters
        ----------
        point
            Millimetres of the frame. On a sticker its middle counts as well.
        onward
            Where the line may have gone on under other ink, (n, 2); looked at only if no
            house is near the point.
        """
        if not len(self.spots):
            return End(())
        far = self._far(point)
        if onward is not None and len(onward) and far.min() > _MEANT:
            far = np.min([far, *(self._far(step) for step in onward)], axis=0)
        order = [int(one) for one in np.argsort(far)[:4]]
        return End(tuple(Candidate(self.ids[n], float(far[n])) for n in order if far[n] <= REACH))

    def _far(self, point: Points) -> Points:
        """How far each house is from a point, or from the middle of the sticker there."""
        far = np.hypot(*(self.spots - point).T)
        for disc in self.discs:
            if np.hypot(disc.x - point[0], disc.y - point[1]) <= DIAMETER / 2 + 1.5:
                far = np.minimum(far, np.hypot(*(self.spots - (disc.x, disc.y)).T))
        return far
