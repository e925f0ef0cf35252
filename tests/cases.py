"""Cases that the desk's work begins from: a request that is settled, a supporter who helps."""

from __future__ import annotations

from datetime import UTC, datetime

from webapp.accounts.policy import at_the_terminal
from webapp.register.house import Register
from webapp.register.records import Request, Supporter

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
"""Wednesday noon in Japan."""


def add_supporter(register: Register, identity: str, district: str = "D1", **other: object) -> str:
    """A supporter who is active."""
    with register.change(at_the_terminal(), "matching", "test") as change:
        told = {
            "name": f"支え手{identity}",
            "activities": ["garbage", "errand"],
            "status": "active",
        }
        change.add(Supporter, id=identity, district_id=district, **(told | other))
    return identity


def settle_request(
    register: Register, identity: str, number: int = 1, status: str = "settled", **other: object
) -> str:
    """A request of household H1 or H2 as far as wanted."""
    with register.change(at_the_terminal(), "matching", "test") as change:
        told = {"activity": "garbage", "status": status}
        change.add(
            Request, id=identity, person_id=f"P{number}", household_id=f"H{number}",
            district_id=f"D{number}", **(told | other),
        )  # fmt: skip
    return identity
