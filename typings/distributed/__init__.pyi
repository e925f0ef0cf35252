# What is used of Dask's scheduler: a client, its futures, workers on this machine.

from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self

class KilledWorker(Exception): ...

class Future:
    key: str
    status: str
    def result(self, timeout: float | None = ...) -> Any: ...
    def exception(self, timeout: float | None = ...) -> BaseException | None: ...
    def release(self) -> None: ...

class as_completed:
    def __init__(self, *, raise_errors: bool = ...) -> None: ...
    def add(self, future: Future) -> None: ...
    def __iter__(self) -> Iterator[Future]: ...

class LocalCluster:
    scheduler_address: str
    workers: dict[Any, Any]
    def __init__(
        self,
        *,
        n_workers: int,
        threads_per_worker: int,
        processes: bool = ...,
        host: str = ...,
        protocol: str = ...,
        scheduler_kwargs: Mapping[str, object] | None = ...,
        memory_limit: str | None = ...,
        security: bool | None = ...,
        silence_logs: int = ...,
    ) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

class Client:
    def __init__(self, address: str | LocalCluster, *, timeout: float = ...) -> None: ...
    def submit(self, func: Callable[..., Any], *args: object, pure: bool = ...) -> Future: ...
    def nthreads(self) -> dict[str, int]: ...
    def run(self, function: Callable[..., Any], *args: object) -> dict[str, Any]: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
