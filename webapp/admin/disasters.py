"""災害時: the mode is switched on with a reason, ends by itself, and is accounted for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo.errors import NotFound, ParameterWrong
from webapp.accounts.clock import now
from webapp.accounts.reader import register_now, viewer_now
from webapp.errors import status_of
from webapp.register.consents import JAPAN
from webapp.register.disasters import (
    end_disaster,
    list_disasters,
    report_use,
    start_disaster,
)
from webapp.register.look import View
from webapp.register.records import District
from webapp.register.records.disaster_mode import LONGEST
from webapp.serving.filled import Filled

disasters = Blueprint("disasters", __name__, url_prefix="/admin/disaster")


@disasters.get("")
def show() -> str:
    """The form, and every switching on with what was done in it."""
    return _page(None)


@disasters.post("")
def start() -> Response | tuple[str, int]:
    """Switch it on."""
    filled = Filled.of(request.form)
    district = filled.text("district")
    if district is not None and district not in _districts():
        raise NotFound(kind="district", id=district[:64])
    try:
        start_disaster(
            register_now(), viewer_now(), filled.one("reason"), filled.whole("days"), district
        )
    except ParameterWrong as fault:
        return _page(fault), status_of(fault)
    return redirect(url_for("disasters.show"), code=303)


@disasters.post("/<identity>/end")
def end(identity: str) -> Response:
    """Switch it off before its time."""
    version = Filled.of(request.form).whole("version")
    end_disaster(register_now(), viewer_now(), identity, version)
    return redirect(url_for("disasters.show"), code=303)


def _page(fault: ParameterWrong | None) -> str:
    names = _districts()
    return render_template(
        "admin/disasters.html",
        modes=[_told(one, names) for one in list_disasters(register_now(), viewer_now())],
        districts=names,
        longest=LONGEST.days,
        wrong=fault,
        local=lambda at: at.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M"),
    )


def _told(mode: View, names: dict[str, str]) -> dict[str, Any]:
    """One switching on: whether it is on, and who was shown people in it."""
    ends = min(mode["ends"], mode["started"] + LONGEST)
    on = mode["status"] == "on" and mode["started"] <= now() < ends
    return {
        "mode": mode,
        "on": on,
        "ends": ends,
        "where": names.get(mode["district_id"] or "", ""),
        "uses": report_use(
            register_now(), viewer_now(), mode["started"], min(ends, datetime.now(UTC))
        ),
    }


def _districts() -> dict[str, str]:
    with register_now().look(viewer_now(), "administration") as look:
        found = look.several(District, order=(District.id,))
    return {one.id: str(one.get("name") or one.id) for one in found}
