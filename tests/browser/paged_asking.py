"""Requests about which somebody is asked, for the pages of a browser test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from webapp.accounts.policy import at_the_terminal
from webapp.register.house import Register
from webapp.register.records import Household, Offer, Person, Request, Supporter


def begin_asking(register: Register, nasty: str) -> None:
    """Three requests: about one somebody is being asked, one is settled, one waits."""
    with register.change(at_the_terminal(), "matching") as change:
        home = change.session.scalars(select(Household).order_by(Household.id)).first()
        helpers = change.session.scalars(
            select(Supporter).where(Supporter.status == "active").order_by(Supporter.id)
        ).all()
        assert home is not None
        about = {"household_id": home.id, "district_id": home.district_id}
        change.add(Person, id="p-asking", name=nasty, source="self", **about)
        change.session.flush()
        for name, helper, status in (
            ("asking", helpers[0], "waiting"),
            ("settled", helpers[1], "accepted"),
            ("waits", None, ""),
        ):  # fmt: skip
            made = change.add(
                Request, id=f"r-{name}", person_id="p-asking", activity="garbage",
                constraints={"weekdays": ["MO"]}, **about,
            )  # fmt: skip
            change.session.flush()
            if helper is None:
                continue
            for step in ("coordinating", "asking", *(["settled"] if name == "settled" else [])):
                made.status = step
            said = change.add(
                Offer, id=f"o-{name}", request_id=made.id, supporter_id=helper.id, minutes=4.0,
                tries=1, asked_at=datetime.now(UTC), due_at=datetime.now(UTC) + timedelta(days=2),
                district_id=home.district_id,
            )  # fmt: skip
            said.status = status
