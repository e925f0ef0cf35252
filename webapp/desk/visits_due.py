"""Whoever opens the desk makes the visits that are due."""

from __future__ import annotations

import logging

from geo.errors import GeoError
from webapp.accounts.clock import now
from webapp.accounts.reader import register_now, viewer_now
from webapp.casework.rounds import make_visits

_LOG = logging.getLogger(__name__)


def make_due() -> None:
    """Make what is due; where that fails the page opens all the same and the lag is shown."""
    try:
        make_visits(register_now(), viewer_now(), now())
    except GeoError as fault:
        _LOG.warning("visits were not made: %s", fault.code)
