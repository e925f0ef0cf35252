"""A map cut to what may be handed to somebody on paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.board.extract import extract_items
from webapp.board.homes import homes_of
from webapp.board.leaving import Audience
from webapp.board.state import Board
from webapp.register.house import Register


@dataclass(frozen=True)
class Handed:
    """A map of which nothing is left that may not go.

    ``watched``: ids of houses where somebody looks in, whether or not it may be told who;
    ``kept_back``: how many houses are not on it; ``households``: records by ids of houses.
    """

    board: Board
    watched: frozenset[str]
    kept_back: int
    audience: Audience
    households: Mapping[str, str]


def hand_board(register: Register, board: Board, audience: Audience) -> Handed:
    """The map as it may go to ``audience`` now; ``board`` is the caller's own and is cut."""
    before = homes_of(board)
    watched = frozenset(key for key, home in before.items() if home.is_watched)
    told = {one.id: one for one in extract_items(register, board, audience)}
    households = {
        key: str(home.house.values["household_id"])
        for key, home in before.items()
        if key in told and "household_id" in home.house.values
    }
    for identity, item in board.items.items():
        if identity in told:
            item.values = told[identity].values
            item.conflicts = {}
        else:
            item.live = False
    kept_back = len(before) - len(homes_of(board))
    return Handed(board, watched, kept_back, audience, households)
