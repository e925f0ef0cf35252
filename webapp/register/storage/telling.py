"""What the database refuses, told as a fault with a sentence."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError

from geo.errors import GeoError
from webapp.faults import RegisterDamaged, StorageBusy, StorageFull, StorageReadOnly

_SIGNS: Final[dict[str, type[GeoError]]] = {
    "database or disk is full": StorageFull,
    "53100": StorageFull,
    "disk i/o error": StorageFull,
    "readonly database": StorageReadOnly,
    "25006": StorageReadOnly,
    "unable to open database file": StorageReadOnly,
    "database is locked": StorageBusy,
    "55p03": StorageBusy,
    "40p01": StorageBusy,
    "malformed": RegisterDamaged,
    "file is not a database": RegisterDamaged,
}
"""What SQLite says, and PostgreSQL's codes, in small letters."""


@contextmanager
def told_faults() -> Generator[None]:
    """Tell a full, read-only or busy disk as what it is.

    Raises
    ------
    StorageFull, StorageReadOnly, StorageBusy, RegisterDamaged
    """
    try:
        yield
    except DBAPIError as error:
        said = str(error.orig).lower()
        for sign, fault in _SIGNS.items():
            if sign in said:
                raise fault from None
        raise
