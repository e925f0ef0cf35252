"""On whom the cover rests: who carries it, whose leaving hurts most, and what age will take."""

from __future__ import annotations

from geo.resilience.ageing import LATEST, age_cover, age_helpers
from geo.resilience.carrying import find_carriers, find_single
from geo.resilience.losing import find_losses

__all__ = ["LATEST", "age_cover", "age_helpers", "find_carriers", "find_losses", "find_single"]
