"""Guessing costs time: few wrong keys an address, not many more in all."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Final

from webapp.faults import TooManyTries

WINDOW: Final = 900.0
"""Seconds for which a wrong try counts."""

OF_ADDRESS: Final = 8
IN_ALL: Final = 100


class Throttle:
    """Counts wrong tries by address and in all."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._tries: dict[str, deque[float]] = defaultdict(deque)

    def ask(self, address: str) -> None:
        """Refuse, with the time to wait, an address that guessed too often.

        Raises
        ------
        TooManyTries
        """
        with self._lock:
            self._forget()
            own = self._tries.get(address, deque())
            every = [moment for tries in self._tries.values() for moment in tries]
            if len(own) >= OF_ADDRESS or len(every) >= IN_ALL:
                first = min(own) if len(own) >= OF_ADDRESS else min(every)
                wait = WINDOW - (self._clock() - first)
                raise TooManyTries(minutes=max(1, round(wait / 60 + 0.5)))

    def count(self, address: str) -> None:
        """Remember a wrong try."""
        with self._lock:
            self._tries[address].append(self._clock())

    def _forget(self) -> None:
        limit = self._clock() - WINDOW
        for address in list(self._tries):
            tries = self._tries[address]
            while tries and tries[0] <= limit:
                tries.popleft()
            if not tries:
                del self._tries[address]
