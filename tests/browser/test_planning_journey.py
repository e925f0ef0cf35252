"""A planner in a real browser: from whom nobody reaches to places, plans, and the report."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from geo.sample import sample_town
from tests.browser.test_pages import barriers
from tests.places import found_town
from webapp import create_app
from webapp.settings import Settings

pytestmark = pytest.mark.browser

FIVE, FOUR = "五人、ひとりは南東へ", "そのうち四人"

LONG = 120_000
"""Milliseconds that a search may take on a busy machine."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, live_server: Callable[[Flask], str]) -> str:
    folder: Path = tmp_path_factory.mktemp("planning-journey") / "town"
    premises = found_town(folder, sample_town(seed=0, households=150, supporters=20))
    return live_server(create_app(Settings.read({}, workspace=folder, demo=True), premises))


def test_a_planner_finds_five_places_moves_one_compares_two_plans_and_takes_the_report(
    open_page: Callable[..., Page], site: str
) -> None:
    page = open_page(f"{site}/sign-in", width=1366, height=768)
    page.click("form:has(input[value=keikaku]) button")
    found: list[str] = []
    ask_whom_nobody_reaches(page, site)
    found += barriers(page)
    find_five_places(page)
    found += barriers(page)
    page.click("#open")
    first = keep_with_one_moved(page)
    second = keep_with_one_less(page)
    assert first != second
    compare(page, first, second)
    found += barriers(page)
    take_the_report(page)
    assert found == []


def ask_whom_nobody_reaches(page: Page, site: str) -> None:
    """Garbage, ten minutes, in the whole town; some are unreached."""
    page.goto(f"{site}/planning/")
    page.select_option("#activity", value="garbage")
    page.select_option("#within", value="10")
    page.click("form.asks button")
    page.wait_for_selector("body[data-planning=ready]")
    assert count(page.inner_text("#beyond")) > 0


def count(text: str) -> int:
    return int("".join(re.findall(r"\d", text)))


def find_five_places(page: Page) -> None:
    """The question goes along to the next page; five are numbered, and proven the best."""
    page.click(".room-menu >> text=どこでさがすか")
    expect(page.locator("input[name=activity][value=garbage]")).to_be_checked()
    page.click("form.asks > .actions button")
    page.wait_for_selector("body[data-job=done]", timeout=LONG)
    expect(page.locator("#proof")).to_contain_text("これより良い置き方はありません")
    expect(page.locator(".pin-site")).to_have_count(5)
    expect(page.locator("#sites-found tr")).to_have_count(5)


def keep_with_one_moved(page: Page) -> str:
    """All five lie on the first map; one is dragged away and the figures follow."""
    pins = page.locator(".pin-add")
    expect(pins).to_have_count(5)
    expect(page.locator("#beyond-after")).to_be_visible()
    left = count(page.inner_text("#state-beyond"))
    bar = page.locator("#share rect.share-beyond")
    total = left + count(page.inner_text("#state-reached"))
    assert float(bar.get_attribute("width") or 0) == pytest.approx(100 * left / total, abs=0.1)
    before = page.inner_text("#changes")
    page.wait_for_function("document.querySelectorAll('#changes [data-pin]')[4].textContent")
    pin = pins.nth(0)
    pin.scroll_into_view_if_needed()
    box = pin.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 30, steps=4)
    page.mouse.move(x + 90, y + 60, steps=4)
    page.mouse.up()
    page.wait_for_selector("body[data-shown='1']")
    assert page.inner_text("#changes") != before
    return keep(page, FIVE)


def keep_with_one_less(page: Page) -> str:
    page.locator("#changes li").nth(4).get_by_role("button").click()
    page.wait_for_selector("body[data-shown='2']")
    return keep(page, FOUR)


def keep(page: Page, title: str) -> str:
    """The plan's id, out of the address that the page then has."""
    page.fill("#title", title)
    before = page.url
    page.click("#keep button")
    page.wait_for_url(lambda now: now != before)
    return page.url.split("plan=")[1].split("&")[0]


def compare(page: Page, first: str, second: str) -> None:
    """Side by side, five leave fewer unreached than four of them."""
    page.click(".room-menu >> text=案の一覧")
    for identity in (first, second):
        page.check(f"input[name=plan][value={identity}]")
    page.click("#compare button:text('くらべる')")
    cards = page.locator(".tiles > .card")
    expect(cards).to_have_count(2)
    five, four = (
        count(cards.filter(has_text=title).locator(".headline").inner_text())
        for title in (FIVE, FOUR)
    )
    assert five < four


def take_the_report(page: Page) -> None:
    """With both plans, as PDF, handed to somebody."""
    page.click(".room-menu >> text=報告書")
    for box in page.locator("input[name=plan]").all():
        box.check()
    page.click("button:text('この案で見直す')")
    page.fill("#holder", "企画課")
    with page.expect_download(timeout=LONG) as taken:
        page.click("button[value='report pdf']")
    assert Path(taken.value.path()).read_bytes().startswith(b"%PDF")


def test_the_stops_of_a_mobile_shop_are_moved_left_out_and_added_by_hand(
    open_page: Callable[..., Page], site: str
) -> None:
    page = open_page(f"{site}/sign-in", width=1366, height=768)
    page.click("form:has(input[value=keikaku]) button")
    page.wait_for_selector("text=ログアウト")
    page.goto(f"{site}/planning/stops")
    page.wait_for_selector("body[data-planning=ready]")
    page.click("form.asks > .actions button")
    page.wait_for_selector("body[data-job=done]", timeout=LONG)
    pins, rows = page.locator(".pin-site"), page.locator("#stops-found tr")
    many = rows.count()
    found = page.inner_text("#headlines")
    assert many > 1
    pins.nth(0).scroll_into_view_if_needed()
    box = pins.nth(0).bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 45, box["y"] + 35, steps=4)
    page.mouse.move(box["x"] + 70, box["y"] + 50, steps=4)
    page.mouse.up()
    page.wait_for_selector("body[data-moved='1']")
    expect(page.locator("#proof")).to_contain_text("手で動かした予定です")
    assert rows.count() == many
    pins.nth(1).click()
    page.get_by_role("button", name="この場所をなくす").click()
    page.wait_for_selector("body[data-moved='2']")
    assert rows.count() == many - 1
    page.click("#add-stop")
    field = page.locator(".plan-map .wm-map").bounding_box()
    assert field
    page.mouse.click(field["x"] + field["width"] / 2, field["y"] + field["height"] / 2)
    page.wait_for_selector("body[data-moved='3']")
    page.click("#by-hand")
    assert (rows.count(), page.inner_text("#headlines")) == (many, found)
    assert barriers(page) == []
