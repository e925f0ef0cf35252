"""Who in the register may be the one on the map: the same name or reading nearby, the same spot.

Only those whom the register tells of here are pointed out: that somebody who withheld is in
the register is not learnt from a likeness.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, select

from webapp.board.reviewing import Find, Reviewing
from webapp.casework.alike import Known
from webapp.register.allowances import Output
from webapp.register.consents import BIT
from webapp.register.disclose import allowances_now
from webapp.register.house import Register
from webapp.register.records import Household, Person

_NEAR: Final = 0.002
"""Degrees, some 200 m: further off it is another of the same name."""

_SPOT: Final = 0.00015
"""Degrees, some 15 m: one house pressed twice."""

_MOST: Final = 3


@dataclass(frozen=True)
class Neighbour:
    """A home that the register tells of here, with who lives there."""

    household: str
    lon: float
    lat: float
    address: str | None
    people: tuple[tuple[str, str | None, str | None], ...]


def read_neighbours(
    register: Register, connection: Connection, district: str | None
) -> list[Neighbour]:
    """The homes of a district that may be told of at a workshop, for comparing."""
    allowances = allowances_now(register, Output("workshop", "facilitator", datetime.now(UTC)))
    inside: dict[str, list[tuple[str, str | None, str | None]]] = {}
    asked = select(Person.id, Person.household_id, Person.name, Person.kana).where(
        Person.district_id == district, Person.status.in_(("active", "paused"))
    )
    for identity, home, name, kana in connection.execute(asked.order_by(Person.id)):
        if allowances.by_person.get(identity, 0) & BIT["name"]:
            inside.setdefault(home, []).append((identity, name, kana))
    homes = select(Household.id, Household.lon, Household.lat, Household.address).where(
        Household.district_id == district, Household.status == "current",
        Household.lon.is_not(None), Household.lat.is_not(None),
    )  # fmt: skip
    return [
        Neighbour(identity, lon, lat, address, tuple(inside.get(identity, ())))
        for identity, lon, lat, address in connection.execute(homes.order_by(Household.id))
        if lon is not None
        and lat is not None
        and allowances.by_household.get(identity, 0) & BIT["position"]
    ]


def find_alike(
    neighbours: list[Neighbour], reviewing: Reviewing, find: Find
) -> list[tuple[str, Neighbour]]:
    """Ids of those who may be the one of a find, each with the home; the nearest first."""
    if find.sort != "new" or find.item.kind not in {"house", "person"}:
        return []
    taken = {
        identity
        for item in reviewing.board.items.values()
        for identity in reviewing.records_of(item).values()
    }
    found = list(_alike(neighbours, reviewing, find))
    return [one for one in found if one[0] not in taken][:_MOST]


def _alike(
    neighbours: list[Neighbour], reviewing: Reviewing, find: Find
) -> Iterator[tuple[str, Neighbour]]:
    item = find.item
    home = item if item.kind == "house" else reviewing.home_of(item) or item
    at = (home.values.get("lon"), home.values.get("lat"))
    if at[0] is None or at[1] is None:
        return
    by_distance = sorted(
        (abs(one.lon - at[0]) + abs(one.lat - at[1]), one.household, one) for one in neighbours
    )
    for distance, _, one in by_distance:
        if item.kind == "house" and distance <= _SPOT:
            yield one.household, one
        elif item.kind == "person" and distance <= _NEAR:
            known = Known({}, {}, {})
            for person in one.people:
                known.add(*person, None)
            for alike in known.of(item.values.get("name"), item.values.get("kana"), None):
                yield alike.id, one
