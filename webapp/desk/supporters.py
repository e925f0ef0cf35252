"""The pages of supporters: the card, the next step, corrections, a new one by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo import terms
from geo.errors import GeoError, ParameterWrong
from geo.exchange.dates import read_year
from geo.exchange.findings import Finding
from geo.exchange.hours import read_hours
from webapp.accounts.clock import now
from webapp.accounts.reader import register_now, viewer_now
from webapp.casework import supporters as deeds
from webapp.casework.supporter_file import SupporterFile, read_supporter
from webapp.desk.case_lists import district_choices
from webapp.desk.surveys import locator_now
from webapp.errors import say_problem, status_of
from webapp.faults import StepIllegal
from webapp.register.consents import JAPAN
from webapp.serving.filled import Filled

supporters = Blueprint("supporters", __name__, url_prefix="/desk/supporters")

_PAYMENTS: Final = ("paid", "unpaid", "either")


@supporters.get("/<identity>")
def show_one(identity: str) -> str:
    """One supporter."""
    return _show(read_supporter(register_now(), viewer_now(), identity))


@supporters.post("/<identity>/step")
def take_step(identity: str) -> Response | tuple[str, int]:
    """Take a supporter to the next status, or to rest, or let them go."""
    filled = Filled.of(request.form)
    reason = filled.one("words") or filled.one("reason")
    try:
        deeds.advance(
            register_now(), viewer_now(), identity, filled.whole("version"),
            filled.one("status"), filled.day("on") or _today(), reason, today=_today(),
        )  # fmt: skip
    except (ParameterWrong, StepIllegal) as fault:
        return _show(read_supporter(register_now(), viewer_now(), identity), fault), status_of(
            fault
        )
    return redirect(url_for("supporters.show_one", identity=identity), code=303)


@supporters.get("/new")
def show_form() -> str:
    """The form for a new supporter."""
    return _show_form(Filled({}), None)


@supporters.post("/new")
def add() -> Response | tuple[str, int]:
    """Enter a new supporter."""
    filled = Filled.of(request.form)
    try:
        made = deeds.add_supporter(
            register_now(), viewer_now(), filled.one("district_id"),
            filled.day("on") or _today(), locator_now(),
            **read_values(filled),
        )  # fmt: skip
    except ParameterWrong as fault:
        return _show_form(filled, None, fault), status_of(fault)
    return redirect(url_for("supporters.show_one", identity=made), code=303)


@supporters.get("/<identity>/edit")
def edit(identity: str) -> str:
    """The form that corrects a supporter."""
    file = read_supporter(register_now(), viewer_now(), identity)
    return _show_form(_filled(file.supporter), file)


@supporters.post("/<identity>/edit")
def revise(identity: str) -> Response | tuple[str, int]:
    """Correct what is known of a supporter."""
    filled = Filled.of(request.form)
    try:
        deeds.correct_supporter(
            register_now(), viewer_now(), identity, filled.whole("version"), locator_now(),
            **read_values(filled),
        )  # fmt: skip
    except ParameterWrong as fault:
        file = read_supporter(register_now(), viewer_now(), identity)
        return _show_form(filled, file, fault), status_of(fault)
    return redirect(url_for("supporters.show_one", identity=identity), code=303)


def read_values(filled: Filled) -> dict[str, Any]:
    """A supporter's columns out of a form. Raises `ParameterWrong`."""
    hours = read_hours(filled.one("hours"))
    if isinstance(hours, Finding):
        raise ParameterWrong(name="hours", value=filled.one("hours")[:40], wanted="09:00-12:00")
    return {
        **{name: filled.text(name) for name in ("name", "kana", "phone", "address")},
        "activities": _codes(filled, "activities", terms.ACTIVITIES) or [],
        "weekdays": _codes(filled, "weekdays", terms.WEEKDAYS),
        "hours": hours,
        "most_per_week": _number(filled, "most_per_week", 50),
        "farthest_minutes": _number(filled, "farthest_minutes", 240),
        "mode": _code(filled, "mode", terms.MODES),
        "payment": _code(filled, "payment", _PAYMENTS),
        "gender": _code(filled, "gender", terms.GENDERS),
        "birth_year": _year(filled, "birth_year"),
        "insured_until": filled.day("insured_until"),
    }


def _codes(filled: Filled, name: str, known: Mapping[str, object]) -> list[str] | None:
    chosen = filled.many(name)
    if any(one not in known for one in chosen):
        raise ParameterWrong(name=name, value=", ".join(chosen)[:40], wanted=", ".join(known))
    return [one for one in known if one in chosen] or None


def _code(filled: Filled, name: str, known: Mapping[str, object] | tuple[str, ...]) -> str | None:
    chosen = filled.text(name)
    if chosen is not None and chosen not in known:
        raise ParameterWrong(name=name, value=chosen[:40], wanted=", ".join(known))
    return chosen


def _year(filled: Filled, name: str) -> int | None:
    """A year of birth, as 1948 or 昭和23年."""
    year = read_year(filled.one(name))
    if isinstance(year, Finding) or (year is not None and not 1900 <= year <= _today().year):
        raise ParameterWrong(name=name, value=filled.one(name)[:40], wanted="1948")
    return year


def _number(filled: Filled, name: str, most: float) -> float | None:
    text = filled.one(name)
    try:
        number = float(text) if text else None
    except ValueError:
        number = -1.0
    if number is not None and not 0 <= number <= most:
        raise ParameterWrong(name=name, value=text[:40], wanted=f"0 to {most:g}")
    return number


def _filled(supporter: Mapping[str, Any]) -> Filled:
    fields: dict[str, list[str]] = {}
    for name, value in supporter.items():
        if isinstance(value, list):
            fields[name] = [str(one) for one in value]
        elif isinstance(value, float):
            fields[name] = [f"{value:g}"]
        elif value is not None:
            fields[name] = [str(value)]
    if "hours" in fields:
        fields["hours"] = ["、".join(fields["hours"])]
    return Filled(fields)


def _today() -> date:
    return now().astimezone(JAPAN).date()


def _show(file: SupporterFile, fault: GeoError | None = None) -> str:
    return render_template(
        "desk/supporter.html",
        file=file,
        today=_today(),
        reasons=list(terms.LEAVING),
        district=dict(district_choices()).get(str(file.supporter.get("district_id")), ""),
        problem=say_problem(fault) if fault is not None else "",
    )


def _show_form(filled: Filled, file: SupporterFile | None, fault: GeoError | None = None) -> str:
    return render_template(
        "desk/supporter_form.html",
        filled=filled,
        file=file,
        today=_today(),
        districts=dict(district_choices()),
        activities=list(terms.ACTIVITIES),
        weekdays=list(terms.WEEKDAYS),
        modes=list(terms.MODES),
        genders=list(terms.GENDERS),
        payments=_PAYMENTS,
        problem=say_problem(fault) if fault is not None else "",
    )
