"""A year of the desk in an invented town: calls, visits, surveys, meetings, all made up.

For the demonstration, for tests and for measuring. Drawn by lot from ``plan.json``; the
same seed and the same day give the same year.
"""

from __future__ import annotations

from webapp.invented.colleagues import work_since
from webapp.invented.workshop import invent_workshops
from webapp.invented.year import Size, invent_year

__all__ = ["Size", "invent_workshops", "invent_year", "work_since"]
