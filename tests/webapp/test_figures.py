"""Figures on the screen, in a workbook and on paper: one set of numbers."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from geo.sample import Town
from tests.doors import Clock, client_of, make_account
from tests.webapp.conftest import store_town
from webapp import create_app
from webapp.answers.figure_tables import show_figure
from webapp.register.house import Register
from webapp.register.records import Consultation, District, Request, Supporter, Visit
from webapp.register.trail.access_event import AccessEvent
from webapp.settings import Settings

TOOL = shutil.which("pdftotext")
R2 = {
    "garbage": 340, "cleaning": 16, "accompaniment": 10, "errand": 228, "garden": 31,
    "furniture": 7, "laundry": 100, "talk": 77, "other": 100, "none": 1,
}  # fmt: skip
AT = datetime(2025, 6, 2, 3, tzinfo=UTC)
BOOKS = {"version": 1, "made_at": AT, "made_by": "t", "changed_at": AT, "changed_by": "t"}
YEAR = "period=last_year"


@pytest.fixture(scope="module")
def place(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("figures") / "town"
    with store_town(folder, town).register as register:
        fill(register)
    return folder


def fill(register: Register) -> None:
    """The year R2 in two districts of the town, as 2025, and a few visits."""
    with Session(register.engine) as session:
        homes = list(session.scalars(select(District.id).order_by(District.id)))[:2]
        supporter = session.scalar(select(Supporter.id))
    kinds = [kind for kind, count in R2.items() for _ in range(count)]
    asked = [
        {"id": f"K{n:04d}", "district_id": homes[n % 2], "status": "closed", "channel": "phone"}
        | {"received_at": AT.replace(month=4 + n % 8, day=1 + n % 28)}
        | {"source": ("self", "family", None)[n % 3]}
        | BOOKS
        for n in range(761)
    ]
    wanted = [
        {"id": f"R{n:04d}", "district_id": homes[n % 761 % 2], "activity": kind}
        | {"status": "unmet" if n % 50 == 0 else "done", "consultation_id": f"K{n % 761:04d}"}
        | {"reason": "nobody_near" if n % 50 == 0 else None}
        | BOOKS
        for n, kind in enumerate(kinds)
    ]
    gone = [
        {"id": f"V{n}", "district_id": homes[0], "request_id": "R0001", "supporter_id": supporter}
        | {"planned_at": AT.replace(month=12, day=1 + n), "minutes": 25.0}
        | {"status": "done" if n < 12 else "missed"}
        | BOOKS
        for n in range(15)
    ]
    with register.engine.begin() as connection:
        connection.execute(insert(Consultation), asked)
        connection.execute(insert(Request), wanted)
        connection.execute(insert(Visit), gone)


@pytest.fixture(scope="module")
def desk(place: Path) -> Iterator[Flask]:
    app = create_app(Settings.read({}, workspace=place))
    clock = app.extensions["clock"] = Clock()
    clock.now = datetime(2026, 11, 25, 3, tzinfo=UTC)
    yield app
    app.extensions["register"].close()


@pytest.fixture(scope="module")
def client(desk: Flask) -> FlaskClient:
    return client_of(desk, make_account(desk.extensions["register"], "consultant"))


class Tables(HTMLParser):
    """The cells of a page's tables, row by row."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._in_cell = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag == "tr":
            self.rows.append([])
        self._in_cell = tag in {"td", "th"}
        if self._in_cell:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[-1][-1] += data


def sheets(body: bytes) -> list[list[str]]:
    """Rows of all tables of a workbook as they are read, notes left out."""
    book = openpyxl.load_workbook(io.BytesIO(body))
    rows = [list(row) for sheet in book.worksheets[1:] for row in sheet.iter_rows(values_only=True)]
    told = [row for row in rows if len([cell for cell in row if cell is not None]) > 1]
    return [[show_figure(cell) for cell in row] for row in told]  # type: ignore[arg-type]


def whole(rows: list[list[str]]) -> list[list[str]]:
    """A workbook does not tell 100.0 from 100."""
    return [[cell.removesuffix(".0") for cell in row] for row in rows]


def paper(body: bytes, folder: Path) -> str:
    """All that a PDF says, without blanks."""
    (folder / "x.pdf").write_bytes(body)
    tool = [str(TOOL), "-layout", str(folder / "x.pdf"), "-"]
    said = subprocess.run(tool, capture_output=True, check=True).stdout.decode()
    return re.sub(r"\s", "", said)


@pytest.mark.skipif(TOOL is None, reason="pdftotext (poppler-utils) is absent")
@pytest.mark.parametrize(
    ("page", "of"),
    [(f"?{YEAR}", "period"), ("/year?year=2025", "year")],
)
def test_screen_workbook_and_paper_say_the_same(
    client: FlaskClient, tmp_path: Path, page: str, of: str
) -> None:
    screen = Tables(client.get(f"/desk/figures{page}").text).rows
    asked = f"/desk/figures/file?of={of}&{YEAR}&year=2025"
    assert len(screen) > 25
    assert whole(sheets(client.get(f"{asked}&form=xlsx").data)) == whole(screen)
    said = paper(client.get(f"{asked}&form=pdf").data, tmp_path)
    numbers = [row for row in screen if re.search(r"\d", "".join(row[1:]))]
    lost = [row for row in numbers if re.sub(r"\s", "", "".join(row)) not in said]
    assert [row for row in lost if not any("年度" in cell for cell in row)] == []
    for word in ("内部資料", "作成日2026-11-25", "出典：", "2025年度"):
        assert word in said


def test_the_seeds_percentages_stand_on_the_page(client: FlaskClient) -> None:
    rows = Tables(client.get(f"/desk/figures?{YEAR}").text).rows
    assert [row[2:] for row in rows[1:9]] == [
        ["340", "37.4"], ["16", "1.8"], ["10", "1.1"], ["228", "25.1"], ["31", "3.4"],
        ["7", "0.8"], ["277", "30.4"], ["910", "100.0"],
    ]  # fmt: skip
    assert rows[8][1] == "761"
    assert ["行った活動（回）", "12"] in rows
    assert ["手伝った時間（時間）", "5.0"] in rows
    assert ["近くに担い手がいない", "19", "100.0"] in rows


@pytest.mark.parametrize("form", ["xlsx", "pdf"])
def test_the_public_edition_hides_small_counts_and_what_tells_them(
    client: FlaskClient, tmp_path: Path, form: str
) -> None:
    answer = client.get(f"/desk/figures/file?of=public&year=2025&form={form}")
    assert answer.status_code == 200
    if form == "pdf":
        said = paper(answer.data, tmp_path)
        assert "内部資料" not in said
        assert "家具等の修理**" in said
        return
    rows = sheets(answer.data)
    cells = [cell.replace(",", "") for row in rows for cell in row[1:]]
    assert cells.count("*") > 8
    assert not [cell for cell in cells if cell.isdecimal() and 0 < int(cell) < 10]
    shares = [row[3] for row in rows[1:8]]
    assert set(shares) == {"*"}, "one hidden count hides every share"
    table = [row[2] for row in rows[1:8]]
    assert table[0] == "340"
    assert table[5] == "*"
    assert table.count("*") != 1, "the sum would give a single hidden count away"


def test_a_year_that_runs_is_not_published(client: FlaskClient) -> None:
    assert client.get("/desk/figures/file?of=public&year=2026").status_code == 422
    page = client.get("/desk/figures").text
    public = page.split('id="public-year"')[1]
    assert "2025年度" in public
    assert "2026年度" not in public


def test_a_month_that_has_not_begun_has_no_count(client: FlaskClient) -> None:
    rows = Tables(client.get("/desk/figures/year?year=2026").text).rows
    months = {row[0]: row[1:] for row in rows if "月" in row[0]}
    assert set(months["2026年12月"]) == {"–"}
    assert set(months["2026年11月"]) == {"0"}


def test_a_period_of_free_days_and_one_district(desk: Flask, client: FlaskClient) -> None:
    with Session(desk.extensions["register"].engine) as session:
        one = session.scalar(select(Consultation.district_id).where(Consultation.id == "K0001"))
    asked = f"/desk/figures?period=free&from=2025-04-01&to=2025-04-30&district={one}"
    rows = Tables(client.get(asked).text).rows
    with Session(desk.extensions["register"].engine) as session:
        april = Consultation.received_at < datetime(2025, 4, 30, 15, tzinfo=UTC)
        wanted = select(Consultation.id).where(april, Consultation.district_id == one)
        count = len(session.scalars(wanted).all())
    assert rows[8][1] == str(count)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("period=free&from=2025-04-01", 422),
        ("period=free&from=2025-04-02&to=2025-04-01", 422),
        ("period=always", 422),
        ("district=zzz", 404),
        ("year=x", 422),
        ("year=9999", 422),
    ],
)
def test_what_cannot_be_counted_is_said(client: FlaskClient, asked: str, status: int) -> None:
    assert client.get(f"/desk/figures?{asked}").status_code == status
    assert client.get(f"/desk/figures/file?{asked}").status_code == status


@pytest.mark.parametrize("asked", ["of=all", "form=doc"])
def test_a_report_has_a_name_and_a_form(client: FlaskClient, asked: str) -> None:
    assert client.get(f"/desk/figures/file?{asked}").status_code == 422


def test_the_council_sees_figures_and_nobody_of_the_desk(desk: Flask) -> None:
    council = client_of(desk, make_account(desk.extensions["register"], "council"))
    page = council.get(f"/desk/figures?{YEAR}")
    assert page.status_code == 200
    assert Tables(page.text).rows[8][1:3] == ["761", "910"]
    menu = page.text.split('class="room-menu"')[1].split("</nav>")[0]
    assert "/desk/figures" in menu
    assert "/desk/lists/" not in menu
    assert council.get("/desk/").status_code == 403


def test_a_consultant_counts_the_own_district_only(desk: Flask) -> None:
    register = desk.extensions["register"]
    with Session(register.engine) as session:
        first, second = session.scalars(select(District.id).order_by(District.id)).all()[:2]
    own = client_of(desk, make_account(register, "consultant", [first]))
    assert Tables(own.get(f"/desk/figures?{YEAR}").text).rows[8][1] == "381"
    assert own.get(f"/desk/figures?district={second}").status_code == 404


def test_that_counts_left_is_in_the_trail(desk: Flask, client: FlaskClient) -> None:
    client.get(f"/desk/figures/file?of=year&{YEAR}&form=xlsx")
    with Session(desk.extensions["register"].engine) as session:
        last = session.scalars(
            select(AccessEvent)
            .where(AccessEvent.deed == "export")
            .order_by(AccessEvent.sequence.desc())
        ).first()
    assert last is not None
    assert (last.purpose, (last.facts or {})["report"]) == ("statistics", "year")


def test_the_overview_of_the_districts_is_taken_along_as_it_stands(client: FlaskClient) -> None:
    page = client.get("/desk/districts").text
    sent = client.get("/desk/figures/file?of=districts&form=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(sent.data))
    overview, funnel = (book[name] for name in book.sheetnames[1:])
    rows = list(overview.iter_rows(min_row=2, values_only=True))
    assert len(rows) == page.count('<th scope="row"><a href="/desk/districts/') + 1
    assert all(str(row[0]) in page for row in rows)
    assert funnel.cell(funnel.max_row - 1, 1).value == "合計"
    assert client.get("/desk/figures/file?of=districts&form=pdf").data[:5] == b"%PDF-"
