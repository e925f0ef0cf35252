"""One plan for many requests: proven best, against linear programming and by its properties."""

from __future__ import annotations

from itertools import product

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from geo import SupporterPool, match, nearest_supporters, sample_town
from geo.errors import LayerFaulty, NotFound, ParameterWrong
from geo.matching import USUAL_MOST, Achieved, Matches
from tests.towns import line_town

MIDDLE = (130.88, 33.88)
METRE = 1 / 111_000
"""Degrees of latitude."""


def points(letter: str, places: list[tuple[int, int]]) -> gpd.GeoDataFrame:
    """A layer of points, so many times a hundred metres east and north of the middle."""
    lon = [MIDDLE[0] + east * 120 * METRE for east, _ in places]
    lat = [MIDDLE[1] + north * 100 * METRE for _, north in places]
    ids = [f"{letter}{number}" for number in range(len(places))]
    return gpd.GeoDataFrame({"id": ids}, geometry=shapely.points(lon, lat), crs=4326)


def requests_of(homes: gpd.GeoDataFrame, **columns: object) -> pd.DataFrame:
    """One request about garbage of each home."""
    ids = [f"R{one}" for one in homes["id"]]
    told = {"id": ids, "household_id": homes["id"].tolist(), "activity": "garbage"}
    return pd.DataFrame({**told, **columns})


def helpers_at(
    places: list[tuple[int, int]], most: list[float], **columns: object
) -> gpd.GeoDataFrame:
    layer = points("S", places)
    return layer.assign(
        activities=[["garbage"]] * len(layer), most_per_week=most, load=0.0, **columns
    )


PLACES = st.tuples(st.integers(0, 12), st.integers(0, 12))
TOWNS = st.tuples(
    st.lists(PLACES, min_size=1, max_size=7),
    st.lists(st.tuples(PLACES, st.integers(0, 3)), min_size=1, max_size=5),
    st.sampled_from([6.0, 12.0, 30.0]),
)


def best_by_programme(
    homes: gpd.GeoDataFrame, helpers: gpd.GeoDataFrame, within: float
) -> tuple[int, float]:
    """The most that can be met and the fewest minutes then, by linear programming."""
    near = nearest_supporters(homes, helpers, activity="garbage", k=len(helpers), within=within)
    if near.empty:
        return 0, 0.0
    house = pd.Categorical(near["household_id"], homes["id"]).codes
    helper = pd.Categorical(near["supporter_id"], helpers["id"]).codes
    arcs = np.arange(len(near))
    limits = np.zeros((len(homes) + len(helpers), len(near)))
    limits[house, arcs] = limits[len(homes) + helper, arcs] = 1
    room = np.concatenate([np.ones(len(homes)), helpers["most_per_week"]])
    cost = near["minutes"].to_numpy() - 10_000.0
    found = linprog(cost, A_ub=limits, b_ub=room, bounds=(0, 1))
    met = round(float(found.x.sum()))
    return met, float(found.fun) + 10_000.0 * met


@settings(max_examples=60, deadline=None)
@given(TOWNS)
def test_a_plan_is_what_linear_programming_finds_and_is_proven(
    drawn: tuple[list[tuple[int, int]], list[tuple[tuple[int, int], int]], float],
) -> None:
    houses, people, within = drawn
    homes = points("H", houses)
    helpers = helpers_at([at for at, _ in people], [float(most) for _, most in people])
    plan = match(requests_of(homes), homes, helpers, within=within)
    met, minutes = best_by_programme(homes, helpers, within)
    assert plan.value.met == met == int(plan["supporter_id"].notna().sum())
    assert plan.value.minutes == pytest.approx(minutes, abs=1e-3)
    assert plan["minutes"].sum() == pytest.approx(minutes, abs=1e-3)
    assert plan.proven
    given_out = plan["supporter_id"].value_counts()
    most = helpers.set_index("id")["most_per_week"]
    assert (given_out <= most[given_out.index]).all()
    assert (plan["minutes"].dropna() <= within + 1e-9).all()


@settings(max_examples=40, deadline=None)
@given(TOWNS, PLACES)
def test_one_supporter_more_never_meets_fewer(
    drawn: tuple[list[tuple[int, int]], list[tuple[tuple[int, int], int]], float],
    another: tuple[int, int],
) -> None:
    houses, people, within = drawn
    homes = points("H", houses)
    before, after = (
        match(
            requests_of(homes),
            homes,
            helpers_at([at for at, _ in some], [float(most) for _, most in some]),
            within=within,
        ).value
        for some in (people, [*people, (another, 1)])
    )
    assert after.met >= before.met
    assert after.met > before.met or after.minutes <= before.minutes + 1e-9


@settings(max_examples=30, deadline=None)
@given(TOWNS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(
    drawn: tuple[list[tuple[int, int]], list[tuple[tuple[int, int], int]], float],
    lot: object,
) -> None:
    houses, people, within = drawn
    homes = points("H", houses)
    helpers = helpers_at([at for at, _ in people], [float(most) for _, most in people])
    asked = requests_of(homes)

    def shuffled(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        rows = list(range(len(layer)))
        lot.shuffle(rows)
        return layer.iloc[rows].reset_index(drop=True)

    plan = match(asked, homes, helpers, within=within).set_index("request_id")
    other = match(shuffled(asked), shuffled(homes), shuffled(helpers), within=within)
    again = other.set_index("request_id").loc[plan.index]
    assert plan["supporter_id"].tolist() == again["supporter_id"].tolist()


def test_nearest_first_would_leave_somebody_out() -> None:
    town = line_town("H1 S1 H2 . . . . . S2", facts={"S1": {"most_per_week": 1.0}})
    homes, helpers = town.households, town.supporters.assign(most_per_week=1.0, load=0.0)
    asked = pd.DataFrame({"id": ["a", "b"], "household_id": ["H1", "H2"], "activity": "garbage"})
    plan = match(asked, homes, helpers, town.streets, within=8.0)
    assert plan["supporter_id"].tolist() == ["S1", "S2"]
    assert plan["reason"].tolist()[0] == {"code": "nearest"}
    assert plan["reason"].tolist()[1] == {
        "code": "nearer_busy", "supporter_id": "S1", "minutes": 1.2
    }  # fmt: skip
    assert plan.basis == "streets"


def test_walks_are_those_of_the_nearest_supporters_on_sloping_streets() -> None:
    town = sample_town(seed=2, households=40, supporters=25)
    asked = requests_of(town.households)
    helpers = town.supporters.assign(load=0.0, most_per_week=3.0)
    plan = match(asked, town.households, helpers, town.streets).dropna(subset=["supporter_id"])
    near = nearest_supporters(
        town.households, helpers, town.streets, activity="garbage", k=25, within=30.0
    ).set_index(["household_id", "supporter_id"])["minutes"]
    homes = asked.set_index("id")["household_id"]
    assert len(plan) > 10
    for row in plan.itertuples():
        assert row.minutes == near[homes[row.request_id], row.supporter_id]


def test_unknown_is_null_and_never_a_number() -> None:
    homes = points("H", [(0, 0), (12, 12), (0, 0)])
    homes.loc[2, "geometry"] = None
    helpers = helpers_at([(0, 0)], [5.0])
    plan = match(requests_of(homes), homes, helpers, within=5.0)
    assert plan["supporter_id"].tolist() == ["S0", None, None]
    assert plan["minutes"].isna().tolist() == [False, True, True]
    assert [one["code"] for one in plan["reason"]] == ["nearest", "nobody_near", "no_position"]
    assert plan.value == Achieved(1, 0.0)


def test_whoever_was_not_asked_how_many_takes_two_and_a_load_counts() -> None:
    homes = points("H", [(0, 0)] * 4)
    helpers = helpers_at([(0, 0)], [np.nan])
    assert match(requests_of(homes), homes, helpers).value.met == int(USUAL_MOST)
    assert match(requests_of(homes), homes, helpers.assign(load=np.nan)).value.met == 2
    assert match(requests_of(homes), homes, helpers.assign(load=1.0)).value.met == 1
    full = match(requests_of(homes), homes, helpers, load={"S0": 2.0})
    assert full.value.met == 0
    assert full["reason"].tolist()[0] == {"code": "all_full", "fitting": 1}


def test_of_walks_that_count_alike_the_fairer_load_wins() -> None:
    homes = points("H", [(0, 0)] * 4)
    helpers = helpers_at([(0, 0), (0, 0)], [4.0, 4.0])
    plan = match(requests_of(homes), homes, helpers)
    assert plan["supporter_id"].value_counts().to_dict() == {"S0": 2, "S1": 2}
    later = match(requests_of(homes), homes, helpers, load={"S0": 2.0})
    assert later["supporter_id"].value_counts().to_dict() == {"S1": 3, "S0": 1}


def test_a_grain_lets_the_load_decide_between_walks_that_hardly_differ() -> None:
    homes = points("H", [(0, 0)])
    helpers = helpers_at([(0, 0), (0, 1)], [4.0, 4.0]).assign(load=[3.0, 0.0])
    assert match(requests_of(homes), homes, helpers)["supporter_id"].tolist() == ["S0"]
    assert match(requests_of(homes), homes, helpers, grain=5.0)["supporter_id"].tolist() == ["S0"]
    apart = helpers_at([(0, 1), (1, 1)], [4.0, 4.0]).assign(load=[3.0, 0.0])
    plan = match(requests_of(homes), homes, apart, grain=5.0)
    assert plan["supporter_id"].tolist() == ["S1"]
    assert plan.value == plan.bound == Achieved(1, 5.0)


@pytest.mark.parametrize(
    ("wish", "about"),
    [
        ({"weekday": "MO"}, {"weekdays": [["TU"]]}),
        ({"hours": "08:00-08:30"}, {"hours": [["09:00-12:00"]]}),
        ({"modes": [["car"]]}, {"mode": "foot"}),
        ({"gender": "f"}, {"gender": "m"}),
        ({"excluded": [["S0"]]}, {}),
    ],
)
def test_wishes_are_kept_and_what_is_unknown_speaks_against_nobody(
    wish: dict[str, object], about: dict[str, object]
) -> None:
    homes = points("H", [(0, 0)])
    unsuited, unknown = helpers_at([(0, 0)], [2.0], **about), helpers_at([(0, 0)], [2.0])
    plan = match(requests_of(homes, **wish), homes, unsuited)
    assert plan["supporter_id"].tolist() == [None]
    assert plan["reason"].tolist() == [{"code": "wishes_unmet", "near": 1}]
    if about:
        assert match(requests_of(homes, **wish), homes, unknown).value.met == 1


def test_only_active_ones_who_offer_it_are_taken_within_their_own_limit() -> None:
    homes = points("H", [(0, 3)])
    for about in ({"status": "resting"}, {"activities": [["talk"]]}):
        plan = match(requests_of(homes), homes, helpers_at([(0, 0)], [2.0]).assign(**about))
        assert plan["reason"].tolist() == [{"code": "nobody_offers", "activity": "garbage"}]
    near = helpers_at([(0, 0)], [2.0]).assign(farthest_minutes=2.0)
    assert match(requests_of(homes), homes, near)["reason"].tolist() == [{"code": "nobody_near"}]


def test_company_by_telephone_needs_no_walk() -> None:
    homes = points("H", [(0, 0), (0, 0)])
    homes.loc[0, "geometry"] = None
    helpers = helpers_at([(12, 12)], [5.0]).assign(activities=[["talk"]])
    asked = requests_of(homes).assign(activity="talk", in_person=[False, True])
    plan = match(asked, homes, helpers, within=1.0)
    assert plan["supporter_id"].tolist() == ["S0", None]
    assert plan["minutes"].isna().all()
    assert plan["reason"].tolist()[0] == {"code": "by_phone"}


def test_steps_are_walked_around_where_that_is_wished() -> None:
    town = sample_town(seed=2, households=40, supporters=25)
    helpers = town.supporters.assign(load=0.0, most_per_week=30.0, status="active")
    helpers["activities"] = [["garbage"]] * len(helpers)
    free, any_way = (
        match(
            requests_of(town.households, steps_free=wanted), town.households, helpers, town.streets
        )
        for wanted in (True, False)
    )
    assert free.proven
    assert free.value.met < any_way.value.met
    same = free["supporter_id"] == any_way["supporter_id"]
    assert same.any()
    assert (free["minutes"][same] >= any_way["minutes"][same]).all()


def test_requests_of_different_sizes_are_never_too_many_and_the_bound_holds() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        homes = points("H", [tuple(one) for one in rng.integers(0, 6, (6, 2)).tolist()])
        places = [tuple(one) for one in rng.integers(0, 6, (3, 2)).tolist()]
        helpers = helpers_at(places, rng.integers(0, 5, 3).astype(float).tolist())
        visits = rng.choice([0.5, 1.0, 2.0], 6)
        plan = match(requests_of(homes, visits_per_week=visits), homes, helpers)
        most = helpers.set_index("id")["most_per_week"]
        given_out = pd.Series(visits).groupby(plan["supporter_id"]).sum()
        assert (given_out <= most[given_out.index] + 1e-9).all()
        best = most_by_trying(visits.tolist(), most.tolist())
        assert plan.value.met <= best <= plan.bound.met


def most_by_trying(visits: list[float], most: list[float]) -> int:
    """The most requests that fit, whoever is near, by trying everything."""
    best = 0
    for chosen in product(range(-1, len(most)), repeat=len(visits)):
        given_out = [0.0] * len(most)
        for one, size in zip(chosen, visits, strict=True):
            if one >= 0:
                given_out[one] += size
        if all(a <= b for a, b in zip(given_out, most, strict=True)):
            best = max(best, sum(one >= 0 for one in chosen))
    return best


def test_nothing_asked_or_nobody_there_is_an_empty_plan() -> None:
    homes = points("H", [(0, 0)])
    helpers = helpers_at([(0, 0)], [2.0])
    empty = match(requests_of(homes).iloc[:0], homes, helpers)
    assert isinstance(empty, Matches)
    assert (len(empty), empty.value, empty.proven) == (0, Achieved(0, 0.0), True)
    alone = match(requests_of(homes), homes, helpers.iloc[:0])
    assert alone["reason"].tolist() == [{"code": "nobody_offers", "activity": "garbage"}]


def test_a_pool_is_asked_as_a_layer_is() -> None:
    homes = points("H", [(0, 0), (3, 3)])
    helpers = helpers_at([(0, 0), (1, 1)], [1.0, 1.0])
    one, two = (match(requests_of(homes), homes, who) for who in (helpers, SupporterPool(helpers)))
    assert one.equals(two)


def test_what_cannot_be_understood_is_refused() -> None:
    homes = points("H", [(0, 0)])
    helpers = helpers_at([(0, 0)], [2.0])
    asked = requests_of(homes)
    with pytest.raises(NotFound):
        match(asked.assign(household_id="H9"), homes, helpers)
    for wrong in (
        asked.drop(columns="activity"),
        pd.concat([asked, asked]),
        asked.assign(visits_per_week=0.0),
    ):
        with pytest.raises(LayerFaulty):
            match(wrong, homes, helpers)
    with pytest.raises(ParameterWrong):
        match(asked.assign(activity="magic"), homes, helpers)
    with pytest.raises(ParameterWrong):
        match(asked, homes, helpers, within=0.0)
    with pytest.raises(ParameterWrong):
        match(asked, homes, helpers, grain=-1.0)
