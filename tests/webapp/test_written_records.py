"""What programs write: consultations, requests, offers, visits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.sample import Town
from tests.places import found_town
from webapp import create_app
from webapp.accounts.policy import at_the_terminal
from webapp.accounts.tokens import make_token
from webapp.register.house import Register
from webapp.register.records import Consent, Household, Person, Place, Supporter
from webapp.register.trail.access_event import AccessEvent
from webapp.settings import Settings

WHEN = "2026-11-02T09:30:00+09:00"


class Program:
    """A program with the token of a consultant of one district."""

    def __init__(self, app: Flask, district: str) -> None:
        self.client: FlaskClient = app.test_client()
        register: Register = app.extensions["register"]
        now = datetime.now(UTC)
        token = make_token(register, at_the_terminal(), "consultant", [district], now)[1]
        self.headers = {"Authorization": f"Bearer {token}"}

    def send(self, method: str, path: str, body: object = None) -> tuple[int, Any, Any]:
        """Status, document and headers of an answer."""
        answer = self.client.open(
            f"/api/v1/{path}" if not path.startswith("/") else path,
            method=method, json=body, headers=self.headers,
        )  # fmt: skip
        return answer.status_code, answer.get_json(), answer.headers


@pytest.fixture(scope="module")
def app(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("written") / "town"
    premises = found_town(folder, town)
    yield create_app(Settings.read({}, workspace=folder), premises)
    premises.register.close()


@pytest.fixture(scope="module")
def ids(app: Flask) -> dict[str, dict[str, str]]:
    """A household and a supporter of each of two districts."""
    register: Register = app.extensions["register"]
    with Session(register.engine) as session:
        homes = {one.district_id: one.id for one in session.scalars(select(Household))}
        helpers = {one.district_id: one.id for one in session.scalars(select(Supporter))}
    both = sorted(district for district in homes.keys() & helpers.keys() if district)
    return {
        name: {"district": one, "household": homes[one], "supporter": helpers[one]}
        for name, one in zip(("own", "other"), both, strict=False)
    }


@pytest.fixture(scope="module")
def program(app: Flask, ids: dict[str, dict[str, str]]) -> Program:
    return Program(app, ids["own"]["district"])


@pytest.fixture
def request_id(program: Program, ids: dict[str, dict[str, str]]) -> str:
    own = ids["own"]
    body = {"district_id": own["district"], "household_id": own["household"], "activity": "garbage"}
    status, made, _ = program.send("POST", "requests", body)
    assert status == 201
    return str(made["id"])


def test_each_record_is_written_and_found_where_it_is_said_to_be(
    program: Program, ids: dict[str, dict[str, str]], request_id: str
) -> None:
    own, asked = ids["own"], {"request_id": request_id, "supporter_id": ids["own"]["supporter"]}
    bodies: dict[str, dict[str, Any]] = {
        "consultations": {
            "district_id": own["district"], "received_at": WHEN, "channel": "phone",
            "summary": "ゴミ出しがつらい",
        },
        "requests": {"district_id": own["district"], "activity": "other", "sub_reason": "電球"},
        "offers": asked | {"minutes": 6.5, "asked_at": WHEN},
        "visits": asked | {"planned_at": WHEN, "expense": 300},
    }  # fmt: skip
    for plural, body in bodies.items():
        status, made, headers = program.send("POST", plural, body)
        assert status == 201, made
        status, seen, _ = program.send("GET", headers["Location"])
        assert status == 200
        for name, value in body.items():
            moment = name.endswith("_at")
            assert datetime.fromisoformat(seen[name]) == datetime.fromisoformat(value) if moment \
                else seen[name] == value, name  # fmt: skip
        assert (seen["version"], seen["district_id"]) == (1, own["district"])


def test_a_stale_change_is_refused_with_both_versions(program: Program, request_id: str) -> None:
    path = f"requests/{request_id}"
    assert program.send("PATCH", path, {"version": 1, "sub_reason": "月曜"})[0] == 200
    status, problem, _ = program.send("PATCH", path, {"version": 1, "sub_reason": "火曜"})
    assert status == 409
    assert problem["code"] == "record_stale"
    assert (problem["mine"]["sub_reason"], problem["theirs"]["sub_reason"]) == ("火曜", "月曜")
    assert (problem["version"], problem["current"]) == (1, 2)


def test_an_illegal_step_names_the_legal_ones(program: Program, request_id: str) -> None:
    change = {"version": 1, "status": "done"}
    status, problem, _ = program.send("PATCH", f"requests/{request_id}", change)
    assert (status, problem["code"]) == (409, "step_illegal")
    assert problem["legal"] == ["cancelled", "coordinating"]
    assert "調整中" in problem["detail"]


def test_ids_of_other_districts_are_not_found(
    program: Program, ids: dict[str, dict[str, str]], request_id: str, app: Flask
) -> None:
    own, other = ids["own"], ids["other"]
    register: Register = app.extensions["register"]
    bodies = [
        ("consultations", {"district_id": other["district"], "received_at": WHEN}),
        ("requests", {
            "district_id": own["district"], "household_id": other["household"],
            "activity": "garbage",
        }),
        ("offers", {"request_id": request_id, "supporter_id": other["supporter"]}),
        ("visits", {"request_id": "none", "supporter_id": own["supporter"], "planned_at": WHEN}),
    ]  # fmt: skip
    for plural, body in bodies:
        assert program.send("POST", plural, body)[0] == 404, plural
    elsewhere = Program(app, other["district"])
    assert elsewhere.send("GET", f"requests/{request_id}")[0] == 404
    assert elsewhere.send("PATCH", f"requests/{request_id}", {"version": 1})[0] == 404
    with Session(register.engine) as session:
        refused = select(AccessEvent.record).where(AccessEvent.deed == "refuse")
        assert {"district", "household", "supporter", "request"} <= set(session.scalars(refused))


@pytest.mark.parametrize(
    ("plural", "body", "name"),
    [
        ("consultations", {}, "district_id"),
        ("consultations", {"received_at": "2026-11-02T09:30:00"}, "received_at"),
        ("consultations", {"received_at": "0001-01-01T00:00:00Z"}, "received_at"),
        ("consultations", {"received_at": WHEN, "channel": "pigeon"}, "channel"),
        ("consultations", {"received_at": WHEN, "summary": "\0"}, "summary"),
        ("requests", {"activity": "other"}, "sub_reason"),
        ("requests", {"activity": "garbage", "paid": 1}, "paid"),
        ("requests", {"activity": "garbage", "wanted_from": "明日"}, "wanted_from"),
        ("requests", {"activity": "garbage", "constraints": []}, "constraints"),
        ("requests", {"activity": "garbage", "status": "done"}, "field"),
        ("offers", {"request_id": "x", "supporter_id": "y", "minutes": -1}, "minutes"),
        ("visits", {"request_id": "x", "supporter_id": "y"}, "planned_at"),
    ],
)
def test_what_does_not_fit_is_named(
    program: Program,
    ids: dict[str, dict[str, str]],
    plural: str,
    body: dict[str, Any],
    name: str,
) -> None:
    if body and plural in {"consultations", "requests"}:
        body = {"district_id": ids["own"]["district"]} | body
    status, problem, headers = program.send("POST", plural, body)
    assert (status, headers["Content-Type"]) == (422, "application/problem+json")
    assert problem["code"] == "parameter_wrong"
    assert name in problem["detail"]


def test_the_programmes_table_is_hidden_from_whoever_may_not_see_counts(
    app: Flask, program: Program, request_id: str
) -> None:
    assert request_id
    query = "statistics?from=2025-04-01&to=2026-03-31"
    status, own, _ = program.send("GET", query)
    assert (status, own["published"], len(own["rows"])) == (200, False, 7)
    public = app.test_client().get(f"/api/v1/{query}").get_json()
    assert public["published"] is True
    assert {row["coordinations"] for row in public["rows"]} == {"*"}
    assert app.test_client().get("/api/v1/statistics?from=x&to=y").status_code == 422


def test_what_a_person_refused_is_as_if_it_were_not_there(
    app: Flask, program: Program, ids: dict[str, dict[str, str]]
) -> None:
    register: Register = app.extensions["register"]
    own = ids["own"]
    with register.change(at_the_terminal(), "matching") as change:
        change.add(
            Person, id="P-refuses", household_id=own["household"], district_id=own["district"]
        )
    body = {"district_id": own["district"], "person_id": "P-refuses", "activity": "garbage"}
    asked = program.send("POST", "requests", body)[1]["id"]
    visit = {"request_id": asked, "supporter_id": own["supporter"], "planned_at": WHEN}
    visited = program.send("POST", "visits", visit)[1]["id"]
    for path in (f"requests/{asked}", f"visits/{visited}"):
        assert program.send("GET", path)[0] == 200
    with register.change(at_the_terminal(), "matching") as change:
        change.add(
            Consent, id="C-refuses", person_id="P-refuses", district_id=own["district"],
            basis="self", purpose="matching", status="refused",
            given_on=datetime.now(UTC) - timedelta(hours=1),
        )  # fmt: skip
    for path in (f"requests/{asked}", f"visits/{visited}"):
        absent = f"{path.split('/', maxsplit=1)[0]}/absent"
        for method, sent in (("GET", None), ("PATCH", {"version": 99})):
            status, problem, _ = program.send(method, path, sent)
            other_status, other, _ = program.send(method, absent, sent)
            assert (status, problem["code"]) == (other_status, other["code"]) == (404, "not_found")
            assert set(problem) == set(other)
    with Session(register.engine) as session:
        last = session.scalars(select(AccessEvent).order_by(AccessEvent.sequence.desc())).all()
    assert {visited, asked} <= {one.record_id for one in last if one.deed == "refuse"}


def test_a_withheld_field_is_in_neither_version_of_a_stale_change(
    app: Flask, program: Program, ids: dict[str, dict[str, str]]
) -> None:
    register: Register = app.extensions["register"]
    own = ids["own"]
    with register.change(at_the_terminal(), "matching") as change:
        change.add(
            Person, id="P-withholds", household_id=own["household"], district_id=own["district"]
        )
    body = {"district_id": own["district"], "person_id": "P-withholds", "activity": "garbage"}
    asked = program.send("POST", "requests", body | {"reason": "秘密"})[1]["id"]
    with register.change(at_the_terminal(), "matching") as change:
        change.add(
            Consent, person_id="P-withholds", district_id=own["district"], basis="self",
            purpose="matching", status="refused", fields=["case"],
            given_on=datetime.now(UTC) - timedelta(hours=1),
        )  # fmt: skip
    status, seen, _ = program.send("GET", f"requests/{asked}")
    assert (status, seen["activity"]) == (200, "garbage")
    assert "reason" not in seen
    status, problem, _ = program.send("PATCH", f"requests/{asked}", {"version": 99})
    assert status == 409
    assert problem["theirs"]["activity"] == "garbage"
    assert "秘密" not in str(problem)


def test_a_request_names_a_place_that_is_there(
    app: Flask, program: Program, ids: dict[str, dict[str, str]]
) -> None:
    with Session(app.extensions["register"].engine) as session:
        own = Place.district_id == ids["own"]["district"]
        place = session.scalars(select(Place.id).where(own).limit(1)).one()
    asked = {"district_id": ids["own"]["district"], "activity": "garbage"}
    status, _, headers = program.send("POST", "requests", asked | {"place_id": place})
    assert status == 201
    assert program.send("GET", headers["Location"])[1]["place_id"] == place
    assert program.send("POST", "requests", asked | {"place_id": "l-nowhere"})[0] == 404
