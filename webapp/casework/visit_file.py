"""One visit with all that is needed before and after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from webapp.casework.arrangements import Arrangements
from webapp.casework.cards import Card, person_cards, supporter_cards
from webapp.casework.ledger import is_paid
from webapp.casework.making import PURPOSE
from webapp.casework.no_answer import is_open, next_step
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import (
    District,
    LedgerEntry,
    Person,
    Place,
    Record,
    Request,
    Series,
    Visit,
)
from webapp.register.release import release_record
from webapp.register.released import release_records
from webapp.register.viewer import Viewer


@dataclass(frozen=True)
class VisitFile:
    """A visit, whom it is to, who goes, what it costs."""

    visit: View
    request: View
    series: View | None
    place: View | None
    person: Card | None
    supporters: Mapping[str, Card]
    emergency: str | None
    """Whom to phone when nobody opens."""
    rules: Arrangements
    paid: bool
    undecided: bool
    """Paid and unpaid help are both given here and nobody said which this is."""
    entries: Sequence[View]
    still_planned: int
    """Visits of the same request that are to come."""
    going_on: int
    """Its series that are not over."""

    @property
    def supporter(self) -> Card | None:
        """Who goes."""
        return self.supporters.get(str(self.visit.get("supporter_id")))

    @property
    def stands_in_for(self) -> Card | None:
        """Whose visit this is usually."""
        return self.supporters.get(str(self.visit.get("stands_in_for")))

    @property
    def looked_for(self) -> bool:
        """Whether it is not known yet how the person is."""
        return is_open(self.visit)

    @property
    def next_step(self) -> str | None:
        """What to do next where nobody opened."""
        return next_step(self.visit.get("checks"), self.rules) if self.looked_for else None

    @property
    def may_finish(self) -> bool:
        """Whether the request can be closed: it was helped, and nothing more is planned."""
        done = self.visit["status"] == "done" and self.request.get("status") == "running"
        return done and not self.still_planned and not self.going_on


def read_visit(register: Register, viewer: Viewer, identity: str) -> VisitFile:
    """One visit. Raises `NotFound`."""
    visit = release_record(register, viewer, PURPOSE, Visit, identity)
    request = release_record(register, viewer, PURPOSE, Request, str(visit["request_id"]))
    person = request.get("person_id")
    helpers = [visit.get("supporter_id"), visit.get("stands_in_for")]
    mode, rules = _district(register, visit["district_id"])
    entries = release_records(
        register, viewer, PURPOSE, LedgerEntry, LedgerEntry.visit_id == identity,
        order=(LedgerEntry.made_at, LedgerEntry.id),
    )  # fmt: skip
    planned, going = _outlook(register, request.id)
    return VisitFile(
        visit=visit,
        request=request,
        series=_one(register, viewer, Series, visit.get("series_id")),
        place=_one(register, viewer, Place, request.get("place_id")),
        person=person_cards(register, viewer, [person], PURPOSE).get(str(person)),
        supporters=supporter_cards(register, viewer, helpers, PURPOSE),
        emergency=_emergency(register, viewer, person),
        rules=rules,
        paid=is_paid(mode, request.get("paid")),
        undecided=mode == "both" and request.get("paid") is None,
        entries=entries,
        still_planned=planned,
        going_on=going,
    )


def _one(register: Register, viewer: Viewer, record: type[Record], identity: Any) -> View | None:  # noqa: ANN401
    if identity is None:
        return None
    found = release_records(register, viewer, PURPOSE, record, record.id == identity)
    return found[0] if len(found) else None


def _emergency(register: Register, viewer: Viewer, person: str | None) -> str | None:
    found = _one(register, viewer, Person, person)
    return None if found is None else found.get("emergency_contact")


def _district(register: Register, identity: str | None) -> tuple[str | None, Arrangements]:
    asked = select(District.mode, District.arrangements).where(District.id == identity)
    with register.engine.connect() as connection:
        found = connection.execute(asked).one_or_none()
    return (None, Arrangements()) if found is None else (found[0], Arrangements.of(found[1]))


def _outlook(register: Register, request_id: str) -> tuple[int, int]:
    planned = select(func.count()).where(Visit.request_id == request_id, Visit.status == "planned")
    going = select(func.count()).where(Series.request_id == request_id, Series.status != "ended")
    with register.engine.connect() as connection:
        return connection.scalar(planned) or 0, connection.scalar(going) or 0
