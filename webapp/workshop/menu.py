"""The pages of one workshop in the order of the evening, for its menu and its own page."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple


class Door(NamedTuple):
    """One page: its endpoint, which takes the workshop's ``identity``; its word and what for."""

    endpoint: str
    word: str
    time: Literal["", "before", "during", "after"] = ""
    note: str = ""


MENU: Final = (
    Door("workshops.show_one", "workshop.menu_start"),
    Door("framing.show", "workshop.menu_window", "before", "workshop.menu_window_note"),
    Door("papers.show", "paper.menu", "before", "paper.menu_note"),
    Door("inviting.show", "wall.menu", "before", "wall.menu_note"),
    Door("drawing.show", "workshop.menu_map", "during", "workshop.menu_map_note"),
    Door("guiding.show", "guide.menu", "during", "guide.menu_note"),
    Door("cards.show", "card.menu", "during", "card.menu_note"),
    Door("scans.show_all", "scan.menu", "after", "scan.menu_note"),
    Door("review.show", "review.menu", "after", "review.menu_note"),
    Door("rounds.show", "round.menu", "after", "round.menu_note"),
    Door("changes.show", "changes.menu", "after", "changes.menu_note"),
    Door("handover.show", "handover.menu", "after", "handover.menu_note"),
)
"""``time``: when it is wanted; none = the workshop's own page."""
