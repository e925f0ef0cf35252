"""The pages of districts: the programme's overview, one district's progress and rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo import terms
from geo.errors import GeoError, ParameterWrong
from webapp.accounts.clock import now
from webapp.accounts.reader import register_now, viewer_now
from webapp.casework import districts as deeds
from webapp.casework.arrangements import CHECKS, Arrangements
from webapp.casework.districts import MODES, STAGES, Progress, Row, read_district, read_overview
from webapp.errors import say_problem, status_of
from webapp.register.consents import JAPAN
from webapp.register.records import District
from webapp.register.released import release_records
from webapp.serving.filled import Filled

districts = Blueprint("districts", __name__, url_prefix="/desk/districts")

_ORDERS: Final[Mapping[str, Callable[[Row], Any]]] = {
    "name": lambda row: row.name,
    "ward": lambda row: (row.ward or "", row.name),
    "consultants": lambda row: (row.consultants, row.name),
    "stage": lambda row: (row.stage or 0, row.name),
    "organised": lambda row: (row.organised, row.name),
    "willing": lambda row: (row.willing, row.name),
}
"""What the overview sorts by."""


def purpose_now() -> str:
    """What the reader looks at districts for."""
    return "planning" if viewer_now().role == "council" else "matching"


def name_districts() -> dict[str, str]:
    """Names of the reader's districts by their ids."""
    found = release_records(
        register_now(), viewer_now(), purpose_now(), District, order=(District.name, District.id)
    )
    return {one.id: str(one["name"] or one.id) for one in found}


@districts.get("")
def show_all() -> str:
    """The programme's overview, a row for each district."""
    sort = request.args.get("sort", "ward")
    by = sort.removeprefix("-")
    if by not in _ORDERS:
        raise ParameterWrong(name="sort", value=sort[:40], wanted=", ".join(_ORDERS))
    rows = read_overview(register_now(), viewer_now(), purpose_now())
    rows.sort(key=_ORDERS[by], reverse=sort.startswith("-"))
    return render_template(
        "desk/districts.html",
        rows=rows,
        wards=any(row.ward for row in rows),
        by=by,
        down=sort.startswith("-"),
    )


@districts.get("/<identity>")
def show_one(identity: str) -> str:
    """One district: how far it is, what it agreed on, who works there."""
    file = read_district(register_now(), viewer_now(), purpose_now(), identity)
    return render_template("desk/district.html", file=file, stages=STAGES)


@districts.get("/<identity>/progress")
def show_progress(identity: str) -> str:
    """The form about stage, activities, mode and outcome."""
    return _show_progress(identity)


@districts.post("/<identity>/progress")
def decide(identity: str) -> Response | tuple[str, int]:
    """Write down how far the district is."""
    filled = Filled.of(request.form)
    stage = filled.one("stage")
    try:
        progress = Progress(
            stage=int(stage) if stage.isdecimal() else None,
            stage_since=filled.day("stage_since"),
            mode=filled.text("mode"),
            activities=filled.many("activities") or None,
            outcome=filled.text("outcome"),
        )
        deeds.decide(
            register_now(), viewer_now(), purpose_now(), identity, filled.whole("version"),
            progress, today=_today(),
        )  # fmt: skip
    except ParameterWrong as fault:
        return _show_progress(identity, fault), status_of(fault)
    return redirect(url_for("districts.show_one", identity=identity), code=303)


@districts.get("/<identity>/rules")
def show_rules(identity: str) -> str:
    """The form about prices, cancelling, hours, holidays and what is done when nobody opens."""
    return _show_rules(identity)


@districts.post("/<identity>/rules")
def arrange(identity: str) -> Response | tuple[str, int]:
    """Write down what the district agreed on."""
    filled = Filled.of(request.form)
    try:
        deeds.arrange(
            register_now(), viewer_now(), purpose_now(), identity, filled.whole("version"),
            read_arrangements(filled),
        )  # fmt: skip
    except ParameterWrong as fault:
        return _show_rules(identity, fault), status_of(fault)
    return redirect(url_for("districts.show_one", identity=identity), code=303)


def read_arrangements(filled: Filled) -> Arrangements:
    """The rules out of a form. Raises `ParameterWrong`."""
    usual = Arrangements()
    fees = {code: filled.one(f"fee-{code}") for code in terms.ACTIVITIES}
    steps = [filled.one(f"check-{place}") for place in range(len(CHECKS))]
    return Arrangements(
        unit=filled.one("unit") or usual.unit,  # type: ignore[arg-type]
        fee={code: _whole(fee, "fee") for code, fee in fees.items() if fee},
        usual_fee=_whole(filled.one("usual_fee") or "0", "usual_fee"),
        reward=_whole(filled.one("reward") or "100", "reward") / 100,
        ticket_price=_whole(filled.one("ticket_price") or "0", "ticket_price"),
        cancel_hours=_whole(filled.one("cancel_hours") or "0", "cancel_hours"),
        cancel_fee=_whole(filled.one("cancel_fee") or "0", "cancel_fee"),
        offer_hours=_whole(filled.one("offer_hours") or "48", "offer_hours"),
        on_holiday=filled.one("on_holiday") or usual.on_holiday,  # type: ignore[arg-type]
        quiet_days=_whole(filled.one("quiet_days") or "60", "quiet_days"),
        checks=tuple(one for one in steps if one),
    )


def _whole(text: str, name: str) -> int:
    if not text.isdecimal() or len(text) > 7:
        raise ParameterWrong(name=name, value=text[:40], wanted="a whole number")
    return int(text)


def _today() -> date:
    return now().astimezone(JAPAN).date()


def _show_progress(identity: str, fault: GeoError | None = None) -> str:
    file = read_district(register_now(), viewer_now(), purpose_now(), identity)
    return render_template(
        "desk/district_progress.html",
        file=file,
        stages=STAGES,
        modes=MODES,
        activities=list(terms.ACTIVITIES),
        today=_today(),
        problem=_say(fault),
    )


def _show_rules(identity: str, fault: GeoError | None = None) -> str:
    file = read_district(register_now(), viewer_now(), purpose_now(), identity)
    return render_template(
        "desk/district_rules.html",
        file=file,
        rules=file.arrangements,
        fees=dict(file.arrangements.fee or {}),
        activities=list(terms.ACTIVITIES),
        units=list(terms.UNITS),
        checks=CHECKS,
        chosen=_padded(file.arrangements.checks),
        problem=_say(fault),
    )


def _padded(checks: Sequence[str]) -> list[str]:
    """The steps in their order, blank where there are fewer than there could be."""
    return [*checks, *[""] * (len(CHECKS) - len(checks))]


def _say(fault: GeoError | None) -> str:
    return say_problem(fault) if fault is not None else ""
