"""Searching for a helper in a browser: conditions, shops near by, from the list to the asking."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_pages import NASTY, Visit, badges, barriers, folder, site, visit

__all__ = ["badges", "folder", "site", "visit"]

pytestmark = pytest.mark.browser


def test_a_request_leads_from_the_search_to_the_call_list(visit: Visit) -> None:
    page = visit("/desk/find?request=r-found-paged", role="consultant")
    expect(page.locator("#summary")).not_to_be_empty()
    for condition in ("weekday", "hours", "gender", "modes", "steps_free", "no_neighbours"):
        if page.locator("#suggestions > li").count():
            break
        chip = page.locator(f".drop[data-condition={condition}]")
        chip.press("Enter")
        expect(chip).to_have_attribute("aria-pressed", "true")
    card = page.locator("#suggestions > li").first
    expect(card.locator(".tag.wait")).to_be_visible()
    card.locator("form button").press("Enter")
    page.wait_for_url("**/desk/requests/r-found-paged/ask")
    expect(page.locator("main")).to_contain_text(NASTY)


def test_a_condition_is_dropped_and_restored_with_the_keyboard(visit: Visit) -> None:
    page = visit("/desk/find", role="consultant")
    page.fill("#household", "H000001")
    page.locator("#matches li").first.click()
    page.locator(".folded summary").focus()
    page.keyboard.press("Enter")
    page.select_option("#gender", "f")
    page.fill("#from", "08:00")
    page.fill("#to", "08:30")
    page.press("#ask > button", "Enter")
    chip = page.locator(".drop[data-condition=gender]")
    expect(chip).to_have_attribute("aria-pressed", "false")
    chip.focus()
    page.keyboard.press("Enter")
    expect(chip).to_have_attribute("aria-pressed", "true")
    expect(chip).to_be_focused()
    expect(page.locator("#summary")).to_contain_text("外しました")
    assert barriers(page) == []
    page.keyboard.press("Space")
    expect(chip).to_have_attribute("aria-pressed", "false")
    page.fill("#to", "07:00")
    page.press("#ask > button", "Enter")
    expect(page.locator("#problem")).to_be_visible()


def test_the_shops_near_the_house_can_be_chosen(visit: Visit) -> None:
    page = visit("/desk/find", size="phone", role="consultant")
    expect(page.locator("#place-choice")).to_be_hidden()
    page.fill("#household", "H000001")
    page.locator("#matches li").first.click()
    page.check("input[name=activity][value=errand]", force=True)
    expect(page.locator("#place option").nth(1)).to_contain_text("徒歩")
    page.select_option("#place", index=1)
    page.select_option("#within", "60")
    with page.expect_response(re.compile(r"suggestions.*place=P\d+")):
        page.press("#ask > button", "Enter")
    expect(page.locator("#results")).to_be_focused()
    page.check("input[name=activity][value=talk]", force=True)
    expect(page.locator("#place-choice")).to_be_hidden()
