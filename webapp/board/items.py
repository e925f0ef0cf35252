"""One thing on the map: what is said of it, who said what when, what two said differently."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from webapp.board.kinds import REFERS
from webapp.board.stroke import Deed

DROP: Final = "drop"
"""Under this name an item keeps that somebody took it away while somebody else altered it."""


@dataclass(frozen=True)
class Mark:
    """Who said it: the entry, the seat, and how that one is called."""

    number: int
    seat: str
    name: str


@dataclass(frozen=True)
class Conflict:
    """What another had said, which the later one had not seen. ``value``: as that one said it."""

    value: Any
    name: str
    number: int


@dataclass
class Item:
    """One item. ``number``: the entry that last altered what is seen of it."""

    id: str
    kind: str
    values: dict[str, Any] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)
    conflicts: dict[str, Conflict] = field(default_factory=dict)
    live: bool = False
    number: int = 0

    def refers(self) -> list[str]:
        """Ids of the items it hangs on."""
        named = (self.values.get(name) for name in REFERS.get(self.kind, ()))
        return [str(one) for one in named if one is not None]

    def take(self, deed: Deed, mark: Mark) -> None:
        """Do to it what a stroke says; what somebody else said meanwhile is kept beside it."""
        base = deed.base or 0
        if deed.values is None:
            self._drop(base, mark)
        else:
            self._revive(base, mark)
            for name, value in deed.values.items():
                self._say(name, value, base, mark)
        self.number = mark.number

    def _say(self, name: str, value: Any, base: int, mark: Mark) -> None:  # noqa: ANN401
        before, unseen = self.values.get(name), self.marks.get(name)
        self._settle(name, base)
        if unseen is not None and _is_unseen(unseen, base, mark) and before != value:
            self.conflicts[name] = Conflict(before, unseen.name, mark.number)
        self.marks[name] = mark
        if value is None:
            self.values.pop(name, None)
        else:
            self.values[name] = value

    def _revive(self, base: int, mark: Mark) -> None:
        gone = self.marks.get(DROP)
        self._settle(DROP, base)
        if not self.live and gone is not None and _is_unseen(gone, base, mark):
            self.conflicts[DROP] = Conflict(None, gone.name, mark.number)
        self.live = True

    def _drop(self, base: int, mark: Mark) -> None:
        said = [one for name, one in self.marks.items() if name != DROP]
        unseen = next((one for one in said if _is_unseen(one, base, mark)), None)
        self._settle(DROP, base)
        if unseen is not None and self.live:
            self.conflicts[DROP] = Conflict(None, mark.name, mark.number)
        else:
            self.live = False
        self.marks[DROP] = mark

    def _settle(self, name: str, base: int) -> None:
        """Whoever saw both and says it again has decided."""
        known = self.conflicts.get(name)
        if known is not None and known.number <= base:
            del self.conflicts[name]

    def looks_like(self, other: Item | None) -> bool:
        """Whether one sees the same of both."""
        return (
            other is not None
            and self.live == other.live
            and self.values == other.values
            and self.conflicts.keys() == other.conflicts.keys()
        )


def _is_unseen(said: Mark, base: int, mark: Mark) -> bool:
    return said.number > base and said.seat != mark.seat
