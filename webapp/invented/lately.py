"""The last days: cases in every state, so that today's page has something to say."""

from __future__ import annotations

from datetime import timedelta

from webapp.invented.cases import Case, Year
from webapp.invented.ground import Ground
from webapp.register.consents import JAPAN
from webapp.register.records import Offer

_SOON = timedelta(days=10)


def leave_open(ground: Ground, cases: list[Case]) -> None:
    """Put the youngest cases back to where they would stand after so few days.

    In turn: just received, taken up, asked and waiting, asked and not reached, settled.
    """
    states = ("received", "coordinating", "asking", "absent", "settled")
    young = [one for one in cases if ground.now - one.received_at < _SOON]
    for place, case in enumerate(reversed(young)):
        _put_back(ground, case, states[place % len(states)])


def _put_back(ground: Ground, case: Case, state: str) -> None:
    request = case.request
    offers = [
        one.new
        for one in ground.drawn
        if one.record is Offer and one.new is not None and one.new["request_id"] == request["id"]
    ]
    request["reason"] = None
    request["status"] = "asking" if state == "absent" else state
    if state in {"received", "coordinating"}:
        ground.drawn = [one for one in ground.drawn if one.new not in offers]
        return
    if state == "settled":
        if not any(one["status"] == "accepted" for one in offers):
            request["status"] = "unmet"
        return
    for offer in offers:
        if offer["status"] == "accepted":
            offer |= {
                "status": "waiting" if state == "asking" else "absent",
                "asked_at": ground.now - timedelta(hours=5),
                "due_at": ground.now + timedelta(hours=ground.lot.randrange(2, 44)),
                "answered_at": None,
            }
    if not any(one["status"] in {"waiting", "absent"} for one in offers):
        request["status"] = "coordinating"


def draw_lately(ground: Ground, year: Year, count: int = 14) -> list[Case]:
    """Calls of the last week, whatever part of the year it is."""
    last = ground.now.astimezone(JAPAN).date()
    cases = year.draw(last - timedelta(days=6), last, count, count)
    leave_open(ground, cases)
    return cases
