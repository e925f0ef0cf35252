"""What is drawn at one evening: strokes of a few seats, as the journal keeps them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from geo import terms
from webapp.board.stroke import Deed, Stroke, Turn
from webapp.invented.fronts import Quarter
from webapp.invented.ground import read_plan

By = tuple[str, str]

RECORDER: Final[By] = ("t-recorder", "記録係")
TABLES: Final[tuple[By, ...]] = (("t-first-table", "1班"), ("t-second-table", "2班"))

_SAID: Final = {"self": 0.5, "family": 0.12, "unconfirmed": 0.14, "refused": 0.06,
                "disaster_only": 0.06, None: 0.12}  # fmt: skip
_HOMES: Final = {"single_elderly": 0.3, "elderly_couple": 0.24, "daytime_alone": 0.12,
                 "child_rearing": 0.12, "with_disability": 0.04, "other": 0.18}  # fmt: skip
_LINKS: Final = {"watching": 0.46, "shopping": 0.12, "key": 0.06, "relative": 0.14,
                 "friend": 0.12, "lesson": 0.08, "other": 0.02}  # fmt: skip
_PLACES: Final = (
    ("garbage_station", "ごみ集積所"), ("hall", "町内会館"), ("aed", "会館のAED"),
    ("shop", "よろず屋"), ("shelter", "高台の公園"), ("bus_stop", "坂下バス停"),
)  # fmt: skip
_NOTES: Final = (
    "段差がある", "夜は街灯がなく暗い", "大雨のとき水がたまる", "犬の散歩で毎朝みんなに会う道",
)  # fmt: skip
_WORRIES: Final = (
    "最近、雨戸が閉まったままの日がある", "ごみ出しがつらそう", "物忘れがふえたとご近所の話",
    "庭の手入れができていない", "買物に行く足がない", "日中、電話に出ないことがある",
)  # fmt: skip
_CARDS: Final = (
    ("雨戸が閉まったままの日に声をかける人を決める", "福祉協力員", 14),
    ("坂の上のごみ出しを手伝う人をさがす", "1班の班長", 21),
)  # fmt: skip
_LONELY: Final = 0.18
"""Share of the houses that no line ends at, besides those of the helpers."""

_WITH_ONE: Final = 0.24
"""Share of the houses that one line ends at."""


@dataclass
class Evening:
    """The strokes of one evening, in their order, each with its seat and its moment."""

    quarter: Quarter
    began: datetime
    lot: random.Random
    strokes: list[tuple[Stroke, By, datetime]] = field(default_factory=list)
    _at: timedelta = timedelta(0)

    def draw(self) -> None:
        """Houses, people, watchers, lines, a look from afar, tasks."""
        for number, step in enumerate(
            (self._houses, self._people, self._watchers, self._lines, self._afar, self._tasks), 1
        ):
            self._put("guide", RECORDER, step=number)
            step()

    def _houses(self) -> None:
        self._names = self.lot.sample(_words("surnames"), len(self.quarter.fronts))
        self._kinds = self.lot.choices(list(_HOMES), list(_HOMES.values()), k=len(self._names))
        for number, (lon, lat) in enumerate(self.quarter.fronts.tolist(), 1):
            name, kind = self._names[number - 1][0], self._kinds[number - 1]
            self._deed(
                RECORDER, house_id(number), "house", lon=lon, lat=lat, number=number, name=name,
                composition=kind, consent=self._said(), gone="past" if number == 17 else None,
            )  # fmt: skip
        for table, kind in zip(TABLES, ("elderly_couple", "single_elderly"), strict=True):
            self._deed(table, house_id(3), "house", composition=kind)
        for kind, name in _PLACES:
            lon, lat = self._somewhere()
            identity = f"place-{kind}"
            self._deed(TABLES[0], identity, "place", lon=lon, lat=lat, place=kind, name=name)
        for number, text in enumerate(_NOTES, 1):
            lon, lat = self._somewhere()
            self._deed(TABLES[1], f"note-{number:03d}", "note", lon=lon, lat=lat, text=text)

    def _people(self) -> None:
        """One or two in each house that somebody thinks of."""
        for number, kind in enumerate(self._kinds, 1):
            for turn in range(_HEADS.get(kind, 0)):
                given = self.lot.choice(_words("men" if turn == 1 else "women"))
                self._person(number, f"person-{number:03d}-{turn}", given, "cared", kind)

    def _watchers(self) -> None:
        """Who looks after others lives there too."""
        for number in self._others()[:7]:
            given = self.lot.choice(_words("women"))
            self._person(number, f"helper-{number:03d}", given, "helper", "adult")

    def _person(
        self, house: int, identity: str, given: Sequence[str], part: str, kind: str
    ) -> None:
        family = self._names[house - 1]
        self._deed(
            TABLES[house % 2], identity, "person", house=house_id(house), part=part,
            name=f"{family[0]}　{given[0]}", kana=f"{family[1]}　{given[1]}",
            age="child" if kind == "child_rearing" else "adult" if kind == "adult" else "elderly",
            consent=self._said(),
        )  # fmt: skip

    def _lines(self) -> None:
        for number, (watcher, watched) in enumerate(self._pairs(), 1):
            kind = self.lot.choices(list(_LINKS), list(_LINKS.values()))[0]
            mutual = kind in {"friend", "lesson"} and self.lot.random() < 0.7
            self._deed(
                TABLES[number % 2], f"line-{number:03d}", "link", watcher=watcher, watched=watched,
                link=kind, direction="mutual" if mutual else "one_way",
                strength=self.lot.choice((1, 2, 2, 3)), consent=self._said(),
                how_often=self.lot.choice((*terms.OFTEN, None)),
            )  # fmt: skip

    def _pairs(self) -> Iterator[tuple[str, str]]:
        """Watcher and watched; the first of the helpers has more than one can look in on."""
        there = range(1, len(self._names) + 1)
        helpers = [f"helper-{number:03d}" for number in self._others()[:7]]
        helpers = helpers or [house_id(number) for number in there]
        numbers = [n for n in there if n not in self._others()[:7]]
        self.lot.shuffle(numbers)
        ended, homes = numbers[round(len(there) * _LONELY) :], [house_id(n) for n in there]
        drawn, single = set[frozenset[str]](), round(len(there) * _WITH_ONE)
        for place, number in enumerate(ended):
            for turn in range(1 if place < single else 3):
                near = self.lot.choice(ended[single:] or ended)
                first = helpers[0] if place % 4 == 0 else self.lot.choice(helpers)
                pair = (first if turn == 0 else homes[near - 1], house_id(number))
                if pair[0] != pair[1] and frozenset(pair) not in drawn:
                    drawn.add(frozenset(pair))
                    yield pair

    def _afar(self) -> None:
        west, south, east, north = self.quarter.window
        middle, high = (west + east) / 2, (south + north) / 2
        for identity, name, kind, ring in (
            ("area-first", "1班", "block", _box(west, south, middle, north)),
            ("area-second", "2班", "block", _box(middle, south, east, north)),
            ("area-flee", "高台の公園へ", "flee",
             _box(west + (east - west) * 0.55, high, east - (east - west) * 0.1, north)),
        ):  # fmt: skip
            self._deed(TABLES[0], identity, "area", ring=ring, name=name, area=kind)
        cared = [n for n, kind in enumerate(self._kinds, 1) if _HEADS.get(kind)]
        for number, text in enumerate(_WORRIES, 1):
            about = house_id(self.lot.choice(cared))
            self._deed(
                TABLES[1], f"worry-{number:03d}", "worry", about=about, text=text,
                consent=self.lot.choice(("self", "unconfirmed", "unconfirmed", None)),
            )  # fmt: skip

    def _tasks(self) -> None:
        for number, (worry, who, days) in enumerate(_CARDS, 1):
            by = (self.began.date() + timedelta(days=days)).isoformat()
            self._deed(RECORDER, f"card-{number:03d}", "card", worry=worry, who=who, by=by)

    def _others(self) -> list[int]:
        """Houses where nobody has to be thought of."""
        return [number for number, kind in enumerate(self._kinds, 1) if kind == "other"]

    def _somewhere(self) -> tuple[float, float]:
        west, south, east, north = self.quarter.window
        lon = west + (east - west) * self.lot.uniform(0.08, 0.92)
        return round(lon, 7), round(south + (north - south) * self.lot.uniform(0.08, 0.92), 7)

    def _said(self) -> str | None:
        return self.lot.choices(list(_SAID), list(_SAID.values()))[0]

    def _deed(self, hand: By, identity: str, kind: str, /, **values: Any) -> None:  # noqa: ANN401
        told = {name: value for name, value in values.items() if value is not None}
        self._put("draw", hand, Deed(identity, kind, told))

    def _put(self, turn: Turn, by: By, *deeds: Deed, step: int | None = None) -> None:
        number = len(self.strokes) + 1
        self._at += timedelta(seconds=self.lot.randrange(8, 20))
        stroke = Stroke(f"stroke-{number:04d}", turn, deeds, "", step)
        self.strokes.append((stroke, by, self.began + self._at))


_HEADS: Final = {
    "single_elderly": 1, "elderly_couple": 2, "daytime_alone": 1, "with_disability": 1,
    "child_rearing": 1,
}  # fmt: skip
"""People that are thought of, by kind of household."""


def house_id(number: int) -> str:
    """The house of that number."""
    return f"house-{number:03d}"


def _words(which: str) -> list[tuple[str, str]]:
    """Names with their readings."""
    pairs = (one.partition(":") for one in str(read_plan()[which]).split())
    return [(name, kana) for name, _, kana in pairs]


def _box(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north]]
