"""Whether a stroke can be drawn on the board as it is now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from webapp.board.items import Item
from webapp.board.kinds import ENDS, REFERS, is_whole
from webapp.board.state import Board
from webapp.board.stroke import Deed, Stroke
from webapp.faults import ItemGone, LineThere, StrokeWrong, UndoInUse, UndoNothing


def check_stroke(board: Board, stroke: Stroke, seat: str) -> Stroke:
    """The stroke as it can be written down; an undo names what it undoes.

    Raises
    ------
    StrokeWrong, ItemGone, LineThere, UndoNothing, UndoInUse
    """
    if stroke.turn == "undo":
        return replace(stroke, group=_to_undo(board, seat))
    if stroke.turn == "redo":
        return replace(stroke, group=_to_redo(board, seat))
    fresh: dict[str, str] = {}
    for deed in stroke.deeds:
        _check_deed(board, deed, fresh)
        if deed.values is not None:
            fresh[deed.id] = deed.kind
    return replace(stroke, deeds=tuple(_number_houses(board, stroke.deeds)))


def _number_houses(board: Board, deeds: tuple[Deed, ...]) -> Iterator[Deed]:
    """The deeds; a new house that brings no number gets the next that no house ever had here."""
    after = 0
    for deed in deeds:
        said = deed.values or {}
        if deed.kind == "house" and said and deed.id not in board.items and not said.get("number"):
            after = (after or _highest_number(board, deeds)) + 1
            yield replace(deed, values={**said, "number": after})
        else:
            yield deed


def _highest_number(board: Board, deeds: tuple[Deed, ...]) -> int:
    """Of every house that ever was here, also of those undone: they may come back."""
    strokes = (*(entry.stroke.deeds for entry in board.entries), deeds)
    houses = (deed for told in strokes for deed in told if deed.kind == "house")
    return max(((deed.values or {}).get("number") or 0 for deed in houses), default=0)


def _check_deed(board: Board, deed: Deed, fresh: Mapping[str, str]) -> None:
    there = board.items.get(deed.id)
    if there is not None and there.kind != deed.kind:
        raise StrokeWrong(field="kind", wanted=there.kind)
    if deed.values is None:
        if there is None:
            raise ItemGone(id=deed.id)
        return
    values = _after(there, deed)
    if not is_whole(deed.kind, values):
        if deed.base is not None and there is not None and not there.values:
            raise ItemGone(id=deed.id)
        raise StrokeWrong(field="put", wanted=f"all that a {deed.kind} needs")
    for name in REFERS.get(deed.kind, ()):
        _check_reference(board, deed.kind, values.get(name), fresh)
    if deed.kind == "link":
        _check_line(board, deed.id, values)


def _after(there: Item | None, deed: Deed) -> dict[str, Any]:
    """What would be said of it."""
    before = {} if there is None else there.values
    after = {**before, **(deed.values or {})}
    return {name: value for name, value in after.items() if value is not None}


def _check_reference(
    board: Board, kind: str, identity: str | None, fresh: Mapping[str, str]
) -> None:
    if identity is None or kind == "card":
        return
    there = board.items.get(identity)
    found = fresh.get(identity)
    if found is None and there is not None and board.is_shown(there):
        found = there.kind
    if found is None:
        raise ItemGone(id=identity)
    wanted = {"person": ("house",), "link": ENDS}.get(kind)
    if wanted is not None and found not in wanted:
        raise StrokeWrong(field=kind, wanted=" / ".join(wanted))


def _check_line(board: Board, identity: str, values: Mapping[str, Any]) -> None:
    ends = (values["watcher"], values["watched"])
    if ends[0] == ends[1]:
        raise StrokeWrong(field="watched", wanted="somebody else")
    for line in _lines_between(board, *ends):
        if line.id == identity or line.values["link"] != values["link"]:
            continue
        theirs = (line.values["watcher"], line.values["watched"])
        if theirs == ends or (theirs == ends[::-1] and line.values.get("direction") == "mutual"):
            raise LineThere(id=line.id, reverse=False)
        if theirs == ends[::-1]:
            raise LineThere(id=line.id, reverse=True)


def _lines_between(board: Board, one: str, other: str) -> Iterator[Item]:
    """The lines that are to be seen between two, whichever way."""
    for item in board.items.values():
        if item.kind == "link" and {one, other} == set(item.refers()) and board.is_shown(item):
            yield item


def _to_undo(board: Board, seat: str) -> str:
    mine = [one for one in board.live_entries() if one.seat == seat]
    if not mine:
        raise UndoNothing
    group = mine[-1].group
    since = next(one.number for one in mine if one.group == group)
    made = _made_by(board, group)
    for entry in board.live_entries():
        if entry.seat != seat and entry.number > since:
            for deed in entry.stroke.deeds:
                if made.intersection(_about(deed)):
                    raise UndoInUse(name=entry.name)
    return group[1]


def _made_by(board: Board, group: tuple[str, str]) -> set[str]:
    """Ids of the items that this group brought onto the map."""
    first: dict[str, tuple[str, str]] = {}
    for entry in board.live_entries():
        for deed in entry.stroke.deeds:
            first.setdefault(deed.id, entry.group)
    return {identity for identity, by in first.items() if by == group}


def _about(deed: Deed) -> Iterator[str]:
    """The items a deed alters or hangs something on."""
    yield deed.id
    for name in REFERS.get(deed.kind, ()):
        named = (deed.values or {}).get(name)
        if isinstance(named, str):
            yield named


def _to_redo(board: Board, seat: str) -> str:
    stack: list[str] = []
    for entry in board.entries:
        if entry.seat != seat:
            continue
        match entry.stroke.turn:
            case "draw":
                stack.clear()
            case "undo":
                stack.append(entry.stroke.group)
            case "redo":
                stack.remove(entry.stroke.group)
            case "guide":
                pass
    if not stack:
        raise UndoNothing
    return stack[-1]
