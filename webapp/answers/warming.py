"""Doing the slow first things before the first reader comes."""

from __future__ import annotations

from webapp.answers.atlas import Atlas
from webapp.answers.covering import MINUTES, uncovered
from webapp.answers.packing import drawn_for
from webapp.answers.suggesting import suggest_for
from webapp.answers.wish import Wish


def warm_up(atlas: Atlas) -> None:
    """Compile the kernels and prepare what every page needs, as far as there are layers."""
    if not atlas.layer("districts").empty:
        drawn_for(atlas, "public")
    households = atlas.layer("households")
    if households.empty or atlas.layer("supporters").empty:
        return
    uncovered(atlas, None, MINUTES)
    suggest_for(atlas, str(households["id"].iloc[0]), Wish(activity="garbage"), "ja")
