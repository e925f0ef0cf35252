"""Floating catchment scores: the published steps, PySAL's numbers, and what is unknown."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array, csr_array

from geo.accessibility import accessibility, catchment_scores, gaussian_weight, step_weight
from geo.errors import LayerFaulty, ParameterWrong
from geo.proximity import SupporterPool
from geo.sample import Town
from geo.walk.attach import attach
from geo.walk.reach import round_trips
from geo.walk.sources import read_streets
from tests.towns import line_town

COST = np.array(
    [
        [2, 9, 14, 99],
        [4, 4, 11, 99],
        [8, 1, 6, 15],
        [13, 7, 3, 10],
        [99, 12, 5, 5],
        [99, 99, 15, 9],
    ],
    float,
)
PEOPLE = np.array([120.0, 80.0, 200.0, 50.0, 90.0, 60.0])
OFFERED = np.array([5.0, 3.0, 7.0, 2.0])

# Source: PySAL access 1.1.10.post3, fca.two_stage_fca(…, max_cost=15) on the table above; with
# step_fn({5: 1, 10: 0.68, 15: 0.22}), and with Dai's formula as weight_fn.
PYSAL = {
    "none": [0.028333333333, 0.028333333333, 0.033333333333, 0.033333333333, 0.022222222222,
             0.016666666667],
    "step": [0.023941999866, 0.026253025384, 0.033413219615, 0.035602771366, 0.032175777466,
             0.011135258701],
    "gaussian": [0.021147912069, 0.028908499986, 0.034352276228, 0.035835729513, 0.033098461085,
                 0.008474455567],
}  # fmt: skip


def weighed(name: str) -> csr_array:
    near = np.where(COST <= 15, COST, np.inf)
    if name == "none":
        return csr_array(np.isfinite(near).astype(float))
    if name == "step":
        return csr_array(step_weight(near, {5.0: 1.0, 10.0: 0.68, 15.0: 0.22}))
    return csr_array(np.where(np.isfinite(near), gaussian_weight(near, 15.0), 0.0))


@pytest.mark.parametrize("name", list(PYSAL))
def test_scores_are_those_of_pysal(name: str) -> None:
    scores = catchment_scores(weighed(name), PEOPLE, OFFERED)
    np.testing.assert_allclose(scores.score, PYSAL[name], rtol=1e-9)
    np.testing.assert_allclose(scores.at_least, scores.score)
    np.testing.assert_allclose(scores.at_most, scores.score)


def test_an_unknown_supply_is_no_zero_as_it_is_in_pysal() -> None:
    offered = np.array([5.0, 3.0, np.nan, 2.0])
    scores = catchment_scores(weighed("none"), PEOPLE, offered)
    # PySAL gives 0.016666666667 … 0.005: what is there if the third had nothing to offer.
    lower = [0.016666666667, 0.016666666667, 0.021666666667, 0.021666666667, 0.010555555556, 0.005]
    np.testing.assert_allclose(scores.at_least, lower, rtol=1e-9)
    assert np.isnan(scores.score).all()
    assert np.isnan(scores.at_most).all()


def test_an_unknown_demand_leaves_both_bounds() -> None:
    people = np.array([120.0, 80.0, 200.0, 50.0, 90.0, np.nan])
    scores = catchment_scores(weighed("none"), people, OFFERED)
    known = catchment_scores(weighed("none"), np.nan_to_num(people), OFFERED)
    assert np.isnan(scores.score).tolist() == [True] * 6
    np.testing.assert_allclose(scores.at_most, known.score)
    assert (scores.at_least < scores.at_most).all()


def test_a_supply_that_nobody_shares_says_nothing() -> None:
    scores = catchment_scores(csr_array(np.array([[1.0], [0.0]])), np.zeros(2), np.array([3.0]))
    assert np.isnan(scores.score[0])
    assert scores.score[1] == 0.0


matrices = st.lists(
    st.lists(st.sampled_from([0.0, 0.22, 0.68, 1.0]), min_size=3, max_size=3),
    min_size=2,
    max_size=5,
)


@given(matrices, st.lists(st.integers(1, 50), min_size=5, max_size=5))
@settings(max_examples=30)
def test_all_that_is_reached_is_given_out(rows: list[list[float]], people: list[int]) -> None:
    reach, offered = csr_array(np.array(rows)), np.array([2.0, 3.0, 5.0])
    demand = np.array(people[: len(rows)], float)
    score = catchment_scores(reach, demand, offered).score
    reached = offered[np.asarray(reach.sum(axis=0)).ravel() > 0].sum()
    assert score @ demand == pytest.approx(reached)
    more = catchment_scores(reach, demand, offered + np.array([0.0, 1.0, 0.0])).score
    assert (more >= score - 1e-12).all()


def of(town: Town, **asked: object) -> npt.NDArray[np.float64]:
    result = accessibility(town.households, town.supporters, town.streets, **asked)
    return result.set_index("id")["score"].sort_index().to_numpy()


PICTURE = "H1 . S1 H2 . . . . . . . . . . . S2 H3"
"""H1 stands 200 m from S1, H2 100 m, S2 1,300 m from S1 and 100 m from H3."""


def test_a_street_shares_two_supporters() -> None:
    facts = {"S1": {"most_per_week": 4.0}, "S2": {"most_per_week": 3.0}}
    town = line_town(PICTURE, facts=facts)
    assert of(town, within=5.0, decay=None).tolist() == [2.0, 2.0, 3.0]
    stepped = of(town, within=5.0, decay={2.0: 1.0, 5.0: 0.5})
    np.testing.assert_allclose(stepped, [4.0 / 1.5 * 0.5, 4.0 / 1.5, 3.0])


def test_there_and_back_and_own_limits_count() -> None:
    facts = {"S1": {"most_per_week": 4.0, "farthest_minutes": 1.5}, "S2": {"pace": 10.0}}
    town = line_town(PICTURE, facts=facts)
    assert of(town, within=5.0, decay=None).tolist() == [0.0, 4.0, 0.0]


def test_without_streets_the_line_is_longer_and_said_so() -> None:
    town = line_town(PICTURE)
    result = accessibility(town.households, town.supporters, within=3.0, decay=None)
    assert result.attrs == {"basis": "straight_line", "weight": None, "capacity": "most_per_week"}
    assert result["score"].tolist() == [0.0, 7.0, 7.0]  # 200 m × 1.3 is 3.25 minutes


def test_who_is_not_active_or_does_not_offer_it_does_not_count() -> None:
    facts = {"S1": {"status": "resting"}, "S2": {"activities": ["talk"]}}
    town = line_town(PICTURE, facts=facts)
    assert of(town, within=5.0, activity="garbage").tolist() == [0.0, 0.0, 0.0]
    assert of(town, within=5.0, decay=None, activity="talk").tolist() == [0.0, 0.0, 7.0]


def test_who_was_not_asked_how_often_leaves_the_score_unknown() -> None:
    town = line_town(PICTURE, facts={"S1": {"most_per_week": None}})
    result = accessibility(town.households, town.supporters, town.streets, within=5.0, decay=None)
    assert result["score"].isna().tolist() == [True, True, False]
    assert result["at_least"].tolist() == [0.0, 0.0, 7.0]
    assert result["at_most"].isna().tolist() == [True, True, False]


def test_where_nobody_was_asked_each_counts_one() -> None:
    nobody = {"most_per_week": None}
    town = line_town(PICTURE, facts={"S1": nobody, "S2": nobody})
    assert of(town, within=5.0, decay=None).tolist() == [0.5, 0.5, 1.0]


def test_places_are_a_supply_too() -> None:
    town = line_town(PICTURE)
    stop = town.supporters.geometry.iloc[[0]]
    shops = gpd.GeoDataFrame({"id": ["p"], "kind": ["mobile_sales"]}, geometry=list(stop), crs=4326)
    result = accessibility(town.households, shops, town.streets, within=5.0, decay=None)
    assert result["score"].tolist() == [0.5, 0.5, 0.0]


def test_cells_count_at_a_point_within_and_their_people() -> None:
    town = line_town(PICTURE)
    merged = [None, "5030666922", None]
    cells = town.households.assign(people=[10.0, np.nan, 20.0], merged_into=merged)
    shapes = shapely.buffer(cells.geometry.to_numpy(), 1e-5)
    around = gpd.GeoDataFrame(cells, geometry=shapes, crs=4326)
    result = accessibility(around, town.supporters, town.streets, within=5.0, decay=None)
    assert result.attrs["weight"] == "people"
    np.testing.assert_allclose(result["score"], [0.7, 0.7, 0.35])
    hidden = accessibility(
        around.drop(columns="merged_into"), town.supporters, town.streets, within=5.0, decay=None
    )
    np.testing.assert_allclose(hidden["score"], [np.nan, np.nan, 0.35])
    np.testing.assert_allclose(hidden["at_most"], [0.7, 0.7, 0.35])


def test_without_a_position_there_is_no_score() -> None:
    town = line_town(PICTURE)
    lost = town.households.copy()
    lost.loc[0, "geometry"] = None
    result = accessibility(lost, SupporterPool(town.supporters, town.streets), within=5.0)
    assert result["score"].isna().tolist() == [True, False, False]
    assert result["at_least"].isna().tolist() == [True, False, False]


def test_nobody_at_all() -> None:
    town = line_town(PICTURE)
    nobody = town.supporters.iloc[:0]
    assert of(town, activity="talk").tolist() == [0.0, 0.0, 0.0]
    assert (accessibility(town.households, nobody, town.streets)["score"] == 0.0).all()
    assert len(accessibility(town.households.iloc[:0], town.supporters, town.streets)) == 0


@pytest.mark.parametrize(
    "asked",
    [
        {"decay": "linear"},
        {"decay": {5.0: 0.5, 10.0: 0.7}},
        {"decay": {}},
        {"within": 0.0},
        {"weight": "nothing"},
        {"capacity": "nothing"},
        {"activity": "nothing"},
    ],
)
def test_wrong_words_are_said(asked: dict[str, object]) -> None:
    town = line_town(PICTURE)
    with pytest.raises(ParameterWrong):
        accessibility(town.households, town.supporters, town.streets, **asked)


def test_negative_numbers_are_refused() -> None:
    town = line_town(PICTURE)
    with pytest.raises(LayerFaulty):
        accessibility(town.households, town.supporters.assign(most_per_week=-1.0), town.streets)
    with pytest.raises(ParameterWrong):
        accessibility(town.households.assign(people=-1.0), town.supporters, town.streets)


def moved(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    north = shapely.transform(layer.geometry.to_numpy(), lambda xy: xy + np.array([0.0, 0.02]))
    return gpd.GeoDataFrame(layer.assign(geometry=north), crs=4326)


def test_moving_the_town_changes_nothing() -> None:
    town = line_town(PICTURE)
    here = accessibility(town.households, town.supporters, within=5.0)["score"]
    there = accessibility(moved(town.households), moved(town.supporters), within=5.0)["score"]
    np.testing.assert_allclose(there, here, rtol=1e-2)


@pytest.mark.realdata
def test_hills_there_and_back_give_the_scores_of_the_other_kernel(realdata: Path) -> None:
    streets = read_streets(realdata / "streets" / "ube_walk_osmnx.gpkg")
    random = np.random.default_rng(4)
    on = random.integers(0, len(streets.vertex_x), 460)
    x, y = streets.vertex_x[on] + 5.0, streets.vertex_y[on] - 5.0
    lon, lat = streets.from_lonlat.transform(x, y, direction="INVERSE")
    layer = gpd.GeoDataFrame(geometry=shapely.points(lon, lat), crs=4326)
    layer["id"], layer["activities"] = [f"p{row:03d}" for row in range(460)], [["talk"]] * 460
    demand = layer.iloc[:400].assign(people=random.integers(1, 9, 400).astype(float))
    supply = layer.iloc[400:].assign(most_per_week=random.integers(1, 6, 60).astype(float))
    found = accessibility(demand, supply, streets, within=20.0)
    sides = attach(supply, streets), attach(demand, streets)
    trips = round_trips(*sides, np.full(60, 80.0), np.full(60, 20.0))
    weights = gaussian_weight(trips.minutes, 20.0)
    table = coo_array((weights, (trips.target, trips.source)), shape=(400, 60)).toarray()
    people, offered = demand["people"].to_numpy(), supply["most_per_week"].to_numpy()
    reached = table.T @ people
    share = np.divide(offered, reached, out=np.zeros(60), where=reached > 0)
    np.testing.assert_allclose(found["score"], table @ share, rtol=1e-9, atol=1e-12)
    assert (found["score"] > 0).sum() > 100
