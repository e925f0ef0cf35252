"""Another passphrase: the register is written anew under it and takes the old one's place.

At every moment the file that stands there opens, with the old passphrase or with the
new one; the new passphrase is kept before the register is under it.
"""

from __future__ import annotations

import os
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

from sqlcipher3 import dbapi2

from webapp.faults import KeyDoesNotFit, RegisterDamaged, RegisterInUse, RegisterMissing
from webapp.register.storage.cipher import CipherKey, connect, key_of, new_key
from webapp.register.storage.telling import told_faults

_FRESH: Final = ".next"
"""What is added to the file's name while it is being written."""

_PAGE: Final = 4096


def fits(file: Path, passphrase: str) -> bool:
    """Whether the register in ``file`` opens with the passphrase."""
    try:
        connect(file, key_of(file, passphrase)).close()
    except KeyDoesNotFit:
        return False
    return True


def change_key(file: Path, old: str, new: str) -> None:
    """Put the register in ``file`` under the passphrase ``new``, wholly or not at all.

    Needs room for a second copy.

    Raises
    ------
    RegisterInUse
        A server or another program has it open.
    RegisterMissing, KeyDoesNotFit, RegisterDamaged, StorageFull, StorageReadOnly
        Nothing was changed.
    """
    if not file.is_file():
        raise RegisterMissing(file=str(file))
    fresh = file.with_name(file.name + _FRESH)
    _clear(fresh)
    try:
        with told_faults(), closing(_take_alone(file, old)) as connection:
            _write_anew(connection, fresh, new_key(new))
            if os.name == "posix":
                _take_place(fresh, file)
        if os.name != "posix":
            fresh.replace(file)
    except PermissionError:
        raise RegisterInUse(file=file.name) from None
    finally:
        _clear(fresh)


def _clear(fresh: Path) -> None:
    """Take away what a change that was cut off left."""
    for end in ("", "-journal", "-wal"):
        fresh.with_name(fresh.name + end).unlink(missing_ok=True)


def _take_alone(file: Path, passphrase: str) -> Any:  # noqa: ANN401 - a DB-API connection
    """A connection beside which there is no other, nor can be, until it is closed."""
    connection = connect(file, key_of(file, passphrase))
    try:
        connection.execute("PRAGMA busy_timeout = 0")
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    except dbapi2.OperationalError as error:
        connection.close()
        if "locked" in str(error):
            raise RegisterInUse(file=file.name) from None
        raise
    return connection


def _write_anew(connection: Any, fresh: Path, key: CipherKey) -> None:  # noqa: ANN401
    """The whole register in ``fresh`` under ``key``, checked, and down on the disk."""
    fresh.touch(mode=0o600)
    connection.execute("ATTACH DATABASE ? AS fresh KEY ?", (str(fresh), key.literal()))
    connection.execute("SELECT sqlcipher_export('fresh')")
    if _counts(connection, "main") != _counts(connection, "fresh"):
        raise RegisterDamaged
    for check in ("PRAGMA fresh.cipher_integrity_check", "PRAGMA fresh.foreign_key_check"):
        if connection.execute(check).fetchall():
            raise RegisterDamaged
    if connection.execute("PRAGMA fresh.integrity_check").fetchall() != [("ok",)]:
        raise RegisterDamaged
    connection.execute("DETACH DATABASE fresh")
    with fresh.open("rb+") as file:
        os.fsync(file.fileno())


def _counts(connection: Any, schema: str) -> dict[str, int]:  # noqa: ANN401
    names = f"SELECT name FROM {schema}.sqlite_master WHERE type = 'table' ORDER BY name"  # noqa: S608 # nosec B608 - ours
    return {
        name: connection.execute(f'SELECT count(*) FROM {schema}."{name}"').fetchone()[0]  # noqa: S608 # nosec B608 - its own
        for (name,) in connection.execute(names).fetchall()
    }


def _take_place(fresh: Path, file: Path) -> None:
    """Let ``fresh`` stand for ``file``; the old one loses its salt, so no key opens it.

    A program that was about to open the old one finds no register in it.
    """
    old = os.open(file, os.O_RDWR)
    try:
        fresh.replace(file)
        folder = os.open(file.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        os.pwrite(old, bytes(_PAGE), 0)
        os.fsync(old)
    finally:
        with suppress(OSError):
            os.close(old)
