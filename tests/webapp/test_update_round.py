"""The update round's pages: sheets are made, and what comes back is written into the journal."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from geo.draw.neighbourhood import DrawnHouse, fit_scale, neighbourhood_svg
from tests.board.drawn import house, line, put
from tests.doors import send
from tests.tablets import ask_news, code_of, draw
from webapp.answers.round_paper import RoundRow, RoundSheet, set_round
from webapp.board.rounds import day_before
from webapp.register.consents import JAPAN
from webapp.register.export_copies import Mark
from webapp.workshop.round_papers import sheet_words

CANARY = "カナリア"
TODAY = datetime.now(UTC).astimezone(JAPAN).date().isoformat()


@pytest.fixture
def sheet(leader: FlaskClient, workshop: str) -> str:
    """The address of the sheet of three houses; somebody in the second watches the first."""
    houses = [house(f"house-{one}", number=one, confirmed_on="2020-01-01") for one in (1, 2, 3)]
    people = [put(f"person-{one}", "person", house="house-2", name=f"花{one}") for one in (1, 2)]
    tie = line("line-1", "person-1", "house-1")
    draw(leader, workshop, "stroke-1", *houses, *people, tie)
    assert send(leader, f"{workshop}/round", most="15").status_code == 303
    return f"{workshop}/round/1"


def shown(client: FlaskClient, workshop: str) -> dict[str, dict[str, object]]:
    items = ask_news(client, workshop)["items"]
    return {str(one["id"]): one["values"] for one in items if one["shown"]}


def progress(client: FlaskClient, sheet: str) -> str:
    found = re.search(r"<strong>(\d+)</strong>／(\d+)", client.get(sheet).text)
    assert found is not None
    return "/".join(found.groups())


def reply(client: FlaskClient, sheet: str, number: int, what: str, **more: str) -> int:
    answer = send(client, sheet, house=f"house-{number}", reply=what, **more)
    return answer.status_code


def test_the_page_counts_what_nobody_confirmed_for_so_many_months(
    leader: FlaskClient, workshop: str, sheet: str
) -> None:
    assert sheet
    assert "家 3軒（全3軒）" in leader.get(f"{workshop}/round").text
    draw(leader, workshop, "stroke-9", put("house-3", "house", 9, confirmed_on=TODAY))
    half = day_before(date.fromisoformat(TODAY), 6).isoformat()
    draw(leader, workshop, "stroke-10", put("house-2", "house", 9, confirmed_on=half))
    assert "家 1軒（全3軒）" in leader.get(f"{workshop}/round?months=12").text
    assert "家 2軒（全3軒）" in leader.get(f"{workshop}/round?months=3").text


def test_one_press_confirms_all_that_was_not_answered_and_one_takes_it_back(
    leader: FlaskClient, workshop: str, sheet: str
) -> None:
    assert progress(leader, sheet) == "0/3"
    assert reply(leader, sheet, 2, "deceased", about="person-1") == 303
    assert progress(leader, sheet) == "1/3"
    answered = ask_news(leader, workshop)["number"]
    assert send(leader, f"{sheet}/rest").status_code == 303
    assert progress(leader, sheet) == "3/3"
    fresh = {str(one["id"]) for one in ask_news(leader, workshop, since=answered)["items"]}
    assert fresh >= {"house-1", "house-3"}
    assert fresh.isdisjoint({"house-2", "person-1", "person-2"}), "these were answered"
    board = shown(leader, workshop)
    assert {board[one]["confirmed_on"] for one in ("house-1", "house-2", "person-2")} == {TODAY}
    assert (board["person-1"]["gone"], "gone" in board["house-2"]) == ("deceased", False)
    send(leader, f"{sheet}/undo")
    assert progress(leader, sheet) == "1/3"
    assert shown(leader, workshop)["house-1"]["confirmed_on"] == "2020-01-01"
    send(leader, f"{sheet}/undo")
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
    said = send(leader, sheet, house="house-1", reply="line", other="99")
    assert said.status_code == 422
    assert 'role="alert"' in said.text
    assert 'value="deceased"' in said.text, "on the sheet itself"
    assert reply(leader, sheet, 1, "sold") == 422
    assert reply(leader, sheet, 2, "moved") == 422
    assert reply(leader, sheet, 2, "moved", about="person-9") == 409
    assert reply(leader, sheet, 9, "same") == 303
    assert shown(leader, workshop) == before


def test_the_same_press_twice_is_one_stroke(leader: FlaskClient, workshop: str, sheet: str) -> None:
    for _ in range(2):
        assert reply(leader, sheet, 1, "line", other="3", stroke="press-0001") == 303
    assert ask_news(leader, workshop)["number"] == 3


def test_a_device_in_the_hall_enters_sheets_and_a_sheet_of_an_old_grouping_leads_to_those_of_now(
    app: Flask, leader: FlaskClient, client: FlaskClient, workshop: str, sheet: str
) -> None:
    code = code_of(app, workshop)
    client.post("/workshop/join/", data={"code": code, "name": "3班の机"})
    assert client.get(f"{workshop}/round/7").location == f"{workshop}/round"
    assert reply(client, sheet, 1, "same") == 303
    assert "3班の机" in leader.get(sheet).text
    known = ask_news(client, workshop)["number"]
    assert send(client, f"{workshop}/round").location == "/sign-in"
    assert ask_news(client, workshop)["number"] == known


def test_the_paper_tells_only_of_those_who_agreed_and_its_code_of_nobody(
    leader: FlaskClient, workshop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(
        leader, workshop, "stroke-1",
        house("house-1", number=1, consent="self", lon=130.881),
        house("house-2", number=2, consent="refused", name=CANARY),
        house("house-3", number=3, address=CANARY),
        put("person-1", "person", house="house-1", name="花子", consent="family"),
        put("person-2", "person", house="house-2", name=CANARY),
        line("line-1", "person-2", "house-1"),
        line("line-2", "house-1", "house-3"),
    )  # fmt: skip
    send(leader, f"{workshop}/round")
    seen: list[RoundSheet] = []

    def keep(sheets: list[RoundSheet], *_: object) -> bytes:
        seen.extend(sheets)
        return b"%PDF"

    monkeypatch.setattr("webapp.workshop.rounds.set_round", keep)
    told = {"holder": "3班", "return_by": "2999-01-01", "sheet": "1"}
    answer = send(leader, f"{workshop}/round/paper", **told)
    assert answer.headers["Cache-Control"] == "no-store"
    (sheet,) = seen
    assert CANARY not in repr(sheet)
    assert [(row.number, row.who, row.lines) for row in sheet.rows] == [
        ("1", "花子", "見守る人あり")
    ]
    assert [one.label for one in sheet.houses] == ["1"]
    assert sheet.address == f"http://localhost{workshop}/round/1"
    draw(leader, workshop, "stroke-2", put("house-1", "house", 9, consent="refused"))
    assert send(leader, f"{workshop}/round/paper", **told).status_code == 422


def test_a_paper_is_one_side_of_a4_with_its_map_at_the_scale_it_names(app: Flask) -> None:
    rows = [
        RoundRow(str(one), "田中　ハナ　高齢者独居", "見守り：3番の家", "2025-08")
        for one in range(12)
    ]
    houses = [DrawnHouse((130.88 + one / 4000, 33.88), str(one)) for one in range(12)]
    sheet = RoundSheet("班 1", "x", "http://localhost/x", "班 1", rows, houses)
    with app.test_request_context():
        words = sheet_words("高須", Mark("2026-0001", "x", date(2026, 12, 1)), "ja")
    pdf = set_round([sheet], words, None, date(2026, 11, 26), "ja")
    assert b"/Type/Pages/Count 1/" in pdf
    plan, n = fit_scale([one.spot for one in houses], 154.0, 60.0)
    ends = plan.paper(np.array([houses[0].spot, houses[-1].spot]))
    metres = 11 / 4000 * 111_320 * np.cos(np.radians(33.88))
    assert ends[1, 0] - ends[0, 0] == pytest.approx(metres * 1000 / n, abs=0.3)
    assert ends[:, 0].min() >= 8.0
    far = DrawnHouse((130.95, 33.88), CANARY)
    assert CANARY not in neighbourhood_svg(plan, [*houses, far])


def test_the_change_sheet_says_what_was_lost_and_gained_and_nothing_of_who_refused(
    leader: FlaskClient, workshop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(
        leader, workshop, "stroke-1",
        *(house(f"house-{one}", number=one, consent="self") for one in (1, 2)),
        house("house-3", number=3, name=CANARY, consent="refused"),
        house("house-4", number=4, name=CANARY, address=CANARY),
        line("line-1", "house-2", "house-1"),
        line("line-2", "house-3", "house-1"),
        line("line-3", "house-4", "house-1"),
    )  # fmt: skip
    page = leader.get(f"{workshop}/changes").text
    assert "2番の家 → 1番の家（見守り）" in page
    seen: list[object] = []

    def keep(*told: object) -> bytes:
        seen.extend(told[:2])
        return b"%PDF"

    monkeypatch.setattr("webapp.workshop.changes.set_changes", keep)
    told = {"holder": "x", "return_by": "2999-01-01"}
    assert send(leader, f"{workshop}/changes/paper", **told).status_code == 200
    parts, drawn = seen
    assert "2番の家 → 1番の家（見守り）" in repr(parts)
    assert CANARY not in repr(seen)
    assert "3番" not in repr(parts)
    assert "4番" not in repr(parts), "nobody said whether it may be told"
    assert len(drawn[0]) == 2  # type: ignore[index]
    assert leader.get(f"{workshop}/changes?against=k-nowhere").status_code == 404


def test_the_handover_pack_names_copies_to_come_back_and_nobody_who_refused(
    leader: FlaskClient, workshop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(
        leader, workshop, "stroke-1",
        house("house-1", number=1, consent="self"),
        house("house-2", number=2, name=CANARY, consent="unconfirmed"),
        put("worry-1", "worry", about="house-1", text="新聞がたまる", consent="self"),
        put("worry-2", "worry", about="house-2", text=CANARY, consent="self"),
        put("card-01", "card", about="house-1", worry="声をかける", who="班長"),
        put("card-02", "card", about="house-1", worry="済んだ", done=True),
        line("line-1", "house-2", "house-1"),
    )  # fmt: skip
    seen: list[object] = []

    def keep(*told: object) -> bytes:
        seen[:] = told[1:4]
        return b"%PDF"

    monkeypatch.setattr("webapp.workshop.handover.set_handover", keep)
    told = {"old": "前田", "return_by": "2999-01-01"}
    pack = f"{workshop}/handover/pack"
    assert send(leader, pack, **(told | {"holder": "前田"})).status_code == 200
    assert send(leader, pack, **(told | {"holder": "新田"})).status_code == 200
    copies, sections, drawn = seen
    assert len(copies.rows) == 1  # type: ignore[attr-defined]
    houses, worries, cards = sections  # type: ignore[misc]
    assert [row[0:3:2] + row[4:] for row in houses.rows] == [["1", "見守る人あり", "本人が同意"]]
    assert [row[1] for row in worries.rows] == ["新聞がたまる"]
    assert cards.rows == [["声をかける", "班長", ""]]
    assert CANARY not in repr(seen)
    assert len(drawn[0]) == 1  # type: ignore[index]
    page = leader.get(f"{workshop}/handover").text
    (copy, version), *_ = re.findall(r'name="copy" value="([^"]+)">.*?value="(\d+)"', page)
    out = page.count('name="copy"')
    send(leader, f"{workshop}/handover/returned", copy=copy, version=version)
    assert leader.get(f"{workshop}/handover").text.count('name="copy"') == out - 1
