"""What leaves the hall: every answer and every audience, and no name that nobody gave."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.board.drawn import Hand, house, line, put
from webapp.board.leaving import Audience, leave
from webapp.board.state import Board

AUDIENCES: tuple[Audience, ...] = get_args(Audience)
SAID = ("self", "family", "unconfirmed", "refused", "disaster_only", None)
WHO = ("鷹匠福江", "神宮寺正雄", "八百板静江")
EVENING = datetime(2026, 11, 26, tzinfo=UTC)

GOES = {
    "hall": {"self", "family", "unconfirmed", "disaster_only", None},
    "commissioner": {"self", "family"},
    "district_group": {"self", "family"},
    "disaster": {"self", "family", "disaster_only"},
    "public": set[str | None](),
}


def said(consent: str | None, **values: object) -> dict[str, object]:
    return values | ({} if consent is None else {"consent": consent})


def told(board: Board, audience: Audience, allowed: tuple[str, ...] = ()) -> dict[str, str]:
    """What leaves, by id, as text."""
    return {one.id: orjson.dumps(one.values).decode() for one in leave(board, audience, allowed)}


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("consent", SAID)
def test_each_answer_goes_where_it_may(audience: Audience, consent: str | None) -> None:
    board = Board()
    Hand(board, "a").draw(
        house("house-a", **said(consent, name="鷹匠")),
        house("house-b", consent="self"),
        put("person-a", "person", house="house-a", name=WHO[0]),
        line("line-ab", "house-b", "house-a"),
        put("worry-a", "worry", about="house-a", text="雨戸"),
        put("card-a", "card", about="worry-a", worry="雨戸を見る"),
        put("note-a", "note", lon=130.8, lat=33.8, text=f"{WHO[0]}さんの前は暗い"),
        put("place-a", "place", lon=130.8, lat=33.8, place="hall"),
    )
    found = told(board, audience)
    of_a = {"house-a", "person-a", "line-ab", "worry-a", "card-a"}
    goes = consent in GOES[audience]
    assert of_a & set(found) == (of_a if goes else set())
    assert ("note-a" in found) == (audience != "public")
    assert "place-a" in found
    assert goes or WHO[0] not in "".join(found.values())


def test_one_who_refuses_takes_what_tells_of_all_in_the_house_along() -> None:
    board = Board()
    Hand(board, "a").draw(
        house("house-a", name="鷹匠", composition="elderly_couple"),
        put("person-a", "person", house="house-a", name=WHO[0], consent="self"),
        put("person-b", "person", house="house-a", name=WHO[1], consent="refused"),
    )
    for audience in ("hall", "commissioner"):
        found = told(board, audience)
        assert set(found) == {"house-a", "person-a"}
        assert "elderly_couple" not in found["house-a"]


def test_what_is_of_the_register_goes_while_the_register_allows_it() -> None:
    board = Board()
    Hand(board, "a").draw(
        house("house-a", household_id="H1"),
        put("person-a", "person", house="house-a", person_id="P1", name=WHO[0]),
    )
    assert set(told(board, "commissioner", ("H1", "P1"))) == {"house-a", "person-a"}
    assert set(told(board, "hall", ("H1",))) == {"house-a"}
    assert told(board, "hall") == {}
    assert told(board, "public", ("H1", "P1")) == {}
    Hand(board, "a").draw(put("person-a", "person", consent="refused"))
    assert set(told(board, "hall", ("H1", "P1"))) == {"house-a"}


@given(
    st.lists(st.sampled_from(SAID), min_size=3, max_size=3),
    st.lists(st.sampled_from(SAID), min_size=3, max_size=3),
    st.lists(st.sampled_from(SAID), min_size=3, max_size=3),
)
def test_no_name_leaves_that_was_not_given(
    homes: list[str | None], people: list[str | None], lines: list[str | None]
) -> None:
    board, numbers = Board(), range(3)
    Hand(board, "a").draw(
        *(house(f"house-{n}", **said(homes[n])) for n in numbers),
        *(put(f"person-{n}", "person", house=f"house-{n}", **said(people[n], name=WHO[n]))
          for n in numbers),
        *(line(f"line-{n}", f"person-{n}", f"house-{(n + 1) % 3}", **said(lines[n]))
          for n in numbers),
        *(put(f"worry-{n}", "worry", about=f"person-{n}", text=f"{WHO[n]}さん") for n in numbers),
        put("card-all", "card", worry="、".join(WHO)),
    )  # fmt: skip
    for audience in AUDIENCES:
        found = told(board, audience)
        for n in numbers:
            answer = people[n] if people[n] is not None else homes[n]
            gave = answer in GOES[audience] and homes[n] != "refused"
            assert gave == (f"person-{n}" in found)
            assert gave or WHO[n] not in "".join(found.values())
            ends = {f"person-{n}", f"house-{(n + 1) % 3}"}
            if f"line-{n}" in found:
                assert ends <= set(found)
                assert lines[n] is None or lines[n] in GOES[audience]
