"""Making and opening a register: a file in the workspace, or a PostgreSQL database."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, insert, inspect, select

from webapp.faults import RegisterMissing, WorkspaceTaken
from webapp.register.house import Register
from webapp.register.storage.cipher import REGISTER
from webapp.register.storage.engine import IMMEDIATE, open_file, open_postgres
from webapp.register.storage.schema import bring_up, is_up_to_date, take_steps
from webapp.register.storage.telling import told_faults
from webapp.register.tables import TABLES
from webapp.register.trail.access_event import START
from webapp.register.trail.anchors import AnchorFile, anchors_path, set_aside
from webapp.register.trail.pulse import Pulse

NAME: Final = REGISTER
"""The file in the workspace."""


def make_register(
    folder: Path, passphrase: str = "", *, database: str = "", demo: bool = False
) -> Register:
    """A new register: ``database`` names a PostgreSQL address, else a file in ``folder``.

    Raises
    ------
    WorkspaceTaken, KeyDoesNotFit, SqliteUnsafe, DatabaseAway, PostgisMissing
    StorageFull, StorageReadOnly, StorageBusy
    """
    engine = _engine(folder, passphrase, database)
    with told_faults(), engine.execution_options(**IMMEDIATE).begin() as connection:
        take_steps(connection)
        _require_empty(connection, folder)
        first = {"id": 1, "sequence": 0, "hash": START, "data_version": 0, "demo": demo}
        connection.execute(insert(Pulse).values(first))
    anchors = anchors_path(folder)
    set_aside(anchors)
    return Register(engine, AnchorFile(anchors, engine))


def open_register(folder: Path, passphrase: str = "", *, database: str = "") -> Register:
    """The register that stands there.

    Raises
    ------
    RegisterMissing, RegisterNewer, KeyDoesNotFit, SqliteUnsafe, DatabaseAway, PostgisMissing
    """
    if not database and not (folder / NAME).is_file():
        raise RegisterMissing(file=str(folder / NAME))
    engine = _engine(folder, passphrase, database)
    if not inspect(engine).has_table(TABLES.tables["pulse"].name):
        raise RegisterMissing(file=NAME)
    if not is_up_to_date(engine):
        bring_up(engine)
    return Register(engine, AnchorFile(anchors_path(folder), engine))


def _require_empty(connection: Connection, folder: Path) -> None:
    if connection.scalar(select(Pulse.id)) is not None:
        raise WorkspaceTaken(folder=str(folder))


def _engine(folder: Path, passphrase: str, database: str) -> Engine:
    return open_postgres(database) if database else open_file(folder / NAME, passphrase)
