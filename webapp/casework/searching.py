"""人をさがす: by name, reading, address, telephone or number, as it is typed.

Everything is folded before it is compared (`webapp.register.spelling`,
`webapp.register.readings`) and lies in memory, made anew when a person, a home or a consent
has changed. What somebody withholds is no way to find them.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from weakref import WeakKeyDictionary

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import Connection, select

from webapp.casework.cards import PURPOSE, Card, person_cards
from webapp.register.allowances import Allowances, Output
from webapp.register.consents import BIT
from webapp.register.disclose import allowances_now
from webapp.register.house import Register
from webapp.register.readings import roman_key
from webapp.register.records import Household, Person
from webapp.register.spelling import address_key, phone_key, search_key
from webapp.register.viewer import Viewer

MOST: Final = 10
"""People shown at once."""

_FIELDS: Final = {
    "name": "name", "reading": "name", "phone": "phone", "address": "address", "number": "case",
}  # fmt: skip
"""Ways to find somebody, each with the field of consent that it needs."""

_EXACT, _STARTS, _WITHIN, _FUZZY = 100.0, 92.0, 80.0, 70.0
"""Points of a match: the whole key, its beginning, a part, and the most for a likeness."""

_WEIGHT: Final = {"name": 1.0, "reading": 0.99, "phone": 0.98, "address": 0.9, "number": 0.97}

_LIKE: Final = 0.7
"""From this on two keys are alike but for a typing mistake; 1 = the same."""

_DIGITS: Final = re.compile(r"[\d\-()（）+＋\s]+")

_GONE: Final = ("deceased", "closed")

_FEW: Final = 5
"""With fewer matches than this, likenesses are looked for too."""

_SURE: Final = 97.0
"""From these points on what was typed is what somebody has: nothing else was meant."""


@dataclass(frozen=True)
class Found:
    """One who was found. ``by``: name, reading, phone, address or number."""

    card: Card
    by: str


class _Keys:
    """The distinct keys of one way to search, and the people each leads to."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self.keys: list[str] = []
        self.rows: list[list[int]] = []

    def add(self, key: str, row: int) -> None:
        if not key:
            return
        place = self._places.setdefault(key, len(self.keys))
        if place == len(self.keys):
            self.keys.append(key)
            self.rows.append([])
        if not self.rows[place] or self.rows[place][-1] != row:
            self.rows[place].append(row)

    def same(self, key: str) -> set[int]:
        """Rows with just that key."""
        return set(self.rows[self._places[key]]) if key in self._places else set()

    def matches(self, asked: str) -> Iterable[tuple[int, float]]:
        """Rows with a key that has ``asked`` in it, and their points."""
        for place, key in enumerate(self.keys):
            if asked in key:
                at = _STARTS if key.startswith(asked) else _WITHIN
                points = _EXACT if len(key) == len(asked) else at + 6 * len(asked) / len(key)
                for row in self.rows[place]:
                    yield row, points

    def alike(self, asked: str) -> Iterable[tuple[int, float]]:
        """Rows with a key like ``asked`` but for a typing mistake."""
        found = process.extract(
            asked, self.keys, scorer=OSA.normalized_similarity, score_cutoff=_LIKE, limit=40
        )
        for _, likeness, place in found:
            for row in self.rows[place]:
                yield row, _FUZZY * likeness


@dataclass(frozen=True)
class _Row:
    id: str
    district_id: str | None
    status: str
    bits: int


class PeopleIndex:
    """Everybody, by every way to search."""

    def __init__(self, connection: Connection, allowances: Allowances) -> None:
        bits: dict[str, int] = dict(
            zip(allowances.people["id"], allowances.people["bits"].tolist(), strict=True)
        )
        self.rows: list[_Row] = []
        self.ways = {way: _Keys() for way in _FIELDS}
        for told in connection.execute(_EVERYBODY):
            self._add(told, int(bits.get(told.id, 0)))

    def _add(self, told: Any, bits: int) -> None:  # noqa: ANN401
        row = len(self.rows)
        self.rows.append(_Row(told.id, told.district_id, told.status, bits))
        if bits & BIT["name"]:
            for key in _names(told.name):
                self.ways["name"].add(key, row)
            for key in _readings(told.kana, told.name):
                self.ways["reading"].add(key, row)
        if bits & BIT["phone"] and told.phone:
            self.ways["phone"].add(phone_key(told.phone), row)
        if bits & BIT["address"] and told.address:
            self.ways["address"].add(told.address_key or address_key(told.address), row)
        self.ways["number"].add(told.id.casefold(), row)
        self.ways["number"].add(told.household_id.casefold(), row)

    def search(self, viewer: Viewer, text: str) -> list[tuple[_Row, str]]:
        """The people of the viewer's districts who fit, the likeliest first, each with the way."""
        whole = self._points(viewer, text)
        words = text.replace("\u3000", " ").split()
        if len(words) > 1:
            parts = [self._points(viewer, word) for word in words]
            for row in set(parts[0]).intersection(*parts[1:]):
                points = sum(part[row][0] for part in parts) / len(parts)
                if points > whole.get(row, (0.0, ""))[0]:
                    whole[row] = (points, parts[0][row][1])
        order = sorted(whole, key=lambda row: (-whole[row][0], self.rows[row].id))
        return [(self.rows[row], whole[row][1]) for row in order]

    def alike(
        self, viewer: Viewer, *, name: str, kana: str, phone: str, address: str
    ) -> dict[str, str]:
        """Ids of people who share a telephone, or a name, a reading or an address."""
        reading = roman_key(search_key(kana)) if kana else ""
        rows = {
            "name": self.ways["name"].same(search_key(name)),
            "reading": self.ways["reading"].same(reading),
            "phone": self.ways["phone"].same(phone_key(phone)),
            "address": self.ways["address"].same(address_key(address)),
        }
        reasons = (
            ("same_phone", rows["phone"]),
            ("same_name_address", rows["name"] & rows["address"]),
            ("same_kana_address", rows["reading"] & rows["address"]),
            ("same_name", rows["name"]),
            ("same_address", rows["address"]),
        )
        found: dict[str, str] = {}
        for reason, some in reasons:
            for row in sorted(some):
                one = self.rows[row]
                if viewer.covers(one.district_id) and one.status not in _GONE:
                    found.setdefault(one.id, reason)
        return found

    def _points(self, viewer: Viewer, text: str) -> dict[int, tuple[float, str]]:
        asked = _asked(text)
        best: dict[int, tuple[float, str]] = {}
        for way, key in asked.items():
            self._take(viewer, best, way, self.ways[way].matches(key))
        sure = max((points for points, _ in best.values()), default=0.0) >= _SURE
        if len(best) < _FEW and not sure:
            for way, key in asked.items():
                if len(key) >= _SHORTEST[way]:
                    self._take(viewer, best, way, self.ways[way].alike(key))
        return best

    def _take(
        self,
        viewer: Viewer,
        best: dict[int, tuple[float, str]],
        way: str,
        found: Iterable[tuple[int, float]],
    ) -> None:
        for row, points in found:
            one = self.rows[row]
            weighed = points * _WEIGHT[way] - (20.0 if one.status in _GONE else 0.0)
            if viewer.covers(one.district_id) and weighed > best.get(row, (0.0, ""))[0]:
                best[row] = (weighed, way)


_SHORTEST: Final = {"name": 2, "reading": 4, "phone": 8, "address": 6, "number": 99}
"""Letters from which on a likeness means something."""

_EVERYBODY: Final = (
    select(
        Person.id, Person.household_id, Person.district_id, Person.status, Person.name,
        Person.kana, Person.phone, Household.address, Household.address_key,
    )
    .join(Household, Household.id == Person.household_id)
    .order_by(Person.id)
)  # fmt: skip


def _names(name: str | None) -> set[str]:
    """The whole name and its parts, folded."""
    return {search_key(part) for part in (name or "", *(name or "").split())}


def _readings(kana: str | None, name: str | None) -> set[str]:
    """The whole reading and its parts in Roman letters; of a name in kana, that of the name."""
    for text in (kana, name):
        keys = {roman_key(search_key(part)) for part in (text or "", *(text or "").split())}
        if keys - {""}:
            return keys
    return set()


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


class _Shelf:
    """The index of a register, until a person, a home or a consent changes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: dict[str, tuple[Allowances, PeopleIndex]] = {}

    def index(self, register: Register, role: str) -> PeopleIndex:
        allowances = allowances_now(register, Output(PURPOSE, role, datetime.now(UTC)))
        with self._lock:
            kept = self._made.get(role)
            if kept is None or kept[0] is not allowances:
                with register.engine.connect() as connection:
                    kept = (allowances, PeopleIndex(connection, allowances))
                self._made[role] = kept
            return kept[1]


_SHELVES: Final[WeakKeyDictionary[Register, _Shelf]] = WeakKeyDictionary()


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
    index = _SHELVES.setdefault(register, _Shelf()).index(register, viewer.role)
    ways = {row.id: way for row, way in index.search(viewer, text[:100])[:most]}
    cards = person_cards(register, viewer, ways)
    return [Found(cards[one], way) for one, way in ways.items() if one in cards]


def look_alike(
    register: Register, viewer: Viewer, *, name: str, kana: str, phone: str, address: str
) -> Mapping[str, str]:
    """People who may be the one described, each with why: a code of `ALIKE`.

    The consultant decides; nobody is taken for somebody else alone.
    """
    index = _SHELVES.setdefault(register, _Shelf()).index(register, viewer.role)
    return index.alike(viewer, name=name, kana=kana, phone=phone, address=address)


ALIKE: Final[Sequence[str]] = (
    "same_phone", "same_name_address", "same_kana_address", "same_name", "same_address",
)  # fmt: skip
"""Why two may be one, the surest first."""
