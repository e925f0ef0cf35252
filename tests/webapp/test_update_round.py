"""The update round's pages: sheets are made, and what comes back is written into the journal."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.board.drawn import house, line, put
from tests.webapp.test_workshop import code_of, district, leader, news, post, stroke, workshop
from webapp.register.consents import JAPAN

__all__ = ["district", "leader", "workshop"]

TODAY = datetime.now(UTC).astimezone(JAPAN).date().isoformat()


@pytest.fixture
def sheet(leader: FlaskClient, workshop: str) -> str:
    """The address of the sheet of three houses; somebody in the second watches the first."""
    houses = [house(f"house-{one}", number=one, confirmed_on="2020-01-01") for one in (1, 2, 3)]
    people = [put(f"person-{one}", "person", house="house-2", name=f"花{one}") for one in (1, 2)]
    tie = line("line-1", "person-1", "house-1")
    assert stroke(leader, workshop, "stroke-1", *houses, *people, tie).status_code == 201
    assert post(leader, f"{workshop}/round", {"most": "15"}).status_code == 303
    return f"{workshop}/round/1"


def shown(client: FlaskClient, workshop: str) -> dict[str, dict[str, object]]:
    items: list[dict[str, dict[str, object]]] = news(client, workshop)["items"]  # type: ignore[assignment]
    return {str(one["id"]): one["values"] for one in items if one["shown"]}


def progress(client: FlaskClient, sheet: str) -> str:
    found = re.search(r"<strong>(\d+)</strong>／(\d+)", client.get(sheet).text)
    assert found is not None
    return "/".join(found.groups())


def reply(client: FlaskClient, sheet: str, number: int, what: str, **more: str) -> int:
    answer = post(client, sheet, {"house": f"house-{number}", "reply": what, **more})
    return answer.status_code


def test_the_page_counts_what_nobody_confirmed_for_so_many_months(
    leader: FlaskClient, workshop: str, sheet: str
) -> None:
    assert sheet
    assert "家 3軒（全3軒）" in leader.get(f"{workshop}/round").text
    stroke(leader, workshop, "stroke-9", put("house-3", "house", 9, confirmed_on=TODAY))
    assert "家 2軒（全3軒）" in leader.get(f"{workshop}/round?months=12").text


def test_one_press_confirms_all_that_was_not_answered_and_one_takes_it_back(
    leader: FlaskClient, workshop: str, sheet: str
) -> None:
    assert progress(leader, sheet) == "0/3"
    assert reply(leader, sheet, 2, "deceased", about="person-1") == 303
    assert progress(leader, sheet) == "1/3"
    assert post(leader, f"{sheet}/rest", {}).status_code == 303
    assert progress(leader, sheet) == "3/3"
    board = shown(leader, workshop)
    assert {board[one]["confirmed_on"] for one in ("house-1", "house-2", "person-2")} == {TODAY}
    assert (board["person-1"]["gone"], "gone" in board["house-2"]) == ("deceased", False)
    post(leader, f"{sheet}/undo", {})
    assert progress(leader, sheet) == "1/3"
    assert shown(leader, workshop)["house-1"]["confirmed_on"] == "2020-01-01"
    post(leader, f"{sheet}/undo", {})
    assert "gone" not in shown(leader, workshop)["person-1"]


def test_with_the_last_of_its_people_a_house_is_empty_and_stays_on_its_sheet(
    leader: FlaskClient, workshop: str, sheet: str
) -> None:
    assert reply(leader, sheet, 2, "moved", about="person-1,person-2") == 303
    assert reply(leader, sheet, 3, "deceased") == 303
    board = shown(leader, workshop)
    assert (board["house-2"]["gone"], board["house-3"]["gone"]) == ("moved", "deceased")
    assert progress(leader, sheet) == "2/3"


def test_lines_and_people_are_said_in_one_press_each(
    leader: FlaskClient, workshop: str, sheet: str
) -> None:
    assert reply(leader, sheet, 1, "lost") == 303
    assert reply(leader, sheet, 1, "line", other="3", way="in", link="shopping") == 303
    assert reply(leader, sheet, 3, "person", age="child", name="陽太") == 303
    assert reply(leader, sheet, 3, "changed", composition="single_elderly", note="杖") == 303
    board = shown(leader, workshop)
    assert "line-1" not in board
    drawn = next(one for key, one in board.items() if key.startswith("line"))
    assert (drawn["watcher"], drawn["watched"], drawn["link"]) == ("house-3", "house-1", "shopping")
    new = next(one for one in board.values() if one.get("name") == "陽太")
    assert (new["house"], new["consent"], new["age"]) == ("house-3", "unconfirmed", "child")
    assert board["house-3"]["composition"] == "single_elderly"
    assert any(one.get("text") == "杖" for one in board.values())


def test_what_cannot_be_meant_is_said_and_nothing_is_written(
    leader: FlaskClient, workshop: str, sheet: str
) -> None:
    before = shown(leader, workshop)
    assert reply(leader, sheet, 1, "line", other="99") == 422
    assert reply(leader, sheet, 1, "sold") == 422
    assert reply(leader, sheet, 2, "moved") == 422
    assert reply(leader, sheet, 2, "moved", about="person-9") == 409
    assert reply(leader, sheet, 9, "same") == 303
    assert shown(leader, workshop) == before


def test_the_same_press_twice_is_one_stroke(leader: FlaskClient, workshop: str, sheet: str) -> None:
    for _ in range(2):
        assert reply(leader, sheet, 1, "line", other="3", stroke="press-0001") == 303
    assert news(leader, workshop)["number"] == 3


def test_a_device_in_the_hall_enters_sheets_and_a_sheet_of_an_old_grouping_leads_to_those_of_now(
    app: Flask, leader: FlaskClient, client: FlaskClient, workshop: str, sheet: str
) -> None:
    code = code_of(app, workshop)
    client.post("/workshop/join/", data={"code": code, "name": "3班の机"})
    assert client.get(f"{workshop}/round/7").location == f"{workshop}/round"
    assert reply(client, sheet, 1, "same") == 303
    assert "3班の机" in leader.get(sheet).text
    assert client.post(f"{workshop}/round", data={}).status_code == 403
