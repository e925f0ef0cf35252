"""What the map says, against a count by hand and in the cases that a hall brings."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.board.drawn import Hand, Told, drop, house, line, put
from webapp.board.saying import Saying
from webapp.board.state import Board

HOUSES = [f"house-{one}" for one in "abcd"]


@pytest.fixture
def board() -> Board:
    """Four houses that the first hand drew."""
    return drawn(*map(house, HOUSES))


def drawn(*deeds: Told) -> Board:
    """A board with all this."""
    made = Board()
    Hand(made, "hana").draw(*deeds)
    return made


def says(board: Board, too_many: int = 5) -> dict[str, Any]:
    """What the map says."""
    return Saying(board).written(too_many)


def person(identity: str, **values: object) -> Told:
    """Somebody."""
    return put(identity, "person", **values)


def test_a_line_reaches_a_house_through_whoever_lives_there(board: Board) -> None:
    hana = Hand(board, "hana")
    hana.draw(person("person-1", house="house-b", part="cared"))
    hana.draw(line("line-1", "house-a", "person-1"))
    assert says(board)["no_line"] == ["house-a", "house-c", "house-d"]
    hana.draw(line("line-2", "house-c", "house-d", direction="mutual"))
    assert says(board)["no_line"] == ["house-a"]
    hana.undo()
    assert says(board)["no_line"] == ["house-a", "house-c", "house-d"]


def test_those_who_live_together_are_no_line(board: Board) -> None:
    hana = Hand(board, "hana")
    hana.draw(person("person-1", house="house-a", part="cared"),
              person("person-2", house="house-a", part="helper"))  # fmt: skip
    hana.draw(line("line-1", "person-2", "person-1"), line("line-2", "person-2", "house-a"))
    assert "house-a" in says(board)["no_line"]
    assert says(board)["load"] == []


def test_several_lines_of_one_pair_are_one_watcher(board: Board) -> None:
    hana = Hand(board, "hana")
    hana.draw(line("line-1", "house-a", "house-b"),
              line("line-2", "house-a", "house-b", link="shopping"))  # fmt: skip
    assert says(board)["one_line"] == ["house-b"]
    hana.draw(line("line-3", "house-c", "house-b"))
    assert says(board)["one_line"] == []


def test_a_house_whose_line_it_is(board: Board) -> None:
    hana = Hand(board, "hana")
    hana.draw(line("line-1", "house-a", "house-b"))
    assert [one["id"] for one in says(board)["load"]] == ["house-a"]
    hana.draw(person("person-1", house="house-a", part="neighbour"))
    assert [one["id"] for one in says(board)["load"]] == ["person-1"], "lives there alone"
    hana.draw(person("person-2", house="house-a", part="neighbour"))
    assert [one["id"] for one in says(board)["load"]] == ["house-a"], "either of two"
    hana.draw(person("person-3", house="house-a", part="helper"))
    assert [one["id"] for one in says(board)["load"]] == ["person-3"], "the one who helps"


def test_who_is_gone_neither_watches_nor_waits(board: Board) -> None:
    hana = Hand(board, "hana")
    hana.draw(person("person-1", lon=130.9, lat=33.9, part="helper"))
    hana.draw(line("line-1", "person-1", "house-a"), line("line-2", "house-d", "house-b"))
    hana.draw(put("person-1", "person", gone="moved"), put("house-d", "house", gone="past"))
    assert says(board)["no_line"] == ["house-a", "house-b", "house-c"]
    assert (says(board)["homes"], says(board)["lines"]) == (3, 0)


def test_somebody_drawn_without_a_house_is_a_home_of_its_own(board: Board) -> None:
    hana = Hand(board, "hana")
    hana.draw(person("person-1", lon=130.9, lat=33.9, part="cared"),
              person("person-2", lon=130.9, lat=33.9, part="helper"))  # fmt: skip
    assert says(board)["no_line"] == [*HOUSES, "person-1"]
    hana.draw(line("line-1", "person-2", "person-1"))
    assert says(board)["one_line"] == ["person-1"]


def test_too_many_is_more_than_the_number(board: Board) -> None:
    Hand(board, "hana").draw(*(line(f"line-{to}", "house-a", to) for to in HOUSES[1:]))
    assert says(board, 3)["too_many"] == []
    assert says(board, 2)["too_many"] == ["house-a"]
    assert says(board)["load"] == [{"id": "house-a", "households": 3, "alone": 3}]


def test_worries_and_cards_are_told(board: Board) -> None:
    hana = Hand(board, "hana")
    hana.draw(put("worry-1", "worry", about="house-a", text="新聞がたまる"),
              put("card-1", "card", about="worry-1", worry="新聞がたまる"),
              put("card-2", "card", worry="坂道", done=True))  # fmt: skip
    assert says(board)["worries"] == ["worry-1"]
    assert says(board)["open_cards"] == 1
    hana.draw(drop("house-a", "house", base=board.number))
    assert says(board)["worries"] == []
    assert says(board)["open_cards"] == 1, "the task stays"


def test_if_a_whole_house_falls_ill_everybody_in_it_is_missed(board: Board) -> None:
    hana = Hand(board, "hana")
    hana.draw(person("person-1", house="house-a", part="neighbour"),
              person("person-2", house="house-a", part="neighbour"))  # fmt: skip
    hana.draw(line("line-1", "person-1", "house-b"), line("line-2", "person-2", "house-b"),
              line("line-3", "person-1", "house-c"), line("line-4", "house-a", "house-d"),
              line("line-5", "house-c", "house-d"))  # fmt: skip
    one, all_of_them = Saying(board).missed("person-1"), Saying(board).missed("house-a")
    assert (one.none, one.one) == (["house-c"], ["house-b"])
    assert (all_of_them.none, all_of_them.one) == (["house-b", "house-c"], ["house-d"])


PEOPLE = [f"person-{number}" for number in range(4)]
ENDS = st.sampled_from([*HOUSES, *PEOPLE])
DRAWN = st.lists(
    st.tuples(ENDS, ENDS, st.booleans()).filter(lambda one: one[0] != one[1]),
    max_size=12, unique_by=lambda one: frozenset(one[:2]),
)  # fmt: skip
LIVING = st.lists(
    st.tuples(st.sampled_from([*HOUSES, None]), st.sampled_from(["cared", "helper", "neighbour"])),
    min_size=4, max_size=4,
)  # fmt: skip


def hall(living: list[Any], lines: list[Any]) -> Board:
    """Four houses, four people, and these lines."""
    board = drawn(*map(house, HOUSES))
    point = {"lon": 130.9, "lat": 33.9}
    people = [
        person(one, part=part, **({"house": home} if home else point))
        for one, (home, part) in zip(PEOPLE, living, strict=True)
    ]
    deeds = [
        line(f"line-{number}", *ends, direction="mutual" if mutual else "one_way")
        for number, (*ends, mutual) in enumerate(lines)
    ]
    Hand(board, "hana").draw(*people)
    if deeds:
        Hand(board, "hana").draw(*deeds)
    return board


@given(LIVING, DRAWN)
def test_no_line_is_what_one_counts_by_hand(living: list[Any], lines: list[Any]) -> None:
    home = {one: one for one in HOUSES} | {
        one: place or (one if part == "cared" else None)
        for one, (place, part) in zip(PEOPLE, living, strict=True)
    }
    reached = {
        home[end]
        for one, other, mutual in lines
        if home[one] != home[other] or home[one] is None
        for end in ([one, other] if mutual else [other])
    }
    told = says(hall(living, lines))
    homes = {one for one in home if home[one] == one}
    assert set(told["no_line"]) == homes - reached
    assert set(told["one_line"]) <= reached


@given(LIVING, DRAWN)
def test_one_more_line_never_leaves_a_house_alone(living: list[Any], lines: list[Any]) -> None:
    if not lines:
        return
    fewer, more = says(hall(living, lines[:-1])), says(hall(living, lines))
    assert set(more["no_line"]) <= set(fewer["no_line"])


@given(LIVING, DRAWN)
def test_a_watcher_who_leaves_leaves_what_was_told_before(
    living: list[Any], lines: list[Any]
) -> None:
    board = hall(living, lines)
    for one in {one for one, _, _ in lines} & set(PEOPLE):
        before, alone = Saying(board), set(says(board)["no_line"])
        missed = before.missed(one)
        assert not alone & set(missed.none)
        mine = next((load for load in before.load() if load["id"] == one), {"alone": 0})
        assert len(missed.none) == mine["alone"]
