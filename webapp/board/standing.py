"""Of whom on the map the register tells now: who withdrew since it was opened is not there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, select

from webapp.board.items import Item
from webapp.board.leaving import REFERENCES, Audience
from webapp.register.allowances import Allowances, Output, stamp_of
from webapp.register.consents import BIT
from webapp.register.disclose import allowances_now
from webapp.register.house import Register
from webapp.register.records import Supporter

LEAVES_FOR: Final[Mapping[str, tuple[str, str]]] = {
    "hall": ("workshop", "facilitator"),
    "commissioner": ("workshop", "commissioner"),
    "district_group": ("workshop", "district_group"),
    "disaster": ("disaster", "district_group"),
}
"""Purpose and recipient of each edition; the public gets nobody."""


def allow_now(
    register: Register, items: Iterable[Item], audience: Audience = "hall"
) -> frozenset[str]:
    """Ids of the households, people and supporters that the register allows an edition now.

    Of those that the items name. A household stands where its position may be told,
    somebody where the name may.
    """
    if audience not in LEAVES_FOR:
        return frozenset()
    named = {one.values[name] for one in items for name in REFERENCES if one.values.get(name)}
    if not named:
        return frozenset()
    purpose, recipient = LEAVES_FOR[audience]
    allowances = allowances_now(register, Output(purpose, recipient, datetime.now(UTC)))
    return frozenset(one for one in named if _is_open(allowances, one)) | _helpers(
        register, allowances, named
    )


def find_withheld(register: Register, items: Collection[Item]) -> frozenset[str]:
    """Ids of the items that are of somebody of whom the register tells the hall no longer."""
    allowed = allow_now(register, items)
    return frozenset(
        one.id
        for one in items
        if any(one.values.get(name) and one.values[name] not in allowed for name in REFERENCES)
    )


def stamp_now(connection: Connection) -> object:
    """Changes with all that decides of whom the register tells the hall."""
    return stamp_of(connection, Output(*LEAVES_FOR["hall"], datetime.now(UTC)))


def _is_open(allowances: Allowances, identity: str) -> bool:
    person, home = allowances.by_person.get(identity, 0), allowances.by_household.get(identity, 0)
    return bool(person & BIT["name"] or home & BIT["position"])


def _helpers(register: Register, allowances: Allowances, named: Collection[str]) -> frozenset[str]:
    asked = select(Supporter.id, Supporter.district_id).where(Supporter.id.in_(sorted(named)))
    with register.engine.connect() as connection:
        found = connection.execute(asked).all()
    usual = allowances.supporters[None]
    return frozenset(
        identity
        for identity, district in found
        if allowances.supporters.get(district, usual) & BIT["position"]
    )
