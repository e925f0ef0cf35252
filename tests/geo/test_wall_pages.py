"""The pages of a wall map: true to scale, covered by tiles, read back out of the PDF."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import shapely
import zxingcpp

from geo.draw.fiducials import SheetCode, mark_layout, mark_places
from geo.draw.wallmap import OVERLAP, Centre, Look, Paper, WallLayers, Window
from geo.draw.wallmap.formats import tile_page, whole_page
from geo.draw.wallmap.tiling import lay_out
from geo.errors import ParameterWrong
from geo.scanning.marks import find_marks
from tests.inked import Stroke, needs_poppler, run, size, strokes, words
from tests.wallmaps import NORTH, WEST, frame_of, houses, printed, whole_map


def pictured(pdf: bytes, folder: Path, page: int = 1) -> np.ndarray:
    """A page in grey at 150 dpi."""
    only = ("-f", str(page), "-l", str(page), "-singlefile")
    shown = run("pdftoppm", pdf, folder, "-gray", "-r", "150", *only)
    picture = cv2.imdecode(np.frombuffer(shown, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return picture


def symbols_of(found: list[Stroke]) -> np.ndarray:
    """The middles of the houses' circles."""
    return np.array(
        [
            one.middle
            for one in found
            if one.style.get("stroke-width") == "0.3" and one.style.get("fill") != "none"
            and len(one.points) >= 24
        ]
    )  # fmt: skip


@needs_poppler
@pytest.mark.parametrize(
    ("paper", "scale", "tiled", "page"),
    [("A4", 1000, False, 3), ("A3", 500, False, 2), ("A3", 1500, False, 1), ("A1", 500, True, 3),
     ("A1", 2000, False, 1), ("A0", 2500, False, 1)],
)  # fmt: skip
def test_houses_stand_within_a_twentieth_of_a_millimetre_of_their_place(
    paper: Paper,
    scale: int,
    page: int,
    tmp_path: Path,
    *,
    tiled: bool,
) -> None:
    layer = houses(50)
    done = printed(WallLayers(houses=layer), paper=paper, scale=scale, tiled=tiled)
    code = done.codes[max(page - (3 if paper == "A4" else 2), 0)]
    found = strokes(done.pdf, tmp_path, page)
    frame = frame_of(found)
    assert frame[2] - frame[0] == pytest.approx(code.width, abs=0.02)
    assert frame[3] - frame[1] == pytest.approx(code.height, abs=0.02)
    pages = (tile_page("A3" if tiled else paper, upright=False), whole_page(paper, upright=False))
    assert any(frame[:2] == pytest.approx(one.frame[:2], abs=0.15) for one in pages)
    plane = shapely.get_coordinates(layer.to_crs(6670).geometry.to_numpy())
    wanted = np.column_stack([plane[:, 0] - code.west, code.north - plane[:, 1]]) * 1000 / scale
    seen = wanted[((wanted > 3) & (wanted < [code.width - 3, code.height - 3])).all(axis=1)]
    spots = symbols_of(found) - frame[:2]
    apart = np.abs(seen[:, None] - spots[None]).max(axis=2)
    assert len(seen) >= 4
    assert apart.min(axis=1).max() < 0.05
    assert len(spots) <= len(wanted)
    assert any(
        np.ptp(one.points[:, 0]) * scale / 1000 == pytest.approx(metres, abs=0.001 * scale / 5)
        for metres in (10, 20, 50, 100, 200)
        for one in found
        if np.ptp(one.points[:, 1]) == pytest.approx(2.0, abs=0.02)
    ), "the scale bar is as long as it says"


@needs_poppler
@pytest.mark.parametrize("paper", ["A4", "A3", "A1", "A0"])
def test_its_paper_is_as_wanted_and_nothing_leaves_it(paper: Paper, tmp_path: Path) -> None:
    done = printed(whole_map(), paper=paper, look=Look(pens=True))
    upright = {"A4": (210, 297), "A3": (297, 420), "A1": (594, 841), "A0": (841, 1189)}[paper]
    width, height = size(done.pdf, tmp_path)
    assert (height, width) == pytest.approx(upright, abs=0.1), "a map as wide as high lies"
    for word in words(done.pdf, tmp_path):
        assert 4 < word.box[0] < word.box[2] < width - 4, word
        assert 4 < word.box[1] < word.box[3] < height - 3, word


@needs_poppler
def test_the_marks_stand_where_the_reader_looks_for_them(tmp_path: Path) -> None:
    done = printed(WallLayers(houses=houses(50)), scale=1000)
    frame = frame_of(strokes(done.pdf, tmp_path))
    seen = find_marks(cv2.cvtColor(pictured(done.pdf, tmp_path), cv2.COLOR_GRAY2BGR))
    places = mark_places(done.codes[0].width, done.codes[0].height)
    for number, corners in seen.items():
        mark = places[number]
        wanted = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * mark.side + (mark.x, mark.y)
        assert np.abs((corners + 0.5) * 25.4 / 150 - frame[:2] - wanted).max() < 0.15
    assert len(seen) >= len(mark_layout(done.codes[0].width, done.codes[0].height)) - 1


@needs_poppler
def test_no_house_lies_under_a_mark_and_no_number_hides_another(tmp_path: Path) -> None:
    layer = houses(120, within=400.0)
    done = printed(WallLayers(houses=layer), scale=1500)
    assert len(done.codes) == 1
    found = strokes(done.pdf, tmp_path)
    left, top, right, bottom = frame_of(found)
    boxes = [word.box for word in words(done.pdf, tmp_path) if word.text.isdigit()]
    numbers = [b for b in boxes if left < b[0] and b[2] < right and top < b[1] and b[3] < bottom]
    spots = symbols_of(found)
    assert len(spots) == 120
    marks = next(
        one.points for one in found
        if one.style.get("fill") == "rgb(0%,0%,0%)" and len(one.points) > 400
        and one.points[:, 0].max() < right
    )  # fmt: skip
    assert np.abs(spots[:, None] - marks[None]).max(axis=2).min() > 3.0
    crossing = sum(
        a[0] < b[2] - 0.4 and b[0] < a[2] - 0.4 and a[1] < b[3] - 1.6 and b[1] < a[3] - 1.6
        for a, b in itertools.combinations(numbers, 2)
    )
    assert crossing == 0


@needs_poppler
def test_the_code_on_each_tile_tells_its_own_ground(tmp_path: Path) -> None:
    done = printed(WallLayers(houses=houses(50)), paper="A4", scale=500, sheet="K7-2")
    assert len(done.codes) > 2
    for number, code in enumerate(done.codes[:3]):
        picture = pictured(done.pdf, tmp_path, number + 3)
        told = [SheetCode.read(one.text) for one in zxingcpp.read_barcodes(picture)]
        assert told == [code]


@pytest.mark.parametrize("scale", [500, 1000, 2500])
@pytest.mark.parametrize("tiled", [False, True])
def test_tiles_cover_the_window_and_overlap_by_ten_millimetres(scale: int, *, tiled: bool) -> None:
    window = Window(WEST, NORTH - 500, WEST + 700, NORTH)
    paper: Paper = "A1" if tiled else "A4"
    layout = lay_out(window, paper=paper, sheet="M", epsg=6670, scale=scale, tiled=tiled)
    columns, rows = layout.codes[0].tiles
    assert [code.tile for code in layout.codes] == [
        (c, r) for r in range(rows) for c in range(columns)
    ]
    edges = [code.plane_of_paper([(0, 0), (code.width, code.height)]) for code in layout.codes]
    if not tiled:
        assert min(e[0, 0] for e in edges) <= window.west
        assert max(e[1, 0] for e in edges) >= window.east
        assert min(e[1, 1] for e in edges) <= window.south
        assert max(e[0, 1] for e in edges) >= window.north
    for code, edge in zip(layout.codes, edges, strict=True):
        if code.tile[0]:
            left = edges[layout.codes.index(code) - 1]
            assert (left[1, 0] - edge[0, 0]) * 1000 / scale == pytest.approx(OVERLAP, abs=1e-6)
        if code.tile[1]:
            upper = edges[layout.codes.index(code) - columns]
            assert (edge[0, 1] - upper[1, 1]) * 1000 / scale == pytest.approx(OVERLAP, abs=1e-6)


def test_the_largest_scale_that_fits_is_taken_and_the_paper_turned() -> None:
    def layout(width: float, height: float, **more: Any) -> Any:  # noqa: ANN401 - as lay_out
        window = Window(WEST, NORTH - height, WEST + width, NORTH)
        return lay_out(window, paper="A3", sheet="M", epsg=6670, **more)

    lying = layout(140, 100)
    assert (lying.whole.scale, lying.page.upright) == (500, False)
    standing = layout(240, 245, scale=1000)
    assert standing.page.upright
    assert layout(400, 300).whole.scale == 1500
    far = layout(3000, 2000)
    assert far.whole.scale == 2500
    assert far.joined
    with pytest.raises(ParameterWrong, match="500, 1000"):
        layout(100, 100, scale=800)
    with pytest.raises(ParameterWrong, match="pages"):
        layout(90_000, 90_000)
    with pytest.raises(ParameterWrong, match="scale"):
        lay_out(Centre(0, 0), paper="A4", sheet="M", epsg=6670)
    around = lay_out(Centre(WEST, NORTH), paper="A4", sheet="M", epsg=6670, scale=500).codes
    assert len(around) == 1
    middle = around[0].plane_of_paper([(around[0].width / 2, around[0].height / 2)])[0]
    assert middle == pytest.approx([WEST, NORTH], abs=0.02)


@pytest.mark.parametrize("paper", ["A4", "A3", "A1", "A0"])
def test_nothing_on_a_page_stands_on_something_else(paper: Paper) -> None:
    for upright in (False, True):
        for page in (whole_page(paper, upright=upright), tile_page(paper, upright=upright)):
            strip, frame = page.strip, page.frame
            map_box = shapely.box(
                frame.x - strip, frame.y - strip,
                frame.x + frame.width + strip, frame.y + frame.height + strip,
            )  # fmt: skip
            boxes = [map_box] + [
                shapely.box(b.x, b.y, b.x + b.width, b.y + b.height)
                for b in (page.head, page.panel, page.foot)
                if b.height
            ]
            for one, other in itertools.combinations(boxes, 2):
                assert shapely.intersection(one, other).area < 0.01
            assert (page.height > page.width) == upright
            paper_box = shapely.box(0, 0, page.width, page.height)
            assert all(paper_box.contains(box) for box in boxes)
