"""The administrator's room: real figures, the trail, access histories, copies; nobody else in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from geo.sample import Town
from tests.webapp.conftest import CANARY, store_town
from webapp import create_app
from webapp.accounts.policy import Role, at_the_terminal, viewer_of
from webapp.accounts.tokens import make_token
from webapp.register.house import Register
from webapp.register.records import District, ExportCopy, Person
from webapp.register.trail.access_event import AccessEvent
from webapp.settings import Settings

Header = dict[str, str]


@pytest.fixture(scope="module")
def house(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application over a town of its own, for writing."""
    folder: Path = tmp_path_factory.mktemp("admin") / "town"
    store_town(folder, town).register.close()
    return create_app(Settings.read({}, workspace=folder))


@pytest.fixture
def register(house: Flask) -> Register:
    kept: Register = house.extensions["register"]
    return kept


@pytest.fixture
def browser(house: Flask) -> FlaskClient:
    return house.test_client()


@pytest.fixture
def header(register: Register) -> Callable[..., Header]:
    """The header of a program with a role."""

    def make(role: Role = "administrator", districts: list[str] | None = None) -> Header:
        viewer = at_the_terminal()
        secret = make_token(register, viewer, role, districts, datetime.now(UTC))[1]
        return {"Authorization": f"Bearer {secret}", "Accept-Language": "ja"}

    return make


def _person(register: Register) -> tuple[str, str]:
    with Session(register.engine) as session:
        found = session.scalars(select(Person).order_by(Person.id)).first()
    assert found is not None
    return found.id, str(found.district_id)


def _count(register: Register) -> int:
    with Session(register.engine) as session:
        return session.scalar(select(func.count()).select_from(AccessEvent)) or 0


PAGES = ["/admin/", "/admin/trail", "/admin/history", "/admin/copies", "/admin/imports"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", ["planner", "council", "facilitator", "public"])
def test_nobody_else_comes_in(
    browser: FlaskClient, header: Callable[..., Header], path: str, role: Role
) -> None:
    answer = browser.get(path, headers={} if role == "public" else header(role))
    assert answer.status_code in {303, 403}


@pytest.mark.parametrize("path", PAGES)
def test_no_page_of_the_room_names_a_resident(
    browser: FlaskClient, header: Callable[..., Header], path: str
) -> None:
    page = browser.get(path, headers=header()).get_data(as_text=True)
    assert f"{CANARY}太郎" not in page
    assert f"{CANARY}町" not in page


def test_the_figures_are_the_registers_own(
    browser: FlaskClient, header: Callable[..., Header], register: Register
) -> None:
    head = header()
    page = browser.get("/admin/", headers=head).get_data(as_text=True)
    assert "まだ一度も作っていません" in page
    with register.change(at_the_terminal(), "administration") as change:
        change.note("backup", copy="c")
    today = datetime.now(UTC).date()
    for number, days in ((1, -3), (2, 3)):
        _lend(register, number, days)
    page = browser.get("/admin/", headers=head).get_data(as_text=True)
    assert "この24時間のうちに作りました" in page
    assert "外にあるもの2部、期限を過ぎたもの1部" in page
    assert today.isoformat()[:4] in page
    events = re.search(r"閲覧記録は([\d,]+)件です", page)
    assert events is not None
    assert int(events[1].replace(",", "")) <= _count(register)


def _lend(register: Register, number: int, days: int) -> None:
    day = datetime.now(UTC).date() + timedelta(days=days)
    with register.change(at_the_terminal(), "administration") as change:
        change.add(
            ExportCopy, id=f"x-{number}", year=2026, number=number, holder="山田", count=1,
            recipient="council", purpose="planning", form="pdf", fields=["address"],
            households=[], issued_at=datetime.now(UTC), issued_by="terminal", return_by=day,
            expires=day,
        )  # fmt: skip


def test_a_copy_is_ticked_off_once(
    browser: FlaskClient, header: Callable[..., Header], register: Register
) -> None:
    _lend(register, 7, 1)
    head = header()
    assert "2026-0007" in browser.get("/admin/copies", headers=head).get_data(as_text=True)
    form = {"ended": "returned", "version": "1"}
    assert browser.post("/admin/copies/x-7", data=form, headers=head).status_code == 303
    again = browser.post("/admin/copies/x-7", data=form, headers=head)
    assert again.status_code == 409
    assert "ほかの人が先に変更しました" in again.get_data(as_text=True)
    wrong = browser.post("/admin/copies/x-7", data={"ended": "lost"}, headers=head)
    assert wrong.status_code == 400


def test_the_trail_is_filtered_paged_and_reading_it_is_told(
    browser: FlaskClient, header: Callable[..., Header], register: Register
) -> None:
    person, district = _person(register)
    consultant = viewer_of("consultant", "a-watcher", frozenset({district}))
    for _ in range(60):
        with register.look(consultant, "matching") as look:
            look.one(Person, person)
    head = header()
    before = _count(register)
    page = browser.get("/admin/trail?account=a-watcher", headers=head).get_data(as_text=True)
    assert _count(register) == before + 1
    assert page.count('<th scope="row">') == 50
    older = re.search(r'href="(/admin/trail\?[^"]*before=\d+)"', page)
    assert older is not None
    page = browser.get(older[1].replace("&amp;", "&"), headers=head).get_data(as_text=True)
    assert page.count('<th scope="row">') == 10
    none = browser.get("/admin/trail?account=a-watcher&deed=erase", headers=head)
    assert "あてはまるものはありません" in none.get_data(as_text=True)
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    none = browser.get(f"/admin/trail?since={tomorrow}", headers=head)
    assert "あてはまるものはありません" in none.get_data(as_text=True)
    assert browser.get("/admin/trail?since=x", headers=head).status_code == 400


def test_an_access_history_is_for_the_own_district(
    browser: FlaskClient, header: Callable[..., Header], register: Register
) -> None:
    person, district = _person(register)
    consultant = viewer_of("consultant", "a-1", None)
    with register.look(consultant, "visit") as look:
        look.one(Person, person)
    path = f"/admin/history/{person}"
    page = browser.get(path, headers=header()).get_data(as_text=True)
    assert "<ruby>訪問<rp>（</rp><rt>ほうもん</rt><rp>）</rp></ruby>" in page
    assert CANARY + "太郎" not in page, "an administrator sees the number, not the name"
    own = browser.get(path, headers=header("consultant", [district]))
    assert CANARY + "太郎" in own.get_data(as_text=True)
    with Session(register.engine) as session:
        elsewhere = session.scalars(select(District.id).where(District.id != district)).first()
    assert elsewhere is not None
    other = browser.get(path, headers=header("consultant", [elsewhere]))
    assert other.status_code == 404
    sheet = browser.get(path + "/sheet", headers=header())
    assert sheet.data.startswith(b"%PDF")
    assert sheet.headers["Cache-Control"] == "no-store"
    assert person not in sheet.headers["Content-Disposition"]
    found = browser.get(f"/admin/history?person={person}", headers=header())
    assert found.status_code == 303


def test_meddling_is_said_in_the_room(
    browser: FlaskClient, header: Callable[..., Header], register: Register
) -> None:
    head = header()
    assert "正しくつながっています" in browser.post("/admin/proof", headers=head).get_data(
        as_text=True
    )
    page = browser.get("/admin/", headers=head).get_data(as_text=True)
    assert "正しいと確かめました" in page
    with register.engine.begin() as connection:
        connection.execute(delete(AccessEvent).where(AccessEvent.sequence == 5))
    page = browser.post("/admin/proof", headers=head).get_data(as_text=True)
    assert "5番から5番までの記録がなくなっています" in page
    assert "1番から4番までは正しいと言えます" in page
    assert "手が加えられています" in browser.get("/admin/", headers=head).get_data(as_text=True)
