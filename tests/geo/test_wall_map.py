"""The wall map on paper: true to scale, complete, and read back out of the PDF."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import cv2
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from geo import terms
from geo.draw.fiducials import SheetCode, mark_layout
from geo.draw.wallmap import (
    OVERLAP,
    Centre,
    Imprint,
    KeyRow,
    Look,
    Paper,
    Printed,
    WallLayers,
    Window,
    key_sheet,
    wall_sheets,
)
from geo.draw.wallmap.drawing import map_svg
from geo.draw.wallmap.formats import tile_page, whole_page
from geo.draw.wallmap.grid import grid_of, number_houses
from geo.draw.wallmap.ground import cut_ground, level_ground
from geo.draw.wallmap.tiling import lay_out
from geo.errors import ParameterWrong
from tests.inked import SVG, Stroke, needs_poppler, run, size, strokes, text, words

WEST, NORTH = -37500.0, 127300.0
MADE_ON = dt.date(2026, 11, 26)
PLAIN = Look(pens=False)


def on_plane(*points: tuple[float, float]) -> list[shapely.Point]:
    """Points so many metres east and south of a corner, in degrees."""
    to_degrees = Transformer.from_crs(6670, 4326, always_xy=True)
    return [shapely.Point(to_degrees.transform(WEST + x, NORTH - y)) for x, y in points]


def houses(
    count: int = 40, *, seed: int = 3, within: float = 200.0, **more: object
) -> gpd.GeoDataFrame:
    """Houses on a loose grid of 25 m, each a little off."""
    lot = np.random.default_rng(seed)
    across = int(within // 25)
    spots = [
        (25.0 * (k % across) + lot.uniform(3, 20), 25.0 * (k // across) + lot.uniform(3, 20))
        for k in range(count)
    ]
    columns = {"id": [f"h{k}" for k in range(count)], "composition": ["single_elderly"] * count}
    return gpd.GeoDataFrame(columns | more, geometry=on_plane(*spots), crs=4326)


def links(layer: gpd.GeoDataFrame, *rows: tuple[int, int, str, str, int]) -> gpd.GeoDataFrame:
    """Lines between houses by their places: watcher, watched, kind, direction, strength."""
    spots, ids = layer.geometry, layer["id"]
    return gpd.GeoDataFrame(
        {
            "watcher_id": [ids[a] for a, *_ in rows],
            "watched_id": [ids[b] for _, b, *_ in rows],
            "kind": [row[2] for row in rows],
            "direction": [row[3] for row in rows],
            "strength": [float(row[4]) for row in rows],
        },
        geometry=[shapely.LineString([spots[a], spots[b]]) for a, b, *_ in rows],
        crs=4326,
    )


def whole_map(name: str = "本町") -> WallLayers:
    """A map with something of everything."""
    layer = houses(
        40, name=[name] * 40, composition=[*terms.COMPOSITIONS, None] * 5 + ["other"] * 5,
        worry=[True] + [False] * 39, without_line=[False] * 39 + [True],
    )  # fmt: skip
    box = shapely.Polygon(
        [point.coords[0] for point in on_plane((0, 0), (80, 0), (80, 60), (0, 60))]
    )
    return WallLayers(
        houses=layer,
        links=links(layer, (0, 1, "watching", "mutual", 3), (2, 9, "shopping", "one_way", 1)),
        places=gpd.GeoDataFrame(
            {"id": ["p"], "kind": ["hall"], "name": [name]}, geometry=on_plane((150, 90)), crs=4326
        ),
        notes=gpd.GeoDataFrame({"text": [name]}, geometry=on_plane((60, 80)), crs=4326),
        areas=gpd.GeoDataFrame({"name": [name]}, geometry=[box], crs=4326),
        streets=gpd.GeoDataFrame(
            geometry=[shapely.LineString(on_plane((-500, 30), (900, 34)))], crs=4326
        ),
    )  # fmt: skip


def printed(layers: WallLayers, look: Look = PLAIN, **more: Any) -> Printed:  # noqa: ANN401 - as wall_sheets
    return wall_sheets(layers, look=look, imprint=Imprint("見守りマップ", made_on=MADE_ON), **more)


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


def frame_of(found: list[Stroke]) -> np.ndarray:
    """Left, top, right, bottom of the frame, the one outline of 0.4 mm."""
    (frame,) = (one for one in found if one.style.get("stroke-width") == "0.4")
    return np.array([frame.points.min(axis=0), frame.points.max(axis=0)]).ravel()


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
    assert sorted((width, height)) == pytest.approx(upright, abs=0.1)
    for word in words(done.pdf, tmp_path):
        assert 4 < word.box[0] < word.box[2] < width - 4, word
        assert 4 < word.box[1] < word.box[3] < height - 3, word


@needs_poppler
def test_the_marks_stand_where_the_reader_looks_for_them(tmp_path: Path) -> None:
    done = printed(WallLayers(houses=houses(50)), scale=1000)
    found = strokes(done.pdf, tmp_path)
    frame = frame_of(found)
    black = next(
        one for one in found
        if one.style.get("fill") == "rgb(0%,0%,0%)" and len(one.points) > 400
        and one.points[:, 0].max() < frame[2]
    )  # fmt: skip
    marks = mark_layout(done.codes[0].width, done.codes[0].height)
    corners = black.points - frame[:2]
    for mark in marks[:4]:
        nearest = np.abs(corners - (mark.x, mark.y)).max(axis=1).min()
        assert nearest < 0.05


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
        page = str(number + 3)
        only = ("-f", page, "-l", page, "-singlefile")
        shown = run("pdftoppm", done.pdf, tmp_path, "-gray", "-r", "150", *only)
        picture = cv2.imdecode(np.frombuffer(shown, np.uint8), cv2.IMREAD_GRAYSCALE)
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
            paper_box = shapely.box(0, 0, page.width, page.height)
            assert all(paper_box.contains(box) for box in boxes)


def test_numbers_run_through_the_squares_and_stay_with_their_houses() -> None:
    layer = houses(40)
    done = printed(WallLayers(houses=layer), scale=1000)
    turned = printed(WallLayers(houses=layer.iloc[::-1]), scale=1000)
    assert done.numbers == turned.numbers
    assert sorted(done.numbers.values()) == list(range(1, 41))
    by_number = sorted(done.numbers, key=lambda one: done.numbers[one])
    squares = [done.squares[one] for one in by_number]
    order = [(int(square[1:]), square[0]) for square in squares]
    assert order == sorted(order)
    given = layer.assign(number=[None] * 38 + [7, 300])
    again = printed(WallLayers(houses=given), scale=1000).numbers
    assert (again["h38"], again["h39"]) == (7, 300)
    assert sorted(again.values())[2:] == list(range(301, 339))


@settings(max_examples=40)
@given(st.permutations(range(12)), st.integers(0, 11))
def test_any_order_of_rows_gives_the_same_numbers(order: list[int], known: int) -> None:
    layer = houses(12).to_crs(6670)
    grid = grid_of(SheetCode("M", 6670, WEST, NORTH, 1000, 200.0, 200.0))
    plane = shapely.get_coordinates(layer.geometry.to_numpy())
    numbers = pd.Series([5 if k == known else None for k in range(12)], dtype=object)
    first = number_houses(list(layer["id"]), plane, numbers, grid)
    second = number_houses([layer["id"][k] for k in order], plane[order], numbers.iloc[order], grid)
    assert [first[k] for k in order] == second
    assert len(set(first)) == 12


@needs_poppler
def test_what_lies_outside_the_window_is_not_in_the_file(tmp_path: Path) -> None:
    layers = whole_map()
    far = on_plane((2000, 2000), (2050, 2000))
    more = gpd.GeoDataFrame({"id": ["x"], "composition": ["other"]}, geometry=far[:1], crs=4326)
    notes = gpd.GeoDataFrame({"text": ["ひみつ"]}, geometry=far[1:], crs=4326)
    window = Window(WEST - 10, NORTH - 200, WEST + 220, NORTH + 10)
    near = printed(layers, window=window, scale=1000)
    wide = replace(
        layers,
        notes=pd.concat([layers.notes, notes], ignore_index=True),
        houses=pd.concat([layers.houses, more], ignore_index=True),
    )
    done = printed(wide, window=window, scale=1000)
    assert "ひみつ" not in text(done.pdf, tmp_path)
    assert done.numbers == near.numbers
    found = strokes(done.pdf, tmp_path)
    frame = frame_of(found)
    for one in found:
        if one.style.get("stroke-width") == "2" and one.points[:, 0].min() < frame[2]:
            assert one.points[:, 0].max() <= frame[2] + 0.05, "streets end at the frame"


@needs_poppler
def test_it_says_what_a_sheet_must_say_and_nothing_that_is_not_drawn(tmp_path: Path) -> None:
    imprint = Imprint(
        "守恒校区 <見守り> & マップ", warning="取扱注意", credit="国土数値情報 & <地図>",
        copy="控え 2026-0007 山田様", watermark="控え 0007", made_on=MADE_ON,
    )  # fmt: skip
    done = wall_sheets(whole_map("花園 <b>&'\"一号"), scale=1000, look=PLAIN, imprint=imprint)
    said = text(done.pdf, tmp_path).replace("\n", " ").replace("　", " ")
    for word in (
        "守恒校区 <見守り> & マップ", "取扱注意", "国土数値情報 & <地図>", "控え 2026-0007 山田様",
        "2026-11-26", "1/1,000", "20 m", "北", "凡例", "索引", "承認番号",
        "1／1ページ", "高齢者独居", "見守りの線がない家", "気になる", "買物",
        "集会所・市民センター",         "いっしょに逃げる組", "両方の矢印",
    ):  # fmt: skip
        assert word.replace(" ", "") in said.replace(" ", ""), word
    for word in ("鍵預かり", "商店", "階段", "ペンの色", "校(地)区の境"):
        assert word not in said, word
    assert said.count("控") == 4
    assert "&amp;" not in said
    approved = wall_sheets(whole_map(), look=PLAIN, imprint=Imprint(approval="令8九第12号"))
    assert "令8九第12号" in text(approved.pdf, tmp_path).replace(" ", "")


@needs_poppler
def test_district_borders_are_in_the_legend_only_where_one_is_seen(tmp_path: Path) -> None:
    box = shapely.box(
        *(at for point in on_plane((-900, 900), (900, -900)) for at in point.coords[0])
    )
    districts = gpd.GeoDataFrame({"id": ["d"], "name": ["東校区"]}, geometry=[box], crs=4326)
    layers = replace(whole_map(), districts=districts)
    near = printed(layers, scale=1000)
    wide = printed(layers, paper="A0", scale=2500)
    assert "校(地)区の境" not in text(near.pdf, tmp_path)
    assert "校(地)区の境" in text(wide.pdf, tmp_path)


@needs_poppler
def test_the_monochrome_edition_has_no_colour_and_says_what_pens_mean(tmp_path: Path) -> None:
    layers = whole_map()
    grey = printed(layers, Look(coloured=False), scale=1000)
    inks = {
        ink
        for one in strokes(grey.pdf, tmp_path)
        for ink in (one.style.get("fill", "none"), one.style.get("stroke", "none"))
        if ink.startswith("rgb")
    }
    assert inks
    assert all(len(set(ink[4:-1].split(","))) == 1 for ink in inks)
    working = text(printed(layers, Look(coloured=False, pens=True)).pdf, tmp_path)
    for word in ("ペンの色", "赤：見守り", "シールの色", "赤：気になる人"):
        assert word in working.replace(" ", "")


def test_a_house_without_a_line_is_ringed_and_a_worry_has_its_badge() -> None:
    layers = whole_map()
    assert layers.houses is not None
    for ringed, worried in ((1, 1), (0, 0)):
        flags = {
            "without_line": [False] * 39 + [bool(ringed)],
            "worry": [bool(worried)] + [False] * 39,
        }
        ground, epsg = level_ground(replace(layers, houses=layers.houses.assign(**flags)))
        code = SheetCode("M", epsg, WEST - 20, NORTH + 20, 1000, 260.0, 260.0)
        cut = cut_ground(ground, code)
        cut["houses"] = cut["houses"].assign(number=range(len(cut["houses"])))
        drawing = map_svg(
            cut, code, grid_of(code), strip=6, points=14, coloured=False, marked=False, lang="ja"
        )
        assert drawing.count('stroke-dasharray="1.3 0.9"') == ringed
        assert drawing.count(">!</text>") == worried


def test_lines_tell_kind_strength_and_direction_and_stand_side_by_side() -> None:
    layer = houses(12)
    rows = [
        (0, 7, "watching", "one_way", 3), (7, 0, "shopping", "one_way", 1),
        (2, 4, "key", "mutual", 2),
    ]  # fmt: skip
    ground, epsg = level_ground(WallLayers(houses=layer, links=links(layer, *rows)))
    code = SheetCode("M", epsg, WEST - 20, NORTH + 20, 500, 500.0, 300.0)
    cut = cut_ground(ground, code)
    cut["houses"] = cut["houses"].assign(number=range(12))
    drawing = ET.fromstring(  # noqa: S314 - our own
        map_svg(
            cut, code, grid_of(code), strip=6, points=14, coloured=True, marked=False, lang="ja"
        )
    )
    ends = {}
    for path in drawing.iter(f"{SVG}path"):
        if path.get("stroke") in {"#005aff", "#ff4b00", "#990099"}:
            numbers = np.array([float(n) for n in path.get("d", "").replace("L", " ")[1:].split()])
            ends[path.get("stroke")] = (numbers.reshape(2, 2), float(path.get("stroke-width", "0")))
    heads = [one.get("fill") for one in drawing.iter(f"{SVG}polygon") if one.get("stroke") is None]
    assert ends["#005aff"][1] > ends["#990099"][1] > ends["#ff4b00"][1]
    assert (heads.count("#005aff"), heads.count("#ff4b00"), heads.count("#990099")) == (1, 1, 2)
    there, back = ends["#005aff"][0], ends["#ff4b00"][0][::-1]
    assert np.hypot(*(there - back).T) == pytest.approx([1.5, 1.5], abs=0.02)


@needs_poppler
def test_a_line_that_leaves_the_sheet_ends_at_its_edge_without_an_arrow(tmp_path: Path) -> None:
    layer = houses(2).set_geometry(on_plane((50, 50), (1500, 60)), crs=4326)
    layers = WallLayers(houses=layer, links=links(layer, (0, 1, "watching", "one_way", 2)))
    window = Window(WEST, NORTH - 100, WEST + 100, NORTH)
    done = printed(layers, window=window, scale=500)
    assert list(done.numbers) == ["h0"]
    found = strokes(done.pdf, tmp_path)
    frame = frame_of(found)
    (line,) = (
        one for one in found
        if one.style.get("stroke", "").startswith("rgb(0%,35.2") and one.points[0, 0] < frame[2]
    )  # fmt: skip
    assert line.points[:, 0].max() == pytest.approx(frame[2], abs=0.05)
    heads = [one for one in found if one.style.get("fill", "").startswith("rgb(0%,35.2")]
    assert heads == []


@settings(max_examples=10, deadline=None)
@given(st.text(st.sampled_from("<>&\"'`${}[]#@*_=\\/]]>\x00\x0b\u202e\u2067髙👩 "), max_size=24))
def test_any_name_gives_a_drawing_that_is_well_formed(name: str) -> None:
    ground, epsg = level_ground(whole_map(name))
    code = SheetCode("M", epsg, WEST - 20, NORTH + 20, 1000, 260.0, 260.0)
    cut = cut_ground(ground, code)
    cut["houses"] = cut["houses"].assign(number=range(len(cut["houses"])))
    drawing = map_svg(
        cut, code, grid_of(code), strip=6, points=14, coloured=True, marked=True, lang="ja"
    )
    assert ET.fromstring(drawing).tag.endswith("svg")  # noqa: S314 - our own


@needs_poppler
def test_words_of_markup_are_printed_as_they_are(tmp_path: Path) -> None:
    evil = '#panic("1") <b> ]]> $x$ @ref *x*'
    imprint = Imprint(evil, evil, evil, evil, evil, evil, MADE_ON)
    done = wall_sheets(whole_map(evil), look=Look(pens=True), imprint=imprint, paper="A1")
    assert evil in text(done.pdf, tmp_path)
    key = key_sheet([KeyRow(1, "A1", evil, evil, evil)], imprint=imprint)
    assert "#panic" in text(key, tmp_path)


@needs_poppler
def test_the_key_lists_numbers_in_order_and_only_what_it_was_given(tmp_path: Path) -> None:
    rows = [KeyRow(k, f"B{k}", f"山田{k:03d}", "本町1番") for k in range(90, 0, -1)]
    key = key_sheet(rows, imprint=Imprint("守恒", copy="控え 0008", watermark="控え 0008"))
    said = text(key, tmp_path).replace(" ", "")
    names = [f"山田{k:03d}" for k in range(1, 91)]
    places = [said.index(name) for name in names]
    assert places == sorted(places)
    assert said.count("控") >= 4
    assert "住所" in said
    bare = text(key_sheet([KeyRow(1, "A1")]), tmp_path)
    assert "名前" not in bare
    assert "住所" not in bare
    sizes = [word.box[3] - word.box[1] for word in words(key, tmp_path) if "山田" in word.text]
    assert min(sizes) >= 14 * 25.4 / 72 * 0.95
