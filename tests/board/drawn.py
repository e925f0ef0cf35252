"""Boards drawn in a line: strokes by several hands, as the journal would hold them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from webapp.board.checks import check_stroke
from webapp.board.state import Board, Entry
from webapp.board.stroke import Stroke, read_stroke

EVENING = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)

Told = dict[str, Any]


def put(identity: str, kind: str, base: int | None = None, **values: object) -> Told:
    """A deed that puts something on the map or alters it."""
    return {"id": identity, "kind": kind, "base": base, "put": values}


def drop(identity: str, kind: str, base: int | None = None) -> Told:
    """A deed that takes something away."""
    return {"id": identity, "kind": kind, "base": base, "drop": True}


def house(identity: str, **values: object) -> Told:
    """A house near Kokura."""
    return put(identity, "house", **({"lon": 130.88, "lat": 33.88} | values))


def line(identity: str, watcher: str, watched: str, **values: object) -> Told:
    """A line of watching-over."""
    said = {"watcher": watcher, "watched": watched, "link": "watching"} | values
    return put(identity, "link", **said)


class Hand:
    """One who draws on a board."""

    def __init__(self, board: Board, seat: str) -> None:
        self.board = board
        self.seat = seat

    def draw(self, *deeds: Told, group: str | None = None) -> set[str]:
        """Draw; ids of what looks otherwise."""
        return self._do(turn="draw", deeds=list(deeds), group=group)

    def undo(self) -> set[str]:
        """Undo one's own last."""
        return self._do(turn="undo")

    def redo(self) -> set[str]:
        """Take the undo back."""
        return self._do(turn="redo")

    def _do(self, **told: object) -> set[str]:
        number = self.board.number + 1
        stroke = read_stroke({"stroke": f"stroke-{number}", **told})
        return self.board.apply(entry_of(self.board, stroke, self.seat))


def entry_of(board: Board, stroke: Stroke, seat: str) -> Entry:
    """The entry that the journal would hold."""
    checked = check_stroke(board, stroke, seat)
    number = board.number + 1
    return Entry(number, checked, seat, f"{seat}さん", EVENING + timedelta(seconds=number))


def seen(board: Board) -> dict[str, Told]:
    """What is to be seen, by id."""
    return {item.id: dict(item.values) for item in board.shown()}
