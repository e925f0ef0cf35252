"""Which pixels of the flat picture are which ink: pens and stickers by hue, print by darkness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from geo.scanning.picture import Image

Mask = npt.NDArray[np.bool_]

HUES: Final[dict[str, tuple[float, float]]] = {
    "red": (322.0, 26.0),
    "yellow": (26.0, 82.0),
    "green": (82.0, 184.0),
    "blue": (184.0, 252.0),
    "purple": (252.0, 322.0),
}
"""Degrees on the circle of hues, from and to; yellow is for stickers only."""

_COLOURED: Final = 40
_DARK: Final = 120
_PAPER: Final = 205


@dataclass(frozen=True)
class Inks:
    """Masks of the flat picture: each hue, anything printed or drawn, and bare paper."""

    hues: dict[str, Mask]
    covered: Mask
    paper: Mask


def find_inks(picture: Image) -> Inks:
    """The inks of a flat, whitened picture.

    What differs in its three colours by a sixth of white is drawn; the sheet itself is printed
    in black and grey only.
    """
    soft = cv2.GaussianBlur(picture, (3, 3), 0)
    blue, green, red = cv2.split(soft)
    most, least = cv2.max(cv2.max(blue, green), red), cv2.min(cv2.min(blue, green), red)
    drawn = cv2.subtract(most, least) > _COLOURED
    hue = np.asarray(cv2.cvtColor(soft, cv2.COLOR_BGR2HSV)[..., 0], np.int16) * 2
    hues = {name: drawn & _between(hue, *ends) for name, ends in HUES.items()}
    return Inks(hues, drawn | (most < _DARK), ~drawn & (least > _PAPER))


def _between(hue: npt.NDArray[np.int16], start: float, end: float) -> Mask:
    if start < end:
        return (hue >= start) & (hue < end)
    return (hue >= start) | (hue < end)
