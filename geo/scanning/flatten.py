"""The sheet laid flat: one picture at a fixed resolution, its paper white in any light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from geo.draw.fiducials import SheetCode
from geo.scanning.curl import Surface
from geo.scanning.picture import Image, open_picture

DENSITY: Final = 5.0
"""Pixels of the flat picture for one millimetre of paper (127 dpi): the thinnest pen has four."""

_STEP: Final = 20
_BEYOND: Final = 22.0
_SHADE: Final = 10
_WIDEST: Final = 15
_DARKEST: Final = 22


@dataclass(frozen=True)
class Flat:
    """The flat picture of a frame, and which of its pixels were seen in any photo."""

    picture: Image
    seen: npt.NDArray[np.bool_]

    def missing(self, step: float = 50.0) -> list[tuple[float, float, float, float]]:
        """Boxes of the frame that are in no photo: west, north, east, south; millimetres."""
        side = round(step * DENSITY)
        high, wide = self.seen.shape
        return [
            (x / DENSITY, y / DENSITY, min(x + side, wide) / DENSITY, min(y + side, high) / DENSITY)
            for y in range(0, high, side)
            for x in range(0, wide, side)
            if self.seen[y : y + side, x : x + side].mean() < 0.5
        ]

    def jpeg(self) -> bytes:
        """The whole picture as a JPEG."""
        return _coded(self.picture)


def cut_out(flat: bytes, box: tuple[float, float, float, float]) -> bytes:
    """A part of a flat picture that was kept as a JPEG; the box in millimetres.

    Raises
    ------
    PictureUnreadable
    """
    west, north, east, south = (max(round(at * DENSITY), 0) for at in box)
    return _coded(open_picture(flat)[north:south, west:east])


def _coded(picture: Image) -> bytes:
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 80])[1].tobytes()


def flatten(code: SheetCode, pictures: Sequence[Image], surfaces: Sequence[Surface]) -> Flat:
    """All photos of one sheet in one flat picture; each place from the photo that shows it best.

    What no photo shows is white.
    """
    wide, high = round(code.width * DENSITY), round(code.height * DENSITY)
    whole = np.full((high, wide, 3), 255, np.uint8)
    best = np.zeros((high, wide), np.float32)
    for picture, surface in zip(pictures, surfaces, strict=True):
        flat, worth = _one(picture, surface, wide, high)
        better = worth > best
        cv2.copyTo(flat, better.astype(np.uint8), whole)
        np.maximum(best, worth, out=best)
    return Flat(whole, best > 0)


def _one(
    picture: Image, surface: Surface, wide: int, high: int
) -> tuple[Image, npt.NDArray[np.float32]]:
    """One photo laid flat, and for each pixel how well it shows it; 0 where it does not."""
    maps = _pixel_maps(surface, wide, high)
    soft = max(surface.density / DENSITY - 1.0, 0.0) * 0.4
    source = cv2.GaussianBlur(picture, (0, 0), soft) if soft > 0.2 else picture
    xs, ys = cv2.split(maps)
    flat = np.asarray(cv2.remap(source, xs, ys, cv2.INTER_LINEAR), np.uint8)
    inside = _inside(surface, maps, picture.shape)
    white, light = _whitened(flat, inside)
    inside &= light > _DARKEST
    edge = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 3)
    worth = np.minimum(np.asarray(edge, np.float32), 40 * DENSITY) * np.float32(surface.density)
    return white, worth


def _pixel_maps(surface: Surface, wide: int, high: int) -> npt.NDArray[np.float32]:
    """For each pixel of the flat picture its pixel in the photo; exact every 4 mm."""
    across, down = -(-wide // _STEP) + 2, -(-high // _STEP) + 2
    xs = (np.arange(across) - 0.5) * _STEP / DENSITY
    ys = (np.arange(down) - 0.5) * _STEP / DENSITY
    paper = np.stack(np.meshgrid(xs, ys), axis=-1, dtype=np.float64).reshape(-1, 2)
    grid = surface.pixels(paper).reshape(down, across, 2).astype(np.float32)
    maps = cv2.resize(grid, (across * _STEP, down * _STEP), interpolation=cv2.INTER_LINEAR)
    return np.asarray(maps[_STEP : _STEP + high, _STEP : _STEP + wide], np.float32)


def _inside(
    surface: Surface, maps: npt.NDArray[np.float32], shape: tuple[int, ...]
) -> npt.NDArray[np.bool_]:
    """What lies among the marks, or little beyond them, and in the photo."""
    hull = cv2.convexHull((surface.marks * DENSITY).astype(np.float32)).astype(np.int32)
    among = np.zeros(maps.shape[:2], np.uint8)
    cv2.fillConvexPoly(among, hull, 1)
    cv2.polylines(among, [hull], isClosed=True, color=1, thickness=round(2 * _BEYOND * DENSITY))
    x, y = maps[..., 0], maps[..., 1]
    return (among > 0) & (x >= 0) & (y >= 0) & (x < shape[1] - 1) & (y < shape[0] - 1)


def _whitened(flat: Image, inside: npt.NDArray[np.bool_]) -> tuple[Image, npt.NDArray[np.uint8]]:
    """The flat picture with its paper white, and how bright the paper was."""
    high, wide = flat.shape[:2]
    size = (-(-wide // _SHADE), -(-high // _SHADE))
    small = cv2.resize(flat, size, interpolation=cv2.INTER_AREA)
    small[cv2.resize(inside.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) == 0] = 0
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_WIDEST, _WIDEST))
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, disc)
    paper = cv2.GaussianBlur(cv2.medianBlur(paper, 5), (0, 0), 2.0)
    light = cv2.resize(paper, (wide, high), interpolation=cv2.INTER_LINEAR)
    white = cv2.divide(flat, np.maximum(light, 1), scale=245.0)
    return np.asarray(white, np.uint8), np.asarray(light.min(axis=2), np.uint8)
