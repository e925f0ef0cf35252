"""The workshops of a district: planned, begun, ended; each with its doors."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo import terms
from geo.errors import GeoError, NotFound, ParameterWrong
from webapp.accounts.clock import now, today_here
from webapp.accounts.reader import register_now, viewer_now
from webapp.accounts.secret import new_code
from webapp.board.seats import end_seat, list_seats
from webapp.board.workshops import (
    PURPOSE,
    USUAL_KEEP,
    Wanted,
    close_workshop,
    find_workshop,
    list_workshops,
    open_workshop,
    plan_workshop,
)
from webapp.errors import say_problem, status_of
from webapp.register.records import District
from webapp.serving.filled import said_day

workshops = Blueprint("workshops", __name__, url_prefix="/workshop")


@workshops.get("/")
def show_all() -> str:
    """The workshops of the reader's districts."""
    return render_template(
        "workshop/workshops.html",
        found=list_workshops(register_now(), viewer_now()),
        areas=_areas(),
    )


@workshops.get("/new")
def show_form() -> str:
    """The form that plans one."""
    return _form_page()


@workshops.post("/new")
def plan() -> Response | tuple[str, int]:
    """Plan one, and lead to its page."""
    try:
        wanted = _read_wanted()
        if wanted.district_id not in _areas():
            raise NotFound(kind="district", id=wanted.district_id[:64] or "–")
        made = plan_workshop(register_now(), viewer_now(), wanted, new_code(2))
    except ParameterWrong as fault:
        return _form_page(fault), status_of(fault)
    return redirect(url_for("workshops.show_one", identity=made), code=303)


@workshops.get("/<identity>")
def show_one(identity: str) -> str:
    """One workshop: how it stands, its doors, the devices that take part."""
    found = find_workshop(register_now(), viewer_now(), identity)
    return render_template(
        "workshop/workshop.html",
        workshop=found,
        area=_areas().get(found["district_id"], ""),
        seats=list_seats(register_now(), identity),
    )


@workshops.post("/<identity>/open")
def open_one(identity: str) -> Response:
    """Open it for drawing."""
    open_workshop(register_now(), viewer_now(), identity, _version(), now())
    return redirect(url_for("workshops.show_one", identity=identity), code=303)


@workshops.post("/<identity>/close")
def close_one(identity: str) -> Response:
    """End the drawing."""
    close_workshop(register_now(), viewer_now(), identity, _version())
    return redirect(url_for("workshops.show_one", identity=identity), code=303)


@workshops.post("/<identity>/seats/<seat>/end")
def end_device(identity: str, seat: str) -> Response:
    """Send a device away."""
    find_workshop(register_now(), viewer_now(), identity)
    end_seat(register_now(), identity, seat, now())
    return redirect(url_for("workshops.show_one", identity=identity), code=303)


def _version() -> int:
    return request.form.get("version", 0, int)


def _read_wanted() -> Wanted:
    form = request.form
    held_on = said_day("held_on") or today_here()
    return Wanted(
        form.get("district", ""),
        form.get("title", ""),
        held_on,
        form.get("kind", "drawing"),
        form.get("basis", "register"),
        keep_until=said_day("keep_until"),
        too_many=form.get("too_many", 5, int),
    )


def _form_page(fault: GeoError | None = None) -> str:
    return render_template(
        "workshop/new.html",
        problem="" if fault is None else say_problem(fault),
        areas=_areas(),
        kinds=list(terms.WORKSHOP_KINDS),
        bases=list(terms.WORKSHOP_BASES),
        today=today_here(),
        keep=today_here() + USUAL_KEEP,
        longest=today_here() + timedelta(days=400),
        filled=request.form,
    )


def _areas() -> dict[str, str]:
    """Names of the reader's districts by their ids."""
    with register_now().look(viewer_now(), PURPOSE) as look:
        return {one.id: str(one["name"]) for one in look.several(District, order=(District.name,))}
