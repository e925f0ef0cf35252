"""Tours past a shop, a station or with the person: legs held against walks measured one by one."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import ParameterWrong
from geo.proximity import walking_minutes
from geo.request import Request, Stop
from geo.sample import Town
from geo.suggesting import Suggestions, suggest
from tests.geo.test_suggesting import reasons, refusals
from tests.towns import line_town

HILLY = """
    H1 . S1 . .
    .  / .  / .
    S2 . .  . H9
"""
HEIGHTS = """
    0  3  12 30 41
    9  0  20 0  55
    21 28 25 49 70
"""


def point_at(town: Town, household: str = "H9") -> gpd.GeoDataFrame:
    """A shop stands at a house of that name: the picture draws no places."""
    return town.households[town.households["id"] == household]


def stop_at(town: Town, household: str = "H9", **facts: object) -> Stop:
    spot = point_at(town, household).geometry.iloc[0]
    return Stop(spot.x, spot.y, **facts)


def ask(town: Town, request: Request, within: float = 60.0, *, streets: bool = True) -> Suggestions:
    network = town.streets if streets else None
    house = town.households[town.households["id"] == "H1"]
    return suggest(house, town.supporters, network, request=request, within=within)


def minutes(town: Town, start: gpd.GeoDataFrame, end: gpd.GeoDataFrame) -> float:
    return float(walking_minutes(town.streets, start, end, within=120.0)[0, 0])


def legs(result: Suggestions, supporter: str) -> list[tuple[str, float, bool]]:
    told = reasons(result, supporter)["near"]["legs"]
    return [(leg["to"], leg["minutes"], leg["together"]) for leg in told]


ORDERS = {
    "errand": [("S", "stop"), ("stop", "H"), ("H", "S")],
    "garbage": [("S", "H"), ("H", "stop"), ("stop", "S")],
    "accompaniment": [("S", "H"), ("H", "stop"), ("stop", "H"), ("H", "S")],
}


@pytest.mark.parametrize("activity", ORDERS)
@pytest.mark.parametrize("supporter", ["S1", "S2"])
def test_legs_are_the_walks_from_place_to_place(activity: str, supporter: str) -> None:
    offers = {"activities": [activity], "pace": 50.0}
    town = line_town(HILLY, heights=HEIGHTS, facts={"S1": offers, "S2": offers})
    result = ask(town, Request(activity, stop=stop_at(town)))
    places = {
        "S": town.supporters[town.supporters["id"] == supporter],
        "H": town.households[town.households["id"] == "H1"],
        "stop": point_at(town),
    }
    walked = [minutes(town, places[a], places[b]) * 80.0 / 50.0 for a, b in ORDERS[activity]]
    told = legs(result, supporter)
    assert [leg[1] for leg in told] == pytest.approx(walked, abs=0.051)
    together = [leg[2] for leg in told]
    assert together == [activity == "accompaniment" and at in {1, 2} for at in range(len(told))]
    near = reasons(result, supporter)["near"]
    assert near["whole"] == pytest.approx(sum(walked), abs=0.051)
    alone = sum(float(one) for one, shared in zip(walked, together, strict=True) if not shared)
    row = result.set_index("supporter_id").loc[supporter]
    assert row["minutes"] == pytest.approx(alone / 2, abs=1e-3)
    both = (float(str(near[way])) for way in ("there", "back"))
    assert sum(both) == pytest.approx(alone, abs=0.11)


@pytest.mark.parametrize("activity", ORDERS)
def test_without_streets_legs_are_straight_lines(activity: str) -> None:
    offers = {"activities": [activity]}
    town = line_town("S1 . H1 . . H9", facts={"S1": offers})
    result = ask(town, Request(activity, stop=stop_at(town)), streets=False)
    told = {to: walked for to, walked, _ in legs(result, "S1")}
    # 200 m to the home, 300 m on to the stop; straight line × 1.3 at 80 m a minute.
    home, stop, back = {
        "errand": (4.875, 8.125, 3.25), "garbage": (3.25, 4.875, 8.125),
        "accompaniment": (4.875, 4.875, 3.25),
    }[activity]  # fmt: skip
    assert (told["home"], told["stop"], told["back"]) == pytest.approx(
        (home, stop, back), abs=0.051
    )
    assert result.basis == "straight_line"


def test_the_limit_holds_for_the_tour_but_not_for_what_is_walked_together() -> None:
    offers = {"activities": ["errand", "accompaniment"], "farthest_minutes": 5.0}
    town = line_town("S1 . H1" + " ." * 9 + " H9", facts={"S1": offers})
    along = ask(town, Request("accompaniment", stop=stop_at(town)), within=10.0)
    assert along["minutes"].iloc[0] == pytest.approx(2.5, abs=1e-3)
    errand = ask(town, Request("errand", stop=stop_at(town)), within=30.0)
    assert refusals(errand, "S1")["beyond_own_limit"]["minutes"] == 15.0


def test_a_stop_that_nobody_reaches_leaves_nobody() -> None:
    town = line_town("H1 S1 / H9 .", facts={"S1": {"activities": ["errand"]}})
    result = ask(town, Request("errand", stop=stop_at(town)))
    assert result.empty
    assert refusals(result, "S1")["beyond_limit"]["minutes"] is None


def test_steps_are_gone_round_on_every_leg() -> None:
    from dataclasses import replace

    town = line_town(HILLY, facts={"S1": {"activities": ["errand"]}})
    stepped = replace(
        town, streets=replace(town.streets, edge_steps=town.streets.edge_steps | True)
    )
    assert not ask(stepped, Request("errand", stop=stop_at(town))).empty
    assert ask(stepped, Request("errand", stop=stop_at(town), steps_free=True)).empty


@given(st.lists(st.integers(0, 60), min_size=15, max_size=15))
def test_a_tour_is_no_shorter_than_going_straight_to_the_home(heights: list[int]) -> None:
    both = {"activities": ["errand", "garbage"]}
    town = line_town(HILLY, heights=" ".join(map(str, heights)), facts={"S1": both, "S2": both})
    plain = ask(town, Request("errand")).set_index("supporter_id")["minutes"]
    for activity in ("errand", "garbage"):
        past = ask(town, Request(activity, stop=stop_at(town))).set_index("supporter_id")["minutes"]
        assert (past >= plain[past.index] - 1e-3).all()


STATION = {"kind": "garbage_station", "weekdays": ("MO", "TH"), "hours": ("05:00-08:30",)}
CLINIC = {"kind": "clinic", "weekdays": ("MO",), "hours": ("09:00-12:00",)}

NOTES = [
    ("garbage", STATION, {"weekday": "MO", "hours": "08:00-08:30"}, []),
    ("garbage", STATION, {"weekday": "TU"}, ["no_collection"]),
    ("garbage", STATION, {"weekday": "TH", "hours": "08:30-09:00"}, ["collection_over"]),
    ("garbage", {"kind": "garbage_station"}, {"weekday": "TU", "hours": "20:00-21:00"}, []),
    ("accompaniment", CLINIC, {"weekday": "TU", "hours": "13:00-14:00"}, ["closed", "closed_then"]),
    ("accompaniment", CLINIC, {"weekday": "MO", "hours": "11:00-13:00"}, []),
]  # fmt: skip


@pytest.mark.parametrize(("activity", "place", "wish", "codes"), NOTES)
def test_a_day_without_collection_is_told(
    activity: str, place: dict[str, object], wish: dict[str, object], codes: list[str]
) -> None:
    town = line_town("S1 H1 H9", facts={"S1": {"activities": [activity]}})
    result = ask(town, Request(activity, stop=stop_at(town, **place), **wish))
    assert [note["code"] for note in result.notes] == codes
    assert len(result) == 1, "told, not refused"


@pytest.mark.parametrize(
    ("wish", "named"),
    [
        ({"activity": "talk", "stop": Stop(130.0, 33.0)}, "activity"),
        ({"activity": "errand", "stop": {"lon": 130.0}}, "stop"),
        ({"activity": "errand", "stop": {"lon": 130.0, "lat": 99.0}}, "stop"),
        ({"activity": "errand", "stop": {"lon": 130.0, "lat": 33.0, "kind": "moon"}}, "kind"),
    ],
)
def test_a_stop_that_is_none_is_refused(wish: dict[str, object], named: str) -> None:
    town = line_town("S1 H1")
    with pytest.raises(ParameterWrong, match=f"{named} is "):
        suggest(town.households, town.supporters, request=wish)


def test_a_stop_may_come_as_json() -> None:
    town = line_town("S1 H1 H9", facts={"S1": {"activities": ["errand"]}})
    spot = shapely.get_coordinates(point_at(town).geometry.to_numpy())[0]
    wanted = {"lon": spot[0], "lat": spot[1], "weekdays": ["MO"], "hours": None}
    house = town.households[town.households["id"] == "H1"]
    result = suggest(
        house, town.supporters, town.streets, request={"activity": "errand", "stop": wanted}
    )
    assert [leg[0] for leg in legs(result, "S1")] == ["stop", "home", "back"]
