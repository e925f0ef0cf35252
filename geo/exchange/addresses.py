"""From an address as people write it to a point, by a list of towns.

How exact a point is, its *level*, goes with it everywhere:

``block``
    the block (街区, 番) or lot (地番): some 30 m.
``town_chome``
    the middle of a 丁目 or 小字: some 200 m.
``town``
    the middle of a 町 or 大字, or of all its 丁目 where the address names none: 200 m to
    kilometres.
``ward``
    only the ward, city or village is known: not a position to measure from.

What cannot be told stays unknown: an address that fits towns in several wards gives
its candidates and no point.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from geo.errors import FileEmpty
from geo.exchange.characters import fold_address
from geo.exchange.spellings import read_kanji_number
from geo.exchange.towns import PREFECTURES, TownPoint, read_towns
from geo.units import Degrees

Level = Literal["block", "town_chome", "town", "ward"]

LEVELS: Final[tuple[Level, ...]] = ("block", "town_chome", "town", "ward")
"""Most exact first."""

_KANJI: Final = "〇一二三四五六七八九十百"

_CHOME: Final = re.compile(rf"(.+?)([0-9]{{1,3}}|[{_KANJI}]{{1,5}})丁目?")

_NUMBER: Final = re.compile(
    rf"([0-9]{{1,6}})(丁目?|番地?|号|-)?の?|([{_KANJI}]{{1,5}})(丁目?|番地?|号|-|の)の?"
)

_POSTCODE: Final = re.compile(r"〒?\s*[0-9]{3}-?[0-9]{4}(?![0-9-])|〒")

_OAZA: Final = re.compile(r"大字|字")

_STARTS_OTHERWISE: Final = re.compile(r"[^0-9a-z (番無字大]")


@dataclass(frozen=True)
class Located:
    """Where an address lies.

    Attributes
    ----------
    lon, lat
        Degrees.
    level
        How exact; see the head of `geo.exchange.addresses`.
    matched
        The place of the list that the point stands for, as published.
    rest
        What of the address was not used (号, building, room), folded as for comparing.
    """

    lon: Degrees
    lat: Degrees
    level: Level
    matched: str
    rest: str


@dataclass
class _Spot:
    """A mean of points, with the name of what they stand for."""

    name: str
    lon: float = 0.0
    lat: float = 0.0
    count: int = 0

    def add(self, lon: float, lat: float) -> None:
        self.count += 1
        self.lon += (lon - self.lon) / self.count
        self.lat += (lat - self.lat) / self.count


@dataclass
class _Town:
    """All places of one municipality that share a name: its 丁目, its 大字, their blocks."""

    municipality: int
    whole: _Spot
    plain: _Spot | None = None
    is_oaza: bool = False
    chomes: dict[int, _Spot] = field(default_factory=dict)
    parts: dict[tuple[int, str], _Spot] = field(default_factory=dict)
    blocks: dict[tuple[int, str], TownPoint] = field(default_factory=dict)


@dataclass(frozen=True)
class _Reading:
    """One way to understand what follows the town's name."""

    town: _Town
    chome: int | None
    numbers: list[int]
    ends: list[int]
    text: str


class Gazetteer:
    """Towns and blocks with their points, to locate addresses with."""

    def __init__(self, points: Iterable[TownPoint]) -> None:
        self._towns: dict[str, list[_Town]] = {}
        self._municipalities: dict[tuple[str, str, str], int] = {}
        self._centres: list[_Spot] = []
        self._by_key: dict[tuple[int, str], _Town] = {}
        for point in points:
            self._add(point)
        self._longest = max(map(len, self._towns), default=0)
        self._prefixes = self._list_prefixes()
        self._longest_prefix = max(map(len, self._prefixes), default=0)

    @classmethod
    def read(cls, path: str | Path) -> Gazetteer:
        """The gazetteer of a town list; see `geo.exchange.towns` for the kinds.

        Raises
        ------
        FileFault and its children, CellFaulty, SchemaUnknown
        """
        gazetteer = cls(read_towns(path))
        if not gazetteer._towns:
            raise FileEmpty(file=Path(path).name)
        return gazetteer

    def locate(self, address: str) -> Located | None:
        """The point of an address; None where it is unknown or in more than one place.

        Prefecture, city and ward may be left out, as 大字 and 字; numbers may be kanji or
        digits of any width, with 丁目, 番地, 番, 号, の or dashes. A first number before a dash
        is a 丁目 where the town has that one, unless the address says 大字 or 番地.

        Parameters
        ----------
        address
            As written.
        """
        found = self.candidates(address)
        return found[0] if len(found) == 1 else None

    def candidates(self, address: str) -> list[Located]:
        """Every place an address may mean; one where it is clear, none where unknown."""
        text = _POSTCODE.sub("", fold_address(address[:300]), count=1).strip()
        readings = self._strip_municipality(text)
        for rest, within in readings:
            found = self._match_town(rest, within)
            if found:
                return found
        rest, within = readings[0]
        if len(readings) == 1 or len(within) != 1:
            return []
        centre = self._centres[next(iter(within))]
        return [Located(centre.lon, centre.lat, "ward", centre.name, rest)]

    def _add(self, point: TownPoint) -> None:
        key = (point.prefecture, point.city, point.municipality)
        number = self._municipalities.setdefault(key, len(self._municipalities))
        if number == len(self._centres):
            self._centres.append(_Spot(point.municipality or point.city))
        self._centres[number].add(point.lon, point.lat)
        folded = fold_address(point.town)
        name = _OAZA.sub("", folded, count=1) if folded.startswith(("大字", "字")) else folded
        match = _CHOME.fullmatch(name)
        base, chome = (match[1], _read_number(match[2])) if match else (name, 0)
        town = self._by_key.get((number, base))
        if town is None:
            label = re.sub(r"[0-9０-９〇一二三四五六七八九十百]+丁目?$", "", point.town)
            town = _Town(number, _Spot(label if match else point.town))
            self._by_key[number, base] = town
            self._towns.setdefault(base, []).append(town)
        town.is_oaza |= folded != name
        _add_to_town(town, point, chome)

    def _list_prefixes(self) -> dict[str, set[int]]:
        prefixes: dict[str, set[int]] = {}
        for (_, city, municipality), number in self._municipalities.items():
            for name in {city, municipality, city + municipality} - {""}:
                prefixes.setdefault(fold_address(name), set()).add(number)
        return prefixes

    def _strip_municipality(self, text: str) -> list[tuple[str, set[int]]]:
        """What follows the names of prefecture, city and ward; the surest reading first."""
        everywhere = set(range(len(self._centres)))
        prefecture = next((p for p in _FOLDED_PREFECTURES if text.startswith(p)), "")
        if prefecture:
            text = text[len(prefecture) :]
            everywhere = {
                number
                for (name, _, _), number in self._municipalities.items()
                if not name or fold_address(name) == prefecture
            }
        readings = [(text, everywhere)]
        for _ in range(2):
            rest, within = readings[0]
            name = self._prefix_of(rest)
            if name and within & self._prefixes[name]:
                readings.insert(0, (rest[len(name) :], within & self._prefixes[name]))
        return readings

    def _prefix_of(self, text: str) -> str:
        """The longest name of a city, ward or village that ``text`` begins with."""
        lengths = range(min(self._longest_prefix, len(text)), 0, -1)
        return next((text[:n] for n in lengths if text[:n] in self._prefixes), "")

    def _match_town(self, text: str, municipalities: set[int]) -> list[Located]:
        explicit = text.startswith(("大字", "字"))
        text = _OAZA.sub("", text, count=1) if explicit else text
        for length in range(min(self._longest, len(text)), 0, -1):
            towns = [
                town
                for town in self._towns.get(text[:length], ())
                if town.municipality in municipalities
                and _may_follow(town, text[length:], explicit=explicit)
            ]
            if towns:
                return self._locate_in(towns, text[length:], explicit=explicit)
        return []

    def _locate_in(self, towns: list[_Town], text: str, *, explicit: bool) -> list[Located]:
        named = re.match(rf"([0-9]+|[{_KANJI}]+)丁", text) is not None
        towns = [town for town in towns if town.plain and not text] or towns
        towns = [town for town in towns if town.is_oaza and explicit] or towns
        found = [self._point(_understand(town, text, explicit=explicit)) for town in towns]
        if named and any(LEVELS.index(place.level) < 2 for place in found):
            found = [place for place in found if LEVELS.index(place.level) < 2]
        return found

    def _point(self, reading: _Reading) -> Located:
        town, chome = reading.town, reading.chome or 0
        ward = self._centres[town.municipality].name
        for used in (2, 1):
            block = "-".join(map(str, reading.numbers[:used]))
            point = town.blocks.get((chome, block)) if len(reading.numbers) >= used else None
            if point is not None:
                matched = f"{ward}{point.town}{point.part} {point.block}"
                rest = reading.text[reading.ends[used - 1] :].lstrip("- ")
                return Located(point.lon, point.lat, "block", matched, rest)
        spot = town.chomes.get(chome) if chome else None
        level: Level = "town_chome" if spot else "town"
        rest = reading.text
        for (under, part), place in town.parts.items():
            if under == chome and _OAZA.sub("", rest, count=1).startswith(part):
                spot, level = place, "town_chome"
                rest = _OAZA.sub("", rest, count=1)[len(part) :]
        spot = spot or town.plain or town.whole
        return Located(spot.lon, spot.lat, level, ward + spot.name, rest.lstrip("- "))


_FOLDED_PREFECTURES: Final = tuple(fold_address(name) for name in PREFECTURES)


def _add_to_town(town: _Town, point: TownPoint, chome: int) -> None:
    town.whole.add(point.lon, point.lat)
    if point.part:
        part = fold_address(point.part).removeprefix("字")
        spot = town.parts.setdefault((chome, part), _Spot(point.town + point.part))
        spot.add(point.lon, point.lat)
    if chome:
        town.chomes.setdefault(chome, _Spot(point.town)).add(point.lon, point.lat)
    elif not point.part or point.block:
        town.plain = town.plain or _Spot(point.town)
        town.plain.add(point.lon, point.lat)
    if point.block:
        key = (chome, fold_address(point.block))
        known = town.blocks.get(key)
        if known is None or (point.is_main and not known.is_main):
            town.blocks[key] = point


def _may_follow(town: _Town, rest: str, *, explicit: bool) -> bool:
    """Whether ``rest`` can follow the town's name, so that 本町 is not found in 本町通り."""
    if not rest or not _STARTS_OTHERWISE.match(rest):
        return True
    number = _NUMBER.match(rest)
    if number is not None:
        return True
    if any(rest.startswith(part) for _, part in town.parts):
        return True
    return explicit and town.is_oaza


def _understand(town: _Town, text: str, *, explicit: bool) -> _Reading:
    numbers, signs, ends = _read_numbers(text)
    if not numbers:
        return _Reading(town, None, [], [], text)
    first, sign = numbers[0], signs[0]
    is_lot = sign.startswith(("番", "号")) or (explicit and not sign.startswith("丁"))
    alone = len(numbers) == 1 and town.plain is not None and not sign.startswith("丁")
    if sign.startswith("丁") or (first in town.chomes and not is_lot and not alone):
        rest = text[ends[0] :]
        return _Reading(town, first, numbers[1:], [end - ends[0] for end in ends[1:]], rest)
    return _Reading(town, None, numbers, ends, text)


def _read_numbers(text: str) -> tuple[list[int], list[str], list[int]]:
    """Up to four numbers at the beginning, what follows each, and where each ends."""
    numbers: list[int] = []
    signs: list[str] = []
    ends: list[int] = []
    at = 0
    while len(numbers) < 4 and (match := _NUMBER.match(text, at)) is not None:
        numbers.append(_read_number(match[1] or match[3]))
        signs.append(match[2] or match[4] or "")
        at = match.end()
        ends.append(at)
        if not signs[-1]:
            break
    return numbers, signs, ends


def _read_number(text: str) -> int:
    return int(text) if text.isascii() else read_kanji_number(text) or 0
