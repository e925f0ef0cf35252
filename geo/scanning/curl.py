"""Where a point of the paper is in the picture: perspective first, then the curl.

A homography takes out the camera's angle; what is left at the marks, the paper's own waves, is
spread between them by a thin-plate spline (Bookstein 1989). A mark that its neighbours
contradict is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from scipy.interpolate import RBFInterpolator

from geo.draw.fiducials import Mark, SheetCode, mark_places
from geo.errors import PictureUnclear, SheetMismatched

Points = npt.NDArray[np.float64]

_ASTRAY: Final = 9.0
_LONE: Final = 3.5
_SMOOTHING: Final = 0.02
_FEWEST: Final = 4
_COARSEST: Final = 2.2


@dataclass(frozen=True)
class Surface:
    """The paper as it lies in one picture.

    ``marks`` are the middles used, in millimetres of the frame; ``density`` is pixels of the
    picture for one millimetre; ``residual`` how far each mark is from where the others put it,
    millimetres.
    """

    plane: Points
    spline: RBFInterpolator | None
    marks: Points
    density: float
    residual: Points

    def pixels(self, paper: Points) -> Points:
        """Pixels of the picture for millimetres of the frame, both (n, 2)."""
        flat = project(self.plane, paper)
        return flat if self.spline is None else flat + self.spline(paper)


def project(plane: Points, points: Points) -> Points:
    """Points through a homography."""
    return np.asarray(cv2.perspectiveTransform(points.reshape(1, -1, 2), plane), float)[0]


def fit_surface(code: SheetCode, seen: dict[int, Points]) -> Surface:
    """The surface that takes the marks of that sheet to where they were seen.

    Raises
    ------
    SheetMismatched
        The marks are not those of this sheet.
    PictureUnclear
        Less than 2 pixels for a millimetre: a pen's line cannot be told.
    """
    places = mark_places(code.width, code.height)
    known = {number: square for number, square in seen.items() if number in places}
    if len(known) < _FEWEST:
        raise SheetMismatched(sheet=code.sheet)
    density = _density(known, places)
    if density < _COARSEST:
        raise PictureUnclear(reason="small")
    paper = np.array([_corners(places[number]) for number in known])
    pixels = np.array(list(known.values()))
    plane, kept = _perspective(paper, pixels, density)
    if kept.sum() < max(_FEWEST, 0.6 * len(known)):
        raise SheetMismatched(sheet=code.sheet)
    middles = paper[kept].mean(axis=1)
    off = pixels[kept].mean(axis=1) - project(plane, middles)
    return _curled(plane, middles, off, density)


def _density(known: dict[int, Points], places: dict[int, Mark]) -> float:
    """Pixels for a millimetre, by the sides of the marks."""
    sides = [
        float(np.hypot(*(square - np.roll(square, 1, axis=0)).T).mean()) / places[number].side
        for number, square in known.items()
    ]
    return float(np.median(sides))


def _corners(mark: Mark) -> Points:
    west, north, east, south = mark.x, mark.y, mark.x + mark.side, mark.y + mark.side
    return np.array([(west, north), (east, north), (east, south), (west, south)])


def _perspective(
    paper: Points, pixels: Points, density: float
) -> tuple[Points, npt.NDArray[np.bool_]]:
    """The homography of most marks, and which agree with it roughly."""
    found, _ = cv2.findHomography(
        paper.reshape(-1, 2), pixels.reshape(-1, 2), cv2.RANSAC, _ASTRAY * density / 1.5
    )
    plane = np.asarray(found, float)
    if plane.shape != (3, 3):
        return np.eye(3), np.zeros(len(paper), bool)
    off = np.hypot(*(project(plane, paper.mean(axis=1)) - pixels.mean(axis=1)).T)
    return plane, off < _ASTRAY * density


def _curled(plane: Points, middles: Points, off: Points, density: float) -> Surface:
    """The spline through what is left at the marks; the worst liar out, until none is left."""
    while len(middles) > _FEWEST + 1:
        residual = _left_out(middles, off) / density
        worst = int(np.argmax(residual))
        if residual[worst] < max(_LONE, 5.0 * float(np.median(residual))):
            spline = RBFInterpolator(middles, off, smoothing=_SMOOTHING)
            return Surface(plane, spline, middles, density, residual)
        middles = np.delete(middles, worst, axis=0)
        off = np.delete(off, worst, axis=0)
    return Surface(plane, None, middles, density, np.hypot(*off.T) / density)


def _left_out(middles: Points, off: Points) -> Points:
    """How far each mark is from where the spline of all others puts it, pixels."""
    far = np.empty(len(middles))
    for one in range(len(middles)):
        others = np.arange(len(middles)) != one
        spline = RBFInterpolator(middles[others], off[others], smoothing=_SMOOTHING)
        far[one] = np.hypot(*(spline(middles[one][None])[0] - off[one]))
    return far
