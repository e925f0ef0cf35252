"""The second factor: codes of an app (TOTP, RFC 6238) and codes on paper."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Final

from pyotp import random_base32
from pyotp.totp import TOTP
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from geo.draw.qr import qr_address
from webapp.accounts.passwords import plain_password
from webapp.accounts.policy import on_own_behalf
from webapp.accounts.secret import digest_of_code, new_code
from webapp.accounts.sessions import SignedIn, end_sessions_of
from webapp.faults import SignInWrong
from webapp.register.house import Register
from webapp.register.records.base import new_id
from webapp.register.records.credential import Credential
from webapp.register.records.staff_account import StaffAccount

STEP: Final = 30
"""Seconds for which one code of an app stands."""

DRIFT: Final = (-1, 0, 1)
"""Steps by which a telephone's clock may be wrong."""

RECOVERY_CODES: Final = 10
ISSUER: Final = "Welfare map"


def factors_of(register: Register, account: StaffAccount) -> list[Credential]:
    """The account's confirmed second factors, the oldest first."""
    with Session(register.engine, expire_on_commit=False) as session:
        return list(
            session.scalars(
                select(Credential)
                .where(
                    Credential.account_id == account.id,
                    Credential.kind.in_(("totp", "passkey")),
                    Credential.confirmed_at.is_not(None),
                )
                .order_by(Credential.made_at)
            )
        )


def codes_left(register: Register, account: StaffAccount) -> int:
    """How many recovery codes are unused."""
    with Session(register.engine) as session:
        return len(session.scalars(select(Credential.id).where(*_unused_codes(account))).all())


def begin_app(register: Register, account: StaffAccount, now: datetime) -> str:
    """The secret for an app; it counts once a code of it was typed.

    Whoever opens the page again is shown the same secret.
    """
    with register.change(on_own_behalf(account), "administration", "second factor") as change:
        begun = change.session.scalar(select(Credential.secret).where(*_begun(account)))
        if begun is not None:
            return begun
        secret = random_base32()
        change.session.add(
            Credential(
                id=new_id("k"),
                account_id=account.id,
                kind="totp",
                secret=secret,
                counter=0,
                made_at=now,
            )
        )
        return secret


def confirm_app(register: Register, account: StaffAccount, code: str, now: datetime) -> None:
    """Let the app begun last count from now on, in place of an earlier one.

    Raises
    ------
    SignInWrong
        The code is not of the secret that was shown.
    """
    with register.change(on_own_behalf(account), "administration", "second factor") as change:
        begun = change.session.scalar(select(Credential).where(*_begun(account)))
        step = None if begun is None else _step_of(begun.secret, code, now)
        if begun is None or step is None:
            raise SignInWrong
        change.session.execute(
            delete(Credential).where(
                Credential.account_id == account.id,
                Credential.kind == "totp",
                Credential.id != begun.id,
            )
        )
        begun.confirmed_at, begun.counter = now, step
        change.note("factor", id=account.id, kind="totp")


def take_code(register: Register, account: StaffAccount, code: str, now: datetime) -> str:
    """Take a code of the app or of the paper, each once; which of them it was.

    Raises
    ------
    SignInWrong
    """
    with register.change(on_own_behalf(account), "administration", "second factor") as change:
        if _take_app_code(change.session, account, code, now):
            return "totp"
        if _take_paper_code(change.session, account, code, now):
            return "recovery"
    raise SignInWrong


def _take_app_code(session: Session, account: StaffAccount, code: str, now: datetime) -> bool:
    app = session.scalar(
        select(Credential).where(
            Credential.account_id == account.id,
            Credential.kind == "totp",
            Credential.confirmed_at.is_not(None),
        )
    )
    step = None if app is None else _step_of(app.secret, code, now)
    if app is None or step is None:
        return False
    later = (Credential.id == app.id) & (Credential.counter < step)
    taken = session.execute(update(Credential).where(later).values(counter=step, used_at=now))
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def _take_paper_code(session: Session, account: StaffAccount, code: str, now: datetime) -> bool:
    fits = Credential.secret == digest_of_code(code)
    taken = session.execute(
        update(Credential).where(*_unused_codes(account), fits).values(used_at=now)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step that the code is of, if it is of one near enough."""
    given = "".join(one for one in plain_password(code[:20]) if one.isalnum())
    today = int(now.timestamp()) // STEP
    app = TOTP(secret)
    fitting = [
        today + drift
        for drift in DRIFT
        if hmac.compare_digest(app.at((today + drift) * STEP).encode(), given.encode())
    ]
    return fitting[-1] if fitting else None


def make_recovery_codes(register: Register, account: StaffAccount, now: datetime) -> list[str]:
    """Ten new codes for paper; earlier ones no longer work."""
    codes = [new_code(3) for _ in range(RECOVERY_CODES)]
    with register.change(on_own_behalf(account), "administration", "recovery codes") as change:
        of_account = (Credential.account_id == account.id) & (Credential.kind == "recovery")
        change.session.execute(delete(Credential).where(of_account))
        change.session.add_all(
            Credential(
                id=new_id("k"),
                account_id=account.id,
                kind="recovery",
                secret=digest_of_code(code),
                counter=0,
                made_at=now,
                confirmed_at=now,
            )
            for code in codes
        )
        change.note("factor", id=account.id, kind="recovery")
    return codes


def remove_factor(register: Register, here: SignedIn, identity: str) -> None:
    """Take a second factor away, and sign the account out elsewhere."""
    account = here.account
    with register.change(on_own_behalf(account), "administration", "second factor") as change:
        change.session.execute(
            delete(Credential).where(
                Credential.account_id == account.id,
                Credential.id == identity,
                Credential.kind.in_(("totp", "passkey")),
            )
        )
        end_sessions_of(change.session, account.id, but=here.session.digest)
        change.note("factor", id=account.id, kind="removed")


def forget_proofs(session: Session, account_id: str) -> None:
    """Take every proof of an account away and sign it out everywhere."""
    session.execute(delete(Credential).where(Credential.account_id == account_id))
    end_sessions_of(session, account_id)


def draw_secret(account: StaffAccount, secret: str) -> str:
    """The secret as a QR code for an app: the address of an image inside the page."""
    address = TOTP(secret).provisioning_uri(name=account.login, issuer_name=ISSUER)
    return qr_address(address, 5)


def _begun(account: StaffAccount) -> tuple[ColumnElement[bool], ...]:
    return (
        Credential.account_id == account.id,
        Credential.kind == "totp",
        Credential.confirmed_at.is_(None),
    )


def _unused_codes(account: StaffAccount) -> tuple[ColumnElement[bool], ...]:
    return (
        Credential.account_id == account.id,
        Credential.kind == "recovery",
        Credential.used_at.is_(None),
    )
