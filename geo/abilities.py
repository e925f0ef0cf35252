"""What supporters said of themselves, held against a wish: known to meet it, not, or unknown.

A column has few distinct values, so a wish is asked of each value once and not of each row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Marks = npt.NDArray[np.int8]

UNKNOWN = -1


@dataclass(frozen=True)
class Told:
    """One column by its distinct values. ``place``: that of each row's; -1 = unknown."""

    values: list[Any]
    place: npt.NDArray[np.int64]

    @classmethod
    def of(cls, column: Iterable[object]) -> Self:
        """Text, and lists of text; whatever else stands there is unknown."""
        values: dict[Any, int] = {}
        place = [
            values.setdefault(key, len(values)) if (key := _key(value)) is not None else UNKNOWN
            for value in column
        ]
        return cls(list(values), np.array(place, np.int64))

    def meets(self, wish: Callable[[Any], bool]) -> Marks:
        """1 where a value is known to meet a wish, 0 where it does not, -1 where it is unknown."""
        marks = np.array([*map(wish, self.values), UNKNOWN], np.int8)
        return marks[self.place]

    def shown(self, row: int) -> str | list[str] | None:
        """The value of one row as JSON has it; None = unknown."""
        if self.place[row] == UNKNOWN:
            return None
        value = self.values[self.place[row]]
        return value if isinstance(value, str) else list(value)


def _key(value: object) -> str | tuple[str, ...] | None:
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple, np.ndarray)):
        return tuple(map(str, value))
    return None


def covers(spans: Iterable[str], wanted: str) -> bool:
    """Whether one span of time holds the whole of another; each ``HH:MM-HH:MM``.

    >>> covers(["08:00-12:00"], "08:30-09:00"), covers(["08:00-08:45"], "08:30-09:00")
    (True, False)
    """
    start, end = wanted.split("-")
    return any(span[:5] <= start and end <= span[6:] for span in spans)
