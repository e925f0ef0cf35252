from typing import NamedTuple

class BoundingBox(NamedTuple):
    left: float
    bottom: float
    right: float
    top: float
