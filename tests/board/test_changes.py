"""What changed between two maps: nothing on one and the same, and back is the other way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import GeoError
from tests.board.drawn import Hand, drop, house, line, put
from webapp.board.changes import Changes, board_at, find_changes, opening_of
from webapp.board.state import Board

_IDS = st.sampled_from([f"house-{one}" for one in "abcde"])
_DEEDS = st.one_of(
    st.builds(lambda one, note: house(one, name=note), _IDS, st.sampled_from("甲乙")),
    st.builds(lambda one: drop(one, "house"), _IDS),
    st.builds(lambda one, end: put(one, "house", gone=end), _IDS, st.sampled_from(
        ["moved", "deceased", None]
    )),
    st.builds(lambda one, kind, way: line(f"line-{one}-{kind}", one, "house-f", link=kind,
                                          direction=way),
              _IDS, st.sampled_from(["watching", "friend"]), st.sampled_from([None, "mutual"])),
    st.builds(lambda one: put(f"person-{one}", "person", house=one, part="cared"), _IDS),
    st.builds(lambda one, kind: drop(f"line-{one}-{kind}", "link"), _IDS,
              st.sampled_from(["watching", "friend"])),
)  # fmt: skip
_BOARDS = st.lists(_DEEDS, max_size=14)


def board_of(deeds: list[dict[str, object]]) -> Board:
    """A board with what of this can be drawn."""
    board = Board()
    hand = Hand(board, "hana")
    hand.draw(house("house-f", number=6))
    for deed in deeds:
        try:
            hand.draw({**deed, "base": board.number})
        except GeoError:
            continue
    return board


def ids(changes: Changes) -> dict[str, list[str]]:
    return {
        "left": [one.item.id for one in changes.left],
        "came": [one.id for one in changes.came],
        "altered": [one.after.id for one in changes.altered],
        "lost": sorted(one.id for one in changes.lost),
        "gained": sorted(one.id for one in changes.gained),
        "bare": [one.id for one in changes.bare],
        "reached": [one.id for one in changes.reached],
    }


@given(_BOARDS)
def test_a_map_has_not_changed_since_itself(deeds: list[dict[str, object]]) -> None:
    assert find_changes(board_of(deeds), board_of(deeds)) == Changes()
    assert not find_changes(board_of(deeds), board_of(deeds))


@given(_BOARDS, _BOARDS)
def test_what_is_lost_one_way_is_gained_the_other_way(
    first: list[dict[str, object]], second: list[dict[str, object]]
) -> None:
    there = ids(find_changes(board_of(first), board_of(second)))
    back = ids(find_changes(board_of(second), board_of(first)))
    for one, other in (("left", "came"), ("lost", "gained"), ("bare", "reached")):
        assert there[one] == back[other]
        assert there[other] == back[one]
    assert there["altered"] == back["altered"]


@pytest.fixture
def board() -> Board:
    """Three houses with two lines, each known to the register."""
    made = Board()
    hand = Hand(made, "register")
    hand.draw(*(house(f"house-{one}", household_id=f"h-{one}", number=place)
                for place, one in enumerate("abc", 1)))  # fmt: skip
    hand.draw(line("line-1", "house-a", "house-b", watch_link_id="w-1"))
    hand.draw(put("person-1", "person", house="house-c", person_id="p-1", part="cared"))
    hand.draw(line("line-2", "house-a", "person-1", watch_link_id="w-2"))
    return made


def test_who_died_or_moved_takes_the_lines_along(board: Board) -> None:
    hand = Hand(board, "hana")
    hand.draw(put("person-1", "person", board.number, gone="deceased"))
    hand.draw(put("house-a", "house", board.number, gone="moved"))
    changes = find_changes(opening_of(board), board)
    assert [(one.item.id, one.how) for one in changes.left] == [
        ("house-a", "moved"), ("person-1", "deceased"),
    ]  # fmt: skip
    assert ids(changes)["lost"] == ["line-1", "line-2"]
    assert ids(changes)["bare"] == ["house-b", "house-c"]


def test_maps_of_two_years_are_compared_by_the_register_not_by_their_own_ids(board: Board) -> None:
    later = Board()
    hand = Hand(later, "register")
    hand.draw(*(house(f"other-{one}", household_id=f"h-{one}", number=9, name=None)
                for one in "cbd"))  # fmt: skip
    hand.draw(house("other-a", household_id="h-a", composition="single_elderly"))
    hand.draw(line("line-9", "other-a", "other-b"))
    changes = find_changes(board, later)
    assert ids(changes) == {
        "left": ["person-1"], "came": ["other-d"], "altered": ["other-a"], "lost": ["line-2"],
        "gained": [], "bare": ["other-c"], "reached": [],
    }  # fmt: skip
    assert changes.altered[0].fields == ("composition",)
    assert changes.left[0].how is None


def test_confirming_is_no_change_and_an_earlier_state_can_be_asked_for(board: Board) -> None:
    before, hand = board.number, Hand(board, "hana")
    hand.draw(put("house-a", "house", before, confirmed_on="2026-11-26", block=3))
    assert not find_changes(board_at(board, before), board)
    hand.draw(drop("line-1", "link", board.number))
    assert ids(find_changes(board_at(board, before), board))["lost"] == ["line-1"]
