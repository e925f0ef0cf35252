"""A drawn sheet comes back as a photo: what is on it, how exactly, and what is refused."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import cv2
import geopandas as gpd
import numpy as np
import pytest
import segno

from geo.draw.fiducials import SheetCode
from geo.errors import (
    PictureTooLarge,
    PictureUnclear,
    PictureUnreadable,
    SheetCodeUnread,
    SheetMismatched,
    SheetUnseen,
)
from geo.scanning.bends import cut_bends
from geo.scanning.curl import fit_surface
from geo.scanning.marks import find_marks
from geo.scanning.picture import open_picture, picture_size
from geo.scanning.reading import SheetReading, join_readings, read_sheet
from geo.scanning.strokes import Piece
from geo.scanning.thinning import cut_paths, thin
from tests import photographed
from tests.photographed import Line, Points, Sheet, Shot, photograph, printed, typeset

NOBODY = gpd.GeoDataFrame({"id": []}, geometry=[], crs=4326)


def drawn(seed: int) -> Sheet:
    """The sheet as the program prints it, where poppler is there to make a picture of it."""
    sheet = typeset(seed) if shutil.which("pdftoppm") else printed(seed=seed)
    photographed.draw(sheet, seed=seed)
    return sheet


def found(reading: SheetReading) -> set[object]:
    return {line.key for line in reading.lines if line.key}


def truth(sheet: Sheet) -> set[object]:
    return {(line.colour, 2, frozenset({f"H{line.start}", f"H{line.end}"})) for line in sheet.lines}


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    return drawn(4)


@pytest.fixture(scope="module")
def taken(sheet: Sheet) -> tuple[bytes, Points]:
    return photograph(sheet, seed=4)


@pytest.fixture(scope="module")
def marks(taken: tuple[bytes, Points]) -> dict[int, Points]:
    return find_marks(open_picture(taken[0]))


@pytest.fixture(scope="module")
def reading(sheet: Sheet, taken: tuple[bytes, Points]) -> SheetReading:
    return read_sheet(taken[0], sheet.houses)


def test_a_curled_shadowed_photo_is_exact_to_a_millimetre(
    sheet: Sheet, taken: tuple[bytes, Points], marks: dict[int, Points]
) -> None:
    there = taken[1]
    surface = fit_surface(sheet.code, marks)
    paper = there[:, 2:]
    on = ((paper >= 0) & (paper <= (sheet.code.width, sheet.code.height))).all(axis=1)
    off = np.hypot(*(surface.pixels(paper[on]) - there[on, :2]).T) / surface.density
    assert off.max() < 1.0


def test_sixty_lines_are_found_between_their_houses(sheet: Sheet, reading: SheetReading) -> None:
    right = found(reading) & truth(sheet)
    assert len(sheet.lines) == 60
    assert len(right) >= 57
    assert len(found(reading)) - len(right) <= 1
    assert reading.code == sheet.code
    assert reading.missing == ()


def test_stickers_say_their_colour_and_their_house(sheet: Sheet, reading: SheetReading) -> None:
    wanted = {(dot.colour, 1, frozenset({f"H{dot.house}"})) for dot in sheet.dots}
    seen = {one.key for one in reading.stickers}
    assert len(seen & wanted) >= len(wanted) - 1
    assert seen <= wanted


def test_kinds_and_meanings_are_those_of_the_legend(reading: SheetReading) -> None:
    kinds = {line.colour: line.what for line in reading.lines}
    assert kinds == {"red": "watching", "blue": "shopping", "green": "friend", "purple": "key"}
    said = {"red": "worry", "yellow": "helper", "blue": "single_elderly", "green": "daytime_alone"}
    assert all(one.what == said[one.colour] for one in reading.stickers)


def test_two_houses_closer_than_a_pen_is_exact_are_both_named(
    sheet: Sheet, taken: tuple[bytes, Points]
) -> None:
    twins = sheet.houses
    beside = twins.to_crs(sheet.code.epsg).translate(2.0, 0.0).to_crs(4326)
    crowd = gpd.GeoDataFrame(
        {"id": [*twins["id"], *(f"{one}b" for one in twins["id"])]},
        geometry=[*twins.geometry, *beside], crs=4326,
    )  # fmt: skip
    lines = [line for line in read_sheet(taken[0], crowd).lines if line.whole]
    assert lines
    assert sum(line.sure for line in lines) <= 0.1 * len(lines)
    assert all(len(end.candidates) >= 2 for line in lines for end in line.ends if not end.sure)


def test_two_photos_show_what_neither_shows_alone() -> None:
    sheet = printed(count=8, apart=60.0, seed=2, density=6.0)
    west, east = (int(np.argmin(sheet.spots[:, 0])), int(np.argmax(sheet.spots[:, 0])))
    photographed.draw_line(sheet, Line(west, east, "blue"), np.random.default_rng(1))
    low = sheet.code.height + 34.0
    half = Shot(pixels=(1400, 1800), noise=2.0)
    parts = [
        photograph(sheet, replace(half, box=box), seed=seed)[0]
        for seed, box in enumerate([(-14.0, -14.0, 200.0, low), (130.0, -14.0, 350.0, low)])
    ]
    both = read_sheet(parts, sheet.houses)
    right = read_sheet(parts[1], sheet.houses)
    assert found(both) == truth(sheet)
    assert both.missing == ()
    assert found(right) == set()
    assert right.missing
    with pytest.raises(SheetCodeUnread):
        read_sheet(parts[0], sheet.houses)
    told = read_sheet(parts[0], sheet.houses, code=sheet.code)
    assert told.code == sheet.code
    doubted = replace(both, lines=tuple(replace(one, confidence=0.01) for one in both.lines))
    joined = join_readings([doubted, both, doubted, right])
    assert [find for find in joined if find.key] == [line for line in both.lines if line.key]
    with pytest.raises(SheetMismatched, match="OTHER"):
        join_readings([both, replace(right, code=replace(right.code, sheet="OTHER"))])


def test_a_sheet_is_read_whichever_way_up_it_lies() -> None:
    sheet = printed(count=6, apart=60.0, seed=3, density=6.0)
    photographed.draw_line(sheet, Line(0, 1, "green"), np.random.default_rng(2))
    photo, _ = photograph(sheet, Shot(turn=2, pixels=(2000, 1600)), seed=1)
    assert found(read_sheet(photo, sheet.houses)) == truth(sheet)


def another_page() -> np.ndarray:
    page = np.full((1500, 2000, 3), 235, np.uint8)
    for row in range(80, 1400, 60):
        cv2.putText(
            page, "Minutes of the meeting, read and agreed", (60, row), 0, 1.4, (20,) * 3, 2
        )
    code = np.array(list(segno.make("WIFI:T:WPA;S:hall;P:secret;;").matrix_iter(border=4)))
    page[1000:1300, 1500:1800] = cv2.resize(
        255 - 255 * code.astype(np.uint8), (300, 300), interpolation=cv2.INTER_NEAREST
    )[..., None]
    return page


def jpeg(picture: np.ndarray) -> bytes:
    return cv2.imencode(".jpg", picture)[1].tobytes()


def test_a_photo_of_something_else_is_refused() -> None:
    with pytest.raises(SheetUnseen, match="No welfare map"):
        read_sheet(jpeg(another_page()), NOBODY)


@pytest.mark.parametrize("reason", ["dark", "blurred"])
def test_a_photo_that_shows_nothing_says_why(reason: str) -> None:
    page = another_page()
    worse = page // 8 if reason == "dark" else cv2.GaussianBlur(page, (0, 0), 40)
    with pytest.raises(PictureUnclear) as fault:
        read_sheet(jpeg(worse), NOBODY)
    assert fault.value.facts["reason"] == reason


def test_marks_of_another_sheet_are_refused(
    sheet: Sheet, taken: tuple[bytes, Points], marks: dict[int, Points]
) -> None:
    other = SheetCode("OTHER", 6670, 0.0, 0.0, 500, 780.0, 540.0)
    with pytest.raises(SheetMismatched, match="OTHER"):
        read_sheet(taken[0], sheet.houses, code=other)
    with pytest.raises(SheetMismatched):
        fit_surface(other, marks)


def test_one_wrong_mark_does_not_bend_the_sheet(sheet: Sheet, marks: dict[int, Points]) -> None:
    number = sorted(marks)[len(marks) // 2]
    wrong = marks | {number: marks[number] + 45.0}
    pixels = fit_surface(sheet.code, wrong).pixels(sheet.spots)
    assert np.abs(pixels - fit_surface(sheet.code, marks).pixels(sheet.spots)).max() < 12.0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7",
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
        b"II*\0\xff\xff\xff\xff",
        b"RIFF0000WAVEfmt ",
        b"\xff\xd8" + b"\xff" * 64,
    ],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(PictureUnreadable):
        open_picture(content)


def test_a_picture_too_large_is_refused_by_its_head_alone() -> None:
    head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (60_000).to_bytes(4, "big") * 2
    with pytest.raises(PictureTooLarge):
        open_picture(head)
    with pytest.raises(PictureTooLarge):
        open_picture(b"\xff\xd8" + b"\0" * 41_000_000)


@pytest.mark.parametrize("ending", [".jpg", ".png", ".webp", ".tiff"])
def test_the_size_is_read_before_the_picture(ending: str) -> None:
    page = another_page()[:700, :900]
    content = cv2.imencode(ending, page)[1].tobytes()
    assert picture_size(content) == (900, 700)
    assert open_picture(content).shape == (700, 900, 3)


def test_a_thinned_cross_has_four_arms() -> None:
    mask = np.zeros((101, 101), bool)
    mask[48:54, 5:96] = True
    mask[5:96, 48:54] = True
    assert sorted(len(path) > 35 for path in cut_paths(thin(mask))) == [True] * 4


def test_a_line_that_runs_on_over_a_house_says_so_in_a_way_that_can_be_kept() -> None:
    straight = np.column_stack([np.linspace(0.0, 80.0, 200), np.zeros(200)])
    parts = cut_bends([Piece(straight, 80.0)], np.array([[40.0, 0.0]]), 4.0)
    assert json.dumps([part.through for part in parts]) == "[[false, true], [true, false]]"
