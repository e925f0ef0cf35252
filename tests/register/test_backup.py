"""Backups: back up, restore elsewhere, compare, open; what is damaged is refused whole."""

from __future__ import annotations

import stat
import subprocess
import threading
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pyrage
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.errors import GeoError, ParameterWrong
from tests.clusters import Cluster
from webapp import create_app
from webapp.accounts.policy import at_the_terminal
from webapp.answers.premises import Premises
from webapp.faults import (
    CopyDiffers,
    CopyLocked,
    CopyMissing,
    CopyUnreadable,
    CopyUnwritable,
    DatabaseTaken,
    WorkspaceTaken,
)
from webapp.register.copies.backup import last_copy, make_copy
from webapp.register.copies.digest import digest_tables
from webapp.register.copies.restore import Target, restore_copy
from webapp.register.copies.sealing import Opener, Seal, make_identity, read_about
from webapp.register.house import Register
from webapp.register.opening import open_register
from webapp.register.records import Household, SensitiveNote
from webapp.register.storage.keys import write_key_file
from webapp.register.trail.access_event import AccessEvent
from webapp.settings import Settings
from webapp.workspace.index import Index, write_index

ROOT = Path(__file__).parents[2]
WORDS = "控えの合言葉 はちじゅうはち"
TERMINAL = at_the_terminal()
SECRET, PUBLIC = make_identity()
PASSING = {"access_event", "pulse"}
"""Tables that grow by the note that a backup was made or put back."""


@pytest.fixture
def folder(register: Register, tmp_path: Path) -> Path:
    """The workspace of ``register`` with an index and a file of streets."""
    place = tmp_path / "workspace"
    streets = place / "data" / "streets-000001"
    streets.mkdir(parents=True, mode=0o700)
    (streets / "edges.npy").write_bytes(bytes(range(256)) * 9000)
    (place / "register.key").write_text("never copied")
    write_index(place, Index(version=1))
    with register.change(TERMINAL, "visit") as change:
        change.add(
            SensitiveNote,
            person_id="P1",
            topic="key",
            text="植木鉢の下\n\u2028𠮷",
            district_id="D1",
        )
    return place


def _restored(path: Path, target: Target) -> Register:
    restore_copy(path, Opener(identity=SECRET), target, TERMINAL)
    return open_register(target.folder, target.passphrase, database=target.database)


@pytest.fixture
def copy(register: Register, folder: Path, tmp_path: Path) -> Path:
    """A backup of ``register``."""
    path = tmp_path / "away" / "a.backup"
    path.parent.mkdir()
    make_copy(register, folder, path, Seal(recipients=(PUBLIC,)), TERMINAL)
    return path


def _same(before: dict[str, str], after: dict[str, str]) -> bool:
    return {k: v for k, v in before.items() if k not in PASSING} == {
        k: v for k, v in after.items() if k not in PASSING
    }


def test_a_restored_register_has_the_same_digests_and_the_app_opens(
    register: Register, folder: Path, copy: Path, tmp_path: Path
) -> None:
    key = tmp_path / "key"
    write_key_file(key, "新しい合言葉 きゅうじゅう")
    target = Target(tmp_path / "elsewhere", "新しい合言葉 きゅうじゅう")
    with _restored(copy, target) as restored:
        assert _same(digest_tables(register), digest_tables(restored))
    streets = "data/streets-000001/edges.npy"
    assert (target.folder / streets).read_bytes() == (folder / streets).read_bytes()
    assert not (target.folder / "register.key").exists()
    (target.folder / "data" / "streets-000001").rename(tmp_path / "streets")
    settings = Settings(workspace=target.folder, key_file=str(key))
    premises = Premises.open(settings)
    with premises.register:
        app = create_app(settings, premises)
        assert app.test_client().get("/healthz").json == {"status": "ok"}
        assert app.test_client().get("/").status_code == 200


def test_a_backup_of_a_file_goes_back_into_a_database_and_the_other_way(
    register: Register, copy: Path, tmp_path: Path, cluster: Cluster
) -> None:
    with cluster.database() as address:
        targets = [
            Target(tmp_path / "file", "合言葉を新しくします"),
            Target(tmp_path / "database", database=address),
        ]
        for target in targets:
            with _restored(copy, target) as restored:
                assert _same(digest_tables(register), digest_tables(restored))
                with restored.change(TERMINAL, "matching") as change:
                    change.revise(Household, "H1", 1, address="numbered versions go on")


def test_the_server_goes_on_writing_and_the_backup_holds_one_moment(
    register: Register, folder: Path, tmp_path: Path
) -> None:
    stop = threading.Event()

    def write() -> None:
        version = 1
        while not stop.is_set():
            with register.change(TERMINAL, "matching") as change:
                change.revise(Household, "H1", version, address=f"{version + 1}丁目")
            version += 1

    writer = threading.Thread(target=write)
    writer.start()
    make_copy(register, folder, tmp_path / "b.backup", Seal(recipients=(PUBLIC,)), TERMINAL)
    stop.set()
    writer.join()
    target = Target(tmp_path / "x", "合言葉を新しくします")
    with _restored(tmp_path / "b.backup", target) as back, Session(back.engine) as session:
        home = session.get_one(Household, "H1")
        assert home.version == 1 or home.address == f"{home.version}丁目"


def test_nothing_of_a_name_stands_in_the_file_and_only_its_owner_reads_it(copy: Path) -> None:
    content = copy.read_bytes()
    assert "神宮福子".encode() not in content
    assert "守恒町".encode() not in content
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert sorted(read_about(copy)) == ["format", "id", "made_at"]
    assert sorted(path.name for path in copy.parent.iterdir()) == ["a.backup", "erased.list"]


def test_the_backup_machine_cannot_read_what_it_wrote(
    register: Register, folder: Path, tmp_path: Path
) -> None:
    secret, public = make_identity()
    path = tmp_path / "c.backup"
    make_copy(register, folder, path, Seal(recipients=(public,)), TERMINAL)
    target = Target(tmp_path / "y", "合言葉を新しくします")
    for opener in (Opener(identity=make_identity()[0]), Opener(identity="nothing")):
        with pytest.raises(CopyLocked):
            restore_copy(path, opener, target, TERMINAL)
    assert not target.folder.exists()
    restore_copy(path, Opener(identity=secret), target, TERMINAL)
    with pytest.raises(ParameterWrong):
        make_copy(register, folder, path, Seal(recipients=("age1nobody",)), TERMINAL)


def test_a_passphrase_opens_it_and_no_other(sqlite_register: Register, tmp_path: Path) -> None:
    _plain_copy(sqlite_register, tmp_path)
    path, target = tmp_path / "w.backup", Target(tmp_path / "w", "合言葉を新しくします")
    make_copy(sqlite_register, tmp_path / "workspace", path, Seal(WORDS), TERMINAL)
    with pytest.raises(CopyLocked):
        restore_copy(path, Opener("another passphrase"), target, TERMINAL)
    assert not target.folder.exists()
    restore_copy(path, Opener(WORDS), target, TERMINAL)
    _require_open_without_the_program(path, tmp_path)


def _require_open_without_the_program(copy: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(copy) as parts, (tmp_path / "content.tar.gz").open("wb") as into:
        key = pyrage.passphrase.decrypt(parts.read("key.age"), WORDS).decode()
        with parts.open("content.age") as content:
            pyrage.decrypt_io(content, into, [pyrage.x25519.Identity.from_str(key)])
    listed = subprocess.run(
        ["tar", "-tzf", tmp_path / "content.tar.gz"], capture_output=True, text=True, check=True
    ).stdout.split()
    assert listed[0] == "head.json"
    assert listed[-1] == "manifest.json"
    assert "tables/person/000000.jsonl" in listed


def _cut(copy: Path, keep: float) -> None:
    content = copy.read_bytes()
    copy.write_bytes(content[: int(len(content) * keep)])


def _flip(copy: Path, place: float) -> None:
    content = bytearray(copy.read_bytes())
    content[int(len(content) * place)] ^= 1
    copy.write_bytes(bytes(content))


@pytest.mark.parametrize("keep", [0.0, 0.3, 0.9, 0.999])
def test_a_cut_off_backup_is_refused(
    sqlite_register: Register, tmp_path: Path, keep: float
) -> None:
    path = _plain_copy(sqlite_register, tmp_path)
    _cut(path, keep)
    _require_refused(path, tmp_path, CopyUnreadable)


@pytest.mark.parametrize("place", [0.4, 0.6, 0.8])
def test_an_altered_backup_is_refused(
    sqlite_register: Register, tmp_path: Path, place: float
) -> None:
    path = _plain_copy(sqlite_register, tmp_path)
    _flip(path, place)
    _require_refused(path, tmp_path, CopyUnreadable)


def test_a_truncated_inside_is_refused(sqlite_register: Register, tmp_path: Path) -> None:
    path = _plain_copy(sqlite_register, tmp_path)
    with zipfile.ZipFile(path) as parts:
        kept = {name: parts.read(name) for name in parts.namelist()}
    with zipfile.ZipFile(path, "w") as parts:
        for name, content in kept.items():
            parts.writestr(name, content[:-200] if name == "content.age" else content)
    _require_refused(path, tmp_path, CopyUnreadable)


def _plain_copy(register: Register, tmp_path: Path) -> Path:
    """A backup that needs no scrypt: its key is a pair."""
    folder = tmp_path / "workspace"
    write_index(folder, Index())
    (folder / "data").mkdir()
    (folder / "data" / "elevation.tif").write_bytes(Random(0).randbytes(300_000))  # noqa: S311
    make_copy(register, folder, tmp_path / "p.backup", Seal(recipients=(PUBLIC,)), TERMINAL)
    return tmp_path / "p.backup"


def _require_refused(path: Path, tmp_path: Path, kind: type[GeoError]) -> None:
    before = sorted(tmp_path.iterdir())
    target = Target(tmp_path / "z", "合言葉を新しくします")
    with pytest.raises(kind):
        restore_copy(path, Opener(identity=SECRET), target, TERMINAL)
    assert sorted(tmp_path.iterdir()) == before, "nothing is left behind"


def test_what_is_no_backup_is_refused(sqlite_register: Register, tmp_path: Path) -> None:
    del sqlite_register
    (tmp_path / "n.backup").write_bytes(b"no backup at all")
    _require_refused(tmp_path / "n.backup", tmp_path, CopyUnreadable)
    _require_refused(tmp_path / "none.backup", tmp_path, CopyMissing)


def test_a_row_that_changed_on_the_way_is_noticed(
    sqlite_register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _plain_copy(sqlite_register, tmp_path)
    from webapp.register.copies import restore

    put = restore.put_lines

    def put_wrong(connection: object, table: object, columns: object, lines: list[str]) -> int:
        return put(connection, table, columns, [one.replace("福子1", "福子9") for one in lines])

    monkeypatch.setattr(restore, "put_lines", put_wrong)
    _require_refused(path, tmp_path, CopyDiffers)


def test_a_place_in_use_is_refused(
    register: Register, copy: Path, folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(WorkspaceTaken):
        restore_copy(copy, Opener(identity=SECRET), Target(folder, "x"), TERMINAL)
    if register.engine.name == "postgresql":
        address = register.engine.url.set(drivername="postgresql")
        target = Target(tmp_path / "q", database=address.render_as_string(hide_password=False))
        with pytest.raises(DatabaseTaken):
            restore_copy(copy, Opener(identity=SECRET), target, TERMINAL)


def test_a_failed_restore_empties_the_database_again(
    sqlite_register: Register, tmp_path: Path, cluster: Cluster
) -> None:
    path = _plain_copy(sqlite_register, tmp_path)
    _flip(path, 0.9)
    with cluster.database() as address:
        target = Target(tmp_path / "z", database=address)
        with pytest.raises(CopyUnreadable):
            restore_copy(path, Opener(identity=SECRET), target, TERMINAL)
        assert not target.folder.exists()
        _flip(path, 0.9)
        restore_copy(path, Opener(identity=SECRET), target, TERMINAL)


def test_a_place_that_takes_no_file_is_told(sqlite_register: Register, tmp_path: Path) -> None:
    path = _plain_copy(sqlite_register, tmp_path)
    path.unlink()
    with pytest.raises(CopyUnwritable):
        make_copy(
            sqlite_register, tmp_path / "workspace", tmp_path / "none" / "a.backup",
            Seal(recipients=(PUBLIC,)), TERMINAL,
        )  # fmt: skip


def test_the_trail_keeps_that_a_backup_was_made_and_put_back(
    register: Register, copy: Path, tmp_path: Path
) -> None:
    last = last_copy(register)
    assert last is not None
    assert datetime.now(UTC) - last < timedelta(minutes=1)
    with _restored(copy, Target(tmp_path / "x", "合言葉を新しくします")) as restored:
        with Session(restored.engine) as session:
            deeds = list(session.scalars(select(AccessEvent.deed)))
        assert deeds[-1] == "restore"
        assert last_copy(restored) is None, "the note comes after the moment that is copied"
