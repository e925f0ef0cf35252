"""Programs send the staff key as ``Authorization: Bearer``; wrong ones are counted."""

from __future__ import annotations

from flask import current_app, request

from webapp.accounts.staff_key import is_key
from webapp.accounts.throttle import Throttle
from webapp.faults import KeyWrong


def is_bearer() -> bool:
    """Whether the request carries the staff key.

    Raises
    ------
    KeyWrong, TooManyTries
        It carries another key.
    """
    given = request.authorization
    if given is None or given.type != "bearer" or given.token is None:
        return False
    return check_key(given.token)


def check_key(given: str) -> bool:
    """True for the staff key, else a fault. Raises `KeyWrong`, `TooManyTries`."""
    throttle: Throttle = current_app.extensions["throttle"]
    address = request.remote_addr or "?"
    throttle.ask(address)
    if not is_key(given, current_app.config["STAFF_KEY"]):
        throttle.count(address)
        raise KeyWrong
    return True
