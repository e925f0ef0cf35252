"""What the desk does by itself when it is opened: offers run out, visits are made.

What fails is said on the page, with the number of its ticket, and never hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import current_app

from webapp.accounts.reader import register_now, viewer_now
from webapp.casework.asking import expire_offers
from webapp.casework.making import Lag, lag, make_visits
from webapp.serving.tickets import write_ticket

_DEEDS: Final[Mapping[str, Callable[..., Any]]] = {
    "today.offers_failed": expire_offers,
    "today.visits_failed": make_visits,
}
"""Each deed by the word that says it failed."""


@dataclass(frozen=True)
class Upkeep:
    """``failed``: words of what did not work, each with its ticket; ``behind``: see `lag`."""

    failed: Sequence[tuple[str, str]]
    behind: Sequence[Lag]


def keep_up(at: datetime) -> Upkeep:
    """Do what is due; one failure does not keep the other from being done."""
    failed = [
        (word, ticket) for word, deed in _DEEDS.items() if (ticket := _try(deed, at)) is not None
    ]
    return Upkeep(failed, lag(register_now(), at, viewer_now()))


def _try(deed: Callable[..., Any], at: datetime) -> str | None:
    """The number of a ticket where it failed."""
    try:
        deed(register_now(), viewer_now(), at)
    except Exception as error:  # noqa: BLE001 - the page tells of it
        return write_ticket(error, current_app.config["SETTINGS"].workspace)
    return None
