"""The workshops: planned, opened for drawing, closed for review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo import terms
from geo.errors import ParameterWrong
from webapp.board.journal import add_entry, last_number
from webapp.board.opening import first_deeds
from webapp.board.state import REGISTER
from webapp.board.stroke import Stroke
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import Workshop
from webapp.register.viewer import Viewer

PURPOSE: Final = "workshop"

USUAL_KEEP: Final = timedelta(days=30)
"""So long after the evening the hall edition is kept, unless somebody says otherwise."""

_LONGEST_KEEP: Final = timedelta(days=92)
USUAL_MOST: Final = 5
"""A watcher of more households has too many."""


@dataclass(frozen=True)
class Window:
    """Degrees (EPSG:4326)."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def of(cls, told: dict[str, Any] | None) -> Window | None:
        """As a record keeps it."""
        return None if told is None else cls(**{n: float(told[n]) for n in cls.__match_args__})

    def facts(self) -> dict[str, float]:
        """As a record keeps it."""
        return {name: getattr(self, name) for name in self.__match_args__}

    def require(self) -> None:
        """Refuse what is no window, or one of more than half a degree. Raises `ParameterWrong`."""
        across, down = self.east - self.west, self.north - self.south
        if not (-180 <= self.west and self.east <= 180 and 0 < across <= 0.5 and 0 < down <= 0.5):
            raise ParameterWrong(name="window", value=str(self)[:60], wanted="a part of the map")


@dataclass(frozen=True)
class Wanted:
    """A workshop as somebody plans it. ``keep_until`` None = as long as usual."""

    district_id: str
    title: str
    held_on: date
    kind: str = "drawing"
    basis: str = "register"
    window: Window | None = None
    keep_until: date | None = None
    too_many: int = USUAL_MOST


def plan_workshop(register: Register, viewer: Viewer, wanted: Wanted, code: str) -> str:
    """Write a planned workshop down; its id. ``code``: what devices will type to take part.

    Raises
    ------
    ParameterWrong, NotFound, RecordWithheld
    """
    keep = wanted.keep_until or wanted.held_on + USUAL_KEEP
    _check(wanted, keep)
    with register.change(viewer, PURPOSE, "plan") as change:
        made = change.add(
            Workshop,
            district_id=wanted.district_id,
            title=wanted.title.strip(),
            held_on=wanted.held_on,
            kind=wanted.kind,
            basis=wanted.basis,
            window=None if wanted.window is None else wanted.window.facts(),
            code=code,
            keep_until=keep,
            too_many=wanted.too_many,
        )
    return made.id


def _check(wanted: Wanted, keep: date) -> None:
    latest = wanted.held_on + _LONGEST_KEEP
    kinds, bases = terms.WORKSHOP_KINDS, terms.WORKSHOP_BASES
    for name, value, fits, say in (
        ("title", wanted.title, 0 < len(wanted.title.strip()) <= 60, "1 to 60 characters"),
        ("kind", wanted.kind, wanted.kind in kinds, ", ".join(kinds)),
        ("basis", wanted.basis, wanted.basis in bases, ", ".join(bases)),
        ("keep_until", keep, wanted.held_on <= keep <= latest, f"≤ {latest}"),
        ("too_many", wanted.too_many, 1 <= wanted.too_many <= 50, "1 to 50"),
    ):
        if not fits:
            raise ParameterWrong(name=name, value=str(value)[:60] or "–", wanted=say)


def frame_workshop(
    register: Register, viewer: Viewer, identity: str, version: int, window: Window | None
) -> None:
    """Say which part of the district the map shows; None = all of it.

    Raises
    ------
    ParameterWrong, NotFound, RecordStale, RecordWithheld
    """
    if window is not None:
        window.require()
    with register.change(viewer, PURPOSE, "frame") as change:
        facts = None if window is None else window.facts()
        change.revise(Workshop, identity, version, window=facts)


def open_workshop(
    register: Register, viewer: Viewer, identity: str, version: int, now: datetime
) -> None:
    """Open it for drawing; the first time, with what the register has of those who agreed.

    Raises
    ------
    NotFound, RecordStale, RecordWithheld, StepIllegal
    """
    found = find_workshop(register, viewer, identity)
    deeds = first_deeds(register, viewer, found) if found["basis"] == "register" else ()
    with register.change(viewer, PURPOSE, "open") as change:
        change.revise(Workshop, identity, version, status="open")
        change.session.flush()
        connection = change.session.connection()
        if deeds and not last_number(connection, identity):
            add_entry(
                connection, identity, 1, Stroke("opening", "draw", tuple(deeds)),
                (REGISTER, REGISTER), now,
            )  # fmt: skip


def close_workshop(register: Register, viewer: Viewer, identity: str, version: int) -> None:
    """End the drawing; what was drawn waits for its review.

    Raises
    ------
    NotFound, RecordStale, RecordWithheld, StepIllegal
    """
    with register.change(viewer, PURPOSE, "close") as change:
        change.revise(Workshop, identity, version, status="review")


def find_workshop(register: Register, viewer: Viewer, identity: str) -> View:
    """One workshop. Raises `NotFound`, `RecordWithheld`."""
    with register.look(viewer, PURPOSE) as look:
        return look.one(Workshop, identity)


def list_workshops(register: Register, viewer: Viewer) -> list[View]:
    """Every workshop of the viewer's districts, the latest first."""
    with register.look(viewer, PURPOSE) as look:
        return look.several(Workshop, order=(Workshop.held_on.desc(), Workshop.id))


def find_by_code(register: Register, code: str) -> Workshop | None:
    """The open workshop that devices join with this code."""
    with Session(register.engine, expire_on_commit=False) as session:
        return session.scalar(
            select(Workshop).where(Workshop.code == code, Workshop.status == "open")
        )
