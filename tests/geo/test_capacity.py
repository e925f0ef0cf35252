"""Cover with so many visits a week and no more: as much as possible, proven, and closed."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from geo.coverage import Ask, Cover, coverage_table, with_capacity
from geo.coverage.capacity import serve
from geo.errors import ParameterWrong
from geo.proximity import SupporterPool
from tests.towns import Facts, line_town

GARBAGE = Ask("garbage")
PARTS = ["reached", "short", "maybe", "beyond", "unknown"]


def cover_of(picture: str, facts: Facts | None = None, *, within: float = 2.5) -> Cover:
    town = line_town(picture, facts=facts)
    return Cover(town.households, SupporterPool(town.supporters, town.streets), within=within)


def shares(cover: Cover, **asked: float) -> list[float]:
    table = with_capacity(cover, GARBAGE, weight="households", by=None, **asked)
    assert table[PARTS].sum(axis=1).tolist() == pytest.approx(table["total"].tolist())
    assert table.attrs["value"] == table.attrs["bound"]
    return table[PARTS].iloc[0].tolist()


def test_nobody_takes_more_visits_than_they_can() -> None:
    free = {"S1": {"most_per_week": 3.0, "load": 1.0}}
    assert shares(cover_of("H1 H2 S1 H3 . . . . . H4", free)) == [2.0, 1.0, 0.0, 1.0, 0.0]
    assert shares(cover_of("H1 H2 S1 H3", free), visits=2.0) == [1.0, 2.0, 0.0, 0.0, 0.0]
    full = {"S1": {"most_per_week": 3.0, "load": 5.0}}
    assert shares(cover_of("H1 S1", full)) == [0.0, 1.0, 0.0, 0.0, 0.0]


def test_who_could_help_others_leaves_those_whom_only_they_reach_to_them() -> None:
    # S1 reaches both, S2 only H2: first come, first served would leave H1 without anybody.
    once = {"S1": {"most_per_week": 1.0}, "S2": {"most_per_week": 1.0}}
    assert shares(cover_of("H1 S1 H2 . S2", once)) == [2.0, 0.0, 0.0, 0.0, 0.0]


def test_whose_visits_are_not_known_makes_a_maybe() -> None:
    facts = {
        "S1": {"most_per_week": None, "load": None},
        "S2": {"most_per_week": 1.0, "load": None},
        "S3": {"activities": None, "most_per_week": 1.0},
    }
    assert shares(cover_of("H1 S1 . . . . . . H2 H3 S2", facts)) == [1.0, 1.0, 1.0, 0.0, 0.0]
    assert shares(cover_of("H1 H2 S3", facts)) == [0.0, 1.0, 1.0, 0.0, 0.0]


def test_with_visits_for_all_it_is_the_table_without_capacity() -> None:
    cover = cover_of("S1 H1 H2 . . H3 . . H4 S2", {"S1": {"most_per_week": 99.0}})
    cover.demand["people"] = [0.1, 1 / 3, np.nan, 0.0]
    with_ = with_capacity(cover, GARBAGE, weight="people")
    without = coverage_table(cover, {"garbage": GARBAGE}, weight="people")
    assert with_["short"].tolist() == [0.0]
    pd.testing.assert_frame_equal(with_.drop(columns="short")[without.columns], without)


@settings(max_examples=8)
@given(data=st.data())
def test_as_much_is_served_as_a_linear_programme_says(data: st.DataObject) -> None:
    visits = st.integers(0, 4)
    helpers = {f"S{n}": {"most_per_week": float(data.draw(visits))} for n in range(1, 5)}
    cover = cover_of("H1 S1 H2 H3 S2 H4 S3 H5 S4\nH6 H7 . H8 . . . . H9", helpers)
    wanted = np.array(data.draw(st.lists(st.integers(0, 30), min_size=9, max_size=9))) / 10
    served = serve(cover, GARBAGE, wanted)
    pairs = cover.pairs().tocoo()
    helper, need = pairs.coords
    rows = np.concatenate([helper, len(cover.supporter_ids) + need])
    limits = np.zeros((len(cover.supporter_ids) + len(cover), len(helper)))
    limits[rows, np.tile(np.arange(len(helper)), 2)] = 1.0
    best = linprog(-np.ones(len(helper)), A_ub=limits, b_ub=np.concatenate([cover.visits, wanted]))
    assert served.value == pytest.approx(best.x.sum(), abs=1e-6)
    assert served.bound == served.value
    assert (served.sure * wanted).sum() == pytest.approx(served.value, abs=1e-6)


def test_a_district_without_enough_helpers_is_told_apart() -> None:
    cover = cover_of("H1 H2 S1 . . . . . . . H3 S2", {"S1": {"most_per_week": 1.0}})
    homes = cover.demand.assign(district_id=["D1", "D1", "D2"])
    again = Cover(gpd.GeoDataFrame(homes), cover.pool, within=2.5)
    table = with_capacity(again, GARBAGE, weight="households")
    assert table["district_id"].tolist() == ["D1", "D2"]
    assert table["short"].tolist() == [1.0, 0.0]
    with pytest.raises(ParameterWrong):
        with_capacity(again, GARBAGE, weight="households", visits=0.0)
