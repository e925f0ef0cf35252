"""Units as types: what a number means, said where it is passed.

They are aliases, not wrappers, so arrays and pandas columns keep their speed;
the name in the signature is the promise.
"""

from __future__ import annotations

from typing import Final

Metres = float
SquareMetres = float
Degrees = float
Minutes = float
MetresPerMinute = float

FLAT_PACE: Final[MetresPerMinute] = 80.0
"""Walking speed on flat ground, the Japanese convention for 徒歩1分."""

DETOUR: Final = 1.3
"""Street metres per straight-line metre where no street network is known."""
