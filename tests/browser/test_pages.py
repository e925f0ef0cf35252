"""Every page in both languages on a desk and on a phone: no barrier, nothing from outside."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from geo.draw import vendor
from geo.sample import sample_town
from tests.browser.paged_asking import begin_asking
from tests.browser.paged_planning import PLANNING, keep_plans
from tests.browser.paged_request import ask_for_help
from tests.browser.paged_rounds import ROUNDS, keep_rounds
from tests.browser.paged_workshop import WORKSHOP, hold_workshop
from tests.places import found_town
from webapp import create_app
from webapp.accounts.demo import DEMO_ACCOUNTS
from webapp.accounts.policy import at_the_terminal
from webapp.register.house import Register
from webapp.register.records import (
    ExportCopy,
    Meeting,
)
from webapp.settings import Settings

pytestmark = pytest.mark.browser

SIZES = {"desk": (1280, 900), "laptop": (1366, 768), "phone": (390, 844)}
AXE = vendor.VENDOR / "test" / "axe-core" / "axe.min.js"
NASTY = "<img src=x onerror=alert(1)>'\"`${1}]]>\u202e"

LOGINS = {one.role: one.login for one in DEMO_ACCOUNTS}

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town in which one name tries to run as code."""
    town = sample_town(seed=1, households=60, supporters=30)
    place = tmp_path_factory.mktemp("pages") / "town"
    households, supporters = town.households.copy(), town.supporters.copy()
    households.loc[0, "name"] = supporters["name"] = NASTY
    register = found_town(
        place, replace(town, households=households, supporters=supporters)
    ).register
    lend_copy(register)
    keep_rounds(register, NASTY)
    begin_asking(register, NASTY)
    ask_for_help(register)
    hold_workshop(register, NASTY)
    keep_plans(register, NASTY)
    register.close()
    return place


def lend_copy(register: Register) -> None:
    """A numbered copy is out, held by a name that tries to run as code."""
    today = datetime.now(UTC).date()
    with register.change(at_the_terminal(), "matching") as change:
        change.add(
            Meeting, id="m-paged", district_id="X0001", met_at=datetime.now(UTC), kind="liaison",
            title=NASTY, attendees=[NASTY], decisions=NASTY,
            cards=[{"worry": NASTY, "who": NASTY, "by": "2020-01-01", "done": False}],
        )  # fmt: skip
    with register.change(at_the_terminal(), "administration") as change:
        change.add(
            ExportCopy, id="x-1", year=2026, number=1, holder=NASTY, count=1,
            recipient="council", purpose="planning", form="pdf", fields=["address"],
            households=[], issued_at=datetime.now(UTC), issued_by="terminal", return_by=today,
            expires=today,
        )  # fmt: skip


@pytest.fixture(scope="module")
def site(folder: Path, live_server: Callable[[Flask], str]) -> str:
    return live_server(create_app(Settings.read({}, workspace=folder, demo=True)))


@pytest.fixture(scope="module")
def badges() -> dict[str, str]:
    """What the cookies of those say who signed in, by role."""
    return {}


@pytest.fixture
def visit(open_page: Visit, site: str, badges: dict[str, str]) -> Visit:
    """Opens a page of the site in a language and a size, signed in where wanted."""
    return visits_with(open_page, site, badges)


@pytest.fixture
def look(turn_page: Visit, site: str, badges: dict[str, str]) -> Visit:
    """The same in the one page of all that is only looked at."""
    return visits_with(turn_page, site, badges)


def visits_with(opens: Visit, site: str, badges: dict[str, str]) -> Visit:
    """How a page of the site is opened, and signed in, where ``opens`` gives the page."""

    def go(path: str, *, lang: str = "ja", size: str = "desk", role: str = "public") -> Page:
        width, height = SIZES[size]
        page = opens(width=width, height=height)
        page.context.add_cookies([{"name": "lang", "value": lang, "url": site}])
        if role in LOGINS:
            if role not in badges:
                badges[role] = sign_in(page, site, LOGINS[role])
            page.context.add_cookies([{"name": "staff", "value": badges[role], "url": site}])
        page.goto(site + path)
        if page.locator("body.board").count():
            page.wait_for_selector("body.board[data-ready=true]")
        if page.locator("[data-welfaremap]").count():
            page.wait_for_selector("[data-welfaremap][data-ready=true]")
        if path.startswith("/planning/") and page.locator("#start").count():
            page.wait_for_selector("body[data-planning=ready]")
        return page

    return go


def sign_in(page: Page, site: str, login: str) -> str:
    """Sign in with one press; what the cookie of it says."""
    page.goto(f"{site}/sign-in")
    page.click(f"form:has(input[value={login}]) button")
    page.wait_for_url(re.compile("/(desk/|desk/figures|admin/|workshop/|planning/)?$"))
    return next(
        one.get("value", "") for one in page.context.cookies() if one.get("name") == "staff"
    )


def barriers(page: Page) -> list[str]:
    """What axe-core finds, as rule and element."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed; the build copies it")
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("async () => (await axe.run()).violations")
    return [f"{v['id']}: {node['html'][:120]}" for v in found for node in v["nodes"]]


PAGES = [
    ("/", "public"),
    ("/sign-in", "public"),
    ("/invitation/", "public"),
    ("/nope", "public"),
    ("/desk/", "consultant"),
    ("/desk/find", "consultant"),
    ("/desk/calls/new", "consultant"),
    ("/desk/reminders", "consultant"),
    ("/desk/lists/requests", "consultant"),
    ("/desk/lists/reminders", "consultant"),
    ("/desk/lists/entries", "consultant"),
    ("/desk/lists/people?heard=quiet", "consultant"),
    ("/desk/find?request=r-found-paged", "consultant"),
    ("/desk/figures", "consultant"),
    ("/desk/figures/year", "council"),
    ("/desk/lists/meetings", "consultant"),
    ("/desk/meetings/new?district=X0001", "consultant"),
    ("/desk/meetings/m-paged", "consultant"),
    *((path, "consultant") for path in ROUNDS),
    ("/desk/surveys", "consultant"),
    ("/desk/funnel", "council"),
    ("/desk/districts", "council"),
    ("/desk/districts/X0001", "consultant"),
    ("/desk/districts/X0001/progress", "consultant"),
    ("/desk/districts/X0001/rules", "consultant"),
    ("/desk/lists/supporters", "consultant"),
    ("/desk/lists/answers", "consultant"),
    ("/desk/supporters/new", "consultant"),
    ("/desk/supporters/S00001", "consultant"),
    ("/desk/requests/r-asking/ask", "consultant"),
    ("/desk/requests/r-settled/ask", "consultant"),
    ("/desk/offers/o-asking/notice", "consultant"),
    ("/desk/plan", "consultant"),
    ("/workshop/join/", "public"),
    *((path, "facilitator") for path in WORKSHOP),
    *((path, "planner") for path in PLANNING),
    ("/admin/history", "consultant"),
    ("/account/", "planner"),
    ("/account/second-factor", "planner"),
    ("/account/password-again", "planner"),
    ("/admin/", "administrator"),
    ("/admin/trail?deed=add", "administrator"),
    ("/admin/copies", "administrator"),
    ("/admin/imports", "administrator"),
    ("/admin/staff/", "administrator"),
    ("/admin/staff/invite", "administrator"),
    ("/admin/staff/tokens", "administrator"),
]


_SMALL = """() => [...document.querySelectorAll(
  "button, a[href], select, input:not([type=hidden]), summary")]
  .filter((one) => one.checkVisibility() && !one.matches(".skip, .leaflet-control-attribution a"))
  .map((one) => [one, (one.closest("label") || one).getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.width < 44 || box.height < 44))
  .map(([one, box]) => `${one.outerHTML.slice(0, 90)} ${box.width}×${box.height}`)"""


@pytest.mark.parametrize("size", ["desk", "phone"])
@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize(("path", "role"), PAGES)
def test_a_page_has_no_barrier(look: Visit, path: str, lang: str, size: str, role: str) -> None:
    page = look(path, lang=lang, size=size, role=role)
    assert page.locator("html").get_attribute("lang") == lang
    assert barriers(page) == []
    width = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert width <= 0
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 18
    assert page.evaluate(_SMALL) == [], "every target is 44 pixels"


def test_the_guide_that_one_turns_is_turned_for_all(visit: Visit) -> None:
    leads = visit("/workshop/k-paged/guide", role="facilitator", size="phone")
    wall = visit("/workshop/k-paged/map?view=wall", role="facilitator")
    leads.get_by_role("button", name="始める").click()
    leads.get_by_role("button", name="あと5分").click()
    for page in (leads, wall):
        expect(page.locator(".guide-title:visible")).to_contain_text("をさがす")
        expect(page.locator(".guide-clock")).to_have_text("のこり 15分（予定 15分）")
    expect(wall.locator(".guide-ask li:visible")).to_have_count(4)
    leads.get_by_role("button", name="次へ").click()
    expect(wall.locator(".guide-clock")).to_have_text("のこり 20分（予定 20分）")


def test_the_first_tab_leads_to_the_content(visit: Visit) -> None:
    page = visit("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_the_language_can_be_changed_and_stays(visit: Visit) -> None:
    page = visit("/")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Welfare map of the area")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Welfare map of the area")


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_helper_is_found_with_the_keyboard_alone(visit: Visit, size: str) -> None:
    page = visit("/desk/find", size=size, role="consultant")
    page.focus("#household")
    page.keyboard.type("H0000")
    expect(page.locator("#matches li")).to_have_count(20)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#chosen-name")).to_contain_text(NASTY)
    page.select_option("#within", "30")
    page.focus("input[name=activity]:checked")
    page.keyboard.press("ArrowRight")
    page.focus("#ask > button")
    page.keyboard.press("Enter")
    expect(page.locator("#results")).to_be_focused()
    expect(page.locator("#summary")).not_to_be_empty()
    assert barriers(page) == []


def ask_for_all(page: Page) -> None:
    """Ask for the first household somebody can come to."""
    for number in range(1, 61):
        page.fill("#household", f"H{number:06d}")
        page.locator("#matches li").first.click()
        page.check("input[name=activity][value=garbage]", force=True)
        page.select_option("#within", "30")
        with page.expect_response(re.compile("suggestions")):
            page.click("#ask > button")
        page.wait_for_timeout(50)
        if page.locator("#suggestions > li").count():
            return
    pytest.fail("nobody is suggested to anybody")


def test_suggestions_are_sentences_and_show_on_the_map(visit: Visit) -> None:
    page = visit("/desk/find", role="consultant")
    page.evaluate(
        "document.addEventListener('welfaremap:highlight', (e) => { window.lit = e.detail; })"
    )
    ask_for_all(page)
    card = page.locator("#suggestions > li").first
    expect(card.locator(".walk")).to_have_text(re.compile(r"徒歩\d+分"))
    told = card.locator("ul").inner_text()
    assert "「ゴミ出し」ができます。" in told
    minutes = card.locator(".walk").inner_text()
    assert f"{minutes}。" not in told.splitlines(), "what stands above is not said again"
    card.get_by_role("button", name="地図で見る").click()
    lit = page.evaluate("window.lit")
    assert len(lit["ids"]) == 2
    assert lit["lines"][0]["label"].startswith("徒歩")
    page.locator("#refused summary").click()
    expect(page.locator("#refusals li").first).to_be_visible()
    assert barriers(page) == []


def test_a_name_cannot_run_as_code(visit: Visit) -> None:
    page = visit("/desk/find", role="consultant")
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.fill("#household", "H000001")
    expect(page.locator("#matches li").first).to_contain_text("<img src=x")
    page.locator("#matches li").first.click()
    ask_for_all(page)
    expect(page.locator("#suggestions h3").first).to_have_text(NASTY)
    assert page.locator("main img[src=x]").count() == 0
    assert dialogs == []


_TOWN = """() => {
  const map = [...window.WelfareMap.opened.values()][0].map;
  const box = map.getBounds();
  const town = [...window.WelfareMap.opened.values()][0].settings.bounds;
  return [box.contains(town), map.getBoundsZoom(town) - map.getZoom()];
}"""


def test_the_map_of_the_desk_has_the_room(visit: Visit) -> None:
    page = visit("/desk/find", size="laptop", role="consultant")
    fold = page.locator(".wm-fold")
    expect(fold).to_have_attribute("aria-expanded", "false")
    stage = page.locator(".wm-stage").bounding_box()
    assert stage is not None
    assert stage["height"] >= 0.6 * 768
    assert stage["y"] + stage["height"] <= 768
    whole, spare = page.evaluate(_TOWN)
    assert whole
    assert spare < 1
    page.locator("main .ask").evaluate("(one) => one.scrollTo(0, 9999)")
    assert page.locator(".wm-stage").bounding_box() == stage, "the questions scroll, the map stays"
    assert page.evaluate("document.documentElement.scrollHeight") <= 768
    fold.click()
    expect(page.locator(".wm-body")).to_be_visible()
    fold.click()
    page.wait_for_timeout(200)
    assert page.evaluate(_TOWN)[0]


def test_answers_stand_beside_the_map(visit: Visit) -> None:
    page = visit("/desk/find", size="laptop", role="consultant")
    ask_for_all(page)
    card = page.locator("#suggestions > li").first
    expect(card).to_be_in_viewport()
    expect(page.locator(".wm-stage")).to_be_in_viewport(ratio=1)


def test_choosing_a_house_on_the_map_chooses_it_in_the_form(visit: Visit) -> None:
    page = visit("/desk/find", role="consultant")
    page.evaluate(
        "document.dispatchEvent(new CustomEvent('welfaremap:select',"
        " { detail: { kind: 'households', id: 'H000007' } }))"
    )
    expect(page.locator("#chosen-name")).not_to_have_text("まだ選んでいません")


def test_nothing_is_kept_in_the_browser(visit: Visit) -> None:
    page = visit("/desk/find", role="consultant")
    ask_for_all(page)
    kept = page.evaluate(
        "async () => [localStorage.length, sessionStorage.length,"
        " (await indexedDB.databases()).length]"
    )
    assert kept == [0, 0, 0]
    assert "?" not in page.url
