"""人をさがす: by name, reading, address, telephone or number, as it is typed.

Everything is folded before it is compared (`webapp.register.spelling`,
`webapp.register.readings`). What somebody withholds is no way to find them.
"""

from __future__ import annotations

import heapq
import re
import threading
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, select

from webapp.casework.cards import PURPOSE, Card, person_cards
from webapp.casework.search_index import PeopleIndex, town_of
from webapp.register.allowances import Allowances, Output
from webapp.register.disclose import allowances_now
from webapp.register.house import Register
from webapp.register.readings import roman_key
from webapp.register.records import Household, Person
from webapp.register.spelling import address_key, phone_key, search_key
from webapp.register.viewer import Viewer

MOST: Final = 10
"""People shown at once."""

_WEIGHT: Final = {"name": 1.0, "reading": 0.99, "phone": 0.98, "number": 0.97, "address": 0.9}

_SHORTEST: Final = {"name": 2, "reading": 4, "phone": 8}
"""Letters from which on a likeness means something."""

_PART: Final = 2
"""With fewer letters than this only beginnings count."""

_FEW: Final = 5
"""With fewer matches than this, likenesses are looked for too."""

_SURE: Final = 97.0
"""From these points on what was typed is what somebody has: nothing else was meant."""

_DIGITS: Final = re.compile(r"[\d\-()（）+＋\s]+")

_CHANGED_MOST: Final = 2000
"""With more people changed than this since the index was made, it is made anew."""

_GONE_COSTS: Final = 20.0

Ranked = dict[str, tuple[float, str]]
"""Points and way by person."""


@dataclass(frozen=True)
class Found:
    """One who was found. ``by``: name, reading, phone, address or number."""

    card: Card
    by: str


@dataclass(frozen=True)
class _Searcher:
    """The index as it was made, and apart the people who changed since."""

    whole: PeopleIndex
    since: PeopleIndex
    changed: Collection[str]

    def search(self, viewer: Viewer, text: str, most: int) -> list[tuple[str, str]]:
        """Ids of the likeliest people of the viewer's districts, each with its way."""
        found: Ranked = {}
        for index, left_out in ((self.whole, self.changed), (self.since, ())):
            ranked = _rank(index, text)
            allowed = _of_viewer(index, viewer)
            found |= {
                person: (points - (_GONE_COSTS if person in index.gone else 0.0), way)
                for person, (points, way) in ranked.items()
                if (allowed is None or person in allowed) and person not in left_out
            }
        best = heapq.nsmallest(most, found.items(), key=lambda one: (-one[1][0], one[0]))
        return [(person, way) for person, (_, way) in best]

    def alike(self, viewer: Viewer, keys: Mapping[str, str]) -> dict[str, str]:
        """People who share a telephone, or a name, a reading or an address, each with why."""
        found: dict[str, str] = {}
        for index, left_out in ((self.whole, self.changed), (self.since, ())):
            same = {way: set(index.ways[way].same(key)) for way, key in keys.items()}
            allowed = _of_viewer(index, viewer)
            for reason, ways in _REASONS:
                for person in sorted(set.intersection(*(same[way] for way in ways))):
                    mine = allowed is None or person in allowed
                    if mine and person not in left_out and person not in index.gone:
                        found.setdefault(person, reason)
        return dict(sorted(found.items(), key=lambda one: ALIKE.index(one[1])))


_REASONS: Final = (
    ("same_phone", ("phone",)),
    ("same_name_address", ("name", "address")),
    ("same_kana_address", ("reading", "address")),
    ("same_name", ("name",)),
    ("same_address", ("address",)),
)

ALIKE: Final[Sequence[str]] = tuple(reason for reason, _ in _REASONS)
"""Why two may be one, the surest first."""


def _of_viewer(index: PeopleIndex, viewer: Viewer) -> set[str] | None:
    """The people of the viewer's districts; None = everybody."""
    if viewer.districts is None:
        return None
    return set[str]().union(*(index.districts.get(one, ()) for one in viewer.districts))


def _rank(index: PeopleIndex, text: str) -> Ranked:
    whole = _points(index, text)
    words = text.replace("\u3000", " ").split()
    if len(words) > 1:
        parts = [_points(index, word) for word in words]
        for person in set(parts[0]).intersection(*parts[1:]):
            points = sum(part[person][0] for part in parts) / len(parts)
            if points > whole.get(person, (0.0, ""))[0]:
                whole[person] = (points, parts[0][person][1])
    return whole


def _points(index: PeopleIndex, text: str) -> Ranked:
    asked = _asked(text)
    found: list[tuple[float, str, list[str]]] = []
    for way, key in asked.items():
        keys = index.ways[way]
        start = way == "number" or len(key) < _PART
        for place, points in keys.having(key, only_start=start):
            found.append((points * _WEIGHT[way], way, keys.people[place]))
    best = _best(found)
    sure = max((points for points, *_ in found), default=0.0) >= _SURE
    if len(best) < _FEW and not sure:
        best = _best([*_alike(index, asked), *found])
    return best


def _best(found: list[tuple[float, str, list[str]]]) -> Ranked:
    """By person the best of all that was found."""
    best: Ranked = {}
    for points, way, people in sorted(found, key=lambda one: one[0]):
        best |= dict.fromkeys(people, (points, way))
    return best


def _alike(index: PeopleIndex, asked: Mapping[str, str]) -> list[tuple[float, str, list[str]]]:
    """What is like the words typed, but for a mistake; of addresses the town is compared."""
    found = [
        (points * _WEIGHT[way], way, index.ways[way].people[place])
        for way, key in asked.items()
        if len(key) >= _SHORTEST.get(way, 99)
        for place, points in index.ways[way].alike(key)
    ]
    address = asked.get("address", "")
    town = town_of(address)
    number = address[address.rfind(town) + len(town) :]
    if len(town) >= _TOWN_LETTERS and number:
        for place, points in index.towns.alike(town):
            people = [
                person
                for person in index.towns.people[place]
                if index.addresses[person].endswith(number)
                or f"{index.towns.keys[place]}{number}" in index.addresses[person]
            ]
            found.append((points * _WEIGHT["address"], "address", people))
    return found


_TOWN_LETTERS: Final = 3


def _asked(text: str) -> dict[str, str]:
    """What was typed, as a key for each way that it may mean."""
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = phone_key(plain) if _DIGITS.fullmatch(plain) else ""
    keys = {
        "name": search_key(plain),
        "reading": roman_key(search_key(plain)),
        "phone": digits if len(digits) >= 3 else "",
        "address": address_key(plain),
        "number": plain.casefold() if len(plain) >= 4 and plain.isascii() else "",
    }
    return {way: key for way, key in keys.items() if key}


_EVERYBODY: Final = (
    select(
        Person.id, Person.household_id, Person.district_id, Person.status, Person.name,
        Person.kana, Person.phone, Household.address, Household.address_key,
    )
    .join(Household, Household.id == Person.household_id)
    .order_by(Person.id)
)  # fmt: skip

_VERSIONS: Final = select(Person.id, Person.version, Household.version).join(
    Household, Household.id == Person.household_id
)


class _Shelf:
    """The index of a register for one role; who changed since is indexed apart."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._allowances: Allowances | None = None
        self._stamps: dict[str, tuple[int, int, int]] = {}
        self._searcher = _Searcher(PeopleIndex(), PeopleIndex(), ())

    def searcher(self, register: Register, role: str) -> _Searcher:
        """The index as it is right now."""
        allowances = allowances_now(register, Output(PURPOSE, role, datetime.now(UTC)))
        with self._lock:
            if self._allowances is not allowances:
                with register.engine.connect() as connection:
                    self._bring_up(connection, allowances.by_person)
                self._allowances = allowances
            return self._searcher

    def _bring_up(self, connection: Connection, bits: Mapping[str, int]) -> None:
        now = {
            str(person): (version, home, int(bits.get(person, 0)))
            for person, version, home in connection.execute(_VERSIONS)
        }
        changed = {
            person
            for person in self._stamps.keys() | now.keys()
            if self._stamps.get(person) != now.get(person)
        }
        if len(changed) > _CHANGED_MOST or not self._stamps:
            whole = PeopleIndex.of(connection.execute(_EVERYBODY), bits)
            self._searcher = _Searcher(whole, PeopleIndex.of((), bits), ())
            self._stamps = now
            return
        asked = _EVERYBODY.where(Person.id.in_(sorted(changed)))
        since = PeopleIndex.of(connection.execute(asked), bits)
        self._searcher = _Searcher(self._searcher.whole, since, changed)


_SHELVES: Final[WeakKeyDictionary[Register, dict[str, _Shelf]]] = WeakKeyDictionary()


def _searcher(register: Register, role: str) -> _Searcher:
    shelves = _SHELVES.setdefault(register, {})
    return shelves.setdefault(role, _Shelf()).searcher(register, role)


def search_people(register: Register, viewer: Viewer, text: str, most: int = MOST) -> list[Found]:
    """People by what one knows of them, the likeliest first; only those shown are read.

    Parameters
    ----------
    text
        A part of a name, a reading in kana or Roman letters, an address, a telephone number
        or the number of a person or home; several words narrow down.
    """
    if not text.strip():
        return []
    ways = dict(_searcher(register, viewer.role).search(viewer, text[:100], most))
    cards = person_cards(register, viewer, ways)
    return [Found(cards[one], way) for one, way in ways.items() if one in cards]


def look_alike(
    register: Register, viewer: Viewer, *, name: str, kana: str, phone: str, address: str
) -> Mapping[str, str]:
    """People who may be the one described, each with why: a code of `ALIKE`.

    The consultant decides; nobody is taken for somebody else alone.
    """
    keys = {
        "name": search_key(name),
        "reading": roman_key(search_key(kana)) if kana else "",
        "phone": phone_key(phone),
        "address": address_key(address),
    }
    return _searcher(register, viewer.role).alike(viewer, keys)
