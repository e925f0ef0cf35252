"""Anchors: ends of the chain, written outside the register, where its key cannot reach.

One line each: number of the event, its hash, when, and a link over the line before, so
that a line taken out shows. Best kept on another disk, printed, or read over the phone.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final, TextIO

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from webapp.register.trail.pulse import Pulse
from webapp.settings import Settings

EVERY: Final = 500
"""Events after which an anchor is due."""

NAME: Final = "anchors.log"
"""The file in the workspace, where no other is named."""

SPOKEN: Final = 30
"""Digits of the short form: about 100 bits, read in ten groups of three."""

_LINK: Final = 16
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class Anchor:
    """An end of the chain as it stood at some time."""

    sequence: int
    hash: str
    at: datetime

    def spoken(self) -> str:
        """The hash as groups of digits that can be read over the phone.

        >>> Anchor(7, "0" * 63 + "1", datetime.now(UTC)).spoken()[:15]
        '000 000 000 000'
        """
        digits = str(int(self.hash, 16) % 10**SPOKEN).zfill(SPOKEN)
        return " ".join(digits[place : place + 3] for place in range(0, SPOKEN, 3))


@dataclass(frozen=True)
class AnchorLines:
    """What stands in a file of anchors. ``faulty``: numbers of lines somebody changed."""

    anchors: list[Anchor]
    faulty: list[int]
    link: str


def chain_end(engine: Engine, clock: Callable[[], datetime]) -> Anchor:
    """The end of the chain now, as the register's own row says it."""
    with engine.connect() as connection:
        end = connection.execute(select(Pulse.sequence, Pulse.hash)).one()
    return Anchor(end.sequence, end.hash, clock())


def read_anchors(path: Path) -> AnchorLines | None:
    """The anchors of a file, oldest first; None = there is no such file.

    A line whose link does not follow from the line before is faulty: it was changed, or
    a line before it was taken out.
    """
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
    anchors: list[Anchor] = []
    faulty: list[int] = []
    before = ""
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        anchor = _read_line(words)
        if anchor is None or words[3] != _link(before, words[:3]):
            faulty.append(number)
        if anchor is not None:
            anchors.append(anchor)
        before = words[3] if len(words) == 4 else ""
    return AnchorLines(anchors, faulty, before)


def _read_line(words: list[str]) -> Anchor | None:
    try:
        sequence, digest, at, _link_there = words
        int(digest, 16)
        return Anchor(int(sequence), digest, datetime.fromisoformat(at))
    except ValueError:
        return None


def _link(before: str, words: list[str]) -> str:
    return hashlib.sha256(" ".join([before, *words]).encode()).hexdigest()[:_LINK]


def anchors_path(folder: Path) -> Path:
    """Where the anchors of the register in ``folder`` go: the setting's, else beside it."""
    named = Settings.read().anchors
    return Path(named).expanduser() if named else folder / NAME


def set_aside(path: Path) -> None:
    """Keep the anchors of a register that stood here before under another name."""
    if path.exists():
        path.replace(path.with_name(f"{path.name}.{datetime.now(UTC):%Y%m%d%H%M%S%f}"))


class AnchorFile:
    """The file that anchors of one register go to; a missing disk never stops the work."""

    def __init__(
        self,
        path: Path,
        engine: Engine,
        *,
        every: int = EVERY,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.path = path
        self.trouble: str | None = None
        """Why the last anchor could not be written; None = it was."""
        self._engine = engine
        self._every = every
        self._clock = clock
        self._since = 0
        self._day: date | None = None
        self._lock = threading.Lock()
        self._running: threading.Thread | None = None

    def notice(self, count: int) -> None:
        """Take note of events that were committed; an anchor that is due is written aside."""
        today = self._clock().date()
        with self._lock:
            self._since += count
            if self._since < self._every and self._day == today:
                return
            self._since, self._day = 0, today
            before = self._running
            self._running = threading.Thread(target=self._follow, args=(before,), daemon=True)
            self._running.start()

    def _follow(self, before: threading.Thread | None) -> None:
        if before is not None:
            before.join()
        self.write()

    def wait(self) -> None:
        """Until what is being written aside is written."""
        running = self._running
        if running is not None:
            running.join()

    def finish(self) -> None:
        """At the end of a server or a command: hold fast what it did."""
        self.wait()
        if self._since:
            self._since = 0
            self.write()

    def write(self) -> Anchor | None:
        """Write the end of the chain, unless it stands there already; None = could not."""
        try:
            anchor = chain_end(self._engine, self._clock)
            if anchor.sequence:
                self._append(anchor)
        except (OSError, SQLAlchemyError) as error:
            self.trouble = type(error).__name__
            _LOG.warning("no anchor was written to %s: %s", self.path.name, self.trouble)
            return None
        self.trouble = None
        return anchor

    def _append(self, anchor: Anchor) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as file:
            lines = read_anchors(self.path)
            known = lines.anchors[-1] if lines and lines.anchors else None
            if known is not None and known.sequence >= anchor.sequence:
                return
            words = [str(anchor.sequence), anchor.hash, anchor.at.isoformat(timespec="seconds")]
            link = _link(lines.link if lines else "", words)
            file.write(" ".join([*words, link]) + "\n")
            file.flush()
            os.fsync(file.fileno())

    @contextlib.contextmanager
    def _open(self) -> Generator[TextIO]:
        """The file, for appending, while no other process appends."""
        own = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(own, "a", encoding="utf-8", newline="\n") as file, _held(file):
            yield file


@contextlib.contextmanager
def _held(file: TextIO) -> Generator[None]:
    try:
        import fcntl
    except ImportError:
        yield
        return
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)
