"""Records that look like one person written differently: proposed with reasons, never merged alone.

Two are compared only where they share a name or its reading and one thing more: day of
birth, telephone or address. So fifty thousand people are a matter of seconds.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import combinations
from typing import Final, Literal

from sqlalchemy import Connection, select

from geo.errors import NotFound
from webapp.faults import MergeIllegal
from webapp.register.house import Register
from webapp.register.look import allowed_rows
from webapp.register.records import Household, Person, Record, Supporter
from webapp.register.records.duplicate_verdict import DuplicateVerdict
from webapp.register.spelling import address_key, phone_key, search_key
from webapp.register.storage.engine import hold_still
from webapp.register.trail.reads import extent_event
from webapp.register.viewer import Viewer

PURPOSE: Final = "administration"

Kind = Literal["person", "supporter"]

KINDS: Final[dict[Kind, type[Record]]] = {"person": Person, "supporter": Supporter}

_POINTS: Final = {
    "name": 4.0,
    "name_variant": 4.0,
    "kana": 3.0,
    "kana_for_name": 3.0,
    "birth": 4.0,
    "phone": 3.0,
    "address": 3.0,
    "birth_differs": -5.0,
    "address_differs": -1.0,
}
"""What each finding weighs; the first matter of a name counts once."""

_ENOUGH: Final = 5.0

_CROWD: Final = 40
"""More than this under one key are a hall or a home, not a person written twice."""

_PREFIX: Final = re.compile(r"[^0-9]{1,3}?[都道府県](?=.{2})|[^0-9]{1,5}?[市区](?=.{2})")

_UP_TO_NUMBER: Final = re.compile(r"\D*\d+(?:-\d+)*")


@dataclass(frozen=True)
class Card:
    """What two records are compared by, as written."""

    record: Kind
    id: str
    name: str | None = None
    kana: str | None = None
    birth_date: date | None = None
    phone: str | None = None
    address: str | None = None

    def names(self) -> set[str]:
        """Name and reading, folded."""
        return {key for key in (search_key(w) for w in (self.name, self.kana) if w) if key}

    def place(self) -> str | None:
        """The address without prefecture, city and ward, up to its number."""
        return None if not self.address else _short_address(self.address)

    def number(self) -> str | None:
        """The telephone's digits; None where they are too few to mean anything."""
        digits = phone_key(self.phone) if self.phone else ""
        return digits if len(digits) >= 6 else None


def _short_address(address: str) -> str | None:
    key = address_key(address)
    while (found := _PREFIX.match(key)) is not None:
        key = key[found.end() :]
    numbered = _UP_TO_NUMBER.match(key)
    return numbered[0] if numbered else None


@dataclass(frozen=True)
class Proposal:
    """Two records that look like one. ``score`` 0..1; ``reasons`` are codes."""

    record: Kind
    first: str
    second: str
    score: float
    reasons: list[str]


def propose_pairs(
    cards: Iterable[Card], apart: frozenset[tuple[str, str]] = frozenset()
) -> list[Proposal]:
    """The pairs that look like one person, the likeliest first; those ``apart`` left out."""
    by_id = {card.id: card for card in cards}
    found = [
        proposal
        for pair in sorted(_near(by_id) - apart)
        if (proposal := _weigh(by_id[pair[0]], by_id[pair[1]])) is not None
    ]
    return sorted(found, key=lambda one: (-one.score, one.first, one.second))


def _near(cards: Mapping[str, Card]) -> set[tuple[str, str]]:
    blocks: dict[tuple[object, ...], list[str]] = {}
    for card in cards.values():
        for key in _keys(card):
            blocks.setdefault(key, []).append(card.id)
    crowds = (sorted(set(ids)) for ids in blocks.values() if 1 < len(ids) <= _CROWD)
    return {pair for ids in crowds for pair in combinations(ids, 2)}


def _keys(card: Card) -> Iterator[tuple[object, ...]]:
    evidence = {"birth": card.birth_date, "phone": card.number(), "address": card.place()}
    for name in card.names():
        for kind, value in evidence.items():
            if value is not None:
                yield card.record, name, kind, value


def _weigh(one: Card, other: Card) -> Proposal | None:
    reasons = [*_name_reasons(one, other), *_other_reasons(one, other)]
    points = sum(_POINTS[reason] for reason in reasons)
    if points < _ENOUGH:
        return None
    score = round(1 / (1 + math.exp(-(points - 3.5) / 1.5)), 3)
    told = [reason for reason in reasons if not reason.endswith("_differs")]
    return Proposal(one.record, one.id, other.id, score, told)


def _name_reasons(one: Card, other: Card) -> Iterator[str]:
    if one.name and other.name and search_key(one.name) == search_key(other.name):
        yield "name" if one.name == other.name else "name_variant"
    elif one.kana and other.kana and search_key(one.kana) == search_key(other.kana):
        yield "kana"
    else:
        yield "kana_for_name"


def _other_reasons(one: Card, other: Card) -> Iterator[str]:
    if one.birth_date and other.birth_date:
        yield "birth" if one.birth_date == other.birth_date else "birth_differs"
    if one.number() and one.number() == other.number():
        yield "phone"
    if one.place() and other.place():
        yield "address" if one.place() == other.place() else "address_differs"


def read_cards(connection: Connection, viewer: Viewer, kind: Kind) -> list[Card]:
    """A card of everybody who is the viewer's business and not gone."""
    if kind == "person":
        asked = (
            select(
                Person.id, Person.name, Person.kana, Person.birth_date, Person.phone,
                Household.address,
            )
            .join(Household, Household.id == Person.household_id)
            .where(Person.status.not_in(("closed", "deceased")))
            .where(allowed_rows(Person, viewer, PURPOSE))
        )  # fmt: skip
        return [Card(kind, *row) for row in connection.execute(asked)]
    asked_supporters = (
        select(
            Supporter.id, Supporter.name, Supporter.kana, Supporter.phone, Supporter.address
        )
        .where(Supporter.status != "left")
        .where(allowed_rows(Supporter, viewer, PURPOSE))
    )  # fmt: skip
    return [
        Card(kind, identity, name, kana, None, phone, address)
        for identity, name, kana, phone, address in connection.execute(asked_supporters)
    ]


def read_apart(connection: Connection, kind: Kind) -> frozenset[tuple[str, str]]:
    """The pairs on which something was decided."""
    asked = select(DuplicateVerdict.first, DuplicateVerdict.second)
    rows = connection.execute(asked.where(DuplicateVerdict.record == kind))
    return frozenset((first, second) for first, second in rows)


def find_duplicates(register: Register, viewer: Viewer, kind: Kind = "person") -> list[Proposal]:
    """The pairs in the register that look like one; the reading is in the trail."""
    with hold_still(register.engine) as connection:
        cards = read_cards(connection, viewer, kind)
        apart = read_apart(connection, kind)
    fields = ["name", "kana", "birth_date", "phone", "address"]
    register.keep([extent_event(viewer, PURPOSE, kind, None, len(cards), fields)])
    return propose_pairs(cards, apart)


def keep_apart(register: Register, viewer: Viewer, kind: Kind, one: str, other: str) -> None:
    """Remember that two are not one; they are not proposed again.

    Raises
    ------
    NotFound, MergeIllegal
    """
    if one == other:
        raise MergeIllegal(keep=one, drop=other)
    with register.change(viewer, PURPOSE, "apart") as change:
        for identity in (one, other):
            change.get(KINDS[kind], identity)
        first, second = sorted((one, other))
        if (first, second) in read_apart(change.session.connection(), kind):
            return
        change.session.add(
            DuplicateVerdict(
                record=kind, first=first, second=second, verdict="apart",
                at=datetime.now(UTC), by=viewer.account,
            )
        )  # fmt: skip
        change.note("change", record=kind, first=first, second=second, verdict="apart")


def require_kind(connection: Connection, identity: str) -> Kind:
    """Whether an id is a person's or a supporter's.

    Raises
    ------
    NotFound
    """
    for kind, record in KINDS.items():
        if connection.scalar(select(record.id).where(record.id == identity)) is not None:
            return kind
    raise NotFound(kind="person", id=identity)
