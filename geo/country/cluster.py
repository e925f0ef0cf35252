"""Dask's workers do the work: on this machine, or wherever a scheduler answers.

Workers read what a share names and send back the finished file, so they need no folder
of the results. Few municipalities are on their way at a time: memory is bounded by the
workers, not by the country.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from geo.country.work import Failure, Outcome, Task, do
from geo.errors import (
    AssetMissing,
    ClusterAway,
    CountryFault,
    MunicipalityStopped,
    ParameterWrong,
    WorkerLost,
)

if TYPE_CHECKING:
    from distributed import Client, Future, as_completed

_AHEAD: Final = 2
"""Tasks that wait for each worker's thread beside the one it does."""

_PATIENCE: Final = 30.0
"""Seconds a scheduler may take to answer."""

NO_DASHBOARD: Final = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}
"""Nothing is served to a browser: the port that Dask opens all the same is any free one."""

_SETTINGS: Final = {
    # a machine that is full of other work still starts a lost worker again
    "distributed.comm.timeouts.connect": "120s",
    "distributed.comm.timeouts.tcp": "120s",
    # nothing but the work is answered
    "distributed.scheduler.http.routes": list[str](),
    "distributed.worker.http.routes": list[str](),
}


class DaskCrew:
    """Workers of a Dask cluster.

    Parameters
    ----------
    client
        A ``distributed.Client``.
    address
        For sentences.
    """

    def __init__(self, client: Client, address: str) -> None:
        self.client = client
        self.address = address

    def work(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """As `geo.country.work.Crew.work`. Raises `ClusterAway` when the scheduler is lost."""
        from distributed import as_completed

        waiting = iter(tasks)
        running = as_completed(raise_errors=False)
        codes: dict[str, str] = {}
        for _ in range(self._threads() * (1 + _AHEAD)):
            self._begin(waiting, running, codes)
        for future in running:
            yield self._outcome(future, codes.pop(future.key))
            future.release()
            self._begin(waiting, running, codes)

    def _begin(self, waiting: Iterator[Task], running: as_completed, codes: dict[str, str]) -> None:
        task = next(waiting, None)
        if task is None:
            return
        future = self.client.submit(do, task, pure=False)
        codes[future.key] = task.share.code
        running.add(future)

    def _threads(self) -> int:
        return max(1, sum(self.client.nthreads().values()))

    def _outcome(self, future: Future, code: str) -> Outcome:
        from distributed import KilledWorker

        if future.status == "finished":
            return future.result()
        if future.status != "error":
            raise ClusterAway(address=self.address)
        fault = future.exception()
        lost: CountryFault = MunicipalityStopped(municipality=code, kind=type(fault).__name__)
        if isinstance(fault, KilledWorker):
            lost = WorkerLost(municipality=code)
        return Outcome(code, failure=Failure.of(code, lost))


@contextmanager
def local_crew(workers: int = 2, *, memory: str = "auto") -> Generator[DaskCrew]:
    """So many worker processes on this machine, gone at the end.

    They speak with one another over the loopback, encrypted, with keys of this run.

    Parameters
    ----------
    workers
        Processes of one thread each, 1 or more.
    memory
        Of each at most, such as "4GB"; "auto" shares what the machine has. A worker that
        needs more is started again.

    Raises
    ------
    AssetMissing, ParameterWrong
    """
    if workers < 1:
        raise ParameterWrong(name="workers", value=workers, wanted="1 or more")
    _require_dask()
    import dask.config
    from distributed import Client, LocalCluster

    with (
        dask.config.set(_SETTINGS),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            scheduler_kwargs=NO_DASHBOARD,
            memory_limit=memory,
            security=True,
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster) as client,
    ):
        yield DaskCrew(client, cluster.scheduler_address)


@contextmanager
def remote_crew(address: str) -> Generator[DaskCrew]:
    """The workers of a scheduler that is running, such as ``tls://host:8786``.

    Its workers must have this program and read the source under the same path or address.
    Keys and certificates are those of Dask's own configuration.

    Raises
    ------
    AssetMissing, ClusterAway
    """
    _require_dask()
    from distributed import Client

    try:
        client = Client(address, timeout=_PATIENCE)
    except (OSError, ValueError) as fault:
        raise ClusterAway(address=address) from fault
    with client:
        yield DaskCrew(client, address)


def _require_dask() -> None:
    if find_spec("distributed") is None:
        way_out = "Install welfaremap[country] to use more than one process."
        raise AssetMissing(name="dask.distributed", way_out=way_out)
