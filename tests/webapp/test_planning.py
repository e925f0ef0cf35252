"""The planning room: whom nobody reaches, helpers tried by hand, plans kept and compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from geo.crs import mesh_bounds, mesh_code
from geo.sample import Town, sample_town
from geo.terms import WEEKDAYS
from tests.doors import client_of, form_token, make_account
from tests.webapp.conftest import CANARY, store_town
from webapp import create_app
from webapp.register.house import Register
from webapp.register.trail.access_event import AccessEvent
from webapp.settings import Settings


@pytest.fixture(scope="module")
def town() -> Town:
    """A town of its own: plans are written into its register."""
    return sample_town(seed=11, households=120, supporters=14)


@pytest.fixture(scope="module")
def app(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("planning") / "town"
    store_town(folder, town).register.close()
    return create_app(Settings.read({}, workspace=Path(folder)))


@pytest.fixture(scope="module")
def planner(app: Flask) -> FlaskClient:
    return client_of(app, make_account(app.extensions["register"], "planner", None))


GARBAGE = {"activity": "garbage", "within": "6"}


def ask(client: FlaskClient, path: str, told: object, status: int = 200) -> dict[str, Any]:
    answer = client.post(path, json=told, headers={"X-CSRF": form_token(client)})
    assert answer.status_code == status, answer.text
    return answer.json


def cells_of(client: FlaskClient, **asked: str) -> dict[str, Any]:
    answer = client.get("/planning/cells", query_string=asked)
    assert answer.status_code == 200
    return answer.json


def worst_cell(client: FlaskClient) -> tuple[float, float]:
    """The middle of the cell in which most are unreached."""
    cells = cells_of(client, **GARBAGE)
    west, south, east, north = cells["box"][cells["beyond"].index(max(cells["beyond"]))]
    return (west + east) / 2, (south + north) / 2


def test_figures_of_the_page_its_districts_and_its_cells_agree(planner: FlaskClient) -> None:
    everything = ask(planner, "/planning/what-if", {"question": GARBAGE, "changes": []})
    whole = everything["figures"]["households"]["before"]
    assert whole["total"] == 120
    assert sum(whole[name] for name in ("reached", "maybe", "beyond", "unknown")) == 120
    assert 0 < whole["beyond"] < 120
    cells = cells_of(planner, **GARBAGE)
    assert sum(cells["households"]) == pytest.approx(120 - whole["unknown"])
    assert sum(cells["beyond"]) == pytest.approx(whole["beyond"] + whole["maybe"], abs=0.6)
    assert f"{whole['beyond']} 世帯" in planner.get("/planning/", query_string=GARBAGE).text


def test_nothing_of_the_room_is_finer_than_a_cell(planner: FlaskClient, town: Town) -> None:
    cells = cells_of(planner, **GARBAGE)
    homes = {(round(x, 6), round(y, 6)) for x, y in town.supporters.get_coordinates().to_numpy()}
    for lon, lat in cells["helpers"]["spot"]:
        west, south, east, north = mesh_bounds(str(mesh_code(lon, lat)))
        assert (lon, lat) == pytest.approx(((west + east) / 2, (south + north) / 2), abs=1e-6)
        assert (lon, lat) not in homes
    page = planner.get("/planning/", query_string=GARBAGE).text
    assert f"{CANARY}太郎" not in page + str(cells)
    assert f"{CANARY}町" not in page + str(cells)


def test_a_helper_tried_on_the_map_reaches_more_and_is_undone_by_leaving_out(
    planner: FlaskClient,
) -> None:
    lon, lat = worst_cell(planner)
    add = {"do": "add", "id": "new-1", "lon": lon, "lat": lat, "activities": ["garbage"]}
    told = ask(planner, "/planning/what-if", {"question": GARBAGE, "changes": [add]})
    before, after = (told["figures"]["households"][when] for when in ("before", "after"))
    assert after["beyond"] < before["beyond"]
    assert told["pins"]["new-1"]["alone"] == pytest.approx(
        after["reached"] - before["reached"], abs=1.5
    )
    assert told["cell"]
    other = ask(
        planner,
        "/planning/what-if",
        {"question": GARBAGE, "changes": [add | {"activities": ["garden"]}]},
    )
    assert other["figures"]["households"]["after"] == before, "who does not do it covers nobody"


def test_a_helper_tried_walks_as_the_question_says(planner: FlaskClient) -> None:
    lon, lat = worst_cell(planner)
    add = {"do": "add", "id": "new-1", "lon": lon, "lat": lat, "activities": ["garbage"]}

    def reached(**more: str) -> float:
        told = {"question": GARBAGE | more, "changes": [add]}
        return ask(planner, "/planning/what-if", told)["pins"]["new-1"]["reached"]

    assert reached(way="slow") < reached()


def test_a_supporter_left_out_uncovers_whom_only_they_reach(planner: FlaskClient) -> None:
    cells = cells_of(planner, **GARBAGE)
    told = zip(cells["helpers"]["id"], cells["helpers"]["counts"], strict=True)
    helpers = [one for one, counts in told if counts == 1]
    gone = [{"do": "remove", "id": one} for one in helpers]
    told = ask(planner, "/planning/what-if", {"question": GARBAGE, "changes": gone})
    assert told["figures"]["households"]["after"]["reached"] == 0
    moved = [{"do": "move", "id": helpers[0], "lon": 139.0, "lat": 33.0}]
    away = ask(planner, "/planning/what-if", {"question": GARBAGE, "changes": moved})
    figures = away["figures"]["households"]
    assert figures["after"]["reached"] <= figures["before"]["reached"]
    assert away["pins"][helpers[0]] == {"reached": 0.0, "alone": 0.0}


def test_plans_are_kept_opened_compared_and_put_away(planner: FlaskClient) -> None:
    lon, lat = worst_cell(planner)
    add = {"do": "add", "id": "new-1", "lon": lon, "lat": lat, "activities": ["garbage"]}
    told = {"title": "坂の上に一人", "question": GARBAGE, "changes": [add]}
    first = ask(planner, "/planning/plans", told, 201)
    second = ask(
        planner, "/planning/plans", told | {"title": "<b>いまのまま</b>", "changes": []}, 201
    )
    listed = planner.get("/planning/plans").text
    assert "坂の上に一人" in listed
    assert "&lt;b&gt;いまのまま" in listed
    opened = planner.get(f"/planning/plans/{first['id']}", follow_redirects=True)
    assert opened.status_code == 200
    assert '"new-1"' in opened.text
    both = planner.get(
        "/planning/plans/side-by-side", query_string={"plan": [first["id"], second["id"]]}
    )
    assert both.status_code == 200
    assert "坂の上に一人" in both.text
    alone = planner.get("/planning/plans/side-by-side", query_string={"plan": first["id"]})
    assert alone.status_code == 422
    form = {"version": 1, "csrf": form_token(planner)}
    planner.post(f"/planning/plans/{first['id']}/drop", data=form)
    assert "坂の上に一人" not in planner.get("/planning/plans").text
    assert planner.get(f"/planning/plans/{first['id']}").status_code == 404


def test_the_same_link_asks_the_same_and_says_when_the_data_changed(planner: FlaskClient) -> None:
    page = planner.get("/planning/", query_string=GARBAGE).text
    link = page.split('class="quiet" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "activity=garbage" in link
    again = planner.get(link).text
    assert "このリンクはデータ" not in again
    before = link.rsplit("v=", 1)[0] + "v=1"
    assert "このリンクはデータ 1 版" in planner.get(before).text


@pytest.mark.parametrize(
    "asked",
    [{"activity": "flying"}, {"within": "0"}, {"within": "61"}, {"within": "abc"}, {"hour": "9時"},
     {"district": "nowhere"}, {"way": "swim"}, {"weekday": "someday"}],
)  # fmt: skip
def test_a_question_nobody_can_ask_is_refused_in_words(
    planner: FlaskClient, asked: dict[str, str]
) -> None:
    answer = planner.get("/planning/", query_string=asked)
    assert answer.status_code == 422
    assert 'class="sentence"' in answer.text


@pytest.mark.parametrize(
    "changes",
    [{}, ["x"], [{"do": "fly"}], [{"do": "add", "lon": "a", "lat": 1}],
     [{"do": "add", "lon": 1, "lat": True}], [{"do": "add", "lon": 1, "lat": 1, "activities": "x"}],
     [{"do": "remove", "id": "nobody"}], [{"do": "remove", "id": "x"}] * 201],
)  # fmt: skip
def test_a_change_that_is_none_is_refused(planner: FlaskClient, changes: object) -> None:
    told = {"question": GARBAGE, "changes": changes}
    answer = planner.post("/planning/what-if", json=told, headers={"X-CSRF": form_token(planner)})
    assert answer.status_code in {404, 422}
    assert "detail" in answer.text


def test_day_and_hour_count_only_who_is_there(planner: FlaskClient) -> None:
    def reached(**more: str) -> int:
        told = {"question": GARBAGE | more, "changes": []}
        figures = ask(planner, "/planning/what-if", told)["figures"]
        return figures["households"]["before"]["reached"]

    any_day = reached()
    days = [reached(weekday=one) for one in WEEKDAYS]
    assert max(days) <= any_day
    assert min(days) < any_day
    assert reached(way="snow") <= reached(way="slow") < any_day


def test_scores_of_access_close_and_say_what_is_not_known(planner: FlaskClient) -> None:
    page = planner.get("/planning/access", query_string=GARBAGE | {"decay": "step"})
    assert page.status_code == 200
    cells: dict[str, Any] = planner.get("/planning/access/cells", query_string=GARBAGE).json or {}
    assert len(cells["score"]) == len(cells["box"]) == len(cells["place"])
    for score, least, place in zip(cells["score"], cells["least"], cells["place"], strict=True):
        assert (score is None) == (place < 0)
        assert score is None or score >= least - 0.01
    everywhere = sum(cells["households"])
    assert everywhere == pytest.approx(120)
    assert planner.get("/planning/access", query_string={"decay": "x"}).status_code == 422


def test_a_question_asked_otherwise_fits_what_the_page_says(planner: FlaskClient) -> None:
    page = planner.get("/planning/sensitivity", query_string=GARBAGE)
    assert page.status_code == 200
    start = json.loads(page.text.split('id="start">')[1].split("</script>")[0])
    assert len(start["variants"]) == 16
    shares: dict[str, Any] = {}
    for one in start["variants"]:
        shares[one["id"]] = planner.get(one["address"]).json
    told = ask(planner, "/planning/what-if", {"question": GARBAGE, "changes": []})
    assert shares["usual-6"] == told["figures"]["households"]["before"]
    for way in ("usual", "no_steps", "slow", "snow"):
        beyond = [shares[f"{way}-{minutes}"]["beyond"] for minutes in (5, 6, 10, 15)]
        assert beyond == sorted(beyond, reverse=True), "longer is never worse"
    assert (
        shares["snow-10"]["beyond"] >= shares["slow-10"]["beyond"] >= shares["usual-10"]["beyond"]
    )


@pytest.mark.parametrize("page", ["", "cells", "access", "sensitivity", "coming"])
def test_every_reading_of_the_cells_is_in_the_trail(
    app: Flask, planner: FlaskClient, page: str
) -> None:
    register: Register = app.extensions["register"]

    def readings() -> int:
        asked = select(func.count()).where(
            AccessEvent.role == "planner",
            AccessEvent.deed == "read",
            AccessEvent.purpose == "planning",
            AccessEvent.record == "household",
        )
        with register.engine.connect() as connection:
            return connection.scalar(asked) or 0

    before = readings()
    assert planner.get(f"/planning/{page}", query_string=GARBAGE).status_code == 200
    assert readings() > before
