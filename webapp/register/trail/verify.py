"""Proving the trail: the whole chain computed again, against the pulse and the anchors.

Read in pieces, so that a long trail needs no more memory than a short one.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, RowMapping, Text, select, type_coerce
from sqlalchemy.exc import SQLAlchemyError

from webapp.register.trail.access_event import START, AccessEvent, link_hash
from webapp.register.trail.anchors import EVERY, Anchor, AnchorLines, read_anchors
from webapp.register.trail.pulse import Pulse

_PIECE: Final = 2000
_SHOWN: Final = 20

_JSON: Final = ("fields", "facts")
_COLUMNS: Final = tuple(
    type_coerce(column, Text).label(column.key) if column.key in _JSON else column
    for column in AccessEvent.__table__.columns
)


@dataclass(frozen=True)
class TrailFault:
    """One thing that is not as it was written.

    ``code``: event_altered, events_gone, event_unreadable, end_gone, end_extra,
    end_differs, pulse_gone, anchor_beyond, anchor_differs, anchor_lines, anchors_missing,
    anchors_behind. ``sequence``: the first event it is about; null = it is about the
    anchors' file itself. ``until``: the last.
    """

    code: str
    sequence: int | None
    until: int | None = None


@dataclass
class Proof:
    """What a verification found."""

    events: int = 0
    """Events that stand in the register."""
    last: int = 0
    """Number of the last of them."""
    faults: list[TrailFault] = field(default_factory=list)
    """The first of them, at most twenty."""
    fault_count: int = 0
    first_at_fault: int | None = None
    """Number of the first event that is not as it was written; null = none, or not known."""
    anchors: int = 0
    """Anchors that fit."""
    anchored_to: int = 0
    """Number of the last event that an anchor holds fast; 0 = none."""
    verified_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def whole(self) -> bool:
        """Nothing was found."""
        return not self.fault_count

    @property
    def proven_to(self) -> int:
        """Events 1 to this are chained without a break; 0 = none."""
        first = self.first_at_fault
        return self.last if first is None else max(min(first - 1, self.last), 0)

    @property
    def held_to(self) -> int:
        """Events 1 to this cannot have been rewritten either: an anchor outside holds them."""
        return min(self.anchored_to, self.proven_to)

    def blame(self, code: str, sequence: int | None, until: int | None = None) -> None:
        """Keep a fault; from the twentieth on only count."""
        self.fault_count += 1
        if sequence is not None:
            known = sequence if self.first_at_fault is None else self.first_at_fault
            self.first_at_fault = min(known, sequence)
        if len(self.faults) < _SHOWN:
            self.faults.append(TrailFault(code, sequence, until))

    def document(self) -> dict[str, Any]:
        """The proof as JSON values."""
        return {
            "whole": self.whole,
            "events": self.events,
            "last": self.last,
            "first_at_fault": self.first_at_fault,
            "proven_to": self.proven_to,
            "held_to": self.held_to,
            "anchors": self.anchors,
            "fault_count": self.fault_count,
            "faults": [vars(fault) for fault in self.faults],
            "verified_at": self.verified_at.isoformat(timespec="seconds"),
        }


def verify_trail(engine: Engine, anchors: Path | None = None) -> Proof:
    """Compute the chain of ``engine`` again and compare; ``anchors``: their file, None = none."""
    proof = Proof()
    lines = read_anchors(anchors) if anchors is not None else None
    with _still(engine) as connection:
        end = connection.execute(select(Pulse.sequence, Pulse.hash)).mappings().one_or_none()
        last_hash = _Walk(proof, lines.anchors if lines else ()).follow(connection)
    _compare_end(proof, end, last_hash)
    if anchors is not None:
        _compare_anchors(proof, lines)
    proof.faults.sort(key=lambda fault: fault.sequence or 0)
    return proof


@contextmanager
def _still(engine: Engine) -> Generator[Connection]:
    """A connection that sees one moment, whatever is written meanwhile."""
    asked = engine
    if engine.dialect.name == "postgresql":
        asked = engine.execution_options(isolation_level="REPEATABLE READ")
    with asked.connect() as connection:
        yield connection


class _Walk:
    """One walk along the chain."""

    def __init__(self, proof: Proof, anchors: Sequence[Anchor]) -> None:
        self._proof = proof
        self._before: str | None = START
        self._held: dict[int, set[str]] = {}
        self._good = 0
        for anchor in anchors:
            self._held.setdefault(anchor.sequence, set()).add(anchor.hash)

    def follow(self, connection: Connection) -> str:
        """Walk to the end; the hash that stands there."""
        for found in _rows(connection):
            self._proof.events += 1
            if isinstance(found, int):
                self._pass_unreadable(found)
            else:
                self._pass(found)
        for sequence in sorted(self._held):
            self._proof.blame("anchor_beyond", self._proof.last + 1, sequence)
            break
        return self._before or ""

    def _pass(self, row: RowMapping) -> None:
        sequence, stored = row["sequence"], row["hash"]
        self._miss(sequence)
        fault = _fault_of(row, self._before)
        if fault is not None:
            self._proof.blame(fault, sequence)
        self._step(sequence, stored)

    def _pass_unreadable(self, sequence: int) -> None:
        self._miss(sequence)
        self._proof.blame("event_unreadable", sequence)
        self._step(sequence, None)

    def _miss(self, sequence: int) -> None:
        expected = self._proof.last + 1
        if sequence < expected:
            self._proof.blame("event_altered", sequence)
        elif sequence > expected:
            self._proof.blame("events_gone", expected, sequence - 1)
            self._before = None

    def _step(self, sequence: int, stored: str | None) -> None:
        self._before = stored
        self._proof.last = max(sequence, 0)
        for gone in [held for held in self._held if held < sequence]:
            del self._held[gone]
            self._proof.blame("anchor_differs", self._good + 1, gone)
        held = self._held.pop(sequence, None)
        if held is None:
            return
        if held == {stored}:
            self._good = self._proof.anchored_to = sequence
            self._proof.anchors += 1
        else:
            self._proof.blame("anchor_differs", self._good + 1, sequence)


def _rows(connection: Connection) -> Iterator[RowMapping | int]:
    """Every event in order; the bare number of one that cannot be read."""
    after: int | None = None
    while True:
        piece: list[RowMapping | int] = []
        try:
            piece += _piece(connection, after, _PIECE)
        except (ValueError, TypeError, SQLAlchemyError):
            piece += _one_by_one(connection, after)
        if not piece:
            return
        yield from piece
        last = piece[-1]
        after = last if isinstance(last, int) else last["sequence"]


def _piece(connection: Connection, after: int | None, count: int) -> list[RowMapping]:
    asked = select(*_COLUMNS).order_by(AccessEvent.sequence).limit(count)
    if after is not None:
        asked = asked.where(AccessEvent.sequence > after)
    return list(connection.execute(asked).mappings())


def _one_by_one(connection: Connection, after: int | None) -> Iterator[RowMapping | int]:
    asked = select(AccessEvent.sequence).order_by(AccessEvent.sequence).limit(_PIECE)
    if after is not None:
        asked = asked.where(AccessEvent.sequence > after)
    for sequence in list(connection.scalars(asked)):
        try:
            asked = select(*_COLUMNS).where(AccessEvent.sequence == sequence)
            yield connection.execute(asked).mappings().one()
        except (ValueError, TypeError, SQLAlchemyError):
            yield sequence


def _fault_of(row: RowMapping, before: str | None) -> str | None:
    """What is wrong with an event that follows ``before``; None = nothing, or not known."""
    values: dict[str, Any] = {**row}
    try:
        for name in _JSON:
            values[name] = None if values[name] is None else json.loads(values[name])
        found = link_hash(before or "", values)
    except (ValueError, TypeError, AttributeError):
        return "event_unreadable"
    return None if before is None or found == row["hash"] else "event_altered"


def _compare_end(proof: Proof, end: RowMapping | None, last_hash: str) -> None:
    if end is None:
        proof.blame("pulse_gone", proof.last + 1)
    elif end["sequence"] > proof.last:
        proof.blame("end_gone", proof.last + 1, end["sequence"])
    elif end["sequence"] < proof.last:
        proof.blame("end_extra", end["sequence"] + 1, proof.last)
    elif end["hash"] != last_hash:
        proof.blame("end_differs", max(proof.last, 1))


def _compare_anchors(proof: Proof, lines: AnchorLines | None) -> None:
    if lines is None or not lines.anchors:
        if proof.last > 2 * EVERY or (lines is not None and lines.faulty):
            proof.blame("anchors_missing", None)
        return
    if lines.faulty:
        proof.blame("anchor_lines", None, lines.faulty[0])
    if proof.last - max(anchor.sequence for anchor in lines.anchors) > 2 * EVERY:
        proof.blame("anchors_behind", None, lines.anchors[-1].sequence)
