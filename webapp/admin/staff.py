"""The administrator's pages about accounts: who is here, inviting, other work, leaving."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from geo.errors import GeoError, NotFound, ParameterWrong
from webapp.accounts import staffing, tokens
from webapp.accounts.clock import now
from webapp.accounts.reader import register_now, require_fresh, viewer_now
from webapp.accounts.staffing import STAFF_ROLES, VALID, Post
from webapp.errors import sentence_of, status_of
from webapp.faults import LastAdministrator, RecordStale, RequestWrong, StepIllegal
from webapp.register.records import District, StaffAccount
from webapp.serving.language import reader_language

staff = Blueprint("staff", __name__, url_prefix="/admin/staff")

_PURPOSE = "administration"


@staff.get("/")
def show_accounts() -> str:
    """Everybody who has, had or was offered an account."""
    with register_now().look(viewer_now(), _PURPOSE) as look:
        accounts = look.several(StaffAccount, order=(StaffAccount.status, StaffAccount.name))
    return render_template("admin/staff.html", accounts=accounts, names=_district_names())


@staff.get("/invite")
def show_invitation() -> str:
    """The form that invites somebody."""
    require_fresh(15)
    return _show_invitation()


@staff.post("/invite")
def invite() -> str | tuple[str, int]:
    """Invite somebody; the code is shown this once."""
    require_fresh(30)
    name = request.form.get("name", "")
    try:
        _, code = staffing.invite(register_now(), viewer_now(), name, _read_post(), now())
    except (NotFound, ParameterWrong) as fault:
        return _show_invitation(fault), status_of(fault)
    return _show_code(name, code)


@staff.get("/<identity>")
def show_one(identity: str) -> str:
    """One account, and what may be changed about it."""
    return _show_one(identity)


@staff.post("/<identity>/post")
def change_post(identity: str) -> Response | tuple[str, int]:
    """Give somebody another role or other districts."""
    require_fresh(30)
    try:
        staffing.change_post(register_now(), viewer_now(), identity, _read_version(), _read_post())
    except (LastAdministrator, RecordStale, ParameterWrong) as fault:
        return _show_one(identity, fault), status_of(fault)
    return redirect(url_for("staff.show_one", identity=identity), code=303)


@staff.post("/<identity>/status")
def change_status(identity: str) -> Response | tuple[str, int]:
    """Suspend somebody, let them work again, or let them go."""
    require_fresh(30)
    status = request.form.get("status", "")
    try:
        staffing.change_status(register_now(), viewer_now(), identity, _read_version(), status)
    except (LastAdministrator, RecordStale, StepIllegal) as fault:
        return _show_one(identity, fault), status_of(fault)
    return redirect(url_for("staff.show_one", identity=identity), code=303)


@staff.post("/<identity>/invite")
def invite_again(identity: str) -> str:
    """Another code for somebody who lost the first, the password or the telephone."""
    require_fresh(30)
    code = staffing.invite_again(register_now(), viewer_now(), identity, now())
    return _show_code(str(_read_account(identity)["name"] or ""), code)


@staff.get("/tokens")
def show_tokens() -> str:
    """The tokens of programs."""
    found = tokens.list_tokens(register_now())
    return render_template(
        "admin/staff_tokens.html", tokens=found, names=_district_names(), now=now()
    )


@staff.post("/tokens/<identity>/revoke")
def revoke_token(identity: str) -> Response:
    """Make a token worthless."""
    tokens.revoke_token(register_now(), viewer_now(), identity, now())
    return redirect(url_for("staff.show_tokens"), code=303)


def _read_account(identity: str) -> Any:  # noqa: ANN401
    with register_now().look(viewer_now(), _PURPOSE) as look:
        return look.one(StaffAccount, identity)


def _read_version() -> int:
    try:
        return int(request.form.get("version", ""))
    except ValueError:
        raise RequestWrong from None


def _read_post() -> Post:
    form = request.form
    every = form.get("every") == "on"
    districts = None if every else sorted(set(form.getlist("district")))
    role, supporter = form.get("role", ""), form.get("supporter_id", "").strip()
    return Post(role, districts, supporter if role == "supporter" and supporter else None)


def _show_invitation(fault: GeoError | None = None) -> str:
    return render_template(
        "admin/staff_invite.html", problem=_say(fault), roles=STAFF_ROLES, names=_district_names()
    )


def _show_code(name: str, code: str) -> str:
    until = now() + VALID
    return render_template("admin/staff_code.html", name=name, code=code, until=until)


def _show_one(identity: str, fault: GeoError | None = None) -> str:
    account = _read_account(identity)
    return render_template(
        "admin/staff_one.html",
        problem=_say(fault),
        account=account,
        roles=STAFF_ROLES,
        names=_district_names(),
        steps=StaffAccount.STEPS.legal(account["status"]),
    )


def _say(fault: GeoError | None) -> str:
    return "" if fault is None else sentence_of(fault, reader_language())


def _district_names() -> dict[str, str]:
    with Session(register_now().engine) as session:
        rows = session.execute(select(District.id, District.name).order_by(District.id)).all()
    return {row.id: row.name for row in rows}
