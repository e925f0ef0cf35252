"""Faults of studies that run beside the pages."""

from __future__ import annotations

from geo.errors import GeoError


class TooManyJobs(GeoError):
    """So many studies of one reader run or wait already. Facts: most."""

    code = "too_many_jobs"
    sentence = "{most} studies of yours are running or waiting. Wait for one, or call one off."


class PlacesAbsent(GeoError):
    """There is no place of the kind asked for in the area. Facts: kind."""

    code = "places_absent"
    sentence = "There is no place of this kind in the area. Choose another kind, or a larger area."
