"""Cards that go on after the evening: kept in the register as a meeting of the residents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final

from webapp.board.minutes import Counted
from webapp.board.state import REGISTER, Board
from webapp.board.workshops import PURPOSE
from webapp.casework.meetings import Minutes, TaskCard, add_cards, hold_meeting
from webapp.faults import DrawingGoesOn
from webapp.register.consents import JAPAN
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import Meeting
from webapp.register.viewer import Viewer
from webapp.wording import Language, say

OVER: Final = ("review", "done")
"""Steps of a workshop in which its cards can be kept."""

_EVENING: Final = time(19)
"""When a workshop began in whose journal nobody drew."""


def kept_cards(register: Register, viewer: Viewer, workshop: View) -> int | None:
    """How many cards of this workshop are in the register; None = nothing was kept."""
    with register.look(viewer, PURPOSE) as look:
        found = look.several(Meeting, Meeting.id == _meeting_id(workshop))
    return len(found[0].get("cards") or ()) if found else None


def keep_cards(
    register: Register,
    viewer: Viewer,
    workshop: View,
    board: Board,
    cards: Sequence[TaskCard],
    decided: str,
) -> None:
    """Write a meeting of kind ``residents`` down; a second time adds the cards that are new.

    Raises
    ------
    DrawingGoesOn
        The drawing has not ended.
    ParameterWrong
        A card without a worry, too many, or words that are too long.
    """
    if workshop["status"] not in OVER:
        raise DrawingGoesOn(status=workshop["status"])
    identity = _meeting_id(workshop)
    if kept_cards(register, viewer, workshop) is not None:
        add_cards(register, viewer, identity, cards, purpose=PURPOSE)
        return
    minutes = Minutes(
        _began(workshop, board), "residents", str(workshop["title"]),
        decisions=decided, cards=tuple(cards),
    )  # fmt: skip
    hold_meeting(
        register, viewer, str(workshop["district_id"]), minutes, purpose=PURPOSE, identity=identity
    )


def say_decided(before: Counted, after: Counted, next_on: date | None, lang: Language) -> str:
    """What the map says, as the meeting's decisions begin with it."""
    said = say(
        "minutes.decided", lang, homes=after.homes, lines=after.lines, no_line=after.no_line,
        lines_before=before.lines, no_line_before=before.no_line,
    )  # fmt: skip
    if next_on is None:
        return said
    return f"{said}\n{say('minutes.decided_next', lang, day=next_on.isoformat())}"


def _began(workshop: View, board: Board) -> datetime:
    """When the first hand drew."""
    drawn = next((one.at for one in board.entries if one.seat != REGISTER), None)
    return drawn or datetime.combine(workshop["held_on"], _EVENING, JAPAN)


def _meeting_id(workshop: View) -> str:
    """One workshop is one meeting, however often its cards are kept."""
    return f"{Meeting.PREFIX}{workshop.id[1:]}"
