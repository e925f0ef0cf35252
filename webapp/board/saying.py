"""What the map says: houses without a line, watchers with too many, who is missed if one falls ill.

Counted are *homes*: every house on the map, and a person to be looked in on who was drawn
without a house. An empty house, and a house or a person that is no longer there, is not.
A line reaches a home at the house or at anybody living there; it is drawn by a person, or
by a house. A house's line is its only helper's, else its only inhabitant's; where several
could have drawn it, it is the house's own. Those who live together are no line: whoever
cares for somebody at home needs a neighbour as much.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from geo.watching import Watch, count_houses, count_left, count_watchers, pair_up
from webapp.board.items import Item
from webapp.board.state import Board


@dataclass(frozen=True)
class Missed:
    """Who is missed if somebody falls ill: homes left with nobody, and with one watcher."""

    none: list[str]
    one: list[str]


class Saying:
    """What one board says. Ids are those of items.

    ``homes`` stand in the order of the map, ``watchers`` in that of their first lines.
    """

    def __init__(self, board: Board) -> None:
        """Read the board as it is now; what is drawn later is not seen."""
        live: dict[str, list[Item]] = defaultdict(list)
        for item in board.items.values():
            if item.live:
                live[item.kind].append(item)
        self._home: dict[str, str | None] = {
            one.id: one.id for one in live["house"] if not one.values.get("gone")
        }
        self._folk: dict[str, list[Item]] = defaultdict(list)
        for one in live["person"]:
            self._settle(one)
        self.homes = [one for one, home in self._home.items() if one == home]
        self._drawn = [one.values for one in live["link"] if self._is_there(one.values)]
        self._codes: dict[str, int] = {}
        self._watch = self._read_lines()
        self.watchers = list(self._codes)
        self._worries = [one.id for one in live["worry"] if board.is_shown(one)]
        self._cards = live["card"]

    def _settle(self, person: Item) -> None:
        """Where a person is at home; None = nowhere that is counted."""
        house = person.values.get("house")
        if person.values.get("gone") or (house is not None and house not in self._home):
            return
        if house is None:
            self._home[person.id] = person.id if person.values.get("part") == "cared" else None
        else:
            self._home[person.id] = house
            self._folk[house].append(person)

    def _is_there(self, line: Mapping[str, Any]) -> bool:
        """Whether both ends are."""
        return line["watcher"] in self._home and line["watched"] in self._home

    def _read_lines(self) -> Watch:
        """Who looks in on which home, a mutual line in both directions."""
        spots = {one: at for at, one in enumerate(self.homes)}
        watcher, home = list[int](), list[int]()
        doers: dict[str, int] = {}
        for one, other in self._directed():
            reached = self._home[other]
            if reached is None or reached == self._home[one]:
                continue
            if one not in doers:
                doers[one] = self._codes.setdefault(self._doer_of(one), len(self._codes))
            watcher.append(doers[one])
            home.append(spots[reached])
        codes = np.array([watcher, home], np.int64)
        return pair_up(codes[0], codes[1], len(self._codes), len(self.homes))

    def _directed(self) -> Iterator[tuple[str, str]]:
        """From whom to whom."""
        for line in self._drawn:
            watcher, watched = line["watcher"], line["watched"]
            yield watcher, watched
            if line.get("direction") == "mutual":
                yield watched, watcher

    def _doer_of(self, identity: str) -> str:
        """Whose line it is."""
        folk = self._folk.get(identity)
        if not folk:
            return identity
        helpers = [one for one in folk if one.values.get("part") == "helper"]
        for few in (helpers, folk):
            if len(few) == 1:
                return few[0].id
        return identity

    def homes_with(self, lines: int) -> list[str]:
        """Homes that so many look in on."""
        return _pick(self.homes, count_watchers(self._watch) == lines)

    def load(self) -> list[dict[str, Any]]:
        """For each watcher how many homes, and how many of them nobody else sees; most first."""
        many, alone = (one.tolist() for one in count_houses(self._watch))
        told = [
            {"id": one, "households": homes, "alone": sole}
            for one, homes, sole in zip(self.watchers, many, alone, strict=True)
        ]
        return sorted(told, key=lambda one: (-one["households"], one["id"]))

    def missed(self, identity: str) -> Missed:
        """Who is missed if this person falls ill, or everybody of this house."""
        ill = {identity, *(one.id for one in self._folk.get(identity, ()))}
        left, lost = count_left(self._watch, np.array([one in ill for one in self.watchers], bool))
        return Missed(_pick(self.homes, lost & (left == 0)), _pick(self.homes, lost & (left == 1)))

    def written(self, too_many: int) -> dict[str, Any]:
        """As devices get it. ``too_many``: a watcher of more homes than this has too many."""
        load = self.load()
        return {
            "homes": len(self.homes),
            "lines": len(self._drawn),
            "no_line": self.homes_with(0),
            "one_line": self.homes_with(1),
            "load": load,
            "too_many": [one["id"] for one in load if one["households"] > too_many],
            "worries": self._worries,
            "open_cards": sum(not one.values.get("done") for one in self._cards),
        }


def _pick(ids: list[str], which: Any) -> list[str]:  # noqa: ANN401 - a mask of numpy
    return [ids[at] for at in np.flatnonzero(which)]
