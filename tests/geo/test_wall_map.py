"""What a wall map shows: all that is within its frame, as it is, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.draw.fiducials import SheetCode
from geo.draw.wallmap import (
    Imprint,
    KeyRow,
    Look,
    WallLayers,
    Window,
    key_sheet,
    wall_sheets,
)
from geo.draw.wallmap.drawing import map_svg
from geo.draw.wallmap.grid import grid_of, number_houses
from geo.draw.wallmap.ground import cut_ground, level_ground
from tests.inked import SVG, needs_poppler, strokes, text, words
from tests.wallmaps import (
    MADE_ON,
    NORTH,
    PLAIN,
    WEST,
    frame_of,
    houses,
    links,
    on_plane,
    printed,
    whole_map,
)


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
