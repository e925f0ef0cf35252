"""Pages of records: what a person withholds is in no page and no count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.accounts.policy import at_the_terminal
from webapp.register.house import Register
from webapp.register.records import Consent, Offer, Person, Request, Supporter
from webapp.register.released import release_records, released_ids
from webapp.register.trail.access_event import AccessEvent
from webapp.register.viewer import Viewer

TERMINAL = at_the_terminal()


def fill(register: Register) -> None:
    with register.change(TERMINAL, "administration", "fill") as change:
        for number in range(3, 6):
            change.add(Person, id=f"P{number}", household_id="H1", district_id="D1", name="甲")
        change.add(Supporter, id="S1", district_id="D1", activities=["garbage"])
        change.session.flush()
        for person in ("P1", "P2", "P3", "P4", "P5"):
            district = "D2" if person == "P2" else "D1"
            change.add(
                Request, id=f"R{person}", person_id=person, household_id="H1", activity="garbage",
                district_id=district,
            )  # fmt: skip
        change.session.flush()
        change.add(Offer, id="O3", request_id="RP3", supporter_id="S1", district_id="D1")
        change.add(Offer, id="O4", request_id="RP4", supporter_id="S1", district_id="D1")


def refuse(register: Register, person: str) -> None:
    with register.change(TERMINAL, "administration", "no") as change:
        change.add(
            Consent, person_id=person, district_id="D1", basis="self", purpose="matching",
            status="refused", given_on=datetime.now(UTC) - timedelta(hours=1),
        )  # fmt: skip


def test_a_page_holds_what_may_be_seen_and_counts_no_more(
    register: Register, consultant: Viewer
) -> None:
    fill(register)
    refuse(register, "P3")
    found = release_records(
        register, consultant, "matching", Request, order=(Request.id.desc(),), first=1, limit=2
    )
    assert [view.id for view in found] == ["RP4", "RP1"]
    assert found.total == 3


def test_what_hangs_on_a_withheld_request_is_withheld(
    register: Register, consultant: Viewer
) -> None:
    fill(register)
    refuse(register, "P3")
    assert released_ids(register, consultant, "matching", Offer) == ["O4"]
    assert [v.id for v in release_records(register, consultant, "matching", Person)] == [
        "P1",
        "P4",
        "P5",
    ]


def test_each_record_shown_is_in_the_trail(register: Register, consultant: Viewer) -> None:
    fill(register)
    release_records(register, consultant, "matching", Request, limit=2)
    with Session(register.engine) as session:
        read = select(AccessEvent.record_id).where(
            AccessEvent.deed == "read", AccessEvent.record == "request"
        )
        assert sorted(session.scalars(read)) == ["RP1", "RP3"]


def test_a_withheld_field_is_a_gap_to_who_asks_for_it_so(register: Register) -> None:
    fill(register)
    supporters = release_records(register, TERMINAL, "matching", Supporter)
    assert supporters[0].get("no_such_field") is None
    assert supporters[0].get("no_such_field", "–") == "–"
