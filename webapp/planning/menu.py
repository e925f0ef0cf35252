"""The pages of the planning room, for the menu on each of them."""

from __future__ import annotations

from typing import Final

MENU: Final = (
    ("covering.show", "planning.menu_cover"),
    ("siting.show", "planning.menu_siting"),
    ("stops.show", "stops.menu"),
    ("overview.show", "overview.menu"),
    ("profile.show", "profile.menu"),
    ("access.show", "access.menu"),
    ("sensitivity.show", "sensitivity.menu"),
    ("coming.show", "coming.menu"),
    ("resilience.show", "planning.menu_resilience"),
    ("disaster.show", "planning.menu_disaster"),
    ("plan_list.show_all", "planning.menu_plans"),
    ("report.show", "report.menu"),
)
"""Endpoint and word; each takes the question of the page before it along."""
