"""The register's file: SQLite under SQLCipher, every page encrypted, WAL and temporaries too.

The passphrase is stretched once a process, exactly as SQLCipher stretches it, so the
file also opens with SQLCipher's own tools; each connection is then given the key itself.

Source: SQLCipher 4 design: PBKDF2-HMAC-SHA512, 256,000 rounds, salt in the first 16 bytes.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlcipher3 import dbapi2

from webapp.faults import KeyDoesNotFit, RegisterMissing, SqliteUnsafe

REGISTER: Final = "register.db"
"""The file in the workspace."""

_ROUNDS: Final = 256_000
_SALT: Final = 16
_RESET_RANGE: Final = ((3, 7, 0), (3, 51, 2))
"""Versions of SQLite whose WAL can be reset under a reader and so lose what was acknowledged."""

_SILENT: Final = "PRAGMA cipher_log_level = NONE"
"""SQLCipher would write to stderr by itself, past every fault of ours."""

_PRAGMAS: Final = (
    "PRAGMA cipher_memory_security = OFF",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA busy_timeout = 20000",
    "PRAGMA secure_delete = ON",
    "PRAGMA cache_size = -16000",
)


@dataclass(frozen=True)
class CipherKey:
    """The stretched key of one file. Its text never shows in a log or a traceback."""

    key: bytes = field(repr=False)
    salt: bytes = field(repr=False)

    def literal(self) -> str:
        """The key and the salt as SQLCipher reads them."""
        return f"x'{self.key.hex()}{self.salt.hex()}'"

    def pragma(self) -> str:
        """The statement that hands the key to a connection."""
        return f'PRAGMA key = "{self.literal()}"'


def stretch(passphrase: str, salt: bytes) -> CipherKey:
    """The key of a file from its passphrase and its salt."""
    key = hashlib.pbkdf2_hmac("sha512", passphrase.encode(), salt, _ROUNDS, 32)
    return CipherKey(key, salt)


def new_key(passphrase: str) -> CipherKey:
    """The key for a new file, with a salt of its own."""
    return stretch(passphrase, secrets.token_bytes(_SALT))


def key_of(path: Path, passphrase: str) -> CipherKey:
    """The key for the file at ``path``; one that does not exist yet gets a new salt.

    Raises
    ------
    RegisterMissing
        The file cannot be read.
    """
    try:
        with path.open("rb") as file:
            salt = file.read(_SALT)
    except FileNotFoundError:
        salt = b""
    except OSError:
        raise RegisterMissing(file=str(path)) from None
    return stretch(passphrase, salt) if len(salt) == _SALT else new_key(passphrase)


def connect(path: Path, key: CipherKey) -> Any:  # noqa: ANN401 - a DB-API connection
    """A connection to the file at ``path``; SQLAlchemy says when transactions begin.

    Raises
    ------
    KeyDoesNotFit
        The file is not under this key, or is no register.
    SqliteUnsafe
        The linked SQLite can lose acknowledged work.
    """
    require_safe_sqlite()
    connection = dbapi2.connect(str(path), isolation_level=None, check_same_thread=False)
    try:
        connection.execute(_SILENT)
        connection.execute(key.pragma())
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            connection.execute("PRAGMA journal_mode = WAL")
    except dbapi2.DatabaseError as error:
        connection.close()
        if "file is not a database" in str(error):
            raise KeyDoesNotFit(file=path.name) from None
        raise
    return connection


def require_safe_sqlite(version: str = dbapi2.sqlite_version) -> None:
    """Refuse an SQLite that can lose acknowledged work.

    Raises
    ------
    SqliteUnsafe

    >>> require_safe_sqlite("3.51.3")
    >>> require_safe_sqlite("3.51.2")
    Traceback (most recent call last):
    webapp.faults.storage.SqliteUnsafe: SQLite 3.51.2 can lose work that was saved. ...
    """
    numbers = tuple(int(part) for part in version.split("."))
    first, last = _RESET_RANGE
    if first <= numbers <= last:
        raise SqliteUnsafe(version=version)
