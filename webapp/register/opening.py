"""Making and opening a register: a file in the workspace, or a PostgreSQL database."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Engine, insert, inspect

from webapp.faults import RegisterMissing
from webapp.register.house import Register
from webapp.register.records import Base, credential, intake, invitation, session, token  # noqa: F401 - its table  # noqa: F401 - too
from webapp.register.records import duplicate_verdict as _duplicate_verdict  # noqa: F401 - its table
from webapp.register.records import forgotten as _forgotten  # noqa: F401 - its table
from webapp.register.storage.engine import open_file, open_postgres
from webapp.register.trail import access_event, history  # noqa: F401 - their tables
from webapp.register.trail.access_event import START
from webapp.register.trail.anchors import AnchorFile, anchors_path, set_aside
from webapp.register.trail.pulse import Pulse

NAME: Final = "register.db"
"""The file in the workspace."""


def make_register(
    folder: Path, passphrase: str = "", *, database: str = "", demo: bool = False
) -> Register:
    """A new register: ``database`` names a PostgreSQL address, else a file in ``folder``."""
    engine = _engine(folder, passphrase, database)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        first = {"id": 1, "sequence": 0, "hash": START, "data_version": 0, "demo": demo}
        connection.execute(insert(Pulse).values(first))
    anchors = anchors_path(folder)
    set_aside(anchors)
    return Register(engine, AnchorFile(anchors, engine))


def open_register(folder: Path, passphrase: str = "", *, database: str = "") -> Register:
    """The register that stands there.

    Raises
    ------
    RegisterMissing, KeyDoesNotFit, SqliteUnsafe
    """
    if not database and not (folder / NAME).is_file():
        raise RegisterMissing(file=str(folder / NAME))
    engine = _engine(folder, passphrase, database)
    if not inspect(engine).has_table(Pulse.__tablename__):
        raise RegisterMissing(file=NAME)
    return Register(engine, AnchorFile(anchors_path(folder), engine))


def _engine(folder: Path, passphrase: str, database: str) -> Engine:
    return open_postgres(database) if database else open_file(folder / NAME, passphrase)
