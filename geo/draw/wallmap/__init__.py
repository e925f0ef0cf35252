"""The wall map: sheets at true scale that people draw on and a photograph gives back."""

from __future__ import annotations

from geo.draw.wallmap.formats import OVERLAP, PAPERS, SCALES, Paper
from geo.draw.wallmap.ground import WallLayers, window_of
from geo.draw.wallmap.key import KeyRow, key_sheet
from geo.draw.wallmap.sheets import Imprint, Look, Printed, wall_sheets
from geo.draw.wallmap.tiling import Centre, Window

__all__ = [
    "OVERLAP",
    "PAPERS",
    "SCALES",
    "Centre",
    "Imprint",
    "KeyRow",
    "Look",
    "Paper",
    "Printed",
    "WallLayers",
    "Window",
    "key_sheet",
    "wall_sheets",
    "window_of",
]
