"""The board: what strokes come to, whose undo undoes what, what two said differently."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import GeoError
from tests.board.drawn import EVENING, Hand, Told, drop, house, line, put, seen
from webapp.board.items import Item
from webapp.board.state import Board, Entry, tell_item
from webapp.board.stroke import read_stroke, read_written
from webapp.faults import ItemGone, LineThere, StrokeWrong, UndoInUse, UndoNothing


@pytest.fixture
def board() -> Board:
    """Three houses that the first hand drew."""
    made = Board()
    Hand(made, "hana").draw(house("house-a"), house("house-b"), house("house-c"))
    return made


def test_each_undoes_the_own_last_stroke_and_nobody_elses(board: Board) -> None:
    hana, taro = Hand(board, "hana"), Hand(board, "taro")
    hana.draw(line("line-1", "house-a", "house-b"))
    taro.draw(line("line-2", "house-b", "house-c"))
    assert hana.undo() == {"line-1"}
    assert set(seen(board)) == {"house-a", "house-b", "house-c", "line-2"}
    assert hana.redo() == {"line-1"}
    taro.undo()
    assert set(seen(board)) == {"house-a", "house-b", "house-c", "line-1"}
    with pytest.raises(UndoNothing):
        taro.undo()


def test_what_was_undone_comes_back_the_last_first_until_something_new_is_drawn(
    board: Board,
) -> None:
    taro = Hand(board, "taro")
    taro.draw(line("line-1", "house-a", "house-b"))
    taro.draw(line("line-2", "house-b", "house-c"))
    taro.undo()
    taro.undo()
    assert [taro.redo(), taro.redo()] == [{"line-1"}, {"line-2"}]
    with pytest.raises(UndoNothing):
        taro.redo()
    taro.undo()
    taro.draw(house("house-d"))
    with pytest.raises(UndoNothing):
        taro.redo()


def test_a_new_house_gets_the_next_number_that_none_ever_had(board: Board) -> None:
    hana, taro = Hand(board, "hana"), Hand(board, "taro")
    numbers = {name: one["number"] for name, one in seen(board).items()}
    assert numbers == {"house-a": 1, "house-b": 2, "house-c": 3}
    taro.draw(house("house-d"))
    taro.undo()
    hana.draw(house("house-i"))
    hana.draw(house("house-e"), house("house-f", number=40), house("house-g"))
    taro.redo()
    known = [seen(board)[f"house-{letter}"]["number"] for letter in "defgi"]
    assert known == [4, 41, 40, 42, 5]
    hana.draw(put("house-d", "house", base=board.number, name="森"))
    hana.draw(house("house-h"))
    assert (seen(board)["house-d"]["number"], seen(board)["house-h"]["number"]) == (4, 43)


def test_strokes_of_one_group_are_undone_as_one(board: Board) -> None:
    taro = Hand(board, "taro")
    taro.draw(put("person-1", "person", house="house-a", part="cared"), group="group-1")
    taro.draw(put("worry-1", "worry", about="person-1", text="新聞がたまる"), group="group-1")
    assert taro.undo() == {"person-1", "worry-1"}
    assert taro.redo() == {"person-1", "worry-1"}


def test_a_group_is_of_one_seat_and_undo_changes_only_what_looks_otherwise(board: Board) -> None:
    hana, taro = Hand(board, "hana"), Hand(board, "taro")
    hana.draw(put("house-a", "house", board.number, name="田中"), group="group-1")
    taro.draw(put("house-a", "house", board.number, name="田仲"), group="group-1")
    number = board.items["house-a"].number
    assert hana.undo() == set()
    assert (seen(board)["house-a"]["name"], board.items["house-a"].number) == ("田仲", number)
    taro.draw(put("person-1", "person", house="house-a"))
    taro.draw(put("person-1", "person", board.number, house="house-b"))
    hana.draw(put("card-1", "card", about="house-a", worry="坂道"))
    assert taro.draw(drop("house-a", "house", board.number)) == {"house-a", "card-1"}
    assert "card-1" in seen(board), "the task stays"


def test_what_was_undone_meanwhile_is_gone_for_whoever_alters_it(board: Board) -> None:
    Hand(board, "taro").draw(house("house-d"))
    known = board.number
    Hand(board, "taro").undo()
    with pytest.raises(ItemGone):
        Hand(board, "hana").draw(put("house-d", "house", base=known, name="森"))


def test_what_others_drew_upon_is_not_pulled_away_from_under_them(board: Board) -> None:
    Hand(board, "taro").draw(line("line-1", "house-a", "house-b"))
    with pytest.raises(UndoInUse) as refused:
        Hand(board, "hana").undo()
    assert refused.value.facts["name"] == "taroさん"
    assert "line-1" in seen(board)
    Hand(board, "jiro").draw(put("house-a", "house", board.number, name="森"))
    Hand(board, "taro").draw(line("line-2", "house-c", "house-a"))
    assert Hand(board, "jiro").undo() == {"house-a", "line-1", "line-2"}, "only its name was theirs"
    assert {"house-a", "line-1", "line-2"} <= set(seen(board))
    assert "name" not in seen(board)["house-a"]


def test_a_house_taken_away_takes_its_lines_from_sight_and_brings_them_back(board: Board) -> None:
    hana, taro = Hand(board, "hana"), Hand(board, "taro")
    taro.draw(line("line-1", "house-a", "house-b"))
    assert hana.draw(drop("house-b", "house", base=board.number)) == {"house-b", "line-1"}
    assert "line-1" not in seen(board)
    assert hana.undo() == {"house-b", "line-1"}
    assert "line-1" in seen(board)


def test_two_who_say_it_differently_are_both_kept_until_somebody_decides(board: Board) -> None:
    hana, taro, base = Hand(board, "hana"), Hand(board, "taro"), board.number
    hana.draw(put("house-a", "house", base, name="田中"))
    taro.draw(put("house-a", "house", base, name="田仲"))
    item = board.items["house-a"]
    assert item.values["name"] == "田仲"
    assert (item.conflicts["name"].value, item.conflicts["name"].name) == ("田中", "hanaさん")
    hana.draw(put("house-a", "house", board.number, name="田中"))
    assert (item.values["name"], item.conflicts) == ("田中", {})


def test_whoever_did_not_see_a_conflict_does_not_settle_it(board: Board) -> None:
    hana, taro, base = Hand(board, "hana"), Hand(board, "taro"), board.number
    hana.draw(put("house-a", "house", base, name="田中"))
    taro.draw(put("house-a", "house", base, name="田仲"))
    taro.draw(put("house-a", "house", base, name="多仲"))
    item = board.items["house-a"]
    assert item.conflicts["name"].value == "田中"
    told = tell_item(board, item)
    assert told["conflicts"] == {"name": {"value": "田中", "name": "hanaさん", "by": "taroさん"}}
    taro.draw(put("house-a", "house", board.number, name=None))
    assert (item.values.keys() & {"name"}, item.conflicts) == (set(), {})
    taro.draw(drop("house-a", "house", board.number))
    gone = {"id": "house-a", "kind": "house", "number": board.number, "shown": False}
    assert tell_item(board, item) == gone


def test_the_same_said_twice_and_other_fields_are_no_conflict(board: Board) -> None:
    hana, taro, base = Hand(board, "hana"), Hand(board, "taro"), board.number
    hana.draw(put("house-a", "house", base, name="田中"))
    taro.draw(put("house-a", "house", base, name="田中", consent="self"))
    assert board.items["house-a"].conflicts == {}


def test_what_one_took_away_while_another_altered_it_stays_and_says_so(board: Board) -> None:
    hana, taro = Hand(board, "hana"), Hand(board, "taro")
    hana.draw(line("line-1", "house-a", "house-b"))
    base = board.number
    taro.draw(put("line-1", "link", base, strength=3))
    hana.draw(drop("line-1", "link", base))
    assert board.items["line-1"].conflicts["drop"].name == "hanaさん"
    assert "line-1" in seen(board)
    hana.draw(drop("line-1", "link", board.number))
    assert "line-1" not in seen(board)
    assert board.items["line-1"].conflicts == {}
    taro.draw(put("line-1", "link", base, strength=2))
    assert "line-1" in seen(board)
    assert "drop" in board.items["line-1"].conflicts
    taro.draw(put("line-1", "link", board.number, strength=1))
    Hand(board, "jiro").draw(put("line-1", "link", base, how_often="weekly"))
    assert board.items["line-1"].conflicts == {}, "it stays: that was decided"


def test_what_two_took_away_is_gone_whoever_else_had_spoken_of_it(board: Board) -> None:
    hana, taro, jiro = (Hand(board, one) for one in ("hana", "taro", "jiro"))
    base, item = board.number, board.items["house-a"]
    taro.draw(put("house-a", "house", base, name="田仲"))
    hana.draw(drop("house-a", "house", base))
    jiro.draw(drop("house-a", "house", base + 1))
    assert "house-a" not in seen(board)
    hana.draw(put("house-b", "house", base, name="森"))
    taro.draw(drop("house-b", "house", board.number))
    jiro.draw(drop("house-b", "house", base))
    assert board.items["house-b"].conflicts == {}
    assert not item.live


def test_a_conflict_goes_with_the_undo_of_what_brought_it(board: Board) -> None:
    hana, taro, base = Hand(board, "hana"), Hand(board, "taro"), board.number
    hana.draw(put("house-a", "house", base, name="田中"))
    taro.draw(put("house-a", "house", base, name="田仲"))
    assert hana.undo() == {"house-a"}
    assert (seen(board)["house-a"]["name"], board.items["house-a"].conflicts) == ("田仲", {})


def test_a_line_is_drawn_once_and_its_other_way_is_offered(board: Board) -> None:
    hana, taro = Hand(board, "hana"), Hand(board, "taro")
    hana.draw(line("line-1", "house-a", "house-b"))
    with pytest.raises(LineThere) as same:
        taro.draw(line("line-2", "house-a", "house-b"))
    assert same.value.facts == {"id": "line-1", "reverse": False}
    with pytest.raises(LineThere) as back:
        taro.draw(line("line-2", "house-b", "house-a"))
    assert back.value.facts["reverse"] is True
    taro.draw(line("line-2", "house-a", "house-b", link="shopping"))
    assert {"line-1", "line-2"} <= set(seen(board))
    taro.draw(drop("line-1", "link", board.number))
    taro.draw(line("line-3", "house-a", "house-b", direction="mutual"))
    with pytest.raises(LineThere) as both:
        hana.draw(line("line-4", "house-b", "house-a"))
    assert both.value.facts == {"id": "line-3", "reverse": False}
    hana.draw(put("line-3", "link", board.number, direction="one_way"))


def test_what_hangs_on_something_hangs_on_what_is_there_and_can_carry_it(board: Board) -> None:
    hana = Hand(board, "hana")
    hana.draw(house("house-d"), put("person-1", "person", house="house-d"),
              put("place-1", "place", lon=1, lat=1, place="hall"))  # fmt: skip
    for deed in (line("line-1", "house-a", "place-1"), put("person-2", "person", house="place-1"),
                 put("person-2", "person", house="person-1")):  # fmt: skip
        with pytest.raises(StrokeWrong):
            hana.draw(deed)
    hana.draw(drop("house-d", "house", board.number))
    for deed in (line("line-1", "house-a", "person-1"), put("person-2", "person", house="house-d")):
        with pytest.raises(ItemGone):
            hana.draw(deed)
    hana.draw(put("card-1", "card", about="house-d", worry="坂道"))


@pytest.mark.parametrize(
    ("deed", "fault"),
    [
        (line("line-1", "house-a", "nowhere-1"), ItemGone),
        (line("line-1", "house-a", "house-a"), StrokeWrong),
        (put("house-a", "person", house="house-b"), StrokeWrong),
        (put("note-01", "note", text="x"), StrokeWrong),
        (put("person-1", "person", part="cared"), StrokeWrong),
        (put("house-z", "house", lon=float("nan"), lat=1.0), StrokeWrong),
        (put("house-z", "house", lon=130.0, lat=33.0, illness="x"), StrokeWrong),
        (put("place-1", "place", lon=1.0, lat=1.0, place="casino"), StrokeWrong),
        (drop("house-z", "house"), ItemGone),
        ({"id": "x", "kind": "house", "put": {}}, StrokeWrong),
    ],
)
def test_what_cannot_be_drawn_is_refused_whole(board: Board, deed: object, fault: type) -> None:
    before = seen(board)
    with pytest.raises(fault):
        Hand(board, "taro").draw(house("house-d"), deed)  # type: ignore[arg-type]
    assert seen(board) == before


_IDS = st.sampled_from(["house-1", "house-2", "house-3", "house-4"])
_MOVES = st.one_of(
    st.tuples(st.just("house"), _IDS, st.sampled_from("abc")),
    st.tuples(st.just("person"), _IDS, _IDS),
    st.tuples(st.just("line"), _IDS, _IDS),
    st.tuples(st.just("drop"), _IDS, st.just("")),
    st.tuples(st.sampled_from(["undo", "redo"]), st.just(""), st.just("")),
)


@given(st.lists(st.tuples(st.sampled_from(["hana", "taro"]), _MOVES), max_size=40))
def test_the_journal_read_again_gives_the_same_board(
    moves: list[tuple[str, tuple[str, ...]]],
) -> None:
    board, device, known = Board(), dict[str, Told](), 0
    for turn, (seat, move) in enumerate(moves):
        try:
            _make(Hand(board, seat), move, board.number)
        except GeoError:
            continue
        if turn % 3 == 0:
            device |= {i.id: tell_item(board, i) for i in _altered_since(board, known)}
            known = board.number
            shown = {one: told["values"] for one, told in device.items() if told["shown"]}
            assert shown == seen(board), "who was away catches up"
    again = Board(
        Entry(
            one.number,
            read_written(one.stroke.id, one.stroke.written()),
            one.seat,
            one.name,
            one.at,
        )
        for one in board.entries
    )
    assert seen(again) == seen(board)
    assert {i.id: i.number for i in again.items.values()} == {
        i.id: i.number for i in board.items.values()
    }
    for item in board.shown():
        assert all(board.is_shown(board.items[one]) for one in item.refers())
    never = Board(board.live_entries())
    assert seen(never) == seen(board), "what was undone is as if it had never been"
    assert {i.id for i in never.items.values() if i.conflicts} == {
        i.id for i in board.items.values() if i.conflicts
    }


def _altered_since(board: Board, number: int) -> list[Item]:
    return [item for item in board.items.values() if item.number > number]


def _make(hand: Hand, move: tuple[str, ...], base: int) -> None:
    what, first, second = move
    if what == "house":
        hand.draw(house(first, name=second))
    elif what == "line":
        hand.draw(line(f"line-{first}-{second}", first, f"person-{second}"))
    elif what == "person":
        hand.draw(put(f"person-{first}", "person", house=second))
    elif what == "drop":
        hand.draw(drop(first, "house", base))
    else:
        getattr(hand, what)()


def test_the_guide_says_where_the_table_is_and_is_not_undone(board: Board) -> None:
    stroke = read_stroke({"stroke": "guide-01", "turn": "guide", "step": 4})
    board.apply(Entry(board.number + 1, stroke, "hana", "hana", EVENING))
    assert board.step is not None
    assert (board.step.step, board.step.since) == (4, EVENING)
    Hand(board, "hana").undo()
    assert board.step.step == 4
