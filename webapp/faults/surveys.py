"""Faults of following up a survey's answers."""

from __future__ import annotations

from geo.errors import GeoError


class ContactRefused(GeoError):
    """Who answered does not want to be contacted. Facts: id."""

    code = "contact_refused"
    sentence = "Whoever gave this answer does not want to be contacted. Nothing was changed."


class AnswerFollowed(GeoError):
    """Somebody followed the answer up already. Facts: id."""

    code = "answer_followed"
    sentence = "This answer was followed up already. Nothing was changed."


class AnswerNameless(GeoError):
    """The answer names nobody whom one could come back to. Facts: id."""

    code = "answer_nameless"
    sentence = "This answer has no name, telephone or address. Nobody can be found by it."
