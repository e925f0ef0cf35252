"""The invented evening: something to look at on every page, the same each time, nobody real."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.sample import sample_town
from tests.places import found_town
from webapp.accounts.policy import at_the_terminal, viewer_of
from webapp.board.journal import read_entries
from webapp.board.opening import first_deeds
from webapp.board.state import Board
from webapp.board.workshops import list_workshops
from webapp.invented import invent_workshops
from webapp.invented.evening import Evening
from webapp.invented.fronts import find_quarter
from webapp.register.house import Register
from webapp.register.records import District
from webapp.register.viewer import Viewer

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
TOWN = sample_town(seed=0, households=120, supporters=10)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    with found_town(tmp_path_factory.mktemp("evening") / "town", TOWN).register as made:
        invent_workshops(made, at_the_terminal(), TOWN.streets, NOW)
        yield made


@pytest.fixture
def leader(register: Register) -> Viewer:
    """Who leads the workshops of the first district."""
    with Session(register.engine) as session:
        first = session.scalars(select(District.id).order_by(District.id)).first()
    return viewer_of("facilitator", "a", frozenset({str(first)}))


def test_an_evening_has_all_that_a_map_can_say(register: Register, leader: Viewer) -> None:
    (open_,) = (one for one in list_workshops(register, leader) if one["status"] == "open")
    with register.engine.connect() as connection:
        board = Board(read_entries(connection, open_.id))
    kinds = Counter(item.kind for item in board.shown())
    assert kinds["house"] == 50
    assert kinds["link"] >= 70
    assert {"person", "place", "note", "area", "worry", "card"} <= set(kinds)
    ended = Counter(one.values["watched"] for one in board.of_kind("link"))
    lines = Counter(ended[house.id] for house in board.of_kind("house"))
    assert lines[0] >= 9
    assert lines[1] >= 5
    watching = Counter(one.values["watcher"] for one in board.of_kind("link"))
    assert max(watching.values()) > open_["too_many"]
    said = {item.values.get("consent") for item in board.shown()}
    assert said == {"self", "family", "unconfirmed", "refused", "disaster_only", None}
    assert board.step is not None
    assert board.step.step == 6


def test_the_planned_one_begins_with_those_who_agreed(register: Register, leader: Viewer) -> None:
    (planned,) = (one for one in list_workshops(register, leader) if one["status"] == "planned")
    houses = [one for one in first_deeds(register, leader, planned) if one.kind == "house"]
    known = TOWN.households["district_id"].value_counts().sort_index().iloc[0]
    assert 0 < len(houses) < known


def test_the_same_lot_draws_the_same_evening() -> None:
    quarter = find_quarter(TOWN.streets, TOWN.districts.geometry.iloc[0], 50)
    lots = [random.Random(4) for _ in range(2)]  # noqa: S311 - invents, hides nothing
    drawn = [Evening(quarter, NOW, lot) for lot in lots]
    for one in drawn:
        one.draw()
    assert drawn[0].strokes == drawn[1].strokes
