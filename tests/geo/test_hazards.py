"""Where water or earth may come, from every edition that says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.errors import CellFaulty, FileEmpty, ParameterWrong, SchemaUnknown
from geo.exchange.hazards import HazardReport, read_hazards
from geo.layers import check

BOX = shapely.box(130.86, 33.87, 130.87, 33.88)
NAN = float("nan")


def written(folder: Path, *rows: dict[str, Any], shapes: list[Any] | None = None) -> Path:
    """A GeoJSON file of rows, all of one box unless shapes are given."""
    table = gpd.GeoDataFrame(list(rows), geometry=shapes or [BOX] * len(rows), crs=6668)
    path = folder / "area.geojson"
    table.to_file(path)
    return path


@pytest.mark.parametrize(
    ("row", "kind", "depths", "edition"),
    [
        ({"A31_001": 12}, "flood", (0.5, 1.0), "A31, 2012"),
        ({"A31_001": 27}, "flood", (5.0, NAN), "A31, 2012"),
        ({"A31a_202": "紫川", "A31a_205": 2}, "flood", (0.5, 3.0), "A31a, largest scale"),
        ({"A31a_102": "紫川", "A31a_105": 6}, "flood", (20.0, NAN), "A31a, design scale"),
        ({"A31a_305": 3}, "flood", (NAN, NAN), "A31a, duration"),
        ({"A31b_401": 1}, "tearing_flood", (NAN, NAN), "A31b, torn houses"),
        ({"A31b_201": 1}, "flood", (0.0, 0.5), "A31b, largest scale"),
        ({"A40_003": "0.3m以上 ～ 1m未満"}, "tsunami", (0.3, 1.0), "A40"),
        ({"A49_003": "10m以上20m未満"}, "storm_surge", (10.0, 20.0), "A49"),
        (
            {"種別": "内水", "浸水深": "50cm未満"},
            "inland_flood",
            (0.0, 0.5),
            "known by its headings",
        ),
        ({"kind": "debris_flow"}, "debris_flow", (NAN, NAN), "known by its headings"),
        ({"kind": "flood", "depth_to": 2.5}, "flood", (NAN, 2.5), "known by its headings"),
    ],
)
def test_an_edition_is_known_by_its_columns(
    tmp_path: Path, row: dict[str, Any], kind: str, depths: tuple[float, float], edition: str
) -> None:
    areas = check(read_hazards(written(tmp_path, row)), "hazards")
    assert areas["kind"].tolist() == [kind]
    np.testing.assert_equal(areas[["depth_from", "depth_to"]].to_numpy()[0], depths)
    report = areas.attrs["report"]
    assert isinstance(report, HazardReport)
    assert (report.edition, report.rows, report.areas) == (edition, 1, 1)
    assert areas.crs.to_epsg() == 4326


def test_slopes_say_their_kind_and_whether_houses_are_destroyed(tmp_path: Path) -> None:
    slopes = read_hazards(
        written(
            tmp_path,
            {"A33_001": 1, "A33_002": 1, "A33_005": "足立(1)"},
            {"A33_001": 2, "A33_002": 2, "A33_005": "足立(1)"},
            {"A33_001": 3, "A33_002": 4, "A33_005": None},
        )
    )
    assert slopes["kind"].tolist() == ["steep_slope", "debris_flow", "landslide"]
    assert slopes["special"].tolist() == [False, True, True]
    assert slopes["name"].tolist() == ["足立(1)", "足立(1)", None]
    assert slopes["depth_from"].isna().all()


def test_lines_of_torrents_are_no_areas_and_are_told(tmp_path: Path) -> None:
    line = shapely.LineString([(130.86, 33.87), (130.87, 33.88)])
    bow = shapely.Polygon([(130.8, 33.8), (130.9, 33.9), (130.9, 33.8), (130.8, 33.9)])
    rows = [{"A33_001": 2, "A33_002": 1}] * 3
    areas = read_hazards(written(tmp_path, *rows, shapes=[BOX, line, bow]))
    report = areas.attrs["report"]
    assert len(areas) == 2
    assert areas.geometry.is_valid.all()
    assert (report.left_out, report.repaired) == ((("no area", 1),), 1)
    with pytest.raises(FileEmpty):
        read_hazards(written(tmp_path, rows[0], shapes=[line]))


def test_the_same_area_has_the_same_id_and_twice_has_two(tmp_path: Path) -> None:
    path = written(tmp_path, {"kind": "flood"}, {"kind": "flood"})
    first, again = read_hazards(path), read_hazards(path)
    assert first["id"].tolist() == again["id"].tolist()
    assert first["id"].is_unique


@pytest.mark.parametrize("row", [{"A31a_205": 9}, {"A33_001": 1, "A33_002": 7}, {"kind": "犬"}])
def test_a_value_that_no_edition_knows_is_told_by_its_row(
    tmp_path: Path, row: dict[str, Any]
) -> None:
    with pytest.raises(CellFaulty) as fault:
        read_hazards(written(tmp_path, row))
    assert fault.value.facts["row"] == 1


def test_areas_that_say_nothing_need_a_kind(tmp_path: Path) -> None:
    path = written(tmp_path, {"colour": "red"})
    with pytest.raises(SchemaUnknown):
        read_hazards(path)
    with pytest.raises(ParameterWrong):
        read_hazards(path, kind="dragons")
    assert read_hazards(path, kind="tsunami")["kind"].tolist() == ["tsunami"]
