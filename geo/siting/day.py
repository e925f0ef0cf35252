"""The day of a mobile shop: from when, until when, how long at each stop, how fast between."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from geo.errors import ParameterWrong
from geo.units import MetresPerMinute, Minutes

_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_GRAIN: Final = 5
"""Minutes; nobody remembers 10:37."""


@dataclass(frozen=True)
class SalesDay:
    """The day of a mobile shop.

    Attributes
    ----------
    start, end
        ``HH:MM``: it leaves its depot, or opens at its first stop, and is back, or closes.
    stay
        Minutes at each stop, above 0.
    speed
        Metres a minute between stops, on the streets that one may walk on but no steps;
        None = pushed on foot.
    """

    start: str = "10:00"
    end: str = "15:00"
    stay: Minutes = 30.0
    speed: MetresPerMinute | None = 250.0

    def __post_init__(self) -> None:
        """Refuse a day that is none.

        Raises
        ------
        ParameterWrong
        """
        if self.begins >= self.ends:
            raise ParameterWrong(name="end", value=self.end, wanted=f"later than {self.start}")
        if not 0 < self.stay < np.inf:
            raise ParameterWrong(name="stay", value=self.stay, wanted="minutes above 0")
        if self.speed is not None and not 0 < self.speed < np.inf:
            raise ParameterWrong(name="speed", value=self.speed, wanted="a number above 0")

    @property
    def begins(self) -> int:
        """Minutes since midnight."""
        return _read_clock("start", self.start)

    @property
    def ends(self) -> int:
        """Minutes since midnight."""
        return _read_clock("end", self.end)

    @property
    def most(self) -> int:
        """Stops that fit at most."""
        return int((self.ends - self.begins) // self.stay)

    def table(self, travel: Sequence[float]) -> tuple[list[str], list[str], float]:
        """When each stop opens and closes, and when the day ends in minutes since midnight.

        Parameters
        ----------
        travel
            Minutes to each stop, and one more after the last.
        """
        opens: list[str] = []
        closes: list[str] = []
        now = float(self.begins)
        for minutes in travel[:-1]:
            now = float(np.ceil((now + minutes) / _GRAIN - 1e-9) * _GRAIN) if minutes else now
            opens.append(clock(now))
            now += self.stay
            closes.append(clock(now))
        return opens, closes, now + travel[-1]


def _read_clock(name: str, text: str) -> int:
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise ParameterWrong(name=name, value=text, wanted="HH:MM")
    return int(found[1]) * 60 + int(found[2])


def clock(minutes: float) -> str:
    """``HH:MM`` of minutes since midnight, begun ones counted."""
    whole = int(np.ceil(minutes - 1e-9))
    return f"{whole // 60:02d}:{whole % 60:02d}"
