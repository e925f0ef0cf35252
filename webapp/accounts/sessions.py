"""Sessions in the register: the cookie holds a random secret, the register its hash.

Whoever signs out, is suspended, leaves or changes role meets it at the next request,
in every process.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.orm import Session

from geo.errors import GeoError
from webapp.accounts.policy import on_own_behalf
from webapp.accounts.secret import digest_of, new_secret
from webapp.register.house import Register
from webapp.register.records.credential import Credential
from webapp.register.records.session import StaffSession
from webapp.register.records.staff_account import StaffAccount

SEEN_EVERY: Final = timedelta(minutes=1)
"""A click is written down at most this often."""


@dataclass(frozen=True)
class Limits:
    """How long a session lasts."""

    idle: timedelta
    whole: timedelta

    def hold(self, session: StaffSession, now: datetime) -> bool:
        """Whether the session is neither idle too long nor too old."""
        return now - session.seen_at <= self.idle and now - session.made_at <= self.whole


@dataclass(frozen=True)
class SignedIn:
    """Who is behind a cookie. ``factor``: the account has a second factor."""

    session: StaffSession
    account: StaffAccount
    factor: bool
    secret: str


def has_factor() -> ColumnElement[bool]:
    """Whether an account's row has a second factor that counts."""
    return exists().where(
        Credential.account_id == StaffAccount.id,
        Credential.kind.in_(("totp", "passkey")),
        Credential.confirmed_at.is_not(None),
    )


def open_session(
    register: Register,
    account: StaffAccount,
    now: datetime,
    *,
    limits: Limits,
    second: bool = False,
    browser: str = "",
) -> str:
    """Sign an account in; the new cookie's secret. Sessions that ended by time are let go."""
    secret = new_secret()
    with register.change(on_own_behalf(account), "administration", "sign in") as change:
        sweep_sessions(change.session, limits, now)
        change.session.add(
            StaffSession(
                digest=digest_of(secret),
                account_id=account.id,
                made_at=now,
                seen_at=now,
                proved_at=now,
                second=second,
                browser=browser[:64] or None,
            )
        )
    return secret


def find_session(
    register: Register, secret: str, limits: Limits, now: datetime, *, click: bool = True
) -> SignedIn | None:
    """Who is behind the cookie now; None once the session or the account has ended.

    ``click``: it counts as a sign of life; what a page asks by itself does not.
    """
    with Session(register.engine, expire_on_commit=False) as session:
        found = session.execute(
            select(StaffSession, StaffAccount, has_factor())
            .join(StaffAccount, StaffAccount.id == StaffSession.account_id)
            .where(StaffSession.digest == digest_of(secret))
        ).one_or_none()
    if found is None or found[1].status != "active" or not limits.hold(found[0], now):
        return None
    if click:
        _note_sign_of_life(register, found[0], found[1], now)
    return SignedIn(found[0], found[1], bool(found[2]), secret)


def _note_sign_of_life(
    register: Register, session: StaffSession, account: StaffAccount, now: datetime
) -> None:
    if now - session.seen_at >= SEEN_EVERY:
        with suppress(GeoError):  # a full disk must not keep anybody from reading
            mark_session(register, session, account, seen_at=now)


def mark_session(
    register: Register, session: StaffSession, account: StaffAccount, **values: object
) -> None:
    """Write values of a session down."""
    with register.change(on_own_behalf(account), "administration", "session") as change:
        change.session.execute(
            update(StaffSession).where(StaffSession.digest == session.digest).values(**values)
        )


def renew_session(register: Register, here: SignedIn, now: datetime, **values: object) -> str:
    """Another secret for the same browser, as its rights grow; the old one is dead."""
    secret = new_secret()
    mark_session(
        register, here.session, here.account, digest=digest_of(secret), seen_at=now, **values
    )
    return secret


def end_session(register: Register, here: SignedIn) -> None:
    """Sign this browser out."""
    with register.change(on_own_behalf(here.account), "administration", "sign out") as change:
        change.session.execute(
            delete(StaffSession).where(StaffSession.digest == here.session.digest)
        )


def end_sessions_of(session: Session, account_id: str, *, but: str | None = None) -> None:
    """Sign an account out everywhere, ``but`` for the session of that digest."""
    session.execute(
        delete(StaffSession).where(
            StaffSession.account_id == account_id, StaffSession.digest != (but or "")
        )
    )


def sessions_of(
    register: Register, account_id: str, limits: Limits, now: datetime
) -> list[StaffSession]:
    """The live sessions of an account, the latest first."""
    with Session(register.engine, expire_on_commit=False) as session:
        found = session.scalars(
            select(StaffSession)
            .where(StaffSession.account_id == account_id)
            .order_by(StaffSession.seen_at.desc())
        ).all()
    return [one for one in found if limits.hold(one, now)]


def sweep_sessions(session: Session, limits: Limits, now: datetime) -> None:
    """Let go of sessions that ended by time."""
    session.execute(delete(StaffSession).where(StaffSession.seen_at < now - limits.idle))
    session.execute(delete(StaffSession).where(StaffSession.made_at < now - limits.whole))
