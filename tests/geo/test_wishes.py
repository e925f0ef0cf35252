"""Gender, relatives, neighbours, bookings, turns: what a request asks of the one who comes."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import ParameterWrong
from geo.request import Request
from geo.suggesting import suggest, what_if
from tests.geo.test_suggesting import ask, reasons, refusals
from tests.towns import line_town

CASES = [
    ({"gender": "m"}, {"gender": "f"}, "gender_unsuited", {"gender": "m", "wanted": "f"}),
    ({}, {"no_relatives": frozenset({"S1"})}, "relative_unwanted", {}),
    ({}, {"no_neighbours": 150.0}, "neighbour_unwanted", {"metres": 100, "nearer_than": 150.0}),
    ({}, {"booked": {"S1": "08:00-08:30"}}, "booked", {"at": "08:00-08:30"}),
    ({"most_per_week": 2.0}, {"load": {"S1": 2.5}}, "no_capacity", {"load": 2.5, "most": 2}),
    ({"weekdays": ["SU"]}, {"weekdays": frozenset({"TU", "MO"})}, "weekday_unavailable",
     {"weekday": ["MO", "TU"], "offered": ["SU"]}),
]  # fmt: skip


@pytest.mark.parametrize(("supporter", "wish", "code", "facts"), CASES)
def test_a_refusal_says_why(
    supporter: dict[str, object], wish: dict[str, object], code: str, facts: dict[str, object]
) -> None:
    plain = {"gender": "f"}
    town = line_town("H1 S1 S2", facts={"S1": {**plain, **supporter}, "S2": plain})
    result = ask(town, Request("garbage", **wish))
    assert result["supporter_id"].tolist() == ["S2"]
    assert list(refusals(result, "S1")) == [code]
    assert facts.items() <= refusals(result, "S1")[code].items()


def test_an_unknown_gender_is_told_not_refused() -> None:
    town = line_town("H1 . S1 . S2", facts={"S1": {"gender": None}, "S2": {"gender": "f"}})
    result = ask(town, Request("garbage", gender="f"))
    assert "gender_unknown" in reasons(result, "S1")
    assert reasons(result, "S2")["gender"] == {"code": "gender", "gender": "f"}


def test_a_layer_that_knows_no_gender_is_asked_all_the_same() -> None:
    town = line_town("H1 S1")
    assert town.supporters["gender"].isna().all()
    assert "gender_unknown" in reasons(ask(town, Request("garbage", gender="m")), "S1")


def test_one_of_several_days_is_enough_and_those_that_suit_are_told() -> None:
    town = line_town("H1 S1", facts={"S1": {"weekdays": ["TH", "TU", "SU"]}})
    result = ask(town, Request("garbage", weekdays=frozenset({"MO", "TU", "TH"})))
    assert reasons(result, "S1")["free_on"]["weekday"] == ["TU", "TH"]


def test_neighbours_are_those_along_the_street_even_by_phone() -> None:
    talks = {"activities": ["talk"]}
    town = line_town("H1 S1 . S2", facts={"S1": talks, "S2": talks})
    result = ask(town, Request("talk", no_neighbours=150.0))
    assert result["supporter_id"].tolist() == ["S2"]
    assert result["minutes"].isna().all()


def test_who_was_asked_longest_ago_comes_first_among_equals() -> None:
    town = line_town("S1 H1 S2\n/ S3 /\n/ S4 /")
    days = {"S1": 3.0, "S2": 200.0, "S3": 100.0}
    result = ask(town, Request("garbage", days_since_asked=days))
    assert result["supporter_id"].tolist() == ["S2", "S3", "S4", "S1"], "a turn outweighs a minute"
    assert reasons(result, "S1")["asked_lately"]["days"] == 3
    assert reasons(result, "S2")["not_asked_lately"]["days"] == 200
    assert "never_asked" in reasons(result, "S4")
    silent = ask(town, Request("garbage"))
    assert not {"asked_lately", "not_asked_lately", "never_asked"} & set(reasons(silent, "S1"))


def test_the_documented_score_with_turns() -> None:
    town = line_town("H1 . S1", facts={"S1": {"most_per_week": 4.0, "load": 0.0}})
    request = Request("garbage", load={"S1": 2.0, "gone": 1.0}, days_since_asked={"S1": 45.0})
    # 0.50 · (1 - 2.5/10) + 0.15 · (1 - 2/4) + 0.10 · 45/90 + 0.15 · 1 + 0.10 · 0
    score = ask(town, request, within=10.0)["score"].iloc[0]
    assert score == pytest.approx(0.375 + 0.075 + 0.05 + 0.15)


@given(
    st.dictionaries(st.sampled_from(["S0", "S1", "S2", "S3"]), st.floats(0, 400)),
    st.dictionaries(st.sampled_from(["S0", "S1", "S2", "S3"]), st.floats(0, 9)),
)
def test_scores_stay_between_0_and_1(days: dict[str, float], load: dict[str, float]) -> None:
    town = line_town("H1 S0 S1 S2 S3")
    result = ask(town, Request("garbage", days_since_asked=days, load=load))
    assert result["score"].between(0, 1).all()
    assert len(result) + len(result.refused) == 4


WISH = Request(
    "garbage", weekday="WE", hours="08:00-08:30", gender="f", modes=frozenset({"foot"}),
    no_relatives=frozenset({"S5"}), no_neighbours=50.0, booked={"S6": ""},
)  # fmt: skip

PEOPLE: dict[str, dict[str, object]] = {
    "S1": {"weekdays": ["MO"]},
    "S2": {"hours": ["10:00-12:00"]},
    "S3": {"gender": "m"},
    "S4": {"mode": "car"},
    "S7": {"weekdays": ["MO"], "gender": "m"},
}


def conditions(found: pd.DataFrame) -> dict[str, list[str]]:
    return {str(name): rows["supporter_id"].tolist() for name, rows in found.groupby("condition")}


def test_dropping_a_condition_shows_whom_only_it_kept_away() -> None:
    facts = {name: {"gender": "f", **PEOPLE.get(name, {})} for name in
             ("S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8")}  # fmt: skip
    town = line_town("H1 S1 S2 S3 S4 S5 S6 S7" + " ." * 30 + " S8", facts=facts)
    found = what_if(town.households, town.supporters, town.streets, request=WISH, within=15.0)
    assert conditions(found) == {
        "weekday": ["S1", "S6"],
        "hours": ["S2", "S6"],
        "gender": ["S3"],
        "modes": ["S4"],
        "no_relatives": ["S5"],
        "within": ["S8"],
    }


@given(st.sampled_from(["weekday", "hours", "gender", "modes", "no_relatives", "no_neighbours"]))
def test_what_is_told_of_a_drop_comes_true(condition: str) -> None:
    facts = {name: {"gender": "f", **PEOPLE.get(name, {})} for name in ("S1", "S2", "S3", "S4")}
    town = line_town("H1 S1 S2 S3 S4 S5 S6", facts=facts)
    told = what_if(town.households, town.supporters, town.streets, request=WISH)
    more = told.loc[told["condition"] == condition, "supporter_id"].tolist()
    before, after = (
        set(suggest(town.households, town.supporters, town.streets, request=one)["supporter_id"])
        for one in (WISH, WISH.without(condition))
    )
    assert after - before == set(more)
    assert before <= after


def test_steps_and_the_limit_are_walked_anew() -> None:
    from dataclasses import replace

    town = line_town("H1 S1")
    steps = replace(town.streets, edge_steps=town.streets.edge_steps | True)
    found = what_if(
        town.households, town.supporters, steps, request=Request("garbage", steps_free=True)
    )
    assert conditions(found) == {"steps_free": ["S1"]}


def test_only_conditions_can_be_dropped() -> None:
    with pytest.raises(ParameterWrong, match="condition is activity"):
        Request("garbage").without("activity")
    assert Request("garbage", excluded=frozenset({"S1"})).conditions == ()


@pytest.mark.parametrize(
    ("wish", "named"),
    [
        ({"gender": "x"}, "gender"), ({"weekdays": ["Monday"]}, "weekdays"),
        ({"no_neighbours": 0.0}, "no_neighbours"), ({"no_neighbours": math.nan}, "no_neighbours"),
    ],
)  # fmt: skip
def test_wishes_that_are_none_are_refused(wish: dict[str, object], named: str) -> None:
    town = line_town("H1 S1")
    with pytest.raises(ParameterWrong, match=f"{named} is "):
        suggest(town.households, town.supporters, request={"activity": "garbage", **wish})


def test_the_booked_may_come_as_a_list() -> None:
    town = line_town("H1 S1 S2")
    wanted = {"activity": "garbage", "booked": ["S1"], "weekdays": ["MO"]}
    result = suggest(town.households, town.supporters, town.streets, request=wanted)
    assert refusals(result, "S1")["booked"] == {"code": "booked", "at": ""}
