"""People as the desk names them: name, reading, address, telephone, cut by consent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import Household, Person, Supporter
from webapp.register.released import release_records
from webapp.register.viewer import Viewer

PURPOSE = "matching"
"""What the desk mainly reads for."""


@dataclass(frozen=True)
class Card:
    """One person or supporter. What is unknown or withheld is None."""

    id: str
    name: str | None = None
    kana: str | None = None
    phone: str | None = None
    address: str | None = None
    household_id: str | None = None
    district_id: str | None = None
    status: str | None = None

    @property
    def shown(self) -> str:
        """The name, or the number of one without."""
        return self.name or self.id


def person_cards(
    register: Register, viewer: Viewer, ids: Iterable[str | None], purpose: str = PURPOSE
) -> dict[str, Card]:
    """Cards of people by their ids; whom one may not see is not among them."""
    wanted = sorted({one for one in ids if one})
    people = release_records(register, viewer, purpose, Person, Person.id.in_(wanted))
    homes = [str(person["household_id"]) for person in people]
    found = release_records(register, viewer, purpose, Household, Household.id.in_(sorted(homes)))
    addresses = {home.id: home.get("address") for home in found}
    return {one.id: _card(one, addresses.get(one["household_id"])) for one in people}


def supporter_cards(
    register: Register, viewer: Viewer, ids: Iterable[str | None], purpose: str = PURPOSE
) -> dict[str, Card]:
    """Cards of supporters by their ids."""
    wanted = sorted({one for one in ids if one})
    found = release_records(register, viewer, purpose, Supporter, Supporter.id.in_(wanted))
    return {one.id: _card(one, one.get("address")) for one in found}


def _card(view: View, address: str | None) -> Card:
    names = ("name", "kana", "phone", "household_id", "district_id", "status")
    return Card(view.id, address=address, **{name: view.get(name) for name in names})
