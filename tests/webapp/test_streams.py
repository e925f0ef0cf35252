"""Streams of events: a place is given back, nobody waits for a slow one, and all end in time."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from waitress.server import BaseWSGIServer

from tests.board.drawn import house
from tests.doors import Clock, client_of, make_account
from tests.tablets import ask_news, first_district
from tests.webapp.conftest import MakeApp
from webapp.accounts.policy import at_the_terminal, viewer_of
from webapp.board.stroke import read_stroke
from webapp.board.table import Tables
from webapp.board.workshops import Wanted, open_workshop, plan_workshop
from webapp.register.house import Register
from webapp.register.records import StaffAccount
from webapp.terminal.serving import make_server, stop_serving


@dataclass
class Hall:
    """An application with an open workshop, and the browser of who leads it."""

    app: Flask
    leader: FlaskClient
    account: StaffAccount
    workshop: str

    @property
    def address(self) -> str:
        """Of the workshop."""
        return f"/workshop/{self.workshop}"

    @property
    def tables(self) -> Tables:
        """Those of the application."""
        tables: Tables = self.app.extensions["tables"]
        return tables

    def draw(self, number: int, houses: int = 1) -> None:
        """A stroke of another device."""
        deeds = [house(f"house-{number}-{one}", name="守恒" * 30) for one in range(houses)]
        stroke = read_stroke({"stroke": f"stroke-{number}", "deeds": deeds})
        self.tables.of(self.workshop).write(stroke, "other", "1班")


@pytest.fixture
def hall(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hall]:
    """A hall's application whose streams give a sign of life ten times a second."""
    monkeypatch.setattr("webapp.workshop.drawing.BEAT", 0.1)
    app = make_app(hall=True, threads=12)
    app.extensions["clock"] = Clock()
    register: Register = app.extensions["register"]
    district = first_district(app)
    account = make_account(register, "facilitator", [district])
    viewer = viewer_of("facilitator", account.id, frozenset({district}))
    wanted = Wanted(district, "三丁目", date(2026, 11, 26), basis="empty")
    made = plan_workshop(register, viewer, wanted, f"{account.id[2:6]}-efgh")
    open_workshop(register, viewer, made, 1, datetime.now(UTC))
    yield Hall(app, client_of(app, account), account, made)
    app.extensions["tables"].end()
    register.close()


@pytest.fixture
def server(hall: Hall) -> Iterator[BaseWSGIServer]:
    """It is served as `welfaremap hall` serves it; little of an answer fits under way."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    listening.bind(("127.0.0.1", 0))
    server = make_server(hall.app, hall.app.config["SETTINGS"], listening)
    server.adj.outbuf_high_watermark = 65_536
    threading.Thread(target=server.run, daemon=True).start()
    yield server
    hall.tables.end()
    server.close()


@pytest.fixture
def port(server: BaseWSGIServer) -> int:
    """Where it is served."""
    return server.effective_port


@contextmanager
def open_stream(hall: Hall, port: int) -> Generator[http.client.HTTPResponse]:
    """The leader's stream over a real connection."""
    cookie = hall.leader.get_cookie("staff")
    assert cookie is not None
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as line:
        line.request("GET", f"{hall.address}/stream", headers={"Cookie": f"staff={cookie.value}"})
        with line.getresponse() as answer:
            yield answer


def next_number(stream: http.client.HTTPResponse) -> int:
    """The number that the next event tells."""
    while told := stream.readline():
        if told.startswith(b"data: "):
            return int(orjson.loads(told[6:])["number"])
    raise AssertionError


def test_who_left_gives_the_place_back_and_until_then_one_may_ask(hall: Hall, port: int) -> None:
    for _ in range(5):
        assert hall.tables.take_place()
    with open_stream(hall, port) as last:
        assert last.status == 200
        with open_stream(hall, port) as full:
            assert (full.status, full.headers["Retry-After"]) == (503, "2")
        assert hall.leader.get(f"{hall.address}/news").status_code == 200
    assert any(_finds_place(hall, port) for _ in range(100))


def _finds_place(hall: Hall, port: int) -> bool:
    threading.Event().wait(0.05)
    with open_stream(hall, port) as stream:
        return stream.status == 200


def test_who_reads_nothing_keeps_nobody_waiting(
    hall: Hall, server: BaseWSGIServer, port: int
) -> None:
    with open_stream(hall, port), open_stream(hall, port) as swift:
        drawing = threading.Thread(target=_draw_much, args=(hall,), daemon=True)
        drawing.start()
        while next_number(swift) < 30:
            pass
        assert any(_waiting(server)), "one stream waits for its reader"
        with open_stream(hall, port) as late:
            assert next_number(late) == 30
        assert ask_news(hall.leader, hall.address)["number"] == 30


def _draw_much(hall: Hall) -> None:
    """More than what a reader who reads nothing is sent ahead."""
    for number in range(1, 31):
        hall.draw(number, houses=40)


def _waiting(server: BaseWSGIServer) -> list[bool]:
    """Whether each connection has more to send than may wait, so that its thread does."""
    most = server.adj.outbuf_high_watermark
    return [one.total_outbufs_len > most for one in list(server.active_channels.values())]


def test_whoever_is_suspended_or_idle_hears_no_more(hall: Hall) -> None:
    stream = hall.leader.get(f"{hall.address}/stream")
    events = iter(stream.response)
    assert b"here" in bytes(next(events))
    clock: Clock = hall.app.extensions["clock"]
    told: list[bytes] = []
    for _ in range(6):
        clock.move(minutes=11)
        told = [bytes(one) for _, one in zip(range(2), events, strict=False)]
    assert told == [], "an open stream is no click"
    again = client_of(hall.app, hall.account)
    stream = again.get(f"{hall.address}/stream")
    events = iter(stream.response)
    assert b"here" in bytes(next(events))
    register: Register = hall.app.extensions["register"]
    with register.change(at_the_terminal(), "administration", "test") as change:
        change.session.get_one(StaffAccount, hall.account.id).status = "suspended"
    hall.draw(1)
    assert len(list(events)) <= 2


def test_streams_end_with_the_server(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a beat of an hour this hangs, where nobody is let go."""
    monkeypatch.setattr("webapp.workshop.drawing.BEAT", 3600.0)
    stream = hall.leader.get(f"{hall.address}/stream")
    events = iter(stream.response)
    next(events)
    threading.Timer(0.2, _stop_quietly, [hall.app]).start()
    assert list(events) == []


def _stop_quietly(app: Flask) -> None:
    with pytest.raises(KeyboardInterrupt):
        stop_serving(app)
