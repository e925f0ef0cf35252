"""Passwords: argon2id, long enough, and none of those everybody tries first."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from webapp.faults import PasswordWeak
from webapp.register.records.base import new_id
from webapp.register.records.credential import Credential

LEAST: Final = 12
"""Characters of a password, at least."""

MOST: Final = 200

_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
"""19 MiB, two passes: what OWASP's Password Storage Cheat Sheet names as its first choice."""

_USUAL: Final = Path(__file__).with_name("usual_words.txt")
"""Words that passwords are made of, one a line; digits and signs around them change nothing."""

_DRESSED: Final = str.maketrans("013457@$", "oleastas")
"""Digits and signs that stand for letters."""

DEMO_PASSWORD: Final = "mihon-no-machi"  # noqa: S105 - of the invented town, and refused elsewhere
"""The password of every account of the invented town; worthless elsewhere."""


def plain_password(password: str) -> str:
    """The password as it is hashed: keyboards write one letter in several ways."""
    return unicodedata.normalize("NFKC", password)


def refuse_weak(password: str, *personal: str) -> None:
    """Refuse what is short, usual or made of the ``personal`` words (login, name).

    Raises
    ------
    PasswordWeak
    """
    plain = plain_password(password).casefold()
    if not LEAST <= len(plain) <= MOST or _is_guessed(plain, personal):
        raise PasswordWeak(length=LEAST)


def _is_guessed(plain: str, personal: tuple[str, ...]) -> bool:
    read = (plain, plain.translate(_DRESSED))
    own = [unicodedata.normalize("NFKC", word).casefold() for word in personal if len(word) > 2]
    left = plain
    for word in own:
        left = left.replace(word, "")
    return (
        plain == DEMO_PASSWORD
        or len(set(plain)) < 5
        or any(_is_made_of_usual(one) for one in read)
        or _is_run(plain)
        or len(left) < LEAST // 2
    )


@cache
def _ordered_words() -> tuple[str, ...]:
    words = _USUAL.read_text("utf-8").split()
    return tuple(sorted(words, key=len, reverse=True))


def _is_made_of_usual(plain: str) -> bool:
    """Whether nothing or next to nothing is left without the usual words."""
    left = letters = "".join(one for one in plain if one.isalpha())
    for word in _ordered_words():
        left = left.replace(word, "")
    return letters != left and len(left) < 3


def _is_run(plain: str) -> bool:
    """Whether most letters follow one another, as in 123456789012 or abcdefghijkl."""
    steps = [abs(ord(after) - ord(before)) for before, after in pairwise(plain)]
    return sum(step <= 1 for step in steps) > len(steps) * 3 / 4


def hash_password(password: str) -> str:
    """The argon2id hash."""
    return _HASHER.hash(plain_password(password))


def is_password(password: str, hashed: str | None) -> bool:
    """Whether the hash is of this password; without a hash it takes as long to say no."""
    try:
        return _HASHER.verify(hashed or _nobody(), plain_password(password)) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this")


def is_old_hash(hashed: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(hashed)


def set_password(session: Session, account_id: str, hashed: str, now: datetime) -> None:
    """Keep the hash as the account's only password."""
    of_account = (Credential.account_id == account_id) & (Credential.kind == "password")
    session.execute(delete(Credential).where(of_account))
    session.add(
        Credential(
            id=new_id("k"),
            account_id=account_id,
            kind="password",
            secret=hashed,
            counter=0,
            made_at=now,
            confirmed_at=now,
        )
    )


def renew_hash(session: Session, account_id: str, hashed: str) -> None:
    """Keep the same password under today's parameters."""
    of_account = (Credential.account_id == account_id) & (Credential.kind == "password")
    session.execute(update(Credential).where(of_account).values(secret=hashed))


def password_hash(session: Session, account_id: str) -> str | None:
    """The account's hash, if it has a password."""
    of_account = (Credential.account_id == account_id) & (Credential.kind == "password")
    return session.scalar(select(Credential.secret).where(of_account))
