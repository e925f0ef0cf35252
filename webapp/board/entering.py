"""From the map into the register: what a find becomes there, written by who leads the review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from geo import terms
from webapp.board.items import Item
from webapp.board.reviewing import Find, Reviewing, answers_of
from webapp.casework.housing import PRESSED, Spot
from webapp.register.change import Change
from webapp.register.records import Consent, Household, Person, Place, WatchLink, Workshop
from webapp.register.spelling import address_key, person_key

_PLACE: Final = {"lon": "lon", "lat": "lat", "place": "kind", "name": "name"}


@dataclass
class Entering:
    """One find on its way into the register, within one change.

    ``version``: of the record that was shown; ``same``: the id of the one in the register
    that it is. ``also``: what items besides it became, by item.
    """

    change: Change
    workshop: Workshop
    reviewing: Reviewing
    find: Find
    version: int = 0
    same: str | None = None
    also: dict[str, dict[str, str]] = field(default_factory=dict)

    def enter(self) -> dict[str, str]:
        """Write it; the ids that it has in the register now, by noun.

        Raises
        ------
        NotFound, RecordStale, RecordWithheld, FieldWithheld, StepIllegal
        """
        write = {"house": self._house, "person": self._person, "link": self._line,
                 "place": self._place}[self.find.item.kind]  # fmt: skip
        return write(self.find.item)

    def _house(self, item: Item) -> dict[str, str]:
        if self.find.records:
            return self._revise_house(item)
        if self.same is not None:
            return {"household": self.change.get(Household, self.same).id}
        records = {"household": self._add_household(item)}
        if not self.reviewing.inside(item):
            records["person"] = self._add_person(item, records["household"], known=False)
        return records

    def _revise_house(self, item: Item) -> dict[str, str]:
        home, values, now = self.find.records["household"], dict[str, Any](), item.values
        if {"lon", "lat"} & self.find.fields.keys():
            values |= Spot(now["lon"], now["lat"], PRESSED).columns()
        if "address" in self.find.fields:
            values |= _address(now.get("address"))
        if "composition" in self.find.fields and self.reviewing.all_agree(item):
            values["composition"] = now.get("composition")
        if now.get("gone"):
            values["status"] = "past"
            self._end_people(item, now["gone"])
        if values:
            self.change.revise(Household, home, self.version, **values)
        return {"household": home}

    def _end_people(self, item: Item, gone: str) -> None:
        """Who is in a house that everybody left, or the only one died of, is gone too."""
        for one in self.reviewing.inside(item) if gone != "past" else ():
            person = self.reviewing.records_of(one).get("person")
            if person is not None:
                self._change_person(person, {"status": gone})

    def _add_household(self, item: Item) -> str:
        now = item.values
        composition = now.get("composition") if self.reviewing.all_agree(item) else None
        made = self.change.add(
            Household,
            district_id=self._district,
            composition=composition,
            **Spot(now["lon"], now["lat"], PRESSED).columns(),
            **_address(now.get("address")),
        )
        self.change.session.flush()
        return made.id

    def _person(self, item: Item) -> dict[str, str]:
        known = self.find.records.get("person")
        if known is not None:
            self._revise_person(item, known)
            return {"person": known}
        if self.same is not None:
            there = self.change.get(Person, self.same)
            self._bind_home(item, there.household_id)
            self._answer(item, there.id, known=True)
            return {"person": there.id, "household": there.household_id}
        home = self._home(item)
        return {"person": self._add_person(item, home, known=False), "household": home}

    def _revise_person(self, item: Item, person: str) -> None:
        now, fields = item.values, self.find.fields
        if self.find.said != "refused":
            values = {name: now.get(name) for name in ("name", "kana") if name in fields}
            if values:
                values["search_key"] = person_key(now.get("name"), now.get("kana"))
            if "house" in fields and now.get("house"):
                values["household_id"] = self._home(item)
            if now.get("gone") in {"moved", "deceased"}:
                values["status"] = now["gone"]
            if values:
                self.change.revise(Person, person, self.version, **values)
        if "consent" in fields:
            self._answer(item, person, known=True)

    def _change_person(self, person: str, values: Mapping[str, Any]) -> None:
        found = self.change.get(Person, person)
        self.change.revise(Person, person, found.version, **values)

    def _add_person(self, item: Item, home: str, *, known: bool) -> str:
        name, kana = item.values.get("name"), item.values.get("kana")
        made = self.change.add(
            Person,
            household_id=home,
            district_id=self._district,
            name=name,
            kana=kana,
            search_key=person_key(name, kana),
        )
        self.change.session.flush()
        self._answer(item, made.id, known=known)
        return made.id

    def _home(self, item: Item) -> str:
        """The household of somebody on the map; one that is not there yet is made."""
        home = self.reviewing.home_of(item)
        if home is None:
            return self._add_household(item)
        known = self.reviewing.records_of(home).get("household")
        if known is not None:
            return known
        made = self._add_household(home)
        self.also[home.id] = {"household": made}
        return made

    def _bind_home(self, item: Item, household: str) -> None:
        home = self.reviewing.home_of(item)
        if home is not None and "household" not in self.reviewing.records_of(home):
            self.also[home.id] = {"household": household}

    def _answer(self, item: Item, person: str, *, known: bool) -> None:
        """Write down what was said at the table, as of the moment when it was."""
        for basis, purpose, status in answers_of(self.find.said, known=known):
            self.change.add(
                Consent,
                person_id=person,
                district_id=self._district,
                basis=basis,
                purpose=purpose,
                status=status,
                how=self._how,
                given_on=self._moment(item),
            )
        self.change.session.flush()

    @property
    def _how(self) -> str:
        """In Japanese, as the register keeps what people wrote."""
        return f"「{self.workshop.title}」（{self.workshop.held_on.isoformat()}）で聞いた"

    @property
    def _district(self) -> str | None:
        return self.workshop.district_id

    def _moment(self, item: Item) -> datetime:
        home = self.reviewing.home_of(item) if item.kind == "person" else None
        marks = [one.marks["consent"] for one in (item, home) if one and "consent" in one.marks]
        entries = self.reviewing.board.entries
        return entries[marks[0].number - 1].at if marks else entries[-1].at

    def _line(self, item: Item) -> dict[str, str]:
        known = self.find.records.get("watch_link")
        if self.find.sort == "lost" and known is not None:
            self.change.erase(self.change.get(WatchLink, known))
            return {}
        now = item.values
        often = now.get("said_often") or _ja(now.get("how_often"))
        told = {"kind": now["link"], "direction": now.get("direction"), "how_often": often,
                "strength": now.get("strength")}  # fmt: skip
        if known is not None:
            self.change.revise(WatchLink, known, self.version, **told)
            return {"watch_link": known}
        watcher, watched = (self.reviewing.end_of(now[one]) for one in ("watcher", "watched"))
        made = self.change.add(
            WatchLink,
            watcher_id=watcher.get("supporter") or watcher["household"],
            watched_id=watched["household"],
            district_id=self._district,
            **told,
        )
        self.change.session.flush()
        return {"watch_link": made.id}

    def _place(self, item: Item) -> dict[str, str]:
        values = {column: item.values.get(name) for name, column in _PLACE.items()}
        known = self.find.records.get("place")
        if known is not None:
            self.change.revise(Place, known, self.version, **values)
            return {"place": known}
        made = self.change.add(Place, district_id=self._district, **values)
        self.change.session.flush()
        return {"place": made.id}


def _address(address: str | None) -> dict[str, str | None]:
    return {"address": address, "address_key": address_key(address) if address else None}


def _ja(often: str | None) -> str | None:
    return None if often is None else terms.OFTEN[often].ja
