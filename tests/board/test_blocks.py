"""班: every house is in one group, the same map gives the same groups."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.board.drawn import Hand, drop, house, put
from webapp.board.blocks import Block, blocks_of, divide_homes
from webapp.board.rounds import ROUND, first_stroke, is_old
from webapp.board.state import REGISTER, Board, Entry

_ADDRESSES = st.one_of(
    st.none(),
    st.builds("高須{}丁目{}-{}".format, st.integers(1, 2), st.integers(1, 5), st.integers(1, 20)),
    st.builds("小坪町{}番地{}".format, st.integers(1, 3), st.integers(1, 9)),
)
_HOUSES = st.lists(
    st.tuples(st.floats(130.87, 130.89), st.floats(33.87, 33.89), _ADDRESSES), max_size=50
)
_CORNERS = [[130.87, 33.87], [130.88, 33.87], [130.88, 33.89], [130.87, 33.89]]


def board_of(houses: list[tuple[float, float, str | None]], *, area: bool) -> Board:
    """A board with these houses, and with a 班 drawn over its western half."""
    board = Board()
    hand = Hand(board, "hana")
    for number, (lon, lat, address) in enumerate(houses, 1):
        hand.draw(house(f"house-{number}", lon=lon, lat=lat, number=number, address=address))
    if area:
        hand.draw(put("area-01", "area", ring=_CORNERS, area="block", name="1班"))
    return board


def told(blocks: list[Block]) -> list[tuple[int, str, list[str]]]:
    return [(one.number, one.name, [home.house.id for home in one.homes]) for one in blocks]


@given(_HOUSES, st.booleans(), st.integers(1, 15))
def test_every_house_is_in_one_group_and_the_same_map_gives_the_same(
    houses: list[tuple[float, float, str | None]], area: bool, most: int
) -> None:
    board = board_of(houses, area=area)
    blocks = divide_homes(board, most)
    ids = [one.house.id for block in blocks for one in block.homes]
    assert sorted(ids) == sorted(one.id for one in board.of_kind("house"))
    assert [one.number for one in blocks] == list(range(1, len(blocks) + 1))
    assert all(0 < len(one.homes) <= most for one in blocks if one.name != "1班")
    again = board_of(houses, area=area)
    assert told(divide_homes(again, most)) == told(blocks)
    put_on(board, most)
    assert [one[2] for one in told(blocks_of(board))] == [one[2] for one in told(blocks)]


def put_on(board: Board, most: int) -> None:
    """Begin a round."""
    stroke = first_stroke(board, most)
    at = board.entries[-1].at if board.entries else None
    if at is not None and stroke.deeds:
        board.apply(Entry(board.number + 1, stroke, ROUND, "", at))


def test_neighbouring_blocks_of_a_town_share_a_sheet_and_towns_do_not() -> None:
    board = board_of(
        [(130.88, 33.88 + n / 1e4, f"高須一丁目{1 + n // 4}-{n}") for n in range(12)]
        + [
            (130.88, 33.88, "高須二丁目1-1"),
            (130.88, 33.88, "小坪町1番地1"),
            (130.88, 33.88, None),
        ],
        area=False,
    )
    assert [(one.name, len(one.homes)) for one in divide_homes(board, 8)] == [
        ("", 1), ("小坪町1番地1", 1), ("高須一丁目", 8), ("高須", 5),
    ]  # fmt: skip


def test_a_house_that_came_later_is_on_the_sheet_of_its_neighbour_and_one_that_left_on_its_own(
) -> None:  # fmt: skip
    west, east = (130.8701, 33.88, None), (130.8899, 33.88, None)
    board = board_of([west, east], area=True)
    put_on(board, 15)
    hand = Hand(board, "taro")
    hand.draw(house("house-new", lon=130.8895, lat=33.8801))
    start = board.number
    hand.draw(put("house-1", "house", board.number, gone="moved"))
    assert [one[2] for one in told(blocks_of(board))] == [["house-2", "house-new"]]
    assert [one[2] for one in told(blocks_of(board, start))] == [
        ["house-1"], ["house-2", "house-new"],
    ]  # fmt: skip
    hand.draw(drop("house-2", "house", board.number))
    assert "house-2" not in str(told(blocks_of(board)))


def test_what_the_table_drew_itself_is_not_asked_for_again() -> None:
    board = Board()
    Hand(board, REGISTER).draw(
        house("house-old"), house("house-day", confirmed_on="2026-11-01"),
        house("house-past", confirmed_on="2020-01-01"),
    )  # fmt: skip
    Hand(board, "hana").draw(house("house-new"))
    put_on(board, 15)
    since = date(2025, 11, 26)
    assert {one.id for one in board.of_kind("house") if is_old(one, since)} == {
        "house-old",
        "house-past",
    }
