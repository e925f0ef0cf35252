"""Faults of a request, and what nobody foresaw."""

from __future__ import annotations

from geo.errors import GeoError


class PageMissing(GeoError):
    """No page of that address."""

    code = "page_missing"
    sentence = "There is no page at this address."


class MethodWrong(GeoError):
    """The address does not take that method."""

    code = "method_wrong"
    sentence = "This address cannot be used in that way."


class BodyTooLarge(GeoError):
    """More was sent than is taken."""

    code = "body_too_large"
    sentence = "More was sent than can be taken at once."


class RequestWrong(GeoError):
    """The request cannot be understood."""

    code = "request_wrong"
    sentence = "The request could not be understood."


class Unexpected(GeoError):
    """A fault nobody foresaw; its text stays inside. Facts: ticket."""

    code = "unexpected"
    sentence = "Something went wrong inside. Nothing was changed. Ticket number: {ticket}"
