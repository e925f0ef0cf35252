"""Faults of asking supporters: who cannot be asked, and why."""

from __future__ import annotations

from geo.errors import GeoError


class AlreadyAsked(GeoError):
    """The supporter has an open offer for the same request. Facts: id."""

    code = "already_asked"
    sentence = "This supporter was already asked and has not answered yet. Nothing was changed."


class NotAskable(GeoError):
    """The supporter is not active. Facts: status."""

    code = "not_askable"
    sentence = (
        "This supporter is not active now (status: {status}) and cannot be asked. "
        "Choose somebody else."
    )


class NotWanted(GeoError):
    """The person does not want to be helped by that supporter. Facts: id."""

    code = "not_wanted"
    sentence = "The person does not want to be helped by this supporter. Choose somebody else."
