"""Studies that take longer than a page: run beside, watched, called off.

A job lives in this process and is not kept. One that ends with the server is asked for again
by the address it was asked by: nothing it does is worth more than its question.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from geo.errors import GeoError, NotFound
from webapp.faults import TooManyJobs
from webapp.register.records.base import new_id

State = Literal["waiting", "running", "done", "cancelled", "failed"]

KEPT: Final = 40
"""Ended jobs that can still be looked at."""

MOST: Final = 4
"""Jobs of one account that may wait or run at once."""


@dataclass
class Job:
    """One study under way. What it found so far is as good as it says in ``progress``."""

    kind: str
    owner: str
    address: str
    """Of the page that asked, to ask again."""
    id: str = field(default_factory=lambda: new_id("job"))
    state: State = "waiting"
    progress: dict[str, Any] = field(default_factory=dict)
    found: Any = None
    """The best answer so far, the answer at the end."""
    fault: GeoError | None = None
    began: float = field(default_factory=time.monotonic)
    ended: float | None = None
    _off: threading.Event = field(default_factory=threading.Event, repr=False)

    def tell(self, found: Any = None, **progress: Any) -> bool:  # noqa: ANN401
        """Say how far it is; False where it was called off and should end with what it has."""
        if found is not None:
            self.found = found
        self.progress = {**self.progress, **progress}
        return not self._off.is_set()

    def call_off(self) -> None:
        """Ask it to end."""
        self._off.set()

    @property
    def called_off(self) -> bool:
        """Whether it was asked to end."""
        return self._off.is_set()

    @property
    def over(self) -> bool:
        """Whether it has ended, one way or the other."""
        return self.state in {"done", "cancelled", "failed"}

    @property
    def seconds(self) -> float:
        """How long it has taken so far, or took."""
        return (self.ended or time.monotonic()) - self.began


class Jobs:
    """The jobs of one server: as many at once as threads, the rest in their order."""

    def __init__(self, threads: int = 1) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="study")
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._prepared: set[Callable[[], object]] = set()

    def start(self, kind: str, owner: str, address: str, work: Callable[[Job], Any]) -> Job:
        """Begin a job; ``work`` gets it to say how far it is, and gives the answer.

        Raises
        ------
        TooManyJobs
        """
        with self._lock:
            if sum(one.owner == owner and not one.over for one in self._jobs.values()) >= MOST:
                raise TooManyJobs(most=MOST)
            self._forget_oldest()
            job = Job(kind, owner, address)
            self._jobs[job.id] = job
        self._pool.submit(_run, job, work)
        return job

    def prepare(self, work: Callable[[], object]) -> None:
        """Do something slow once, before the first job that needs it."""
        with self._lock:
            if work in self._prepared:
                return
            self._prepared.add(work)
        self._pool.submit(work)

    def find(self, identity: str, owner: str) -> Job:
        """A job of this account. Raises `NotFound`."""
        job = self._jobs.get(identity)
        if job is None or job.owner != owner:
            raise NotFound(kind="job", id=identity[:64])
        return job

    def list_jobs(self, owner: str) -> list[Job]:
        """The jobs of one account, the latest first."""
        with self._lock:
            mine = [one for one in self._jobs.values() if one.owner == owner]
        return mine[::-1]

    def _forget_oldest(self) -> None:
        ended = [one.id for one in self._jobs.values() if one.over]
        for identity in ended[: max(0, len(ended) - KEPT + 1)]:
            del self._jobs[identity]


def _run(job: Job, work: Callable[[Job], Any]) -> None:
    if job.called_off:
        job.state, job.ended = "cancelled", time.monotonic()
        return
    job.state, job.began = "running", time.monotonic()
    try:
        job.found = work(job)
    except GeoError as fault:
        job.fault = fault
        state: State = "failed"
    except BaseException:
        job.ended, job.state = time.monotonic(), "failed"
        raise
    else:
        state = "cancelled" if job.called_off else "done"
    job.ended, job.state = time.monotonic(), state


def told(job: Job) -> Mapping[str, Any]:
    """A job as a page's script reads it."""
    return {
        "id": job.id,
        "state": job.state,
        "seconds": round(job.seconds, 1),
        "progress": job.progress,
        "over": job.over,
    }
