"""Engines: what is asked of SQLite and PostgreSQL, and that nobody reads the file itself."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from sqlcipher3 import dbapi2

from tests.register.conftest import PASSPHRASE
from webapp.accounts.policy import at_the_terminal
from webapp.faults import DatabaseAway, RegisterMissing, SqliteUnsafe
from webapp.register.house import Register
from webapp.register.opening import NAME, open_register
from webapp.register.records import Household, Person
from webapp.register.storage.cipher import require_safe_sqlite
from webapp.register.storage.engine import open_postgres
from webapp.register.trail.verify import verify_trail

CANARY = "金糸雀"
"""Part of every name, address and telephone number that must lie nowhere in clear."""


def test_a_live_connection_keeps_what_it_acknowledges(sqlite_register: Register) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "temp_store": 2,
        "secure_delete": 1,
        "busy_timeout": 20000,
    }
    for _ in range(2):
        with sqlite_register.engine.connect() as connection:
            for pragma, value in wanted.items():
                assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value
            status = connection.exec_driver_sql("PRAGMA cipher_status").scalar_one()
            assert str(status) == "1"
        sqlite_register.engine.dispose()


def test_postgres_keeps_what_it_acknowledges(settled_database: str, tmp_path: Path) -> None:
    with (
        open_register(tmp_path, database=settled_database) as register,
        register.engine.connect() as connection,
    ):
        assert connection.scalar(text("SHOW synchronous_commit")) == "on"
        assert connection.scalar(text("SHOW lock_timeout")) == "20s"


def test_the_linked_sqlite_is_outside_the_range_that_loses_work() -> None:
    assert tuple(int(part) for part in dbapi2.sqlite_version.split(".")) > (3, 51, 2)
    for version in ("3.7.0", "3.44.0", "3.51.2"):
        with pytest.raises(SqliteUnsafe, match=version):
            require_safe_sqlite(version)


def test_an_unsafe_sqlite_opens_nothing(
    sqlite_register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_register.close()
    monkeypatch.setattr(require_safe_sqlite, "__defaults__", ("3.46.1",))
    with pytest.raises(SqliteUnsafe):
        open_register(tmp_path / "workspace", PASSPHRASE)


def test_a_database_that_is_away_is_told_without_its_password(tmp_path: Path) -> None:
    address = f"postgresql://clerk:geheim@/town?unix_sock={tmp_path}/none"
    with pytest.raises(DatabaseAway) as fault:
        open_postgres(address)
    assert "town" in str(fault.value)
    assert "geheim" not in str(fault.value)


def test_where_no_register_stands_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(RegisterMissing):
        open_register(tmp_path, PASSPHRASE)
    assert list(tmp_path.iterdir()) == []


def test_threads_that_write_at_once_all_get_their_turn(register: Register) -> None:
    def write(thread: int) -> None:
        try:
            for number in range(6):
                with register.change(at_the_terminal(), "administration") as change:
                    change.add(Household, id=f"T{thread}-{number}", district_id="D1")
                with register.look(at_the_terminal(), "administration") as look:
                    look.one(Household, "H1")
        except Exception as fault:  # noqa: BLE001 - shown below
            faults.append(fault)

    faults: list[Exception] = []
    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with Session(register.engine) as session:
        assert len(session.scalars(select(Household)).all()) == 2 + 36
    assert verify_trail(register.engine).faults == []


def test_no_name_lies_in_clear_in_any_file(
    sqlite_register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    for name in ("TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(temporary))
    with sqlite_register.change(at_the_terminal(), "administration") as change:
        for number in range(5000):
            change.add(
                Person, id=f"C{number}", household_id="H1", district_id="D1",
                name=f"{CANARY}太郎{number}", phone=f"canary-{number}",
            )  # fmt: skip
    with sqlite_register.engine.connect() as connection:
        ordered = select(Person.name).order_by(Person.phone.desc(), Person.name)
        assert len(connection.execute(ordered).all()) == 5002
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {NAME, f"{NAME}-wal", f"{NAME}-shm"} <= {path.name for path in files}
    for file in files:
        _require_unreadable(file.read_bytes())
    sqlite_register.close()
    _require_unreadable((tmp_path / "workspace" / NAME).read_bytes())


def _require_unreadable(content: bytes) -> None:
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp932", "euc-jp"):
        assert CANARY.encode(encoding) not in content
    for word in (b"canary-", b"SQLite format 3", b"household", PASSPHRASE.encode()):
        assert word not in content
