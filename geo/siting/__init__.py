"""Where the next helpers, stops or shops count most.

Each question takes what it costs every demand to come to every site, gives a good answer
within about a second, and then the proof, while one watches; it can be ended at any time with
the best answer so far and a bound that holds.
"""

from __future__ import annotations

from geo.siting.answer import Siting, Watch
from geo.siting.candidates import mesh_candidates, street_candidates
from geo.siting.day import SalesDay
from geo.siting.goals import cover_most, fewest_sites, least_travel, smallest_worst
from geo.siting.model import Fairness
from geo.siting.recruit import GOALS, Goal, Recruitment, recruit
from geo.siting.stops import StopPlan, plan_stops, try_stops

__all__ = [
    "GOALS",
    "Fairness",
    "Goal",
    "Recruitment",
    "SalesDay",
    "Siting",
    "StopPlan",
    "Watch",
    "cover_most",
    "fewest_sites",
    "least_travel",
    "mesh_candidates",
    "plan_stops",
    "recruit",
    "smallest_worst",
    "street_candidates",
    "try_stops",
]
