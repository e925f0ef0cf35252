"""Paper in: a drawn sheet becomes strokes of the journal, each after a person's word."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests import photographed
from tests.board.drawn import house, line
from tests.doors import send
from tests.photographed import Dot, Line, Sheet, Shot, photograph, printed
from tests.tablets import draw, id_of
from webapp.accounts.policy import at_the_terminal
from webapp.board.scans import Read, Said, decide_find, keep_scan, list_finds
from webapp.board.state import Board
from webapp.board.table import Tables
from webapp.faults import SheetElsewhere
from webapp.register.house import Register
from webapp.register.records.scan import Scan, ScanFind
from webapp.register.retention import forget_due, read_rules
from webapp.workshop.photos import _require_here

SIZE = (230.0, 160.0)


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    """A small sheet with two lines and a sticker."""
    made = printed(SIZE, 6, apart=45.0, density=6.0, seed=5)
    rng = np.random.default_rng(3)
    photographed.draw_line(made, Line(0, 1, "red"), rng)
    photographed.draw_line(made, Line(2, 3, "green"), rng)
    photographed.stick(made, Dot(4, "blue"), rng)
    return made


@pytest.fixture(scope="module")
def photo(sheet: Sheet) -> bytes:
    return photograph(sheet, Shot(pixels=(1700, 1400), noise=2.0), seed=1)[0]


@pytest.fixture
def workshop(leader: FlaskClient, workshop: str, sheet: Sheet) -> str:
    """The address of an open workshop whose board has the sheet's houses."""
    houses = [
        house(f"house-{one.id}", lon=one.geometry.x, lat=one.geometry.y, number=one.number)
        for one in sheet.houses.itertuples()
    ]
    draw(leader, workshop, "houses-1", *houses)
    return workshop


def upload(client: FlaskClient, workshop: str, *photos: bytes) -> TestResponse:
    files = [(BytesIO(one), f"{at}.jpg") for at, one in enumerate(photos)]
    return send(client, f"{workshop}/scans", photo=files)


def board(app: Flask, workshop: str) -> Board:
    tables: Tables = app.extensions["tables"]
    return tables.of(id_of(workshop)).board()


def finds(register: Register, address: str) -> Iterator[tuple[int, dict[str, object]]]:
    for one in list_finds(register, id_of(address)):
        yield one.number, one.content


def test_a_photo_leads_to_strokes_one_by_one(
    app: Flask, leader: FlaskClient, register: Register, workshop: str, photo: bytes
) -> None:
    answer = upload(leader, workshop, photo)
    assert answer.status_code == 303
    scan = str(answer.location)
    known = dict(finds(register, scan))
    assert sorted(str(one["what"]) for one in known.values()) == [
        "friend", "single_elderly", "watching",
    ]  # fmt: skip
    page = leader.get(scan).text
    assert "これで合っていますか" in page
    assert "data:image/jpeg;base64," in page
    assert board(app, workshop).of_kind("link") == []
    for number, content in known.items():
        yes = "no" if content["what"] == "friend" else "yes"
        assert send(leader, scan, find=number, answer=yes).status_code == 303
    links = board(app, workshop).of_kind("link")
    assert [one.values["link"] for one in links] == ["watching"]
    assert {links[0].values["watcher"], links[0].values["watched"]} == {"house-H0", "house-H1"}
    lived = board(app, workshop).items["house-H4"].values["composition"]
    assert lived == "single_elderly"
    assert "すべて確かめました" in leader.get(scan).text
    with Session(register.engine) as session:
        assert session.scalars(select(Scan.picture)).all()[-1] is None


def test_a_wrong_house_is_put_right_and_a_second_yes_changes_nothing(
    app: Flask, leader: FlaskClient, register: Register, workshop: str, photo: bytes
) -> None:
    scan = str(upload(leader, workshop, photo).location)
    number = next(at for at, one in finds(register, scan) if one["what"] == "watching")
    told = {"find": number, "answer": "yes", "house-0": "house-H5", "house-1": "house-H2",
            "what": "shopping"}  # fmt: skip
    send(leader, scan, **told)
    send(leader, scan, find=number, answer="yes")
    send(leader, scan, find=number, answer="no")
    links = board(app, workshop).of_kind("link")
    assert [dict(one.values) for one in links] == [
        {"watcher": "house-H5", "watched": "house-H2", "link": "shopping"}
    ]
    wrong = send(leader, scan, **{"find": 2, "answer": "yes", "house-0": "house-gone"})
    assert wrong.status_code == 409
    assert "もう地図にありません" in wrong.text
    assert [one.answer for one in list_finds(register, id_of(scan))].count(None) == 2


def test_the_same_photo_is_the_same_reading_and_another_adds_only_what_is_new(
    leader: FlaskClient, register: Register, workshop: str, photo: bytes, sheet: Sheet
) -> None:
    first = upload(leader, workshop, photo).location
    assert upload(leader, workshop, photo).location == first
    again, _ = photograph(sheet, Shot(pixels=(1600, 1300)), seed=2)
    second = str(upload(leader, workshop, again).location)
    assert second != first
    assert list(finds(register, second)) == []
    assert "K7-1　1/1,000" in leader.get(f"{workshop}/scans").text


def test_two_who_confirm_at_once_draw_one_line(
    app: Flask, register: Register, leader: FlaskClient, workshop: str, photo: bytes
) -> None:
    scan = id_of(str(upload(leader, workshop, photo).location))
    number = next(at for at, one in finds(register, scan) if one["what"] == "watching")
    tables: Tables = app.extensions["tables"]
    table = tables.of(id_of(workshop))
    said = Said(yes=True, houses=("house-H0", "house-H1"), what="watching")

    def confirm(seat: int) -> str:
        by = (f"seat-{seat}", "記録")
        word = said if seat % 3 else Said(yes=False)
        return decide_find(register, table, (scan, number), word, by, datetime.now(UTC))

    with ThreadPoolExecutor(6) as pool:
        answers = set(pool.map(confirm, range(1, 9)))
    drawn = len(board(app, workshop).of_kind("link"))
    kept = next(one.answer for one in list_finds(register, scan) if one.number == number)
    assert drawn == (1 if kept == "yes" else 0)
    assert kept in answers


def test_a_line_that_is_there_already_is_not_drawn_twice(
    app: Flask, leader: FlaskClient, register: Register, workshop: str, photo: bytes
) -> None:
    draw(leader, workshop, "line-by-hand", line("line-1", "house-H0", "house-H1"))
    scan = str(upload(leader, workshop, photo).location)
    number = next(at for at, one in finds(register, scan) if one["what"] == "watching")
    told = {"find": number, "answer": "yes", "house-0": "house-H0", "house-1": "house-H1"}
    assert send(leader, scan, **told).status_code == 303
    assert len(board(app, workshop).of_kind("link")) == 1
    assert list_finds(register, id_of(scan))[number - 1].answer == "there"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7", "開ける写真ではありません"),
        (photographed.cv2.imencode(".png", np.full((900, 1200, 3), 180, np.uint8))[1].tobytes(),
         "写真がはっきりしません"),
    ],
)  # fmt: skip
def test_a_photo_of_something_else_is_refused_in_a_sentence(
    leader: FlaskClient, workshop: str, content: bytes, sentence: str
) -> None:
    answer = upload(leader, workshop, content)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_sheet_of_another_workshop_and_a_shut_one_are_refused(
    leader: FlaskClient, district: str, photo: bytes
) -> None:
    told = {"title": "別", "basis": "empty", "held_on": "2026-11-26", "district": district}
    other = send(leader, "/workshop/new", **told).location
    assert "この会は今、開いていません" in leader.get(f"{other}/scans").text
    assert upload(leader, str(other), photo).status_code == 409
    send(leader, f"{other}/open", version="1")
    answer = upload(leader, str(other), photo)
    assert answer.status_code == 422
    assert "この会の家がありません" in answer.text


def test_a_sheet_with_another_workshops_code_is_refused_though_its_houses_are_here(
    sheet: Sheet,
) -> None:
    named = replace(sheet.code, sheet="ABCD-EFGH")
    _require_here(named, sheet.houses, "abcd-efgh")
    with pytest.raises(SheetElsewhere, match="ABCD-EFGH"):
        _require_here(named, sheet.houses, "jkmn-pqrs")


def test_what_was_read_goes_when_its_time_runs_out(
    register: Register, workshop: str, folder: Path
) -> None:
    read = Read(
        "d" * 64,
        "WM1:K7:6670:0.00:0.00:1000:300.0:200.0:0.0:1.1",
        b"jpeg",
        0.4,
        0,
        [{"key": "", "kind": "line"}],
    )
    until = datetime.now(UTC).date()
    keep_scan(register, id_of(workshop), read, until, "x", datetime.now(UTC))
    rules = read_rules(folder)
    forget_due(register, at_the_terminal(), rules, datetime.now(UTC) + timedelta(days=2))
    with Session(register.engine) as session:
        assert session.scalars(select(Scan).where(Scan.until == until)).all() == []
        assert session.scalars(select(ScanFind).where(ScanFind.until == until)).all() == []
