"""Stops of a mobile shop: the order, the timetable, whom they reach, and a day that is kept."""

from __future__ import annotations

from itertools import pairwise, permutations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo.coverage import Cover
from geo.errors import DayTooShort, ParameterWrong
from geo.proximity import SupporterPool
from geo.siting import SalesDay, plan_stops, try_stops
from geo.tours import minutes_between, order_round, round_minutes
from tests.towns import grid_town, line_town

TOWN = line_town("H1 H2 . . . . H3 H4 H5 . . . . H6 . . . . S1")


def cover_of(town: object = TOWN, within: float = 1.5) -> Cover:
    return Cover(town.households, SupporterPool(town.supporters, town.streets), within=within)


def homes_of(town: object = TOWN) -> gpd.GeoDataFrame:
    return town.households[["id", "geometry"]]


def test_a_day_of_stops_has_an_order_a_timetable_and_people() -> None:
    plan = plan_stops(
        cover_of(), homes_of(), stops=3, day=SalesDay("10:00", "12:00", 30.0, speed=100.0)
    )
    assert plan.stops["order"].tolist() == [1, 2, 3]
    forth = plan.stops["id"].iloc[0] == "H1"
    assert plan.stops["id"].tolist() == (["H1", "H4", "H6"] if forth else ["H6", "H4", "H1"])
    assert plan.stops["opens"].tolist() == ["10:00", "10:40", "11:20"]
    assert plan.stops["closes"].tolist() == ["10:30", "11:10", "11:50"]
    assert plan.stops["travel"].tolist() == pytest.approx([0, 7, 6] if forth else [0, 6, 7])
    assert sorted(plan.stops["reached"]) == [1.0, 2.0, 3.0]
    assert plan.stops["nearest"].sum() == plan.siting.value == plan.total == 6.0
    assert plan.siting.proven
    assert (plan.travel, plan.back, plan.shortened) == (pytest.approx(13.0), "11:50", False)


def test_a_day_that_is_too_short_for_all_keeps_to_its_end() -> None:
    plan = plan_stops(
        cover_of(), homes_of(), stops=3, day=SalesDay("10:00", "11:15", 30.0, speed=100.0)
    )
    assert sorted(plan.stops["id"]) == ["H1", "H4"] or sorted(plan.stops["id"]) == ["H2", "H4"]
    assert plan.siting.value == 5.0
    assert plan.back <= "11:15"
    longer = SalesDay("10:00", "11:45", 30.0, speed=100.0)
    squeezed = plan_stops(cover_of(), homes_of(), stops=3, day=longer)
    assert squeezed.shortened
    assert squeezed.back <= "11:45"
    assert squeezed.siting.value < squeezed.siting.bound == 6.0
    with pytest.raises(DayTooShort):
        plan_stops(
            cover_of(), homes_of(), stops=1, day=SalesDay("10:00", "10:40", 30.0, speed=20.0),
            depot=gpd.GeoDataFrame(TOWN.supporters[["id", "geometry"]]),
        )  # fmt: skip


def test_whoever_reaches_a_shop_needs_no_stop() -> None:
    shop = homes_of().iloc[[3]]
    plan = plan_stops(cover_of(), homes_of(), stops=1, kept=shop)
    assert plan.stops["id"].iloc[0] in {"H1", "H2"}
    assert (plan.already, plan.siting.value, plan.total) == (3.0, 5.0, 6.0)


def test_a_day_begins_and_ends_at_its_depot() -> None:
    depot = gpd.GeoDataFrame(TOWN.supporters[["id", "geometry"]])
    day = SalesDay("09:00", "12:00", 20.0, speed=100.0)
    plan = plan_stops(cover_of(), homes_of(), stops=2, depot=depot, day=day)
    farthest = {"H1": 18.0, "H2": 17.0}[(set(plan.stops["id"]) - {"H4"}).pop()]
    assert plan.travel == pytest.approx(2 * farthest)
    first = plan.stops["travel"].iloc[0]
    assert first == pytest.approx(farthest if plan.stops["id"].iloc[1] == "H4" else 11.0)
    assert plan.stops["opens"].iloc[0] == ("09:20" if first > 15 else "09:15")
    assert plan.back > plan.stops["closes"].iloc[1]
    on_foot = plan_stops(
        cover_of(), homes_of(), stops=1, depot=depot, day=SalesDay("09:00", "12:00", 20.0, None)
    )
    assert on_foot.travel == pytest.approx(2 * 1100 / 80)


def test_no_choice_of_stops_that_keeps_to_the_day_reaches_more_in_a_small_town() -> None:
    town = grid_town(4)
    homes, cover = homes_of(town), cover_of(town, within=1.3)
    day = SalesDay("10:00", "11:20", 20.0, speed=30.0)
    plan = plan_stops(cover, homes, stops=3, day=day)
    minutes = minutes_between(homes, town.streets, speed=30.0)
    rows = cover.candidate_rows(homes).tocsc()
    best = 0
    for three in permutations(range(len(homes)), 3):
        for order in (three, three[:2], three[:1]):
            legs = [0.0, *(minutes[a, b] for a, b in pairwise(order)), 0.0]
            if day.table(legs)[2] <= day.ends:
                own = [rows.indices[rows.indptr[s] : rows.indptr[s + 1]] for s in order]
                best = max(best, len(np.unique(np.concatenate(own))))
    assert plan.siting.value == best
    assert plan.back <= "11:20"


def test_stops_stand_where_there_is_a_way_between_them() -> None:
    town = line_town("H1 H2 H3 / H4 H5 . . . . H6 H7")
    cover, homes = cover_of(town), homes_of(town)
    plan = plan_stops(cover, homes, stops=2)
    assert (plan.siting.value, plan.siting.bound, plan.shortened) == (4.0, 4.0, False)
    assert {one[:2] for one in plan.stops["id"]} <= {"H4", "H5", "H6", "H7"}
    assert len(set(plan.stops["id"])) == 2
    one = plan_stops(cover, homes, stops=1)
    assert (one.stops["id"].tolist(), one.siting.value) == (["H2"], 3.0)
    depot = plan_stops(cover, homes, stops=2, depot=homes.iloc[[0]])
    assert (depot.stops["id"].tolist(), depot.siting.value) == (["H2"], 3.0)


def test_stops_chosen_by_hand_are_all_kept_and_put_in_order() -> None:
    day = SalesDay("10:00", "12:00", 30.0, speed=100.0)
    chosen = homes_of().iloc[[5, 0, 3]].reset_index(drop=True)
    tried = try_stops(cover_of(), chosen, day=day)
    found = plan_stops(cover_of(), homes_of(), stops=3, day=day)
    assert sorted(tried.stops["id"]) == ["H1", "H4", "H6"]
    assert (tried.siting.value, tried.travel, tried.shortened) == (6.0, found.travel, False)
    useless = homes_of().iloc[[0, 1, 3, 5]].reset_index(drop=True)
    more = try_stops(cover_of(), useless, day=day)
    assert (len(more.stops), more.siting.value, more.shortened) == (4, 6.0, True)
    shop = try_stops(cover_of(), chosen.iloc[[0]], kept=homes_of().iloc[[3]])
    assert (shop.already, shop.siting.value) == (3.0, 4.0)
    apart = line_town("H1 H2 / H3 H4")
    for wrong in (homes_of(apart), homes_of(apart).iloc[:0]):
        with pytest.raises(ParameterWrong):
            try_stops(cover_of(apart), wrong)


def test_an_order_names_each_place_once_even_where_there_is_no_way() -> None:
    far = np.inf
    minutes = np.array([[0.0, far, 3.0], [far, 0.0, far], [3.0, far, 0.0]])
    assert sorted(order_round(minutes).tolist()) == [0, 1, 2]
    assert sorted(order_round(minutes, depot=1).tolist()) == [0, 1, 2]


def test_nobody_within_reach_is_a_plan_without_stops() -> None:
    homes = homes_of().assign(geometry=None).set_geometry("geometry", crs=4326)
    plan = plan_stops(Cover(homes, SupporterPool(TOWN.supporters), within=5.0), homes_of(), stops=2)
    assert (len(plan.stops), plan.total, plan.left_out, plan.back) == (0, 0.0, 6, "10:00")


@pytest.mark.parametrize("depot", [None, 2])
@pytest.mark.parametrize("tried", [0, 10])
def test_an_order_is_the_shortest_of_all(
    depot: int | None, tried: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geo.tours._TRIED", tried)
    for seed in range(6):
        lot = np.random.default_rng(seed)
        minutes = lot.random((6, 6)) * 10 + (0 if tried else 50)
        places = [place for place in range(6) if place != depot]
        best = min(round_minutes(minutes, one, depot=depot) for one in permutations(places))
        order = order_round(minutes, depot=depot).tolist()
        if depot is not None:
            assert order.pop(0) == depot
        assert sorted(order) == places
        found = round_minutes(minutes, order, depot=depot)
        assert found <= best * (1.0 if tried else 1.02) + 1e-9


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: SalesDay("10:00", "9:00"),
        lambda: SalesDay("10:00", "10:00"),
        lambda: SalesDay(stay=0.0),
        lambda: SalesDay(speed=-1.0),
        lambda: plan_stops(cover_of(), homes_of(), stops=0),
        lambda: plan_stops(cover_of(), homes_of(), stops=1, depot=homes_of()),
        lambda: plan_stops(cover_of(), homes_of(), stops=1, weight="people_65"),
    ],
)
def test_what_cannot_be_asked_is_refused(wrong: object) -> None:
    with pytest.raises(ParameterWrong):
        wrong()


def test_without_streets_the_way_is_the_straight_line_with_its_detour() -> None:
    town = line_town("H1 . . H2")
    straight = minutes_between(town.households, None, speed=130.0)
    along = minutes_between(town.households, town.streets, speed=130.0)
    assert pd.Series(straight.ravel()).round(2).tolist() == [0.0, 3.0, 3.0, 0.0]
    assert along[0, 1] == pytest.approx(300 / 130, abs=0.01)
    assert np.isinf(minutes_between(town.households, town.streets, within=1.0)[0, 1])
