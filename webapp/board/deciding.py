"""Deciding on what an evening found: one item, one verdict, one transaction.

Two may review at once: whoever comes second is told, and nothing is entered twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection

from webapp.board.confirming import confirm_records
from webapp.board.entering import Entering
from webapp.board.journal import read_entries
from webapp.board.likeness import find_alike, read_neighbours
from webapp.board.reviewing import Find, Reviewing
from webapp.board.standing import allow_now
from webapp.board.state import Board
from webapp.board.verdicts import Verdict, keep_verdict, read_verdicts
from webapp.faults import ReviewDone, ReviewHindered, ReviewShut, ReviewStale
from webapp.register.change import Change
from webapp.register.consents import JAPAN
from webapp.register.house import Register
from webapp.register.records import Workshop
from webapp.register.viewer import Viewer

PURPOSE: Final = "workshop"

VERDICTS: Final = ("entered", "left", "later")


@dataclass(frozen=True)
class Decision:
    """What somebody decided on an item.

    ``seen``: the last entry that was before the eyes; ``version``: of the record shown,
    0 = none was; ``same``: the id of the record that it is, null = it is new.
    """

    item: str
    verdict: str
    seen: int
    version: int = 0
    same: str | None = None


def read_review(register: Register, workshop_id: str) -> Reviewing:
    """The map of a workshop against its beginning, and what was decided on it."""
    with register.engine.connect() as connection:
        return _read(register, connection, workshop_id)


def decide(
    register: Register, viewer: Viewer, workshop_id: str, decisions: list[Decision], now: datetime
) -> None:
    """Write the verdicts down, and what is to enter into the register; all or none.

    Raises
    ------
    ReviewShut, ReviewDone, ReviewStale, ReviewHindered
    NotFound, RecordStale, RecordWithheld, StepIllegal
    """
    with register.change(viewer, PURPOSE, "review") as change:
        workshop = change.get(Workshop, workshop_id)
        if workshop.status != "review" or is_over(workshop.keep_until, now):
            raise ReviewShut(status=workshop.status)
        for decision in decisions:
            reviewing = _read(register, change.session.connection(), workshop_id)
            find = _still_open(reviewing, decision)
            if find is not None:
                _require_like(register, change, workshop, reviewing, find, decision)
                _decide(change, workshop, reviewing, find, decision, now)


def finish_review(register: Register, viewer: Viewer, workshop_id: str, version: int) -> None:
    """End the review; what the hall confirmed as it was is as of now in the register.

    Raises
    ------
    NotFound, RecordStale, RecordWithheld, StepIllegal
    """
    with register.change(viewer, PURPOSE, "reviewed") as change:
        change.revise(Workshop, workshop_id, version, status="done")
        board = Board(read_entries(change.session.connection(), workshop_id))
        confirm_records(change, board, allow_now(register, board.shown()))


def is_over(keep_until: date, now: datetime) -> bool:
    """Whether the last day of a hall edition has passed in Japan."""
    return keep_until < now.astimezone(JAPAN).date()


def _read(register: Register, connection: Connection, workshop_id: str) -> Reviewing:
    board = Board(read_entries(connection, workshop_id))
    allowed = allow_now(register, board.items.values())
    return Reviewing(board, read_verdicts(connection, workshop_id), allowed)


def _decide(
    change: Change,
    workshop: Workshop,
    reviewing: Reviewing,
    find: Find,
    decision: Decision,
    now: datetime,
) -> None:
    became, entered, number = {find.item.id: dict[str, str]()}, 0, reviewing.board.number
    if decision.verdict == "entered":
        if find.hindrance is not None:
            raise ReviewHindered(reason=find.hindrance)
        entering = Entering(change, workshop, reviewing, find, decision.version, decision.same)
        became, entered = {find.item.id: entering.enter(), **entering.also}, number
    for item, records in became.items():
        verdict = Verdict(
            item, decision.verdict, number, entered, records, now, change.viewer.account
        )
        keep_verdict(change.session, workshop.id, verdict)
    change.note("review", workshop=workshop.id, item=find.item.id, verdict=decision.verdict)


def _still_open(reviewing: Reviewing, decision: Decision) -> Find | None:
    """What there is to decide on; None = the same was decided before."""
    known, find = reviewing.verdicts.get(decision.item), reviewing.finds.get(decision.item)
    decided = None if find is None else reviewing.verdict_of(find)
    if find is None or decided == "entered":
        if known is not None and known.verdict == decision.verdict:
            return None
        raise ReviewDone(verdict="–" if known is None else known.verdict)
    if find.item.number > decision.seen:
        raise ReviewStale(number=find.item.number)
    return find


def _require_like(
    register: Register,
    change: Change,
    workshop: Workshop,
    reviewing: Reviewing,
    find: Find,
    decision: Decision,
) -> None:
    """Whoever is said to be the same must have been pointed out."""
    if decision.same is None:
        return
    connection = change.session.connection()
    neighbours = read_neighbours(register, connection, workshop.district_id)
    if decision.same not in {one for one, _ in find_alike(neighbours, reviewing, find)}:
        raise ReviewHindered(reason="same")
