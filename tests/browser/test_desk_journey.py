"""From a phone call to a done visit and the statistics, in a real browser, in few presses."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from geo.sample import sample_town
from tests.browser.test_pages import barriers
from tests.places import found_town
from webapp import create_app
from webapp.accounts.policy import at_the_terminal
from webapp.invented import Size, invent_year
from webapp.register.consents import JAPAN
from webapp.settings import Settings

pytestmark = pytest.mark.browser

MOST = 60
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
TOWN = sample_town(seed=0, households=200, supporters=80)


def free_house(district: str) -> str:
    """An address in a block where somebody else lives already."""
    homes = TOWN.households[TOWN.households["district_id"] == district]
    return re.sub(r"\d+号$", "99号", str(homes["address"].iloc[0]))


class Hand:
    """One who presses keys and buttons, and counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0
        self.barriers: list[str] = []

    def press(self, selector: str) -> None:
        self.count += 1
        self.page.click(selector, timeout=8000)

    def lead(self, selector: str) -> None:
        """Press what leads to another page, and look at that page."""
        self.press(selector)
        self.page.wait_for_load_state("networkidle")
        self.look()

    def look(self) -> None:
        path = re.sub(r"^https?://[^/]+", "", self.page.url)
        self.barriers += [f"{path}: {one}" for one in barriers(self.page)]

    def write(self, selector: str, text: str) -> None:
        self.count += 1
        self.page.fill(selector, text)

    def choose(self, selector: str, **what: str) -> None:
        self.count += 1
        self.page.select_option(selector, **what)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, live_server: Callable[[Flask], str]) -> str:
    """The demo's town with a small year behind it."""
    folder: Path = tmp_path_factory.mktemp("journey") / "town"
    premises = found_town(folder, TOWN)
    invent_year(premises.register, at_the_terminal(), datetime.now(UTC), Size(60, 80))
    return live_server(create_app(Settings.read({}, workspace=folder, demo=True), premises))


def garbage_taken_up(hand: Hand) -> int:
    """Coordinations of garbage in this programme year, as the statistics page shows them."""
    hand.lead(".room-menu >> text=統計")
    row = hand.page.locator("tr", has=hand.page.get_by_role("rowheader", name="ゴミ出し")).first
    return int(row.locator("td").nth(1).inner_text().replace(",", ""))


def test_a_call_becomes_a_done_visit_in_the_statistics(
    open_page: Callable[..., Page], site: str
) -> None:
    page = open_page(f"{site}/sign-in", width=1366, height=768)
    hand = Hand(page)
    hand.lead("form:has(input[value=soudan]) button")
    before = garbage_taken_up(hand)
    take_the_call(hand)
    find_and_ask(hand)
    make_it_weekly(hand)
    report_the_first_visit(hand)
    assert garbage_taken_up(hand) == before + 1
    assert hand.count < MOST, hand.count
    assert hand.barriers == []


def take_the_call(hand: Hand) -> None:
    """Somebody new, two requests."""
    hand.lead(".room-menu >> text=電話を受ける")
    hand.press("#new > summary")
    hand.write("#name", "三宅　かつ")
    hand.write("#kana", "ミヤケ カツ")
    hand.write("#phone", "093-000-9999")
    hand.write("#address", free_house("X0002"))
    hand.choose("#district_id", label="帆影校区")
    hand.choose("#source", value="commissioner")
    hand.write("#summary", "ひざが痛くて、ごみ出しと買物がつらい。")
    hand.press("fieldset.request >> nth=0 >> label.chip:has-text('ゴミ出し')")
    hand.press("#more")
    hand.press("fieldset.request >> nth=1 >> label.chip:has-text('代行')")
    hand.lead("section.what button[value=take]")
    expect(hand.page.get_by_role("heading", level=1)).to_contain_text("三宅　かつ")
    assert hand.page.get_by_text("代行（買物等）").count() == 1, "the other request is named"


def find_and_ask(hand: Hand) -> None:
    """The first declines, the second says yes."""
    hand.lead(".actions >> text=担い手をさがす")
    expect(hand.page.locator("#suggestions > li").first).to_contain_text("徒歩")
    hand.lead("#suggestions > li >> nth=0 >> button:not([type=button])")
    hand.lead("button[value='declined:busy'] >> nth=0")
    hand.lead("button[value=accepted] >> nth=0")
    expect(hand.page.locator("#settled")).to_be_visible()


def make_it_weekly(hand: Hand) -> None:
    """Every week from today on."""
    today = datetime.now(JAPAN).date()
    hand.lead("main a:has-text('訪問の予定を立てる')")
    hand.press("label.chip:has(input[name=kind][value=weekly])")
    for code in WEEKDAYS:
        box = hand.page.locator(f"input[name=weekday][value={code}]")
        if box.is_checked() != (code == WEEKDAYS[today.weekday()]):
            hand.press(f"label.chip:has(input[name=weekday][value={code}])")
    hand.write("#day", today.isoformat())
    hand.write("#time", "00:05")
    hand.choose("#timing", value="start")
    hand.lead("button[value=keep]")


def report_the_first_visit(hand: Hand) -> None:
    hand.lead("main a[href^='/desk/visits/'] >> nth=0")
    hand.write("#observation", "元気だった。")
    hand.lead("section[aria-labelledby=report] > form button")
    expect(hand.page.locator("main")).to_contain_text("済み")


def test_a_short_table_sorts_where_it_stands(open_page: Callable[..., Page], site: str) -> None:
    page = open_page(f"{site}/sign-in", width=1366, height=768)
    page.click("form:has(input[value=soudan]) button")
    page.goto(f"{site}/desk/funnel")
    counts = page.locator("table.sortable tbody tr > td:nth-child(2)")
    heading = page.locator("table.sortable th:nth-child(2)")
    heading.get_by_role("button").click()
    rising = [int(one) for one in counts.all_inner_texts()]
    expect(heading).to_have_attribute("aria-sort", "ascending")
    heading.get_by_role("button").click()
    assert rising == sorted(rising) != list(reversed(rising))
    assert [int(one) for one in counts.all_inner_texts()] == list(reversed(rising))
    assert barriers(page) == []


def test_a_list_is_put_in_order_on_a_telephone(open_page: Callable[..., Page], site: str) -> None:
    page = open_page(f"{site}/sign-in", width=390, height=844)
    page.click("form:has(input[value=soudan]) button")
    page.goto(f"{site}/desk/lists/supporters")
    names = page.locator("tbody tr td:nth-child(1)")
    first: dict[str, str] = {}
    for order in ("-name", "name"):
        page.select_option("#sort", value=order)
        page.get_by_role("button", name="しぼりこむ").click()
        page.wait_for_url(f"**sort={order}**")
        first[order] = names.first.inner_text()
    assert first["-name"] != first["name"]
