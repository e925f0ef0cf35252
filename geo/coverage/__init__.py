"""Whom nobody reaches, and who reaches whom: for each activity, day and hour."""

from geo.coverage.areas import uncovered_areas
from geo.coverage.asking import Ask, Helper
from geo.coverage.capacity import with_capacity
from geo.coverage.cover import BEYOND, MAYBE, NOWHERE, REACHED, Cover
from geo.coverage.households import uncovered_households
from geo.coverage.stretches import street_cover
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
    "street_cover",
    "uncovered_areas",
    "uncovered_households",
    "with_capacity",
]
