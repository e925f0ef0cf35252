"""The nearest supporters: equal to brute force, lawful, and honest about what is unknown."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import LayerFaulty, ParameterWrong
from geo.proximity import SupporterPool, nearest_supporters, walking_minutes
from geo.walk.build import build_network
from geo.walk.network import StreetNetwork
from geo.walk.sources import read_lines
from tests.towns import grid_town, line_town

NETWORKS = [
    ("ube_walk_osmnx.gpkg", None),
    ("helsinki.osm.pbf", None),
    ("porto_alegre.osm.pbf", None),
    ("porto_alegre.osm.pbf", "porto_alegre_elevation.tif"),
]


@cache
def network_of(folder: Path, streets: str, elevation: str | None) -> StreetNetwork:
    path = folder / "streets"
    return build_network(
        read_lines(path / streets, elevation=path / elevation if elevation else None)
    )


def scatter(network: StreetNetwork, many: int, prefix: str, seed: int) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(seed)
    on = rng.integers(0, len(network.vertex_x), many)
    lon, lat = network.from_lonlat.transform(
        network.vertex_x[on] + rng.normal(0, 20, many),
        network.vertex_y[on] + rng.normal(0, 20, many),
        direction="INVERSE",
    )
    ids = [f"{prefix}{number:05d}" for number in range(many)]
    return gpd.GeoDataFrame({"id": ids}, geometry=shapely.points(lon, lat), crs=4326)


def with_twins(supporters: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Every third supporter lives where the one before does: ties."""
    points = supporters.geometry.to_numpy().copy()
    points[2::3] = points[1::3][: len(points[2::3])]
    return supporters.set_geometry(gpd.GeoSeries(points, crs=4326)).assign(
        activities=[["garbage"]] * len(supporters)
    )


def brute_force(
    network: StreetNetwork,
    households: gpd.GeoDataFrame,
    supporters: gpd.GeoDataFrame,
    k: int,
    within: float,
) -> pd.DataFrame:
    """All pairs both ways, sorted; by pairs of minutes as whole milliseconds."""
    pace = supporters["pace"].fillna(80.0).to_numpy() if "pace" in supporters else 80.0
    there = _dense(walking_minutes(network, supporters, households, within=4 * within)).T
    back = _dense(walking_minutes(network, households, supporters, within=4 * within))
    trip = np.rint((there + back) * 60_000.0)
    minutes = trip * (network.pace / (2.0 * 60_000.0 * pace))
    rows = []
    for house, line in enumerate(minutes):
        near = np.flatnonzero(line <= within)
        for rank, who in enumerate(near[np.lexsort((supporters["id"].iloc[near], line[near]))][:k]):
            rows.append(
                (households["id"].iloc[house], supporters["id"].iloc[who], rank + 1, line[who])
            )
    return pd.DataFrame(rows, columns=["household_id", "supporter_id", "rank", "minutes"])


def _dense(table: object) -> np.ndarray:
    pairs = table.tocoo()
    dense = np.full(pairs.shape, np.inf)
    dense[pairs.row, pairs.col] = pairs.data
    return dense


@pytest.mark.realdata
@pytest.mark.parametrize(("streets", "elevation"), NETWORKS)
@pytest.mark.parametrize("paces", ["one", "several"])
def test_nearest_equals_brute_force(
    realdata: Path, streets: str, elevation: str | None, paces: str
) -> None:
    network = network_of(realdata, streets, elevation)
    households = scatter(network, 1000, "h", 1)
    supporters = with_twins(scatter(network, 300, "s", 2))
    if paces == "several":
        supporters = supporters.assign(pace=np.tile([80.0, 64.0, np.nan], 100))
    found = nearest_supporters(households, supporters, network, k=5, within=20.0)
    wanted = brute_force(network, households, supporters, 5, 20.0)
    assert len(found) > 1000
    columns = ["household_id", "supporter_id", "rank"]
    pd.testing.assert_frame_equal(
        found[columns].reset_index(drop=True), wanted[columns], check_dtype=False
    )
    np.testing.assert_allclose(found["minutes"], wanted["minutes"], rtol=0, atol=1e-9)


@pytest.mark.realdata
@pytest.mark.parametrize(("streets", "elevation"), NETWORKS[1:])
def test_few_households_get_the_same_as_many(
    realdata: Path, streets: str, elevation: str | None
) -> None:
    network = network_of(realdata, streets, elevation)
    households = scatter(network, 400, "h", 3)
    pool = SupporterPool(with_twins(scatter(network, 300, "s", 4)), network)
    many = pool.nearest(households, k=4, within=15.0)
    alone = [pool.nearest(households.iloc[[row]], k=4, within=15.0) for row in range(0, 400, 40)]
    few = pd.concat(alone, ignore_index=True)
    same = many[many["household_id"].isin(households["id"].iloc[::40])].reset_index(drop=True)
    pd.testing.assert_frame_equal(few, same, check_exact=True)


@pytest.mark.realdata
def test_the_same_to_the_last_bit_run_after_run(realdata: Path) -> None:
    network = network_of(realdata, *NETWORKS[0])
    households = scatter(network, 500, "h", 5)
    supporters = with_twins(scatter(network, 200, "s", 6))
    first = nearest_supporters(households, supporters, network)
    for _ in range(3):
        again = nearest_supporters(households, supporters, network)
        pd.testing.assert_frame_equal(again, first, check_exact=True)


def ids(table: pd.DataFrame, household: str = "H1") -> list[str]:
    return table.loc[table["household_id"] == household, "supporter_id"].tolist()


def test_ties_break_by_supporter_id() -> None:
    town = line_town("S2 . H1 . S1")
    table = nearest_supporters(town.households, town.supporters, town.streets)
    assert ids(table) == ["S1", "S2"]
    assert table["minutes"].tolist() == [2.5, 2.5]
    assert table["metres"].tolist() == pytest.approx([200.0, 200.0], abs=0.1)


def test_half_of_there_and_back_counts() -> None:
    town = line_town("H1 . S1", heights="20 10 0")
    table = nearest_supporters(town.households, town.supporters, town.streets)
    there, back = 200 / (80 * np.exp(-0.35)), 200 / 80
    assert table["minutes"].iloc[0] == pytest.approx((there + back) / 2, abs=1e-3)


def test_own_pace_and_own_limit_count() -> None:
    facts = {"S1": {"pace": 40.0}, "S2": {"farthest_minutes": 3.0}}
    town = line_town("S1 . H1 . . . S2", facts=facts)
    table = nearest_supporters(town.households, town.supporters, town.streets)
    assert ids(table) == ["S1"]
    assert table["minutes"].iloc[0] == pytest.approx(5.0, abs=1e-3)


@pytest.mark.parametrize(
    "status", ["willing", "interviewed", "registered", "resting", "left", None]
)
def test_only_active_supporters_are_given(status: str | None) -> None:
    town = line_town("S1 H1 S2", facts={"S1": {"status": status}})
    assert ids(nearest_supporters(town.households, town.supporters, town.streets)) == ["S2"]


def test_only_those_who_offer_the_activity() -> None:
    facts = {"S1": {"activities": []}, "S2": {"activities": None}, "S3": {"activities": ["talk"]}}
    town = line_town("S1 H1 S2 S3 S4", facts=facts)
    near = nearest_supporters(town.households, town.supporters, town.streets, activity="garbage")
    assert ids(near) == ["S4"]


def test_unreachable_and_unplaced_are_absent() -> None:
    town = line_town("H1 S1 " + ". " * 10 + "/ S2 H2" + " ." * 12)
    table = nearest_supporters(town.households, town.supporters, town.streets, within=600)
    assert ids(table) == ["S1"]
    assert ids(table, "H2") == ["S2"]
    lost = town.supporters.set_geometry(
        gpd.GeoSeries([None] * 2, index=town.supporters.index, crs=4326)
    )
    for streets in (town.streets, None):
        assert nearest_supporters(town.households, lost, streets).empty


def test_without_streets_the_estimate_says_so() -> None:
    town = line_town("H1 . . . S1")
    table = nearest_supporters(town.households, town.supporters)
    assert table["basis"].tolist() == ["straight_line"]
    assert table["metres"].iloc[0] == pytest.approx(400, rel=1e-3)
    assert table["minutes"].iloc[0] == pytest.approx(400 * 1.3 / 80, rel=1e-3)


@given(st.integers(0, 10_000))
def test_straight_line_equals_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)

    def layer(many: int, letter: str) -> gpd.GeoDataFrame:
        lon, lat = rng.integers(0, 6, (2, many)) * 0.001
        return gpd.GeoDataFrame(
            {
                "id": [f"{letter}{n}" for n in rng.permutation(many)],
                "activities": [["talk"]] * many,
            },
            geometry=shapely.points(130.88 + lon, 33.88 + lat), crs=4326,
        )  # fmt: skip

    houses, helpers = layer(8, "H"), layer(15, "S")
    helpers["pace"] = rng.choice([80.0, 50.0], 15)
    found = nearest_supporters(houses, helpers, k=3, within=9.0)
    plane = houses.to_crs(6670).geometry, helpers.to_crs(6670).geometry
    for house, point in zip(houses["id"], plane[0], strict=True):
        minutes = (plane[1].distance(point) * 1.3 / helpers["pace"]).round(6)
        order = pd.DataFrame({"m": minutes, "id": helpers["id"]}).sort_values(["m", "id"])
        mine = found[found["household_id"] == house]
        assert mine["minutes"].round(6).tolist() == pytest.approx(
            order.loc[order["m"] <= 9.0, "m"].head(3).tolist()
        )
        # points of one place are the same distance but for rounding: compare those apart
        clear = order["m"].duplicated(keep=False)
        assert set(mine["supporter_id"]) >= set(
            order[(~clear) & (order["m"] <= 9.0)].head(3)["id"]
        ) & set(order.head(3)["id"])


@given(st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=6), st.data())
def test_one_more_supporter_makes_nobodys_nearest_farther(
    places: set[tuple[int, int]], data: st.DataObject
) -> None:
    town = grid_town(5, supporters=tuple(sorted(places)))
    fewer = town.supporters.iloc[: data.draw(st.integers(1, len(places) - 1))]
    before = nearest_supporters(town.households, fewer, town.streets, k=1)
    after = nearest_supporters(town.households, town.supporters, town.streets, k=1)
    joined = before.merge(after, on="household_id", how="left")
    assert joined["minutes_y"].notna().all()
    assert (joined["minutes_y"] <= joined["minutes_x"]).all()


@given(st.floats(1, 12), st.floats(0, 12), st.integers(1, 4))
def test_a_longer_limit_loses_nobody(within: float, more: float, k: int) -> None:
    town = grid_town(5, supporters=((0, 0), (2, 3), (4, 1)))
    pairs = [
        set(map(tuple, nearest_supporters(
            town.households, town.supporters, town.streets, k=k, within=limit
        )[["household_id", "supporter_id"]].to_numpy()))
        for limit in (within, within + more)
    ]  # fmt: skip
    assert pairs[0] <= pairs[1]


@pytest.mark.parametrize(("name", "value"), [("k", 0), ("within", 0.0), ("within", float("nan"))])
def test_wrong_parameters_are_refused(name: str, value: float) -> None:
    town = line_town("H1 S1")
    with pytest.raises(ParameterWrong, match=name):
        nearest_supporters(town.households, town.supporters, town.streets, **{name: value})


def test_unknown_activity_is_refused() -> None:
    town = line_town("H1 S1")
    with pytest.raises(ParameterWrong, match="activity is dancing"):
        nearest_supporters(town.households, town.supporters, town.streets, activity="dancing")


def test_all_faults_of_a_layer_are_named_at_once() -> None:
    town = line_town("H1 S1 S2")
    wrong = town.supporters.assign(id=["S1", "S1"], mode=["skates", "foot"], load=[-1.0, 0.0])
    with pytest.raises(LayerFaulty, match="occurs more than once") as fault:
        nearest_supporters(town.households, wrong, town.streets)
    assert len(fault.value.facts["faults"]) == 3
