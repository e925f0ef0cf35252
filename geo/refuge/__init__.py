"""When water or earth comes: who reaches which shelter on foot, and who could fetch whom.

Streets inside the hazard are closed up to its border (`geo.walk.closing`); shelters inside
it do not count. Minutes are one way, at the pace of those who flee, or of who goes to fetch.
What holds *before* the hazard comes is said beside what holds once it is there: everybody
inside has to have gone by then.
"""

from __future__ import annotations

from geo.refuge.danger import FLEEING_PACE, Danger, closing_hazards
from geo.refuge.fleeing import count_states, find_shelters, flee
from geo.refuge.rescuing import find_watchers, rescue

__all__ = [
    "FLEEING_PACE",
    "Danger",
    "closing_hazards",
    "count_states",
    "find_shelters",
    "find_watchers",
    "flee",
    "rescue",
]
