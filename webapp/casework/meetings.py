"""会議: who met, which cases, what was decided, and the 課題カード until they are done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final, Self

from geo import terms
from geo.errors import NotFound, ParameterWrong
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import Meeting, Request
from webapp.register.released import release_records, released_ids
from webapp.register.viewer import Viewer

PURPOSE: Final = "matching"
_LONGEST: Final = {"title": 60, "attendee": 60, "decisions": 4000, "worry": 200, "who": 60}
_MOST: Final = 40
"""Cards, attendees or cases of one meeting."""


@dataclass(frozen=True)
class TaskCard:
    """課題カード: a worry, who sees to it, by when, and whether it is done."""

    worry: str
    who: str = ""
    by: date | None = None
    done: bool = False

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """As a meeting's record keeps it."""
        by = told.get("by")
        return cls(
            str(told.get("worry") or ""),
            str(told.get("who") or ""),
            date.fromisoformat(by) if by else None,
            bool(told.get("done")),
        )

    def facts(self) -> dict[str, Any]:
        """As a record keeps it."""
        return asdict(self) | {"by": None if self.by is None else self.by.isoformat()}


@dataclass(frozen=True)
class Minutes:
    """What is written down of one meeting; ``cases``: ids of requests in the order of numbers."""

    met_at: datetime
    kind: str
    title: str = ""
    attendees: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    decisions: str = ""
    cards: tuple[TaskCard, ...] = ()

    def facts(self) -> dict[str, Any]:
        """As a record keeps them.

        Raises
        ------
        ParameterWrong
            A kind nobody knows, a card without a worry, too many or too long words.
        """
        if self.kind not in terms.MEETING_KINDS:
            wanted = ", ".join(terms.MEETING_KINDS)
            raise ParameterWrong(name="kind", value=self.kind[:40], wanted=wanted)
        _check("title", self.title)
        _check("decisions", self.decisions)
        for one in self.attendees:
            _check("attendee", one)
        for card in self.cards:
            if not card.worry:
                raise ParameterWrong(name="worry", value="–", wanted="a few words")
            _check("worry", card.worry)
            _check("who", card.who)
        for name in ("attendees", "cases", "cards"):
            if len(getattr(self, name)) > _MOST:
                raise ParameterWrong(name=name, value=len(getattr(self, name)), wanted=f"≤ {_MOST}")
        return {
            "met_at": self.met_at,
            "kind": self.kind,
            "title": self.title or None,
            "attendees": list(self.attendees),
            "cases": list(self.cases),
            "decisions": self.decisions or None,
            "cards": [card.facts() for card in self.cards],
        }


@dataclass(frozen=True)
class OpenCard:
    """A card of an earlier meeting that is not done, and where it stands."""

    meeting: View
    place: int
    card: TaskCard


def hold_meeting(
    register: Register,
    viewer: Viewer,
    district_id: str,
    minutes: Minutes,
    *,
    purpose: str = PURPOSE,
    identity: str | None = None,
) -> str:
    """Write a meeting down; its id, which is ``identity`` where one is given.

    What the minutes do not say is not written, so whoever may not speak of cases can hold a
    meeting without any.

    Raises
    ------
    ParameterWrong, NotFound
        A case that is none of the viewer's, or not of this district.
    """
    facts = {name: one for name, one in minutes.facts().items() if one not in (None, [])}
    if identity is not None:
        facts["id"] = identity
    if minutes.cases:
        _require_cases(register, viewer, district_id, minutes.cases)
    with register.change(viewer, purpose, "meeting") as change:
        return change.add(Meeting, district_id=district_id, **facts).id


def add_cards(
    register: Register,
    viewer: Viewer,
    meeting_id: str,
    cards: Sequence[TaskCard],
    *,
    purpose: str = PURPOSE,
) -> int:
    """Add to a meeting the cards that it does not have yet; how many these were.

    A card that says the same is there already, whether it is done or not.

    Raises
    ------
    ParameterWrong, NotFound, RecordStale
    """
    with register.change(viewer, purpose, "card") as change:
        meeting = change.get(Meeting, meeting_id)
        there = [TaskCard.of(one) for one in meeting.cards or ()]
        said = {(one.worry, one.who, one.by) for one in there}
        fresh = [one for one in cards if (one.worry, one.who, one.by) not in said]
        if fresh:
            facts = Minutes(meeting.met_at, meeting.kind or "other", cards=(*there, *fresh)).facts()
            change.revise(Meeting, meeting_id, meeting.version, cards=facts["cards"])
    return len(fresh)


def revise_meeting(
    register: Register, viewer: Viewer, meeting_id: str, version: int, minutes: Minutes
) -> None:
    """Write it down anew.

    Raises
    ------
    ParameterWrong, NotFound, RecordStale
    """
    facts = minutes.facts()
    with register.look(viewer, PURPOSE) as look:
        before = look.one(Meeting, meeting_id)
    fresh = [one for one in minutes.cases if one not in (before["cases"] or ())]
    _require_cases(register, viewer, before["district_id"], fresh)
    with register.change(viewer, PURPOSE, "meeting") as change:
        change.revise(Meeting, meeting_id, version, **facts)


def finish_card(
    register: Register, viewer: Viewer, meeting_id: str, version: int, place: int, *, done: bool
) -> None:
    """Tick a card off, or take the tick back.

    Raises
    ------
    ParameterWrong
        There is no such card.
    NotFound, RecordStale
    """
    with register.change(viewer, PURPOSE, "card") as change:
        cards = list(change.get(Meeting, meeting_id).cards or ())
        if not 0 <= place < len(cards):
            raise ParameterWrong(name="card", value=place + 1, wanted=f"1–{len(cards)}")
        cards[place] = {**cards[place], "done": done}
        change.revise(Meeting, meeting_id, version, cards=cards)


def cards_of(meeting: View) -> list[TaskCard]:
    """The cards of a meeting."""
    return [TaskCard.of(one) for one in meeting.get("cards") or ()]


def open_cards(
    register: Register, viewer: Viewer, district_id: str, before: datetime | None = None
) -> list[OpenCard]:
    """Cards of a district that are not done, the oldest first; of meetings before a moment."""
    found = _meetings(register, viewer, district_id, before)
    return [
        OpenCard(meeting, place, card)
        for meeting in found
        for place, card in enumerate(cards_of(meeting))
        if not card.done
    ]


def meeting_before(
    register: Register, viewer: Viewer, district_id: str, before: datetime
) -> View | None:
    """The last meeting of a district before a moment."""
    found = _meetings(register, viewer, district_id, before)
    return found[-1] if found else None


def _meetings(
    register: Register, viewer: Viewer, district_id: str, before: datetime | None
) -> Sequence[View]:
    where = [Meeting.district_id == district_id]
    if before is not None:
        where.append(Meeting.met_at < before)
    return release_records(
        register, viewer, PURPOSE, Meeting, *where, order=(Meeting.met_at, Meeting.id)
    ).views


def _check(name: str, text: str) -> None:
    if len(text) > _LONGEST[name]:
        wanted = f"≤ {_LONGEST[name]}"
        raise ParameterWrong(name=name, value=f"{text[:20]}…", wanted=wanted)


def _require_cases(
    register: Register, viewer: Viewer, district_id: str, cases: Sequence[str]
) -> None:
    mine = released_ids(
        register, viewer, PURPOSE, Request,
        Request.id.in_(cases), Request.district_id == district_id,
    )  # fmt: skip
    lost = next((one for one in cases if one not in mine), None)
    if lost is not None:
        raise NotFound(kind="request", id=lost[:64])
