"""What to do about it: worries on the map and houses without a line, each with its 課題カード."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from webapp.board.items import Item
from webapp.board.naming import name_item
from webapp.board.saying import Saying
from webapp.board.state import Board
from webapp.board.stroke import Stroke, read_stroke
from webapp.wording import Language, say

LONGEST: Final = 200
"""Characters of a card's worry, as a meeting keeps it."""


@dataclass(frozen=True)
class Concern:
    """Something a card can be about; ``id``: its item on the map.

    ``text``: what is written on a new card about it.
    """

    id: str
    kind: Literal["worry", "no_line"]
    name: str
    text: str
    cards: tuple[Item, ...]


@dataclass(frozen=True)
class Said:
    """A card as a form says it; ``by`` a day, YYYY-MM-DD; "" = nothing said."""

    worry: str
    who: str = ""
    by: str = ""
    done: bool = False


def list_concerns(board: Board, lang: Language) -> list[Concern]:
    """The worries, then the houses that nobody looks in on; in the order of the map."""
    cards = _cards_by_subject(board)
    worries = [
        _concern(board, one.id, "worry", str(one.values["text"])[:LONGEST], cards, lang)
        for one in board.of_kind("worry")
    ]
    return worries + [
        _concern(board, one, "no_line", say("card.no_line", lang), cards, lang)
        for one in Saying(board).homes_with(0)
    ]


def other_cards(board: Board, told: list[Concern]) -> list[Item]:
    """Cards that are about none of these."""
    about = {one.id for one in told}
    return [one for one in board.of_kind("card") if one.values.get("about") not in about]


def card_stroke(
    stroke: str, said: Said, *, card: str = "", base: int | None = None, about: str = ""
) -> Stroke:
    """The stroke that makes a card, or alters the one named.

    Raises
    ------
    StrokeWrong
        Words that are missing or too long, a day that is none.
    """
    put: dict[str, Any] = {
        "worry": said.worry.strip(),
        "who": said.who.strip() or None,
        "by": said.by or None,
        "done": said.done,
    }
    deed: dict[str, Any] = {"id": card or f"card-{stroke}", "kind": "card", "base": base}
    deed["put"] = put if card else put | {"about": about or None}
    return read_stroke({"stroke": stroke, "turn": "draw", "deeds": [deed]})


def drop_stroke(stroke: str, card: str, base: int | None) -> Stroke:
    """The stroke that takes a card away. Raises `StrokeWrong`."""
    deed = {"id": card, "kind": "card", "base": base, "drop": True}
    return read_stroke({"stroke": stroke, "turn": "draw", "deeds": [deed]})


def _concern(
    board: Board,
    identity: str,
    kind: Literal["worry", "no_line"],
    text: str,
    cards: dict[str, list[Item]],
    lang: Language,
) -> Concern:
    name = name_item(board, identity, lang)
    return Concern(identity, kind, name, text, tuple(cards.get(identity, ())))


def _cards_by_subject(board: Board) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for card in board.of_kind("card"):
        if card.values.get("about"):
            found.setdefault(card.values["about"], []).append(card)
    return found
