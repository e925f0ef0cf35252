"""Who reaches a shelter around a hazard, who does not, and who could come."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from geo.crs import plane_of
from geo.errors import ParameterWrong
from geo.refuge import (
    Danger,
    closing_hazards,
    count_states,
    find_shelters,
    find_watchers,
    flee,
    rescue,
)
from geo.sample import Town
from geo.walk.attach import attach
from geo.walk.closing import close_ground, plane_shapes
from geo.walk.labels import millimetres, milliseconds
from geo.walk.network import StreetNetwork
from geo.walk.reach import walk_rows
from geo.walk.sources import read_streets
from tests.towns import grid_town, line_town

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

RIVER = """
H1 . S1 . H2
.  / .  / .
H3 . .  . H4
"""


def plane(town: Town) -> CRS:
    return plane_of(town.households)


def around(town: Town, *ids: str, metres: float = 30.0, **facts: object) -> gpd.GeoDataFrame:
    """A hazard of one square around each of some households or supporters."""
    both = pd.concat([town.households, town.supporters], ignore_index=True)
    spots = gpd.GeoSeries(both.set_index("id").geometry[list(ids)], crs=4326).to_crs(plane(town))
    squares = gpd.GeoSeries(spots.buffer(metres, cap_style="square"), crs=plane(town)).to_crs(4326)
    columns: dict[str, Any] = {"id": [f"Z{n}" for n in range(len(ids))], "kind": "flood", **facts}
    return gpd.GeoDataFrame(columns, geometry=squares.to_numpy(), crs=4326)


def between(
    town: Town, one: str, other: str, *, share: float = 0.5, **facts: object
) -> gpd.GeoDataFrame:
    """A hazard of 20 × 20 m on the way between two points."""
    both = pd.concat([town.households, town.supporters], ignore_index=True).set_index("id")
    ends = gpd.GeoSeries(both.geometry[[one, other]], crs=4326).to_crs(plane(town))
    spot = shapely.line_interpolate_point(shapely.LineString(ends), share, normalized=True)
    area = gpd.GeoSeries([shapely.buffer(spot, 10.0, cap_style="square")], crs=plane(town))
    columns: dict[str, Any] = {"id": ["Z"], "kind": ["flood"], **facts}
    return gpd.GeoDataFrame(columns, geometry=area.to_crs(4326).to_numpy(), crs=4326)


def shelter_at(town: Town, *ids: str) -> gpd.GeoDataFrame:
    both = pd.concat([town.households, town.supporters], ignore_index=True).set_index("id")
    return gpd.GeoDataFrame(
        {"id": [f"P-{one}" for one in ids], "kind": "shelter", "name": "試験小学校"},
        geometry=both.geometry[list(ids)].to_numpy(),
        crs=4326,
    )


def minutes_between(
    streets: StreetNetwork, one: gpd.GeoDataFrame, other: gpd.GeoDataFrame
) -> Floats:
    goals = attach(other, streets)
    rows = walk_rows(attach(one, streets), goals, goals.stops(), 60.0)
    table = np.full((len(one), len(other)), np.inf)
    source = np.repeat(np.arange(len(one)), np.diff(rows.first))
    table[source, rows.target] = milliseconds(rows.label) / 60_000.0
    return table


def links(*pairs: tuple[str, str], direction: str = "one_way") -> gpd.GeoDataFrame:
    watchers, watched = zip(*pairs, strict=True)
    return gpd.GeoDataFrame(
        {"watcher_id": watchers, "watched_id": watched, "direction": direction},
        geometry=[None] * len(pairs),
        crs=4326,
    )


def test_a_street_is_walked_up_to_the_border() -> None:
    town = line_town("H1 H2 H3 H4 S1")
    hazard = between(town, "H3", "H4")
    closed = close_ground(town.streets, hazard.geometry.to_numpy())
    open_, shut = (
        minutes_between(s, town.households, town.households) for s in (town.streets, closed)
    )
    np.testing.assert_allclose(shut[:3, :3], open_[:3, :3])
    assert np.isinf(shut[:3, 3]).all()
    wet = ~closed.edge_open.any(axis=1)
    assert millimetres(closed.edge_cost[wet, 0]).sum() == pytest.approx(20_000, abs=5)
    assert closed.metres == town.streets.metres
    assert closed.edges == town.streets.edges + 2


def test_streets_that_no_hazard_touches_stay_the_same_object() -> None:
    town = line_town("H1 . S1")
    far = shapely.transform(around(town, "H1").geometry.to_numpy(), lambda xy: xy + 1.0)
    assert close_ground(town.streets, far) is town.streets
    assert close_ground(town.streets, far[:0]) is town.streets


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_closed_streets_are_those_of_a_network_drawn_without_them(seed: int, many: int) -> None:
    town = grid_town(4)
    rng = np.random.default_rng(seed)
    west, south, east, north = town.districts.total_bounds
    spots = np.column_stack([rng.uniform(west, east, many), rng.uniform(south, north, many)])
    areas = shapely.buffer(shapely.points(spots), rng.uniform(2e-4, 1.2e-3, many), quad_segs=2)
    closed = close_ground(town.streets, areas)
    lines, pieces = town.streets.lines(), closed.lines()
    wet = shapely.union_all(areas)
    dry = gpd.GeoSeries(shapely.difference(lines.geometry.to_numpy(), wet), crs=4326)
    metres = dry.to_crs(town.streets.plane).length.sum()
    shut = pieces["minutes_there"].isna()
    assert pieces["metres"][~shut].sum() == pytest.approx(metres, abs=0.5)
    assert pieces["metres"].sum() == pytest.approx(lines["metres"].sum(), abs=0.05)
    middles = shapely.line_interpolate_point(
        pieces.geometry[~shut].to_numpy(), 0.5, normalized=True
    )
    assert not shapely.within(middles, shapely.buffer(wet, -1e-7)).any()


@pytest.mark.realdata
def test_real_streets_are_closed_for_exactly_what_lies_inside(realdata: Path) -> None:
    streets = read_streets(realdata / "streets" / "ube_walk_osmnx.gpkg")
    west, south, east, north = streets.lines().total_bounds
    rng = np.random.default_rng(0)
    spots = np.column_stack([rng.uniform(west, east, 5), rng.uniform(south, north, 5)])
    areas = shapely.buffer(shapely.points(spots), rng.uniform(0.003, 0.008, 5), quad_segs=4)
    closed = close_ground(streets, areas)
    ground = shapely.union_all(plane_shapes(streets, areas))
    shapely.prepare(ground)
    lines = streets.lines().geometry.to_crs(streets.plane).to_numpy()
    touched = lines[shapely.intersects(ground, lines)]
    inside = shapely.length(shapely.intersection(touched, ground)).sum()
    pieces = closed.lines()
    wet = pieces.geometry[pieces["minutes_there"].isna()].to_crs(streets.plane)
    assert inside > 10_000
    assert wet.length.sum() == pytest.approx(inside, abs=0.5)
    assert closed.metres == streets.metres


def test_ways_around_are_found_and_ways_through_are_not() -> None:
    town = line_town(RIVER)
    places = shelter_at(town, "H2")
    danger = Danger(between(town, "S1", "H2"), town.streets)
    told = flee(danger, town.households, places, within=15.0, pace=60.0).set_index("id")
    assert told["state"].tolist() == ["reached"] * 4
    assert told.loc["H1", "minutes_before"] == pytest.approx(400 / 60)
    assert told.loc["H1", "minutes"] == pytest.approx(800 / 60)
    short = flee(danger, town.households, places, within=8.0, pace=60.0).set_index("id")
    assert short["state"].to_dict() == {
        "H1": "cut_off", "H2": "reached", "H3": "beyond", "H4": "reached",
    }  # fmt: skip
    assert short.loc["H3", "minutes"] == pytest.approx(600 / 60)


def test_who_stands_inside_has_to_go_before_and_a_shelter_inside_does_not_count() -> None:
    town = line_town("H1 H2 . H3 S1")
    lost = town.households.iloc[[0, 1, 2, 0]].assign(id=["H1", "H2", "H3", "H9"])
    lost = lost.set_geometry([*lost.geometry[:3], None], crs=4326)
    danger = Danger(around(town, "H1"), town.streets)
    places = shelter_at(town, "H1", "H3")
    assert find_shelters(danger, places)["inside"].tolist() == [True, False]
    told = flee(danger, lost, places, within=10.0).set_index("id")
    assert told["state"].tolist() == ["inside", "reached", "reached", "unknown"]
    assert told["shelter_id"].tolist() == [None, "P-H3", "P-H3", None]
    assert told.loc["H1", "shelter_before"] == "P-H3"
    assert np.isnan(told.loc["H1", "minutes"])
    assert told.loc["H9", ["minutes", "minutes_before"]].isna().all()


def test_shallow_water_is_walked_through_and_unknown_depth_is_not() -> None:
    town = line_town("H1 . . S1")
    shallow = between(town, "H1", "S1", depth_from=0.0, depth_to=0.3)
    unknown = between(town, "H1", "S1")
    assert len(closing_hazards(shallow, deeper_than=0.3)) == 0
    assert len(closing_hazards(shallow, deeper_than=0.2)) == 1
    assert len(closing_hazards(unknown, deeper_than=5.0)) == 1
    endless = between(town, "H1", "S1", depth_from=20.0, depth_to=np.nan)
    assert len(closing_hazards(endless, deeper_than=30.0)) == 1
    places = shelter_at(town, "S1")
    states = [
        flee(Danger(hazard, town.streets, deeper_than=0.5), town.households, places)["state"][0]
        for hazard in (shallow, unknown)
    ]
    assert states == ["reached", "cut_off"]
    with pytest.raises(ParameterWrong):
        closing_hazards(shallow, deeper_than=-1.0)


def test_without_streets_a_straight_way_through_is_closed_and_the_basis_says_so() -> None:
    town = line_town(RIVER)
    danger = Danger(between(town, "H1", "S1"))
    told = flee(danger, town.households, shelter_at(town, "S1"), within=15.0).set_index("id")
    assert told["state"].to_dict() == {
        "H1": "cut_off", "H2": "reached", "H3": "reached", "H4": "reached",
    }  # fmt: skip
    assert set(told["basis"]) == {"straight_line"}
    assert told.loc["H2", "minutes"] == pytest.approx(200 * 1.3 / 60, rel=1e-3)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_more_hazard_never_helps_and_more_shelters_never_harm(seed: int) -> None:
    rng = np.random.default_rng(seed)
    town = grid_town(4)
    ids = town.households["id"].tolist()
    wet = around(town, *rng.choice(ids, 3, replace=False), metres=float(rng.uniform(10, 120)))
    places = shelter_at(town, *rng.choice(ids, 4, replace=False))

    def reached(hazards: gpd.GeoDataFrame, havens: gpd.GeoDataFrame) -> Flags:
        told = flee(Danger(hazards, town.streets), town.households, havens, within=6.0)
        return (told["state"] == "reached").to_numpy()

    usual = reached(wet, places)
    assert (usual <= reached(wet.iloc[:1], places)).all()
    dry = find_shelters(Danger(wet, town.streets), places)["inside"].to_numpy()
    assert (reached(wet, places[~places["id"].isin(places["id"][:2])]) <= usual).all() or dry.all()


def test_the_nearest_of_equals_is_the_first_by_id_and_slopes_count() -> None:
    town = line_town("H1 H2 H3 S1", heights="0 10 20 30")
    places = shelter_at(town, "H1", "H3")
    nothing = around(town, "H1").iloc[:0]
    told = flee(Danger(nothing, town.streets), town.households, places, within=15.0, pace=80.0)
    expected = minutes_between(town.streets, town.households, places).min(axis=1)
    np.testing.assert_allclose(told["minutes"], expected)
    assert told["shelter_id"].tolist()[1] == "P-H1"
    slow = flee(Danger(nothing, town.streets), town.households, places, within=15.0, pace=40.0)
    np.testing.assert_allclose(slow["minutes"], expected * 2)


def test_a_watcher_outside_comes_around_and_one_inside_does_not() -> None:
    town = line_town(RIVER)
    lines = links(("S1", "H1"), ("H3", "H1"), ("H2", "H4"), ("H4", "H2"), ("S9", "H3"))
    danger = Danger(around(town, "H2"), town.streets)
    pairs = find_watchers(danger, town.households, lines, (town.households, town.supporters))
    assert pairs[["household_id", "watcher_id"]].apply(tuple, axis=1).tolist() == [
        ("H1", "H3"), ("H1", "S1"), ("H2", "H4"), ("H3", "S9"), ("H4", "H2"),
    ]  # fmt: skip
    assert pairs["inside"].tolist() == [False, False, False, pd.NA, True]
    # H2 is inside: nobody gets there any more, but H4 could before.
    assert pairs["minutes"].isna().tolist() == [False, False, True, True, True]
    assert pairs["minutes_before"][2] == pytest.approx(200 / 60)
    told = rescue(danger, town.households, pairs, town.supporters, within=15.0).set_index("id")
    assert told["state"].to_dict() == {
        "H1": "helped", "H2": "helped", "H3": "watchers_inside", "H4": "watchers_inside",
    }  # fmt: skip
    assert told["able"].tolist() == [2, 1, 0, 0]
    assert told["helpers"].tolist() == [1.0, 1.0, 1.0, 1.0]


def test_a_watcher_cut_off_and_a_house_without_a_line() -> None:
    town = line_town("H1 . S1 . H2")
    danger = Danger(between(town, "H1", "S1"), town.streets)
    pairs = find_watchers(danger, town.households, links(("S1", "H1")), (town.supporters,))
    told = rescue(danger, town.households, pairs, town.supporters)
    assert told["state"].tolist() == ["cut_off", "no_line"]
    assert told["helpers"].tolist() == [0.0, 1.0]
    resting = town.supporters.assign(status="resting")
    assert rescue(danger, town.households, pairs, resting)["helpers"].tolist() == [0.0, 0.0]
    assert rescue(danger, town.households, pairs)["helpers"].isna().all()


def test_counts_by_area_add_up() -> None:
    town = line_town(RIVER)
    danger = Danger(around(town, "H4"), town.streets)
    told = flee(danger, town.households, shelter_at(town, "S1"), within=5.0)
    areas = pd.Series(["A", "B", "A", None])
    counts = count_states(told["state"], areas)
    assert counts.index.tolist() == ["A", "B"]
    assert counts["total"].tolist() == [2.0, 1.0]
    assert counts.drop(columns="total").sum(axis=1).tolist() == [2.0, 1.0]
    assert list(counts.columns) == ["reached", "cut_off", "inside", "beyond", "unknown", "total"]
    weighed = count_states(told["state"], areas, pd.Series([2.5, np.nan, 1.0, 9.0]))
    assert weighed["total"].tolist() == [3.5, 0.0]


@pytest.mark.parametrize("wrong", [{"within": 0.0}, {"within": np.nan}, {"pace": 500.0}])
def test_wrong_numbers_are_refused(wrong: dict[str, float]) -> None:
    town = line_town("H1 . S1")
    danger = Danger(around(town, "H1"), town.streets)
    with pytest.raises(ParameterWrong):
        flee(danger, town.households, shelter_at(town, "S1"), **wrong)
    with pytest.raises(ParameterWrong):
        find_watchers(danger, town.households, links(("S1", "H1")), (town.supporters,), **wrong)


def test_steps_stay_steps_in_closed_streets() -> None:
    town = line_town("H1 H2 H3 S1")
    steps = town.streets.edge_steps | True
    streets = replace(town.streets, edge_steps=steps)
    closed = close_ground(streets, between(town, "H2", "H3").geometry.to_numpy())
    assert closed.edge_steps.all()
    assert not closed.without_steps.edge_open.any()
