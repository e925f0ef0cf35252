"""An evening in the hall: two devices on one map, a server that dies in the middle of it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from geo.sample import sample_town
from tests.browser.test_pages import barriers
from tests.places import found_town

pytestmark = pytest.mark.browser

OWN_HOUSES, OWN_LINES = 25, 40
"""Each of the two devices draws so many."""


class Hall:
    """A server of its own process on one port, to be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as asked:
            asked.bind(("127.0.0.1", 0))
            self.port = int(asked.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}"

    def begin(self) -> None:
        """Start it; it answers on return."""
        words = ("demo", "--port", str(self.port), "--workspace", str(self.folder))
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from webapp.cli import main; main()", *words],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, "WELFAREMAP_LANG": "en"},
        )  # fmt: skip
        assert self.process.stdout is not None
        assert any(line.startswith("ready") for line in self.process.stdout)

    def kill(self) -> None:
        """End it without warning."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """A server over an invented town."""
    found_town(tmp_path / "town", sample_town(seed=2, households=20, supporters=6)).register.close()
    made = Hall(tmp_path / "town")
    made.begin()
    yield made
    made.kill()


Open = Callable[..., Page]


def lead(page: Page, hall: Hall) -> str:
    """Sign in, plan and open a workshop on an empty map; the code on the wall."""
    page.goto(f"{hall.address}/sign-in")
    page.click("form:has(input[value=shinko]) button")
    page.wait_for_url(re.compile("/workshop/|/$"))
    page.goto(f"{hall.address}/workshop/new")
    page.fill("#title", "三丁目")
    page.check("input[value=empty]")
    page.click("main form button:not([type])")
    page.click("form[action$=open] button")
    code = page.locator(".key.huge").inner_text()
    page.goto(f"{page.url}/map")
    ready(page)
    return code


def join(page: Page, hall: Hall, code: str) -> None:
    """Take part as a tablet."""
    page.goto(f"{hall.address}/workshop/join/#{code}")
    expect(page.locator("#code")).to_have_value(code)
    assert "#" not in page.url, "the code of the wall's picture leaves the address"
    page.click("[data-name='1班']")
    page.click("main form button:not([type])")
    ready(page)


def ready(page: Page) -> None:
    page.wait_for_selector("body[data-ready=true]")


def press_map(page: Page, x: float, y: float) -> None:
    """Press the map at parts of its width and height; two presses at once would count as one."""
    box = page.locator(".field").bounding_box()
    assert box is not None
    page.wait_for_timeout(400)
    page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])


def items(page: Page) -> dict[str, dict[str, Any]]:
    """What the page shows, by id."""
    told = page.evaluate("() => [...WelfareBoard.store.items.values()]")
    return {one["id"]: {name: one[name] for name in ("id", "kind", "values")} for one in told}


def until(page: Page, told: str, seconds: float = 20) -> None:
    """Wait until the page says so; its policy lets no waiting be put into it."""
    end = time.monotonic() + seconds
    while not page.evaluate(told):
        assert time.monotonic() < end, told
        page.wait_for_timeout(40)


def wait_items(page: Page, count: int) -> None:
    until(page, f"WelfareBoard.store.items.size === {count}")


DRAW = """([own, houses, lines]) => {
  window.saved = [];
  const { lng, lat } = WelfareBoard.map.map.getCenter();
  const east = own === "a" ? 0.002 : -0.002;
  const send = (id, kind, put) => WelfareBoard.sync
    .send({ turn: "draw", deeds: [{ id, kind, put }] }).then(() => window.saved.push(id));
  for (let k = 0; k < houses; k += 1)
    send(`house-${own}-${k}`, "house",
      { lon: lng + east + (k % 5) * 0.0003, lat: lat + Math.floor(k / 5) * 0.0003 });
  for (let k = 0; k < lines; k += 1)
    send(`line-${own}-${k}`, "link", { watcher: `house-${own}-${k % houses}`,
      watched: `house-${own}-${(k + 1 + Math.floor(k / houses)) % houses}`, link: "watching" });
}"""


def test_two_devices_draw_one_map_and_a_killed_server_loses_nothing(
    open_page: Open, hall: Hall
) -> None:
    leader = open_page(width=1366, height=768)
    tablet = open_page(width=1024, height=768, touch=True)
    join(tablet, hall, lead(leader, hall))
    draw_by_hand(leader, tablet)
    by_hand = set(items(leader))
    for page, own in ((leader, "a"), (tablet, "b")):
        page.evaluate(DRAW, [own, OWN_HOUSES, OWN_LINES])
    for page in (leader, tablet):
        until(page, "window.saved.length >= 15")
    hall.kill()
    for page in (leader, tablet):
        expect(page.locator("#away")).to_be_visible()
        expect(page.locator("#saved")).to_contain_text("まだ保存していません")
    saved = {one for page in (leader, tablet) for one in page.evaluate("window.saved")}
    hall.begin()
    strokes = OWN_HOUSES + OWN_LINES
    for page in (leader, tablet):
        until(page, f"window.saved.length === {strokes}", 60)
        wait_items(page, len(by_hand) + 2 * strokes)
        expect(page.locator("#away")).to_be_hidden()
        expect(page.locator("#saved")).to_have_text(re.compile(r"保存しました \d\d:\d\d"))
    told = leader.evaluate("fetch(`${WelfareBoard.sync.address}/news`).then((one) => one.json())")
    kinds = [one["kind"] for one in told["items"] if one["id"] not in by_hand]
    assert (kinds.count("house"), kinds.count("link")) == (2 * OWN_HOUSES, 2 * OWN_LINES)
    assert {one["id"] for one in told["items"]} >= saved
    numbers = [one["values"]["number"] for one in told["items"] if one["kind"] == "house"]
    assert sorted(numbers) == sorted(set(numbers)), "no number twice"
    assert told["number"] == ENTRIES_BY_HAND + 2 * strokes, "no stroke twice"
    assert items(leader) == items(tablet)


ENTRIES_BY_HAND = 9


def draw_by_hand(leader: Page, tablet: Page) -> None:
    """Houses, a person, lines by presses and by numbers; the other device sees each."""
    leader.click("[data-tool=house]")
    for x in (0.35, 0.6):
        press_map(leader, x, 0.5)
        expect(leader.locator("#panel-title")).to_contain_text("番の家")
    wait_items(tablet, 2)
    leader.click("[data-key=composition-single_elderly]")
    expect(leader.locator("#said")).to_have_text("2番の家を書きかえました。")
    leader.click("[data-tool=person]")
    press_map(leader, 0.35, 0.5)
    leader.click("[data-key=part-helper]")
    leader.fill("#panel input", "田中")
    leader.click("#panel .writing button")
    expect(leader.locator("#said")).to_have_text("1番の田中さんを書きかえました。")
    leader.click("[data-tool=line]")
    press_map(leader, 0.35, 0.52)
    press_map(leader, 0.6, 0.5)
    leader.click("[data-key=link-watching]")
    expect(leader.locator("#said")).to_have_text(
        "1番の田中さんと2番の家の線をかきました（見守り）。"
    )
    wait_items(tablet, 4)
    expect(tablet.locator("#others")).to_contain_text("進行")
    assert barriers(leader) == []
    assert leader.evaluate(SMALL) == [], "targets of 64 pixels, type of 20"
    refuse_twice(leader)
    tablet.click("[data-tool=look]")
    tablet.evaluate("WelfareBoard.tools.take('2')")
    tablet.click("[data-key=consent-self]")
    until(leader, "WelfareBoard.store.numbers.get(2).values.consent === 'self'")
    leader.click("#undo")
    expect(leader.locator("#said")).to_contain_text("ひとつもどしました")
    assert [one["kind"] for one in items(leader).values()].count("link") == 1


SMALL = """() => [...document.querySelectorAll("button, a[href], input, textarea, summary")]
  .filter((one) => one.checkVisibility() && !one.matches(".skip"))
  .map((one) => [one, one.getBoundingClientRect(), parseFloat(getComputedStyle(one).fontSize)])
  .filter(([, box, type]) => box.width < 64 || box.height < 64 || type < 20)
  .map(([one, box, type]) => `${one.outerHTML.slice(0, 80)} ${box.width}×${box.height} ${type}`)"""


def refuse_twice(leader: Page) -> None:
    """The same line again is no second line; the other way round it may become mutual."""
    leader.fill("#number", "1 → 2")
    leader.keyboard.press("Enter")
    leader.keyboard.press("Enter")
    expect(leader.locator("#said")).to_contain_text("もう地図にあります")
    leader.fill("#number", "２　１")
    leader.keyboard.press("Enter")
    leader.keyboard.press("Enter")
    leader.get_by_role("button", name="はい").click()
    until(leader, "WelfareBoard.store.of('link').some((one) => one.values.direction === 'mutual')")
