"""The workshop: a welfare map drawn together, on screen and on paper."""

from __future__ import annotations

from typing import Final

from flask import Flask

from webapp.accounts.gate import may
from webapp.board.table import Tables
from webapp.register.house import Register
from webapp.settings import Settings
from webapp.workshop import (
    cards,
    changes,
    drawing,
    framing,
    guiding,
    handover,
    inviting,
    joining,
    minutes,
    papers,
    review,
    rounds,
    saying,
    scans,
    workshops,
)
from webapp.workshop.expiring import erase_over
from webapp.workshop.menu import MENU, Door

_ROOMS: Final = (
    workshops.workshops,
    framing.framing,
    inviting.inviting,
    joining.joining,
    drawing.drawing,
    saying.saying,
    guiding.guiding,
    scans.scans,
    review.review,
    rounds.rounds,
    changes.changes,
    handover.handover,
    cards.cards,
    minutes.minutes,
    papers.papers,
)


def register(app: Flask) -> None:
    """Give ``app`` the pages of the workshop, and tables to sit at."""
    for room in _ROOMS:
        app.register_blueprint(room)
    settings: Settings = app.config["SETTINGS"]
    known: Register = app.extensions["register"]
    app.extensions["tables"] = Tables(known, streams_of(settings.threads))
    app.before_request(erase_over)
    app.context_processor(
        lambda: {"workshop_menu": list_pages, "workshop_guide": guiding.told_steps}
    )


def streams_of(threads: int) -> int:
    """How many devices may listen at once, so that threads are left for what they send.

    >>> streams_of(8), streams_of(40)
    (4, 32)
    """
    return max(threads - 8, threads // 2)


def list_pages() -> list[Door]:
    """The pages of one workshop that this reader may open."""
    return [one for one in MENU if may(one.endpoint)]
