"""What the database refuses, told as a fault with a sentence."""

from __future__ import annotations

import errno
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2

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
    "40001": StorageBusy,
    "malformed": RegisterDamaged,
    "file is not a database": RegisterDamaged,
}
"""What SQLite says, and PostgreSQL's codes, in small letters."""


_NUMBERS: Final[dict[int | None, type[GeoError]]] = {
    errno.ENOSPC: StorageFull,
    errno.EDQUOT: StorageFull,
    errno.EROFS: StorageReadOnly,
    errno.EACCES: StorageReadOnly,
}
"""What the operating system says."""


@contextmanager
def told_faults() -> Generator[None]:
    """Tell a full, read-only or busy disk as what it is.

    Raises
    ------
    StorageFull, StorageReadOnly, StorageBusy, RegisterDamaged
    """
    try:
        yield
    except OSError as error:
        if error.errno in _NUMBERS:
            raise _NUMBERS[error.errno] from None
        raise
    except (DBAPIError, dbapi2.Error) as error:
        said = str(error.orig if isinstance(error, DBAPIError) else error).lower()
        for sign, fault in _SIGNS.items():
            if sign in said:
                raise fault from None
        raise
