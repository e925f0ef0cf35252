"""Streets as arrays: the lines as drawn, and the network one can search.

`StreetLines` is what a reader hands over: every vertex a node, every stretch
between two vertices a line. `StreetNetwork` is the same streets with only their
junctions as nodes (see `geo.walk.build`), ready for the kernels, and saved as
plain arrays that are memory-mapped when opened.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class StreetLines:
    """Streets before simplification.

    Attributes
    ----------
    lon, lat
        Vertices, degrees; float64, shape (n,).
    elevation
        Metres above the sea; NaN where unknown; float64, shape (n,).
    tail, head
        Each stretch runs from vertex ``tail`` to vertex ``head``; int64, shape (m,).
    metres
        Length of each stretch on the map; float64, shape (m,), above or equal to 0.
    steps
        True where the stretch is a flight of steps; bool, shape (m,).
    there, back
        Whether one may walk tail → head, and head → tail; bool, shape (m,).
    """

    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    elevation: npt.NDArray[np.float64]
    tail: npt.NDArray[np.int64]
    head: npt.NDArray[np.int64]
    metres: npt.NDArray[np.float64]
    steps: npt.NDArray[np.bool_]
    there: npt.NDArray[np.bool_]
    back: npt.NDArray[np.bool_]
