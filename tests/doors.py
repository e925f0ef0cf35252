"""People at the door: accounts of every role, and browsers that they signed in."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from pyotp.totp import TOTP
from werkzeug.test import TestResponse

from webapp.accounts import factors, sessions
from webapp.accounts.passwords import hash_password, set_password
from webapp.accounts.policy import Role, at_the_terminal
from webapp.accounts.sessions import Limits
from webapp.register.house import Register
from webapp.register.records import StaffAccount

PASSWORD = "まつぼっくり 雨あがり 7"
LIMITS = Limits(timedelta(minutes=60), timedelta(hours=12))


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


def make_account(
    register: Register,
    role: Role,
    districts: list[str] | None = None,
    *,
    login: str | None = None,
    password: str | None = None,
    supporter_id: str | None = None,
) -> StaffAccount:
    """An active account; with a password only where one is named."""
    with register.change(at_the_terminal(), "administration", "test") as change:
        made = change.add(
            StaffAccount,
            login=login or f"test:{datetime.now(UTC).timestamp()}",
            name=f"試し {role}",
            role=role,
            districts=districts,
            supporter_id=supporter_id,
        )
        change.session.flush()
        made.status = "active"
        if password is not None:
            hashed = hash_password(password)
            set_password(change.session, made.id, hashed, datetime.now(UTC))
    return made


def client_of(app: Flask, account: StaffAccount, *, second: bool = True) -> FlaskClient:
    """A browser in which the account is signed in."""
    clock = app.extensions.get("clock", lambda: datetime.now(UTC))
    register: Register = app.extensions["register"]
    secret = sessions.open_session(register, account, clock(), limits=LIMITS, second=second)
    client = app.test_client()
    client.set_cookie("staff", secret)
    return client


def form_token(client: FlaskClient) -> str:
    """The token in the forms of this browser's pages."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get("/invitation/").text)
    return found.group(1) if found else ""


def send(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    """Send a form as a page of ours would."""
    return client.post(path, data={"csrf": form_token(client), **fields})


def give_app(register: Register, account: StaffAccount) -> str:
    """Set an authenticator app up for the account; its secret."""
    now = datetime.now(UTC)
    secret = factors.begin_app(register, account, now - timedelta(hours=1))
    code = TOTP(secret).at(now - timedelta(hours=1))
    factors.confirm_app(register, account, code, now - timedelta(hours=1))
    return secret
