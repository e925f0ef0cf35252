"""Guessing costs time: few wrong tries an account, more an address, not many more in all.

A try counts before it is checked and is forgiven when right, so that a hundred at the
same moment are not let through. The counts are in memory, one set per process.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from webapp.faults import TooManyTries

WINDOW: Final = 900.0
"""Seconds for which a wrong try counts."""

OF_ACCOUNT: Final = 8
OF_ADDRESS: Final = 24
IN_ALL: Final = 200

_Key = tuple[str, str]
_ALL: Final[_Key] = ("all", "")


@dataclass(frozen=True)
class Attempt:
    """One try that is being checked."""

    throttle: Throttle
    keys: tuple[_Key, ...]
    moment: float

    def forgive(self) -> None:
        """The try was right: it does not count."""
        self.throttle.forgive(self)


class Throttle:
    """Counts wrong tries by account, by address and in all."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._tries: dict[_Key, deque[float]] = defaultdict(deque)

    def enter(self, *, address: str, account: str | None = None) -> Attempt:
        """Begin a try, or refuse it with the time to wait.

        Raises
        ------
        TooManyTries
        """
        limits = {_ALL: IN_ALL, ("address", address): OF_ADDRESS}
        if account is not None:
            limits["account", account] = OF_ACCOUNT
        with self._lock:
            self._forget()
            for key, most in limits.items():
                self._refuse(self._tries.get(key, deque()), most)
            moment = self._clock()
            for key in limits:
                self._tries[key].append(moment)
        return Attempt(self, tuple(limits), moment)

    def forgive(self, attempt: Attempt) -> None:
        """Take a try back."""
        with self._lock:
            for key in attempt.keys:
                tries = self._tries.get(key)
                if tries is not None and attempt.moment in tries:
                    tries.remove(attempt.moment)

    def _refuse(self, tries: deque[float], most: int) -> None:
        if len(tries) >= most:
            wait = WINDOW - (self._clock() - min(tries))
            raise TooManyTries(minutes=max(1, round(wait / 60 + 0.5)))

    def _forget(self) -> None:
        limit = self._clock() - WINDOW
        for key in list(self._tries):
            tries = self._tries[key]
            while tries and tries[0] <= limit:
                tries.popleft()
            if not tries:
                del self._tries[key]
