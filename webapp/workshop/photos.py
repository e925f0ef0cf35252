"""Photos of a drawn sheet on their way in: read in memory, turned into plain facts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import shapely

from geo.crs import GEOGRAPHIC
from geo.draw.fiducials import SheetCode
from webapp.board.scans import Read
from webapp.board.state import Board
from webapp.faults import SheetElsewhere

if TYPE_CHECKING:
    from geo.scanning.found import Box, FoundLine, FoundSticker
    from geo.scanning.reading import SheetReading


_OF_WORKSHOP: Final = re.compile(r"[A-Z0-9]{4}-[A-Z0-9]{4}")


def read_photos(photos: Sequence[bytes], board: Board, own: str, code: SheetCode | None) -> Read:
    """What the photos of one sheet show of the houses on the board.

    ``own`` is the workshop's code, which its sheets carry.

    Raises
    ------
    PictureFault
        They cannot be read, or show no sheet.
    SheetElsewhere
        It is the sheet of another workshop.
    """
    from geo.scanning.reading import read_sheet

    houses = houses_of(board)
    reading = read_sheet(photos, houses, code=code)
    _require_here(reading.code, houses, own)
    digest = hashlib.sha256(b"".join(sorted(hashlib.sha256(one).digest() for one in photos)))
    finds = [_told(reading, one) for one in (*reading.lines, *reading.stickers)]
    return Read(
        digest.hexdigest(), reading.code.write(), reading.flat.jpeg(), reading.residual,
        len(reading.missing), finds,
    )  # fmt: skip


def houses_of(board: Board) -> gpd.GeoDataFrame:
    """The houses on the board: id, number, place."""
    items = board.of_kind("house")
    places = np.array([(one.values["lon"], one.values["lat"]) for one in items], float)
    told = {"id": [one.id for one in items], "number": [one.values.get("number") for one in items]}
    points = shapely.points(places.reshape(-1, 2))
    return gpd.GeoDataFrame(told, geometry=points, crs=GEOGRAPHIC)


def crop(picture: bytes, box: Box) -> bytes:
    """A part of the flat picture as a JPEG, the box in millimetres."""
    from geo.scanning.flatten import cut_out

    return cut_out(picture, box)


def _require_here(code: SheetCode, houses: gpd.GeoDataFrame, own: str) -> None:
    points = houses.geometry.to_crs(code.epsg)
    spots = code.paper_of_plane(np.column_stack([points.x, points.y]))
    on = ((spots > 0.0) & (spots < (code.width, code.height))).all(axis=1)
    if not on.any() or (_OF_WORKSHOP.fullmatch(code.sheet) and code.sheet != own.upper()):
        raise SheetElsewhere(sheet=code.sheet)


def _told(reading: SheetReading, find: FoundLine | FoundSticker) -> dict[str, Any]:
    """A find as plain facts."""
    west, north, east, south = find.box
    sheet = reading.code.sheet
    return {
        "kind": "line" if len(find.ends) == 2 else "sticker",
        "colour": find.colour,
        "what": find.what,
        "ends": [[one.house for one in end.candidates] for end in find.ends],
        "sure": find.sure,
        "through": find.through,
        "path": [list(point) for point in find.path],
        "box": [west, north, min(east, reading.code.width), min(south, reading.code.height)],
        "key": " ".join([sheet, find.what, *sorted(map(str, find.houses))]) if find.whole else "",
    }
