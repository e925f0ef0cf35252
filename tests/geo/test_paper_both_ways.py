"""The sheet that is printed is the sheet that is read: pens on it come back as lines of houses."""

from __future__ import annotations

from pathlib import Path

import cv2
import geopandas as gpd
import numpy as np
import shapely

from geo.draw.fiducials import SheetCode
from geo.draw.wallmap import Imprint, Look, WallLayers, wall_sheets
from geo.draw.wallmap.formats import whole_page
from geo.scanning.reading import read_sheet
from tests.inked import needs_poppler, run
from tests.photographed import MARGIN, Points, Sheet, Shot, draw, photograph, scattered

DENSITY = 8.0


def neighbourhood(seed: int) -> WallLayers:
    """Fifty houses with streets, places, a group and a note between them."""
    rng = np.random.default_rng(seed)
    ground = SheetCode("M", 6670, -12034.5, 98210.25, 1000, 290.0, 225.0)
    spots = scattered((290.0, 225.0), 54, 13.0, rng)
    xy = ground.plane_of_paper(spots)
    ways = [
        shapely.LineString(ground.plane_of_paper(ends))
        for ends in rng.uniform(-20, 300, (24, 2, 2))
    ]
    box = shapely.box(*xy.min(axis=0), *np.median(xy, axis=0))
    points = list(shapely.points(xy))
    homes = {"id": [f"H{n}" for n in range(50)], "number": range(1, 51)}
    places = {"id": ["p", "q"], "kind": ["hall", "shop"], "name": ["公民館", None]}
    layers = {
        "houses": (homes, points[:50]),
        "places": (places, points[50:52]),
        "notes": ({"text": ["夜は暗い"]}, points[52:53]),
        "areas": ({"name": ["1班"]}, [box]),
        "streets": ({"steps": [False] * 24}, ways),
    }  # fmt: skip
    return WallLayers(**{
        name: gpd.GeoDataFrame(columns, geometry=shapes, crs=6670).to_crs(4326)
        for name, (columns, shapes) in layers.items()
    })  # fmt: skip


def as_sheet(layers: WallLayers, folder: Path) -> Sheet:
    """The printed page as a picture, its frame where the camera of the tests looks for it."""
    imprint = Imprint("書きこみ用", copy="控え 2026-0001", watermark="控え 2026-0001 進行 たろう")
    look = Look(coloured=False, pens=True)
    done = wall_sheets(layers, scale=1000, sheet="K7-1", look=look, imprint=imprint)
    (code,) = done.codes
    shown = run("pdftoppm", done.pdf, folder, "-r", str(DENSITY * 25.4), "-l", "1", "-singlefile")
    page = np.asarray(cv2.imdecode(np.frombuffer(shown, np.uint8), cv2.IMREAD_COLOR))
    frame = whole_page("A3", upright=False).frame
    left, top = round((frame.x - MARGIN[0]) * DENSITY), round((frame.y - MARGIN[1]) * DENSITY)
    assert layers.houses is not None
    plane = shapely.get_coordinates(layers.houses.to_crs(6670).geometry.to_numpy())
    spots: Points = code.paper_of_plane(plane)
    return Sheet(code, spots, DENSITY, page[top:, left:].copy())


@needs_poppler
def test_lines_drawn_on_the_printed_sheet_come_back_between_their_houses(tmp_path: Path) -> None:
    layers = neighbourhood(3)
    sheet = as_sheet(layers, tmp_path)
    draw(sheet, seed=3)
    shot = Shot(box=(-13.0, -13.0, sheet.code.width + 88.0, sheet.code.height + 28.0))
    photo, _ = photograph(sheet, shot, seed=3)
    reading = read_sheet(photo, layers.houses)
    assert reading.code == sheet.code
    drawn = {(one.colour, frozenset({f"H{one.start}", f"H{one.end}"})) for one in sheet.lines}
    found = [(one.colour, frozenset(one.houses)) for one in reading.lines if one.key]
    right = sum(one in drawn for one in found)
    assert right >= 0.95 * len(drawn)
    assert len(found) - right <= 0.02 * len(drawn)
