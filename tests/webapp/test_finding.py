"""Finding a helper over HTTP: conditions, what-if, turns, places, and the page of a request."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from geo.sample import sample_town
from tests.doors import client_of, make_account
from tests.places import found_town
from webapp import create_app
from webapp.accounts.policy import at_the_terminal
from webapp.register.house import Register
from webapp.register.records import Offer, Person, Place, Request, WatchLink
from webapp.settings import Settings

HOME = "H000001"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town of its own: sixty households, forty supporters, a request and offers."""
    folder = tmp_path_factory.mktemp("finding") / "town"
    town = sample_town(seed=4, households=60, supporters=40)
    willing = town.supporters.assign(
        status="active", load=0.0, farthest_minutes=None,
        activities=[["garbage", *offers] for offers in town.supporters["activities"]],
    )  # fmt: skip
    register = found_town(folder, replace(town, supporters=willing)).register
    add_work(register)
    register.close()
    return folder


def add_work(register: Register) -> None:
    with register.engine.connect() as connection:
        person = connection.scalar(select(Person.id).where(Person.household_id == HOME))
        station = connection.scalar(select(Place.id).where(Place.kind == "garbage_station"))
    with register.change(at_the_terminal(), "matching", "test") as change:
        district = change.session.get(Person, person).district_id
        wishes = {"weekdays": ["WE"], "hours": "08:00-08:30", "gender": "f"}
        change.add(
            Request, id="r-ours", district_id=district, person_id=person, household_id=HOME,
            activity="garbage", place_id=station, constraints=wishes,
        )  # fmt: skip
        change.add(
            Request, id="r-bare", district_id=district, person_id=person, household_id=HOME,
            activity="garbage",
        )  # fmt: skip
        change.add(
            WatchLink, watcher_id="S00001", watched_id=HOME, kind="relative", district_id=district
        )


@pytest.fixture(scope="module")
def site(place: Path) -> Flask:
    return create_app(Settings.read({}, workspace=place))


@pytest.fixture(scope="module")
def desk(site: Flask) -> FlaskClient:
    return client_of(site, make_account(site.extensions["register"], "consultant"))


def ask(desk: FlaskClient, query: str, home: str = HOME) -> dict[str, Any]:
    response = desk.get(f"/api/v1/households/{home}/suggestions?{query}")
    assert response.status_code == 200, response.text
    return response.json or {}


def everybody(answer: dict[str, Any]) -> dict[str, set[str]]:
    """The codes that speak against each supporter; none against those suggested."""
    found = {one["supporter_id"]: set[str]() for one in answer["suggestions"]}
    return found | {
        one["supporter_id"]: {fact["code"] for fact in one["refusals"]} for one in answer["refused"]
    }


WIDE = "activity=garbage&within=60&k=50"


def test_every_condition_says_what_dropping_it_brings_and_that_comes_true(
    desk: FlaskClient,
) -> None:
    wishes = "weekday=WE&hours=08:00-08:30&gender=f&modes=foot&no_neighbours=300&what_if=true"
    brought = {
        condition
        for number in range(1, 61, 6)
        for condition in try_drops(desk, f"{wishes}&activity=garbage&within=20&k=50", number)
    }
    assert {"weekday", "hours", "within"} <= brought


def try_drops(desk: FlaskClient, narrow: str, number: int) -> set[str]:
    """The conditions without which somebody new appears; each holds what was said of it."""
    home = f"H{number:06d}"
    first = ask(desk, narrow, home)
    names = [one["condition"] for one in first["conditions"]]
    assert names == ["weekday", "hours", "modes", "gender", "no_neighbours", "within"]
    before = {one["supporter_id"] for one in first["suggestions"]}
    for one in first["conditions"]:
        answer = ask(desk, f"{narrow}&dropped={one['condition']}", home)
        new = {row["supporter_id"] for row in answer["suggestions"] if row["new"]}
        assert len(new) == one["adds"], one
        assert {row["supporter_id"] for row in answer["suggestions"]} == before | new
        said = {other["condition"]: other for other in answer["conditions"]}
        assert said[one["condition"]]["dropped"]
        assert said[one["condition"]]["adds"] == one["adds"], "who would go with it again"
    return {one["condition"] for one in first["conditions"] if one["adds"]}


def test_two_conditions_can_be_dropped_and_each_restored(desk: FlaskClient) -> None:
    wishes = f"{WIDE}&weekday=SU&gender=f&what_if=true"
    both = ask(desk, f"{wishes}&dropped=weekday,gender")
    assert {one["supporter_id"] for one in both["suggestions"]} == {
        one["supporter_id"] for one in ask(desk, WIDE)["suggestions"]
    }
    one_back = ask(desk, f"{wishes}&dropped=gender")
    gone = {one["condition"]: one["adds"] for one in both["conditions"]}["weekday"]
    assert both["suitable_in_all"] - one_back["suitable_in_all"] == gone


def test_without_what_if_nothing_is_said_of_conditions(desk: FlaskClient) -> None:
    assert ask(desk, f"{WIDE}&gender=f")["conditions"] == []


def test_relatives_and_the_unwanted_are_left_out(desk: FlaskClient, site: Flask) -> None:
    assert "relative_unwanted" in everybody(ask(desk, f"{WIDE}&no_relatives=true"))["S00001"]
    someone = ask(desk, WIDE)["suggestions"][0]["supporter_id"]
    assert "excluded_pair" in everybody(ask(desk, f"{WIDE}&excluded={someone}"))[someone]
    register: Register = site.extensions["register"]
    with register.change(at_the_terminal(), "matching", "test") as change:
        person = change.session.scalar(select(Person).where(Person.household_id == HOME))
        assert person is not None
        change.revise(Person, person.id, person.version, unwanted=[someone])
    assert "excluded_pair" in everybody(ask(desk, f"{WIDE}&request=r-bare"))[someone]
    assert "excluded_pair" in everybody(ask(desk, WIDE))[someone]


def test_who_was_asked_is_told_and_comes_later(desk: FlaskClient, site: Flask) -> None:
    first = ask(desk, WIDE)["suggestions"]
    assert "まだ一度も頼んだことがありません。" in [r["sentence"] for r in first[0]["reasons"]]
    assert first[0]["asked"] is None
    register: Register = site.extensions["register"]
    with register.change(at_the_terminal(), "matching", "test") as change:
        change.add(
            Offer, request_id="r-bare", supporter_id=first[0]["supporter_id"],
            asked_at=datetime.now(UTC) - timedelta(days=2),
        )  # fmt: skip
    again = {one["supporter_id"]: one for one in ask(desk, WIDE)["suggestions"]}
    asked = again[first[0]["supporter_id"]]
    assert asked["asked"] == {"days": 2, "times": 1, "declined": 0}
    assert "2日前に頼んだばかりです。" in [reason["sentence"] for reason in asked["reasons"]]
    assert asked["score"] == pytest.approx(first[0]["score"] - 0.1 * 88 / 90, abs=1e-3)


def test_the_walk_leads_past_the_station_and_its_days_are_told(desk: FlaskClient) -> None:
    listed = desk.get(f"/desk/find/places/{HOME}?activity=garbage").json or {}
    stations = listed["places"]
    assert all(one["kind"] == "garbage_station" for one in stations)
    known = [one["minutes"] for one in stations if one["minutes"] is not None]
    assert known == sorted(known)
    assert len(known) > 3
    station = stations[0]
    idle = next(day for day in ("MO", "TU", "WE") if day not in station["weekdays"])
    answer = ask(desk, f"{WIDE}&place={station['id']}&weekday={idle}")
    assert answer["place"] == station["id"]
    assert [note["code"] for note in answer["notes"]] == ["no_collection"]
    assert "収集がありません" in answer["notes"][0]["sentence"]
    walk = ask(desk, f"{WIDE}&place={station['id']}")["suggestions"][0]["reasons"][0]
    assert [leg["to"] for leg in walk["legs"]] == ["home", "stop", "back"]
    assert "集積所まで" in walk["sentence"]


def test_a_place_that_is_chosen_stays_among_those_offered(desk: FlaskClient) -> None:
    path = f"/desk/find/places/{HOME}?activity=errand"
    near = [one["id"] for one in (desk.get(path).json or {})["places"]]
    clinic = (desk.get(f"/desk/find/places/{HOME}?activity=accompaniment").json or {})["places"]
    hall = next(one["id"] for one in clinic if one["kind"] == "hall")
    assert hall not in near
    chosen = [one["id"] for one in (desk.get(f"{path}&chosen={hall}").json or {})["places"]]
    assert hall in chosen


@pytest.mark.parametrize(
    "query",
    [
        "activity=garbage&gender=x", "activity=garbage&dropped=colour", "activity=garbage&on=x",
        "activity=garbage&no_neighbours=0", "activity=garbage&weekdays=MO,XX",
        "activity=garbage&excluded=,",
    ],
)  # fmt: skip
def test_wishes_that_are_none_are_refused(desk: FlaskClient, query: str) -> None:
    assert desk.get(f"/api/v1/households/{HOME}/suggestions?{query}").status_code == 422


@pytest.mark.parametrize("query", ["request=r-gone", "place=l-gone"])
def test_what_is_not_there_is_not_found(desk: FlaskClient, query: str) -> None:
    path = f"/api/v1/households/{HOME}/suggestions?activity=garbage&{query}"
    assert desk.get(path).status_code == 404


def test_the_request_of_another_household_is_none(desk: FlaskClient) -> None:
    path = "/api/v1/households/H000002/suggestions?activity=garbage&request=r-ours"
    assert desk.get(path).status_code == 404


def test_places_are_only_for_what_leads_there(desk: FlaskClient) -> None:
    assert desk.get(f"/desk/find/places/{HOME}?activity=talk").status_code == 422
    assert desk.get("/desk/find/places/H9?activity=errand").status_code == 404


def test_the_page_of_a_request_is_filled_in_from_it(desk: FlaskClient) -> None:
    page = desk.get("/desk/find?request=r-ours").text
    start = json.loads(re.findall(r'id="start" nonce="[^"]*">(.*?)</script>', page)[0])
    assert start["household"]["id"] == HOME
    assert start["request"] == "r-ours"
    assert re.search(r'name="weekdays" value="WE" checked', page)
    assert not re.search(r'name="weekdays" value="MO" checked', page)
    assert 'id="from" value="08:00"' in page
    assert '<option value="f" selected>' in page
    assert 'action="/desk/requests/r-ours/offers"' in page
    assert desk.get("/desk/find?request=r-gone").status_code == 404


def test_a_request_of_another_district_is_not_there(site: Flask) -> None:
    register: Register = site.extensions["register"]
    other = client_of(site, make_account(register, "consultant", ["X-none"]))
    assert other.get("/desk/find?request=r-ours").status_code == 404
