"""Faults of planning visits."""

from __future__ import annotations

from geo.errors import GeoError


class SupporterBooked(GeoError):
    """Nobody can be in two places. Facts: wanted, at, until."""

    code = "supporter_booked"
    sentence = (
        "At {wanted} this supporter already has another visit, from {at} to {until}. "
        "Nothing was planned."
    )


class SupporterAway(GeoError):
    """The supporter rests or left. Facts: status."""

    code = "supporter_away"
    sentence = "This supporter takes no visits now ({status}). Nothing was planned."


class SeriesEmpty(GeoError):
    """By its rule, a series has no visit. Facts: rule."""

    code = "series_empty"
    sentence = "No day fits: check the first day, the last day and the holidays."


class EntriesMixed(GeoError):
    """What is settled together has one unit and one account."""

    code = "entries_mixed"
    sentence = "These entries cannot be settled together."


class TicketsUnused(GeoError):
    """The district does not work with tickets."""

    code = "tickets_unused"
    sentence = "This district uses no tickets."
