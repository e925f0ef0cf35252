from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.doors import PASSWORD, client_of, give_app, make_account, send
from webapp.accounts import passwords, signing_in
from webapp.accounts.demo import DEMO_ACCOUNTS, make_demo_accounts
from webapp.accounts.passwords import DEMO_PASSWORD, refuse_weak, set_password
from webapp.accounts.policy import at_the_terminal
from webapp.accounts.staffing import change_status
from webapp.accounts.throttle import OF_ACCOUNT, Throttle
from webapp.accounts.tokens import make_token, revoke_token
from webapp.faults import PasswordWeak, SignInWrong
from webapp.register.house import Register
from webapp.register.records.credential import Credential
from webapp.register.trail.access_event import AccessEvent

LAYER = "/api/v1/staff/map/households"


@pytest.fixture
def fresh(make_app: object) -> Flask:
    """An application that asks for no second factor and whose throttle has seen nobody."""
    return make_app(second_factor="offered")  # type: ignore[operator]


@pytest.fixture
def house(fresh: Flask) -> Register:
    return fresh.extensions["register"]


@pytest.fixture
def login(house: Register) -> str:
    """The login of a consultant of every district."""
    name = f"tanaka{datetime.now(UTC).timestamp()}"
    make_account(house, "consultant", login=name, password=PASSWORD)
    return name


def last_event(house: Register) -> AccessEvent:
    with Session(house.engine) as session:
        found = session.scalar(select(AccessEvent).order_by(AccessEvent.sequence.desc()).limit(1))
    assert found is not None
    return found


def test_login_and_password_open_the_desk_however_the_login_is_written(
    fresh: Flask, login: str, house: Register
) -> None:
    client = fresh.test_client()
    answer = send(
        client, "/sign-in", login=login.replace("tanaka", "ＴＡＮＡＫＡ"), password=PASSWORD
    )
    assert (answer.status_code, answer.location) == (303, "/desk/")
    cookie = answer.headers["Set-Cookie"]
    for trait in ("HttpOnly", "SameSite=Strict", "Path=/"):
        assert trait in cookie
    assert "Secure" not in cookie
    assert last_event(house).deed == "sign_in"
    assert client.get("/desk/").status_code == 200


def test_with_https_the_cookie_is_of_this_host_alone(make_app: object, login: str) -> None:
    app: Flask = make_app(https=True, second_factor="offered")  # type: ignore[operator]
    answer = app.test_client().post("/sign-in", data={"login": login, "password": PASSWORD})
    assert answer.headers["Set-Cookie"].startswith("__Host-staff=")
    assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "password", ["", "wrong", PASSWORD + "x", "\x00", "鍵" * 5000, DEMO_PASSWORD]
)
def test_another_password_does_not(
    fresh: Flask, login: str, password: str, house: Register
) -> None:
    client = fresh.test_client()
    answer = send(client, "/sign-in", login=login, password=password)
    assert answer.status_code == 403
    assert "入力が合っていません" in answer.text
    assert client.get("/desk/").status_code == 303
    assert (last_event(house).deed, last_event(house).account != "unknown") == ("fail", True)


def test_an_unknown_login_takes_the_same_way_and_is_not_written_down(
    fresh: Flask, house: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str | None] = []

    def spy(password: str, hashed: str | None) -> bool:
        checked.append(hashed)
        return passwords.is_password(password, hashed)

    monkeypatch.setattr(signing_in, "is_password", spy)
    typed = "私のパスワードをここに書いた"
    answer = send(fresh.test_client(), "/sign-in", login=typed, password="x")
    assert answer.status_code == 403
    assert "入力が合っていません" in answer.text
    assert checked == [None]
    event = last_event(house)
    assert (event.deed, event.account, event.record_id) == ("fail", "unknown", None)
    assert typed not in str(event.facts)


def test_without_an_account_argon2_runs_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[str] = []
    real = PasswordHasher.verify
    monkeypatch.setattr(
        PasswordHasher, "verify", lambda self, h, p: runs.append(h) or real(self, h, p)
    )
    assert not passwords.is_password("nobody has this", None)
    assert len(runs) == 1


@pytest.mark.parametrize("status", ["suspended", "left"])
def test_who_is_suspended_or_gone_does_not_come_in(
    fresh: Flask, house: Register, login: str, status: str
) -> None:
    with Session(house.engine) as session:
        account = signing_in.find_account(session, login)
    assert account is not None
    change_status(house, at_the_terminal(), account.id, account.version, status)
    assert send(fresh.test_client(), "/sign-in", login=login, password=PASSWORD).status_code == 403


def test_guessing_is_throttled_for_the_right_password_too(fresh: Flask, login: str) -> None:
    client = fresh.test_client()
    for _ in range(OF_ACCOUNT):
        send(client, "/sign-in", login=login, password="wrong")
    answer = send(client, "/sign-in", login=login, password=PASSWORD)
    assert answer.status_code == 429
    assert "待って" in answer.text


def test_an_old_hash_is_renewed_at_sign_in(house: Register, login: str) -> None:
    now = datetime.now(UTC)
    with house.change(at_the_terminal(), "administration", "test") as change:
        account = signing_in.find_account(change.session, login)
        assert account is not None
        old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        set_password(change.session, account.id, old, now)
    signing_in.check_sign_in(house, Throttle(), (login, PASSWORD), "::1", now)
    with Session(house.engine) as session:
        kept = passwords.password_hash(session, account.id)
    assert kept is not None
    assert kept != old
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.usefixtures("login")
def test_no_password_stands_in_the_register(house: Register) -> None:
    with Session(house.engine) as session:
        secrets = session.scalars(select(Credential.secret)).all()
    assert secrets
    assert not any(PASSWORD in secret or DEMO_PASSWORD in secret for secret in secrets)


@pytest.mark.parametrize(
    "password",
    [
        "short", "password1234", "ｐａｓｓｗｏｒｄ1234", "Passw0rd!!!!", "123456789012",
        "qwertyuiop123",
        "aaaaaaaaaaaa", "abababababab", "tanaka-tanaka", "福祉マップ福祉マップ", "fukushi-2026!",
        DEMO_PASSWORD, "abcdefghijkl", "x" * 300,
    ],
)  # fmt: skip
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    with pytest.raises(PasswordWeak):
        refuse_weak(password, "tanaka", "田中 花子")


@pytest.mark.parametrize(
    "password",
    [PASSWORD, "correct-tortoise-battery", "あめんぼ赤いな 三丁目の角", "9fK!3vQz-7pLmW"],
)
def test_what_is_long_and_ones_own_is_taken(password: str) -> None:
    refuse_weak(password, "tanaka", "田中 花子")


LANDINGS = {
    "soudan": "/desk/", "kanri": "/admin/", "shakyo": "/desk/figures", "shinko": "/workshop/",
}  # fmt: skip
"""Where work begins, by login; everybody else begins at the map."""


def test_the_accounts_are_listed_in_demo_mode_only_and_one_press_signs_in(
    fresh: Flask, make_app: object
) -> None:
    assert DEMO_PASSWORD not in fresh.test_client().get("/sign-in").text
    demo: Flask = make_app(demo=True)  # type: ignore[operator]
    page = demo.test_client().get("/sign-in").text
    pressed = re.findall(
        r'name="login" value="(\w+)">\s*<input type="hidden" name="password" value="([\w-]+)"', page
    )
    assert [login for login, _ in pressed] == [one.login for one in DEMO_ACCOUNTS]
    for login, password in pressed:
        client = demo.test_client()
        answer = send(client, "/sign-in", login=login, password=password)
        assert answer.location == LANDINGS.get(login, "/")
        assert client.get(answer.location).status_code == 200, login


def test_the_demo_password_opens_nothing_outside_the_demo(fresh: Flask) -> None:
    for one in DEMO_ACCOUNTS:
        answer = send(fresh.test_client(), "/sign-in", login=one.login, password=DEMO_PASSWORD)
        assert answer.status_code == 403


def test_demo_accounts_are_made_once(house: Register) -> None:
    assert [one.role for one in make_demo_accounts(house)] == [one.role for one in DEMO_ACCOUNTS]
    make_demo_accounts(house)


def test_a_token_is_taken_until_it_is_revoked(fresh: Flask, house: Register) -> None:
    now, client = datetime.now(UTC), fresh.test_client()
    identity, token = make_token(house, at_the_terminal(), "consultant", None, now)
    header = {"Authorization": f"Bearer {token}"}
    assert client.get(LAYER, headers=header).status_code == 200
    assert client.get(f"{LAYER}?token={token}").status_code == 401
    revoke_token(house, at_the_terminal(), identity, now)
    answer = client.get(LAYER, headers=header)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert client.get("/", headers=header).status_code == 401


def test_a_token_ends_with_its_time(fresh: Flask, house: Register) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=366)
    _, token = make_token(house, at_the_terminal(), "consultant", None, long_ago)
    answer = fresh.test_client().get(LAYER, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


def test_a_token_needs_no_form_token_but_a_foreign_page_cannot_send_it(
    fresh: Flask, bearer: dict[str, str]
) -> None:
    client, path = fresh.test_client(), "/api/v1/households/search"
    assert client.post(path, json={"text": "x"}, headers=bearer).status_code == 200
    foreign = bearer | {"Origin": "https://evil.example"}
    assert client.post(path, json={"text": "x"}, headers=foreign).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
)
def test_a_form_of_another_site_is_refused(fresh: Flask, headers: dict[str, str]) -> None:
    answer = fresh.test_client().post("/sign-in", data={"login": "x"}, headers=headers)
    assert answer.status_code == 403
    assert "サイトの外" in answer.text


def test_the_language_is_kept_and_leads_back_to_this_site_only(fresh: Flask) -> None:
    client = fresh.test_client()
    answer = client.post("/language", data={"lang": "en", "back": "/sign-in"})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert "Password" in client.get("/sign-in").text
    for back in ("//evil.example", "https://evil.example", "/\\evil.example"):
        assert client.post("/language", data={"lang": "ja", "back": back}).location == "/"


def test_a_second_factor_is_asked_where_there_is_one(
    fresh: Flask, house: Register, login: str
) -> None:
    with Session(house.engine) as session:
        account = signing_in.find_account(session, login)
    assert account is not None
    give_app(house, account)
    client = fresh.test_client()
    answer = send(client, "/sign-in", login=login, password=PASSWORD)
    assert answer.location == "/sign-in/second/"
    assert client.get("/desk/").location == "/sign-in/second/"
    assert client_of(fresh, account, second=True).get("/desk/").status_code == 200


def test_where_it_is_required_it_has_to_be_set_up_first(make_app: object, login: str) -> None:
    app: Flask = make_app()  # type: ignore[operator]
    client = app.test_client()
    answer = send(client, "/sign-in", login=login, password=PASSWORD)
    assert answer.location == "/account/second-factor"
    assert client.get("/desk/").location == "/account/second-factor"


def test_who_may_not_come_in_is_told_one_thing(house: Register, login: str) -> None:
    with pytest.raises(SignInWrong):
        signing_in.check_sign_in(house, Throttle(), (login, "x"), "::1", datetime.now(UTC))
