"""The pages of one workshop in the order of the evening, for the menu on each of them."""

from __future__ import annotations

from typing import Final

MENU: Final[tuple[tuple[str, str], ...]] = (
    ("workshops.show_one", "workshop.menu_start"),
    ("framing.show", "workshop.menu_window"),
    ("inviting.show", "wall.menu"),
    ("drawing.show", "workshop.menu_map"),
    ("guiding.show", "guide.menu"),
    ("cards.show", "card.menu"),
    ("papers.show", "paper.menu"),
    ("scans.show_all", "scan.menu"),
    ("review.show", "review.menu"),
    ("rounds.show", "round.menu"),
)
"""Endpoint, which takes the workshop's ``identity``, and its word."""
