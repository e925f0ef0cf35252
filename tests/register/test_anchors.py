"""Anchors: when they are written, that they can be said aloud, that a line taken out shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.register.conftest import PASSPHRASE
from tests.register.test_trail import chained
from webapp.register.house import Register
from webapp.register.opening import make_register
from webapp.register.records import Person
from webapp.register.trail.access_event import AccessEvent
from webapp.register.trail.anchors import Anchor, AnchorFile, read_anchors
from webapp.register.trail.verify import verify_trail
from webapp.register.viewer import Viewer

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def _sequences(path: Path) -> list[int]:
    lines = read_anchors(path)
    return [] if lines is None else [anchor.sequence for anchor in lines.anchors]


def _read(register: Register, viewer: Viewer, times: int) -> None:
    for _ in range(times):
        with register.look(viewer, "matching") as look:
            look.one(Person, "P1")


def test_the_first_event_of_a_day_and_every_tenth_are_anchored(
    register: Register, consultant: Viewer, tmp_path: Path
) -> None:
    clock = Clock()
    path = tmp_path / "elsewhere" / "anchors.log"
    anchors = AnchorFile(path, register.engine, every=10, clock=clock)
    register.anchors = anchors
    begun = _end(register)
    counts = []
    for _ in range(3):
        _read(register, consultant, 1)
        anchors.wait()
        counts.append(_sequences(path))
    assert counts == [[begun + 1]] * 3
    _read(register, consultant, 8)
    anchors.wait()
    assert _sequences(path) == [begun + 1, begun + 11]
    clock.now += timedelta(days=1)
    _read(register, consultant, 1)
    anchors.wait()
    assert _sequences(path) == [begun + 1, begun + 11, begun + 12]
    _read(register, consultant, 2)
    register.close()
    assert _sequences(path) == [begun + 1, begun + 11, begun + 12, begun + 14]
    proof = verify_trail(register.engine, path)
    assert (proof.whole, proof.anchors, proof.held_to) == (True, 4, begun + 14)


def _end(register: Register) -> int:
    with Session(register.engine) as session:
        return len(session.scalars(select(AccessEvent)).all())


def test_a_disk_that_is_gone_stops_no_reading(register: Register, consultant: Viewer) -> None:
    register.anchors = AnchorFile(Path("/proc/none/anchors.log"), register.engine)
    _read(register, consultant, 1)
    register.anchors.wait()
    assert register.anchors.trouble is not None
    assert register.anchor() is None


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """Five anchors of one trail that grows."""
    path = tmp_path / "anchors.log"
    for count in range(8, 41, 8):
        AnchorFile(path, chained(count), clock=Clock()).write()
    assert _sequences(path) == [8, 16, 24, 32, 40]
    return path


def test_an_anchor_twice_is_one_line(lines: Path) -> None:
    AnchorFile(lines, chained(40)).write()
    assert len(lines.read_text().splitlines()) == 5


@pytest.mark.parametrize("line", range(4))
def test_a_line_taken_out_is_said(lines: Path, line: int) -> None:
    kept = lines.read_text().splitlines(keepends=True)
    lines.write_text("".join(kept[:line] + kept[line + 1 :]))
    proof = verify_trail(chained(40), lines)
    assert [(f.code, f.until) for f in proof.faults] == [("anchor_lines", line + 1)]
    assert proof.proven_to == 40


@pytest.mark.parametrize("line", range(5))
@pytest.mark.parametrize("word", range(4))
def test_a_line_altered_is_said(lines: Path, line: int, word: int) -> None:
    kept = [text.split() for text in lines.read_text().splitlines()]
    kept[line][word] = {0: "7", 1: "ab" * 32, 2: "2026-11-01T00:00:00+00:00", 3: "0" * 16}[word]
    lines.write_text("".join(" ".join(words) + "\n" for words in kept))
    assert "anchor_lines" in {f.code for f in verify_trail(chained(40), lines).faults}


def test_lines_taken_off_the_end_are_said_where_they_are_missed(lines: Path) -> None:
    proof = verify_trail(chained(1100), lines)
    assert [f.code for f in proof.faults] == ["anchors_behind"]
    lines.unlink()
    assert [f.code for f in verify_trail(chained(1100), lines).faults] == ["anchors_missing"]


def test_a_new_register_begins_new_anchors(tmp_path: Path) -> None:
    (tmp_path / "anchors.log").write_text("1 ab 2026-11-01 x\n")
    with make_register(tmp_path, PASSPHRASE) as made:
        assert verify_trail(made.engine, tmp_path / "anchors.log").whole


def test_the_short_form_tells_ends_apart() -> None:
    spoken = {Anchor(1, f"{number:064x}", NOON).spoken() for number in range(0, 5000, 7)}
    assert len(spoken) == len(range(0, 5000, 7))
    assert all(len(text.split()) == 10 for text in spoken)
