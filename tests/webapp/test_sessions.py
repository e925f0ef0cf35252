from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from tests.doors import PASSWORD, Clock, client_of, form_token, make_account, send
from webapp.accounts import reader, staffing
from webapp.accounts.policy import at_the_terminal
from webapp.accounts.staffing import Post
from webapp.register.house import Register
from webapp.register.records import District, Person, StaffAccount
from webapp.register.records.session import StaffSession


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fresh(make_app: object, clock: Clock) -> Flask:
    """An application with a clock that the test moves."""
    app: Flask = make_app(second_factor="offered")  # type: ignore[operator]
    app.extensions["clock"] = clock
    return app


@pytest.fixture
def house(fresh: Flask) -> Register:
    return fresh.extensions["register"]


@pytest.fixture
def account(house: Register) -> StaffAccount:
    login = f"suzuki{datetime.now(UTC).timestamp()}"
    return make_account(house, "consultant", login=login, password=PASSWORD)


@pytest.fixture
def client(fresh: Flask, account: StaffAccount) -> FlaskClient:
    return client_of(fresh, account)


def is_in(client: FlaskClient) -> bool:
    return client.get("/desk/").status_code == 200


def cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("staff")
    assert cookie is not None
    return cookie.value


def version_of(house: Register, account: StaffAccount) -> int:
    with Session(house.engine) as session:
        found = session.get(StaffAccount, account.id)
    assert found is not None
    return found.version


def test_the_register_keeps_only_the_hash_of_the_cookie(
    client: FlaskClient, house: Register, account: StaffAccount
) -> None:
    with Session(house.engine) as session:
        kept = session.scalar(
            select(StaffSession.digest).where(StaffSession.account_id == account.id)
        )
    assert kept == hashlib.sha256(cookie_of(client).encode()).hexdigest()


def test_signing_in_makes_another_session_than_the_one_that_was_brought(
    fresh: Flask, account: StaffAccount
) -> None:
    client = fresh.test_client()
    client.set_cookie("staff", "chosen-by-somebody-else")
    send(client, "/sign-in", login=account.login, password=PASSWORD)
    assert is_in(client)
    assert cookie_of(client) != "chosen-by-somebody-else"


def test_signing_out_kills_a_copied_cookie_in_every_process(
    client: FlaskClient, fresh: Flask, make_app: object
) -> None:
    other: Flask = make_app(second_factor="offered")  # type: ignore[operator]
    copies = (fresh.test_client(), other.test_client())
    for copy in copies:
        copy.set_cookie("staff", cookie_of(client))
        assert is_in(copy)
    assert send(client, "/sign-out").status_code == 303
    assert client.get_cookie("staff") is None
    assert not any(is_in(copy) for copy in copies)


@pytest.mark.parametrize(("steps", "minutes"), [(1, 61), (13, 59)])
def test_a_session_ends_when_idle_and_when_old(
    client: FlaskClient, clock: Clock, steps: int, minutes: int
) -> None:
    for step in range(1, steps):
        clock.move(minutes=minutes)
        assert is_in(client) == (step * minutes <= 12 * 60)
    clock.move(minutes=minutes)
    assert not is_in(client)


def test_a_click_is_written_down_once_a_minute_and_a_session_is_one_question(
    client: FlaskClient, house: Register, clock: Clock
) -> None:
    said: list[str] = []
    event.listen(house.engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    for _ in range(5):
        client.get("/sign-in")
    asked = [one for one in said if "staff_session" in one]
    assert len(asked) == 5
    assert all(one.startswith("SELECT") for one in asked)
    clock.move(seconds=61)
    client.get("/sign-in")
    client.get("/sign-in")
    assert sum("UPDATE staff_session" in one for one in said) == 1


@pytest.mark.parametrize("status", ["suspended", "left"])
def test_suspending_and_leaving_act_at_the_next_request(
    client: FlaskClient, house: Register, account: StaffAccount, status: str
) -> None:
    assert is_in(client)
    staffing.change_status(house, at_the_terminal(), account.id, account.version, status)
    assert not is_in(client)


def test_a_session_is_worth_nothing_while_its_account_is_not_active(
    client: FlaskClient, house: Register, account: StaffAccount
) -> None:
    with house.change(at_the_terminal(), "administration", "test") as change:
        change.get(StaffAccount, account.id).status = "suspended"
    assert not is_in(client)


def test_who_is_let_in_again_signs_in_anew(
    client: FlaskClient, house: Register, account: StaffAccount
) -> None:
    staffing.change_status(house, at_the_terminal(), account.id, account.version, "suspended")
    now = version_of(house, account)
    staffing.change_status(house, at_the_terminal(), account.id, now, "active")
    assert not is_in(client)


def test_another_role_acts_at_the_next_request(
    client: FlaskClient, house: Register, account: StaffAccount
) -> None:
    staffing.change_post(house, at_the_terminal(), account.id, account.version, Post("planner"))
    assert client.get("/desk/").status_code == 403


def test_other_districts_act_at_the_next_request(
    client: FlaskClient, house: Register, account: StaffAccount
) -> None:
    path = "/api/v1/staff/map/households"
    every = len(client.get(path).get_data())
    with Session(house.engine) as session:
        one = session.scalars(select(District.id).order_by(District.id)).first()
    assert one is not None
    staffing.change_post(
        house, at_the_terminal(), account.id, account.version, Post("consultant", [one])
    )
    assert len(client.get(path).get_data()) < every


def test_signing_out_elsewhere_leaves_this_browser(
    client: FlaskClient, fresh: Flask, account: StaffAccount
) -> None:
    other = client_of(fresh, account)
    assert client.get("/account/").text.count("最後の操作") == 2
    assert send(client, "/account/elsewhere").status_code == 303
    assert is_in(client)
    assert not is_in(other)


def test_another_password_ends_every_other_session(
    client: FlaskClient, fresh: Flask, account: StaffAccount
) -> None:
    other, before = client_of(fresh, account), cookie_of(client)
    chosen = "どんぐり 夕やけ 三つの橋"
    wrong = send(client, "/account/password", password="x", chosen=chosen)
    assert wrong.status_code == 403
    weak = send(client, "/account/password", password=PASSWORD, chosen="password1234")
    assert weak.status_code == 422
    assert is_in(other)
    send(client, "/account/password", password=PASSWORD, chosen=chosen)
    assert is_in(client)
    assert cookie_of(client) != before
    assert not is_in(other)
    anew = fresh.test_client()
    assert send(anew, "/sign-in", login=account.login, password=PASSWORD).status_code == 403
    assert send(anew, "/sign-in", login=account.login, password=chosen).status_code == 303


@pytest.fixture
def guarded(fresh: Flask) -> str:
    """A page that asks the password again, as every export does."""

    def show() -> str:
        reader.require_fresh(minutes=5)
        return "the export"

    fresh.view_functions["desk.show_desk"] = show
    return "/desk/?copy=1"


def test_the_password_is_asked_again_and_one_is_back_where_one_was(
    client: FlaskClient, clock: Clock, guarded: str
) -> None:
    assert client.get(guarded).text == "the export"
    clock.move(minutes=6)
    answer = client.get(guarded)
    assert (answer.status_code, answer.location) == (303, "/account/password-again")
    assert send(client, "/account/password-again", password="x").status_code == 403
    before = cookie_of(client)
    answer = send(client, "/account/password-again", password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, guarded)
    assert cookie_of(client) != before
    assert client.get(guarded).text == "the export"


def test_an_access_history_on_paper_asks_the_password_again(
    client: FlaskClient, house: Register, clock: Clock
) -> None:
    with Session(house.engine) as session:
        person = session.scalars(select(Person.id)).first()
    page = f"/admin/history/{person}"
    assert client.get(page + "/sheet").data.startswith(b"%PDF")
    clock.move(minutes=6)
    assert client.get(page).status_code == 200
    answer = client.get(page + "/sheet")
    assert (answer.status_code, answer.location) == (303, "/account/password-again")
    answer = send(client, "/account/password-again", password=PASSWORD)
    assert client.get(answer.location).data.startswith(b"%PDF")


def test_asking_again_is_throttled(client: FlaskClient, clock: Clock, guarded: str) -> None:
    clock.move(minutes=6)
    client.get(guarded)
    for _ in range(8):
        send(client, "/account/password-again", password="x")
    assert send(client, "/account/password-again", password=PASSWORD).status_code == 429


def test_sessions_that_ended_are_let_go(
    fresh: Flask, house: Register, account: StaffAccount, clock: Clock
) -> None:
    client_of(fresh, account)
    clock.move(hours=13)
    client_of(fresh, account)
    with Session(house.engine) as session:
        mine = StaffSession.account_id == account.id
        assert session.scalar(select(func.count()).select_from(StaffSession).where(mine)) == 1


def test_nothing_of_the_session_is_in_an_address_or_kept_by_the_browser(
    client: FlaskClient,
) -> None:
    page = client.get("/account/")
    assert cookie_of(client) not in page.text
    assert form_token(client) in page.text
    assert page.headers["Cache-Control"] == "no-store"
