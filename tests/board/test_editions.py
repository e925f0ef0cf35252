"""One map, four papers: who and what stands on each, by what was said and by the register."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tests.board.drawn import Hand, drop, house, line, put
from webapp.board.editions import _PUBLIC, _SHEET_FOR_PENS, _only
from webapp.board.extract import _by_register
from webapp.board.items import Item
from webapp.board.leaving import Audience, leave
from webapp.board.state import Board
from webapp.board.wall import Wall, number_all
from webapp.register.allowances import Allowances
from webapp.register.consents import BIT

SAID = ("self", "family", "unconfirmed", "refused", "disaster_only", None)


def answer(said: str | None) -> dict[str, str]:
    """What was said, if anything was."""
    return {"consent": said} if said else {}


def told(item: Item) -> dict[str, Any]:
    """What is said of an item."""
    return item.values  # noqa: PD011 - no table


def evening() -> Board:
    """A house for each answer in a row, lines from the first to each, a helper apart."""
    board = Board()
    hand = Hand(board, "a")
    hand.draw(
        house("house-home", number=40, consent="self", name="鷹匠"),
        *(
            house(f"house-{said}", number=k, lon=130.88 + k / 1000, **answer(said))
            for k, said in enumerate(SAID, 1)
        ),
        put("person-helper", "person", lon=130.87, lat=33.88, part="helper", name="八百板",
            consent="self"),
        put("person-inside", "person", house="house-self", part="cared", name="神宮寺",
            consent="self"),
    )  # fmt: skip
    hand.draw(
        *(line(f"line-{said}", "house-home", f"house-{said}", direction="mutual") for said in SAID),
        line("line-helper", "person-helper", "person-inside", strength=3),
        put("worry-1", "worry", about="person-inside", text="雨戸"),
        put("worry-spot", "worry", lon=130.9, lat=33.9, text="暗い道", consent="self"),
        put("place-1", "place", lon=130.89, lat=33.89, place="hall", name="公民館"),
        put("area-1", "area", ring=[[130.8, 33.8], [130.81, 33.8], [130.81, 33.81]], area="block",
            name="1班"),
    )  # fmt: skip
    return board


@pytest.mark.parametrize(
    ("audience", "houses"),
    [
        ("hall", {"self", "family", "unconfirmed", "disaster_only", None}),
        ("commissioner", {"self", "family"}),
        ("district_group", {"self", "family"}),
        ("public", set[str | None]()),
    ],
)
def test_only_those_who_agreed_and_their_lines_are_drawn(
    audience: Audience, houses: set[str | None]
) -> None:
    board = evening()
    layers = Wall(board, leave(board, audience)).layers("ja", {})
    drawn = set() if layers.houses is None else set(layers.houses["id"])
    wanted = {f"house-{said}" for said in houses} | (
        {"house-home", "person-helper"} if houses else set()
    )
    assert drawn == wanted
    joined = (
        set()
        if layers.links is None
        else set(zip(layers.links["watcher_id"], layers.links["watched_id"], strict=True))
    )
    lines = {("house-home", f"house-{said}") for said in houses} | (
        {("person-helper", "house-self")} if houses else set()
    )
    assert joined == lines
    assert layers.places is not None
    assert layers.areas is not None


def test_the_sheet_to_draw_on_has_houses_and_numbers_and_nobody() -> None:
    board = evening()
    items = _only(leave(board, "hall"), _SHEET_FOR_PENS)
    assert {one.kind for one in items} == {"house", "place", "area"}
    assert all(told(one).keys() <= {"lon", "lat", "number"} for one in items if one.kind == "house")
    wall = Wall(board, items)
    layers = wall.layers("ja", {}, lines=False)
    assert layers.houses is not None
    assert not layers.houses[["without_line", "helper", "worry"]].to_numpy().any()
    assert layers.houses["composition"].isna().all()
    assert layers.links is None
    squares = dict.fromkeys(layers.houses["id"], "A1")
    assert {(row.name, row.address) for row in wall.key(squares)} == {("", "")}


def test_the_public_wall_has_places_and_nameless_outlines() -> None:
    board = evening()
    items = _only(leave(board, "public"), _PUBLIC)
    assert {one.kind for one in items} == {"place", "area"}
    assert [told(one).get("name") for one in items if one.kind == "area"] == [None]


def test_symbols_tell_who_helps_who_worries_and_whom_nobody_reaches() -> None:
    board = evening()
    Hand(board, "a").draw(
        house("house-lonely", consent="self"), house("house-gone", consent="self", gone="moved")
    )
    houses = Wall(board, leave(board, "commissioner")).layers("ja", {}).houses
    assert houses is not None
    table = houses.set_index("id")
    assert "house-gone" not in table.index
    assert list(table.index[table["helper"]]) == ["person-helper"]
    assert list(table.index[table["worry"]]) == ["house-self"]
    assert list(table.index[table["without_line"]]) == ["house-lonely"]
    notes = Wall(board, leave(board, "commissioner")).layers("ja", {}).notes
    assert notes is not None
    assert list(notes["text"]) == ["気になる"]


def test_numbers_are_the_tables_own_and_the_same_on_every_edition() -> None:
    board = evening()
    numbers = number_all(board)
    assert numbers["house-home"] == 40
    assert numbers["house-family"] == 2
    assert numbers["person-helper"] == 901
    Hand(board, "a").draw(house("house-late", consent="self"), drop("house-self", "house"))
    assert number_all(board) == numbers | {"house-late": 41}


def test_the_key_names_who_agreed_where_they_live() -> None:
    board = evening()
    rows = Wall(board, leave(board, "commissioner")).key(
        {"house-self": "B2", "house-home": "A1", "person-helper": ""}
    )
    assert {(row.number, row.square, row.name) for row in rows} == {
        (1, "B2", "神宮寺"), (40, "A1", "鷹匠"), (901, "", "八百板"),
    }  # fmt: skip


def allowed(fields: dict[str, tuple[str, ...]]) -> Allowances:
    """What households of the register allow."""
    bits = {home: sum(BIT[one] for one in names) for home, names in fields.items()}
    people = pd.DataFrame({"id": [], "household_id": [], "name": [], "active": [], "bits": []})
    return Allowances(people, pd.Series(bits, dtype="int64"), {None: 0})


def test_of_the_register_goes_only_what_it_allows_there_field_by_field() -> None:
    board = Board()
    known = {"address": "極秘町7番地", "composition": "single_elderly"}
    Hand(board, "a").draw(
        house("house-a", household_id="H1", **known), house("house-b", household_id="H2", **known),
        house("house-c", household_id="H3", consent="self", **known),
        house("house-d", consent="self", composition="with_disability"),
    )  # fmt: skip
    Hand(board, "a").draw(
        line("line-ab", "house-a", "house-b", watch_link_id="W1"),
        line("line-ac", "house-a", "house-c", watch_link_id="W2"),
        line("line-drawn", "house-b", "house-c"),
    )  # fmt: skip
    items = leave(board, "commissioner", ("H1", "H2", "H3"))
    known_of = allowed({"H1": ("position", "address", "household", "lines"), "H2": ("position",)})
    cut = {one.id: told(one) for one in _by_register(items, board, known_of)}
    assert cut["house-a"].keys() >= {"address", "composition"}
    assert not cut["house-b"].keys() & {"address", "composition"}
    assert cut["house-c"].keys() >= {"address", "composition"}, "asked at the table"
    assert "composition" not in cut["house-d"], "no disability on paper"
    assert {one for one in cut if "line" in one} == {"line-ac", "line-drawn"}
