"""A photo of a drawn sheet, or several of one sheet, read: what is on it, and how exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import geopandas as gpd
import numpy as np

from geo.crs import require_geographic
from geo.draw.fiducials import SheetCode
from geo.errors import SheetCodeUnread, SheetMismatched, SheetUnseen
from geo.scanning.code import read_code
from geo.scanning.curl import Points, Surface, fit_surface
from geo.scanning.ends import Street
from geo.scanning.flatten import Flat, flatten
from geo.scanning.found import Box, FoundLine, FoundSticker
from geo.scanning.inks import find_inks
from geo.scanning.lines import find_lines
from geo.scanning.marks import find_marks
from geo.scanning.picture import Image, open_picture, require_clear
from geo.scanning.stickers import Disc, find_stickers

_FEWEST: Final = 4


@dataclass(frozen=True)
class SheetReading:
    """What a sheet says.

    ``flat`` is the sheet laid flat, ``residual`` how far nineteen of twenty marks at most are
    from where the others put them, in millimetres: an upper bound of the error in between.
    """

    code: SheetCode
    flat: Flat
    lines: tuple[FoundLine, ...]
    stickers: tuple[FoundSticker, ...]
    residual: float
    missing: tuple[Box, ...]


@dataclass(frozen=True)
class _Photo:
    picture: Image
    code: SheetCode | None
    marks: dict[int, Points]


def read_sheet(
    pictures: bytes | Sequence[bytes], houses: gpd.GeoDataFrame, *, code: SheetCode | None = None
) -> SheetReading:
    """Read a photo or scan of one drawn sheet, or several that each show a part of it.

    Parameters
    ----------
    pictures
        JPEG, PNG, TIFF or WebP files. At least one must show the code, unless it is given.
    houses
        id (text) and point of every house of the map, in longitude and latitude.
    code
        Of the sheet, where a person said which one it is.

    Returns
    -------
    Lines and stickers with the houses they are meant for; what was in no picture as boxes.

    Raises
    ------
    PictureUnreadable, PictureTooLarge, PictureUnclear
    SheetUnseen
        A picture of something else.
    SheetCodeUnread
        Marks are there, the code in none of the pictures.
    SheetCodeNewer, SheetMismatched
    CrsMissing, CrsWrong
    """
    require_geographic(houses, "The houses layer")
    given = [pictures] if isinstance(pictures, bytes) else list(pictures)
    photos = [_look(content) for content in given]
    known = _agreed(photos, code)
    surfaces = [fit_surface(known, photo.marks) for photo in photos]
    flat = flatten(known, [photo.picture for photo in photos], surfaces)
    lines, stickers = _find(flat, known, houses)
    return SheetReading(
        known, flat, tuple(lines), tuple(stickers), _residual(surfaces), tuple(flat.missing())
    )


def join_readings(readings: Sequence[SheetReading]) -> tuple[FoundLine | FoundSticker, ...]:
    """The finds of several readings of one sheet or its tiles, each once: the most trusted.

    Raises
    ------
    SheetMismatched
        The readings are of different sheets.
    """
    sheets = {reading.code.sheet for reading in readings}
    if len(sheets) > 1:
        raise SheetMismatched(sheet=" / ".join(sorted(sheets)))
    best: dict[object, FoundLine | FoundSticker] = {}
    for reading in readings:
        for find in (*reading.lines, *reading.stickers):
            key = find.key or (id(reading), id(find))
            if key not in best or best[key].confidence < find.confidence:
                best[key] = find
    return tuple(best.values())


def _look(content: bytes) -> _Photo:
    """A picture with its code and marks; refused if it shows no sheet."""
    picture = open_picture(content)
    marks = find_marks(picture)
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
    code = read_code(grey)
    if len(marks) < _FEWEST:
        require_clear(grey)
        if code is None:
            raise SheetUnseen
        raise SheetMismatched(sheet=code.sheet)
    return _Photo(picture, code, marks)


def _agreed(photos: Sequence[_Photo], code: SheetCode | None) -> SheetCode:
    """The one sheet that all pictures show."""
    told = {photo.code for photo in photos if photo.code is not None}
    if code is not None:
        told.add(code)
    if not told:
        raise SheetCodeUnread(marks=max((len(photo.marks) for photo in photos), default=0))
    if len(told) > 1:
        raise SheetMismatched(sheet=" / ".join(sorted({one.sheet for one in told})))
    return told.pop()


def _find(
    flat: Flat, code: SheetCode, houses: gpd.GeoDataFrame
) -> tuple[list[FoundLine], list[FoundSticker]]:
    inks = find_inks(flat.picture)
    discs = find_stickers(inks)
    street = _street(code, houses, discs)
    return find_lines(inks, street), [_sticker(disc, street) for disc in discs]


def _street(code: SheetCode, houses: gpd.GeoDataFrame, discs: Sequence[Disc]) -> Street:
    """The houses that stand on this sheet."""
    points = houses.geometry.to_crs(code.epsg)
    spots = code.paper_of_plane(np.column_stack([points.x, points.y]))
    on = ((spots > -5.0) & (spots < (code.width + 5.0, code.height + 5.0))).all(axis=1)
    ids = [str(one) for one in houses["id"].to_numpy()[on]]
    return Street(ids, spots[on], discs)


def _sticker(disc: Disc, street: Street) -> FoundSticker:
    end = street.end_at(np.array([disc.x, disc.y]))
    trust = min(disc.share, 1.0) * (1.0 if end.sure else 0.5)
    return FoundSticker(disc.colour, (end,), ((round(disc.x, 1), round(disc.y, 1)),), trust)


def _residual(surfaces: Sequence[Surface]) -> float:
    return float(np.percentile(np.concatenate([one.residual for one in surfaces]), 95))
