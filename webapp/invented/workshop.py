"""Workshops of the first district: one under way on an empty map, one in review, one planned."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

import shapely
from sqlalchemy import select

from geo.walk.network import StreetNetwork
from webapp.board.checks import check_stroke
from webapp.board.journal import add_entry
from webapp.board.state import Board
from webapp.board.workshops import USUAL_KEEP, Window
from webapp.invented.evening import Evening
from webapp.invented.fronts import Quarter, find_quarter
from webapp.register.change import Change
from webapp.register.consents import JAPAN
from webapp.register.house import Register
from webapp.register.records import Consent, District, Person, Workshop
from webapp.register.viewer import Viewer

_PURPOSE: Final = "administration"
_HOUSES: Final = 50
_FEW: Final = 14
_BEGAN: Final = timedelta(minutes=75)
_ASKED: Final = {"self": 0.46, "proxy": 0.12, "council": 0.1, "refused": 0.08, "": 0.24}
"""What people of the district said to a map drawn with neighbours."""

_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"


def invent_workshops(
    register: Register, viewer: Viewer, streets: StreetNetwork, now: datetime, *, seed: int = 0
) -> None:
    """Fill the first district's room: a workshop open, one in review, one planned; who agreed."""
    lot = random.Random(seed)  # noqa: S311 # nosec B311 - invents, hides nothing
    with register.change(viewer, _PURPOSE, "invented workshop") as change:
        district = change.session.scalars(select(District).order_by(District.id)).first()
        if district is None or not district.boundary:
            return
        _agree(change, district.id, now, lot)
        quarter = find_quarter(streets, shapely.from_wkb(district.boundary), _HOUSES)
        if len(quarter.fronts) < _HOUSES:
            return
        day = now.astimezone(JAPAN).date()
        _plan(change, district.id, "秋の見直しの会", lot, day + timedelta(days=10))
        few = Quarter(quarter.window, quarter.fronts[-_FEW:])
        for title, days, part, status in (
            ("二丁目の会", 6, few, "review"),
            ("三丁目の支え合いマップ", 0, quarter, "open"),
        ):
            began, held_on = now - _BEGAN - timedelta(days=days), day - timedelta(days=days)
            made = _plan(
                change, district.id, title, lot, held_on, basis="empty",
                window=Window(*quarter.window).facts(),
            )  # fmt: skip
            _draw(change, made.id, part, began, lot)
            _step(change, made, status)


def _plan(
    change: Change,
    district: str,
    title: str,
    lot: random.Random,
    day: date,
    **more: Any,  # noqa: ANN401
) -> Workshop:
    told = {"kind": "drawing", "basis": "register", "window": None} | more
    made = change.add(
        Workshop, id="k-" + _letters(lot, 12), district_id=district, title=title, held_on=day,
        code=f"{_letters(lot, 4)}-{_letters(lot, 4)}", keep_until=day + USUAL_KEEP, too_many=5,
        **told,
    )  # fmt: skip
    change.session.flush()
    return made


def _step(change: Change, made: Workshop, status: str) -> None:
    """Open it, and end the drawing where it is over."""
    for one in dict.fromkeys(("open", status)):
        made.status = one
        change.session.flush()


def _draw(
    change: Change, workshop: str, quarter: Quarter, began: datetime, lot: random.Random
) -> None:
    """Write the evening down as it would have come in."""
    evening = Evening(quarter, began, lot)
    evening.draw()
    board, connection = Board(), change.session.connection()
    for number, (stroke, by, at) in enumerate(evening.strokes, 1):
        checked = check_stroke(board, stroke, by[0])
        board.apply(add_entry(connection, workshop, number, checked, by, at))


def _agree(change: Change, district: str, now: datetime, lot: random.Random) -> None:
    """Answers of the district's people about a map drawn with neighbours."""
    people: Sequence[str] = change.session.scalars(
        select(Person.id).where(Person.district_id == district).order_by(Person.id)
    ).all()
    for person in people:
        basis = lot.choices(list(_ASKED), list(_ASKED.values()))[0]
        days = timedelta(days=lot.randrange(20, 200))
        if basis:
            change.add(
                Consent, id="c-" + _letters(lot, 12), person_id=person, district_id=district,
                basis="self" if basis == "refused" else basis, purpose="workshop",
                status="refused" if basis == "refused" else "given", given_on=now - days,
                how="福祉協力員の訪問のとき",
            )  # fmt: skip


def _letters(lot: random.Random, count: int) -> str:
    return "".join(lot.choices(_LETTERS, k=count))
