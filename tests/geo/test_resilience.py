"""On whom the cover rests, whose leaving hurts most, and what age takes from it."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coverage import Ask, Cover, coverage_table
from geo.errors import ParameterWrong
from geo.proximity import SupporterPool
from geo.resilience import age_cover, age_helpers, find_carriers, find_losses, find_single
from geo.sample import Town
from tests.towns import Facts, line_town

GARBAGE = Ask("garbage")
STREET = "H1 S1 H2 . S2 H3 . . S3 H4 H5"
"""Within two crossings S1 reaches H1 and H2, S2 reaches H2 and H3, S3 the rest."""


def cover_of(town: Town, *, within: float = 2.0, **weights: list[float]) -> Cover:
    return Cover(
        town.households.assign(**weights),
        SupporterPool(town.supporters, town.streets),
        within=within,
    )


def random_cover(seed: int, *, helpers: int = 6) -> Cover:
    """A street of houses and helpers at random places, weights and years of birth."""
    rng = np.random.default_rng(seed)
    places = rng.permutation(
        [*(f"S{n}" for n in range(helpers)), *(f"H{n}" for n in range(10)), *"....."]
    )
    offers = [["garbage"], ["garbage", "talk"], ["talk"], None]
    facts: Facts = {
        f"S{n}": {
            "activities": offers[rng.choice(4, p=[0.5, 0.3, 0.1, 0.1])],
            "birth_year": [1940.0, 1955.0, 1970.0, None][rng.integers(4)],
            "farthest_minutes": float(rng.integers(1, 6)),
        }
        for n in range(helpers)
    }
    town = line_town("\n".join(" ".join(row) for row in places.reshape(3, -1)), facts=facts)
    weight = rng.integers(1, 9, len(town.households)).astype(float)
    weight[rng.random(len(weight)) < 0.1] = np.nan
    homes = town.households.assign(people=weight, district_id=rng.choice(["A", "B"], len(weight)))
    lost = homes.geometry.where(rng.random(len(homes)) > 0.1, None)
    return Cover(homes.set_geometry(lost), SupporterPool(town.supporters, town.streets), within=4.0)


def reached(cover: Cover, *gone: str, weight: str = "people") -> float:
    left = cover.changed(remove=gone) if gone else cover
    return float(np.nan_to_num(cover.weight(weight))[left.state(GARBAGE) == 2].sum())


SEEDS = st.integers(0, 2**32 - 1)
FEW = settings(max_examples=12, deadline=None)


def test_who_alone_reaches_a_house_carries_it() -> None:
    town = line_town(STREET)
    told = find_carriers(cover_of(town, within=2.6), {"g": GARBAGE}).set_index("supporter_id")
    assert told["reached"].to_dict() == {"S1": 2.0, "S3": 2.0, "S2": 2.0}
    assert told["alone"].to_dict() == {"S1": 1.0, "S2": 1.0, "S3": 2.0}
    assert told.index.tolist() == ["S3", "S1", "S2"]
    assert told.loc["S3", "share"] == pytest.approx(2 / 5)


def test_what_hangs_on_one_is_told_by_district_and_says_who_may_help_besides() -> None:
    town = line_town("H1 S1 H2 . . S2 H3", facts={"S2": {"activities": None}})
    homes = town.households.assign(district_id=["A", "A", "B"])
    pool = SupporterPool(town.supporters, town.streets)
    told = find_single(Cover(homes, pool, within=3.8), {"g": GARBAGE})
    assert told["district_id"].tolist() == ["A", "B"]
    assert told["reached"].tolist() == [2.0, 0.0]
    assert told["single"].tolist() == [2.0, 0.0]
    assert told["perhaps"].tolist() == [1.0, 0.0]
    assert told["share"].fillna(-1).tolist() == [1.0, -1.0]


@FEW
@given(SEEDS)
def test_what_somebody_carries_is_what_their_absence_uncovers(seed: int) -> None:
    cover = random_cover(seed)
    whole = find_carriers(cover, {"g": GARBAGE}, weight="people").set_index("supporter_id")
    for one in whole.index:
        lost = reached(cover) - reached(cover, one)
        assert whole.loc[one, "alone"] == pytest.approx(lost)
    parts = find_carriers(cover, {"g": GARBAGE}, weight="people", by="district_id")
    sums = parts.groupby("supporter_id")[["alone", "reached"]].sum()
    np.testing.assert_allclose(sums, whole.loc[sums.index, ["alone", "reached"]])
    single = find_single(cover, {"g": GARBAGE}, weight="people", by=None)
    assert single["single"].fillna(0)[0] == pytest.approx(whole["alone"].sum())


@FEW
@given(SEEDS)
def test_the_worst_losses_are_those_of_every_choice_tried(seed: int) -> None:
    cover = random_cover(seed)
    told = find_losses(cover, GARBAGE, weight="people", most=4)
    helpers = cover.supporter_ids[cover.marks(GARBAGE) == 1].tolist()
    for row in told.to_dict("records"):
        worst = max(
            reached(cover) - reached(cover, *some) for some in combinations(helpers, row["number"])
        )
        assert row["lost"] == pytest.approx(worst)
        assert row["proven"]
        assert len(row["supporter_ids"]) <= row["number"]
        assert reached(cover) - reached(cover, *row["supporter_ids"]) == pytest.approx(row["lost"])
    assert told["lost"].is_monotonic_increasing
    quick = find_losses(cover, GARBAGE, weight="people", most=4, seconds=0.0)
    assert (quick["lost"] <= told["lost"] + 1e-9).all()
    assert (told["lost"] <= quick["bound"] + 1e-9).all()


def test_two_who_stand_in_for_one_another_are_found_and_the_bound_stays_true() -> None:
    # Nobody is missed alone but S3, who carries one house; S1 and S2 carry three together.
    town = line_town("H1 H2 S1 S2 H3 . . . . . S3 H4")
    cover = cover_of(town, within=4.0)
    told = find_losses(cover, GARBAGE, most=3).set_index("number")
    assert told["supporter_ids"].tolist() == [["S3"], ["S1", "S2"], ["S1", "S2", "S3"]]
    assert told["lost"].tolist() == [1.0, 3.0, 4.0]
    assert told["share"].tolist() == [0.25, 0.75, 1.0]
    quick = find_losses(cover, GARBAGE, most=3, seconds=0.0)
    assert (quick["bound"] >= told["lost"].to_numpy()).all()
    assert find_losses(cover, Ask("garden"), most=3).empty
    with pytest.raises(ParameterWrong):
        find_losses(cover, GARBAGE, most=11)


def test_helpers_stop_in_the_year_they_turn_the_age_and_unknown_ages_stand_apart() -> None:
    town = line_town(
        "H1 S1 . . H2 S2 . . H3 S3",
        facts={
            "S1": {"birth_year": 1950.0},
            "S2": {"birth_year": None},
            "S3": {"birth_year": 1970.0},
        },
    )
    cover = cover_of(town)
    told = age_cover(cover, {"g": GARBAGE}, now=2026, years=(0, 3, 4, 30), by=None)
    assert told["year"].tolist() == [2026, 2029, 2030, 2056]
    assert told["reached"].tolist() == [2.0, 2.0, 1.0, 0.0]
    assert told["age_unknown"].tolist() == [1.0] * 4
    assert told["beyond"].tolist() == [0.0, 0.0, 1.0, 2.0]
    helpers = age_helpers(cover, {"g": GARBAGE}, now=2026, years=(0, 4, 30))
    assert helpers[["helping", "stopped", "age_unknown"]].to_numpy().tolist() == [
        [2, 0, 1], [1, 1, 1], [0, 2, 1],
    ]  # fmt: skip
    far = cover_of(town, within=0.5)
    assert age_helpers(far, {"g": GARBAGE}, now=2026)["helping"].tolist() == [0, 0, 0]
    sooner = age_cover(cover, {"g": GARBAGE}, now=2026, years=(0,), until=70, by=None)
    assert sooner["reached"].tolist() == [1.0]


@FEW
@given(SEEDS)
def test_ageing_never_helps_and_today_without_a_limit_is_the_cover(seed: int) -> None:
    cover = random_cover(seed)
    asks = {"g": GARBAGE, "any": Ask()}
    told = age_cover(cover, asks, now=2026, years=(0, 10, 20), weight="people")
    parts = told[["reached", "age_unknown", "maybe", "beyond", "unknown"]].fillna(0).sum(axis=1)
    np.testing.assert_allclose(parts, told["total"].fillna(0))
    for _, rows in told.groupby(["district_id", "ask"]):
        assert (rows["reached"].diff().dropna() <= 0).all()
        assert (rows["beyond"].diff().dropna() >= 0).all()
    young = age_cover(cover, asks, now=2026, years=(0,), until=120, weight="people")
    today = coverage_table(cover, asks, weight="people")
    known = young["reached"].fillna(0) + young["age_unknown"].fillna(0)
    np.testing.assert_allclose(known, today["reached"].fillna(0))
    np.testing.assert_allclose(young["maybe"].fillna(0), today["maybe"].fillna(0))


@pytest.mark.parametrize("wrong", [{"until": 20}, {"years": (-1,)}, {"now": 26}])
def test_ages_that_are_none_are_refused(wrong: dict[str, object]) -> None:
    cover = cover_of(line_town("H1 S1"))
    with pytest.raises(ParameterWrong):
        age_cover(cover, {"g": GARBAGE}, **{"now": 2026, **wrong})
