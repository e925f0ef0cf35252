"""Streets really reached: equal to brute force, whole, and lawful."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coverage import REACHED, Ask, Cover, street_cover
from geo.proximity import SupporterPool
from geo.sample import Town, sample_town
from geo.walk.build import build_network
from geo.walk.network import StreetLines, StreetNetwork
from geo.walk.sources import read_lines
from tests.geo.walking_oracle import oracle_minutes
from tests.towns import grid_town, line_town


def along(cover: gpd.GeoDataFrame, many: int) -> tuple[gpd.GeoDataFrame, np.ndarray]:
    """Points inside the stretches, and whether their stretch is reached."""
    rng = np.random.default_rng(4)
    row = rng.choice(np.flatnonzero(cover["metres"] > 2.0), many)
    lines = cover.geometry.to_numpy()[row]
    at = shapely.line_interpolate_point(lines, rng.uniform(0.05, 0.95, many), normalized=True)
    points = gpd.GeoDataFrame({"id": [f"P{n}" for n in range(many)]}, geometry=at, crs=4326)
    return points, cover["reached"].to_numpy()[row]


def one_way_town() -> Town:
    """A square of streets, each a hundred metres, one of which may be walked one way only."""
    town = line_town("S1 .\n. .")
    lines = StreetLines(
        *(np.array(column) for column in zip(*_corners(town), strict=True)),
        elevation=np.zeros(4),
        tail=np.array([0, 1, 2, 3]),
        head=np.array([1, 2, 3, 0]),
        metres=np.full(4, 100.0),
        steps=np.zeros(4, bool),
        there=np.ones(4, bool),
        back=np.array([True, True, False, True]),
    )
    return Town(**{**vars(town), "streets": build_network(lines)})


def _corners(town: Town) -> list[tuple[float, float]]:
    west, south, east, north = town.streets.lines().total_bounds
    return [(west, north), (east, north), (east, south), (west, south)]


def test_a_street_is_cut_where_the_walk_ends() -> None:
    cover = street_cover(
        line_town("S1 . . . .").supporters, line_town("S1 . . . .").streets, within=2.5
    )
    assert cover["reached"].tolist() == [True, False]
    assert cover["metres"].tolist() == pytest.approx([200.0, 200.0], abs=0.01)


def test_a_helper_in_the_middle_of_a_street_reaches_both_ways() -> None:
    town = line_town(". . S1 . .")
    cover = street_cover(town.supporters, town.streets, within=1.0)
    assert cover["reached"].tolist() == [False, True, False]
    assert cover["metres"].tolist() == pytest.approx([120.0, 160.0, 120.0], abs=0.01)


@pytest.mark.parametrize(("within", "reached"), [(2.4, 292.0), (2.6, 400.0)])
def test_a_street_that_leads_one_way_is_walked_round_or_not_at_all(
    within: float, reached: float
) -> None:
    town = one_way_town()
    cover = street_cover(town.supporters, town.streets, within=within)
    assert cover.loc[cover["reached"], "metres"].sum() == pytest.approx(reached, abs=0.2)


def test_each_walks_at_their_own_pace_and_no_farther_than_they_like() -> None:
    facts = {"S1": {"pace": 40.0}, "S2": {"farthest_minutes": 1.0}, "S3": {"activities": None}}
    town = line_town("S1 . . . . . . . S2 . . . . . . . S3", facts=facts)
    cover = street_cover(town.supporters, town.streets, ask=Ask("garbage"), within=2.5)
    assert cover["metres"].tolist() == pytest.approx([100.0, 620.0, 160.0, 720.0], abs=0.02)
    assert cover["reached"].tolist() == [True, False, True, False]


@pytest.mark.parametrize(("flat", "within"), [(False, 3.0), (False, 8.0), (True, 2.2)])
def test_points_of_reached_streets_are_reached_and_the_others_are_not(
    *, flat: bool, within: float
) -> None:
    town = sample_town(seed=5, households=20, supporters=40)
    if flat:
        town = grid_town(8, supporters=((1, 1), (5, 6)))
    assert town.streets.asymmetry.is_none == flat
    pool = SupporterPool(town.supporters, town.streets)
    cover = street_cover(pool, town.streets, ask=Ask("garbage"), within=within)
    assert cover["metres"].sum() == pytest.approx(town.streets.metres)
    points, reached = along(cover, 500)
    states = Cover(points, pool, within=within).state(Ask("garbage"))
    assert 20 < reached.sum() < 480
    assert ((states == REACHED) == reached).all()


def test_nobody_reaches_nothing() -> None:
    town = line_town("S1 . . H1")
    cover = street_cover(town.supporters[:0], town.streets)
    assert cover["reached"].tolist() == [False]
    assert cover["metres"].sum() == pytest.approx(town.streets.metres)


@settings(max_examples=6)
@given(
    at=st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=4, unique=True
    ),
    within=st.floats(0.5, 3.0),
)
def test_one_more_helper_or_a_longer_walk_never_lowers_the_streets_reached(
    at: list[tuple[int, int]], within: float
) -> None:
    town = grid_town(4, supporters=tuple(at))

    def reached(supporters: gpd.GeoDataFrame, within: float) -> float:
        cover = street_cover(supporters, town.streets, within=within)
        return float(cover.loc[cover["reached"], "metres"].sum())

    assert reached(town.supporters[:-1], within) <= reached(town.supporters, within) + 1e-6
    assert reached(town.supporters, within) <= reached(town.supporters, within + 0.5) + 1e-6


@pytest.mark.realdata
def test_streets_of_ube_are_reached_as_brute_force_says(realdata: Path) -> None:
    lines = read_lines(realdata / "streets" / "ube_walk_osmnx.gpkg")
    network = build_network(lines)
    supporters = people(network, 60)
    within, many = 6.0, 1500
    cover = street_cover(supporters, network, within=within)
    points, reached = along(cover, many)
    everywhere = pd.concat([supporters.geometry, points.geometry])
    trips = np.zeros((len(supporters), len(everywhere)))
    for backward in (False, True):
        trips += oracle_minutes(
            lines, everywhere.x.to_numpy(), everywhere.y.to_numpy(),
            starts=len(supporters), limit=4 * within, backward=backward,
        )  # fmt: skip
    minutes = trips[:, len(supporters) :] / 2 * 80.0 / supporters["pace"].to_numpy()[:, None]
    slack = (
        minutes - np.minimum(supporters["farthest_minutes"].fillna(99), within).to_numpy()[:, None]
    ).min(axis=0)
    clear = np.abs(slack) > 0.005
    assert clear.mean() > 0.98
    assert 0.1 < reached.mean() < 0.9
    assert ((slack <= 0) == reached)[clear].all()
    states = Cover(points, SupporterPool(supporters, network), within=within).state(Ask())
    assert ((states == REACHED) == (slack <= 0))[clear].all()


def people(network: StreetNetwork, many: int) -> gpd.GeoDataFrame:
    """Helpers scattered beside the streets, of several paces and limits."""
    rng = np.random.default_rng(11)
    on = rng.integers(0, len(network.vertex_x), many)
    lon, lat = network.from_lonlat.transform(
        network.vertex_x[on] + rng.normal(0, 20, many),
        network.vertex_y[on] + rng.normal(0, 20, many),
        direction="INVERSE",
    )
    table = {
        "id": [f"S{number:03d}" for number in range(many)],
        "activities": pd.Series([["garbage"]] * many, dtype=object),
        "pace": rng.choice([60.0, 80.0], many),
        "farthest_minutes": rng.choice([4.0, 10.0, np.nan], many),
    }
    return gpd.GeoDataFrame(table, geometry=shapely.points(lon, lat), crs=4326)
