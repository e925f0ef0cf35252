"""A map handed to somebody is cut by what the register allows, field by field."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.board.drawn import Hand, house, line
from tests.register.conftest import settled_file, sqlite_register
from webapp.accounts.policy import at_the_terminal
from webapp.board.handing import hand_board
from webapp.board.state import REGISTER, Board
from webapp.register.house import Register
from webapp.register.records import Consent

__all__ = ["settled_file", "sqlite_register"]


def agree(register: Register, *fields: str) -> None:
    """P1 lets a commissioner see these fields."""
    with register.change(at_the_terminal(), "workshop", "asked") as change:
        change.add(
            Consent, person_id="P1", basis="self", purpose="workshop", recipients=["commissioner"],
            fields=list(fields), given_on=datetime.now(UTC) - timedelta(days=1), district_id="D1",
        )  # fmt: skip


def evening() -> Board:
    """The house of P1 as the register told it, and a neighbour that agreed at the table."""
    board = Board()
    Hand(board, REGISTER).draw(
        house("house-1", household_id="H1", address="一丁目", composition="single_elderly"),
        house("house-3", consent="self", composition="with_disability"),
    )
    Hand(board, REGISTER).draw(line("line-1", "house-3", "house-1", watch_link_id="W1"))
    return board


def test_what_was_not_asked_for_is_on_no_paper(sqlite_register: Register) -> None:
    agree(sqlite_register, "position", "address")
    handed = hand_board(sqlite_register, evening(), "commissioner")
    told = {one.id: one.values for one in handed.board.shown()}
    assert told["house-1"]["address"] == "一丁目"
    assert "composition" not in told["house-1"]
    assert "line-1" not in told, "lines were not asked for"
    assert "composition" not in told["house-3"], "disability is on no paper"


def test_what_was_asked_for_is_there(sqlite_register: Register) -> None:
    agree(sqlite_register, "position", "household", "lines")
    told = {
        one.id: one.values
        for one in hand_board(sqlite_register, evening(), "commissioner").board.shown()
    }
    assert told["house-1"]["composition"] == "single_elderly"
    assert "address" not in told["house-1"]
    assert "line-1" in told
