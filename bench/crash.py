"""A program that writes is killed again and again: what it was told is saved must be there."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.children import child
from webapp.accounts.policy import at_the_terminal
from webapp.register.house import Register
from webapp.register.opening import make_register, open_register
from webapp.register.records import District, Household
from webapp.register.trail.access_event import AccessEvent
from webapp.register.trail.history import History
from webapp.register.trail.verify import verify_trail

PASSPHRASE: Final = "朝顔 蛍 風鈴 打ち水 夕立"  # noqa: S105 - of a register made up here
_KILLS: Final = 100
_LONGEST: Final = 0.4
"""Seconds that a writer lives after its first acknowledged change."""


_CHECKS: Final = {
    "integrity_check": [("ok",)],
    "cipher_integrity_check": [],
    "foreign_key_check": [],
}
"""What SQLite and SQLCipher say of a sound register."""


@dataclass
class Crash:
    """What a kill left."""

    acknowledged: list[str]
    lost: set[str] = field(default_factory=set)
    unsound: list[str] = field(default_factory=list)
    """What the checks of SQLite, SQLCipher and the trail say."""


def write_without_end(pipe: Connection, folder: Path) -> None:
    """Add households for ever; tell each one's id once it is saved."""
    with open_register(folder, PASSPHRASE) as register:
        while True:
            with register.change(at_the_terminal(), "administration", "load") as change:
                made = change.add(Household, district_id="D1", address="守恒町" * 20)
            pipe.send(made.id)


def crash(folder: Path, moment: float) -> Crash:
    """Kill a writer ``moment`` seconds after its first change was saved; look at what is there."""
    acknowledged: list[str] = []
    with child(write_without_end, folder) as (process, pipe):
        acknowledged.append(pipe.recv())
        until = time.monotonic() + moment
        while (left := until - time.monotonic()) > 0:
            if pipe.poll(left):
                acknowledged.append(pipe.recv())
        process.kill()
        process.join()
        acknowledged += _said_before_the_end(pipe)
    found = Crash(acknowledged)
    with open_register(folder, PASSPHRASE) as register:
        _look(register, found)
    return found


def _said_before_the_end(pipe: Connection) -> list[str]:
    said: list[str] = []
    try:
        while pipe.poll():
            said.append(pipe.recv())
    except EOFError:
        pass
    return said


def _look(register: Register, found: Crash) -> None:
    with register.engine.connect() as connection:
        checks = {
            "integrity_check": [("ok",)],
            "cipher_integrity_check": [],
            "foreign_key_check": [],
        }
        for check, sound in checks.items():
            said = [tuple(row) for row in connection.exec_driver_sql(f"PRAGMA {check}")]
            found.unsound += [] if said == sound else [f"{check}: {said}"]
    proof = verify_trail(register.engine)
    found.unsound += [str(fault) for fault in proof.faults]
    with Session(register.engine) as session:
        there = set(session.scalars(select(Household.id)))
        traced = set(
            session.scalars(select(AccessEvent.record_id).where(AccessEvent.deed == "add"))
        )
        kept = set(session.scalars(select(History.record_id)))
        found.lost = set(found.acknowledged) - (there & traced & kept)
        if there ^ (kept & there) or there - traced:
            found.unsound.append("a household without its version or its event")
        if session.scalar(select(func.count()).select_from(Household)) != len(there):
            found.unsound.append("a household twice")


def main(kills: int = _KILLS) -> None:
    """Kill a writer ``kills`` times over one register; print what was lost."""
    chance = random.Random(7)  # noqa: S311 - moments, no secrets
    acknowledged = lost = unsound = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_place(folder)
        for _ in range(kills):
            found = crash(folder, chance.uniform(0, _LONGEST))
            acknowledged += len(found.acknowledged)
            lost += len(found.lost)
            unsound += bool(found.unsound)
    print(f"kill -9 while writing: {kills} kills, {acknowledged} acknowledged changes")
    print(f"lost: {lost}; registers with a fault afterwards: {unsound}")


def make_place(folder: Path) -> None:
    """A register with one district."""
    with (
        make_register(folder, PASSPHRASE) as register,
        register.change(at_the_terminal(), "administration") as change,
    ):
        change.add(District, id="D1", name="第1校区")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
