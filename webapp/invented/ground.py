"""What the year is drawn on: the town as it stands in the register, and the lots."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Connection

from webapp.register.consents import JAPAN
from webapp.register.intake.difference import Difference
from webapp.register.intake.drafts import Values
from webapp.register.intake.standing import table_of
from webapp.register.records import District, Household, Person, Place, Record, Supporter

_T = TypeVar("_T")

_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"


@cache
def read_plan() -> Mapping[str, Any]:
    """The words and shares that the year is drawn from."""
    return json.loads(Path(__file__).with_name("plan.json").read_text("utf-8"))


@dataclass
class Ground:
    """The rows of the town, and what is drawn, in the order of writing."""

    now: datetime
    lot: random.Random
    districts: list[Values]
    homes: dict[str, Values]
    people: list[Values]
    supporters: list[Values]
    places: list[Values]
    drawn: list[Difference] = field(default_factory=list)

    @classmethod
    def of(cls, connection: Connection, now: datetime, seed: int) -> Ground:
        """The town as it stands."""
        homes = _rows(connection, Household)
        return cls(
            now, random.Random(seed),  # noqa: S311 # nosec B311 - invents, hides nothing
            _rows(connection, District), {one["id"]: one for one in homes},
            _rows(connection, Person), _rows(connection, Supporter), _rows(connection, Place),
        )  # fmt: skip

    @property
    def today(self) -> date:
        """The day in Japan."""
        return self.now.astimezone(JAPAN).date()

    def add(self, record: type[Record], **values: Any) -> Values:  # noqa: ANN401
        """A new record with every column."""
        identity = f"{record.PREFIX}-" + "".join(self.lot.choices(_LETTERS, k=12))
        whole = {column.key: None for column in table_of(record).columns} | {"id": identity}
        row = whole | values
        self.drawn.append(Difference("new", record, str(row["id"]), None, row))
        return row

    def change(self, record: type[Record], row: Values, **values: Any) -> None:  # noqa: ANN401
        """A record of the town with other values."""
        self.drawn.append(Difference("changed", record, row["id"], dict(row), row | values))
        row.update(values)

    def pick(self, shares: Mapping[str, float]) -> str:
        """One of the words by its share."""
        return self.lot.choices(list(shares), weights=list(shares.values()))[0]

    def one(self, several: Sequence[_T]) -> _T:
        """One of several."""
        return self.lot.choice(several)

    def moment(self, day: date, earliest: int = 9, latest: int = 16) -> datetime:
        """A moment of the working hours of a day in Japan, in UTC."""
        at = time(self.lot.randrange(earliest, latest), 5 * self.lot.randrange(12))
        return datetime.combine(day, at, JAPAN).astimezone(UTC)

    def workday(self, first: date, last: date) -> date:
        """A day from Monday to Friday between two days."""
        span = max(1, (last - first).days)
        while True:
            day = first + timedelta(days=self.lot.randrange(span))
            if day.weekday() < 5 or span < 4:
                return day


def _rows(connection: Connection, record: type[Record]) -> list[Values]:
    table = table_of(record)
    found = connection.execute(table.select().order_by(table.c.id)).mappings()
    return [dict(one) for one in found]
