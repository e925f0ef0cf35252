"""Where to recruit and where a mobile shop stops: searched beside the page, watched, proven."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from geo.sample import Town, sample_town
from tests.doors import client_of, form_token, make_account
from tests.webapp.conftest import CANARY, store_town
from webapp import create_app
from webapp.settings import Settings
from webapp.studies.recruiting import Wish, read_wish
from webapp.studies.sales import Round, read_round

GARBAGE = {"activity": "garbage", "within": "6"}


@pytest.fixture(scope="module")
def town() -> Town:
    return sample_town(seed=11, households=120, supporters=14)


@pytest.fixture(scope="module")
def app(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("recruiting") / "town"
    store_town(folder, town).register.close()
    return create_app(Settings.read({}, workspace=Path(folder)))


@pytest.fixture(scope="module")
def planner(app: Flask) -> FlaskClient:
    return client_of(app, make_account(app.extensions["register"], "planner", None))


def tell(client: FlaskClient, room: str, identity: str) -> dict[str, Any]:
    told: dict[str, Any] = client.get(f"/planning/{room}/{identity}").json or {}
    return told


def search(client: FlaskClient, room: str, **wish: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401
    """Begin a search and wait for its end; the address of its page, and what it tells."""
    form = {"csrf": form_token(client), **wish}
    sent = client.post(f"/planning/{room}", data=form)
    assert sent.status_code == 303, sent.text
    page = client.get(sent.location).text
    identity = page.split(f'"found": "/planning/{room}/')[1].split('"')[0]
    end = time.monotonic() + 30
    while not (told := tell(client, room, identity))["over"]:
        assert time.monotonic() < end
        time.sleep(0.02)
    return sent.location, told


def whole_of(told: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in told["found"]["parts"] if one["area"] is None)


def test_places_proposed_reach_what_they_say_and_open_as_a_plan(planner: FlaskClient) -> None:
    address, told = search(planner, "siting", activity="garbage", within="15", sites="4")
    assert (told["state"], told["fault"]) == ("done", None)
    found, whole = told["found"], whole_of(told)
    assert found["proven"]
    assert [one["rank"] for one in found["sites"]] == [1, 2, 3, 4]
    gains = [one["gain"] for one in found["sites"]]
    assert gains == sorted(gains, reverse=True)
    assert sum(gains) == pytest.approx(whole["after"] - whole["before"], abs=1.01)
    assert sum(one["nearest"] for one in found["sites"]) == pytest.approx(sum(gains))
    for name in ("total", "before", "after"):
        districts = [one[name] for one in found["parts"] if one["area"] is not None]
        assert sum(districts) == pytest.approx(whole[name], abs=4), "each is rounded"
    opened = planner.get(found["open"]).text
    assert opened.count('"do": "add"') == 4
    assert '"new-4"' in opened
    again = planner.get(address).text
    assert f'"found": "/planning/siting/{told["id"]}"' in again, "the link shows what was found"
    assert f"{CANARY}町" not in again + str(told)


def test_the_plan_that_opens_reaches_as_many_as_the_proposal_said(planner: FlaskClient) -> None:
    _, told = search(
        planner, "siting", **GARBAGE, sites="3", places="mesh", weekday="TU", hour="09:00-12:00"
    )
    whole = whole_of(told)
    facts = {**GARBAGE, "weekday": "TU", "hour": "09:00-12:00"}
    pins = [
        {"do": "add", "id": f"new-{one['rank']}", "lon": one["lon"], "lat": one["lat"],
         "activities": ["garbage"], "weekdays": ["TU"], "hours": ["09:00-12:00"]}
        for one in told["found"]["sites"]
    ]  # fmt: skip
    answer = planner.post(
        "/planning/what-if", json={"question": facts, "changes": pins},
        headers={"X-CSRF": form_token(planner)},
    )  # fmt: skip
    opened = planner.get(told["found"]["open"]).text
    assert opened.count('"weekdays": ["TU"]') == opened.count('"hours": ["09:00-12:00"]') == 3
    reached = (answer.json or {})["figures"]["households"]["after"]["reached"]
    assert reached == pytest.approx(whole["after"], abs=1)
    assert reached > whole["before"]


def test_every_goal_is_answered(planner: FlaskClient, town: Town) -> None:
    area = {"district": str(town.districts["id"].iloc[2]), "places": "mesh"}
    told = {
        goal: search(planner, "siting", **GARBAGE, goal=goal, sites="1", **area)[1]
        for goal in ("least_travel", "fewest_sites", "smallest_worst")
    }
    assert {one["state"] for one in told.values()} == {"done"}
    fewest, travel = (told[goal]["found"] for goal in ("fewest_sites", "least_travel"))
    assert len(fewest["sites"]) > 1
    assert fewest["parts"][0]["after"] > travel["parts"][0]["after"]
    assert 0 < told["smallest_worst"]["found"]["worst"] <= 60


def test_one_district_is_searched_alone(planner: FlaskClient, town: Town) -> None:
    district = str(town.districts["id"].iloc[2])
    name = str(town.districts["name"].iloc[2])
    _, told = search(planner, "siting", **GARBAGE, sites="1", district=district)
    (part,), (site,) = told["found"]["parts"], told["found"]["sites"]
    assert (part["area"], site["area"]) == (name, name)
    assert part["total"] == (town.households["district_id"] == district).sum()
    assert site["gain"] == pytest.approx(part["after"] - part["before"], abs=1)


def test_a_floor_is_kept_and_one_too_high_is_refused_with_the_districts_name(
    planner: FlaskClient, town: Town
) -> None:
    free = search(planner, "siting", **GARBAGE, sites="6", places="mesh")[1]["found"]["parts"]
    least = min((one for one in free if one["area"]), key=lambda one: one["after"] / one["total"])
    floors = {
        f"floor-{one}": "15"
        for one, name in zip(town.districts["id"], town.districts["name"], strict=True)
        if name == least["area"]
    }
    kept = search(planner, "siting", **GARBAGE, sites="6", places="mesh", **floors)[1]
    share = {one["area"]: one["after"] / one["total"] for one in kept["found"]["parts"]}
    assert share[least["area"]] >= 0.14
    _, told = search(planner, "siting", **GARBAGE, sites="1", floor="100", places="mesh")
    assert told["state"] == "failed"
    assert any(name in told["fault"] for name in town.districts["name"])


def test_a_search_called_off_keeps_what_it_has_and_is_nobody_elses(
    planner: FlaskClient, app: Flask
) -> None:
    form = {"csrf": form_token(planner), **GARBAGE, "sites": "7"}
    page = planner.get(planner.post("/planning/siting", data=form).location).text
    identity = page.split('"found": "/planning/siting/')[1].split('"')[0]
    other = client_of(app, make_account(app.extensions["register"], "council", None))
    assert other.get(f"/planning/siting/{identity}").status_code == 404
    sent = planner.post(f"/planning/jobs/{identity}/cancel", headers={"X-CSRF": form["csrf"]})
    assert sent.status_code == 200
    end = time.monotonic() + 30
    while not (told := tell(planner, "siting", identity))["over"]:
        assert time.monotonic() < end
        time.sleep(0.02)
    assert told["state"] in {"cancelled", "done"}


def test_stops_of_a_mobile_shop_have_an_order_a_timetable_and_add_up(
    planner: FlaskClient, town: Town
) -> None:
    _, told = search(planner, "stops", within="5", stops="4", start="10:00", end="13:00", stay="20")
    found = told["found"]
    plan, stops = found["plan"], found["stops"]
    assert 0 < len(stops) <= 4
    times = [time for one in stops for time in (one["opens"], one["closes"])]
    assert times == sorted(times)
    assert times[0] >= "10:00"
    assert plan["back"] <= "13:00"
    assert sum(one["nearest"] for one in stops) == pytest.approx(found["reached"])
    assert plan["already"] == 0, "no shop counts where the box is not ticked"
    place = town.places.geometry.iloc[0]
    depot = f"{place.x:.6f},{place.y:.6f}"
    _, told = search(planner, "stops", within="5", stops="4", shops="1", depot=depot)
    assert told["found"]["plan"]["already"] > 0
    assert told["found"]["plan"]["travel"] > 0
    _, told = search(planner, "stops", within="5", stops="4", start="10:00", end="10:05")
    assert told["state"] == "failed"
    assert "10:05" in told["fault"]


def test_stops_moved_by_hand_are_told_at_once_and_all_are_kept(planner: FlaskClient) -> None:
    asked = {"within": "5", "stops": "3", "start": "10:00", "end": "15:00", "shops": "1"}
    _, told = search(planner, "stops", **asked)
    found = told["found"]
    spots = [{"lon": one["lon"], "lat": one["lat"]} for one in found["stops"]]

    def move(spots: list[Any], status: int = 200) -> dict[str, Any]:
        answer = planner.post(
            "/planning/stops/what-if",
            json={"asked": asked, "spots": spots},
            headers={"X-CSRF": form_token(planner)},
        )
        assert answer.status_code == status, answer.text
        return answer.json or {}

    same = move(spots)
    assert same["reached"] == pytest.approx(found["reached"])
    assert same["plan"]["travel"] == pytest.approx(found["plan"]["travel"])
    less = move(spots[1:])
    assert len(less["stops"]) == len(spots) - 1
    assert less["reached"] <= found["reached"]
    twice = move([spots[0], spots[0]])
    assert len(twice["stops"]) == 2
    for wrong in ([], "x", ["x"], [{"lon": "a", "lat": 1}], spots * 9):
        assert move(wrong, 422)["detail"]


@pytest.mark.parametrize(
    ("room", "asked"),
    [("siting", {"sites": "0"}), ("siting", {"sites": "21"}), ("siting", {"goal": "fly"}),
     ("siting", {"places": "moon"}), ("siting", {"floor": "101"}), ("siting", {"within": "x"}),
     ("stops", {"start": "25:00"}), ("stops", {"start": "15:00", "end": "10:00"}),
     ("stops", {"depot": "here"}), ("stops", {"stay": "-1"}), ("stops", {"stops": "99"})],
)  # fmt: skip
def test_what_nobody_can_wish_is_refused_in_words(
    planner: FlaskClient, room: str, asked: dict[str, str]
) -> None:
    answer = planner.get(f"/planning/{room}", query_string=asked)
    assert answer.status_code == 422
    assert 'class="sentence"' in answer.text


def test_a_pin_of_an_address_that_is_none_is_refused(planner: FlaskClient) -> None:
    for pin in ("x", "1", "200,1", "nan,1"):
        assert planner.get("/planning/", query_string={"pin": pin}).status_code == 422


def test_an_address_wishes_what_was_wished() -> None:
    wish = Wish("least_travel", 3, ("garbage", "errand"), "mesh", "wanting", 50.0, {"D1": 80.0})
    areas = {"D1": "一", "D2": "二"}
    assert read_wish(wish.facts(), areas, places=("street", "mesh")) == wish
    assert wish.shares(areas) == {"D1": 0.8, "D2": 0.5}
    assert wish.weights == ["garbage", "errand"]
    day = Round(3, "09:30", "12:00", 15, "cart", (130.9, 33.9), "mesh", "errand", shops=False)
    assert read_round(day.facts(), places=("street", "mesh")) == day
