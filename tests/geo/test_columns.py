"""The columns that the map's script reads."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.crs import mesh_bounds
from geo.draw.columns import Audience, layer_columns
from geo.errors import ParameterWrong
from geo.masking import SUPPRESSED
from tests.drawn import small_town


def _read(name: str, layer: gpd.GeoDataFrame, audience: Audience = "staff") -> dict[str, Any]:
    return orjson.loads(layer_columns(name, layer, audience=audience))


@given(st.lists(st.tuples(st.floats(122.0, 154.0), st.floats(20.0, 46.0)), min_size=1, max_size=30))
def test_a_position_comes_back_to_a_tenth_of_a_metre(places: list[tuple[float, float]]) -> None:
    layer = gpd.GeoDataFrame(
        {"id": [str(k) for k in range(len(places))]},
        geometry=[shapely.Point(p) for p in places],
        crs=4326,
    )
    columns = _read("places", layer)
    lon = (np.array(columns["x"]) + columns["x0"]) * columns["unit"]
    lat = (np.array(columns["y"]) + columns["y0"]) * columns["unit"]
    assert np.abs(np.column_stack([lon, lat]) - np.array(places)).max() < 6e-7


def test_codes_and_lists_come_back_and_unknown_stays_unknown() -> None:
    town = small_town()
    columns = _read("households", town["households"])
    lives, needs = columns["composition_code"], columns["needs"]
    for row in range(24):
        code = lives["values"][row]
        lived = town["households"]["composition"][row]
        assert (lives["codes"][code] == lived) if code >= 0 else pd.isna(lived)
        bits = needs["bits"][row]
        back = None if bits is None else {c for k, c in enumerate(needs["codes"]) if bits >> k & 1}
        wanted = town["households"]["needs"][row]
        assert back == (None if wanted is None else set(wanted))


def test_a_house_without_a_position_is_left_out() -> None:
    houses = small_town()["households"]
    houses.loc[3, "geometry"] = None
    columns = _read("households", houses)
    assert columns["n"] == 23
    assert "h3" not in columns["id"]
    assert len(columns["needs"]["bits"]) == len(columns["x"]) == 23


def test_rings_and_streets_come_back_as_drawn() -> None:
    town = small_town()
    districts, streets = _read("districts", town["districts"]), _read("streets", town["streets"])
    ring = np.cumsum(np.array(districts["rings"][0][0]).reshape(-1, 2), axis=0) * districts["unit"]
    assert shapely.Polygon(ring).symmetric_difference(town["districts"].geometry[0]).area < 1e-9
    assert streets["count"] == [2, 2]
    assert streets["steps"] == [1]
    second = np.cumsum(np.array(streets["xy"][4:]).reshape(-1, 2), axis=0) * streets["unit"]
    wanted = shapely.get_coordinates(town["streets"].geometry[1])
    assert np.abs(second - wanted).max() <= 5.1e-6


@pytest.mark.parametrize("name", ["households", "supporters", "links", "uncovered"])
def test_the_public_is_refused_everything_that_tells_of_a_person(name: str) -> None:
    layer = small_town()[name]
    with pytest.raises(ParameterWrong, match="public"):
        layer_columns(name, layer)


def test_a_suppressed_cell_is_a_star_and_a_small_number_never_leaves() -> None:
    codes = ["5030666922", "5030666923", "5030666924"]
    cells = gpd.GeoDataFrame(
        {"mesh": codes, "count": np.array([12, SUPPRESSED, 4], dtype=object)},
        geometry=[shapely.box(*mesh_bounds(code)) for code in codes],
        crs=4326,
    )
    columns = _read("mesh", cells, "public")
    assert columns["count"] == [12, "*", "*"]
    west = (columns["west"][0] + columns["x0"]) * columns["unit"]
    assert west == pytest.approx(mesh_bounds(codes[0])[0], abs=1e-6)


def test_an_unknown_layer_is_refused_by_name() -> None:
    with pytest.raises(ParameterWrong, match="cats"):
        layer_columns("cats", small_town()["places"], audience="staff")
