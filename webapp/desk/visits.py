"""The page of one visit: what came of it, in few presses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo.errors import ParameterWrong
from webapp.accounts.clock import now
from webapp.accounts.reader import register_now, viewer_now
from webapp.casework import cover as covering
from webapp.casework import visiting
from webapp.casework.arrangements import CHECKS
from webapp.casework.bookings import Slot
from webapp.casework.ledger import is_late
from webapp.casework.no_answer import OUTCOMES, Check, add_check
from webapp.casework.recurrence import in_japan
from webapp.casework.visit_file import VisitFile, read_visit
from webapp.casework.visiting import CANCELLERS, Told
from webapp.desk.series_form import read_minutes
from webapp.desk.telling import name_colleagues
from webapp.errors import say_problem, status_of
from webapp.faults import SupporterAway, SupporterBooked
from webapp.register.consents import JAPAN
from webapp.serving.filled import Filled

visits = Blueprint("visits", __name__, url_prefix="/desk")

_SAID: Final = (ParameterWrong, SupporterAway, SupporterBooked)
_NEAR: Final = timedelta(hours=12)

Answer = Response | tuple[str, int]

_BACK: Final[dict[str, Callable[[Filled], str]]] = {
    "today": lambda _: url_for("desk.show_desk"),
    "list": lambda _: url_for("lists.show", name="visits"),
    "day": lambda filled: url_for("calendar.show", span="day", day=filled.day("day")),
}
"""Where a quick report leads back to."""


@visits.get("/visits/<identity>")
def show(identity: str) -> str:
    """One visit."""
    return _show(identity)


def _show(identity: str, problem: str = "") -> str:
    file = read_visit(register_now(), viewer_now(), identity)
    checks = file.visit.get("checks") or []
    return render_template(
        "desk/visit.html",
        file=file,
        visit=file.visit,
        usual=_usual_moment(file),
        present=_as_field(now()),
        passed=file.visit["planned_at"] <= now(),
        late=file.paid and is_late(file.rules, file.visit["planned_at"], now()),
        steps=CHECKS,
        outcomes=OUTCOMES,
        cancellers=CANCELLERS,
        people=name_colleagues(one.get("by") for one in checks),
        parse=datetime.fromisoformat,
        problem=problem,
    )


def _usual_moment(file: VisitFile) -> str:
    """When it probably was: as planned where that is long ago, else now; for a field."""
    planned: datetime = file.visit["planned_at"]
    at = planned if planned < now() - _NEAR else now()
    return _as_field(at)


def _as_field(at: datetime) -> str:
    return f"{at.astimezone(JAPAN):%Y-%m-%dT%H:%M}"


@visits.post("/visits/<identity>/done")
def report_done(identity: str) -> Answer:
    """It was made."""
    filled = Filled.of(request.form)
    return _do(
        identity,
        lambda version: visiting.report_done(
            register_now(), viewer_now(), identity, version, _read_told(filled), now()
        ),
    )


@visits.post("/visits/<identity>/nobody-home")
def report_nobody_home(identity: str) -> Answer:
    """Nobody opened."""
    filled = Filled.of(request.form)

    def deed(version: int) -> None:
        at = _read_moment(filled) or now()
        visiting.report_nobody_home(register_now(), viewer_now(), identity, version, at)

    return _do(identity, deed)


@visits.post("/visits/<identity>/missed")
def report_missed(identity: str) -> Answer:
    """Nobody went."""
    reason = Filled.of(request.form).one("reason")
    return _do(
        identity,
        lambda version: visiting.report_missed(
            register_now(), viewer_now(), identity, version, reason
        ),
    )


@visits.post("/visits/<identity>/cancel")
def cancel(identity: str) -> Answer:
    """Call it off."""
    filled = Filled.of(request.form)
    return _do(
        identity,
        lambda version: visiting.cancel_visit(
            register_now(), viewer_now(), identity, version, filled.one("by"), now(),
            reason=filled.one("reason"), waived=filled.on("waived"),
        ),
    )  # fmt: skip


@visits.post("/visits/<identity>/check")
def check(identity: str) -> Answer:
    """A step that was taken because nobody opened."""
    filled = Filled.of(request.form)

    def deed(version: int) -> None:
        told = Check(
            filled.one("step"), filled.one("outcome"), _read_moment(filled) or now(),
            filled.one("by"), filled.one("note"),
        )  # fmt: skip
        add_check(register_now(), viewer_now(), identity, version, told)

    return _do(identity, deed)


@visits.post("/visits/<identity>/move")
def move(identity: str) -> Answer:
    """Another day or hour."""
    filled = Filled.of(request.form)

    def deed(version: int) -> None:
        day = filled.day("day")
        if day is None:
            raise ParameterWrong(name="day", value="–", wanted="2026-12-01")
        slot = Slot(in_japan(day, filled.one("time")), read_minutes(filled))
        covering.move_visit(register_now(), viewer_now(), identity, version, slot)

    return _do(identity, deed)


@visits.post("/visits/<identity>/back")
def take_back(identity: str) -> Answer:
    """The report was wrong: plan it again."""
    return _do(
        identity,
        lambda version: visiting.take_back(register_now(), viewer_now(), identity, version),
    )


@visits.post("/visits/<identity>/finish")
def finish(identity: str) -> Answer:
    """Close the request whose help was given."""
    file = read_visit(register_now(), viewer_now(), identity)
    version = Filled.of(request.form).whole("version")
    visiting.finish_request(register_now(), viewer_now(), file.request.id, version)
    return redirect(url_for("cases.show", identity=file.request.id), code=303)


def _do(identity: str, deed: Callable[[int], None]) -> Answer:
    """Do it to the version that the page showed; back to where it was pressed."""
    filled = Filled.of(request.form)
    try:
        deed(filled.whole("version"))
    except _SAID as fault:
        return _show(identity, say_problem(fault)), status_of(fault)
    back = _BACK.get(filled.one("back"))
    address = back(filled) if back else url_for("visits.show", identity=identity)
    return redirect(address, code=303)


def _read_told(filled: Filled) -> Told:
    expense = filled.one("expense")
    if expense and not expense.isdecimal():
        raise ParameterWrong(name="expense", value=expense[:20], wanted="0")
    return Told(
        at=_read_moment(filled),
        minutes=read_minutes(filled),
        observation=filled.one("observation"),
        expense=None if filled.on("paid_back") or not expense else float(int(expense)),
    )


def _read_moment(filled: Filled) -> datetime | None:
    text = filled.one("at")
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ParameterWrong(name="at", value=text[:20], wanted="2026-12-01T10:00") from None
    return at.replace(tzinfo=JAPAN).astimezone(UTC)
