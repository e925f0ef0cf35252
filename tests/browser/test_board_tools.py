"""The map in the hall by its tools: areas, what two said differently, news without a stream."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from geo.sample import sample_town
from tests.board.drawn import house, put
from tests.doors import client_of, make_account, send
from tests.places import found_town
from tests.tablets import begin, code_of, draw, find_workshop, first_district
from webapp import create_app
from webapp.board.table import Tables
from webapp.register.house import Register
from webapp.settings import Settings

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Go = Callable[[str], Page]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application over a small town."""
    folder = tmp_path_factory.mktemp("hall") / "town"
    premises = found_town(folder, sample_town(seed=2, households=20, supporters=6))
    yield create_app(Settings.read({}, workspace=folder), premises)
    premises.register.close()


@pytest.fixture(scope="module")
def site(app: Flask, live_server: Callable[[Flask], str]) -> Iterator[str]:
    """Where it is served."""
    yield live_server(app)
    tables: Tables = app.extensions["tables"]
    tables.end()


@pytest.fixture(scope="module")
def district(app: Flask) -> str:
    """A district of the town."""
    return first_district(app)


@pytest.fixture(scope="module")
def leader(app: Flask, district: str) -> FlaskClient:
    """Who leads the workshops, signed in."""
    return client_of(app, make_account(app.extensions["register"], "facilitator", [district]))


@pytest.fixture
def workshop(leader: FlaskClient, district: str) -> str:
    """An open workshop on an empty map."""
    return begin(leader, district)


@pytest.fixture
def go(open_page: Open, site: str, leader: FlaskClient) -> Go:
    """Opens a page as who leads."""

    def see(path: str) -> Page:
        page = open_page(width=1366, height=768)
        badge = leader.get_cookie("staff")
        assert badge is not None
        page.context.add_cookies([{"name": "staff", "value": badge.value, "url": site}])
        page.goto(site + path)
        page.wait_for_selector("[data-ready=true]")
        return page

    return see


def until(page: Page, told: str, seconds: float = 10) -> None:
    """Wait until the page says so; its policy lets no waiting be put into it."""
    end = time.monotonic() + seconds
    while not page.evaluate(told):
        assert time.monotonic() < end, told
        page.wait_for_timeout(40)


def press_map(page: Page, x: float, y: float) -> None:
    """Press the map at parts of its width and height; two presses at once would count as one."""
    box = page.locator(".field").bounding_box()
    assert box is not None
    page.wait_for_timeout(400)
    page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])


def knows(page: Page, identity: str) -> bool:
    """Whether the page shows this."""
    return bool(page.evaluate(f"WelfareBoard.store.items.has('{identity}')"))


def test_an_area_is_pressed_corner_by_corner_and_named_over_the_houses(
    go: Go, workshop: str
) -> None:
    page = go(f"{workshop}/map")
    page.click("[data-tool=area]")
    prompt = page.locator("#prompt")
    for count, (x, y) in enumerate([(0.35, 0.35), (0.6, 0.35), (0.6, 0.6), (0.45, 0.65)], 1):
        press_map(page, x, y)
        expect(prompt).to_contain_text(f"角は{count}つ")
    page.get_by_role("button", name="ひとつ戻る").click()
    expect(prompt).to_have_text("角は3つ。囲めたら「できた」")
    page.get_by_role("button", name="できた").click()
    page.click("[data-key=area-block]")
    until(page, "WelfareBoard.store.of('area').length === 1")
    expect(page.locator("#panel-title")).to_contain_text("班")
    (ring,) = page.evaluate("WelfareBoard.store.of('area').map((one) => one.values.ring)")
    assert len(ring) == 3
    assert page.evaluate("WelfareBoard.corners.length") == 0
    lon, lat = ring[0]
    page.evaluate(WATCH)
    draw_at = {"id": "house-a", "kind": "house", "put": {"lon": lon, "lat": lat}}
    page.evaluate("(deed) => WelfareBoard.draw([deed], () => '')", draw_at)
    until(page, "painted.includes('1') && painted.includes('班')")
    assert page.evaluate("painted.lastIndexOf('班') > painted.lastIndexOf('1')"), "names on top"


WATCH = """() => {
  window.painted = [];
  const paint = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...more) {
    window.painted.push(text);
    return paint.call(this, text, ...more);
  };
}"""


def test_what_two_said_differently_is_decided_by_a_press(
    app: Flask, go: Go, leader: FlaskClient, workshop: str
) -> None:
    tablet = app.test_client()
    form = {"code": code_of(app, workshop), "name": "1班"}
    assert tablet.post("/workshop/join/", data=form).status_code == 303
    draw(leader, workshop, "stroke-1", house("house-a"))
    draw(leader, workshop, "stroke-2", put("house-a", "house", 1, name="田中"))
    draw(tablet, workshop, "stroke-3", put("house-a", "house", 1, name="田仲"))
    page = go(f"{workshop}/map")
    page.fill("#number", "1")
    page.keyboard.press("Enter")
    expect(page.locator(".two")).to_contain_text("田中")
    page.click(".two [data-key=theirs]")
    until(page, "!WelfareBoard.store.get('house-a').conflicts")
    assert page.evaluate("WelfareBoard.store.get('house-a').values.name") == "田中"
    expect(page.locator(".two")).to_have_count(0)


def test_where_no_stream_is_to_be_had_the_page_asks(
    app: Flask, go: Go, leader: FlaskClient, workshop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    register: Register = app.extensions["register"]
    tables = Tables(register, 1)
    assert tables.take_place(), "the only one is taken"
    monkeypatch.setitem(app.extensions, "tables", tables)
    page = go(f"{workshop}/map")
    draw(leader, workshop, "stroke-1", house("house-a"))
    until(page, "WelfareBoard.store.items.has('house-a')", 5)
    expect(page.locator("#away")).to_be_hidden()


HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_a_page_that_nobody_sees_rests_and_catches_up(
    go: Go, leader: FlaskClient, workshop: str
) -> None:
    page = go(f"{workshop}/map")
    page.evaluate(HIDE, arg=True)
    draw(leader, workshop, "stroke-1", house("house-a"))
    draw(leader, workshop, "stroke-2", house("house-b"))
    page.wait_for_timeout(1200)
    assert not knows(page, "house-a")
    page.evaluate(HIDE, arg=False)
    until(page, "WelfareBoard.store.items.has('house-a')", 5)
    assert knows(page, "house-b")


def test_the_part_inside_the_frame_becomes_the_map(
    app: Flask, go: Go, leader: FlaskClient, district: str
) -> None:
    form = {"title": "二丁目", "district": district, "basis": "register"}
    planned = str(send(leader, "/workshop/new", **form).location)
    page = go(f"{planned}/window")
    whole = {side: float(page.input_value(f"[name={side}]")) for side in ("west", "east")}
    page.click("#narrower")
    page.wait_for_timeout(500)
    page.click("#take:enabled")
    page.wait_for_url(re.compile("/window$"))
    page.wait_for_selector("[data-ready=true]")
    framed = find_workshop(app, planned).window
    assert framed is not None
    assert whole["west"] < framed["west"] < framed["east"] < whole["east"]
