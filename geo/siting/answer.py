"""An answer to a question of siting, and the search for it that can be watched and ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int32]

_OFTEN: Final = 0.1
"""Seconds after which a watcher is asked again whether to go on, news or not."""

_ROUNDING: Final = 1e-9

_TENTH: Final = 0.1
"""Of one; what a bound of whole numbers may be off."""


@dataclass(frozen=True)
class Siting:
    """Where sites should be, how good that is and how good it could be at best.

    Attributes
    ----------
    chosen
        Sites to open, the one that counts most first; int64. Those kept are not among them.
    value
        What is achieved: see the question.
    bound
        What no answer can better: at least ``value`` where more is better, at most where less.
    assigned
        Of each demand the nearest site that is open or kept, -1 = none reaches it; int32.
    kept
        Sites that were there and stay; int64.
    """

    chosen: Longs
    value: float
    bound: float
    assigned: Ints
    kept: Longs = field(default_factory=lambda: np.empty(0, np.int64))

    @property
    def proven(self) -> bool:
        """No answer is better."""
        return self.gap <= _ROUNDING

    @property
    def gap(self) -> float:
        """How far the bound is from the value, as a share of the larger; 0 = proven best."""
        apart, size = abs(self.value - self.bound), max(abs(self.value), abs(self.bound))
        return apart / size if np.isfinite(apart) and apart else float(apart)


Watch = Callable[[Siting], bool]
"""Called with every better answer or bound; False ends the search."""

Tell = Callable[[Ints, float, float], Siting]
"""An answer of the sites, the sum and the least sum there can be."""


class Search:
    """The best sites so far, of which less is better, and what no sites can be below.

    Parameters
    ----------
    tell
        Makes the answer that the watcher sees.
    watch, seconds
        None = nobody watches, no limit of time.
    whole
        Every sum there can be is a whole number.
    """

    def __init__(
        self, tell: Tell, watch: Watch | None, seconds: float | None, *, whole: bool = False
    ) -> None:
        self.chosen: Ints | None = None
        self.value = np.inf
        self.bound = -np.inf
        self.stopped = False
        self.whole = whole
        self._tell = tell
        self._watch = watch
        self._ends = np.inf if seconds is None else time.monotonic() + seconds
        self._asked = 0.0

    @property
    def done(self) -> bool:
        """Proven, or ended."""
        return self.stopped or self.proven

    @property
    def proven(self) -> bool:
        """Whether nothing can be better."""
        size = max(abs(self.value), abs(self.bound))
        return bool(self.value - self.bound <= _ROUNDING * size) if np.isfinite(size) else False

    @property
    def left(self) -> float:
        """Seconds until the limit."""
        return self._ends - time.monotonic()

    def better(self, chosen: Ints, value: float) -> None:
        """Take sites if they are better."""
        if value < self.value:
            self.chosen, self.value = np.array(chosen, np.int32), float(value)
            self.bound = min(self.bound, self.value)
            self.ask(news=True)

    def proved(self, bound: float) -> None:
        """Take a bound if it is better."""
        bound = min(float(np.ceil(bound - _TENTH) if self.whole else bound), self.value)
        if bound > self.bound + _ROUNDING * abs(bound) or (bound > self.bound == -np.inf):
            self.bound = bound
            self.ask(news=True)

    def ask(self, *, news: bool = False) -> bool:
        """Whether to go on: no if time is over or the watcher says so."""
        now = time.monotonic()
        if now >= self._ends:
            self.stopped = True
        if self._watch and self.chosen is not None and (news or now - self._asked >= _OFTEN):
            self._asked = now
            if not self._watch(self.answer()):
                self.stopped = True
        return not self.stopped

    def answer(self) -> Siting:
        """The best so far."""
        chosen = np.empty(0, np.int32) if self.chosen is None else self.chosen
        return self._tell(chosen, self.value, self.bound)
