"""Who reaches what: lawful, the same after changes as made anew, and open about the unknown."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coverage import (
    BEYOND,
    MAYBE,
    NOWHERE,
    REACHED,
    Ask,
    Cover,
    Helper,
    coverage_table,
    uncovered_households,
)
from geo.errors import CrsMissing, LayerFaulty, NotFound, ParameterWrong
from geo.proximity import SupporterPool
from geo.sample import Town, sample_town
from geo.walk.attach import attach
from geo.walk.reach import round_trips
from tests.towns import Facts, grid_town, line_town

GARBAGE = Ask("garbage")
ASKS = {"any": Ask(), "garbage": GARBAGE, "tuesday": Ask("garbage", "TU", "09:00-11:00")}


def cover_of(town: Town, *, within: float = 5.0, streets: bool = True) -> Cover:
    pool = SupporterPool(town.supporters, town.streets if streets else None)
    return Cover(town.households, pool, within=within)


def one_street(facts: Facts | None = None) -> Cover:
    return cover_of(line_town("S1 . H1 . H2 . H3 . H4 S2", facts=facts), within=2.5)


def assert_same(one: Cover, other: Cover) -> None:
    for ask in ASKS.values():
        assert one.state(ask).tolist() == other.state(ask).tolist()
        assert one.helpers(ask).tolist() == other.helpers(ask).tolist()
        np.testing.assert_array_equal(one.nearest(ask), other.nearest(ask))
        pd.testing.assert_frame_equal(
            one.carried(ask, "households"), other.carried(ask, "households")
        )
    assert (one.pairs() != other.pairs()).nnz == 0


@pytest.fixture(scope="module")
def town() -> Town:
    return sample_town(seed=3, households=120, supporters=25)


def test_who_is_within_the_walk_is_reached_and_the_others_are_beyond() -> None:
    assert one_street().state(GARBAGE).tolist() == [REACHED, BEYOND, BEYOND, REACHED]


@pytest.mark.parametrize("streets", [True, False])
def test_what_is_not_reached_is_what_uncovered_households_names(
    town: Town, *, streets: bool
) -> None:
    cover = cover_of(town, streets=streets, within=8.0)
    missing = uncovered_households(town.households, cover.pool, activity="garbage", within=8.0)
    beyond = cover.state(GARBAGE) != REACHED
    assert 0 < beyond.sum() < len(cover)
    assert town.households["id"][beyond].tolist() == missing["id"].tolist()


def test_pairs_on_slopes_are_those_of_a_search_for_each_way(town: Town) -> None:
    cover = cover_of(town, within=6.0)
    assert not town.streets.asymmetry.is_none
    pool, member = cover.pool, np.flatnonzero(cover.pool.active)
    limit = np.minimum(pool.farthest, 6.0)[member]
    trips = round_trips(
        pool.attached.only(member), attach(town.households, town.streets), pool.pace[member], limit
    )
    pairs = cover.pairs().tocoo()
    assert pairs.coords[0].tolist() == trips.source.tolist()
    assert pairs.coords[1].tolist() == trips.target.tolist()
    assert pairs.data.tolist() == trips.minutes.tolist()


def test_helpers_not_asked_make_a_maybe_and_never_a_reached() -> None:
    unasked = one_street({"S1": {"activities": None}, "S2": {"weekdays": None}})
    assert unasked.state(GARBAGE).tolist() == [MAYBE, BEYOND, BEYOND, REACHED]
    assert unasked.state(Ask("garbage", "TU")).tolist() == [MAYBE, BEYOND, BEYOND, MAYBE]
    assert unasked.state(Ask()).tolist() == [REACHED, BEYOND, BEYOND, REACHED]


def test_a_day_or_an_hour_that_does_not_suit_reaches_nobody() -> None:
    cover = one_street({"S1": {"weekdays": ["MO"]}, "S2": {"hours": ["08:00-10:00"]}})
    assert cover.state(Ask("garbage", "TU")).tolist() == [BEYOND, BEYOND, BEYOND, REACHED]
    assert cover.state(Ask("garbage", "MO", "09:30-10:30")).tolist() == [REACHED, *[BEYOND] * 3]
    assert cover.state(Ask("laundry")).tolist() == [BEYOND] * 4


def test_who_is_not_active_or_has_a_limit_of_their_own_does_not_go_farther() -> None:
    cover = one_street({"S1": {"status": "resting"}, "S2": {"farthest_minutes": 1.0}})
    assert cover.state(GARBAGE).tolist() == [BEYOND] * 4
    assert cover.supporter_ids.tolist() == ["S2"]


def test_a_household_without_a_position_is_nowhere() -> None:
    town = line_town("S1 H1 H2")
    points = town.households.geometry.to_numpy().copy()
    points[0] = None
    homes = town.households.set_geometry(gpd.GeoSeries(points, crs=4326))
    for streets in (town.streets, None):
        cover = Cover(homes, SupporterPool(town.supporters, streets), within=5)
        assert cover.state(GARBAGE).tolist() == [NOWHERE, REACHED]


def test_no_supporters_and_no_demand_are_answers_too() -> None:
    town = line_town("S1 H1 H2")
    for streets in (town.streets, None):
        nobody = Cover(town.households, SupporterPool(town.supporters[:0], streets), within=5)
        assert nobody.state(Ask()).tolist() == [BEYOND, BEYOND]
        nothing = Cover(town.households[:0], SupporterPool(town.supporters, streets), within=5)
        assert nothing.state(Ask()).tolist() == []
        point = town.households.geometry.iloc[1]
        came = nobody.changed(add=[Helper("N", point.x, point.y, ("garbage",))])
        assert came.state(GARBAGE).tolist() == [REACHED, REACHED]


def test_what_each_carries_alone_and_reaches_at_all() -> None:
    cover = cover_of(line_town("H1 S1 H2 S2 H3"), within=1.25)
    found = cover.carried(GARBAGE, "households")
    assert found.to_numpy().tolist() == [["S1", 1.0, 2.0], ["S2", 1.0, 2.0]]


def test_a_helper_on_trial_reaches_what_they_reach_once_added() -> None:
    cover = one_street()
    at = cover.demand.geometry.iloc[1]
    rows, minutes = cover.reach_of(Helper("N", at.x, at.y, ()))
    assert rows.tolist() == [0, 1, 2]
    assert minutes == pytest.approx([2.5, 0.0, 2.5], abs=1e-4)


@pytest.mark.parametrize("streets", [True, False])
def test_minutes_from_candidates_are_those_of_helpers_who_stand_there(
    town: Town, *, streets: bool
) -> None:
    cover = cover_of(town, streets=streets)
    places = town.places[["id", "geometry"]]
    minutes = cover.candidate_rows(places)
    assert minutes.shape == (len(cover), len(places))
    for column, point in enumerate(places.geometry):
        rows, found = cover.reach_of(Helper("N", point.x, point.y, ()))
        part = minutes[:, [column]].tocoo()
        assert part.coords[0].tolist() == rows.tolist()
        assert part.data.tolist() == found.tolist()


@st.composite
def changes(draw: st.DrawFn) -> tuple[list[Helper], dict[str, tuple[float, float]], list[str]]:
    """Some of the sample's supporters moved or gone, others come."""
    places = st.tuples(st.floats(130.57, 130.62), st.floats(34.13, 34.16))
    ids = [f"S{number:05d}" for number in range(1, 26)]
    told = st.sampled_from([("garbage",), ("talk", "garbage"), ()])
    days = st.sampled_from([None, ("TU",), ("MO", "TU")])
    hours = st.sampled_from([None, ("09:00-12:00",), ()])
    add = [
        Helper(f"N{n}", *draw(places), draw(told), draw(days), draw(hours))
        for n in range(draw(st.integers(0, 3)))
    ]
    gone = draw(st.sets(st.sampled_from(ids), max_size=4))
    move = draw(st.dictionaries(st.sampled_from([i for i in ids if i not in gone]), places))
    return add, move, sorted(gone)


@pytest.mark.parametrize("streets", [True, False])
@settings(max_examples=5)
@given(first=changes())
def test_changed_equals_a_cover_made_anew(
    town: Town,
    first: tuple[list[Helper], dict[str, tuple[float, float]], list[str]],
    *,
    streets: bool,
) -> None:
    cover = cover_of(town, streets=streets)
    assert set(cover.supporter_ids) <= set(cover.pool.ids)
    before = cover.state(GARBAGE).tolist()
    add, move, remove = first
    changed = cover.changed(add=add, move=move, remove=remove)
    assert_same(changed, Cover(town.households, changed.pool, within=5.0))
    point = town.places.geometry.iloc[0]
    again = changed.changed(
        add=[Helper("Z", point.x, point.y, ("garbage",))],
        remove=[one.id for one in add][:1],
        move={one.id: (point.x, point.y) for one in add[1:]},
    )
    assert_same(again, Cover(town.households, again.pool, within=5.0))
    assert cover.state(GARBAGE).tolist() == before


def test_who_is_not_there_can_be_neither_moved_nor_removed_and_nobody_comes_twice() -> None:
    cover = one_street()
    with pytest.raises(NotFound):
        cover.changed(remove=["S9"])
    with pytest.raises(NotFound):
        cover.changed(remove=["S1"]).changed(move={"S1": (130.88, 33.88)})
    with pytest.raises(ParameterWrong):
        cover.changed(add=[Helper("S1", 130.88, 33.88, ())])
    with pytest.raises(ParameterWrong):
        cover.changed(move={"S1": (0.0, 91.0)})
    back = cover.changed(remove=["S1"]).changed(add=[Helper("S1", 130.88, 33.88, ("garbage",))])
    assert back.supporter_ids.tolist() == ["S1", "S2"]


@settings(max_examples=6)
@given(
    at=st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=4, unique=True
    ),
    within=st.floats(1.0, 4.0),
)
def test_one_more_supporter_or_a_longer_walk_never_lowers_cover(
    at: list[tuple[int, int]], within: float
) -> None:
    town = grid_town(5, supporters=tuple(at))
    cover = cover_of(town, within=within)
    last = f"S{len(at)}"
    assert (cover.changed(remove=[last]).state(GARBAGE) <= cover.state(GARBAGE)).all()
    assert (cover.state(GARBAGE) <= cover_of(town, within=within + 1.0).state(GARBAGE)).all()


def test_moving_streets_and_all_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = "S1 . H1 . H2\n/ / . / .\nH3 . S2 . H4"
    here = cover_of(line_town(picture), within=2.6)
    monkeypatch.setattr("tests.towns._MIDDLE", (130.70, 33.60))
    there = cover_of(line_town(picture), within=2.6)
    assert 0 < (here.state(GARBAGE) == REACHED).sum() < len(here)
    assert here.state(GARBAGE).tolist() == there.state(GARBAGE).tolist()
    np.testing.assert_allclose(here.nearest(GARBAGE), there.nearest(GARBAGE), atol=1e-4)


def test_moving_the_whole_town_changes_nothing(town: Town) -> None:
    moved = [
        layer.set_geometry(layer.geometry.translate(0.05, 0.03))
        for layer in (town.households, town.supporters)
    ]
    there = Cover(moved[0], SupporterPool(moved[1], None), within=5.0)
    here = cover_of(town, streets=False)
    # A degree of longitude is a little shorter farther north.
    assert (there.state(GARBAGE) != here.state(GARBAGE)).mean() <= 0.02


def table_town() -> Cover:
    town = line_town("S1 H1 H2 . . . . H3 S2 . . . . H4", facts={"S2": {"activities": None}})
    homes = town.households.assign(
        people=[1.0, np.nan, 2.0, 4.0], district_id=["D1", "D1", "D2", None]
    )
    nowhere = gpd.GeoDataFrame(
        {"id": ["H5"], "people": [8.0], "district_id": ["D2"]}, geometry=[None], crs=4326
    )
    homes = gpd.GeoDataFrame(pd.concat([homes, nowhere], ignore_index=True), crs=4326)
    return Cover(homes, SupporterPool(town.supporters, town.streets), within=3.0)


def test_a_table_closes_by_district_and_says_what_it_lacks() -> None:
    table = coverage_table(table_town(), {"garbage": GARBAGE, "any": Ask()}, weight="people")
    assert table["ask"].tolist() == ["garbage", "any"] * 3
    parts = table[["reached", "maybe", "beyond", "unknown"]]
    assert (parts.sum(axis=1) == table["total"]).all()
    first = table.set_index(["district_id", "ask"])
    assert first.loc[("D1", "garbage")].tolist() == [1.0, 1.0, 0.0, 0.0, 0.0, 1]
    assert first.loc[("D2", "garbage")].tolist() == [10.0, 0.0, 2.0, 0.0, 8.0, 0]
    assert first.loc[("D2", "any")].tolist() == [10.0, 2.0, 0.0, 0.0, 8.0, 0]
    assert table[table["district_id"].isna()]["beyond"].tolist() == [4.0, 4.0]


def test_what_is_known_of_no_row_is_no_number() -> None:
    cover = table_town()
    cover.demand["people"] = [np.nan, np.nan, 2.0, 4.0, 8.0]
    table = coverage_table(cover, {"garbage": GARBAGE}, weight="people").set_index("district_id")
    assert np.isnan(table.loc["D1", "total"])
    assert np.isnan(table.loc["D1", "reached"])
    assert table.loc["D1", "beyond"] == 0.0
    whole = coverage_table(cover, {"garbage": GARBAGE}, by=None)
    assert whole["total"].tolist() == [5.0]


def test_what_is_no_question_is_refused() -> None:
    cover = one_street()
    for wrong in ({"activity": "cooking"}, {"weekday": "Tuesday"}, {"hour": "9-10"}):
        with pytest.raises(ParameterWrong):
            Ask(**wrong)
    for wrong in ({"pace": 0.0}, {"lat": 91.0}, {"activities": ("x",)}, {"hours": ("x",)}):
        with pytest.raises(ParameterWrong):
            Helper(**{"id": "N", "lon": 130.0, "lat": 33.0, "activities": (), **wrong})
    with pytest.raises(ParameterWrong):
        cover.carried(Ask(), "dogs")
    with pytest.raises(ParameterWrong):
        coverage_table(cover, ASKS, by="ward")
    with pytest.raises(ParameterWrong):
        Cover(cover.demand, cover.pool, within=0)
    with pytest.raises(CrsMissing):
        Cover(gpd.GeoDataFrame(geometry=[shapely.Point(130, 33)]), cover.pool, within=5)
    with pytest.raises(LayerFaulty):
        Cover(line_town("S1 H1").districts, cover.pool, within=5)
