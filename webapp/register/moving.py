"""Moving a register from its file into a PostgreSQL database, with everything it ever kept."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import delete

from webapp.register.copies.digest import Tally, require_same, tally_tables
from webapp.register.copies.restore import clear_database, require_empty
from webapp.register.copies.rows import (
    list_columns,
    list_tables,
    put_lines,
    read_pages,
    relax_references,
    set_counters,
)
from webapp.register.house import Register
from webapp.register.opening import make_register
from webapp.register.records import Base
from webapp.register.storage.engine import IMMEDIATE, hold_still, open_postgres
from webapp.register.storage.telling import told_faults
from webapp.register.trail.anchors import anchors_path
from webapp.register.viewer import Viewer
from webapp.workspace.placing import place_bytes


def move_register(source: Register, folder: Path, database: str, viewer: Viewer) -> dict[str, int]:
    """Move everything into the empty database; rows by table.

    Nobody can write to ``source`` meanwhile, and nothing of it is changed. Sign-ins are
    not moved: staff sign in again.

    Raises
    ------
    DatabaseTaken
        It holds a register.
    CopyDiffers
        A table did not arrive as it left; the database is empty again.
    """
    engine = open_postgres(database)
    try:
        require_empty(engine)
    finally:
        engine.dispose()
    try:
        with told_faults(), _make_target(folder, database) as target:
            rows = _pour(source, target)
            with target.change(viewer, "administration") as change:
                change.note("move", rows=sum(rows.values()))
    except BaseException:
        clear_database(database)
        raise
    return rows


def _make_target(folder: Path, database: str) -> Register:
    """A register in the database. The chain goes on, so its anchors stay where they are."""
    path = anchors_path(folder)
    anchors = path.read_bytes() if path.is_file() else None
    before = set(path.parent.glob(f"{path.name}.*"))
    target = make_register(folder, database=database)
    if anchors is not None:
        place_bytes(path, anchors)
        for doubled in set(path.parent.glob(f"{path.name}.*")) - before:
            doubled.unlink()
    return target


def _pour(source: Register, target: Register) -> dict[str, int]:
    """Every table, page by page; compared before it counts."""
    writing = target.engine.execution_options(**IMMEDIATE)
    held = source.engine.execution_options(**IMMEDIATE)
    with hold_still(held) as old, writing.begin() as new:
        relax_references(new)
        for table in reversed(Base.metadata.sorted_tables):
            new.execute(delete(table))
        tallies: dict[str, Tally] = {}
        for table in list_tables(old):
            tally = tallies[table.name] = Tally(list_columns(table))
            for lines in read_pages(old, table, tally.columns):
                tally.count(lines)
                put_lines(new, table, tally.columns, lines)
        set_counters(new)
        arrived = tally_tables(new, {name: one.columns for name, one in tallies.items()})
        require_same(
            {name: one.digest for name, one in tallies.items()},
            {name: one.digest for name, one in arrived.items()},
        )
    return {name: tally.rows for name, tally in tallies.items()}
