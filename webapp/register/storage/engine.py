"""The engine under the records: SQLCipher by default, PostgreSQL by its address."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from webapp.faults import DatabaseAway
from webapp.register.storage.cipher import connect, key_of
from webapp.register.storage.telling import told_faults

IMMEDIATE: Final = {"welfaremap_write": True}
"""Execution options of a transaction that will write: it takes its turn at the start."""


def open_file(path: Path, passphrase: str) -> Engine:
    """The engine over the SQLCipher file at ``path``, made if absent.

    Raises
    ------
    KeyDoesNotFit, RegisterMissing, SqliteUnsafe, StorageFull, StorageReadOnly
    """
    with told_faults():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            path.touch(mode=0o600)
        key = key_of(path, passphrase)
        connect(path, key).close()
    engine = create_engine(
        "sqlite://",
        module=dbapi2,
        creator=lambda: connect(path, key),
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=56,
        hide_parameters=True,
    )
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Any) -> None:  # noqa: ANN401
    """Begin as the work needs: a writer waits for its turn before it reads."""
    writes = connection.get_execution_options().get("welfaremap_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def open_postgres(address: str) -> Engine:
    """The engine over a PostgreSQL database, named as ``postgresql://user@host/name``.

    A Unix socket is ``postgresql://user@/name?unix_sock=/path/.s.PGSQL.5432``.

    Raises
    ------
    DatabaseAway
        It does not answer, or not to this account.
    """
    url = make_url(address).set(drivername="postgresql+pg8000")
    engine = create_engine(
        url, pool_size=16, max_overflow=48, pool_pre_ping=True, hide_parameters=True
    )
    event.listen(engine, "connect", _promise)
    try:
        engine.connect().close()
    except (DBAPIError, OSError):
        engine.dispose()
        raise DatabaseAway(database=url.database) from None
    return engine


def _promise(connection: Any, _: object) -> None:  # noqa: ANN401
    """What is acknowledged is on the disk; who waits too long for a turn is told so."""
    cursor = connection.cursor()
    cursor.execute("SET synchronous_commit = on")
    cursor.execute("SET lock_timeout = '20s'")
    cursor.close()
    connection.commit()


@contextmanager
def hold_still(engine: Engine) -> Generator[Connection]:
    """A connection that sees one moment of the register while others go on writing."""
    options = {"isolation_level": "REPEATABLE READ"} if engine.name == "postgresql" else {}
    with engine.connect() as connection:
        yield connection.execution_options(**options)
