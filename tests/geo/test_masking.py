"""What is published cannot be solved back, and a house keeps its mesh cell."""

from __future__ import annotations

import copy
import pickle

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from geo.crs import mesh_bounds, mesh_code
from geo.errors import ParameterWrong
from geo.masking import SUPPRESSED, mesh_cells, mesh_level, percentages, suppress

tables = st.integers(1, 5).flatmap(
    lambda rows: st.integers(1, 5).flatmap(
        lambda columns: st.lists(
            st.lists(st.integers(0, 40), min_size=columns, max_size=columns),
            min_size=rows, max_size=rows,
        )
    )
)  # fmt: skip


def attack(counts: np.ndarray, shown: np.ndarray) -> np.ndarray:
    """The largest value each suppressed count may have for all a reader can know."""
    cells = np.argwhere(~shown)
    known = []
    for axis in (0, 1):
        if counts.shape[1 - axis] > 1:
            known += [cells[:, axis] == line for line in range(counts.shape[axis])]
    largest = np.full(counts.shape, np.inf)
    sums = np.array(known, float)
    for place, (row, column) in enumerate(cells):
        goal = np.zeros(len(cells))
        goal[place] = -1
        totals = sums @ counts[~shown]
        best = milp(
            goal, constraints=LinearConstraint(sums, totals, totals),
            integrality=np.ones(len(cells), int), bounds=Bounds(0),
        )  # fmt: skip
        largest[row, column] = -float(best.fun or 0.0)
    return largest


@given(tables)
def test_no_small_count_can_be_told_to_be_small(rows: list[list[int]]) -> None:
    counts = np.array(rows)
    published = suppress(pd.DataFrame(counts))
    shown = published.map(lambda value: value is not SUPPRESSED).to_numpy(bool)
    assert (counts[shown] >= 10).all()
    assert (published.to_numpy()[shown] == counts[shown]).all()
    small = counts < 10
    if not small.any():
        assert shown.all()
    elif shown.any():
        assert (attack(counts, shown)[small] >= 10).all()


def test_one_small_count_takes_another_along() -> None:
    published = suppress(pd.DataFrame({"count": [5, 50, 70]}))
    assert list(published["count"]) == [SUPPRESSED, SUPPRESSED, 70]


def test_nobody_is_a_statement_too() -> None:
    assert suppress(pd.DataFrame({"count": [0, 12, 30]}))["count"].iloc[0] is SUPPRESSED


def test_words_and_unknown_counts_stay() -> None:
    published = suppress(pd.DataFrame({"name": ["東", "西"], "count": [20.0, np.nan]}))
    assert list(published["name"]) == ["東", "西"]
    assert published["count"].iloc[0] == 20
    assert published["count"].iloc[1] is pd.NA


@pytest.mark.parametrize("counts", [[-1, 20], [1.5, 20]])
def test_what_is_no_count_is_refused(counts: list[float]) -> None:
    with pytest.raises(ParameterWrong, match="counts"):
        suppress(pd.DataFrame({"count": counts}))


def test_there_is_one_suppressed_value() -> None:
    assert str(SUPPRESSED) == "*"
    assert copy.deepcopy(SUPPRESSED) is SUPPRESSED
    assert pickle.loads(pickle.dumps(SUPPRESSED)) is SUPPRESSED  # noqa: S301 - our own bytes


def test_a_percentage_is_a_count() -> None:
    seed = pd.DataFrame({"count": [340, 16, 10, 228, 31, 277]})
    assert percentages(suppress(seed), of="count").iloc[0] == pytest.approx(37.7)
    with_seven = pd.DataFrame({"count": [340, 16, 10, 228, 31, 7, 277]})
    assert all(value is SUPPRESSED for value in percentages(suppress(with_seven), of="count"))


def points(*lonlat: tuple[float, float]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[shapely.Point(p) for p in lonlat], crs=4326)


def test_cells_hold_counts_or_the_suppressed_value() -> None:
    here, there, beyond = (130.8745, 33.8867), (130.8845, 33.8867), (130.8945, 33.8867)
    cells = mesh_cells(points(*[here] * 12, *[there] * 11, *[beyond] * 3))
    assert dict(zip(cells["mesh"], cells["count"], strict=True)) == {
        mesh_code(*here): 12, mesh_code(*there): SUPPRESSED, mesh_code(*beyond): SUPPRESSED,
    }  # fmt: skip


def test_every_cell_of_a_district_is_given_so_that_none_and_few_look_the_same() -> None:
    district = gpd.GeoDataFrame(
        {"id": ["D1"]}, geometry=[shapely.box(130.871, 33.884, 130.879, 33.889)], crs=4326
    )
    cells = mesh_cells(points((130.8745, 33.8867)), districts=district)
    assert len(cells) == 4 * 3
    assert all(count is SUPPRESSED for count in cells["count"])
    assert shapely.covers(shapely.union_all(cells.geometry), district.geometry.iloc[0])


def test_a_point_without_position_is_in_no_cell() -> None:
    lost = gpd.GeoDataFrame(geometry=[None, None], crs=4326)
    assert mesh_cells(lost).empty


@given(st.floats(122, 154), st.floats(20, 46))
def test_a_house_keeps_its_cell_and_lies_in_it(lon: float, lat: float) -> None:
    for level in ("80km", "10km", "1km", "500m", "250m", "125m"):
        code = mesh_code(lon, lat, level)
        assert code == mesh_code(np.array([lon]), np.array([lat]), level)[0]
        west, south, east, north = mesh_bounds(code)
        assert west - 1e-8 <= lon <= east + 1e-8
        assert south - 1e-8 <= lat <= north + 1e-8
        assert mesh_code((west + east) / 2, (south + north) / 2, level) == code


def test_mesh_codes_near_kokura() -> None:
    """The codes that formats and other programs use for the castle town."""
    assert mesh_code(130.8830, 33.8830, "1km") == "50306750"
    assert mesh_code(130.8745, 33.8867, "1km") == "50306669"
    assert mesh_code(130.8745, 33.8867, "500m")[:8] == "50306669"


@pytest.mark.parametrize("code", ["", "5", "503066a9", "503066699221", "503086", "5030666925"])
def test_what_is_no_mesh_code_is_refused(code: str) -> None:
    with pytest.raises(ParameterWrong, match="mesh code"):
        mesh_bounds(code)


def test_cells_grow_until_half_of_the_points_may_be_shown() -> None:
    here = (130.8745, 33.8867)
    dense = points(*[here] * 30)
    assert mesh_level(dense) == "250m"
    rng = np.random.default_rng(0)
    spread = points(*(np.array(here) + rng.uniform(-0.004, 0.004, (60, 2))).tolist())
    assert mesh_level(spread) in {"500m", "1km"}
    sparse = points(*(np.array(here) + rng.uniform(-0.1, 0.1, (60, 2))).tolist())
    assert mesh_level(sparse) == "1km"
