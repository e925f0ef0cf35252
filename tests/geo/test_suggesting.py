"""Suggestions: every reason and every refusal with its facts, nobody silently left out."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.coverage import uncovered_households
from geo.errors import ParameterWrong
from geo.proximity import SupporterPool
from geo.request import Request
from geo.sample import Town
from geo.suggesting import Suggestions, suggest
from geo.walk.labels import millimetres
from geo.watching import houses_without_line, watcher_load
from tests.towns import Facts, line_town


def ask(town: Town, request: Request | None = None, **limits: float) -> Suggestions:
    return suggest(
        town.households.iloc[[0]], town.supporters, town.streets,
        request=request or Request("garbage"), **limits,
    )  # fmt: skip


def refusals(result: Suggestions, supporter: str) -> dict[str, dict[str, object]]:
    table = result.refused.set_index("supporter_id")
    return {fact["code"]: fact for fact in table.loc[supporter, "refusals"]}


def reasons(result: Suggestions, supporter: str) -> dict[str, dict[str, object]]:
    table = result.set_index("supporter_id")
    return {fact["code"]: fact for fact in table.loc[supporter, "reasons"]}


def test_the_nearest_of_equals_comes_first_with_its_reasons() -> None:
    result = ask(line_town("H1 . S2 . S1"))
    assert result["supporter_id"].tolist() == ["S2", "S1"]
    assert result["rank"].tolist() == [1, 2]
    assert result.basis == "streets"
    assert result.refused.empty
    assert reasons(result, "S2")["near"] == {
        "code": "near", "minutes": 2.5, "metres": 200, "there": 2.5, "back": 2.5,
    }  # fmt: skip
    assert reasons(result, "S2")["light_load"] == {"code": "light_load", "load": 0, "most": 7}


CASES = [
    ({"status": "resting"}, {}, "not_active", {"status": "resting"}),
    ({"activities": ["talk"]}, {}, "activity_not_offered", {"offered": ["talk"]}),
    ({"activities": None}, {}, "activity_not_offered", {"offered": None}),
    ({"weekdays": ["MO"]}, {"weekday": "TU"}, "weekday_unavailable", {"offered": ["MO"]}),
    ({"hours": ["09:00-12:00"]}, {"hours": "08:00-08:30"}, "hours_unavailable",
     {"offered": ["09:00-12:00"]}),
    ({"hours": ["08:00-08:20"]}, {"hours": "08:00-08:30"}, "hours_unavailable", {}),
    ({"load": 3.0, "most_per_week": 3.0}, {}, "no_capacity", {"load": 3, "most": 3}),
    ({"mode": "foot"}, {"modes": frozenset({"car"})}, "mode_unsuited", {"wanted": ["car"]}),
    ({"farthest_minutes": 2.0}, {}, "beyond_own_limit", {"minutes": 2.5, "farthest": 2.0}),
    ({}, {"excluded": frozenset({"S1"})}, "excluded_pair", {}),
]  # fmt: skip


@pytest.mark.parametrize(("supporter", "wish", "code", "facts"), CASES)
def test_a_refusal_says_why(
    supporter: Facts, wish: dict[str, object], code: str, facts: dict[str, object]
) -> None:
    town = line_town("H1 . S1 . S2", facts={"S1": supporter, "S2": {"mode": "car"}})
    result = ask(town, Request("garbage", **wish))
    assert result["supporter_id"].tolist() == ["S2"]
    assert list(refusals(result, "S1")) == [code]
    assert facts.items() <= refusals(result, "S1")[code].items()


def test_all_refusals_are_given_not_only_the_first() -> None:
    town = line_town("H1 S1", facts={"S1": {"status": "left", "activities": [], "load": 9.0}})
    assert set(refusals(ask(town), "S1")) == {"not_active", "activity_not_offered", "no_capacity"}


def test_beyond_the_limit_and_unreachable() -> None:
    town = line_town("H1 . . . . S1 / S2" + " ." * 12)
    result = ask(town, within=4.0)
    assert result.empty
    assert refusals(result, "S1")["beyond_limit"] == {
        "code": "beyond_limit", "within": 4.0, "minutes": 6.2,
    }  # fmt: skip
    assert refusals(result, "S2")["beyond_limit"]["minutes"] is None


def test_without_position_nothing_is_known() -> None:
    town = line_town("H1 S1")
    lost = town.supporters.set_geometry(gpd.GeoSeries([None], crs=4326))
    result = suggest(town.households.iloc[0], lost, town.streets, request=Request("garbage"))
    assert list(refusals(result, "S1")) == ["no_position"]


def test_by_phone_distance_does_not_count() -> None:
    offers = {"activities": ["talk"]}
    town = line_town(
        "H1 S2" + " ." * 60 + " S1", facts={"S1": offers, "S2": {**offers, "load": 6.0}}
    )
    result = ask(town, Request("talk"))
    assert result.basis == "phone"
    assert result["supporter_id"].tolist() == ["S1", "S2"], "the one with less to do comes first"
    assert result["minutes"].isna().all()
    at_home = ask(town, Request("talk", in_person=True))
    assert at_home["supporter_id"].tolist() == ["S2"]


def test_unknown_days_are_told_not_refused() -> None:
    town = line_town("H1 . S1 . S2", facts={"S1": {"weekdays": None, "hours": None}})
    result = ask(town, Request("garbage", weekday="WE", hours="08:00-08:30"))
    assert set(result["supporter_id"]) == {"S1", "S2"}
    assert {"weekday_unknown", "hours_unknown"} <= set(reasons(result, "S1"))
    assert {"free_on", "hours_fit"} <= set(reasons(result, "S2"))


def test_fairness_and_a_tie_can_outweigh_a_minute() -> None:
    town = line_town("H1 S1 S2", facts={"S1": {"load": 6.0}})
    assert ask(town)["supporter_id"].tolist() == ["S2", "S1"]
    fair = line_town("H1 S1 S2")
    assert ask(fair)["supporter_id"].tolist() == ["S1", "S2"]
    tied = ask(fair, Request("garbage", tied=frozenset({"S2"})))
    assert tied["supporter_id"].tolist() == ["S2", "S1"]
    assert "existing_tie" in reasons(tied, "S2")


def test_the_documented_score() -> None:
    town = line_town("H1 . S1", facts={"S1": {"load": 2.0, "most_per_week": 4.0}})
    result = ask(town, within=10.0)
    # 0.50 · (1 - 2.5/10) + 0.25 · (1 - 2/4) + 0.15 · 1 + 0.10 · 0
    assert result["score"].iloc[0] == pytest.approx(0.375 + 0.125 + 0.15)


BLOCK = """
    .  H1  .  S1  .
    /  .   /  .   /
    /  .   .  .   /
"""


@pytest.mark.parametrize(("everywhere", "minutes"), [(False, 600 / 80), (True, None)])
def test_steps_free_goes_round_the_steps_or_not_at_all(
    everywhere: bool, minutes: float | None
) -> None:
    town = line_town(BLOCK)
    straight = millimetres(town.streets.edge_cost[:, 0]) == 200_000
    assert straight.sum() == 1
    steps = straight | everywhere
    climbing = replace(town, streets=replace(town.streets, edge_steps=steps))
    assert ask(climbing)["minutes"].iloc[0] == pytest.approx(2.5, abs=1e-3)
    around = ask(climbing, Request("garbage", steps_free=True))
    if minutes is None:
        assert list(refusals(around, "S1")) == ["beyond_limit"]
    else:
        assert around["minutes"].iloc[0] == pytest.approx(minutes, abs=1e-3)


@given(st.integers(1, 4), st.floats(1.0, 20.0), st.lists(st.integers(0, 8), min_size=6, max_size=6))
def test_everybody_is_suggested_or_refused_once(k: int, within: float, loads: list[int]) -> None:
    names = [f"S{n}" for n in range(6)]
    facts = {name: {"load": float(load)} for name, load in zip(names, loads, strict=True)}
    town = line_town("H1 . " + " . ".join(names), facts=facts)
    result = ask(town, k=k, within=within)
    everyone = [*result["supporter_id"], *result.refused["supporter_id"]]
    assert sorted(everyone) == names
    assert len(result) <= k
    assert result["score"].between(0, 1).all()
    assert result["score"].is_monotonic_decreasing
    assert all(result.refused["refusals"].map(len) > 0)


def test_those_below_the_first_k_are_told_their_rank() -> None:
    result = ask(line_town("H1 S1 S2 S3"), k=1)
    assert refusals(result, "S3")["outranked"] == {"code": "outranked", "rank": 3, "k": 1}


def test_a_pool_gives_the_same_as_a_layer() -> None:
    town = line_town("H1 S1 . S2")
    pool = SupporterPool(town.supporters, town.streets)
    one = suggest(town.households.iloc[0], pool, request=Request("garbage"))
    assert one.equals(ask(town))


@pytest.mark.parametrize(
    ("wish", "named"),
    [
        ({"activity": "dancing"}, "activity"),
        ({"activity": "talk", "weekday": "Tuesday"}, "weekday"),
        ({"activity": "talk", "hours": "8-9"}, "hours"),
        ({"activity": "talk", "modes": frozenset({"boat"})}, "modes"),
    ],
)
def test_words_that_are_not_the_fields_are_refused(wish: dict[str, object], named: str) -> None:
    with pytest.raises(ParameterWrong, match=f"{named} is .*; wanted is "):
        Request(**wish)


def test_a_request_may_come_as_json() -> None:
    town = line_town("H1 S1 S2")
    wanted = {"activity": "garbage", "excluded": ["S1"]}
    result = suggest(town.households.iloc[0], town.supporters, town.streets, request=wanted)
    assert result["supporter_id"].tolist() == ["S2"]
    with pytest.raises(ParameterWrong, match="request is colour; wanted is activity"):
        suggest(town.households.iloc[0], town.supporters, request={"colour": "red"})


def test_uncovered_households_and_how_far_the_nearest_is() -> None:
    town = line_town("H1 S1 . . . . . . . . . . H2", facts={"H2": {"needs": ["talk"]}})
    found = uncovered_households(
        town.households, town.supporters, town.streets, activity="garbage", within=5.0
    )
    assert found["id"].tolist() == ["H2"]
    assert found["reason"].tolist() == ["beyond"]
    assert found["minutes"].iloc[0] == pytest.approx(11 * 100 / 80, abs=1e-3)
    assert found["wanted"].tolist() == [False]


def test_a_household_without_position_is_neither_near_nor_far() -> None:
    town = line_town("H1 S1")
    lost = town.households.set_geometry(gpd.GeoSeries([None], crs=4326))
    found = uncovered_households(lost, town.supporters, town.streets)
    assert found[["id", "reason"]].to_numpy().tolist() == [["H1", "no_position"]]
    assert found["minutes"].isna().all()


@given(st.floats(0.5, 12.0), st.floats(0.0, 8.0))
def test_a_longer_limit_uncovers_nobody(within: float, more: float) -> None:
    town = line_town("H1 . H2 . . H3 S1 . . H4 . . . H5")
    few, many = (
        set(
            uncovered_households(town.households, town.supporters, town.streets, within=limit)["id"]
        )
        for limit in (within + more, within)
    )
    assert few <= many


def links(*lines: tuple[str, str, str | None]) -> gpd.GeoDataFrame:
    columns = ("watcher_id", "watched_id", "direction")
    table = {name: [line[at] for line in lines] for at, name in enumerate(columns)}
    return gpd.GeoDataFrame(table, geometry=[None] * len(lines), crs=4326)


def test_houses_without_line() -> None:
    town = line_town("H1 H2 H3 H4 S1")
    lines = links(("S1", "H1", "one_way"), ("H2", "H3", "mutual"), ("H4", "H1", None))
    assert houses_without_line(town.households, lines)["id"].tolist() == ["H4"]


def test_watcher_load_counts_houses_once_and_those_nobody_else_watches() -> None:
    town = line_town("H1 H2 H3 S1 S2")
    lines = links(
        ("S1", "H1", "one_way"), ("S1", "H1", "one_way"), ("S1", "H2", "one_way"),
        ("S2", "H2", "one_way"), ("S2", "gone", "one_way"), ("H1", "H3", "mutual"),
    )  # fmt: skip
    load = watcher_load(town.households, lines).set_index("watcher_id")
    assert load.loc["S1"].tolist() == [2, 0], "H3 watches H1 too"
    assert load.loc["S2"].tolist() == [1, 0]
    assert load.loc["H1"].tolist() == [1, 1]
