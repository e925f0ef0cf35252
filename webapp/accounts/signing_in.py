"""Login and password: looked up alike, whether the login is known or not."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.accounts.deeds import keep_deed
from webapp.accounts.passwords import (
    DEMO_PASSWORD,
    MOST,
    hash_password,
    is_old_hash,
    is_password,
    password_hash,
    renew_hash,
)
from webapp.accounts.policy import on_own_behalf
from webapp.accounts.throttle import Throttle
from webapp.faults import LoginWrong, SignInWrong
from webapp.register.house import Register
from webapp.register.records.staff_account import StaffAccount


def plain_login(login: str) -> str:
    """A login as it is compared.

    >>> plain_login(" Ｔａｎａｋａ ")
    'tanaka'
    """
    return unicodedata.normalize("NFKC", login[:200]).strip().casefold()


def require_login(login: str) -> str:
    """A login that can be kept. Raises `LoginWrong`."""
    plain = plain_login(login)
    if not 3 <= len(plain) <= 40 or not plain.isprintable() or " " in plain or ":" in plain:
        raise LoginWrong
    return plain


def find_account(session: Session, login: str) -> StaffAccount | None:
    """The account of a login."""
    return session.scalar(select(StaffAccount).where(StaffAccount.login == plain_login(login)))


def check_sign_in(
    register: Register,
    throttle: Throttle,
    given: tuple[str, str],
    address: str,
    now: datetime,
    *,
    demo: bool = False,
) -> StaffAccount:
    """The active account of that login and password.

    Raises
    ------
    SignInWrong
        Login or password do not fit, or the account is not active.
    TooManyTries
    """
    login, password = given
    attempt = throttle.enter(address=address, account=plain_login(login))
    with Session(register.engine, expire_on_commit=False) as session:
        account = find_account(session, login)
        hashed = None if account is None else password_hash(session, account.id)
    fits = is_password(password[: MOST + 1], hashed) and (demo or password != DEMO_PASSWORD)
    if account is None or hashed is None or not fits or account.status != "active":
        keep_deed(register, "fail", account, now, step="password", address=address)
        raise SignInWrong
    attempt.forgive()
    if is_old_hash(hashed):
        with register.change(on_own_behalf(account), "administration", "rehash") as change:
            renew_hash(change.session, account.id, hash_password(password))
    return account
