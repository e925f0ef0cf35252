"""Where the next helpers count most: on streets drawn as pictures, and by trying every choice."""

from __future__ import annotations

from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo.coverage import Ask, Cover, Helper
from geo.errors import LayerFaulty, ParameterWrong, SitesTooFew
from geo.proximity import SupporterPool
from geo.siting import Goal, mesh_candidates, recruit, street_candidates
from tests.towns import grid_town, line_town

TOWN = line_town("H1 S1 . . . . H2 H3 . . . . . H4 .")


def cover_of(town: object = TOWN, within: float = 3.0, **columns: object) -> Cover:
    demand = town.households.assign(**columns)
    return Cover(demand, SupporterPool(town.supporters, town.streets), within=within)


def places_of(town: object = TOWN) -> gpd.GeoDataFrame:
    """Every home as a candidate."""
    return town.households[["id", "geometry"]]


def test_the_best_place_is_where_most_are_whom_nobody_reaches() -> None:
    found = recruit(cover_of(), places_of(), sites=2, asks=[Ask("garbage")])
    assert found.sites["id"].tolist() == ["H2", "H4"]
    assert found.sites["rank"].tolist() == [1, 2]
    assert found.sites["gain"].tolist() == [2.0, 1.0]
    assert (found.reached, found.total, found.left_out) == ((1.0,), (4.0,), (0,))
    assert found.siting.value == 4.0
    assert found.siting.proven
    assert found.siting.kept.tolist() == [4]


def test_helpers_of_today_count_only_for_what_they_do() -> None:
    one = recruit(cover_of(), places_of(), sites=3, asks=[Ask("talk")])
    assert one.reached == (0.0,)
    assert sorted(one.sites["id"]) == ["H1", "H2", "H4"]
    both = recruit(
        cover_of(), places_of(), sites=3, asks=[Ask("garbage"), Ask("talk")],
        weights=["households"],
    )  # fmt: skip
    assert both.sites["gain"].tolist() == [4.0, 2.0, 1.0]
    assert (both.reached, both.total) == ((1.0, 0.0), (4.0, 4.0))


def test_unknown_weights_and_places_count_for_nothing_and_are_told() -> None:
    town = line_town("S1 H1 . . . . . H2 . . . . . H3")
    homes = town.households.assign(visits=[1.0, np.nan, 1.0])
    homes.loc[2, "geometry"] = None
    cover = Cover(homes, SupporterPool(town.supporters, town.streets), within=3.0)
    found = recruit(cover, places_of(town).iloc[:2], sites=2, weights=["visits"])
    assert len(found.sites) == 0
    assert (found.total, found.left_out) == ((1.0,), (2,))


def test_least_travel_counts_a_walk_beyond_the_limit_as_the_limit() -> None:
    cover = cover_of(within=3.0)
    found = recruit(cover, places_of(), sites=1, goal="least_travel", asks=[Ask("garbage")])
    minutes = cover.candidate_rows(places_of()).toarray()
    stored = cover.candidate_rows(places_of())
    stored.data[:] = 1.0
    known = np.where(stored.toarray() > 0, minutes, 3.0)
    today = np.nan_to_num(cover.nearest(Ask("garbage")), nan=3.0)
    best = min(float(np.minimum(known[:, place], today).sum()) for place in range(4))
    assert found.siting.value == pytest.approx(best)


def test_fewest_sites_reach_whatever_can_be_reached() -> None:
    found = recruit(cover_of(), places_of(), sites=0, goal="fewest_sites", asks=[Ask("garbage")])
    assert found.siting.value == 2
    assert found.sites["id"].tolist() == ["H2", "H4"]


def test_the_longest_walk_is_made_short() -> None:
    found = recruit(cover_of(within=20.0), places_of(), sites=1, goal="smallest_worst")
    near = cover_of(within=20.0).nearest(Ask())
    walks = cover_of(within=20.0).candidate_rows(places_of()).toarray()
    worst = [np.minimum(walks[:, place], near).max() for place in range(4)]
    assert found.siting.value == pytest.approx(min(worst))
    with pytest.raises(SitesTooFew):
        recruit(cover_of(within=3.0), places_of(), sites=1, goal="smallest_worst")


def test_a_floor_is_kept_in_each_district_for_each_activity() -> None:
    cover = cover_of(district_id=["A", "A", "A", "B"])
    free = recruit(cover, places_of(), sites=1, asks=[Ask("garbage")])
    fair = recruit(cover, places_of(), sites=1, asks=[Ask("garbage")], floors={"B": 1.0})
    assert free.sites["id"].tolist() == ["H2"]
    assert fair.sites["id"].tolist() == ["H4"]
    both = recruit(
        cover, places_of(), sites=2, asks=[Ask("garbage"), Ask("talk")],
        floors={"A": 0.3, "B": 1.0},
    )  # fmt: skip
    assert sorted(both.sites["id"]) == ["H2", "H4"]


@pytest.mark.parametrize("goal", ["cover_most", "least_travel"])
def test_what_is_promised_is_what_new_helpers_there_would_reach(goal: Goal) -> None:
    town = grid_town(6, supporters=((0, 0), (5, 2)))
    cover = cover_of(town, within=2.5)
    places = places_of(town).iloc[::3].reset_index(drop=True)
    found = recruit(cover, places, sites=2, goal=goal)

    def with_helpers(chosen: gpd.GeoDataFrame) -> Cover:
        at = [(point.x, point.y) for point in chosen.geometry]
        new = [Helper(f"new{n}", lon, lat, ("talk",)) for n, (lon, lat) in enumerate(at)]
        return cover.changed(add=new)

    def worth(one: Cover) -> float:
        if goal == "cover_most":
            return float((one.state(Ask()) == 2).sum())
        return -float(np.nan_to_num(one.nearest(Ask()), nan=2.5).sum())

    best = max(
        worth(with_helpers(places.iloc[list(two)])) for two in combinations(range(len(places)), 2)
    )
    assert worth(with_helpers(found.sites)) == pytest.approx(best)
    assert abs(found.siting.value) == pytest.approx(abs(best))
    gained = (with_helpers(found.sites).state(Ask()) == 2).sum() - (cover.state(Ask()) == 2).sum()
    assert found.sites["gain"].sum() == gained


def test_what_cannot_be_asked_is_refused() -> None:
    cover, places = cover_of(), places_of()
    with pytest.raises(ParameterWrong):
        recruit(cover, places, sites=1, asks=[])
    with pytest.raises(ParameterWrong):
        recruit(cover, places, sites=1, weights=["households", "households"])
    with pytest.raises(ParameterWrong):
        recruit(cover, places, sites=1, goal="best")
    with pytest.raises(ParameterWrong):
        recruit(cover, places, sites=1, weights=["people_65"])
    with pytest.raises(ParameterWrong):
        recruit(cover, places, sites=1, goal="smallest_worst", floors={"D1": 0.1})
    with pytest.raises(LayerFaulty):
        recruit(cover, places.drop(columns="id"), sites=1)


def test_places_on_the_streets_are_one_in_each_square_and_stay_where_they_are() -> None:
    town = grid_town(8)
    places = street_candidates(town.streets, every=250.0)
    at = np.column_stack(town.streets.from_lonlat.transform(places.geometry.x, places.geometry.y))
    squares = pd.DataFrame(np.floor(at / 250.0))
    assert not squares.duplicated().any()
    assert places["id"].is_unique
    assert 8 <= len(places) <= 16
    inside = street_candidates(town.streets, every=250.0, districts=town.districts)
    assert inside["id"].tolist() == places["id"].tolist()
    assert set(inside["district_id"]) == {"D1"}
    with pytest.raises(ParameterWrong):
        street_candidates(town.streets, every=0.0)


def test_middles_of_mesh_cells_lie_in_a_district_and_carry_the_code() -> None:
    from geo import mesh_code

    town = grid_town(3)
    cells = mesh_candidates(town.districts)
    codes = mesh_code(cells.geometry.x.to_numpy(), cells.geometry.y.to_numpy())
    assert cells["id"].tolist() == codes.tolist()
    assert town.districts.union_all().contains(cells.geometry.to_numpy()).all()
