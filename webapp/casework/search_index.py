"""An index of people in memory: distinct keys in one text, each leading to its people.

One scan of a text that holds every key finds them all at the speed of the machine; people
are counted up only for keys that fit.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from webapp.register.consents import BIT
from webapp.register.readings import roman_key
from webapp.register.spelling import address_key, phone_key, search_key

WAYS: Final = ("name", "reading", "phone", "address", "number")
"""Ways to find somebody."""

_BEGINS: Final = "\n"
"""Stands before each key in the text; no key has one."""

_EXACT, _STARTS, _WITHIN, _ALIKE = 100.0, 92.0, 80.0, 70.0
"""Points of a match: the whole key, its beginning, a part, and the most for a likeness."""

_LIKE: Final = 0.7
"""From this on two keys are alike but for a typing mistake; 1 = the same."""

_NUMBER: Final = re.compile(r"\d.*")

_TOWN: Final = re.compile(r".*[都道府県市区郡](?=.{2})")


class Keys:
    """The distinct keys of one way to search, and the people each leads to."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self.keys: list[str] = []
        self.people: list[list[str]] = []
        self._text = ""
        self._starts: list[int] = []

    def add(self, key: str, person: str) -> None:
        """Lead a key to one person more."""
        if not key:
            return
        place = self._places.setdefault(key, len(self.keys))
        if place == len(self.keys):
            self.keys.append(key)
            self.people.append([])
        if not self.people[place] or self.people[place][-1] != person:
            self.people[place].append(person)

    def finish(self) -> None:
        """Lay the text out once all keys are there."""
        self._text = _BEGINS + _BEGINS.join(self.keys)
        at = 0
        for key in self.keys:
            self._starts.append(at)
            at += len(key) + 1

    def same(self, key: str) -> list[str]:
        """People with just that key."""
        return self.people[self._places[key]] if key in self._places else []

    def having(self, asked: str, *, only_start: bool) -> Iterator[tuple[int, float]]:
        """Places of the keys that begin with ``asked``, or have it in them, with points."""
        wanted = _BEGINS + asked if only_start else asked
        at, last = self._text.find(wanted), -1
        while at >= 0:
            place = bisect_right(self._starts, at) - 1
            if place != last:
                key, last = self.keys[place], place
                begins = only_start or at == self._starts[place] + 1
                share = 6 * len(asked) / len(key)
                whole = len(key) == len(asked)
                yield place, _EXACT if whole else (_STARTS if begins else _WITHIN) + share
            at = self._text.find(wanted, at + 1)

    def alike(self, asked: str) -> Iterator[tuple[int, float]]:
        """Places of the keys like ``asked`` but for a typing mistake, with points."""
        found = process.extract(
            asked, self.keys, scorer=OSA.normalized_similarity, score_cutoff=_LIKE, limit=40
        )
        for _, likeness, place in found:
            yield place, _ALIKE * likeness


@dataclass
class PeopleIndex:
    """Some people by every way to search. ``districts``: the people of each."""

    ways: Mapping[str, Keys] = field(default_factory=lambda: {way: Keys() for way in WAYS})
    towns: Keys = field(default_factory=Keys)
    addresses: dict[str, str] = field(default_factory=dict[str, str])
    districts: dict[str | None, set[str]] = field(default_factory=dict[str | None, set[str]])
    gone: set[str] = field(default_factory=set[str])

    @classmethod
    def of(cls, told: Iterable[Any], bits: Mapping[str, int]) -> PeopleIndex:
        """Rows of people, each with what may be told of it."""
        made = cls()
        for one in told:
            made._add(one, bits.get(one.id, 0))
        for keys in (*made.ways.values(), made.towns):
            keys.finish()
        return made

    def _add(self, told: Any, bits: int) -> None:  # noqa: ANN401
        person = str(told.id)
        if bits & BIT["name"]:
            for key in _names(told.name):
                self.ways["name"].add(key, person)
            for key in _readings(told.kana, told.name):
                self.ways["reading"].add(key, person)
        if bits & BIT["phone"] and told.phone:
            self.ways["phone"].add(phone_key(told.phone), person)
        if bits & BIT["address"] and told.address:
            key = told.address_key or address_key(told.address)
            self.ways["address"].add(key, person)
            self.towns.add(town_of(key), person)
            self.addresses[person] = key
        if bits:
            self.ways["number"].add(person.casefold(), person)
            self.ways["number"].add(str(told.household_id).casefold(), person)
        self.districts.setdefault(told.district_id, set()).add(person)
        if told.status in _GONE:
            self.gone.add(person)


_GONE: Final = ("deceased", "closed")


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


def town_of(address: str) -> str:
    """The town of an address key, without the city before it and the numbers behind it.

    >>> town_of("北九州市小倉南区守恒本町1-2-3")
    '守恒本町'
    """
    return _TOWN.sub("", _NUMBER.sub("", address))
