"""Round stickers: discs of 8 mm that leave no paper white."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from geo.draw.pens import DIAMETER, STICKERS
from geo.scanning.flatten import DENSITY
from geo.scanning.inks import Inks, Mask

_HALF: Final = 2
_CORE: Final = 0.46 * DIAMETER
_LEAST: Final = 0.6
_GAPS: Final = 0.05

Shares = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Disc:
    """A sticker: its colour, its middle in millimetres of the frame, how much of it is seen."""

    colour: str
    x: float
    y: float
    share: float


def find_stickers(inks: Inks) -> list[Disc]:
    """The stickers of every colour, also where a pen crosses one or another one overlaps it."""
    paper = _share(_halved(inks.paper))
    return [
        disc
        for colour in STICKERS
        for disc in _of_colour(colour, _halved(inks.hues[colour]), paper)
    ]


def without_stickers(mask: Mask, discs: list[Disc], colour: str) -> Mask:
    """The pen's ink of that colour: what is not a sticker of the same hue."""
    left = mask.astype(np.uint8)
    for disc in discs:
        if disc.colour == colour:
            at = round(disc.x * DENSITY), round(disc.y * DENSITY)
            cv2.circle(left, at, round((DIAMETER / 2 + 0.5) * DENSITY), 0, -1)
    return left > 0


def _halved(mask: Mask) -> Shares:
    """The mask at half the resolution: the share of each pixel that is set."""
    size = -(-mask.shape[1] // _HALF), -(-mask.shape[0] // _HALF)
    small = cv2.resize(mask.astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32) / np.float32(255)


def _kernel() -> Shares:
    radius = _CORE * DENSITY / _HALF
    reach = int(radius) + 1
    ys, xs = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disc = (np.hypot(xs, ys) <= radius).astype(np.float32)
    return np.asarray(disc / disc.sum(), np.float32)


def _share(mask: Shares) -> Shares:
    """For each pixel the share of a disc around it that is set."""
    return np.asarray(cv2.filter2D(mask, cv2.CV_32F, _kernel()), np.float32)


def _of_colour(colour: str, ink: Shares, paper: Shares) -> list[Disc]:
    """The fullest disc, then the fullest of what is left, and so on."""
    left, found = ink.copy(), list[Disc]()
    share = _share(left)
    bare = paper > _GAPS
    score = np.where(bare, np.float32(0), share)
    reach = round(DIAMETER * DENSITY / _HALF) + 4
    while True:
        _, most, _, (x, y) = cv2.minMaxLoc(score)
        if most < _LEAST:
            return found
        u, v = _middle(left, x, y)
        found.append(Disc(colour, u * _HALF / DENSITY, v * _HALF / DENSITY, float(most)))
        cv2.circle(left, (round(u), round(v)), round((DIAMETER / 2 + 0.6) * DENSITY / _HALF), 0, -1)
        score[y, x] = 0
        west, north = max(x - 2 * reach, 0), max(y - 2 * reach, 0)
        window = np.s_[north : y + 2 * reach, west : x + 2 * reach]
        fresh = np.where(bare[window], np.float32(0), _share(left[window]))
        score[window] = np.minimum(score[window], fresh)


def _middle(ink: Shares, x: int, y: int) -> tuple[float, float]:
    """The middle of the ink around a pixel."""
    reach = round(DIAMETER / 2 * DENSITY / _HALF)
    west, north = max(x - reach, 0), max(y - reach, 0)
    near = ink[north : y + reach + 1, west : x + reach + 1]
    ys, xs = np.nonzero(near > 0.5)
    return (west + float(xs.mean()), north + float(ys.mean())) if len(xs) else (float(x), float(y))
