"""The table that devices sit at: one board of one workshop in memory, who writes, who waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import select

from webapp.board.checks import check_stroke
from webapp.board.items import Item
from webapp.board.journal import add_entry, find_entry, last_number, read_entries, require_open
from webapp.board.saying import Saying
from webapp.board.standing import find_withheld, stamp_now
from webapp.board.state import Board, Step, tell_item
from webapp.board.stroke import Stroke
from webapp.board.workshops import USUAL_MOST
from webapp.register.house import Register
from webapp.register.records import Workshop

_RECENT: Final = 20
"""So many of the last strokes are told with their names."""

_LOOK: Final = 2.0
"""Seconds after which a waiting device looks for what another process wrote."""


@dataclass(frozen=True)
class News:
    """What is new on the board since some entry. ``items``: as devices get them.

    ``says``: what the whole map says now, see `webapp.board.saying`.
    ``strokes``: who drew what of it, the last few.
    """

    number: int
    saved_at: datetime | None
    step: Step | None
    items: list[dict[str, Any]]
    says: dict[str, Any]
    strokes: list[dict[str, Any]]

    def written(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "number": self.number,
            "saved_at": None if self.saved_at is None else self.saved_at.isoformat(),
            "step": None if self.step is None else self.step.told(datetime.now(UTC)),
            "items": self.items,
            "says": self.says,
            "strokes": self.strokes,
        }


class Table:
    """One workshop's table. The journal is the truth; this is its reading in memory."""

    def __init__(self, register: Register, workshop_id: str) -> None:
        self._register = register
        self._id = workshop_id
        self._bell = threading.Condition()
        self._board = Board()
        self._looked = 0.0
        self._too_many = _too_many_of(register, workshop_id)
        self._said: tuple[int, dict[str, Any]] = (-1, {})
        self._told: dict[int, News] = {}
        """By the entry since which it is new: many devices ask for the same."""
        self._ended = False
        self._stamp: object = None
        self._gone: dict[str, str] = {}
        with self._bell:
            self._catch_up()

    @property
    def workshop_id(self) -> str:
        """Whose table it is."""
        return self._id

    def write(self, stroke: Stroke, seat: str, name: str) -> int:
        """Write a stroke down and show it to all; the number of its entry.

        A stroke that was written down before gets the number it has.

        Raises
        ------
        NotFound, WorkshopShut, StrokeWrong, ItemGone, LineThere, UndoNothing, UndoInUse
        StorageFull, StorageReadOnly, StorageBusy
        """
        with self._bell:
            with self._register.write() as connection:
                require_open(connection, self._id)
                before = find_entry(connection, self._id, stroke.id)
                if before is not None:
                    return before
                self._take(read_entries(connection, self._id, self._board.number))
                checked = check_stroke(self._board, stroke, seat)
                number, at = self._board.number + 1, datetime.now(UTC)
                entry = add_entry(connection, self._id, number, checked, (seat, name), at)
            self._board.apply(entry)
            self._bell.notify_all()
            return number

    def news(self, since: int) -> News:
        """What looks otherwise than after entry ``since``; everything after entry 0."""
        with self._bell:
            self._catch_up(at_once=not since)
            return self._news(since)

    def wait(self, since: int, seconds: float) -> News | None:
        """What is new once something is; None when nothing was in time."""
        until = time.monotonic() + seconds
        with self._bell:
            while self._board.number <= since:
                left = until - time.monotonic()
                if left <= 0 or self._ended:
                    return None
                self._bell.wait(min(left, _LOOK))
                self._catch_up()
            return self._news(since)

    def end(self) -> None:
        """Let go of whoever waits, for good."""
        with self._bell:
            self._ended = True
            self._bell.notify_all()

    def board(self) -> Board:
        """A board of one's own, as of now."""
        with self._bell:
            self._catch_up(at_once=True)
            board = Board(self._board.entries)
            board.hidden = self._board.hidden
            return board

    def _news(self, since: int) -> News:
        if any(one.number != self._board.number for one in self._told.values()):
            self._told.clear()
        if since not in self._told:
            self._told[since] = self._gather(since)
        return self._told[since]

    def _gather(self, since: int) -> News:
        board = self._board
        return News(
            board.number,
            board.saved_at,
            board.step,
            [*self._tell(since), *(self._tell_gone(board.number) if since else ())],
            self._say(),
            [
                {
                    "number": one.number,
                    "stroke": one.stroke.id,
                    "name": one.name,
                    "items": [deed.id for deed in one.stroke.deeds],
                }
                for one in board.entries[-_RECENT:]
                if since and one.number > since
            ],
        )

    def _tell(self, since: int) -> Iterator[dict[str, Any]]:
        board = self._board
        for item in board.items.values():
            if item.number > since and (since or board.is_shown(item)):
                yield tell_item(board, item)

    def _tell_gone(self, number: int) -> Iterator[dict[str, Any]]:
        """What devices may still show and the register tells of no longer."""
        board = self._board
        away = [one for one in board.items.values() if board.hidden and not board.is_shown(one)]
        for identity, kind in (self._gone | {one.id: one.kind for one in away}).items():
            yield {"id": identity, "kind": kind, "number": number, "shown": False}

    def _say(self) -> dict[str, Any]:
        """What the map says; read once for all devices after each entry."""
        number = self._board.number
        if self._said[0] != number:
            self._said = (number, Saying(self._board).written(self._too_many))
        return self._said[1]

    def _catch_up(self, *, at_once: bool = False) -> None:
        """Take what another process wrote; looked for every `_LOOK` seconds, or at once."""
        if not at_once and self._looked and time.monotonic() - self._looked < _LOOK:
            return
        self._looked = time.monotonic()
        with self._register.engine.connect() as connection:
            stamp, last = stamp_now(connection), last_number(connection, self._id)
            is_same, before = stamp == self._stamp, self._board.items
            if last < self._board.number or not is_same:
                self._board, hidden = Board(), self._board.hidden
                self._board.hidden = hidden
            self._take(read_entries(connection, self._id, self._board.number) if last else [])
        if not is_same:
            self._stamp = stamp
            self._hide(before)

    def _hide(self, before: Mapping[str, Item]) -> None:
        """Show nothing of those whom the register tells of no longer, or has erased."""
        board, self._said = self._board, (-1, {})
        self._told.clear()
        board.hidden = find_withheld(self._register, board.items.values())
        gone = {one.id: one.kind for one in before.values() if one.id not in board.items}
        self._gone = {k: v for k, v in (self._gone | gone).items() if k not in board.items}

    def _take(self, entries: list[Any]) -> None:
        for entry in entries:
            self._board.apply(entry)
        if entries:
            self._bell.notify_all()


def _too_many_of(register: Register, workshop_id: str) -> int:
    asked = select(Workshop.too_many).where(Workshop.id == workshop_id)
    with register.engine.connect() as connection:
        return connection.scalar(asked) or USUAL_MOST


class Tables:
    """The tables of this server, each laid when somebody first comes."""

    def __init__(self, register: Register, streams: int) -> None:
        self._register = register
        self._lock = threading.Lock()
        self._tables: dict[str, Table] = {}
        self._places = threading.BoundedSemaphore(max(streams, 1))
        self.ended = False
        """Whether the server stops; streams end then."""
        self.looked_on: date | None = None
        """The day on which hall editions that are over were last looked for."""

    def of(self, workshop_id: str) -> Table:
        """The table of a workshop."""
        with self._lock:
            if workshop_id not in self._tables:
                self._tables[workshop_id] = Table(self._register, workshop_id)
            return self._tables[workshop_id]

    def clear(self, workshop_id: str) -> None:
        """Forget what is in memory, as when the journal was erased."""
        with self._lock:
            self._tables.pop(workshop_id, None)

    def end(self) -> None:
        """Let go of every device that listens, as when the server stops."""
        self.ended = True
        with self._lock:
            tables = list(self._tables.values())
        for table in tables:
            table.end()

    def take_place(self) -> bool:
        """A place for one more stream; False when as many listen as may."""
        return self._places.acquire(blocking=False)

    def leave_place(self) -> None:
        """Give the place of a stream back."""
        self._places.release()
