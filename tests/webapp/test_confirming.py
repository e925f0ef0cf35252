"""What the hall confirmed is as of now in the register, so that the next round knows of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.board.drawn import Hand, house, put
from webapp.accounts.policy import at_the_terminal
from webapp.board.confirming import confirm_records
from webapp.board.state import Board
from webapp.register.consents import JAPAN
from webapp.register.house import Register
from webapp.register.records import Household

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
TODAY = datetime.now(UTC).astimezone(JAPAN).date().isoformat()


@pytest.fixture(scope="module")
def app(own_app: Flask) -> Flask:
    """Households are dated anew."""
    return own_app


def test_what_was_confirmed_is_dated_anew_once_and_nothing_else_is(register: Register) -> None:
    with Session(register.engine) as session:
        homes = list(session.scalars(select(Household.id).order_by(Household.id)).all())[:5]
    with register.write() as connection:
        connection.execute(
            update(Household).where(Household.id.in_(homes)).values(changed_at=LONG_AGO)
        )
    board = Board()
    Hand(board, "register").draw(
        *(house(f"house-{n}", household_id=one, confirmed_on="2020-01-01")
          for n, one in enumerate([*homes, "h-erased"]))
    )  # fmt: skip
    Hand(board, "hana").draw(
        put("house-0", "house", 1, confirmed_on=TODAY),
        put("house-1", "house", 1, confirmed_on=TODAY, gone="moved"),
        put("house-2", "house", 1, confirmed_on=TODAY),
        put("house-5", "house", 1, confirmed_on=TODAY),
    )
    allowed = {homes[0], homes[1], homes[3], "h-erased"}
    for count in (1, 0):
        with register.change(at_the_terminal(), "workshop", "reviewed") as change:
            assert confirm_records(change, board, allowed) == count
    with Session(register.engine) as session:
        dated = [session.get_one(Household, one).changed_at for one in homes]
    assert [at > LONG_AGO for at in dated] == [True, False, False, False, False]
