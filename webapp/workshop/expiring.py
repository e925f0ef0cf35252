"""Time that runs out: whoever comes to the workshops after a last day finds its map erased."""

from __future__ import annotations

from typing import Final

from flask import request

from webapp.accounts.clock import now, today_here
from webapp.accounts.policy import at_the_terminal
from webapp.accounts.reader import register_now
from webapp.register.erasure import erase_records
from webapp.register.hall_edition import find_over
from webapp.workshop.seating import tables_now

RULE: Final = "hall_edition"


def erase_over() -> None:
    """Erase every hall edition whose last day has passed; asked once a day of this server."""
    if not request.path.startswith("/workshop"):
        return
    tables, today = tables_now(), today_here()
    if tables.looked_on == today:
        return
    for identity in find_over(register_now(), today):
        erase_records(
            register_now(), at_the_terminal(), [("workshop", identity)], RULE, RULE, at=now()
        )
        tables.clear(identity)
    tables.looked_on = today
