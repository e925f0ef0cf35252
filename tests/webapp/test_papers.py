"""The map on paper: each reader's own, numbered where anybody is on it, and nobody who refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import orjson
import pytest
import typst
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from geo.draw.fiducials import SheetCode
from geo.draw.wallmap.formats import whole_page
from tests.board.drawn import house, line, put
from tests.doors import send
from tests.inked import needs_poppler, run, text
from tests.tablets import code_of, draw, id_of
from webapp.board.table import Tables
from webapp.register.house import Register
from webapp.register.records import ExportCopy
from webapp.register.trail.access_event import AccessEvent
from webapp.workshop.photos import houses_of, read_photos

EDITIONS = ("working", "commissioner", "district_group", "public")
LOAN = {"holder": "民生 花子", "return_by": (date.today() + timedelta(days=9)).isoformat()}  # noqa: DTZ011
REFUSED = ("拒否山 ことわり", "極秘町9番地", "ひみつの病気")
AGREED = ("鷹匠 福江", "千段町3番地")


@pytest.fixture
def workshop(leader: FlaskClient, workshop: str) -> str:
    """The address of a workshop at which some agreed and some did not."""
    spot = {"lon": 130.60, "lat": 34.15}
    draw(
        leader, workshop, "stroke-1",
        house("house-a", **spot, consent="self", address=AGREED[1]),
        put("person-a", "person", house="house-a", name=AGREED[0], consent="self"),
        house("house-b", lon=130.601, lat=34.15, consent="family"),
        line("line-ab", "house-b", "house-a"),
        house("house-c", lon=130.6005, lat=34.1505, consent="refused", address=REFUSED[1],
              name=REFUSED[0]),
        put("person-c", "person", house="house-c", name=REFUSED[0], consent="refused"),
        house("house-d", lon=130.6007, lat=34.1498, consent="disaster_only", address=REFUSED[1]),
        put("person-d", "person", house="house-d", name=REFUSED[0]),
        line("line-bc", "house-b", "house-c", said_often=REFUSED[2]),
        put("worry-c", "worry", about="person-c", text=REFUSED[2]),
        put("worry-a", "worry", about="house-a", text=REFUSED[2]),
        put("note-1", "note", **spot, text=f"{REFUSED[0]}さんの前は暗い"),
        put("place-1", "place", lon=130.6002, lat=34.1501, place="hall", name="公民館"),
        put("area-1", "area", area="block", name=f"{REFUSED[0]}班",
            ring=[[130.6, 34.149], [130.602, 34.149], [130.602, 34.151]]),
    )  # fmt: skip
    return workshop


@pytest.fixture
def typesetter(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All words and drawings that are handed to the typesetter, none of them set."""
    told: list[str] = []

    def compile_(template: bytes, **more: dict[str, str]) -> bytes:
        told.append(template.decode() + orjson.dumps(more["sys_inputs"]["page"]).decode("utf-8"))
        return b"%PDF-not"

    monkeypatch.setattr(typst, "compile", compile_)
    return told


def made(client: FlaskClient, workshop: str, edition: str, **more: str) -> TestResponse:
    form = {"edition": edition, "paper": "A4", "which": "map"} | LOAN | more
    return send(client, f"{workshop}/paper", **form)


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("which", ["map", "key"])
def test_nobody_who_refused_is_in_any_byte_of_any_paper(
    leader: FlaskClient, workshop: str, typesetter: list[str], edition: str, which: str
) -> None:
    answer = made(leader, workshop, edition, which=which)
    keyed = edition in {"commissioner", "district_group"}
    assert answer.status_code == (200 if which == "map" or keyed else 422)
    told = "".join(typesetter).replace("\\", "")
    assert told or not keyed
    for secret in REFUSED:
        assert secret not in told
        assert secret.split()[0] not in told
    names = which == "key" and keyed
    assert (AGREED[0] in told) == names
    assert (AGREED[1] in told) == names


def test_a_copy_is_numbered_and_known_and_the_public_one_is_not(
    leader: FlaskClient, workshop: str, register: Register, typesetter: list[str]
) -> None:
    for edition in EDITIONS:
        answer = made(leader, workshop, edition)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert (LOAN["holder"] in typesetter[-1]) == (edition != "public")
        assert ("太いほど" in typesetter[-1] or "矢印の先" in typesetter[-1]) == (
            edition in {"commissioner", "district_group"}
        ), "lines are on the papers of those two alone"
    with Session(register.engine) as session:
        copies = session.scalars(
            select(ExportCopy).where(ExportCopy.purpose == "workshop").order_by(ExportCopy.number)
        ).all()[-3:]
        assert [copy.recipient for copy in copies] == [
            "facilitator",
            "commissioner",
            "district_group",
        ]
        assert [copy.count for copy in copies] == [3, 2, 2]
        assert {copy.holder for copy in copies} == {LOAN["holder"]}
        left = session.scalars(
            select(AccessEvent.facts).where(
                AccessEvent.deed == "export", AccessEvent.purpose == "workshop"
            )
        ).all()
    assert {"commissioner", "district_group"} <= {str(one.get("recipient")) for one in left}


@needs_poppler
def test_the_sheet_to_draw_on_carries_the_workshops_own_code(
    app: Flask, leader: FlaskClient, workshop: str, tmp_path: Path
) -> None:
    pdf = made(leader, workshop, "working", paper="A3").data
    said = text(pdf, tmp_path)
    assert "シールの色" in said
    assert "民生 花子" in said
    shown = run(
        "pdftoppm", pdf, tmp_path, "-gray", "-r", "150", "-f", "1", "-l", "1", "-singlefile"
    )
    (code,) = zxingcpp.read_barcodes(cv2.imdecode(np.frombuffer(shown, np.uint8), 0))
    assert SheetCode.read(code.text).sheet == code_of(app, workshop).upper()


@needs_poppler
def test_a_pen_on_the_printed_sheet_is_found_by_the_room_that_reads(
    app: Flask, leader: FlaskClient, workshop: str, tmp_path: Path
) -> None:
    pdf = made(leader, workshop, "working", paper="A3").data
    shown = run("pdftoppm", pdf, tmp_path, "-r", "200", "-l", "1", "-singlefile")
    page = np.asarray(cv2.imdecode(np.frombuffer(shown, np.uint8), cv2.IMREAD_COLOR))
    code = SheetCode.read(zxingcpp.read_barcodes(page)[0].text)
    tables: Tables = app.extensions["tables"]
    board = tables.of(id_of(workshop)).board()
    houses = houses_of(board).set_index("id").to_crs(code.epsg).geometry
    spots = code.paper_of_plane([(p.x, p.y) for p in houses.loc[["house-b", "house-d"]]])
    upright = page.shape[0] > page.shape[1]
    ends = (spots + whole_page("A3", upright=upright).frame[:2]) * 200 / 25.4
    start, end = (tuple(map(round, one)) for one in ends)
    cv2.line(page, start, end, (62, 38, 215), 10, cv2.LINE_AA)
    photo = cv2.imencode(".png", page)[1].tobytes()
    read = read_photos([photo], board, code_of(app, workshop), None)
    assert read.code == code.write()
    assert len(read.finds) == 1
    assert "house-b" in str(read.finds[0])
    assert "house-d" in str(read.finds[0])


@pytest.mark.parametrize(
    "wrong",
    [{"edition": "x"}, {"paper": "B4"}, {"scale": "999"}, {"holder": ""}, {"return_by": "soon"},
     {"return_by": "2020-01-01"}, {"edition": "working", "which": "key"}],
)  # fmt: skip
def test_what_is_wrong_is_said_on_the_page(
    leader: FlaskClient, workshop: str, wrong: dict[str, str]
) -> None:
    answer = made(leader, workshop, **({"edition": "commissioner"} | wrong))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_copy_asks_for_the_password_again_and_the_public_one_does_not(
    app: Flask, leader: FlaskClient, workshop: str, typesetter: list[str]
) -> None:
    later = datetime.now(UTC) + timedelta(minutes=20)
    app.extensions["clock"] = lambda: later
    del typesetter[:]
    try:
        assert made(leader, workshop, "commissioner").status_code == 303
        assert typesetter == []
        assert made(leader, workshop, "public").status_code == 200
    finally:
        del app.extensions["clock"]


def test_the_page_offers_what_there_is(leader: FlaskClient, workshop: str) -> None:
    page = leader.get(f"{workshop}/paper")
    assert page.status_code == 200
    for word in ("書きこみ用", "民生委員用", "掲示用", "area:area-1", "A0をA3に分けて"):
        assert word in page.text
