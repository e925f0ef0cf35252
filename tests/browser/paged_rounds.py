"""Series, visits and entries for the pages of a browser test; names try to run as code."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.accounts.policy import at_the_terminal
from webapp.casework.rounds import Plan, start_series
from webapp.casework.visiting import Told, report_done, report_nobody_home
from webapp.register.house import Register
from webapp.register.records import District, Household, Offer, Person, Request, Supporter, Visit

ROUNDS = (
    "/desk/requests/r-paged/visits/new",
    "/desk/series/i-paged",
    "/desk/visits/v-paged-planned",
    "/desk/visits/v-paged-nobody",
    "/desk/visits/v-paged-done",
    "/desk/supporters/s-paged/cover",
    "/desk/calendar",
    "/desk/calendar?span=week",
    "/desk/calendar?span=day",
    "/desk/ledger",
    "/desk/lists/visits?when=",
)
"""Pages over what `keep_rounds` keeps."""


def keep_rounds(register: Register, nasty: str) -> None:
    """A request with a series of S-paged, and a visit of each kind."""
    now = datetime.now(UTC)
    with Session(register.engine) as session:
        home = session.scalars(select(Household).where(Household.district_id.is_not(None))).first()
        assert home is not None
    district = str(home.district_id)
    with register.change(at_the_terminal(), "visit", "test") as change:
        found = change.get(District, district)
        found.mode, found.arrangements = "paid", {"usual_fee": 300, "cancel_fee": 100}
        change.add(Person, id="p-paged", household_id=home.id, district_id=district, name=nasty)
        change.add(
            Supporter, id="s-paged", district_id=district, name=nasty, activities=["talk"],
            status="active", weekdays=["MO"], phone="090-0000-0000",
        )  # fmt: skip
        change.session.flush()
        about = {"person_id": "p-paged", "household_id": home.id, "district_id": district}
        change.add(Request, id="r-paged", activity="talk", status="settled", **about)
        change.session.flush()
        given = {"request_id": "r-paged", "supporter_id": "s-paged", "district_id": district}
        change.add(Offer, status="accepted", asked_at=now, **given)
        for name, hours in (("planned", 1), ("nobody", -30), ("done", -40)):
            at = now + timedelta(hours=hours)
            change.add(Visit, id=f"v-paged-{name}", planned_at=at, planned_minutes=20, **given)
    _report(register, now)
    plan = Plan("FREQ=WEEKLY;BYDAY=MO,TH", now + timedelta(days=1), 20)
    series = start_series(register, at_the_terminal(), "r-paged", 1, "s-paged", plan, now)
    _rename(register, series)


def _report(register: Register, now: datetime) -> None:
    viewer = at_the_terminal()
    report_nobody_home(register, viewer, "v-paged-nobody", 1, now)
    told = Told(minutes=20, observation="元気", expense=120)
    report_done(register, viewer, "v-paged-done", 1, told, now)


def _rename(register: Register, series: str) -> None:
    """Give the series an id that a test can name."""
    with register.engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for statement in (
            "UPDATE visit SET series_id = 'i-paged' WHERE series_id = ?",
            "UPDATE series SET id = 'i-paged' WHERE id = ?",
        ):
            connection.exec_driver_sql(statement, (series,))
