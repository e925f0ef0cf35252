"""The trail: every read counted, every meddling found."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, create_engine, delete, func, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from geo.errors import GeoError
from webapp.accounts.policy import PURPOSES, ROLES, viewer_of
from webapp.register.house import Register
from webapp.register.records import RECORDS, Base
from webapp.register.trail.access_event import START, AccessEvent, Event, append, link_hash
from webapp.register.trail.anchors import AnchorFile
from webapp.register.trail.pulse import Pulse
from webapp.register.trail.verify import Proof, verify_trail
from webapp.register.viewer import Precision

COUNT = 40
MORNING = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)


def chained(count: int = COUNT) -> Engine:
    """A trail of its own with some events of every kind."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    tables = [Pulse.__table__, AccessEvent.__table__]
    Base.metadata.create_all(engine, tables=tables)  # type: ignore[arg-type]
    with engine.begin() as connection:
        first = {"id": 1, "sequence": 0, "hash": START, "data_version": 0, "demo": True}
        connection.execute(insert(Pulse).values(first))
        append(connection, [_event(number) for number in range(count)])
    return engine


def _event(number: int) -> Event:
    extent = number % 7 == 0
    return Event(
        at=MORNING + timedelta(minutes=number),
        account=f"account-{number % 3}",
        role="consultant",
        deed="read",
        purpose="matching",
        record="person",
        record_id=None if extent else f"p-{number}",
        district_id="D1",
        fields=None if number % 5 == 0 else ["address", "name"],
        facts={"count": number} if extent else None,
    )


def _with_pulse(connection: Connection) -> None:
    """What a thief of the key does too: the register's own row is made to fit."""
    asked = select(AccessEvent.sequence, AccessEvent.hash)
    last = connection.execute(asked.order_by(AccessEvent.sequence.desc()).limit(1)).one()
    connection.execute(update(Pulse).values(sequence=last.sequence, hash=last.hash))


def _chain_again(connection: Connection) -> None:
    """Compute every hash afresh, as one who knows the program can."""
    before = START
    table = AccessEvent.__table__
    for row in list(connection.execute(select(table).order_by(table.c.sequence)).mappings()):
        before = link_hash(before, dict(row))
        connection.execute(
            update(table).where(table.c.sequence == row["sequence"]).values(hash=before)
        )
    _with_pulse(connection)


EDITS: dict[str, Callable[[Any], Any]] = {
    "at": lambda at: at + timedelta(microseconds=1),
    "account": lambda text: text + "x",
    "role": lambda _: "planner",
    "deed": lambda _: "refuse",
    "purpose": lambda text: text[:-1],
    "record": lambda _: None,
    "record_id": lambda text: "p-other" if text is None else None,
    "district_id": lambda _: "D2",
    "fields": lambda names: ["name"] if names is None else None,
    "facts": lambda facts: {"count": 0, "more": 1} if facts is None else None,
    "hash": lambda text: text[::-1] if text != text[::-1] else START,
}
EVENT = AccessEvent.__table__


def test_every_field_of_an_event_is_fuzzed() -> None:
    assert set(EDITS) | {"sequence"} == {column.key for column in EVENT.columns}


def test_an_untouched_trail_is_whole() -> None:
    proof = verify_trail(chained())
    assert (proof.whole, proof.events, proof.proven_to, proof.held_to) == (True, COUNT, COUNT, 0)


@settings(max_examples=120, deadline=None)
@given(st.integers(1, COUNT), st.sampled_from(sorted(EDITS)), st.booleans())
def test_any_edit_of_any_field_is_found(number: int, column: str, forged: bool) -> None:
    engine = chained()
    with engine.begin() as connection:
        found = connection.execute(select(EVENT).where(EVENT.c.sequence == number)).mappings().one()
        value = EDITS[column](found[column])
        connection.execute(update(EVENT).where(EVENT.c.sequence == number).values({column: value}))
        if forged:
            _with_pulse(connection)
    proof = verify_trail(engine)
    assert not proof.whole
    assert proof.first_at_fault == number
    assert proof.proven_to == number - 1


@settings(max_examples=40, deadline=None)
@given(st.integers(1, COUNT - 1), st.integers(1, 5), st.booleans())
def test_any_deletion_is_found(number: int, more: int, forged: bool) -> None:
    engine = chained()
    last = min(number + more - 1, COUNT - 1)
    with engine.begin() as connection:
        connection.execute(delete(EVENT).where(EVENT.c.sequence.between(number, last)))
        if forged:
            _with_pulse(connection)
    proof = verify_trail(engine)
    assert ("events_gone", number, last) in _told(proof)
    assert proof.first_at_fault == number


@settings(max_examples=40, deadline=None)
@given(st.integers(1, COUNT - 1), st.booleans())
def test_a_deletion_closed_up_is_found(number: int, forged: bool) -> None:
    engine = chained()
    with engine.begin() as connection:
        connection.execute(delete(EVENT).where(EVENT.c.sequence == number))
        for later in range(number + 1, COUNT + 1):
            connection.execute(
                update(EVENT).where(EVENT.c.sequence == later).values(sequence=later - 1)
            )
        if forged:
            _with_pulse(connection)
    assert verify_trail(engine).first_at_fault == number


@settings(max_examples=60, deadline=None)
@given(st.integers(1, COUNT), st.integers(1, COUNT), st.booleans())
def test_any_swap_is_found(one: int, other: int, with_hash: bool) -> None:
    if one == other:
        return
    engine = chained()
    with engine.begin() as connection:
        rows = {
            row["sequence"]: dict(row)
            for row in connection.execute(select(EVENT)).mappings()
            if row["sequence"] in {one, other}
        }
        connection.execute(delete(EVENT).where(EVENT.c.sequence.in_([one, other])))
        for here, there in ((one, other), (other, one)):
            own = {} if with_hash else {"hash": rows[there]["hash"]}
            connection.execute(insert(EVENT).values(rows[here] | own | {"sequence": there}))
    proof = verify_trail(engine)
    assert not proof.whole
    assert proof.first_at_fault is not None
    assert proof.first_at_fault <= max(one, other)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, COUNT), st.sampled_from([-3, 0, COUNT + 1, COUNT + 9]))
def test_an_event_put_in_is_found(model: int, place: int) -> None:
    engine = chained()
    with engine.begin() as connection:
        row = connection.execute(select(EVENT).where(EVENT.c.sequence == model)).mappings().one()
        connection.execute(insert(EVENT).values(dict(row) | {"sequence": place}))
    assert not verify_trail(engine).whole


@settings(max_examples=30, deadline=None)
@given(st.integers(1, COUNT - 1))
def test_truncation_is_found_by_the_pulse(last: int) -> None:
    engine = chained()
    with engine.begin() as connection:
        connection.execute(delete(EVENT).where(EVENT.c.sequence > last))
    proof = verify_trail(engine)
    assert _told(proof) == [("end_gone", last + 1, COUNT)]
    assert proof.proven_to == last


def test_truncation_with_a_forged_pulse_needs_an_anchor(tmp_path: Path) -> None:
    engine = chained()
    anchors = AnchorFile(tmp_path / "anchors.log", engine, clock=lambda: MORNING)
    anchors.write()
    with engine.begin() as connection:
        connection.execute(delete(EVENT).where(EVENT.c.sequence > 30))
        _with_pulse(connection)
    assert verify_trail(engine).whole, "nothing inside the register tells"
    proof = verify_trail(engine, anchors.path)
    assert _told(proof) == [("anchor_beyond", 31, COUNT)]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, COUNT), st.sampled_from(sorted(set(EDITS) - {"hash"})))
def test_a_chain_computed_afresh_needs_an_anchor(
    tmp_path_factory: pytest.TempPathFactory, number: int, column: str
) -> None:
    engine = chained()
    anchors = AnchorFile(tmp_path_factory.mktemp("a") / "anchors.log", engine)
    anchors.write()
    with engine.begin() as connection:
        found = connection.execute(select(EVENT).where(EVENT.c.sequence == number)).mappings().one()
        value = EDITS[column](found[column])
        connection.execute(update(EVENT).where(EVENT.c.sequence == number).values({column: value}))
        _chain_again(connection)
    assert verify_trail(engine).whole, "nothing inside the register tells"
    proof = verify_trail(engine, anchors.path)
    assert _told(proof) == [("anchor_differs", 1, COUNT)]
    assert proof.held_to == 0


def test_an_event_that_is_no_longer_one_is_named() -> None:
    engine = chained()
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE access_event SET at = 'never' WHERE sequence = 9")
        connection.exec_driver_sql("UPDATE access_event SET facts = '{' WHERE sequence = 11")
        connection.exec_driver_sql("UPDATE access_event SET hash = 'x' WHERE sequence = 20")
    proof = verify_trail(engine)
    assert ("event_unreadable", 9, None) in _told(proof)
    assert ("event_unreadable", 11, None) in _told(proof)
    assert proof.first_at_fault == 9


def test_without_its_row_the_end_is_not_proven() -> None:
    engine = chained()
    with engine.begin() as connection:
        connection.execute(delete(Pulse))
    assert _told(verify_trail(engine)) == [("pulse_gone", COUNT + 1, None)]


def test_many_faults_are_counted_and_the_first_named() -> None:
    engine = chained()
    with engine.begin() as connection:
        connection.execute(update(EVENT).values(account="nobody"))
    proof = verify_trail(engine)
    assert (proof.fault_count, len(proof.faults), proof.first_at_fault) == (COUNT, 20, 1)
    json.dumps(proof.document())


def _told(proof: Proof) -> list[tuple[str, int | None, int | None]]:
    return [(fault.code, fault.sequence, fault.until) for fault in proof.faults]


@pytest.fixture
def counted(register: Register) -> Iterator[Callable[[], int]]:
    """How many events there are since the last asking."""
    seen = 0

    def count() -> int:
        nonlocal seen
        with Session(register.engine) as session:
            now = session.scalar(select(func.count()).select_from(AccessEvent)) or 0
        seen, new = now, now - seen
        return new

    count()
    yield count
    assert verify_trail(register.engine).whole


def test_every_read_by_every_role_is_one_event_and_every_refusal_too(
    register: Register, counted: Callable[[], int]
) -> None:
    letters = {"household": "H", "person": "P", "district": "D"}
    reads = refusals = 0
    for role, purpose in product(ROLES, PURPOSES):
        viewer = viewer_of(role, f"a-{role}", frozenset({"D1"}))
        expected = 0
        with register.look(viewer, purpose) as look:
            for noun, record in RECORDS.items():
                may = bool(set(viewer.sight.seen(noun, purpose).values()) - {Precision.COUNT})
                shown = 0
                with suppress(GeoError):
                    shown = len(look.several(record))
                expected += shown * record.PERSONAL if may else 1
                reads, refusals = reads + shown, refusals + (not may)
                for number in "129":
                    found = 0
                    with suppress(GeoError):
                        look.one(record, letters.get(noun, "X") + number)
                        found = 1
                    expected += record.PERSONAL if found else 1
        assert counted() == expected
    assert reads > 10
    assert refusals > 100
