"""The workshop's pages: who sits at the table, what is written down, what others see of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.board.drawn import house, line
from tests.doors import form_token, send
from tests.tablets import ask_news, code_of, draw, find_workshop, id_of, send_stroke
from webapp.board.stroke import read_stroke
from webapp.board.table import Table, Tables
from webapp.register.house import Register
from webapp.register.records.seat import Seat


@pytest.fixture
def device(app: Flask, client: FlaskClient, workshop: str) -> FlaskClient:
    """A tablet that took part with the code, typed in full-width letters."""
    wide = code_of(app, workshop).upper().replace("-", "　")
    answer = client.post("/workshop/join/", data={"code": wide, "name": "1班"})
    assert answer.location == f"{workshop}/map"
    return client


def test_a_device_draws_what_the_leader_sees(
    leader: FlaskClient, device: FlaskClient, workshop: str
) -> None:
    draw(leader, workshop, "stroke-1", house("house-a"), house("house-b"))
    known = ask_news(device, workshop)
    assert [one["id"] for one in known["items"]] == ["house-a", "house-b"]
    draw(device, workshop, "stroke-2", line("line-1", "house-a", "house-b"))
    fresh = ask_news(leader, workshop, since=1)
    assert [one["id"] for one in fresh["items"]] == ["line-1"]
    assert fresh["number"] == 2
    assert fresh["saved_at"]


def test_a_stroke_sent_twice_is_written_once(leader: FlaskClient, workshop: str) -> None:
    first = draw(leader, workshop, "stroke-1", house("house-a"))
    again = draw(leader, workshop, "stroke-1", house("house-a"))
    assert first["entry"] == again["entry"] == ask_news(leader, workshop)["number"]


def test_another_process_writes_into_the_same_journal(
    register: Register, leader: FlaskClient, workshop: str
) -> None:
    draw(leader, workshop, "stroke-1", house("house-a"))
    other = Table(register, id_of(workshop))
    assert (
        other.write(read_stroke({"stroke": "other-1", "deeds": [house("house-b")]}), "x", "x") == 2
    )
    draw(leader, workshop, "stroke-2", line("line-1", "house-a", "house-b"))
    assert ask_news(leader, workshop)["number"] == 3


def test_what_is_wrong_is_said_as_a_problem(leader: FlaskClient, workshop: str) -> None:
    answer = send_stroke(leader, workshop, "stroke-1", line("line-1", "house-a", "house-b"))
    assert (answer.status_code, answer.content_type) == (409, "application/problem+json")
    assert answer.json is not None
    assert (answer.json["code"], answer.json["facts"]) == ("item_gone", {"id": "house-a"})
    assert "もう地図にありません" in answer.json["detail"]
    leader.set_cookie("lang", "en")
    told = send_stroke(leader, workshop, "stroke-2", line("line-1", "house-a", "house-b")).json
    assert told is not None
    assert "no longer on the map" in told["detail"]
    leader.delete_cookie("lang")
    assert (
        leader.post(
            f"{workshop}/strokes", data=b"{", headers={"X-CSRF": form_token(leader)}
        ).status_code
        == 400
    )


def test_a_stream_tells_what_is_drawn_and_ends_with_the_seat(
    register: Register, leader: FlaskClient, device: FlaskClient, workshop: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("webapp.workshop.drawing.BEAT", 0.05)
    stream = device.get(f"{workshop}/stream")
    events = _bytes_of(stream)
    assert b"here" in next(events)
    draw(leader, workshop, "stroke-1", house("house-a"))
    told = _next_event(events)
    assert [one["id"] for one in told["items"]] == ["house-a"]
    with Session(register.engine) as session:
        seat = session.scalars(select(Seat.id).order_by(Seat.made_at.desc())).first()
    assert send(leader, f"{workshop}/seats/{seat}/end").status_code == 303
    rest = list(events)
    assert all(b"data" not in one for one in rest)
    stream.close()
    told_off = device.get(f"{workshop}/news")
    assert (told_off.status_code, told_off.json and told_off.json["code"]) == (401, "seat_ended")
    assert device.get(f"{workshop}/map").location == "/workshop/join/"
    again = device.get("/workshop/join/")
    assert "席はなくなりました" in again.text
    assert "席はなくなりました" not in device.get("/workshop/join/").text


def _bytes_of(stream: TestResponse) -> Iterator[bytes]:
    return (one if isinstance(one, bytes) else one.encode() for one in stream.response)


def _next_event(events: Iterator[bytes]) -> dict[str, list[dict[str, object]]]:
    for event in events:
        if b"data: " in event:
            return orjson.loads(event.partition(b"data: ")[2])  # type: ignore[no-any-return]
    raise AssertionError


def test_a_place_is_given_back_and_a_full_house_says_so(
    app: Flask, register: Register, leader: FlaskClient, workshop: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setitem(app.extensions, "tables", Tables(register, 1))
    first = leader.get(f"{workshop}/stream")
    next(iter(first.response))
    assert leader.get(f"{workshop}/stream").status_code == 503
    first.close()
    again = leader.get(f"{workshop}/stream")
    assert again.status_code == 200
    again.close()


def test_a_device_sees_its_own_workshop_and_nothing_else(
    leader: FlaskClient, device: FlaskClient, workshop: str, district: str
) -> None:
    told = {"title": "四丁目", "district": district, "basis": "empty"}
    other = str(send(leader, "/workshop/new", **told).location)
    assert device.get(f"{other}/news").status_code == 404
    assert device.get(f"{workshop}/map").status_code == 200
    for path in (workshop, "/workshop/", "/desk/", "/account/", "/admin/"):
        answer = device.get(path)
        assert answer.status_code in {303, 403}, path


def test_a_device_without_this_seats_token_is_refused(device: FlaskClient, workshop: str) -> None:
    told = {"stroke": "stroke-1", "deeds": [house("house-a")]}
    assert device.post(f"{workshop}/strokes", json=told).status_code == 403


def test_a_wrong_code_lets_nobody_in_and_guessing_is_slowed(
    client: FlaskClient,
) -> None:
    for _ in range(24):
        assert client.post("/workshop/join/", data={"code": "aaaa-aaaa"}).status_code == 403
    assert client.post("/workshop/join/", data={"code": "aaaa-aaaa"}).status_code == 429


def test_once_drawing_has_ended_nothing_is_written_and_devices_are_out(
    leader: FlaskClient, device: FlaskClient, workshop: str
) -> None:
    send(leader, f"{workshop}/close", version="2")
    assert send_stroke(leader, workshop, "stroke-1", house("house-a")).status_code == 409
    assert device.get(f"{workshop}/map").location == "/workshop/join/"
    shown = leader.get(f"{workshop}/map")
    assert shown.status_code == 200
    assert "data-tool" not in shown.text


def test_the_map_shows_the_part_that_was_framed(
    app: Flask, leader: FlaskClient, district: str
) -> None:
    told = {"title": "二丁目", "district": district, "basis": "register"}
    planned = str(send(leader, "/workshop/new", **told).location)
    sides = {"west": "130.0", "south": "33.0", "east": "130.2", "north": "33.1"}
    assert send(leader, f"{planned}/window", version="1", **sides).status_code == 303
    framed = {name: float(degrees) for name, degrees in sides.items()}
    assert find_workshop(app, planned).window == framed
    assert _start_of(leader.get(f"{planned}/map").text)["window"] == list(framed.values())
    for wrong in ({"east": "129.9"}, {"east": "nan"}, {"north": ""}, {"east": "131"}):
        answer = send(leader, f"{planned}/window", version="2", **(sides | wrong))
        assert answer.status_code == 422, wrong
    assert send(leader, f"{planned}/window", version="2", whole="1").status_code == 303
    assert find_workshop(app, planned).window is None


def _start_of(page: str) -> dict[str, object]:
    """What the page's scripts begin with."""
    found = re.search(r'<script type="application/json" id="start"[^>]*>(.*?)</script>', page)
    assert found is not None
    return dict(orjson.loads(found[1]))
