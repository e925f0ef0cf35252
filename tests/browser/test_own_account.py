"""What only a browser can try: the passkey's ceremony, and two versions side by side."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.test_pages import barriers
from tests.places import found_town
from webapp import create_app
from webapp.accounts.demo import DEMO_ACCOUNTS
from webapp.faults import RecordStale
from webapp.settings import Settings

pytestmark = pytest.mark.browser

OWNER = next(one for one in DEMO_ACCOUNTS if one.role == "planner")
STALE = {
    "record": "person", "id": "p-1", "version": 1, "current": 2, "by": "a-1",
    "at": "2026-11-02T01:30:00+00:00",
    "mine": {"phone": "000-1234-5678", "needs": ["garbage", "errand"], "name": "福祉 太郎"},
    "theirs": {"phone": None, "needs": ["garbage"], "name": "福祉 太郎"},
}  # fmt: skip
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """An application over an empty workspace with the demo's accounts."""
    found_town(tmp_path / "town").register.close()
    return create_app(Settings.read({}, workspace=tmp_path / "town", demo=True))


def sign_in(page: Page, site: str) -> None:
    page.goto(f"{site}/sign-in")
    page.click(f"form:has(input[value={OWNER.login}]) button")


def test_a_passkey_is_made_and_opens_the_door(
    app: Flask, live_server: Callable[[Flask], str], open_page: Callable[..., Page]
) -> None:
    site = f"http://localhost:{urlsplit(live_server(app)).port}"
    page = open_page()
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    sign_in(page, site)
    page.goto(f"{site}/account/second-factor")
    page.click("#passkey")
    expect(page.locator(".rows li")).to_contain_text("パスキー")
    page.click("form[action='/sign-out'] button")
    page.wait_for_url(f"{site}/")
    sign_in(page, site)
    expect(page).to_have_url(f"{site}/sign-in/second/")
    assert barriers(page) == []
    page.click("#passkey")
    expect(page).to_have_url(f"{site}/")
    page.goto(f"{site}/account/")
    expect(page.locator("h1")).to_have_text(OWNER.name)


def test_where_passkeys_cannot_work_no_button_offers_them(
    app: Flask, live_server: Callable[[Flask], str], open_page: Callable[..., Page]
) -> None:
    site = live_server(app)
    page = open_page()
    sign_in(page, site)
    page.goto(f"{site}/account/second-factor")
    expect(page.locator("#no-passkey")).to_be_visible()
    expect(page.locator("#passkey")).to_be_hidden()


@pytest.mark.parametrize("width", [1366, 390])
def test_both_versions_are_read_side_by_side(
    app: Flask, live_server: Callable[[Flask], str], open_page: Callable[..., Page], width: int
) -> None:
    def find_stale() -> str:
        raise RecordStale(**STALE)

    app.view_functions["public.show_map"] = find_stale
    page = open_page(live_server(app), width=width)
    expect(page.locator("h1")).to_have_text("ほかの人が先に変更しました")
    expect(page.locator("tr.apart")).to_have_count(2)
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
