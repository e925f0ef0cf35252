"""A real browser and a real server; whatever leaves the machine fails the test."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Route,
    sync_playwright,
)
from waitress import create_server
from waitress.server import BaseWSGIServer

from geo.coverage import uncovered_households
from geo.request import Request
from geo.suggesting import suggest
from tests.towns import line_town

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
LOOPBACK = {"127.0.0.1", "localhost", "::1", "[::1]"}


def find_chromium() -> str | None:
    """The browser to drive: the machine's own, never one that a test tool downloads."""
    if Path(CHROMIUM).is_file():
        return CHROMIUM
    return shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session", autouse=True)
def _compiled_kernels() -> None:
    """On a fresh machine the first search compiles for seconds; a page must not wait for it."""
    for heights in (None, "0 5 9"):
        town = line_town("H1 . S1", heights=heights)
        suggest(
            town.households.iloc[[0]], town.supporters, town.streets, request=Request("garbage")
        )
        uncovered_households(town.households, town.supporters, town.streets)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium without a window."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium on this machine; install the package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS])
        yield browser
        browser.close()


Opener = Callable[..., Page]


class Conduct:
    """What pages did that no page may do: reach out of this machine, go wrong."""

    def __init__(self) -> None:
        self._outside: list[str] = []
        self._wrong: list[str] = []

    def watch(self, context: BrowserContext) -> Page:
        """A page of the context, watched from its first request on."""
        context.route("**/*", self._let_through)
        page = context.new_page()
        page.on("pageerror", lambda error: self._wrong.append(f"script: {error}"))
        page.on("console", self._hear)
        return page

    def _let_through(self, route: Route) -> None:
        parts = urlsplit(route.request.url)
        if parts.scheme in {"data", "blob", "file"} or parts.hostname in LOOPBACK:
            route.continue_()
        else:
            self._outside.append(route.request.url)
            route.abort()

    def _hear(self, line: ConsoleMessage) -> None:
        if "Content Security" in line.text:
            self._wrong.append(line.text)

    def require_good(self) -> None:
        """Fail where anything left the machine or went wrong since this was last asked."""
        outside, wrong = self._outside[:], self._wrong[:]
        self._outside.clear()
        self._wrong.clear()
        assert not outside, f"requests left the machine: {outside}"
        assert not wrong, f"the page went wrong: {wrong}"


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Opener]:
    """Opens pages of a size; at the end nothing may have left the machine or gone wrong."""
    contexts: list[BrowserContext] = []
    conduct = Conduct()

    def open_one(
        url: str = "",
        *,
        width: int = 1280,
        height: int = 900,
        lang: str = "ja",
        touch: bool = False,
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale=lang, has_touch=touch
        )
        contexts.append(context)
        page = conduct.watch(context)
        if url:
            page.goto(url)
        return page

    yield open_one
    for context in contexts:
        context.close()
    conduct.require_good()


@pytest.fixture(scope="session")
def _kept(chromium: Browser) -> Iterator[tuple[Page, Conduct]]:
    context, conduct = chromium.new_context(locale="ja"), Conduct()
    yield conduct.watch(context), conduct
    context.close()
    conduct.require_good()


@pytest.fixture
def turn_page(_kept: tuple[Page, Conduct]) -> Iterator[Opener]:
    """Gives one page again and again, without cookies, in a size.

    For what is only looked at: a browser is longer about beginning a page than about reading it,
    and begins anew also where it comes from another site, so the page stays where it was.
    At the end nothing may have left the machine, gone wrong or stayed in the browser.
    """
    page, conduct = _kept

    def turn(*, width: int = 1280, height: int = 900) -> Page:
        page.context.clear_cookies()
        page.set_viewport_size({"width": width, "height": height})
        return page

    yield turn
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    conduct.require_good()


Serve = Callable[[Flask], str]


@pytest.fixture(scope="session")
def live_server() -> Iterator[Serve]:
    """Serves an application on a free port of this machine; gives its address."""
    servers: list[BaseWSGIServer] = []
    closing = threading.Event()

    def run(server: BaseWSGIServer) -> None:
        try:
            server.run()
        except OSError:  # it still listens to what is closed under it
            if not closing.is_set():
                raise

    def serve(app: Flask) -> str:
        server = create_server(app, host="127.0.0.1", port=0, threads=8)
        servers.append(server)
        threading.Thread(target=run, args=(server,), daemon=True).start()
        return f"http://127.0.0.1:{server.effective_port}"

    yield serve
    closing.set()
    for server in servers:
        server.close()
