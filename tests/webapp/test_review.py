"""The review's page: what it shows, what a press enters, that it ends with the last day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.board.drawn import house, line, put
from tests.doors import client_of, form_token, make_account
from webapp.register.house import Register
from webapp.register.records import District, Person, Workshop
from webapp.workshop.expiring import erase_over


@pytest.fixture
def district(app: Flask) -> str:
    register: Register = app.extensions["register"]
    with Session(register.engine) as session:
        return str(session.scalars(select(District.id).order_by(District.id)).first())


@pytest.fixture
def leader(app: Flask, district: str) -> FlaskClient:
    register: Register = app.extensions["register"]
    return client_of(app, make_account(register, "facilitator", [district]))


@pytest.fixture
def workshop(leader: FlaskClient, district: str) -> str:
    """The address of a workshop that was drawn and closed."""
    told = {"title": "三丁目", "district": district, "basis": "empty"}
    address = str(post(leader, "/workshop/new", told).location)
    post(leader, f"{address}/open", {"version": "1"})
    deeds = [
        house("house-a", number=1, consent="self", name="一番"),
        put("person-a", "person", house="house-a", name="鷹匠　福江"),
        house("house-b", number=2, name="二番"),
        put("person-b", "person", house="house-b", name="断った　人", consent="refused"),
        line("line-ab", "house-a", "house-b"),
    ]
    strokes = {"stroke": "stroke-1", "deeds": deeds}
    token = {"X-CSRF": form_token(leader)}
    assert leader.post(f"{address}/strokes", json=strokes, headers=token).status_code == 201
    assert "かくのを終える" in leader.get(f"{address}/review").text
    post(leader, f"{address}/close", {"version": "2"})
    return address


@pytest.fixture(autouse=True)
def usual_clock(app: Flask) -> Iterator[None]:
    """Whatever clock a test puts up, it is taken down."""
    yield
    app.extensions.pop("clock", None)


def post(client: FlaskClient, path: str, form: dict[str, object]) -> TestResponse:
    return client.post(path, data=form, headers={"X-CSRF": form_token(client)})


def people(app: Flask, name: str) -> int:
    register: Register = app.extensions["register"]
    with Session(register.engine) as session:
        return len(session.scalars(select(Person.id).where(Person.name == name)).all())


def test_what_is_pressed_enters_once_and_the_rest_stays_in_the_hall(
    app: Flask, leader: FlaskClient, workshop: str
) -> None:
    page = leader.get(f"{workshop}/review").text
    assert "鷹匠　福江" in page
    assert "断った" not in page
    (seen,) = set(re.findall(r'name="seen" value="(\d+)"', page))
    told = {"item": ["house-a", "person-a"], "version": ["0", "0"], "seen": seen}
    for _ in range(2):
        pressed = post(leader, f"{workshop}/review", told | {"verdict": "entered"})
        assert pressed.status_code == 303
        assert people(app, "鷹匠　福江") == 1
    other = {"item": "person-b", "version": "0", "seen": seen, "verdict": "entered"}
    refused = post(leader, f"{workshop}/review", other)
    assert refused.status_code == 409
    assert "同意がないか" in refused.text
    late = post(leader, f"{workshop}/review", told | {"verdict": "left"})
    assert (late.status_code, "もう決めていました" in late.text) == (409, True)
    assert post(leader, f"{workshop}/review/finish", {"version": "3"}).status_code == 303
    assert "見直しは終わりました" in leader.get(f"{workshop}/review").text


def test_after_the_last_day_nothing_of_the_hall_is_shown(
    app: Flask, leader: FlaskClient, workshop: str
) -> None:
    known = app.extensions["tables"].of(workshop.rsplit("/", 1)[1])
    assert known.news(0).items
    register: Register = app.extensions["register"]
    with Session(register.engine) as session:
        found = session.get_one(Workshop, workshop.rsplit("/", 1)[1])
        late = datetime.combine(found.keep_until, datetime.min.time(), UTC).replace(hour=15)
    app.extensions["tables"].looked_on = None
    app.extensions["clock"] = lambda: late
    with app.test_request_context("/workshop/"):
        erase_over()
    app.extensions.pop("clock")
    page = leader.get(f"{workshop}/review").text
    assert "消しました" in page
    assert "一番" not in page
    assert known.news(0).items == []
