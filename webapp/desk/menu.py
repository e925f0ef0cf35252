"""The pages of the desk in the order of the work, for the menu on each of them."""

from __future__ import annotations

from typing import Final

MENU: Final[tuple[tuple[str, dict[str, str], str], ...]] = (
    ("desk.show_desk", {}, "menu.today"),
    ("calls.show_form", {}, "menu.call"),
    ("lists.show", {"name": "requests"}, "menu.requests"),
    ("finding.show", {}, "menu.find"),
    ("calendar.show", {}, "menu.calendar"),
    ("plans.show", {}, "menu.plan"),
    ("lists.show", {"name": "supporters"}, "menu.supporters"),
    ("surveys.show_all", {}, "menu.surveys"),
    ("ledger.show", {}, "menu.ledger"),
    ("districts.show_all", {}, "menu.districts"),
    ("lists.show", {"name": "meetings"}, "menu.meetings"),
    ("figures.show", {}, "menu.figures"),
)
"""Endpoint, its values, and its word; who may not call one does not see it."""
