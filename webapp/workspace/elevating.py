"""Streets with the heights of a raster: the same lines, the slopes measured anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from geo.walk.build import build_network, densify
from geo.walk.network import StreetLines, StreetNetwork
from geo.walk.slope import sample_elevation


@dataclass(frozen=True)
class Raised:
    """A network, and the share of its street (0 to 1) on which the raster has heights."""

    streets: StreetNetwork
    share: float


def raise_streets(lines: StreetLines, raster: Path, *, source: str) -> Raised:
    """The network of ``lines`` with the heights of ``raster``.

    Where the raster says nothing the heights that the lines came with stay; where those
    are unknown too the street counts as flat.

    Raises
    ------
    FileMissing, FileUnreadable, CrsMissing, NetworkEmpty
    """
    dense = densify(lines)
    heights = sample_elevation(raster, dense.lon, dense.lat)
    known = ~np.isnan(heights)
    both = known[dense.tail] & known[dense.head]
    metres = float(dense.metres.sum())
    share = float(dense.metres[both].sum()) / metres if metres else 0.0
    merged = replace(dense, elevation=np.where(known, heights, dense.elevation))
    return Raised(build_network(merged, source=source), share)
