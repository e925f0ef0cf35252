"""The call list of one request: who was asked with what outcome, who may still answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from geo.errors import NotFound
from webapp.casework.asking import OPEN
from webapp.casework.cards import PURPOSE, Card, person_cards, supporter_cards
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import Offer, Request
from webapp.register.released import release_records
from webapp.register.viewer import Viewer


@dataclass(frozen=True)
class Asked:
    """One offer and whom it was made to. ``left``: time to answer; negative = run out."""

    offer: View
    supporter: Card
    left: timedelta | None = None

    @property
    def is_open(self) -> bool:
        """It may still be answered."""
        return self.offer.get("status") in OPEN

    @property
    def overdue(self) -> bool:
        """It may be answered, but not in time."""
        return self.is_open and self.left is not None and self.left < timedelta()


@dataclass(frozen=True)
class CallList:
    """What a consultant has before them while phoning. ``person`` None: withheld or unknown."""

    request: View
    person: Card | None
    asked: tuple[Asked, ...]

    @property
    def waiting(self) -> tuple[Asked, ...]:
        """Who may still answer, whose time runs out first."""
        still = [one for one in self.asked if one.is_open]
        return tuple(sorted(still, key=lambda one: (one.left is None, one.left or timedelta())))

    @property
    def answered(self) -> tuple[Asked, ...]:
        """Who answered or need not any more, the latest first."""
        return tuple(one for one in reversed(self.asked) if not one.is_open)

    @property
    def accepted(self) -> Asked | None:
        """Who said yes."""
        return next((one for one in self.asked if one.offer.get("status") == "accepted"), None)

    @property
    def tried(self) -> frozenset[str]:
        """Supporters who are not the next one up: asked already, but for a mistake."""
        return frozenset(
            one.supporter.id for one in self.asked if one.offer.get("reason") != "mistaken"
        )


def read_call_list(register: Register, viewer: Viewer, request_id: str, now: datetime) -> CallList:
    """The call list of a request.

    Raises
    ------
    NotFound
        There is none, it is none of the viewer's business, or its person withholds it.
    """
    request = require_request(register, viewer, request_id)
    offers = release_records(
        register, viewer, PURPOSE, Offer, Offer.request_id == request_id,
        order=(Offer.asked_at, Offer.id),
    )  # fmt: skip
    cards = supporter_cards(register, viewer, [one.get("supporter_id") for one in offers])
    people = person_cards(register, viewer, [request.get("person_id")])
    asked = tuple(
        Asked(one, cards.get(one["supporter_id"], Card(one["supporter_id"])), _left(one, now))
        for one in offers
        if "supporter_id" in one
    )
    return CallList(request, people.get(request.get("person_id") or ""), asked)


def require_request(register: Register, viewer: Viewer, request_id: str) -> View:
    """One request as it may leave. Raises `NotFound`."""
    found = release_records(register, viewer, PURPOSE, Request, Request.id == request_id)
    if not found:
        raise NotFound(kind="request", id=request_id)
    return found[0]


def _left(offer: View, now: datetime) -> timedelta | None:
    due = offer.get("due_at")
    return None if due is None else due - now
