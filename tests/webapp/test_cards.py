"""The 課題カード: strokes like any other, minutes that name nobody, a meeting that goes on."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.board.drawn import Told, house, line, put
from tests.doors import send
from tests.inked import needs_poppler, squeezed_text
from tests.tablets import ask_news, code_of, draw, id_of
from webapp.register.house import Register
from webapp.register.records import ExportCopy, Meeting

LOAN = {"holder": "自治会長", "return_by": "2999-01-01"}


@pytest.fixture
def workshop(leader: FlaskClient, workshop: str) -> str:
    """An evening with three houses, a line and a worry."""
    draw(
        leader, workshop, "stroke-1",
        *(house(f"house-{n}", number=n) for n in (1, 2)),
        house("house-3", number=3, name="八百板"),
        put("person-3", "person", house="house-3", name="八百板 静江", part="cared"),
        put("person-9", "person", lon=130.88, lat=33.88, name="神宮寺 正雄", part="helper"),
        line("line-1", "house-1", "house-2"),
        put("worry-1", "worry", about="person-3", text="新聞がたまっている"),
    )  # fmt: skip
    return workshop


def card(number: int, **told: str) -> dict[str, str]:
    """A card as the form says it."""
    said = {"worry": "八百板さんに声をかける", "who": "神宮寺 正雄", "by": "2026-12-10"}
    return {"stroke": f"made-{number:04d}"} | said | told


def cards_of(leader: FlaskClient, workshop: str) -> list[Told]:
    """What is on the cards now."""
    items = ask_news(leader, workshop)["items"]
    return [one["values"] for one in items if one["kind"] == "card"]


def test_worries_and_houses_without_a_line_are_offered(leader: FlaskClient, workshop: str) -> None:
    page = leader.get(f"{workshop}/cards").text
    assert "新聞がたまっている" in page
    assert "線のない家（2軒）" in page
    assert "<b>1番の家</b>" in page
    assert "<b>2番の家</b>" not in page, "it has a line"
    assert '<option value="神宮寺 正雄">' in page


def test_a_card_is_a_stroke_that_can_be_undone(leader: FlaskClient, workshop: str) -> None:
    made = send(leader, f"{workshop}/cards", **card(1, about="worry-1"))
    assert made.location == f"{workshop}/cards#card-made-0001"
    again = send(leader, f"{workshop}/cards", **card(1, about="worry-1"))
    assert again.status_code == 303, "sent twice, written once"
    assert cards_of(leader, workshop) == [
        {"worry": "八百板さんに声をかける", "who": "神宮寺 正雄", "by": "2026-12-10",
         "done": False, "about": "worry-1"}
    ]  # fmt: skip
    undone = draw(leader, workshop, "undo-1", turn="undo")
    assert undone["says"]["open_cards"] == 0
    assert cards_of(leader, workshop) == []


def test_a_card_is_altered_ticked_off_and_taken_away(leader: FlaskClient, workshop: str) -> None:
    send(leader, f"{workshop}/cards", **card(1))
    address = f"{workshop}/cards/card-made-0001"
    send(leader, address, **card(2, who="", by="", base="2"))
    assert cards_of(leader, workshop) == [{"worry": "八百板さんに声をかける", "done": False}]
    send(leader, address, **card(3, what="done", base="3"))
    assert cards_of(leader, workshop)[0]["done"] is True
    send(leader, address, **card(4, what="drop", base="4"))
    assert cards_of(leader, workshop) == []


@pytest.mark.parametrize("wrong", [{"worry": ""}, {"by": "morgen"}, {"who": "あ" * 61}])
def test_what_is_wrong_is_said_and_not_written(
    leader: FlaskClient, workshop: str, wrong: dict[str, str]
) -> None:
    answer = send(leader, f"{workshop}/cards", **card(1, **wrong))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert cards_of(leader, workshop) == []


@needs_poppler
def test_the_minutes_count_and_name_no_house_nobody_and_no_illness(
    register: Register, leader: FlaskClient, workshop: str
) -> None:
    told = "八百板さん、糖尿病で通院中。静江さんに声をかける。がんばっている"
    send(leader, f"{workshop}/cards", **card(1, about="worry-1", worry=told))
    send(leader, f"{workshop}/cards", **card(2, about="house-1", worry="あいさつ", who="1班"))
    answer = send(leader, f"{workshop}/minutes", **(LOAN | {"next_on": "2027-01-20"}))
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    said = squeezed_text(answer.data)
    assert "八百板" not in said
    assert "静江" not in said
    assert "糖尿" not in said
    assert "〇〇さん、〇〇で〇〇中。" in said
    assert "がんばっている（3番の家）" in said
    assert "あいさつ（1番の家）" in said
    assert "神宮寺正雄" in said, "who sees to it is named"
    for row in ("地図の家（軒）03", "見守りの線（本）01", "線のない家（軒）02"):
        assert row in said
    assert "2027-01-20" in said
    with Session(register.engine) as session:
        copy = session.scalars(select(ExportCopy).order_by(ExportCopy.number.desc())).first()
    assert copy is not None
    assert (copy.recipient, copy.purpose, copy.count) == ("district_group", "workshop", 2)
    assert f"写し{copy.year}-{copy.number:04d}" in said


def test_what_a_house_refused_is_in_no_minutes(leader: FlaskClient, workshop: str) -> None:
    send(leader, f"{workshop}/cards", **card(1, about="worry-1"))
    draw(leader, workshop, "stroke-2", put("house-3", "house", base=2, consent="refused"))
    send(leader, f"{workshop}/close", version="2")
    assert 'name="keep_0"' not in leader.get(f"{workshop}/cards").text


def test_cards_are_kept_as_a_meeting_once_the_drawing_has_ended(
    register: Register, leader: FlaskClient, workshop: str
) -> None:
    kept = {
        "count": "2", "next_on": "2027-01-20",
        "keep_0": "1", "worry_0": "声をかける", "who_0": "神宮寺 正雄", "by_0": "2026-12-10",
        "worry_1": "これはのこさない",
    }  # fmt: skip
    assert send(leader, f"{workshop}/record", **kept).status_code == 409
    send(leader, f"{workshop}/close", version="2")
    assert send(leader, f"{workshop}/record", **kept).status_code == 303
    assert send(leader, f"{workshop}/record", **kept).status_code == 303, "once more adds nothing"
    more = kept | {"keep_1": "1", "worry_1": "坂道に手すり"}
    assert send(leader, f"{workshop}/record", **more).status_code == 303
    assert "2枚のカードを記録にのこしました" in leader.get(f"{workshop}/cards").text
    with Session(register.engine) as session:
        meeting = session.get(Meeting, f"m{id_of(workshop)[1:]}")
    assert meeting is not None
    assert (meeting.kind, meeting.title) == ("residents", "三丁目")
    assert [one["worry"] for one in meeting.cards or []] == ["声をかける", "坂道に手すり"]
    assert "線のない家2軒（はじめ0軒）。" in str(meeting.decisions)
    assert meeting.made_at.date() >= date(2026, 1, 1)


def test_a_device_in_the_hall_writes_cards_but_takes_nothing_along(
    app: Flask, client: FlaskClient, leader: FlaskClient, workshop: str
) -> None:
    form = {"code": code_of(app, workshop), "name": "1班"}
    assert client.post("/workshop/join/", data=form).status_code == 303
    assert client.get(f"{workshop}/guide").status_code == 200
    assert client.get(f"{workshop}/what-if/house-1").status_code == 200
    assert send(client, f"{workshop}/cards", **card(1)).status_code == 303
    page = client.get(f"{workshop}/cards").text
    assert "八百板さんに声をかける" in page
    assert "記録を印刷する" not in page
    for path in ("minutes", "record"):
        assert send(client, f"{workshop}/{path}", **LOAN).location == "/sign-in"
    assert client.get(f"{workshop}/script.pdf").location == "/sign-in"
    assert [one["worry"] for one in cards_of(leader, workshop)] == ["八百板さんに声をかける"]


def test_once_the_drawing_has_ended_cards_are_only_read(leader: FlaskClient, workshop: str) -> None:
    send(leader, f"{workshop}/cards", **card(1))
    send(leader, f"{workshop}/close", version="2")
    page = leader.get(f"{workshop}/cards").text
    assert "カードは見るだけです" in page
    assert "カードにする" not in page
    assert send(leader, f"{workshop}/cards", **card(2)).status_code == 409
