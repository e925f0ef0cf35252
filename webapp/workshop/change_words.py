"""What changed between two maps in words, and as it is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from geo import terms
from geo.draw.neighbourhood import DrawnHouse, DrawnLine, HouseLook
from webapp.answers.changes_paper import Part
from webapp.board.changes import Altered, Changes, Left
from webapp.board.homes import homes_of, house_of, is_there, spot_of
from webapp.board.items import Item
from webapp.board.naming import name_item
from webapp.board.state import Board
from webapp.wording import Language, say
from webapp.workshop.naming import name_end

LEGEND: Final = (("new", "came"), ("left", "left"), ("altered", "altered"), ("bare", "bare"),
                 ("gained", "gained"), ("lost", "lost"))  # fmt: skip
"""Looks of the map by the words that say them."""


def change_parts(changes: Changes, before: Board, after: Board, lang: Language) -> list[Part]:
    """What changed, kind by kind; kinds of which there is nothing are left out."""
    told = {
        "left": [_say_left(before, one, lang) for one in changes.left],
        "came": [name_end(after, one, lang) for one in changes.came],
        "altered": [_say_altered(after, one, lang) for one in changes.altered],
        "lost": [say_tie(before, one, lang) for one in changes.lost],
        "gained": [say_tie(after, one, lang) for one in changes.gained],
        "bare": [name_item(after, one.id, lang) for one in changes.bare],
        "reached": [name_item(after, one.id, lang) for one in changes.reached],
    }
    return [Part(say(f"changes.{name}", lang), rows) for name, rows in told.items() if rows]


def say_tie(board: Board, line: Item, lang: Language) -> str:
    """A line: from whom to whom, and its kind."""
    ends = [name_end(board, board.items[str(line.values[one])], lang)
            for one in ("watcher", "watched")]  # fmt: skip
    kind = terms.label("link", str(line.values["link"]), lang)
    sign = "⇔" if line.values.get("direction") == "mutual" else "→"
    return say("changes.tie", lang, start=ends[0], sign=sign, end=ends[1], kind=kind)


def _say_left(board: Board, left: Left, lang: Language) -> str:
    name = name_end(board, left.item, lang)
    if left.how is None:
        return say("changes.taken_off", lang, name=name)
    return say("changes.gone", lang, name=name, how=terms.label("ending", left.how, lang))


def _say_altered(board: Board, altered: Altered, lang: Language) -> str:
    between = "、" if lang == "ja" else ", "
    item = altered.after
    fields = between.join(
        say(f"changes.field_{one}" if one in _FIELDS else "changes.field_else", lang)
        for one in altered.fields
    )
    name = say_tie(board, item, lang) if item.kind == "link" else name_end(board, item, lang)
    return say("changes.about", lang, name=name, fields=fields)


_FIELDS: Final = ("name", "address", "composition", "part", "age", "strength", "how_often")


def draw_changes(
    changes: Changes, before: Board, after: Board
) -> tuple[list[DrawnHouse], list[DrawnLine]]:
    """Houses and lines as they are drawn; who stayed as before is a dot."""
    looks: dict[str, HouseLook] = {
        **{one.after.id: "altered" for one in changes.altered if one.after.kind == "house"},
        **{one.id: "bare" for one in changes.bare},
        **{one.id: "new" for one in changes.came if one.kind == "house"},
    }
    ends = {house for one in changes.gained for house in _houses_of(after, one)}
    ends |= {house for one in changes.lost for house in _houses_of(before, one)}
    ends |= {str(one.values.get("house")) for one in changes.came if one.kind == "person"}
    drawn = [
        DrawnHouse(
            spot, str(home.number or "–"), looks.get(key, "plain" if key in ends else "other")
        )
        for key, home in homes_of(after).items()
        if (spot := spot_of(after, home.house)) is not None
    ]
    drawn += [
        DrawnHouse(spot, str(one.item.values.get("number") or "–"), "left")
        for one in changes.left
        if one.item.kind == "house" and (spot := spot_of(before, one.item)) is not None
    ]
    return drawn, [*_ties(before, changes.lost, "lost"), *_ties(after, changes.gained, "gained"),
                   *_kept(changes, after)]  # fmt: skip


_PLAIN: Final[tuple[HouseLook, HouseLook]] = ("other", "plain")
"""Of a house that stayed as it was: without and with a line that changed."""


def _houses_of(board: Board, line: Item) -> Iterator[str]:
    for end in ("watcher", "watched"):
        house = house_of(board, board.items[str(line.values[end])])
        if house is not None:
            yield house.id


def _kept(changes: Changes, after: Board) -> Iterator[DrawnLine]:
    gained = {one.id for one in changes.gained}
    kept = [one for one in after.of_kind("link") if one.id not in gained and is_there(after, one)]
    return _ties(after, kept, "kept")


def _ties(board: Board, lines: list[Item], look: str) -> Iterator[DrawnLine]:
    for one in lines:
        start, end = (spot_of(board, board.items[str(one.values[end])])
                      for end in ("watcher", "watched"))  # fmt: skip
        if start is not None and end is not None:
            yield DrawnLine(start, end, look)  # type: ignore[arg-type]
