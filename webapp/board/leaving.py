"""What of the map may leave the hall, and to whom: by what was said at the table.

Pure. Refused goes nowhere, not even onto the hall's own paper. What nobody was asked about
stays in the hall. A line goes where both its ends go. What is of the register goes only
while the register allows it too; see `webapp.board.standing`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final, Literal

from webapp.board.items import Item
from webapp.board.state import Board
from webapp.register.scrubbing import list_terms, scrub_value

Audience = Literal["hall", "commissioner", "district_group", "disaster", "public"]

REFERENCES: Final = ("household_id", "person_id", "supporter_id")
"""Fields by which an item is of somebody in the register."""

_AGREED: Final = frozenset({"self", "family"})

_OPEN_TO: Final[Mapping[str, frozenset[str]]] = {
    "commissioner": _AGREED,
    "district_group": _AGREED,
    "disaster": _AGREED | {"disaster_only"},
    "public": frozenset(),
}
"""What has to have been said; the hall sees all but what was refused."""

_OF_NOBODY: Final = ("place", "area")
"""Kinds that go to everybody."""

_TEXTS: Final = ("text", "worry", "who", "said_often", "name")
"""Fields in which somebody else may be named."""


def leave(board: Board, audience: Audience, allowed: Collection[str] = ()) -> list[Item]:
    """The items that may go to ``audience``, each with what may be said of it.

    Parameters
    ----------
    allowed
        Ids of households, people and supporters that the register allows there now.
    """
    return _Gate(board, audience, frozenset(allowed)).items()


def said_of(board: Board, item: Item) -> str | None:
    """A code of `terms.SAID`: of the one itself, of somebody in a house else the house's.

    None = nobody said anything.
    """
    said: str | None = item.values.get("consent")
    home = board.items.get(str(item.values.get("house"))) if item.kind == "person" else None
    return said if said is not None or home is None else home.values.get("consent")


class _Gate:
    """One map on its way to one audience."""

    def __init__(self, board: Board, audience: Audience, allowed: frozenset[str]) -> None:
        self._board = board
        self._audience = audience
        self._allowed = allowed
        shown = list(board.shown())
        self._inside: dict[str, list[Item]] = {}
        for one in shown:
            if one.kind == "person" and one.values.get("house"):
                self._inside.setdefault(one.values["house"], []).append(one)
        self._goes = {one.id: self._may_go(one) for one in shown if one.kind in {"house", "person"}}
        self._shown = shown

    def items(self) -> list[Item]:
        """What goes, cut."""
        named = [one.values.get(name) for one in self._shown for name in ("name", "kana")
                 if not self._goes.get(one.id, True)]  # fmt: skip
        terms = list_terms(*named)
        return [self._cut(one, terms) for one in self._shown if self._goes_out(one)]

    def _goes_out(self, item: Item) -> bool:
        if item.kind in _OF_NOBODY:
            return True
        if item.kind in {"house", "person"}:
            return self._goes[item.id]
        if self._audience == "public":
            return False
        if item.kind == "link":
            ends = (item.values["watcher"], item.values["watched"])
            return all(self._goes.get(one, False) for one in ends) and self._fits_or_none(item)
        about = item.values.get("about")
        if about is not None:
            return self._goes_with(str(about)) and self._fits_or_none(item)
        return self._fits(item.values.get("consent")) if item.kind == "worry" else True

    def _goes_with(self, subject: str) -> bool:
        """Whether what a worry or a card is about goes; a card may be about a worry."""
        known = self._board.items.get(subject)
        if known is None or known.kind != "worry":
            return self._goes.get(subject, False)
        return self._board.is_shown(known) and self._goes_out(known)

    def _may_go(self, item: Item) -> bool:
        if not self._stands(item):
            return False
        if item.kind == "person":
            home = self._board.items.get(str(item.values.get("house")))
            if home is not None and not self._may_stand(home):
                return False
            return self._fits(said_of(self._board, item), item)
        inside = (one for one in self._inside.get(item.id, ()) if self._stands(one))
        return self._may_stand(item) and (
            self._fits(item.values.get("consent"), item)
            or any(self._fits(one.values.get("consent"), one) for one in inside)
        )

    def _may_stand(self, home: Item) -> bool:
        """A house that said no is not there, whoever in it said yes."""
        return self._stands(home) and home.values.get("consent") != "refused"

    def _stands(self, item: Item) -> bool:
        """Whether the register, where it knows of the one, allows it."""
        known = [item.values[name] for name in REFERENCES if item.values.get(name)]
        return all(one in self._allowed for one in known)

    def _fits(self, said: str | None, item: Item | None = None) -> bool:
        if self._audience == "hall":
            return said != "refused"
        if said is None and item is not None and self._audience != "public":
            return any(item.values.get(name) for name in REFERENCES)
        return said in _OPEN_TO[self._audience]

    def _fits_or_none(self, item: Item) -> bool:
        said = item.values.get("consent")
        return said is None or self._fits(said)

    def _cut(self, item: Item, terms: list[str]) -> Item:
        told: dict[str, Any] = {
            name: scrub_value(value, terms) if name in _TEXTS else value
            for name, value in item.values.items()
            if self._audience == "hall" or not name.endswith("_id")
        }
        if item.kind == "house" and not self._tells_of_all(item):
            told = {k: v for k, v in told.items() if k not in {"name", "composition"}}
        kept = item.conflicts if self._audience == "hall" else {}
        return replace(item, values=told, conflicts={} if terms else kept)

    def _tells_of_all(self, home: Item) -> bool:
        """Whether what is said of the whole house is anybody's business: all in it must agree."""
        inside = self._inside.get(home.id, ())
        own = home.values.get("consent")
        if own is not None and not self._fits(own):
            return False
        return all(self._goes[one.id] for one in inside)
