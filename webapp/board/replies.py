"""What came back about one house of a sheet, as the deeds of a stroke."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from geo.errors import ParameterWrong
from webapp.board.homes import Home
from webapp.board.items import Item
from webapp.board.stroke import Deed
from webapp.faults import ItemGone
from webapp.register.records.base import new_id

REPLIES: Final = ("same", "changed", "moved", "deceased", "person", "lost", "line")
"""The boxes of a sheet in their order: 変わりなし, 変わった, 転居, 死亡, 新しい人, 線がなくなった,
新しい線."""

_LEAVING: Final = ("moved", "deceased")


@dataclass(frozen=True)
class Reply:
    """One box ticked. ``about``: ids of the people who left, or of the lines that are no more.

    ``other``: at the other end of a new line: the number of a house, or the id of somebody with
    a place of the own; ``inward``: that one looks in here. ``values``: what is said of a new
    person or line, or of the changed house. ``note``: in words. ``since``: the last entry that
    whoever says it had seen.
    """

    what: str
    since: int
    about: tuple[str, ...] = ()
    other: int | str | None = None
    inward: bool = True
    values: Mapping[str, Any] | None = None
    note: str = ""


def confirm_homes(homes: Iterable[Home], today: date, since: int) -> list[Deed]:
    """Everything about these homes is as it was."""
    found = {item.id: item for home in homes for item in home.items}
    return [_confirm(item, today, since) for item in found.values()]


def deeds_of(homes: Mapping[str, Home], home: Home, reply: Reply, today: date) -> list[Deed]:
    """What a reply does to the map; what it does not speak of is as it was.

    Raises
    ------
    ParameterWrong
        No such reply, nobody or nothing it speaks of, or a house number that is not there.
    ItemGone
        Somebody took away meanwhile what it speaks of.
    """
    make = _MADE.get(reply.what)
    if make is None:
        raise ParameterWrong(name="reply", value=reply.what[:20] or "–", wanted=", ".join(REPLIES))
    made = list(make(homes, home, reply, today))
    told = {deed.id for deed in made}
    rest = [one for one in confirm_homes([home], today, reply.since) if one.id not in told]
    return [*made, *rest]


def _confirm(item: Item, today: date, since: int, **more: object) -> Deed:
    return Deed(item.id, item.kind, {"confirmed_on": today.isoformat(), **more}, since)


def _same(*_: object) -> Iterator[Deed]:
    return iter(())


def _change(_: object, home: Home, reply: Reply, today: date) -> Iterator[Deed]:
    yield _confirm(home.house, today, reply.since, **(reply.values or {}))
    if reply.note:
        place = {name: home.house.values[name] for name in ("lon", "lat")}
        yield Deed(new_id("note"), "note", {**place, "text": reply.note}, reply.since)


def _leave(_: object, home: Home, reply: Reply, today: date) -> Iterator[Deed]:
    """Those who left; with the last of them, or where nobody is known, the house is empty."""
    left = _chosen(home.people, reply.about) if home.people else []
    for one in left:
        yield _confirm(one, today, reply.since, gone=reply.what)
    if len(left) == len(home.people):
        yield _confirm(home.house, today, reply.since, gone=reply.what)


def _come(_: object, home: Home, reply: Reply, today: date) -> Iterator[Deed]:
    values = {
        "house": home.house.id, "confirmed_on": today.isoformat(), "consent": "unconfirmed",
        **(reply.values or {}),
    }  # fmt: skip
    yield Deed(new_id("person"), "person", values, reply.since)


def _lose(_: object, home: Home, reply: Reply, today: date) -> Iterator[Deed]:  # noqa: ARG001 - all replies are made alike
    for one in _chosen([one.item for one in home.lines], reply.about):
        yield Deed(one.id, "link", None, reply.since)


def _join(homes: Mapping[str, Home], home: Home, reply: Reply, today: date) -> Iterator[Deed]:
    other = reply.other if isinstance(reply.other, str) else _numbered(homes, reply.other)
    if other is None or other == home.house.id:
        told = "–" if reply.other is None else str(reply.other)
        raise ParameterWrong(name="other", value=told, wanted="the number of another house")
    ends = (other, home.house.id) if reply.inward else (home.house.id, other)
    values = {
        "watcher": ends[0], "watched": ends[1], "confirmed_on": today.isoformat(),
        **(reply.values or {}),
    }  # fmt: skip
    yield Deed(new_id("line"), "link", values, reply.since)


def _numbered(homes: Mapping[str, Home], number: int | None) -> str | None:
    return next((one.house.id for one in homes.values() if one.number == (number or -1)), None)


def _chosen(known: Sequence[Item], about: Sequence[str]) -> list[Item]:
    """Those that a reply names; the only one needs no name."""
    if not about and len(known) == 1:
        return list(known)
    found = [one for one in known if one.id in about]
    if len(found) < len(set(about)):
        raise ItemGone(id=next(iter(set(about) - {one.id for one in found})))
    if not found:
        raise ParameterWrong(name="about", value="–", wanted="who or which line")
    return found


_MADE: Final = {
    "same": _same,
    "changed": _change,
    "moved": _leave,
    "deceased": _leave,
    "person": _come,
    "lost": _lose,
    "line": _join,
}
