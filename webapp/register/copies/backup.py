"""One copy of everything: the register as it stands at one moment, and the workspace's files.

The content is a tar of what it holds, packed with gzip and closed with age as it is
made; others go on writing meanwhile and nothing lies in clear anywhere.
"""

from __future__ import annotations

import io
import json
import tarfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, select

from webapp.faults import WorkspaceDamaged
from webapp.register.copies.digest import Tally
from webapp.register.copies.rows import list_columns, list_tables, read_pages
from webapp.register.copies.sealing import Seal, write_sealed
from webapp.register.erased import write_erased
from webapp.register.house import Register
from webapp.register.records import Base
from webapp.register.records.base import new_id
from webapp.register.storage.engine import hold_still
from webapp.register.storage.telling import told_faults
from webapp.register.trail.access_event import AccessEvent
from webapp.register.trail.pulse import Pulse
from webapp.register.viewer import Viewer
from webapp.workspace.placing import one_writer

ENDING: Final = ".backup"
HEAD, MANIFEST = "head.json", "manifest.json"
CARRIED: Final = ("index.json", "retention.toml", "data")
"""What of the workspace is copied: no keys, no tickets, no tiles."""

_PIECE: Final = 1 << 20
_BLOCK: Final = tarfile.BLOCKSIZE


@dataclass(frozen=True)
class Copy:
    """A copy that was made: rows by table, and how many files."""

    id: str
    made_at: datetime
    rows: dict[str, int]
    files: int


def _now() -> datetime:
    return datetime.now(UTC)


def make_copy(
    register: Register,
    folder: Path,
    path: Path,
    seal: Seal,
    viewer: Viewer,
    *,
    clock: Callable[[], datetime] = _now,
) -> Copy:
    """Copy the register and the workspace in ``folder`` into one closed file at ``path``.

    The trail keeps that it was made; beside it lies the list of what was erased.

    Raises
    ------
    CopyUnwritable, StorageFull, ParameterWrong, WorkspaceDamaged
        Nothing was left behind.
    """
    contents = _Contents(register, folder, clock())
    about = {"id": contents.id, "made_at": contents.made_at.isoformat()}
    write_sealed(path, contents.pack(), about, seal)
    write_erased(register, path.parent)
    rows = {name: tally.rows for name, tally in contents.tallies.items()}
    with register.change(viewer, "administration") as change:
        change.note("backup", copy=contents.id, rows=sum(rows.values()))
    return Copy(contents.id, contents.made_at, rows, len(contents.files))


def last_copy(register: Register) -> datetime | None:
    """When the last copy was made; None = never."""
    made = select(AccessEvent.at).where(AccessEvent.deed == "backup")
    with register.engine.connect() as connection:
        return connection.scalar(made.order_by(AccessEvent.sequence.desc()).limit(1))


class _Contents:
    """What one copy holds, told piece by piece."""

    def __init__(self, register: Register, folder: Path, made_at: datetime) -> None:
        self._register, self._folder = register, folder
        self.id, self.made_at = new_id("b"), made_at
        self.tallies: dict[str, Tally] = {}
        self.files: dict[str, int] = {}

    def pack(self) -> Iterator[bytes]:
        """The tar, packed."""
        packer = zlib.compressobj(3, wbits=31)
        for piece in self._tell():
            packed = packer.compress(piece)
            if packed:
                yield packed
        yield packer.flush()

    def _tell(self) -> Iterator[bytes]:
        with told_faults(), one_writer(self._folder), hold_still(self._register.engine) as now:
            columns = {table.name: list_columns(table) for table in list_tables(now)}
            yield from self._member(HEAD, _json({
                "id": self.id,
                "made_at": self.made_at.isoformat(),
                "demo": now.execute(select(Pulse.demo)).scalar_one(),
                "columns": columns,
            }))  # fmt: skip
            yield from self._tell_files()
            for name, names in columns.items():
                yield from self._tell_table(now, name, names)
        yield from self._member(MANIFEST, _json(self._manifest()))
        yield bytes(2 * _BLOCK)

    def _manifest(self) -> dict[str, Any]:
        tables = {
            name: {"rows": tally.rows, "digest": tally.digest}
            for name, tally in self.tallies.items()
        }
        return {"tables": tables, "files": self.files}

    def _tell_table(self, now: Connection, name: str, names: list[str]) -> Iterator[bytes]:
        tally = self.tallies[name] = Tally(names)
        pages = read_pages(now, Base.metadata.tables[name], names)
        for number, lines in enumerate(pages):
            tally.count(lines)
            text = "".join(f"{line}\n" for line in lines)
            yield from self._member(f"tables/{name}/{number:06d}.jsonl", text.encode())

    def _tell_files(self) -> Iterator[bytes]:
        for path in _list_files(self._folder):
            name = path.relative_to(self._folder).as_posix()
            with path.open("rb") as file:
                size = file.seek(0, io.SEEK_END)
                file.seek(0)
                yield self._heading(f"files/{name}", size)
                yield from self._read(file, name, size)
            yield _padding(size)
            self.files[name] = size

    def _read(self, file: io.BufferedReader, name: str, size: int) -> Iterator[bytes]:
        while size:
            piece = file.read(min(size, _PIECE))
            if not piece:
                raise WorkspaceDamaged(folder=str(self._folder), part=name)
            size -= len(piece)
            yield piece

    def _member(self, name: str, content: bytes) -> Iterator[bytes]:
        yield self._heading(name, len(content))
        yield content
        yield _padding(len(content))

    def _heading(self, name: str, size: int) -> bytes:
        heading = tarfile.TarInfo(name)
        heading.size, heading.mode = size, 0o600
        heading.mtime = int(self.made_at.timestamp())
        return heading.tobuf(tarfile.PAX_FORMAT)


def _list_files(folder: Path) -> list[Path]:
    listed = [folder / name for name in CARRIED]
    listed += sorted((folder / "data").rglob("*"))
    return [path for path in listed if path.is_file() and not path.is_symlink()]


def _padding(size: int) -> bytes:
    return bytes(-size % _BLOCK)


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()
