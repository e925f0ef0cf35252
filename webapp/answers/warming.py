"""Doing the slow first things before the first reader comes."""

from __future__ import annotations

import pandas as pd

from geo.matching import match
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
    home = str(households["id"].iloc[0])
    suggest_for(atlas, home, Wish(activity="garbage"), "ja")
    one = pd.DataFrame({"id": ["r"], "household_id": [home], "activity": ["garbage"]})
    match(one, households, atlas.pool)
