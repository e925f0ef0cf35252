"""Bearer tokens of programs: shown once, kept as a hash, revoked at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, cast, get_args

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from geo.errors import NotFound, ParameterWrong
from webapp.accounts.policy import Role, viewer_of
from webapp.accounts.secret import digest_of, new_secret
from webapp.register.house import Register
from webapp.register.records import District
from webapp.register.records.base import new_id
from webapp.register.records.token import AccessToken
from webapp.register.viewer import Viewer

LIFETIME: Final = timedelta(days=365)
_MARK: Final = "wm_"
"""Begins every token, so that one that leaked is recognised as what it is."""


def make_token(
    register: Register,
    maker: Viewer,
    role: Role,
    districts: list[str] | None,
    now: datetime,
    *,
    label: str = "",
    lifetime: timedelta = LIFETIME,
) -> tuple[str, str]:
    """A new token's id and the token itself, which is not kept.

    Raises
    ------
    ParameterWrong
        Programs have no such role.
    NotFound
        There is no such district.
    """
    if role in {"public", "terminal", "supporter"} or role not in get_args(Role):
        raise ParameterWrong(name="--role", value=role, wanted="the role of staff")
    token, identity = _MARK + new_secret(), new_id("t")
    made = AccessToken(
        id=identity,
        digest=digest_of(token),
        label=label[:64] or None,
        role=role,
        districts=districts,
        made_at=now,
        made_by=maker.account,
        expires_at=now + lifetime,
    )
    with register.change(maker, "administration", "token") as change:
        for district in districts or []:
            if change.session.get(District, district) is None:
                raise NotFound(kind="district", id=district)
        change.session.add(made)
        change.note("token", id=identity, role=role, districts=districts)
    return identity, token


def find_viewer(register: Register, token: str, now: datetime) -> Viewer | None:
    """Whom a token stands for; None for a token that is wrong, old or revoked."""
    asked = select(
        AccessToken.id, AccessToken.role, AccessToken.districts, AccessToken.expires_at
    ).where(AccessToken.digest == digest_of(token), AccessToken.revoked_at.is_(None))
    with register.engine.connect() as connection:
        found = connection.execute(asked).one_or_none()
    if found is None or found.expires_at <= now:
        return None
    districts = None if found.districts is None else frozenset(found.districts)
    return viewer_of(cast("Role", found.role), found.id, districts)


def list_tokens(register: Register) -> list[AccessToken]:
    """Every token that was made, the latest first."""
    with Session(register.engine, expire_on_commit=False) as session:
        return list(session.scalars(select(AccessToken).order_by(AccessToken.made_at.desc())))


def revoke_token(register: Register, by: Viewer, identity: str, now: datetime) -> None:
    """Make a token worthless at once.

    Raises
    ------
    NotFound
    """
    with register.change(by, "administration", "token revoked") as change:
        live = (AccessToken.id == identity) & AccessToken.revoked_at.is_(None)
        done = change.session.execute(update(AccessToken).where(live).values(revoked_at=now))
        if not done.rowcount:  # type: ignore[attr-defined]
            raise NotFound(kind="token", id=identity)
        change.note("revoke", id=identity)
