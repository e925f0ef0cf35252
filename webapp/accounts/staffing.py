"""Staff: invited with a code on paper, given other work, suspended, gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from geo.errors import NotFound, ParameterWrong
from webapp.accounts.deeds import keep_deed
from webapp.accounts.factors import forget_proofs
from webapp.accounts.passwords import hash_password, refuse_weak, set_password
from webapp.accounts.policy import ROLES, on_own_behalf
from webapp.accounts.secret import digest_of_code, new_code
from webapp.accounts.sessions import end_sessions_of
from webapp.accounts.signing_in import require_login
from webapp.accounts.throttle import Throttle
from webapp.faults import InvitationWrong, LastAdministrator, LoginTaken
from webapp.register.change import Change
from webapp.register.house import Register
from webapp.register.records import District, StaffAccount, Supporter
from webapp.register.records.invitation import Invitation
from webapp.register.viewer import Viewer

VALID: Final = timedelta(hours=72)
"""How long an invitation is good."""

STAFF_ROLES: Final = tuple(
    role for role in ROLES if role not in {"public", "terminal", "participant"}
)
"""Roles that somebody can be invited to."""


@dataclass(frozen=True)
class Post:
    """What somebody is here for. ``districts``: ids; None = every district."""

    role: str
    districts: list[str] | None = None
    supporter_id: str | None = None


def invite(register: Register, by: Viewer, name: str, post: Post, now: datetime) -> tuple[str, str]:
    """A new account, and the code that opens it once; the code is not kept.

    Raises
    ------
    ParameterWrong, NotFound
        There is no such role, district or supporter.
    """
    code = new_code(4)
    with register.change(by, "administration", "invitation") as change:
        _require_post(change.session, post)
        made = change.add(
            StaffAccount,
            login=f"invited:{new_code(3)}",
            name=name.strip()[:64] or None,
            role=post.role,
            districts=post.districts,
            supporter_id=post.supporter_id,
        )
        change.session.flush()
        _issue(change, made.id, code, now)
    return made.id, code


def invite_again(register: Register, by: Viewer, identity: str, now: datetime) -> str:
    """Another code for an account whose owner lost code, password or telephone.

    Until it is used, what the owner still has goes on working.
    """
    code = new_code(4)
    with register.change(by, "administration", "invitation") as change:
        account = change.get(StaffAccount, identity)
        if account.status not in {"invited", "active"}:
            raise NotFound(kind="staff_account", id=identity)
        change.session.execute(delete(Invitation).where(Invitation.account_id == identity))
        _issue(change, identity, code, now)
    return code


def _issue(change: Change, identity: str, code: str, now: datetime) -> None:
    change.session.add(
        Invitation(
            digest=digest_of_code(code),
            account_id=identity,
            made_at=now,
            made_by=change.viewer.account,
            expires_at=now + VALID,
        )
    )
    change.note("invite", id=identity)


def accept_invitation(
    register: Register,
    throttle: Throttle,
    given: tuple[str, str, str],
    address: str,
    now: datetime,
) -> StaffAccount:
    """Open the account of a code with the chosen login and password.

    ``given``: code, login, password. What the account had before no longer works.

    Raises
    ------
    InvitationWrong, LoginTaken, LoginWrong, PasswordWeak, TooManyTries
    """
    code, login, password = given
    attempt = throttle.enter(address=address)
    account = _find_invited(register, code, now)
    if account is None:
        keep_deed(register, "fail", None, now, step="invitation", address=address)
        raise InvitationWrong
    attempt.forgive()
    chosen = require_login(login)
    refuse_weak(password, chosen, account.name or "")
    hashed = hash_password(password)
    with register.change(on_own_behalf(account), "administration", "invitation") as change:
        _use_up(change.session, code, now)
        opened = change.get(StaffAccount, account.id)
        _require_free(change.session, chosen, opened.id)
        opened.login = chosen
        if opened.status == "invited":
            opened.status = "active"
        forget_proofs(change.session, opened.id)
        set_password(change.session, opened.id, hashed, now)
    return opened


def _find_invited(register: Register, code: str, now: datetime) -> StaffAccount | None:
    with Session(register.engine, expire_on_commit=False) as session:
        found = session.scalar(
            select(StaffAccount)
            .join(Invitation, Invitation.account_id == StaffAccount.id)
            .where(
                Invitation.digest == digest_of_code(code),
                Invitation.used_at.is_(None),
                Invitation.expires_at > now,
            )
        )
    return found if found is not None and found.status in {"invited", "active"} else None


def _use_up(session: Session, code: str, now: datetime) -> None:
    unused = (Invitation.digest == digest_of_code(code)) & Invitation.used_at.is_(None)
    used = session.execute(update(Invitation).where(unused).values(used_at=now))
    if not used.rowcount:  # type: ignore[attr-defined]
        raise InvitationWrong


def _require_free(session: Session, login: str, identity: str) -> None:
    holder = session.scalar(select(StaffAccount.id).where(StaffAccount.login == login))
    if holder not in {None, identity}:
        raise LoginTaken


def change_post(register: Register, by: Viewer, identity: str, version: int, post: Post) -> None:
    """Give an account another role or other districts; it acts at the next request.

    Raises
    ------
    NotFound, RecordStale, LastAdministrator, ParameterWrong
    """
    with register.change(by, "administration", "post") as change:
        _require_post(change.session, post)
        account = change.get(StaffAccount, identity)
        if account.role == "administrator" and post.role != "administrator":
            _require_another(change.session, account)
        change.revise(StaffAccount, identity, version, **vars(post))


def change_status(register: Register, by: Viewer, identity: str, version: int, status: str) -> None:
    """Suspend an account, let it work again, or let it go; every session of it ends.

    Raises
    ------
    NotFound, RecordStale, StepIllegal, LastAdministrator
    """
    with register.change(by, "administration", status) as change:
        account = change.get(StaffAccount, identity)
        if account.role == "administrator" and status != "active":
            _require_another(change.session, account)
        values: dict[str, Any] = {"status": status}
        change.revise(StaffAccount, identity, version, **values)
        end_sessions_of(change.session, identity)
        if status == "left":
            forget_proofs(change.session, identity)
        if status != "active":
            change.session.execute(delete(Invitation).where(Invitation.account_id == identity))


def _require_another(session: Session, account: StaffAccount) -> None:
    others = session.scalar(
        select(func.count())
        .select_from(StaffAccount)
        .where(
            StaffAccount.role == "administrator",
            StaffAccount.status == "active",
            StaffAccount.id != account.id,
        )
    )
    if account.status == "active" and not others:
        raise LastAdministrator


def _require_post(session: Session, post: Post) -> None:
    if post.role not in STAFF_ROLES:
        raise ParameterWrong(name="role", value=post.role, wanted=", ".join(STAFF_ROLES))
    for district in post.districts or []:
        if session.get(District, district) is None:
            raise NotFound(kind="district", id=district)
    if post.supporter_id is not None and session.get(Supporter, post.supporter_id) is None:
        raise NotFound(kind="supporter", id=post.supporter_id)
