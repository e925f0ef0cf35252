"""The registers of `tests.register`, with two supporters and a request in each district."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.register.conftest import (
    cluster,
    consultant,
    register,
    settled_database,
    settled_file,
    settled_template,
    sqlite_register,
)
from webapp.accounts.policy import at_the_terminal
from webapp.register.house import Register
from webapp.register.records import Request, Supporter

__all__ = [
    "cluster",
    "consultant",
    "register",
    "settled_database",
    "settled_file",
    "settled_template",
    "sqlite_register",
]

NOON = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
"""Monday, noon in Japan."""


def settle_case(register: Register) -> Register:
    """S1a, S1b and the request R1 about garbage of P1 in D1; the same of 2 in D2."""
    with register.change(at_the_terminal(), "matching", "first") as change:
        for number in ("1", "2"):
            for letter in ("a", "b"):
                made = change.add(
                    Supporter, id=f"S{number}{letter}", district_id=f"D{number}",
                    name=f"支手{letter}{number}", phone=f"093-{number}-{letter}",
                    activities=["garbage"], lon=130.871, lat=33.83, status="registered",
                )  # fmt: skip
                made.status = "active"
            change.add(
                Request, id=f"R{number}", district_id=f"D{number}", person_id=f"P{number}",
                household_id=f"H{number}", activity="garbage",
            )  # fmt: skip
    return register


@pytest.fixture
def case(register: Register) -> Register:
    """Both engines, with the case."""
    return settle_case(register)


@pytest.fixture
def sqlite_case(sqlite_register: Register) -> Register:
    """SQLite only, with the case."""
    return settle_case(sqlite_register)
