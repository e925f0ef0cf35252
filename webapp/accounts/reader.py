"""Who this request is from: a signed-in browser, a program with a token, or anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, cast
from urllib.parse import urlsplit

from flask import current_app, g, request

from webapp.accounts import sessions, tokens
from webapp.accounts.clock import now
from webapp.accounts.policy import Role, viewer_of
from webapp.accounts.secret import digest_of, token_of
from webapp.accounts.sessions import Limits, SignedIn
from webapp.accounts.throttle import Throttle
from webapp.board.seats import Seated, find_seat
from webapp.faults import PasswordWanted, SignInWanted, TokenWrong
from webapp.register.house import Register
from webapp.register.records.staff_account import StaffAccount
from webapp.register.viewer import Viewer
from webapp.serving.hall import Hall
from webapp.settings import Settings

SEAT: Final = "seat"
"""The cookie of a device in the hall."""

PUBLIC: Final = viewer_of("public", "public", None)
"""Whoever has not signed in."""

Stage = Literal["nobody", "second", "set_up", "whole"]
"""nobody; second factor still to show; second factor still to set up; signed in."""


@dataclass(frozen=True)
class Reader:
    """The reader of this request. ``here``: the session behind the cookie, if any.

    ``seat``: the place in a hall that a device without an account took.
    """

    viewer: Viewer
    stage: Stage
    here: SignedIn | None = None
    by_token: bool = False
    seat: Seated | None = None
    form_token: str = ""
    """What every form of this reader carries; another site cannot know it."""


def viewer_now() -> Viewer:
    """The viewer of this request; the public one until somebody is wholly signed in."""
    return reader_now().viewer


def account_now() -> StaffAccount | None:
    """The account that is wholly signed in, if any; programs have none."""
    reader = reader_now()
    return reader.here.account if reader.here is not None and reader.stage == "whole" else None


def name_now() -> str:
    """How whoever is wholly signed in is called; "" of a program, or where no name is kept."""
    account = account_now()
    return "" if account is None else account.name or ""


def signed_in_now() -> SignedIn:
    """The session of this request, also while its second factor is awaited.

    Raises
    ------
    SignInWanted
    """
    here = reader_now().here
    if here is None:
        raise SignInWanted
    return here


def require_fresh(minutes: int = 5) -> None:
    """Ask the password again where it was last asked longer ago; programs are let through.

    Raises
    ------
    PasswordWanted
        The gate leads to the page that asks, and back here.
    """
    reader = reader_now()
    if reader.by_token:
        return
    if reader.here is None or now() - reader.here.session.proved_at > timedelta(minutes=minutes):
        raise PasswordWanted


def reader_now() -> Reader:
    """The reader of this request, looked up once.

    Raises
    ------
    TokenWrong, TooManyTries
        The request carries a token that is none.
    """
    if "reader" not in g:
        g.reader = _by_device() if is_elsewhere() else _by_token() or _by_browser()
    return cast("Reader", g.reader)


def is_elsewhere() -> bool:
    """Whether this is a hall and the request comes from another machine, over the air."""
    hall: Hall | None = current_app.extensions.get("hall")
    return hall is not None and not hall.is_here(request.remote_addr or "")


def read_anew(secret: str) -> Reader:
    """The reader once signing in, or the second factor, made another session of it."""
    g.reader = _by_cookie(secret)
    return g.reader


def limits_now() -> Limits:
    """How long sessions last here."""
    settings: Settings = current_app.config["SETTINGS"]
    return Limits(timedelta(minutes=settings.idle_minutes), timedelta(hours=settings.session_hours))


def cookie_name() -> str:
    """The cookie's name; under https no other host can set one of that name."""
    return "__Host-staff" if current_app.config["SETTINGS"].https else "staff"


def register_now() -> Register:
    """The register of this server."""
    register: Register = current_app.extensions["register"]
    return register


def _by_token() -> Reader | None:
    given = request.authorization
    if given is None or given.type != "bearer" or given.token is None:
        return None
    throttle: Throttle = current_app.extensions["throttle"]
    attempt = throttle.enter(address=request.remote_addr or "?")
    viewer = tokens.find_viewer(register_now(), given.token, now())
    if viewer is None:
        raise TokenWrong
    attempt.forgive()
    return Reader(viewer, "whole", by_token=True)


def _by_cookie(secret: str) -> Reader:
    if not secret or len(secret) > 100:
        return Reader(PUBLIC, "nobody")
    here = sessions.find_session(register_now(), secret, limits_now(), now())
    if here is None:
        return Reader(PUBLIC, "nobody")
    stage = _stage_of(here)
    viewer = _viewer_of(here.account) if stage == "whole" else PUBLIC
    return Reader(viewer, stage, here, form_token=token_of(secret))


def _by_browser() -> Reader:
    """Staff before a seat, where a browser has both."""
    staff = _by_cookie(request.cookies.get(cookie_name(), ""))
    seated = _by_seat(request.cookies.get(SEAT, "")) if staff.here is None else None
    return seated or staff


def _by_device() -> Reader:
    """Over the air only a seat counts: what opens more is not even looked at."""
    return _by_seat(request.cookies.get(SEAT, "")) or Reader(PUBLIC, "nobody")


def _by_seat(secret: str) -> Reader | None:
    """A device in the hall: it sees the board of its workshop and nothing else."""
    if not secret or len(secret) > 100:
        return None
    seat = find_seat(register_now(), digest_of(secret))
    if seat is None:
        return None
    districts = frozenset({seat.district_id} if seat.district_id else ())
    viewer = viewer_of("participant", seat.id, districts)
    return Reader(viewer, "nobody", seat=seat, form_token=token_of(secret))


def _stage_of(here: SignedIn) -> Stage:
    settings: Settings = current_app.config["SETTINGS"]
    if here.session.second:
        return "whole"
    if here.factor:
        return "second"
    wanted = settings.second_factor == "required" and not settings.demo
    return "set_up" if wanted else "whole"


def _viewer_of(account: StaffAccount) -> Viewer:
    districts = None if account.districts is None else frozenset(account.districts)
    role = cast("Role", account.role)
    return viewer_of(role, account.id, districts, account.supporter_id)


def mark_way_back() -> None:
    """Remember in the session where to return to once the password was asked again."""
    here = signed_in_now()
    path = request.full_path.rstrip("?") if request.method == "GET" else _page_of_form()
    sessions.mark_session(register_now(), here.session, here.account, back=path[:512])


def _page_of_form() -> str:
    referrer = urlsplit(request.referrer or "")
    if referrer.netloc != request.host:
        return "/"
    return f"{referrer.path}?{referrer.query}" if referrer.query else referrer.path
