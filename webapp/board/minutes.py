"""The minutes of a workshop, printed the same day: what the map says in numbers, and the cards.

No house and nobody who is looked after is named, and no illness. Who sees to a card is named:
that is what the minutes are for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from webapp.answers.meeting_paper import Paper, Section
from webapp.board.concerns import LONGEST
from webapp.board.discretion import hide_illness
from webapp.board.items import Item
from webapp.board.leaving import leave
from webapp.board.naming import name_item
from webapp.board.saying import Saying
from webapp.board.standing import allow_now
from webapp.board.state import REGISTER, Board
from webapp.board.workshops import PURPOSE
from webapp.casework.meetings import TaskCard
from webapp.casework.unnamed import BLOT, Blotter
from webapp.register.allowances import Output
from webapp.register.consents import JAPAN
from webapp.register.export_copies import Mark
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.scrubbing import BLOT as SCRUBBED
from webapp.register.trail.reads import extent_event
from webapp.register.viewer import Viewer
from webapp.wording import Language, say

RECIPIENT = "district_group"
"""Whom the minutes go to, as copies call them: those who were there."""

_TOLD = ["by", "who", "worry"]
_ROOM = 4
"""Empty rows to write on."""


@dataclass(frozen=True)
class Counted:
    """What a map says in numbers."""

    homes: int
    lines: int
    no_line: int
    one_line: int
    too_many: int

    @classmethod
    def of(cls, board: Board, too_many: int) -> Counted:
        """Read off a board."""
        said = Saying(board).written(too_many)
        lists = (len(said[name]) for name in ("no_line", "one_line", "too_many"))
        return cls(said["homes"], said["lines"], *lists)


@dataclass(frozen=True)
class Minuted:
    """What the minutes tell, as `webapp.register.export_copies` asks for it.

    ``before``: the map as it was when the evening began.
    """

    viewer: Viewer
    output: Output
    district: str | None
    households: list[str]
    told: list[str]
    before: Counted
    after: Counted
    worries: int
    cards: list[TaskCard]

    @property
    def count(self) -> int:
        """How many cards."""
        return len(self.cards)


def take_minutes(
    register: Register, viewer: Viewer, workshop: View, board: Board, lang: Language
) -> Minuted:
    """What the minutes of this evening tell; that it leaves is in the trail."""
    most, district = workshop["too_many"], str(workshop["district_id"])
    opened = Board(one for one in board.entries if one.seat == REGISTER)
    cards = tell_cards(register, district, board, lang)
    made = Minuted(
        viewer,
        Output(PURPOSE, RECIPIENT, datetime.now(UTC)),
        district,
        sorted(_homes(board)),
        _TOLD,
        Counted.of(opened, most),
        Counted.of(board, most),
        len(board.of_kind("worry")),
        [told for _, told in cards],
    )
    read = extent_event(viewer, PURPOSE, "workshop", district, made.count, made.told)
    facts = {**(read.facts or {}), "recipient": RECIPIENT}
    register.keep([replace(read, deed="export", facts=facts)])
    return made


def tell_cards(
    register: Register, district: str, board: Board, lang: Language
) -> list[tuple[Item, TaskCard]]:
    """The cards that may leave the hall, each without names of those looked after, or illness."""
    gone = leave(board, "hall", allow_now(register, board.shown(), "hall"))
    with register.engine.connect() as connection:
        blotter = Blotter.of(connection, district).also(_names(board))
    return [(one, _told(board, one, blotter, lang)) for one in gone if one.kind == "card"]


def minutes_paper(
    told: Minuted, heading: tuple[str, str], mark: Mark, next_on: date | None, lang: Language
) -> Paper:
    """The paper. ``heading``: the title of the workshop, and the day with the district."""
    title, about = heading
    day = say("minutes.no_day", lang) if next_on is None else next_on.isoformat()
    return Paper(
        title=f"{title}　{say('minutes.title', lang)}",
        lines=[about],
        notice=say("meeting.notice", lang),
        sections=[
            _numbers(told, lang),
            _cards(told.cards, lang),
            Section(say("minutes.next", lang), text=day),
            Section(
                say("minutes.noticed", lang), heads=[say("minutes.by_hand", lang)],
                widths=[1.0], blank=_ROOM,
            ),
        ],
        foot=[say("figure.made", lang, day=told.output.at.astimezone(JAPAN).date().isoformat())],
        page_word=say("figure.page", lang),
        mark=say(
            "list.copy_foot", lang, label=mark.label, holder=mark.holder,
            day=mark.return_by.isoformat(),
        ),
    )  # fmt: skip


def numbers_of(told: Counted, before: Counted, lang: Language) -> list[list[str]]:
    """What the map says, before and after, in rows."""
    return [
        [say(f"minutes.count_{name}", lang), str(getattr(before, name)), str(getattr(told, name))]
        for name in ("homes", "lines", "no_line", "one_line", "too_many")
    ]


def _numbers(told: Minuted, lang: Language) -> Section:
    heads = ["", say("minutes.before", lang), say("minutes.after", lang)]
    return Section(
        say("minutes.says", lang),
        text=say("minutes.worries", lang, count=told.worries),
        heads=heads,
        rows=numbers_of(told.after, told.before, lang),
        widths=[3.0, 1.0, 1.0],
        numbers=True,
    )


def _cards(cards: Iterable[TaskCard], lang: Language) -> Section:
    rows = [
        [one.worry, one.who, "" if one.by is None else one.by.isoformat(),
         say("meeting.is_done" if one.done else "meeting.is_open", lang)]
        for one in cards
    ]  # fmt: skip
    if not rows:
        return Section(say("meeting.cards", lang), text=say("card.none", lang))
    heads = [say(f"meeting.{name}", lang) for name in ("worry", "who", "by", "done")]
    return Section(say("meeting.cards", lang), heads=heads, rows=rows, widths=[4.0, 2.0, 1.6, 1.2])


def _told(board: Board, card: Item, blotter: Blotter, lang: Language) -> TaskCard:
    values = card.values
    worry, where = hide_illness(blotter.blot(str(values["worry"]))), ""
    if values.get("about"):
        where = name_item(board, str(values["about"]), lang, plain=True)
        where = f"（{where}）" if lang == "ja" else f" ({where})"
    by = values.get("by")
    return TaskCard(
        _cut(worry.replace(SCRUBBED, BLOT), LONGEST - len(where)) + where,
        hide_illness(str(values.get("who") or "")).replace(SCRUBBED, BLOT),
        date.fromisoformat(by) if by else None,
        bool(values.get("done")),
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _names(board: Board) -> list[str | None]:
    """Names of everybody on the map but those who look after others."""
    people = (one.values for one in board.of_kind("person") if one.values.get("part") != "helper")
    names = [said.get(name) for said in people for name in ("name", "kana")]
    return names + [one.values.get("name") for one in board.of_kind("house")]


def _homes(board: Board) -> set[str]:
    """Ids of the households of the register that cards are about."""
    found: set[str] = set()
    for card in board.of_kind("card"):
        at = board.items.get(str(card.values.get("about")))
        for name in ("about", "house"):
            if at is not None and at.values.get(name):
                at = board.items.get(str(at.values[name]))
        if at is not None and at.values.get("household_id"):
            found.add(str(at.values["household_id"]))
    return found
