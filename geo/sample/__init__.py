"""An invented hilly port town with seven school districts, to try everything on."""

from __future__ import annotations

from geo.sample.coming import sample_projections
from geo.sample.town import Town, sample_hazards, sample_town

__all__ = ["Town", "sample_hazards", "sample_projections", "sample_town"]
