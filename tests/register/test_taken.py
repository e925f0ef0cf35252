"""Rows that leave know of which homes they tell, whatever record they are of."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest
from sqlalchemy.orm import Session

from webapp.accounts.policy import at_the_terminal
from webapp.register.house import Register
from webapp.register.records import (
    Consultation,
    District,
    Household,
    Offer,
    Person,
    Record,
    Request,
    Series,
    Supporter,
    Visit,
)
from webapp.register.released import release_records
from webapp.register.taken import take_rows
from webapp.register.trail.access_event import AccessEvent
from webapp.register.viewer import Viewer

AT = datetime(2026, 6, 1, 3, tzinfo=UTC)


def settle(register: Register) -> None:
    """What hangs on P1 of H1: a request that names only the person, and all that follows."""
    own = {"district_id": "D1"}
    with register.change(at_the_terminal(), "matching", "test") as change:
        change.add(Supporter, id="S1", activities=["garbage"], **own)
        change.add(Consultation, id="K1", person_id="P1", received_at=AT, **own)
        change.session.flush()
        change.add(Request, id="R1", person_id="P1", activity="garbage", **own)
        change.session.flush()
        change.add(Offer, id="O1", request_id="R1", supporter_id="S1", **own)
        change.add(Visit, id="V1", request_id="R1", supporter_id="S1", planned_at=AT, **own)
        change.add(Series, id="I1", request_id="R1", rule="FREQ=WEEKLY", starts_at=AT, **own)


@pytest.mark.parametrize(
    ("record", "homes"),
    [
        (Household, ["H1"]), (Person, ["H1"]), (Consultation, ["H1"]), (Request, ["H1"]),
        (Offer, ["H1"]), (Visit, ["H1"]), (Series, ["H1"]), (Supporter, []), (District, []),
    ],
)  # fmt: skip
def test_a_row_tells_of_the_home_of_its_person(
    sqlite_register: Register, consultant: Viewer, record: type[Record], homes: list[str]
) -> None:
    settle(sqlite_register)
    found = release_records(sqlite_register, consultant, "matching", record)
    table = pd.DataFrame({"row": range(len(found))})
    taken = take_rows(sqlite_register, consultant, record, found, table, homes=["H7"])
    assert taken.households == sorted([*homes, "H7"])
    assert taken.count == len(found) == 1
    with Session(sqlite_register.engine) as session:
        last = session.query(AccessEvent).order_by(AccessEvent.sequence.desc()).first()
    assert last is not None
    assert (last.deed, last.record) == ("export", record.noun())


def test_a_table_has_a_row_for_each_record(sqlite_register: Register, consultant: Viewer) -> None:
    found = release_records(sqlite_register, consultant, "matching", Person)
    with pytest.raises(ValueError, match="one row for each"):
        take_rows(sqlite_register, consultant, Person, found, pd.DataFrame({"row": [1, 2]}))
