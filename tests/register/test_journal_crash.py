"""Devices write through two processes that are killed: no stroke is lost, none is there twice."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, date, datetime
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.board.drawn import house
from tests.children import child
from tests.register.conftest import PASSPHRASE
from webapp.accounts.policy import viewer_of
from webapp.board.stroke import read_stroke
from webapp.board.table import Table
from webapp.board.workshops import Wanted, open_workshop, plan_workshop
from webapp.register.house import Register
from webapp.register.opening import open_register
from webapp.register.records.journal_entry import JournalEntry

KILLS = (0.1, 0.4)
"""Seconds that the writers live after their first strokes."""


def draw_without_end(pipe: Connection, place: tuple[Path, str], workshop: str, name: str) -> None:
    """Three devices draw houses for ever; each stroke is told when sent and when saved."""
    folder, address = place
    telling = threading.Lock()

    def tell(*words: object) -> None:
        with telling:
            pipe.send(words)

    def draw(seat: str, table: Table) -> None:
        for number in count():
            stroke = f"{seat}-{number:05d}"
            tell(stroke, None)
            told = {"stroke": stroke, "deeds": [house(f"h-{stroke}")]}
            tell(stroke, table.write(read_stroke(told), seat, seat))

    with open_register(folder, "" if address else PASSPHRASE, database=address) as register:
        table = Table(register, workshop)
        hands = [
            threading.Thread(target=draw, args=(f"{name}-{at}", table), daemon=True)
            for at in range(3)
        ]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()


def watch(pipes: list[Connection], seconds: float) -> list[tuple[str, int | None]]:
    """What the writers tell until both have saved something and some time went by."""
    told: list[tuple[str, int | None]] = []
    for pipe in pipes:
        while not any(number for _, number in told[-1:]):
            told.append(pipe.recv())
        told.append(("", None))
    stop = threading.Event()
    threading.Timer(seconds, stop.set).start()
    while not stop.is_set():
        told += [pipe.recv() for pipe in pipes if pipe.poll(0.01)]
    return [one for one in told if one[0]]


def drain(pipe: Connection) -> list[tuple[str, int | None]]:
    """What was told before the end; the last word may be cut off."""
    told: list[tuple[str, int | None]] = []
    try:
        while pipe.poll():
            told.append(pipe.recv())
    except (EOFError, OSError):
        pass
    return told


def journal(register: Register, workshop: str) -> list[tuple[str, int]]:
    """Stroke and number of every entry."""
    asked = select(JournalEntry.stroke, JournalEntry.number).where(
        JournalEntry.workshop_id == workshop
    )
    with register.engine.connect() as connection:
        return [(row.stroke, row.number) for row in connection.execute(asked)]


@pytest.mark.parametrize("register", ["sqlite", "postgres"], indirect=True)
def test_killed_writers_lose_nothing_acknowledged_and_double_nothing(
    register: Register, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    postgres = register.engine.dialect.name == "postgresql"
    address = request.getfixturevalue("settled_database") if postgres else ""
    place = (tmp_path / "workspace", address)
    leader = viewer_of("facilitator", "a-1", frozenset({"D1"}))
    wanted = Wanted("D1", "三丁目", date(2026, 11, 26), basis="empty")
    workshop = plan_workshop(register, leader, wanted, "abcd-efgh")
    open_workshop(register, leader, workshop, 1, datetime.now(UTC))
    told: list[tuple[str, int | None]] = []
    for turn, seconds in enumerate(KILLS):
        with ExitStack() as both:
            writers = [
                both.enter_context(child(draw_without_end, place, workshop, f"{name}{turn}"))
                for name in ("north", "south")
            ]
            told += watch([pipe for _, pipe in writers], seconds)
            for process, pipe in writers:
                process.kill()
                process.join()
                told += drain(pipe)
    saved = {stroke: number for stroke, number in told if number is not None}
    written = journal(register, workshop)
    assert len({stroke[:5] for stroke in saved}) == 2
    assert saved.items() <= dict(written).items()
    assert sorted(number for _, number in written) == list(range(1, len(written) + 1))
    table = Table(register, workshop)
    unsaved = {stroke for stroke, _ in told} - saved.keys()
    for stroke in unsaved | set(sorted(saved)[-20:]):
        again = {"stroke": stroke, "deeds": [house(f"h-{stroke}")]}
        number = table.write(read_stroke(again), "again", "again")
        assert saved.get(stroke, number) == number
    after = journal(register, workshop)
    assert max(Counter(stroke for stroke, _ in after).values()) == 1
    assert {one.id for one in table.board().shown()} == {f"h-{stroke}" for stroke, _ in after}
    if not postgres:
        with register.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
