"""A disk that is full or takes no writes: told as that, nothing half-written, and on it goes."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import func, select

from tests.register.conftest import PASSPHRASE
from webapp.accounts.policy import at_the_terminal
from webapp.faults import StorageFull, StorageReadOnly
from webapp.register.house import Register
from webapp.register.opening import NAME, open_register
from webapp.register.records import Household
from webapp.register.trail.verify import verify_trail

_READ_ONLY: Final = 1
_ALTER: Final = 32
"""MS_RDONLY and MS_REMOUNT of mount(2)."""


class Disk:
    """A small disk of its own in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._libc = ctypes.CDLL(None, use_errno=True)

    def mount(self, size: str, flags: int = 0) -> None:
        """Put the disk at its folder; PermissionError where only root may."""
        options = f"size={size},mode=0700".encode()
        if self._libc.mount(b"none", os.fsencode(self.folder), b"tmpfs", flags, options):
            raise PermissionError(ctypes.get_errno())

    def unmount(self) -> None:
        """Take the disk away, whoever still has a file open."""
        self._libc.umount2(os.fsencode(self.folder), 2)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk of 2 MiB, or a skip where the machine lets nobody mount one."""
    made = Disk(tmp_path / "disk")
    made.folder.mkdir()
    try:
        made.mount("2m")
    except (PermissionError, AttributeError):
        pytest.skip("this account may not mount a small disk")
    yield made
    made.unmount()


@pytest.fixture
def small(disk: Disk, settled_file: Path) -> Path:
    """A register on the small disk."""
    shutil.copy2(settled_file, disk.folder / NAME)
    return disk.folder


def _fill(register: Register) -> None:
    """Write until the disk is full, twenty households at once."""
    while True:
        with register.change(at_the_terminal(), "administration") as change:
            for _ in range(20):
                change.add(Household, district_id="D1", address="守恒町" * 100)


def _households(register: Register) -> int:
    with register.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(Household)).scalar_one()


def _require_whole(register: Register) -> None:
    with register.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        assert connection.exec_driver_sql("PRAGMA cipher_integrity_check").all() == []
    assert verify_trail(register.engine).faults == []


def test_a_full_disk_is_told_and_changes_nothing_by_half(disk: Disk, small: Path) -> None:
    with open_register(small, PASSPHRASE) as register:
        with pytest.raises(StorageFull):
            _fill(register)
        full = _households(register)
        assert full > 2
        assert full % 20 == 2, "a change of twenty is there whole or not at all"
        with pytest.raises(StorageFull):
            _fill(register)
        disk.mount("16m", _ALTER)
        with register.change(at_the_terminal(), "administration") as change:
            change.add(Household, id="H9", district_id="D1")
        _require_whole(register)
        assert _households(register) % 20 == 3


def test_a_register_closed_on_a_full_disk_opens_again(disk: Disk, small: Path) -> None:
    with open_register(small, PASSPHRASE) as register:
        with pytest.raises(StorageFull):
            _fill(register)
        full = _households(register)
    disk.mount("16m", _ALTER)
    with open_register(small, PASSPHRASE) as register:
        assert _households(register) == full
        _require_whole(register)


def test_a_limit_on_the_file_is_told_as_a_full_disk(sqlite_register: Register) -> None:
    """The same without a disk of one's own: SQLite itself refuses to grow."""
    with sqlite_register.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
    with pytest.raises(StorageFull):
        _fill(sqlite_register)
    assert _households(sqlite_register) % 20 == 2
    with sqlite_register.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    with sqlite_register.change(at_the_terminal(), "administration") as change:
        change.add(Household, id="H9", district_id="D1")
    _require_whole(sqlite_register)


def test_a_disk_that_turns_read_only_is_told_and_changes_nothing(disk: Disk, small: Path) -> None:
    with open_register(small, PASSPHRASE) as register:
        register.version()
    disk.mount("2m", _ALTER | _READ_ONLY)
    before = (small / NAME).read_bytes()
    with pytest.raises(StorageReadOnly):
        _write_one(small)
    assert (small / NAME).read_bytes() == before
    disk.mount("2m", _ALTER)
    _write_one(small)
    with open_register(small, PASSPHRASE) as register:
        _require_whole(register)
        assert _households(register) == 3


def _write_one(folder: Path) -> None:
    with (
        open_register(folder, PASSPHRASE) as register,
        register.change(at_the_terminal(), "administration") as change,
    ):
        change.add(Household, id="H9", district_id="D1")


def test_a_query_that_may_not_write_is_told_as_read_only(sqlite_register: Register) -> None:
    """The same without a disk of one's own: the connection itself takes no writes."""
    sqlite_register.engine.dispose()
    with sqlite_register.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    with (
        pytest.raises(StorageReadOnly),
        sqlite_register.change(at_the_terminal(), "administration") as change,
    ):
        change.add(Household, id="H9", district_id="D1")
    with sqlite_register.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = OFF")
    assert _households(sqlite_register) == 2
