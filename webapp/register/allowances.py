"""Whom an output may tell of: everybody's answers read at once and decided at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Text, or_, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute

from webapp.register.consents import (
    BIT,
    JAPAN,
    Answer,
    AnswerTable,
    allowed_of_many,
    bits_of,
)
from webapp.register.records import Consent, DisasterMode, District, Household, Person
from webapp.register.records.disaster_mode import LONGEST
from webapp.register.rulesets import RuleSet, rule_set
from webapp.register.trail.pulse import versions_now

_HERE: Final = ("active", "paused")
"""Statuses of people who live there."""


_USUAL: Final = "consent"
"""The rule set of people and homes outside any district."""


@dataclass(frozen=True)
class Output:
    """What is to leave: for what, to whom, when."""

    purpose: str
    recipient: str
    at: datetime


@dataclass(frozen=True)
class Allowances:
    """What may leave, as bits of `webapp.register.consents.BIT`.

    ``people``: id, household_id, name, active, bits. ``households``: bits by id.
    ``supporters``: bits by the district's id, null for those without.
    """

    people: pd.DataFrame
    households: pd.Series
    supporters: dict[str | None, int]

    @cached_property
    def by_person(self) -> dict[str, int]:
        """Bits of each person by id."""
        return dict(zip(self.people["id"], self.people["bits"].tolist(), strict=True))

    @cached_property
    def by_household(self) -> dict[str, int]:
        """Bits of each household by id."""
        return dict(zip(self.households.index, self.households.tolist(), strict=True))

    def household_bits(self, ids: pd.Series) -> pd.Series:
        """Bits of households; of an id that is not known, none."""
        return ids.map(self.households).fillna(0).astype("int64")

    def supporter_bits(self, districts: pd.Series) -> pd.Series:
        """Bits of supporters by their districts."""
        known = {str(key): bits for key, bits in self.supporters.items() if key is not None}
        return districts.map(known).fillna(self.supporters[None]).astype("int64")

    def names(self) -> pd.Series:
        """By household the names that may be told, of those who live there now."""
        told = self.people["active"] & ((self.people["bits"] & BIT["name"]) != 0)
        named = self.people[told & self.people["name"].notna()].sort_values("id")
        alone = ~named["household_id"].duplicated(keep=False)
        together = named[~alone].groupby("household_id", sort=False)["name"].agg("・".join)
        return pd.concat([named[alone].set_index("household_id")["name"], together])


@dataclass(frozen=True)
class _Place:
    """What holds in one district."""

    name: str
    disaster: bool

    @property
    def rules(self) -> RuleSet:
        """Its rule set."""
        return rule_set(self.name)


class _Places:
    """The rules and disasters of the districts."""

    def __init__(self, connection: Connection, at: datetime) -> None:
        self._rules = {str(one.id): one.rules for one in connection.execute(_DISTRICTS)}
        self._disasters = disasters_on(connection, at)

    def __getitem__(self, district: str | None) -> _Place:
        disaster = None in self._disasters or district in self._disasters
        name = _USUAL if district is None else self._rules.get(district, _USUAL)
        return _Place(name, disaster)

    def __iter__(self) -> Iterator[str | None]:
        return iter([None, *self._rules])


_DISTRICTS: Final = select(District.id, District.rules)


def disasters_on(connection: Connection, at: datetime) -> frozenset[str | None]:
    """The districts where a disaster mode is on at that moment; None among them = everywhere."""
    on = select(DisasterMode.district_id, DisasterMode.started).where(
        DisasterMode.status == "on", DisasterMode.started <= at, at < DisasterMode.ends
    )
    return frozenset(one for one, since in connection.execute(on) if at < since + LONGEST)


def stamp_of(connection: Connection, output: Output) -> tuple[object, ...]:
    """Changes with all that decides: the answers, the people, the rules, the day, a disaster."""
    return (
        output.purpose,
        output.recipient,
        output.at.astimezone(JAPAN).date(),
        disasters_on(connection, output.at),
        *versions_now(connection),
    )


def read_allowances(
    connection: Connection, output: Output, district: str | None = None
) -> Allowances:
    """What may leave of everybody, or of one district; five queries whatever the number."""
    places = _Places(connection, output.at)
    people = _people(connection, district)
    people["bits"] = _decide(people, _answers(connection, output, people), places, output)
    return Allowances(
        people=people,
        households=_of_households(connection, people, places, output, district),
        supporters={one: _unasked(places[one], output, "supporter") for one in places},
    )


def _in_or_unsettled(
    column: InstrumentedAttribute[str | None], district: str
) -> ColumnElement[bool]:
    """Rows of the district, and those whose district only the map knows."""
    return or_(column == district, column.is_(None))


def _people(connection: Connection, district: str | None) -> pd.DataFrame:
    asked = select(Person.id, Person.household_id, Person.district_id, Person.name, Person.status)
    if district is not None:
        homes = select(Household.id).where(_in_or_unsettled(Household.district_id, district))
        asked = asked.where(or_(Person.district_id == district, Person.household_id.in_(homes)))
    names = pd.Index([column.key for column in asked.selected_columns])
    people = pd.DataFrame(connection.execute(asked).fetchall(), columns=names, dtype=object)
    people["active"] = people["status"] == "active"
    return people


def _answers(
    connection: Connection, output: Output, people: pd.DataFrame
) -> list[tuple[int, Answer]]:
    """The answers for the purpose, each with the place of its person."""
    asked = select(
        Consent.person_id, Consent.basis, Consent.status, Consent.given_on, Consent.changed_at,
        Consent.valid_to, type_coerce(Consent.recipients, Text), type_coerce(Consent.fields, Text),
    ).where(Consent.purpose == output.purpose)  # fmt: skip
    places = {identity: place for place, identity in enumerate(people["id"])}
    return [
        (places[row[0]], Answer(row[1], output.purpose, *row[2:6], _words(row[6]), _words(row[7])))
        for row in connection.execute(asked)
        if row[0] in places
    ]


@lru_cache(maxsize=4096)
def _words(text: str | None) -> frozenset[str] | None:
    words = None if text is None else json.loads(text)
    return None if words is None else frozenset(words)


def _decide(
    people: pd.DataFrame, answers: list[tuple[int, Answer]], places: _Places, output: Output
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Bits of everybody, each by the rules of the own district."""
    bits = np.zeros(len(people), np.int64)
    day = output.at.astimezone(JAPAN).date()
    found = {one: places[one] for one in {_key(district) for district in people["district_id"]}}
    kinds = {place: number for number, place in enumerate(dict.fromkeys(found.values()))}
    kind = people["district_id"].map({one: kinds[place] for one, place in found.items() if one})
    kind = kind.fillna(kinds.get(places[None], -1)).to_numpy(np.int64)
    for place, number in kinds.items():
        mine = [answer for answer in answers if kind[answer[0]] == number]
        table = AnswerTable.of(mine, output.recipient, day, disaster=place.disaster)
        rows = place.rules.rows(output.purpose, output.recipient, disaster=place.disaster)
        here = kind == number
        bits[here] = allowed_of_many(len(people), table, rows)[here]
    return bits


def _key(district: object) -> str | None:
    return district if isinstance(district, str) else None


def _unasked(place: _Place, output: Output, about: str) -> int:
    """Bits of somebody who never answered."""
    rows = place.rules.rows(
        output.purpose,
        output.recipient,
        about="supporter" if about == "supporter" else "person",
        disaster=place.disaster,
    )
    day = output.at.astimezone(JAPAN).date()
    nobody = AnswerTable.of([], output.recipient, day, disaster=place.disaster)
    return int(allowed_of_many(1, nobody, rows)[0])


def _of_households(
    connection: Connection,
    people: pd.DataFrame,
    places: _Places,
    output: Output,
    district: str | None,
) -> pd.Series:
    """Bits of every household from those of its people; a home without people is unasked."""
    asked = select(Household.id, Household.district_id)
    if district is not None:
        asked = asked.where(_in_or_unsettled(Household.district_id, district))
    unasked = {one: _unasked(places[one], output, "person") for one in places}
    homes = {
        str(home): unasked.get(where, unasked[None])
        for home, where in connection.execute(asked).all()
    }
    here = people["status"].isin(_HERE)
    lived_in = people["household_id"].isin(people.loc[here, "household_id"])
    asked_of = people[here | ~lived_in]
    return pd.Series(homes | _folded(asked_of["household_id"], asked_of["bits"]), dtype="int64")


def _folded(homes: pd.Series, bits: pd.Series) -> dict[str, int]:
    """By home what one of its people allows, of what concerns all of them what each allows."""
    places, names = pd.factorize(homes)
    any_, every = np.zeros(len(names), np.int64), np.full(len(names), -1, np.int64)
    np.bitwise_or.at(any_, places, bits.to_numpy(np.int64))
    np.bitwise_and.at(every, places, bits.to_numpy(np.int64))
    return dict(zip(names, ((any_ & ~_ALL_OF) | every).tolist(), strict=True))


_ALL_OF: Final = bits_of(set(BIT) - {"name", "birth", "phone", "address", "position"})
"""What tells of everybody in the home: their number, needs, cases, lines, notes."""
