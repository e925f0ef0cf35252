"""What is on the map when a workshop begins: what the register may show of who agreed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, or_

from webapp.board.stroke import Deed
from webapp.register.allowances import Output
from webapp.register.consents import BIT, JAPAN
from webapp.register.disclose import allowances_now
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import Household, Person, Place, Record, Supporter, WatchLink
from webapp.register.released import release_records
from webapp.register.viewer import Viewer

_PURPOSE: Final = "workshop"
_STILL: Final = ("active", "paused")


def first_deeds(register: Register, viewer: Viewer, workshop: View) -> list[Deed]:
    """Houses, people, supporters, lines and places of the workshop's part of the district.

    What people withhold from a workshop is not among them.
    """
    district, window = workshop["district_id"], workshop["window"]

    def release(record: type[Record], *where: ColumnElement[bool]) -> list[View]:
        mine = record.district_id == district  # type: ignore[attr-defined]
        if record is Place:
            mine = or_(mine, Place.district_id.is_(None))
        return list(release_records(register, viewer, _PURPOSE, record, mine, *where))

    houses = _placed(release(Household, Household.status == "current"), window)
    homes = {one.id for one in houses}
    people = [
        one
        for one in release(Person, Person.status.in_(_STILL))
        if one.get("household_id") in homes
    ]
    helpers = _placed(release(Supporter, Supporter.status == "active"), window)
    places = _placed(release(Place), window)
    allowed = allowances_now(register, Output(_PURPOSE, viewer.role, datetime.now(UTC)))
    open_ = {one for one in homes if allowed.by_household.get(one, 0) & BIT["lines"]}
    ends = open_ | {one.id for one in helpers}
    links = [
        one for one in release(WatchLink) if {one.get("watcher_id"), one.get("watched_id")} <= ends
    ]
    names = _names(houses, people, helpers)
    return [
        *_number_houses(houses, names),
        *(_person(one, names) for one in people),
        *(_helper(one, names) for one in helpers),
        *(_line(number, one, names) for number, one in enumerate(links, 1)),
        *(_place(number, one) for number, one in enumerate(places, 1)),
    ]


def count_houses(register: Register, viewer: Viewer, workshop: View) -> int:
    """How many houses of the register the map may begin with."""
    mine = (Household.district_id == workshop["district_id"]) & (Household.status == "current")
    released = release_records(register, viewer, _PURPOSE, Household, mine)
    return len(_placed(released, workshop["window"]))


def _names(*records: list[View]) -> dict[str, str]:
    """What each is called on the board, by its id in the register."""
    return {
        one.id: f"{one.record}-{number:04d}"
        for views in records
        for number, one in enumerate(views, 1)
    }


def _placed(views: Iterable[View], window: Mapping[str, float] | None) -> list[View]:
    """Those that stand somewhere, and within the window."""
    return [
        one
        for one in views
        if one.get("lon") is not None and one.get("lat") is not None and _is_in(one, window)
    ]


def _is_in(one: View, window: Mapping[str, float] | None) -> bool:
    return window is None or (
        window["west"] <= one["lon"] <= window["east"]
        and window["south"] <= one["lat"] <= window["north"]
    )


def _number_houses(houses: list[View], names: Mapping[str, str]) -> Iterator[Deed]:
    """Houses with numbers, from the north-west to the south-east."""
    order = sorted(houses, key=lambda one: (-round(one["lat"], 3), one["lon"], one.id))
    for number, one in enumerate(order, 1):
        yield _put(names[one.id], "house", {
            "lon": one["lon"], "lat": one["lat"], "number": number,
            "address": one.get("address"), "composition": one.get("composition"),
            "household_id": one.id, "confirmed_on": _last_said(one),
        })  # fmt: skip


def _person(one: View, names: Mapping[str, str]) -> Deed:
    return _put(names[one.id], "person", {
        "house": names[one["household_id"]], "name": one.get("name"), "kana": one.get("kana"),
        "part": "cared", "person_id": one.id, "confirmed_on": _last_said(one),
    })  # fmt: skip


def _helper(one: View, names: Mapping[str, str]) -> Deed:
    return _put(names[one.id], "person", {
        "lon": one["lon"], "lat": one["lat"], "name": one.get("name"), "part": "helper",
        "supporter_id": one.id,
    })  # fmt: skip


def _line(number: int, one: View, names: Mapping[str, str]) -> Deed:
    strength = one.get("strength")
    return _put(f"line-{number:04d}", "link", {
        "watcher": names[one["watcher_id"]], "watched": names[one["watched_id"]],
        "link": one.get("kind") or "other", "direction": one.get("direction"),
        "strength": None if strength is None else min(max(round(strength), 1), 3),
        "said_often": (one.get("how_often") or "")[:60] or None, "watch_link_id": one.id,
        "confirmed_on": _last_said(one),
    })  # fmt: skip


def _place(number: int, one: View) -> Deed:
    return _put(f"place-{number:04d}", "place", {
        "lon": one["lon"], "lat": one["lat"], "place": one.get("kind") or "other",
        "name": one.get("name"), "place_id": one.id,
    })  # fmt: skip


def _last_said(one: View) -> str | None:
    """The day, in Japan, on which somebody last wrote it down; None = withheld."""
    at: datetime | None = one.get("changed_at")
    return None if at is None else at.astimezone(JAPAN).date().isoformat()


def _put(identity: str, kind: str, values: Mapping[str, Any]) -> Deed:
    return Deed(identity, kind, {name: one for name, one in values.items() if one is not None})
