"""Correcting a home, and putting it on the map by pressing where it stands."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from geo import terms
from geo.errors import ParameterWrong
from webapp.accounts.atlases import atlas_now
from webapp.accounts.reader import register_now, viewer_now
from webapp.answers.drawing import map_parts
from webapp.casework.housing import PRESSED, Spot
from webapp.casework.people import revise_home
from webapp.errors import say_problem, status_of
from webapp.register.look import View
from webapp.register.records import Household, Person
from webapp.register.release import release_record
from webapp.register.released import release_records
from webapp.serving.filled import Filled

homes = Blueprint("homes", __name__, url_prefix="/desk/homes")


@homes.get("/<identity>/edit")
def edit(identity: str) -> str:
    """The form of a home, with the map to press its place on."""
    home = release_record(register_now(), viewer_now(), "matching", Household, identity)
    names = ("address", "composition", "lon", "lat")
    filled = Filled({name: [_text(home.get(name))] for name in names})
    return _show(home, filled, home.version)


@homes.post("/<identity>/edit")
def revise(identity: str) -> Response | tuple[str, int]:
    """Correct a home."""
    filled = Filled.of(request.form)
    version = filled.whole("version")
    home = release_record(register_now(), viewer_now(), "matching", Household, identity)
    try:
        revise_home(
            register_now(),
            viewer_now(),
            identity,
            version,
            address=filled.text("address"),
            composition=filled.text("composition"),
            spot=_read_spot(filled, home),
        )
    except ParameterWrong as fault:
        return _show(home, filled, version, say_problem(fault)), status_of(fault)
    return redirect(_back(identity), code=303)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _read_spot(filled: Filled, home: View) -> Spot | None:
    """The point that was pressed; None where it is the one that was. Raises `ParameterWrong`."""
    lon, lat = filled.one("lon"), filled.one("lat")
    unmoved = (lon, lat) == (_text(home.get("lon")), _text(home.get("lat")))
    if unmoved or not (lon or lat):
        return None
    try:
        spot = Spot(float(lon), float(lat), PRESSED)
    except ValueError:
        raise ParameterWrong(name="lon", value=f"{lon}, {lat}"[:40], wanted="degrees") from None
    if not (122 <= spot.lon <= 154 and 20 <= spot.lat <= 46):
        raise ParameterWrong(name="lon", value=f"{lon}, {lat}"[:40], wanted="a point in Japan")
    return spot


def _back(identity: str) -> str:
    """The page of whoever lives there, else today."""
    lives = Person.household_id == identity
    asked = select(Person.id).where(lives).order_by(Person.id).limit(1)
    with register_now().engine.connect() as connection:
        person = connection.scalar(asked)
    if person is None:
        return url_for("desk.show_desk")
    return url_for("cases.show_person", identity=person)


def _show(home: View, filled: Filled, version: int, problem: str = "") -> str:
    people = release_records(
        register_now(), viewer_now(), "matching", Person, Person.household_id == home.id
    )
    return render_template(
        "desk/home_form.html",
        home=home,
        filled=filled,
        version=version,
        people=people,
        compositions=list(terms.COMPOSITIONS),
        parts=map_parts(atlas_now(), "staff"),
        problem=problem,
    )
