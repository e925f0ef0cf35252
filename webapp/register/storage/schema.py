"""The tables of this version of the program, brought into a database step by step."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text

from webapp.faults import RegisterNewer
from webapp.register import migrations
from webapp.register.storage.engine import IMMEDIATE
from webapp.register.storage.telling import told_faults

_TURN: Final = 0x5745_4C46
"""Number of PostgreSQL's advisory lock under which one program at a time takes steps."""


def is_up_to_date(engine: Engine) -> bool:
    """Whether the database has just the tables of this version.

    Raises
    ------
    RegisterNewer
        It has steps that this version does not know.
    """
    with engine.connect() as connection:
        step = MigrationContext.configure(connection).get_current_revision()
    script = ScriptDirectory.from_config(_settings())
    if step is not None:
        _require_known(script, step)
    return step == script.get_current_head()


def bring_up(engine: Engine) -> None:
    """Take the steps that are missing, all or none.

    Raises
    ------
    RegisterNewer, PostgisMissing, StorageFull, StorageReadOnly, StorageBusy
    """
    with told_faults(), engine.execution_options(**IMMEDIATE).begin() as connection:
        take_steps(connection)


def take_steps(connection: Connection, until: str = "head") -> None:
    """Take the steps that are missing, inside the transaction of ``connection``."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
    settings = _settings()
    settings.attributes["connection"] = connection
    command.upgrade(settings, until)


def _settings() -> Config:
    settings = Config()
    folder = Path(str(migrations.__file__)).parent
    settings.set_main_option("script_location", str(folder).replace("%", "%%"))
    return settings


def _require_known(script: ScriptDirectory, step: str) -> None:
    try:
        script.get_revision(step)
    except CommandError:
        raise RegisterNewer from None
