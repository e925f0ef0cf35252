"""Putting a copy back: into a new folder or an empty database only, compared row by row.

What was erased since the copy was made is erased again before anybody can open it.
"""

from __future__ import annotations

import json
import shutil
import tarfile
import zlib
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from sqlalchemy import Connection, Engine, delete, inspect

from geo.errors import GeoError
from webapp.faults import (
    CopyMissing,
    CopyUnreadable,
    DatabaseTaken,
    RegisterNewer,
    StorageFull,
    WorkspaceTaken,
)
from webapp.register.copies.backup import CARRIED, HEAD, MANIFEST
from webapp.register.copies.digest import require_same, tally_tables
from webapp.register.copies.rows import put_lines, relax_references, set_counters
from webapp.register.copies.sealing import Opener, open_sealed
from webapp.register.erased import ErasedList
from webapp.register.erasure import erase_listed
from webapp.register.house import Register
from webapp.register.opening import make_register
from webapp.register.records import Base
from webapp.register.storage.engine import IMMEDIATE, open_postgres
from webapp.register.storage.telling import told_faults
from webapp.register.viewer import Viewer
from webapp.workspace.placing import UNFINISHED, place_path

_PIECE: Final = 1 << 20


@dataclass(frozen=True)
class Target:
    """Where a copy is put back: a new folder, and a database where the register is not a file.

    ``passphrase`` opens the register that is made; ``place_key`` lays a key into the folder
    of an invented town.
    """

    folder: Path
    passphrase: str = field(default="", repr=False)
    database: str = field(default="", repr=False)
    place_key: Callable[[Path, str], None] | None = None


@dataclass(frozen=True)
class Restored:
    """What was put back: rows by table, files; what was erased again."""

    made_at: datetime
    rows: dict[str, int]
    files: int
    erased: int


def restore_copy(
    path: Path, opener: Opener, target: Target, viewer: Viewer, lists: Sequence[ErasedList] = ()
) -> Restored:
    """Put the copy at ``path`` back.

    Raises
    ------
    WorkspaceTaken, DatabaseTaken
        The folder or the database is in use.
    CopyMissing, CopyUnreadable, CopyLocked, CopyDiffers, RegisterNewer, StorageFull
        Nothing was left behind.
    """
    if not path.is_file():
        raise CopyMissing(file=str(path))
    _require_free(target)
    beside = target.folder.with_name(f"{UNFINISHED}{target.folder.name}")
    with _nothing_left(beside, target.database), open_sealed(path, opener) as content:
        restored = _Unpacking(path, beside, target).unpack(content)
        with restored.register as register:
            erased = _finish(register, restored, viewer, lists)
        if restored.demo and target.place_key is not None:
            target.place_key(beside, target.passphrase)
        place_path(beside, target.folder)
    return Restored(restored.made_at, restored.rows, len(restored.files), erased)


def _finish(
    register: Register, restored: _Unpacking, viewer: Viewer, lists: Sequence[ErasedList]
) -> int:
    erased = erase_listed(register, viewer, lists)
    with register.change(viewer, "administration") as change:
        change.note("restore", copy=restored.id, rows=sum(restored.rows.values()))
    return erased


def _require_free(target: Target) -> None:
    folder = target.folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WorkspaceTaken(folder=str(folder))
    if target.database:
        engine = open_postgres(target.database)
        try:
            require_empty(engine)
        finally:
            engine.dispose()


def require_empty(engine: Engine) -> None:
    """Refuse a database that holds tables of a register. Raises `DatabaseTaken`."""
    there = set(inspect(engine).get_table_names())
    if there & (set(Base.metadata.tables) | {"alembic_version"}):
        raise DatabaseTaken


@contextmanager
def _nothing_left(beside: Path, database: str) -> Generator[None]:
    shutil.rmtree(beside, ignore_errors=True)
    (beside / "data").mkdir(parents=True, mode=0o700)
    beside.chmod(0o700)
    try:
        yield
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        if database:
            clear_database(database)
        raise


def clear_database(database: str) -> None:
    """Take the tables away again that a transfer into an empty database made."""
    engine = open_postgres(database)
    with engine.begin() as connection:
        Base.metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
    engine.dispose()


class _Unpacking:
    """One copy on its way back."""

    def __init__(self, path: Path, beside: Path, target: Target) -> None:
        self._path, self._beside, self._target = path, beside, target
        self.columns: dict[str, list[str]] = {}
        self.rows: dict[str, int] = {}
        self.files: dict[str, int] = {}
        self.id, self.demo = "", False
        self.made_at = datetime.min  # noqa: DTZ901 - set by the head
        self.register: Register

    def unpack(self, content: IO[bytes]) -> _Unpacking:
        """Take everything in and compare it."""
        try:
            with told_faults(), tarfile.open(fileobj=content, mode="r|gz") as members:
                self._take(members)
        except GeoError:
            raise
        except OSError as error:
            raise (StorageFull() if error.errno == 28 else self._damaged()) from None
        except (tarfile.TarError, EOFError, zlib.error, ValueError, KeyError, TypeError):
            raise self._damaged() from None
        return self

    def _take(self, members: tarfile.TarFile) -> None:
        self._read_head(members)
        target = self._target
        self.register = make_register(
            self._beside, target.passphrase, database=target.database, demo=self.demo
        )
        try:
            with self.register.engine.execution_options(**IMMEDIATE).begin() as connection:
                self._fill(connection, members)
        except BaseException:
            self.register.close()
            raise

    def _read_head(self, members: tarfile.TarFile) -> None:
        head = self._read_json(members, members.next(), HEAD)
        self.id, self.demo, self.columns = head["id"], head["demo"], head["columns"]
        self.made_at = datetime.fromisoformat(head["made_at"])

    def _fill(self, connection: Connection, members: tarfile.TarFile) -> None:
        self._require_known()
        relax_references(connection)
        for table in reversed(Base.metadata.sorted_tables):
            if table.name in self.columns:
                connection.execute(delete(table))
        while (member := members.next()) is not None:
            if member.name == MANIFEST:
                self._compare(connection, self._read_json(members, member, MANIFEST))
                return
            self._put(connection, members, member)
        raise self._damaged()

    def _require_known(self) -> None:
        for name, columns in self.columns.items():
            table = Base.metadata.tables.get(name)
            if table is None or not set(columns) <= set(table.columns.keys()):
                raise RegisterNewer

    def _put(
        self, connection: Connection, members: tarfile.TarFile, member: tarfile.TarInfo
    ) -> None:
        kind, _, rest = member.name.partition("/")
        if kind == "files":
            self._put_file(members, member, rest)
            return
        name = rest.partition("/")[0]
        lines = self._read(members, member).decode().removesuffix("\n").split("\n")
        table = Base.metadata.tables[name]
        count = put_lines(connection, table, self.columns[name], lines)
        self.rows[name] = self.rows.get(name, 0) + count

    def _put_file(self, members: tarfile.TarFile, member: tarfile.TarInfo, name: str) -> None:
        place = PurePosixPath(name)
        if place.parts[0] not in CARRIED or ".." in place.parts or not member.isreg():
            raise self._damaged()
        into = self._beside / place
        into.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        source = members.extractfile(member)
        with into.open("xb") as file:
            shutil.copyfileobj(source, file, _PIECE)  # type: ignore[arg-type]
        self.files[name] = member.size

    def _compare(self, connection: Connection, manifest: dict[str, Any]) -> None:
        set_counters(connection)
        tallies = tally_tables(connection, self.columns)
        self.rows = {name: tally.rows for name, tally in tallies.items()}
        wanted = {name: one["digest"] for name, one in manifest["tables"].items()}
        require_same(wanted, {name: tally.digest for name, tally in tallies.items()})
        if manifest["files"] != self.files or set(wanted) != set(self.columns):
            raise self._damaged()

    def _read_json(
        self, members: tarfile.TarFile, member: tarfile.TarInfo | None, name: str
    ) -> dict[str, Any]:
        if member is None or member.name != name:
            raise self._damaged()
        content: dict[str, Any] = json.loads(self._read(members, member))
        return content

    def _read(self, members: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
        source = members.extractfile(member)
        return source.read() if source is not None else b""

    def _damaged(self) -> CopyUnreadable:
        return CopyUnreadable(file=self._path.name)
