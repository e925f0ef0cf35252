"""Walking minutes: equal to an oracle on real, unsimplified streets, and lawful on small ones."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import NetworkDamaged, NetworkEmpty, ParameterWrong
from geo.proximity import nearest_supporters, walking_minutes
from geo.sample import Town
from geo.walk.attach import ISLET, attach, attach_plane
from geo.walk.build import build_network, densify
from geo.walk.network import StreetLines, StreetNetwork
from geo.walk.sources import read_lines
from tests.geo.walking_oracle import oracle_minutes
from tests.towns import grid_town, line_town

STREETS = [
    ("ube_walk_osmnx.gpkg", None),
    ("helsinki.osm.pbf", None),
    ("porto_alegre.osm.pbf", None),
    ("porto_alegre.osm.pbf", "porto_alegre_elevation.tif"),
]


@cache
def real_lines(folder: Path, streets: str, elevation: str | None) -> StreetLines:
    path = folder / "streets"
    return read_lines(path / streets, elevation=path / elevation if elevation else None)


def points_beside(network: StreetNetwork, many: int, seed: int) -> gpd.GeoDataFrame:
    """Points up to some tens of metres off the streets that are no islets."""
    rng = np.random.default_rng(seed)
    on = rng.integers(0, len(network.vertex_x), 3 * many)
    x = network.vertex_x[on] + rng.normal(0, 25, len(on))
    y = network.vertex_y[on] + rng.normal(0, 25, len(on))
    islet = network.part_metres < ISLET
    nearest = network.edge_part[attach_plane(x, y, replace_islets(network)).spots.edge]
    keep = np.flatnonzero(~islet[nearest])[:many]
    lon, lat = network.from_lonlat.transform(x[keep], y[keep], direction="INVERSE")
    return gpd.GeoDataFrame(geometry=shapely.points(lon, lat), crs=4326)


def replace_islets(network: StreetNetwork) -> StreetNetwork:
    """The same network where no part counts as an islet."""
    return replace(network, part_metres=np.maximum(network.part_metres, ISLET))


@pytest.mark.realdata
@pytest.mark.parametrize(("streets", "elevation"), STREETS)
def test_minutes_agree_with_dijkstra_on_unsimplified_streets(
    realdata: Path, streets: str, elevation: str | None
) -> None:
    lines = real_lines(realdata, streets, elevation)
    network = build_network(lines)
    points = points_beside(network, 200, seed=7)
    wanted = oracle_minutes(lines, points.geometry.x.to_numpy(), points.geometry.y.to_numpy())
    np.fill_diagonal(wanted, np.nan)
    given_ = walking_minutes(network, points, points, within=600.0).tocoo()
    found = np.full(wanted.shape, np.inf)
    found[given_.row, given_.col] = given_.data
    both = np.isfinite(wanted) & np.isfinite(found)
    assert both.sum() > 0.5 * wanted.size
    assert np.abs(wanted[both] - found[both]).max() < 0.1 / 60
    assert (np.isfinite(wanted) == np.isfinite(found))[~np.isnan(wanted)].all()


@pytest.mark.realdata
@pytest.mark.parametrize(("streets", "elevation"), STREETS)
def test_simplifying_keeps_all_street(realdata: Path, streets: str, elevation: str | None) -> None:
    lines = real_lines(realdata, streets, elevation)
    network = build_network(lines)
    assert network.metres == pytest.approx(lines.metres.sum(), abs=0.001 * network.edges)
    assert network.nodes < len(np.unique(np.concatenate([lines.tail, lines.head])))


def minutes_between(town: Town, start: str, end: str, *, within: float = 60.0) -> float:
    households = town.households.set_index("id", drop=False)
    table = walking_minutes(
        town.streets, households.loc[[start]], households.loc[[end]], within=within
    )
    return float(table.data[0]) if table.nnz else float("nan")


def test_flat_walk_takes_80_metres_a_minute() -> None:
    town = line_town("H1 . . . H2")
    assert minutes_between(town, "H1", "H2") == pytest.approx(5.0, abs=1e-3)


def test_uphill_takes_longer_than_down() -> None:
    town = line_town("H1 . H2", heights="0 10 20")
    up, down = minutes_between(town, "H1", "H2"), minutes_between(town, "H2", "H1")
    # 6 exp(-3.5 |S + 0.05|) for S = ±0.1, scaled to 80 m/min on the flat
    assert up == pytest.approx(200 / (80 * np.exp(-0.35)), abs=1e-3)
    assert down == pytest.approx(200 / 80.0, abs=1e-3)


def test_nothing_beyond_the_limit_is_stored() -> None:
    town = line_town("H1 . . . H2")
    assert np.isnan(minutes_between(town, "H1", "H2", within=4.9))
    assert minutes_between(town, "H1", "H2", within=5.01) == pytest.approx(5.0, abs=1e-3)


def test_a_house_in_the_middle_of_a_street_is_measured_from_there() -> None:
    town = line_town("H1 . . . .")
    house = town.households
    lon = house.geometry.x.iloc[0]
    east = line_town("H1 . . . H2").households.geometry.x.iloc[1]
    middle = house.assign(id="M").set_geometry(
        gpd.GeoSeries([shapely.Point(lon + (east - lon) * 0.3, house.geometry.y.iloc[0])], crs=4326)
    )
    table = walking_minutes(town.streets, house, middle)
    assert float(table.data[0]) == pytest.approx(0.3 * 400 / 80, abs=0.01)


def test_unreachable_is_absent() -> None:
    town = line_town("H1 . . / / H2 . .")
    streets = town.streets
    assert streets.parts == 2
    far = replace_islets(streets)
    table = walking_minutes(far, town.households.iloc[[0]], town.households.iloc[[1]], within=500)
    assert table.nnz == 0


def test_a_point_without_position_reaches_nothing() -> None:
    town = line_town("H1 . H2")
    lost = town.households.set_geometry(gpd.GeoSeries([None, None], crs=4326))
    assert walking_minutes(town.streets, lost, town.households).nnz == 0


@pytest.mark.parametrize(("step", "part"), [(45.0, 0), (60.0, 1)])
def test_beside_an_islet_the_mainland_is_taken_if_it_is_near(step: float, part: int) -> None:
    """The mainland lies two rows to the north: 90 m in one town, 120 m in the other."""
    mainland, sea, islet = ". " * 20, "/ " * 20, "H1 . ." + " /" * 17
    town = line_town(f"{mainland}\n{sea}\n{islet}", step=step)
    assert town.streets.parts == 2
    assert town.streets.part_metres[1] < ISLET
    assert attach(town.households, town.streets).part.tolist() == [part]


def test_steps_are_slow_and_can_be_closed() -> None:
    lines = replace(three_in_a_row(), steps=np.array([False, True]))
    network = build_network(lines)
    assert network.nodes == 3, "steps begin at a node of their own"
    points = gpd.GeoDataFrame(
        geometry=shapely.points(lines.lon[[0, 2]], lines.lat[[0, 2]]), crs=4326
    )
    slow = walking_minutes(network, points, points).toarray()[0, 1]
    assert slow == pytest.approx(100 / 80 + 100 / 40, abs=1e-3)
    assert walking_minutes(network.without_steps, points, points).nnz < 4
    assert network.without_steps.edge_open.tolist() == [[True, True], [False, False]]


def three_in_a_row() -> StreetLines:
    lon, lat = 130.88 + np.arange(3) * 0.00108, np.full(3, 33.88)
    both = np.ones(2, bool)
    return StreetLines(
        lon=lon, lat=lat, elevation=np.zeros(3), tail=np.array([0, 1]), head=np.array([1, 2]),
        metres=np.array([100.0, 100.0]), steps=~both, there=both, back=both,
    )  # fmt: skip


def test_a_one_way_walk_has_no_way_back() -> None:
    lines = replace(three_in_a_row(), back=np.array([True, False]))
    network = build_network(lines)
    points = gpd.GeoDataFrame(
        geometry=shapely.points(lines.lon[[0, 2]], lines.lat[[0, 2]]), crs=4326
    )
    table = walking_minutes(network, points, points).toarray()
    assert table[0, 1] == pytest.approx(2.5, abs=1e-3)
    assert table[1, 0] == 0


@pytest.mark.parametrize("forward", [True, False])
def test_a_one_way_street_is_one_way_between_two_houses_on_it(forward: bool) -> None:
    one_way, closed = np.array([True, True]), np.array([False, False])
    lines = replace(
        three_in_a_row(),
        there=one_way if forward else closed,
        back=closed if forward else one_way,
    )
    lon = lines.lon[0] + (lines.lon[2] - lines.lon[0]) * np.array([0.2, 0.7])
    points = gpd.GeoDataFrame(geometry=shapely.points(lon, lines.lat[:2]), crs=4326)
    table = walking_minutes(build_network(lines), points, points).toarray()
    along, against = (table[0, 1], table[1, 0]) if forward else (table[1, 0], table[0, 1])
    assert along == pytest.approx(100 / 80, abs=0.01)
    assert against == 0


def test_a_ring_without_junction_is_walked_both_ways_round() -> None:
    angle = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    lon, lat = 130.88 + 0.001 * np.cos(angle), 33.88 + 0.001 * np.sin(angle)
    both = np.ones(8, bool)
    ring = StreetLines(
        lon=lon, lat=lat, elevation=np.zeros(8), tail=np.arange(8), head=(np.arange(8) + 1) % 8,
        metres=np.full(8, 100.0), steps=~both, there=both, back=both,
    )  # fmt: skip
    network = build_network(ring)
    assert (network.edges, network.nodes) == (1, 1)
    points = gpd.GeoDataFrame(geometry=shapely.points(lon, lat), crs=4326)
    table = walking_minutes(network, points, points).toarray()
    hops = np.abs(np.arange(8)[:, None] - np.arange(8)[None, :])
    np.testing.assert_allclose(table, np.minimum(hops, 8 - hops) * 1.25, atol=1e-3)


def moved(layer: gpd.GeoDataFrame, east: float) -> gpd.GeoDataFrame:
    return layer.set_geometry(layer.geometry.translate(xoff=east))


@given(st.integers(0, 10_000), st.floats(-0.3, 0.3))
def test_moving_the_whole_town_changes_nothing(seed: int, east: float) -> None:
    rng = np.random.default_rng(seed)
    lon, lat = 130.88 + rng.uniform(0, 0.01, 30), 33.88 + rng.uniform(0, 0.01, 30)
    tail, head = np.arange(29), rng.integers(0, np.arange(29) + 1)
    tail, head = (
        np.append(tail + 1, rng.integers(0, 30, 9)),
        np.append(head, rng.integers(0, 30, 9)),
    )
    keep = tail != head
    both = np.ones(int(keep.sum()), bool)
    lines = StreetLines(
        lon=lon, lat=lat, elevation=rng.uniform(0, 40, 30), tail=tail[keep], head=head[keep],
        metres=rng.uniform(30, 300, len(keep))[keep], steps=rng.random(len(both)) < 0.2,
        there=both, back=both,
    )  # fmt: skip
    at = rng.integers(0, 30, (2, 8))
    households = gpd.GeoDataFrame(
        {"id": [f"H{n}" for n in range(8)]},
        geometry=shapely.points(lon[at[0]], lat[at[0]]),
        crs=4326,
    )
    supporters = gpd.GeoDataFrame(
        {"id": [f"S{n}" for n in range(8)], "activities": [["talk"]] * 8},
        geometry=shapely.points(lon[at[1]], lat[at[1]]), crs=4326,
    )  # fmt: skip
    here = nearest_supporters(households, supporters, build_network(lines))
    there = nearest_supporters(
        moved(households, east), moved(supporters, east),
        build_network(replace(lines, lon=lines.lon + east)),
    )  # fmt: skip
    pairs = ["household_id", "supporter_id"]
    both_ways = here.merge(there, on=pairs, how="outer", suffixes=("", "_moved"))
    near = both_ways[both_ways[["minutes", "minutes_moved"]].max(axis=1) < 29.9]
    assert len(near) > 0
    np.testing.assert_allclose(near["minutes"], near["minutes_moved"], atol=1e-3)


def test_cutting_stretches_for_a_raster_changes_no_distance() -> None:
    lines = three_in_a_row()
    cut = densify(lines)
    assert len(cut.tail) == 8
    assert cut.metres.sum() == pytest.approx(200)
    assert build_network(cut).metres == pytest.approx(build_network(lines).metres)
    assert build_network(cut).edges == build_network(lines).edges


def test_a_saved_network_opens_the_same(tmp_path: Path) -> None:
    town = grid_town(4)
    town.streets.save(tmp_path / "streets")
    opened = StreetNetwork.load(tmp_path / "streets")
    before = walking_minutes(town.streets, town.households, town.supporters)
    after = walking_minutes(opened, town.households, town.supporters)
    assert (before != after).nnz == 0
    assert isinstance(opened.vertex_x.base, np.memmap)
    assert not opened.vertex_x.flags.writeable
    town.streets.save(tmp_path / "streets")
    assert [path.name for path in tmp_path.iterdir()] == ["streets"]


@pytest.mark.parametrize("harm", ["no description", "missing array", "short array", "version"])
def test_a_damaged_network_says_so(tmp_path: Path, harm: str) -> None:
    folder = tmp_path / "streets"
    grid_town(3).streets.save(folder)
    if harm == "no description":
        (folder / "network.json").unlink()
    elif harm == "missing array":
        (folder / "arc_node.npy").unlink()
    elif harm == "short array":
        np.save(folder / "arc_node.npy", np.zeros(3, np.int32))
    else:
        (folder / "network.json").write_text('{"version": 0}')
    with pytest.raises(NetworkDamaged, match="Import the streets again"):
        StreetNetwork.load(folder)


def test_nothing_to_walk_on_is_a_fault() -> None:
    lines = replace(three_in_a_row(), there=np.zeros(2, bool), back=np.zeros(2, bool))
    with pytest.raises(NetworkEmpty):
        build_network(lines)


@pytest.mark.parametrize("pace", [0.0, -1.0, 9.9, 1000.0, float("nan")])
def test_a_pace_nobody_walks_is_refused(pace: float) -> None:
    with pytest.raises(ParameterWrong, match="pace"):
        build_network(three_in_a_row(), pace=pace)
