"""Whom nobody reaches, and who reaches whom: for each activity, day and hour."""

from geo.coverage.asking import Ask, Helper
from geo.coverage.cover import BEYOND, MAYBE, NOWHERE, REACHED, Cover
from geo.coverage.households import uncovered_households
from geo.coverage.tables import coverage_table

__all__ = [
    "BEYOND",
    "MAYBE",
    "NOWHERE",
    "REACHED",
    "Ask",
    "Cover",
    "Helper",
    "coverage_table",
    "uncovered_households",
]
