"""A hall's one laptop: what it answers over the air, and under which names."""

from __future__ import annotations

import ipaddress
import os
import re
import signal
import subprocess
import sys
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.board.drawn import house
from tests.doors import send
from tests.tablets import ask_news, code_of
from tests.webapp.conftest import MakeApp
from webapp.accounts.gate import OPEN_ELSEWHERE, POLICY
from webapp.serving.hall import Hall, Wifi, own_addresses

LAPTOP = "192.168.137.1"
TABLET = {"REMOTE_ADDR": "192.168.137.23"}
AIR = {"Host": LAPTOP}


@pytest.fixture
def app(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A hall's server, which a hotspot gave an address."""
    monkeypatch.setattr("webapp.serving.hall.own_addresses", lambda: (LAPTOP,))
    return make_app(hall=True, threads=40)


def test_a_tablet_joins_and_draws_over_the_air_and_reaches_nothing_else(
    app: Flask, client: FlaskClient, workshop: str
) -> None:
    assert client.get("/", headers=AIR, environ_base=TABLET).location == "/workshop/join/"
    joined = client.post(
        "/workshop/join/", data={"code": code_of(app, workshop)}, headers=AIR, environ_base=TABLET
    )
    assert joined.location == f"{workshop}/map"
    seen = client.get(f"{workshop}/news", headers=AIR, environ_base=TABLET)
    assert seen.status_code == 200
    page = client.get(f"{workshop}/map", headers=AIR, environ_base=TABLET).text
    assert 'href="/sign-in"' not in page
    for path in ("/sign-in", "/api/openapi.json", "/invitation/", "/workshop/", workshop):
        answer = client.get(path, headers=AIR, environ_base=TABLET)
        assert answer.status_code == 403, path


def test_no_password_and_no_session_counts_over_the_air(
    client: FlaskClient, leader: FlaskClient, workshop: str, bearer: dict[str, str]
) -> None:
    form = {"login": "x", "password": "y"}
    answer = client.post("/sign-in", data=form, headers=AIR, environ_base=TABLET)
    assert answer.status_code == 403
    assert "会場のノートパソコンでだけ" in answer.text
    assert leader.get(f"{workshop}/map").status_code == 200
    over_the_air = leader.get(f"{workshop}/map", headers=AIR, environ_base=TABLET)
    assert over_the_air.location == "/workshop/join/"
    program = client.get("/api/openapi.json", headers=AIR | bearer, environ_base=TABLET)
    assert program.status_code == 403
    on_the_laptop = {"REMOTE_ADDR": LAPTOP}
    assert leader.get(workshop, environ_base=on_the_laptop).status_code == 200


def test_what_is_open_over_the_air_is_written_down_here_too() -> None:
    public = {name for name in OPEN_ELSEWHERE if "public" in POLICY[name]}
    assert public == {
        "health", "assets.send", "basemap.tile", "language.choose", "joining.show", "joining.join",
    }  # fmt: skip
    assert all("participant" in POLICY[name] for name in OPEN_ELSEWHERE)


def test_another_name_and_another_mode_change_nothing(
    client: FlaskClient, make_app: MakeApp
) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    plain = make_app().test_client()
    assert plain.get("/sign-in", environ_base=TABLET).status_code == 200


def test_a_hotspot_that_begins_later_is_found() -> None:
    found = [("10.0.0.9",), ("10.0.0.9",), (LAPTOP, "10.0.0.9")]
    hall = Hall(lambda: found.pop(0))
    assert not hall.look_again()
    assert hall.look_again()
    assert hall.is_here(LAPTOP)
    assert hall.is_here("127.0.0.1")
    assert not hall.is_here("192.168.137.23")
    assert not hall.is_here("nobody")


def test_the_own_addresses_are_addresses_and_none_is_loopback() -> None:
    assert all(not ipaddress.ip_address(one).is_loopback for one in own_addresses())


def test_the_hall_says_where_it_is_and_ends_at_once(folder: Path) -> None:
    words = [sys.executable, "-m", "webapp.cli", "--lang", "en", "hall", "--port", "0"]
    environ = os.environ | {
        "WELFAREMAP_WORKSPACE": str(folder), "WELFAREMAP_WIFI": "集会所",
        "WELFAREMAP_WIFI_PASSWORD": "asagao-2026",
    }  # fmt: skip
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ,
        cwd=Path(__file__).parents[2],
    ) as server:  # fmt: skip
        assert server.stdout is not None
        assert server.stderr is not None
        ready = server.stdout.readline().strip()
        assert re.fullmatch(r"ready http://127\.0\.0\.1:\d+/", ready)
        said = "".join(takewhile(lambda line: "Ctrl+C" not in line, server.stderr))
        assert f"On this laptop            {ready.removeprefix('ready ')}\n" in said
        server.send_signal(signal.SIGINT)
        said += server.communicate(timeout=10)[1]
    assert server.returncode == 0
    assert "asagao" not in said


def test_the_wall_shows_how_to_get_in_and_only_the_laptop_sees_it(
    app: Flask, client: FlaskClient, leader: FlaskClient, workshop: str
) -> None:
    hall: Hall = app.extensions["hall"]
    hall.wifi = Wifi("集会所", "asagao-2026")
    hall.addresses = (LAPTOP, "10.0.0.9")
    page = leader.get(f"{workshop}/wall").text
    assert f"http://{LAPTOP}:80/" in page
    assert "asagao-2026" in page
    assert code_of(app, workshop) in page
    other = "http://10.0.0.9:80"
    assert f"{other}/<" in leader.get(f"{workshop}/wall?to={other}").text
    assert "evil" not in leader.get(f"{workshop}/wall?to=http://evil.example").text
    sheet = leader.get(f"{workshop}/wall-sheet.pdf?size=a3")
    assert (sheet.status_code, sheet.data[:5]) == (200, b"%PDF-")
    for path in ("wall", "wall-sheet.pdf"):
        over_the_air = client.get(f"{workshop}/{path}", headers=AIR, environ_base=TABLET)
        assert over_the_air.status_code == 403
    hall.addresses = ()
    assert "welfaremap hall" in leader.get(f"{workshop}/wall").text


def test_a_whole_session_works_where_every_outside_connection_is_refused(
    app: Flask, client: FlaskClient, leader: FlaskClient, workshop: str
) -> None:
    """No test connects to anything but loopback; one device and the laptop need nothing else."""
    air: dict[str, Any] = {"headers": AIR, "environ_base": TABLET}
    form = {"code": code_of(app, workshop), "name": "1班"}
    client.post("/workshop/join/", data=form, **air)
    page = client.get(f"{workshop}/map", **air).text
    token = re.search(r'name="csrf" content="(\w+)"', page)
    assert token is not None
    sent = {"headers": AIR | {"X-CSRF": token[1]}, "environ_base": TABLET}
    drawn = {"stroke": "stroke-1", "deeds": [house("house-a")]}
    for told in (drawn, {"stroke": "stroke-2", "turn": "undo"}, drawn | {"stroke": "stroke-3"}):
        assert client.post(f"{workshop}/strokes", json=told, **sent).status_code == 201
    assert [one["id"] for one in ask_news(leader, workshop)["items"]] == ["house-a"]
    assert leader.get(f"{workshop}/wall-sheet.pdf").data[:5] == b"%PDF-"
    assert send(leader, f"{workshop}/close", version="2").status_code == 303
    assert client.get(f"{workshop}/map", **air).location == "/workshop/join/"
