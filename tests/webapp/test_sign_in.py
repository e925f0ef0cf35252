from __future__ import annotations

import time
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from webapp.accounts import session
from webapp.accounts.staff_key import derive_secret, make_key, read_key
from webapp.accounts.throttle import IN_ALL, OF_ADDRESS, WINDOW, Throttle
from webapp.faults import TooManyTries, WorkspaceDamaged


@pytest.fixture
def fresh(make_app: object) -> Flask:
    """An application whose throttle has seen nobody."""
    return make_app()  # type: ignore[operator]


def sign_in(client: FlaskClient, key: str) -> TestResponse:
    return client.post("/sign-in", data={"key": key})


def test_the_key_opens_the_desk_however_it_is_written(fresh: Flask) -> None:
    client = fresh.test_client()
    answer = sign_in(client, fresh.config["STAFF_KEY"].upper().replace("-", "　"))
    assert (answer.status_code, answer.location) == (303, "/desk/")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert client.get("/desk/").status_code == 200


@pytest.mark.parametrize("key", ["", "wrong", "a" * 24, "\x00", "鍵"])
def test_another_key_does_not(fresh: Flask, key: str) -> None:
    client = fresh.test_client()
    answer = sign_in(client, key)
    assert answer.status_code == 403
    assert "鍵が違います" in answer.text
    assert client.get("/desk/").status_code == 303


def test_a_wrong_bearer_is_refused_and_a_right_one_taken(fresh: Flask) -> None:
    client = fresh.test_client()
    path = "/api/v1/staff/map/households"
    assert client.get(path, headers={"Authorization": "Bearer no"}).status_code == 403
    key = fresh.config["STAFF_KEY"]
    assert client.get(path, headers={"Authorization": f"Bearer {key}"}).status_code == 200
    assert client.get(f"{path}?key={key}").status_code == 401


def test_guessing_is_throttled_for_the_right_key_too(fresh: Flask) -> None:
    client = fresh.test_client()
    for _ in range(OF_ADDRESS):
        sign_in(client, "wrong")
    answer = sign_in(client, fresh.config["STAFF_KEY"])
    assert answer.status_code == 429
    path = "/api/v1/staff/map/households"
    answer = client.get(path, headers={"Authorization": "Bearer x"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_the_throttle_forgets_in_time_and_counts_in_all() -> None:
    now = [0.0]
    throttle = Throttle(lambda: now[0])
    for number in range(IN_ALL):
        throttle.count(f"address {number}")
    with pytest.raises(TooManyTries):
        throttle.ask("somebody else")
    now[0] = WINDOW + 1
    throttle.ask("somebody else")


def test_signing_out_kills_a_copied_cookie_in_every_process(fresh: Flask, make_app: object) -> None:
    client, thief = fresh.test_client(), fresh.test_client()
    other: Flask = make_app()  # type: ignore[operator]
    elsewhere = other.test_client()
    sign_in(client, fresh.config["STAFF_KEY"])
    cookie = client.get_cookie("staff")
    assert cookie is not None
    for copy in (thief, elsewhere):
        copy.set_cookie("staff", cookie.value)
        assert copy.get("/desk/").status_code == 200
    client.post("/sign-out")
    assert client.get("/desk/").status_code == 303
    for copy in (thief, elsewhere):
        copy.set_cookie("staff", cookie.value)
        assert copy.get("/desk/").status_code == 303


@pytest.mark.parametrize(("steps", "step_minutes"), [(1, 61), (13, 59)])
def test_a_session_ends_when_idle_and_when_old(
    fresh: Flask, monkeypatch: pytest.MonkeyPatch, steps: int, step_minutes: int
) -> None:
    client, now = fresh.test_client(), [time.time()]
    monkeypatch.setattr(session.time, "time", lambda: now[0])
    sign_in(client, fresh.config["STAFF_KEY"])
    for _ in range(steps - 1):
        now[0] += step_minutes * 60
        assert client.get("/desk/").status_code == 200 or now[0] > 12 * 3600
    now[0] += step_minutes * 60
    assert client.get("/desk/").status_code == 303


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
)
def test_a_form_of_another_site_is_refused(fresh: Flask, headers: dict[str, str]) -> None:
    answer = fresh.test_client().post("/sign-in", data={"key": "x"}, headers=headers)
    assert answer.status_code == 403
    assert "サイトの外" in answer.text


def test_the_key_is_shown_on_the_page_in_demo_mode_only(fresh: Flask, make_app: object) -> None:
    key = fresh.config["STAFF_KEY"]
    assert key not in fresh.test_client().get("/sign-in").text
    demo: Flask = make_app(demo=True)  # type: ignore[operator]
    assert key in demo.test_client().get("/sign-in").text


def test_keys_are_long_random_and_closed(tmp_path: Path) -> None:
    keys = {make_key(tmp_path) for _ in range(50)}
    assert len(keys) == 50
    assert all(len(key.replace("-", "")) == 24 for key in keys)
    assert (tmp_path / "staff.key").stat().st_mode & 0o077 == 0
    assert derive_secret("a") != derive_secret("b")
    (tmp_path / "staff.key").write_text("short")
    with pytest.raises(WorkspaceDamaged):
        read_key(tmp_path)


def test_the_language_is_kept_and_leads_back_to_this_site_only(fresh: Flask) -> None:
    client = fresh.test_client()
    answer = client.post("/language", data={"lang": "en", "back": "/sign-in"})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert "Staff entrance" in client.get("/sign-in").text
    for back in ("//evil.example", "https://evil.example", "/\\evil.example"):
        assert client.post("/language", data={"lang": "ja", "back": back}).location == "/"
