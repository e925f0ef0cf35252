"""Faults of drawing a map together."""

from __future__ import annotations

from geo.errors import GeoError


class StrokeWrong(GeoError):
    """What a device sent is no stroke. Facts: field, wanted."""

    code = "stroke_wrong"
    sentence = "This cannot be drawn: {field} must be {wanted}. Nothing was changed."


class ItemGone(GeoError):
    """The stroke is about something that is not on the map, or no longer. Facts: id."""

    code = "item_gone"
    sentence = "What this belongs to is no longer on the map. Nothing was changed."


class LineThere(GeoError):
    """The same two are joined by a line of the same kind already. Facts: id, reverse."""

    code = "line_there"
    sentence = "This line is on the map already. Nothing was changed."


class UndoNothing(GeoError):
    """Who wants to undo has drawn nothing that could be."""

    code = "undo_nothing"
    sentence = "There is nothing of yours to undo or to redo."


class UndoInUse(GeoError):
    """Others drew on what would go. Facts: name."""

    code = "undo_in_use"
    sentence = "{name} has drawn something on it meanwhile. Take that away first."


class WorkshopShut(GeoError):
    """The workshop takes no strokes: it has not begun, or is over. Facts: status."""

    code = "workshop_shut"
    sentence = "This workshop is not open for drawing now. Whoever leads it can open it."


class DrawingGoesOn(GeoError):
    """What is kept after the evening is kept once the drawing has ended. Facts: status."""

    code = "drawing_goes_on"
    sentence = "The cards can be kept once the drawing has ended."


class CodeWrong(GeoError):
    """The code for taking part is not one of a workshop that is open."""

    code = "code_wrong"
    sentence = "No open workshop has this code. Look at the sheet on the wall once more."


class SeatEnded(GeoError):
    """The device had a seat; it was sent away, or its workshop is over."""

    code = "seat_ended"
    sentence = "This device no longer takes part: the workshop is over, or it was sent away."


class LaptopOnly(GeoError):
    """In a hall, what wants a password is opened on the laptop itself, never over the air."""

    code = "laptop_only"
    sentence = (
        "This page opens only on the laptop itself. "
        "Other devices take part with the code on the wall."
    )


class SheetElsewhere(GeoError):
    """A drawn sheet that shows none of the workshop's houses. Facts: sheet."""

    code = "sheet_elsewhere"
    sentence = (
        "Sheet {sheet} shows no house of this workshop. Open the workshop that it was printed for."
    )


class ReviewShut(GeoError):
    """The workshop is not in review. Facts: status."""

    code = "review_shut"
    sentence = "This workshop is not in review. Nothing was changed."


class ReviewDone(GeoError):
    """Somebody else decided on it. Facts: verdict."""

    code = "review_done"
    sentence = "Somebody else has decided on this meanwhile. Nothing was changed."


class ReviewStale(GeoError):
    """The map was altered after the page was shown. Facts: number."""

    code = "review_stale"
    sentence = "The map was altered meanwhile. Look at it once more. Nothing was changed."


class ReviewHindered(GeoError):
    """It cannot enter the register as it is. Facts: reason."""

    code = "review_hindered"
    sentence = "This cannot enter the register: nobody agreed to it, or something is missing."
