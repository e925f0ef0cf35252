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

from tests.board.drawn import house, line, put
from tests.doors import send
from tests.tablets import draw, find_workshop, id_of
from webapp.register.house import Register
from webapp.register.records import Person
from webapp.workshop.expiring import erase_over


@pytest.fixture(scope="module")
def app(own_app: Flask) -> Flask:
    """The review enters households and people."""
    return own_app


@pytest.fixture
def workshop(leader: FlaskClient, workshop: str) -> str:
    """The address of a workshop that was drawn and closed."""
    draw(
        leader, workshop, "stroke-1",
        house("house-a", number=1, consent="self", name="一番"),
        put("person-a", "person", house="house-a", name="鷹匠　福江"),
        house("house-b", number=2, name="二番"),
        put("person-b", "person", house="house-b", name="断った　人", consent="refused"),
        line("line-ab", "house-a", "house-b"),
    )  # fmt: skip
    assert "かくのを終える" in leader.get(f"{workshop}/review").text
    send(leader, f"{workshop}/close", version="2")
    return workshop


@pytest.fixture(autouse=True)
def usual_clock(app: Flask) -> Iterator[None]:
    """Whatever clock a test puts up, it is taken down."""
    yield
    app.extensions.pop("clock", None)


def people(register: Register, name: str) -> int:
    with Session(register.engine) as session:
        return len(session.scalars(select(Person.id).where(Person.name == name)).all())


def test_what_is_pressed_enters_once_and_the_rest_stays_in_the_hall(
    register: Register, leader: FlaskClient, workshop: str
) -> None:
    page = leader.get(f"{workshop}/review").text
    assert "鷹匠　福江" in page
    assert "断った" not in page
    (seen,) = set(re.findall(r'name="seen" value="(\d+)"', page))
    told = {"item": ["house-a", "person-a"], "version": ["0", "0"], "seen": seen}
    for _ in range(2):
        pressed = send(leader, f"{workshop}/review", **(told | {"verdict": "entered"}))
        assert pressed.status_code == 303
        assert people(register, "鷹匠　福江") == 1
    other = {"item": "person-b", "version": "0", "seen": seen, "verdict": "entered"}
    refused = send(leader, f"{workshop}/review", **other)
    assert refused.status_code == 409
    assert "同意がないか" in refused.text
    late = send(leader, f"{workshop}/review", **(told | {"verdict": "left"}))
    assert (late.status_code, "もう決めていました" in late.text) == (409, True)
    assert send(leader, f"{workshop}/review/finish", version="3").status_code == 303
    assert "見直しは終わりました" in leader.get(f"{workshop}/review").text


def test_after_the_last_day_nothing_of_the_hall_is_shown(
    app: Flask, leader: FlaskClient, workshop: str
) -> None:
    known = app.extensions["tables"].of(id_of(workshop))
    assert known.news(0).items
    last_day = find_workshop(app, workshop).keep_until
    late = datetime.combine(last_day, datetime.min.time(), UTC).replace(hour=15)
    app.extensions["tables"].looked_on = None
    app.extensions["clock"] = lambda: late
    with app.test_request_context("/workshop/"):
        erase_over()
    app.extensions.pop("clock")
    page = leader.get(f"{workshop}/review").text
    assert "消しました" in page
    assert "一番" not in page
    assert known.news(0).items == []
