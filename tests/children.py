"""Programs of their own that a test starts and kills: each begins within milliseconds."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Generator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import Final

_CONTEXT: Final = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    ["webapp.register.opening", "webapp.accounts.policy", "webapp.board.table"]
)


@contextmanager
def child(
    work: Callable[..., None], *words: object
) -> Generator[tuple[ForkServerProcess, Connection]]:
    """A process that does ``work`` with its end of a pipe and ``words``; killed at the end."""
    ours, theirs = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=work, args=(theirs, *words), daemon=True)
    process.start()
    theirs.close()
    try:
        yield process, ours
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()
