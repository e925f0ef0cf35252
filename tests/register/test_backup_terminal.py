"""Backups and forgetting from the terminal, as a host uses them."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.accounts.policy import at_the_terminal
from webapp.cli import main
from webapp.register.house import Register
from webapp.register.opening import NAME, open_register
from webapp.register.records import Person
from webapp.register.storage.keys import write_key_file
from webapp.register.trail.access_event import AccessEvent
from webapp.workspace.index import Index, write_index

Run = Callable[..., Result]
WORDS = "四つ葉のクローバー 7"


@pytest.fixture
def run(sqlite_register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The program beside a settled workspace, its key in a file, a folder of backups."""
    sqlite_register.close()
    write_index(tmp_path / "workspace", Index())
    (tmp_path / "workspace" / "data").mkdir(mode=0o700)
    write_key_file(tmp_path / "key", WORDS)
    for name, value in (
        ("WORKSPACE", tmp_path / "workspace"), ("KEY_FILE", tmp_path / "key"),
        ("BACKUPS", tmp_path / "away"), ("LANG", "en"),
    ):  # fmt: skip
        monkeypatch.setenv(f"WELFAREMAP_{name}", str(value))
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


def _key(run: Run, tmp_path: Path) -> str:
    made = run("backup-key", tmp_path / "secret.key")
    assert made.exit_code == 0
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    return made.stdout.strip()


def test_the_way_of_a_backup_with_an_erasure_between(run: Run, tmp_path: Path) -> None:
    public = _key(run, tmp_path)
    assert run("backup", "--recipient", public).exit_code == 0
    (copy,) = (tmp_path / "away").glob("*.backup")
    said = run("erase", "person", "P1", "--reason", "asked")
    assert (said.exit_code, "90 days" in said.stderr) == (0, True)
    words = ("restore", copy, "--workspace", tmp_path / "back", "--identity")
    back = run(*words, tmp_path / "secret.key")
    assert back.exit_code == 0, back.stderr
    assert "erased again: 1" in back.stdout
    with open_register(tmp_path / "back", WORDS) as register, Session(register.engine) as session:
        assert session.get(Person, "P1") is None
        assert session.get(Person, "P2") is not None
    taken = run(*words, tmp_path / "secret.key")
    assert (taken.exit_code, taken.stdout) == (2, "")
    assert "new or empty folder" in taken.stderr
    locked = run("restore", copy, "--workspace", tmp_path / "b", "--passphrase-file",
                 tmp_path / "key")  # fmt: skip
    assert (locked.exit_code, (tmp_path / "b").exists()) == (2, False)


def test_erasing_is_noted_beside_every_backup_within_reach(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = _key(run, tmp_path)
    monkeypatch.delenv("WELFAREMAP_BACKUPS")
    copy = tmp_path / "stick" / "c.backup"
    copy.parent.mkdir()
    assert run("backup", copy, "--recipient", public).exit_code == 0
    assert run("erase", "person", "P1", "--reason", "asked").exit_code == 0
    words = ("restore", copy, "--workspace", tmp_path / "back")
    back = run(*words, "--identity", tmp_path / "secret.key")
    assert "erased again: 1" in back.stdout, back.output
    with open_register(tmp_path / "back", WORDS) as register, Session(register.engine) as session:
        assert session.get(Person, "P1") is None


def test_a_restore_that_fails_leaves_no_key(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "c.backup"
    assert run("backup", copy, "--recipient", _key(run, tmp_path)).exit_code == 0
    run("backup-key", tmp_path / "other.key")
    monkeypatch.setenv("WELFAREMAP_KEY_FILE", str(tmp_path / "fresh" / "key"))
    words = ("restore", copy, "--workspace", tmp_path / "back", "--identity")
    assert run(*words, tmp_path / "other.key").exit_code == 2
    assert not (tmp_path / "fresh" / "key").exists()
    assert run(*words, tmp_path / "secret.key").exit_code == 0
    assert (tmp_path / "fresh" / "key").exists()


def test_what_is_due_is_shown_before_it_goes(run: Run, tmp_path: Path) -> None:
    with open_register(tmp_path / "workspace", WORDS) as register:
        with register.change(at_the_terminal(), "visit") as change:
            change.get(Person, "P1").status = "deceased"
        with register.engine.begin() as connection:
            then = datetime.now(UTC) - timedelta(days=366 * 5)
            connection.execute(update(Person).where(Person.id == "P1").values(changed_at=then))
    dry = run("retain", "--dry-run")
    assert "person: 1. Five years since" in dry.stdout
    assert "P1" in dry.stderr
    assert json.loads(run("retain", "--json").stdout)["due"][0]["id"] == "P1"
    assert run("retain").stdout == "Nothing is due.\n"


def _doctor(run: Run) -> tuple[int, dict[str, dict[str, object]]]:
    told = run("doctor", "--json")
    return told.exit_code, {
        str(one["what"]).split(":")[0]: one for one in json.loads(told.stdout)["findings"]
    }


def test_the_doctor_wants_a_backup_every_week(run: Run, tmp_path: Path) -> None:
    exit_code, seen = _doctor(run)
    assert exit_code == 1
    assert not seen["No backup was ever made"]["fine"]
    assert run("backup", "--recipient", _key(run, tmp_path)).exit_code == 0
    exit_code, seen = _doctor(run)
    assert exit_code == 0, [one for one in seen.values() if not one["fine"]]
    assert not seen["Days since the last backup"]["doubtful"]


@pytest.mark.parametrize(("days", "fine"), [(8, True), (31, False)])
def test_the_doctor_counts_the_days(run: Run, tmp_path: Path, days: int, fine: bool) -> None:
    with open_register(tmp_path / "workspace", WORDS) as register:
        with register.change(at_the_terminal(), "administration") as change:
            change.note("backup", rows=0)
        with register.engine.begin() as connection:
            then = datetime.now(UTC) - timedelta(days=days)
            made = update(AccessEvent).where(AccessEvent.deed == "backup").values(at=then)
            connection.execute(made)
    exit_code, seen = _doctor(run)
    found = seen["Days since the last backup"]
    assert (found["fine"], found["doubtful"]) == (fine, True)
    assert exit_code == 1, "and the altered trail is seen"
    assert any("altered the trail" in what for what in seen)


def test_the_doctor_sees_a_damaged_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "workspace" / NAME
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))
    told = run("doctor")
    assert told.exit_code == 1
    assert "WRONG" in told.stdout
    assert "Traceback" not in told.output
