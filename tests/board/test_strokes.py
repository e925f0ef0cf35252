"""What a device may send: the bounds of every field, what each kind needs, nothing else."""

from __future__ import annotations

import math
from typing import Any

import pytest

from geo import terms
from tests.board.drawn import Hand, Told, house, put
from webapp.board.kinds import KINDS, NEEDED
from webapp.board.state import Board
from webapp.board.stroke import read_stroke
from webapp.faults import StrokeWrong

CORNER = [130.8, 33.8]
TEXTS = {"name": 60, "kana": 60, "who": 60, "said_often": 60, "text": 400, "worry": 400,
         "address": 200, "house": 64, "about": 64, "watcher": 64, "watched": 64}  # fmt: skip
WHOLES = {"number": 9999, "block": 9999, "strength": 3}
CODES = {
    "consent": terms.SAID, "composition": terms.COMPOSITIONS, "gone": terms.ENDINGS,
    "part": terms.PARTS, "age": terms.AGES, "link": terms.LINK_KINDS,
    "direction": terms.LINK_DIRECTIONS, "how_often": terms.OFTEN, "place": terms.PLACE_KINDS,
    "area": terms.AREAS,
}  # fmt: skip
BOUNDS: dict[str, tuple[list[Any], list[Any]]] = {
    **{one: (["あ", "あ" * most], ["あ" * (most + 1), "", "　", 1]) for one, most in TEXTS.items()},
    **{one: ([1, most], [0, most + 1, True, 1.0, "1"]) for one, most in WHOLES.items()},
    **{one: (list(codes), ["x", 1]) for one, codes in CODES.items()},
    "lon": ([-180, 180.0], [-180.1, 180.1, True, math.inf, math.nan, "130"]),
    "lat": ([-90, 90.0], [-90.1, 90.1]),
    **dict.fromkeys(("confirmed_on", "by"), (["2026-11-26"], ["2026-13-01", "x", 20261126])),
    "done": ([True, False], [1, "true"]),
    "ring": (
        [[CORNER] * 3, [CORNER] * 200],
        [[CORNER] * 2, [CORNER] * 201, [*[CORNER] * 3, [130.8]], [*[CORNER] * 3, [190.0, 33.8]],
         [*[CORNER] * 3, [130.8, 91.0]], "x"],
    ),
}  # fmt: skip
WHOLE: dict[str, list[Told]] = {
    "house": [{"lon": 1, "lat": 1}],
    "person": [{"house": "house-a"}, {"lon": 1, "lat": 1}],
    "link": [{"watcher": "house-a", "watched": "house-b", "link": "watching"}],
    "place": [{"lon": 1, "lat": 1, "place": "hall"}],
    "note": [{"lon": 1, "lat": 1, "text": "x"}],
    "area": [{"ring": [CORNER] * 3, "area": "flee"}],
    "worry": [{"about": "house-a", "text": "x"}, {"lon": 1, "lat": 1, "text": "x"}],
    "card": [{"worry": "x"}],
}


def read(**told: object) -> None:
    """Read one stroke as a device sends it."""
    read_stroke({"stroke": "stroke-1", "deeds": [put("thing-1", "house", lon=1)]} | told)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_takes_what_it_is_for_and_nothing_else(kind: str) -> None:
    for name in KINDS[kind]:
        good, bad = BOUNDS.get(name, (["x-1"], ["x" * 65]))
        for value in [*good, None]:
            read(deeds=[put("thing-1", kind, **{name: value})])
        for value in bad:
            with pytest.raises(StrokeWrong) as wrong:
                read(deeds=[put("thing-1", kind, **{name: value})])
            assert wrong.value.facts["field"] == name, (name, value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_one_has_all_that_its_kind_needs(kind: str) -> None:
    assert len(NEEDED[kind]) == len(WHOLE[kind])
    for values in WHOLE[kind]:
        board = Board()
        hand = Hand(board, "hana")
        hand.draw(house("house-a"), house("house-b"))
        for missing in values:
            rest = {name: value for name, value in values.items() if name != missing}
            with pytest.raises(StrokeWrong):
                hand.draw(put("thing-1", kind, **(rest or {next(iter(KINDS[kind])): None})))
        assert hand.draw(put("thing-1", kind, **values)) == {"thing-1"}


@pytest.mark.parametrize(
    "told",
    [
        {"deeds": []},
        {"deeds": [put("thing-1", "house", lon=1)] * 61},
        {"deeds": [{"id": "thing-1", "kind": "house", "put": {}}]},
        {"deeds": [put("thing-1", "house", lon=1) | {"base": True}]},
        {"deeds": [put("thing-1", "house", lon=1) | {"base": "1"}]},
        {"deeds": [put("thing-1", "castle", lon=1)]},
        {"deeds": [put("thing", "house", lon=1)]},
        {"deeds": [put("t" * 41, "house", lon=1)]},
        {"deeds": [put("thing<1>", "house", lon=1)]},
        {"group": "x"},
        {"stroke": "日本語のなまえ"},
        {"turn": "erase"},
        {"turn": "guide"},
        {"turn": "guide", "step": 0},
        {"turn": "guide", "step": 7},
        {"turn": "guide", "step": True},
        {"turn": "guide", "step": 1, "minutes": 0},
        {"turn": "guide", "step": 1, "minutes": 181},
    ],
)
def test_a_stroke_that_is_none_is_refused(told: Told) -> None:
    with pytest.raises(StrokeWrong):
        read(**told)


def test_the_largest_stroke_is_taken_and_words_lose_the_blanks_around_them() -> None:
    read(deeds=[put("thing-1", "house", lon=1)] * 60)
    read(turn="guide", step=6, minutes=180)
    stroke = read_stroke({"stroke": "stroke-1", "deeds": [put("thing-1", "note", text=" 坂　")]})
    assert stroke.deeds[0].values == {"text": "坂"}
