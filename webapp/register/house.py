"""The register itself: opened with its key, asked by looks, altered by changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import sessionmaker

from webapp.layerstore import Layers
from webapp.register.change import Change
from webapp.register.layers import RegisterLayers
from webapp.register.look import Look
from webapp.register.storage.engine import IMMEDIATE
from webapp.register.storage.telling import told_faults
from webapp.register.trail.access_event import Event, append
from webapp.register.trail.anchors import Anchor, AnchorFile
from webapp.register.trail.pulse import data_version
from webapp.register.viewer import Viewer


class Register:
    """The records of one place, on whichever engine."""

    def __init__(self, engine: Engine, anchors: AnchorFile | None = None) -> None:
        self.engine = engine
        self.anchors = anchors
        """Where the ends of the trail are held fast, outside the register."""
        self._writer = engine.execution_options(**IMMEDIATE)
        self._reading = sessionmaker(engine, expire_on_commit=False)
        self._writing = sessionmaker(self._writer, expire_on_commit=False)
        self._queue = _Queue()
        self._reads = threading.local()
        self.drawn = RegisterLayers(self)
        """The layers in memory."""

    def layers(
        self, viewer: Viewer, district: str | None = None, *, purpose: str = "matching"
    ) -> Layers:
        """The layers as precisely as ``viewer`` may see them, of one district or of all.

        Raises
        ------
        NotFound
            The district does not exist or is none of the viewer's business.
        """
        return self.drawn.layers(viewer, purpose, district)

    @contextmanager
    def look(self, viewer: Viewer, purpose: str) -> Generator[Look]:
        """Read what ``viewer`` may see; what was read, and refused, is in the trail at the end."""
        look: Look | None = None
        try:
            with self._reading() as session:
                look = Look(session, viewer, purpose)
                yield look
        finally:
            if look is not None:
                self.keep(look.events)

    @contextmanager
    def change(
        self, viewer: Viewer, purpose: str, reason: str = "", *, intake_id: str | None = None
    ) -> Generator[Change]:
        """Alter records, all or none; a refusal is in the trail although nothing else is.

        Raises
        ------
        StorageFull, StorageReadOnly, StorageBusy
            The disk takes nothing; nothing was changed.
        """
        change: Change | None = None
        try:
            with told_faults(), self._writing.begin() as session:
                change = Change(session, viewer, purpose, reason, intake_id)
                yield change
                change.finish()
            self._notice(change.deed_count)
        except BaseException:
            if change is not None and change.refusals:
                with suppress(Exception):
                    self.keep(change.refusals)
            raise

    @contextmanager
    def write(self) -> Generator[Connection]:
        """A transaction that writes what is no record, such as a journal; whole or not at all.

        Raises
        ------
        StorageFull, StorageReadOnly, StorageBusy
        """
        with told_faults(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def together(self) -> Generator[None]:
        """What is read within, by this thread, goes into the trail at its end, all at once.

        Whoever shows what was read shows it after that end.
        """
        if getattr(self._reads, "events", None) is not None:
            yield
            return
        self._reads.events = []
        try:
            yield
        finally:
            events, self._reads.events = self._reads.events, None
            self.keep(events)

    def keep(self, events: list[Event]) -> None:
        """Put events into the trail; those of several threads at once in one transaction."""
        waiting: list[Event] | None = getattr(self._reads, "events", None)
        if waiting is not None:
            waiting += events
        elif events:
            self._queue.pass_on(events, self._append)
            self._notice(len(events))

    def _append(self, events: list[Event]) -> None:
        with told_faults(), self._writer.begin() as connection:
            append(connection, events)

    def _notice(self, count: int) -> None:
        if self.anchors is not None and count:
            self.anchors.notice(count)

    def anchor(self) -> Anchor | None:
        """Hold the end of the trail fast now, as at the start of a server or for a backup."""
        return None if self.anchors is None else self.anchors.write()

    def version(self) -> int:
        """The version of the layers now, whichever process changed them."""
        with self.engine.connect() as connection:
            return data_version(connection)

    def close(self) -> None:
        """Hold the end of the trail fast and let go of every connection."""
        if self.anchors is not None:
            self.anchors.finish()
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Queue:
    """Threads that come together leave together: the first through the door takes all."""

    def __init__(self) -> None:
        self._door = threading.Lock()
        self._lock = threading.Lock()
        self._waiting: list[_Batch] = []

    def pass_on(self, events: list[Event], write: Callable[[list[Event]], None]) -> None:
        mine = _Batch(events)
        with self._lock:
            self._waiting.append(mine)
        with self._door:
            if not mine.done:
                self._write_waiting(write)
        if mine.fault is not None:
            raise mine.fault

    def _write_waiting(self, write: Callable[[list[Event]], None]) -> None:
        with self._lock:
            batches, self._waiting = self._waiting, []
        fault: BaseException | None = None
        try:
            write([event for batch in batches for event in batch.events])
        except BaseException as caught:  # noqa: BLE001 - handed to every thread that waits
            fault = caught
        for batch in batches:
            batch.done, batch.fault = True, fault


@dataclass
class _Batch:
    events: list[Event]
    done: bool = False
    fault: BaseException | None = None
