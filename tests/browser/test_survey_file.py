"""A survey's file on a telephone: sent, looked at, taken in, followed up; nothing runs as code."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from geo.sample import sample_town
from tests.browser.test_pages import NASTY, barriers
from tests.places import found_town
from webapp import create_app
from webapp.settings import Settings

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, live_server: Callable[[Flask], str]) -> str:
    place = tmp_path_factory.mktemp("survey") / "town"
    found_town(place, sample_town(seed=1, households=30, supporters=6)).register.close()
    return live_server(create_app(Settings.read({}, workspace=place, demo=True)))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Somebody willing and somebody in need; a heading, a name and an answer run as code."""
    path = tmp_path / "answers.csv"
    head = ["氏名", "電話番号", "手伝えること ゴミ出し", "困っていること", "連絡してよいか", NASTY]
    rows = [
        [NASTY, "093-111-0001", "○", "", "はい", NASTY],
        ["木村 竹", "093-111-0002", "", "掃除、電球の交換", "はい", ""],
        ["木村 竹", "093-111-0002", "○", "", "はい", ""],
    ]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def look(page: Page) -> None:
    """The page has no barrier, does not scroll sideways and ran nothing."""
    page.wait_for_load_state("networkidle")
    assert barriers(page) == [], page.url
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") <= 0, page.url
    assert page.locator("img[src=x]").count() == 0


def test_from_the_file_to_a_supporter_on_a_telephone(
    open_page: Callable[..., Page], site: str, table: Path
) -> None:
    page = open_page(width=390, height=844)
    page.on("dialog", lambda _: pytest.fail("a name ran as code"))
    page.goto(f"{site}/sign-in")
    page.click("form:has(input[value=soudan]) button")
    page.wait_for_url("**/desk/")
    page.goto(f"{site}/desk/surveys")
    page.fill("#name", f"調査{NASTY[:20]}")
    page.select_option("#district", index=1)
    page.set_input_files("#file", table)
    page.press("form[enctype] button", "Enter")
    page.wait_for_url("**/surveys/file")
    look(page)
    expect(page.locator("table.asked tbody tr")).to_have_count(6)
    page.press("button[value=take]", "Enter")
    page.wait_for_load_state("networkidle")
    look(page)
    page.press("button[value=willing]", "Enter")
    page.wait_for_load_state("networkidle")
    expect(page.locator("[role=status]")).to_contain_text("2件を進めました")
    page.goto(page.url.replace("open_willing", "open_needs"))
    page.click("tbody th a")
    look(page)
    page.click("text=相談にする")
    page.wait_for_url("**/consultations/*")
    expect(page.locator("main")).to_contain_text("電球の交換")
    page.goto(f"{site}/desk/lists/supporters?status=willing")
    look(page)
    page.click("text=木村 竹")
    look(page)
    page.click("text=面談をした")
    expect(page.locator(".tag.status")).to_have_text("面談済")
    page.goto(f"{site}/desk/funnel")
    look(page)
