"""The welfare map in a real browser: drawn, found, walked through, harmless, alone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize

from geo.draw import vendor
from geo.draw.columns import Audience, layer_columns
from geo.draw.webmap import WelfareMap, welfare_map
from tests.drawn import MADE_ON, SOUTH, WEST, small_town

pytestmark = pytest.mark.browser

_DESK: Final[ViewportSize] = {"width": 1366, "height": 768}
_PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
_POLICY: Final = (
    "default-src 'none'; script-src 'nonce-n0nce'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@pytest.fixture(scope="module")
def browser(chromium: Browser) -> Browser:
    """The browser of all tests: a thread can hold no second one."""
    return chromium


Opener = Callable[..., Page]


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Opener]:
    """Opens a map's single file with every request but its own refused; fails on any error."""
    troubles: list[str] = []
    context = browser.new_context(offline=True)

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            troubles.append(message.text)

    def open_map(drawn: WelfareMap, size: ViewportSize = _DESK) -> Page:
        path = tmp_path / "map.html"
        drawn.save(path)
        page = context.new_page()
        page.set_viewport_size(size)
        page.on("console", hear)
        page.on("pageerror", lambda fault: troubles.append(str(fault)))
        page.on("dialog", lambda dialog: (troubles.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda r: r.url.startswith(("file:", "data:")) or troubles.append(r.url))
        page.goto(path.as_uri())
        page.wait_for_selector("[data-ready]")
        return page

    yield open_map
    context.close()
    assert troubles == []


def _map(audience: Audience = "staff", **more: Any) -> WelfareMap:  # noqa: ANN401 - what welfare_map takes
    town = small_town(more.pop("name", "山田 花子"))
    return welfare_map(town.pop("districts"), audience=audience, made_on=MADE_ON, **town | more)


def _ink(page: Page) -> int:
    """How many pixels are painted on the canvases."""
    return page.evaluate(
        """() => [...document.querySelectorAll("canvas")].reduce((sum, canvas) => {
            const context = canvas.getContext("2d");
            const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
            let painted = 0;
            for (let k = 3; k < data.length; k += 4) if (data[k]) painted += 1;
            return sum + painted;
        }, 0)"""
    )


def _click_at(page: Page, lon: float, lat: float) -> None:
    spot = page.evaluate(
        """([lat, lon]) => {
            const map = [...WelfareMap.opened.values()][0].map;
            const box = map.getContainer().getBoundingClientRect();
            const point = map.latLngToContainerPoint([lat, lon]);
            return [box.x + point.x, box.y + point.y];
        }""",
        [lat, lon],
    )
    page.mouse.click(*spot)


def _axe(page: Page) -> list[str]:
    page.evaluate((vendor.VENDOR / "test/axe-core/axe.min.js").read_text("utf-8"))
    found = page.evaluate("axe.run().then((result) => result.violations)")
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:120]}" for fault in found]


def test_the_single_file_opens_with_the_network_cut_off(show: Opener) -> None:
    page = show(_map())
    assert page.title() == "福祉マップ"
    assert _ink(page) > 10_000
    assert page.inner_text(".leaflet-control-scale-line").endswith("m")
    assert page.evaluate("document.querySelectorAll('[style*=expression], iframe').length") == 0


@pytest.mark.parametrize("audience", ["staff", "public"])
@pytest.mark.parametrize("size", [_DESK, _PHONE])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_it_is_clean_for_axe_and_fits_its_screen(
    show: Opener, audience: Audience, size: ViewportSize, lang: str
) -> None:
    page = show(_map(audience, lang=lang, tiles_url="/tiles/{z}/{x}/{y}.png"), size)
    assert _axe(page) == []
    page.click("[data-walk=open]")
    page.wait_for_selector(".wm-popup")
    if size is _PHONE:
        page.click(".wm-fold")
    assert _axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    small = page.evaluate(
        """() => [...document.querySelectorAll(".wm button, .wm label, .wm a")]
            .map((e) => [e.textContent, e.getBoundingClientRect()])
            .filter(([, box]) => box.width && (box.width < 44 || box.height < 44))
            .map(([text]) => text)"""
    )
    assert small == []
    type_size = page.evaluate(
        "parseFloat(getComputedStyle(document.querySelector('.wm')).fontSize)"
    )
    assert type_size >= 18


def test_a_layer_can_be_switched_off(show: Opener) -> None:
    page = show(_map())
    before = _ink(page)
    page.uncheck("[data-layer=households]")
    assert _ink(page) < before
    assert not page.is_visible("[data-group=households] .wm-rows")
    page.check("[data-layer=households]")
    assert _ink(page) == before


def test_a_house_stands_where_its_position_says_also_after_moving(show: Opener) -> None:
    page = show(_map(supporters=None, links=None, places=None, uncovered=None))
    page.uncheck("[data-layer=districts]")
    house = [SOUTH + 0.001, WEST + 0.0015 + 0.0008 * 3]
    for move in ("map.panBy([90, -60], { animate: false })", "map.setZoom(18, { animate: false })"):
        page.evaluate(f"{{ const {{ map }} = [...WelfareMap.opened.values()][0]; {move}; }}")
        painted = page.evaluate(
            """(house) => {
                const { map } = [...WelfareMap.opened.values()][0];
                const frame = map.getContainer().getBoundingClientRect();
                const canvas = map.getPane("wmItems").firstChild;
                const box = canvas.getBoundingClientRect();
                const spot = map.latLngToContainerPoint(house);
                const [x, y] = [frame.x + spot.x - box.x, frame.y + spot.y - box.y];
                const alpha = (dx) => canvas.getContext("2d").getImageData(x + dx, y, 1, 1).data[3];
                return [alpha(0) > 0, alpha(24) > 0];
            }""",
            house,
        )
        assert painted == [True, False]


def test_a_house_tells_of_itself_when_it_is_clicked(show: Opener) -> None:
    page = show(_map())
    page.evaluate(
        "document.addEventListener('welfaremap:select', (e) => { window.selected = e.detail; })"
    )
    _click_at(page, WEST + 0.0015 + 0.0008 * 3, SOUTH + 0.001)
    page.wait_for_selector(".wm-popup")
    words = page.inner_text(".wm-popup")
    for word in ("山田 花子", "障害のある人", "同行（買物・通院等）"):
        assert word in words
    assert page.evaluate("window.selected") == {"kind": "households", "id": "h3"}


def test_the_public_is_told_the_cell_and_nothing_else(show: Opener) -> None:
    page = show(_map("public"))
    _click_at(page, WEST + 0.0095, SOUTH + 0.0055)
    page.wait_for_selector(".wm-popup")
    assert "少ないか、いない" in page.inner_text(".wm-popup")
    assert page.evaluate("Object.keys([...WelfareMap.opened.values()][0].sets).sort()") == [
        "districts", "mesh", "places", "streets",
    ]  # fmt: skip


def test_houses_can_be_walked_through_without_a_mouse(show: Opener) -> None:
    page = show(_map())
    page.focus(".wm-walker")
    said = set()
    for _ in range(24):
        page.keyboard.press("ArrowRight")
        said.add(page.inner_text(".wm-said"))
    assert len(said) == 24
    assert any(text.startswith("24 / 24") for text in said)
    assert page.get_attribute(".wm-said", "aria-live") == "polite"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.className") == "wm-close"
    page.keyboard.press("Escape")
    page.wait_for_selector(".wm-popup", state="detached")
    assert "wm-walker" in page.evaluate("document.activeElement.className")


def test_a_page_can_point_things_out(show: Opener) -> None:
    page = show(_map())
    before = _ink(page)
    page.evaluate(
        """document.dispatchEvent(new CustomEvent("welfaremap:highlight", { detail: {
            ids: ["h3", "nobody"], lines: [{ from: "h3", to: "s0", label: "1" }] } }))"""
    )
    assert _ink(page) > before
    page.evaluate("document.dispatchEvent(new CustomEvent('welfaremap:highlight'))")
    assert _ink(page) == before


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example("<img src=x onerror=\"document.title='hit'\">")
@example("</script><script>document.title='hit'</script>")
@example("]]>`${document.title='hit'}`{{7*7}}'\";--")
@example("=HYPERLINK(1)\u202egnitirw\u2067")
@given(
    st.text(st.sampled_from("<>\"'`${}]&;=/\\ a\u2028\u202e\u2067髙-!"), min_size=1, max_size=24)
)
def test_no_name_runs_as_code(show: Opener, name: str) -> None:
    page = show(_map(name=name, title=f"地図 {name}", credit=name))
    _click_at(page, WEST + 0.0015 + 0.0008 * 3, SOUTH + 0.001)
    page.wait_for_selector(".wm-popup")
    assert page.evaluate("document.querySelector('.wm-name').textContent.slice(1, -1)") == name
    assert page.evaluate("document.querySelectorAll('.wm-popup > *').length") == 3
    assert page.evaluate("document.querySelectorAll('img, iframe, object, b, i').length") == 0
    assert "hit" not in page.title().replace(name, "")
    page.close()


def _serve(files: dict[str, tuple[str, bytes]]) -> ThreadingHTTPServer:
    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            kind, content = files.get(self.path, ("", b""))
            self.send_response(200 if kind else 404)
            self.send_header("Content-Type", kind or "text/plain")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Security-Policy", _POLICY)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def _crowd(count: int) -> dict[str, Any]:
    town = small_town()
    rows = town["households"].iloc[np.arange(count) % 24].reset_index(drop=True)
    spread = np.random.default_rng(0).random((count, 2)) * [0.01, 0.006] + [WEST, SOUTH]
    rows["id"] = [f"h{k}" for k in range(count)]
    town["households"] = rows.set_geometry(shapely.points(spread)).set_crs(4326)
    return town


def test_ten_thousand_houses_come_from_an_endpoint_under_a_strict_policy(browser: Browser) -> None:
    town = _crowd(10_000)
    houses = layer_columns("households", town["households"], audience="staff")
    parts = welfare_map(
        town.pop("districts"), audience="staff", sources={"households": "/houses"}, **town
    ).page_parts(lambda name: f"/assets/{name}", nonce="n0nce")
    page_text = (
        '<!DOCTYPE html><html lang="ja"><head><meta charset="utf-8"><title>t</title>'
        f'<link rel="icon" href="data:,">{parts.head}</head><body class="wm-page">'
        f"<main>{parts.body}</main>{parts.script}</body></html>"
    )
    files = {
        "/": ("text/html; charset=utf-8", page_text.encode()),
        "/houses": ("application/json", houses),
    } | {
        f"/assets/{name}": (vendor.MEDIA_TYPES[Path(name).suffix], vendor.asset_bytes(name))
        for name in vendor.ASSETS
    }
    server = _serve(files)
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    try:
        troubles: list[str] = []
        page = context.new_page()
        page.on("console", lambda m: troubles.append(m.text))
        page.on("pageerror", lambda fault: troubles.append(str(fault)))
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        page.wait_for_selector("[data-ready]")
        page.evaluate("[...WelfareMap.opened.values()][0].map.setZoom(14, { animate: false })")
        groups = page.evaluate("[...WelfareMap.opened.values()][0].groups.map((g) => g.count)")
        assert sum(groups) == 10_000
        assert page.evaluate("document.querySelectorAll('*').length") < 900
        page.evaluate("[...WelfareMap.opened.values()][0].map.setZoom(17, { animate: false })")
        assert page.evaluate("[...WelfareMap.opened.values()][0].groups") is None
        assert troubles == []
        files.pop("/houses")
        page.reload()
        page.wait_for_selector("[data-ready]")
        assert "読み込めませんでした" in page.inner_text(".wm-notice")
    finally:
        context.close()
        server.shutdown()
        server.server_close()
