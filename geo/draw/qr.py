"""QR codes as vectors, and as the address of a picture inside a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import segno

_QUIET: Final = 4
"""Modules left white around a code."""


def qr_svg(text: str) -> str:
    """A code with its quiet border as SVG, one unit a module."""
    made = segno.make(text, error="m", micro=False)
    rows = [tuple(bool(cell) for cell in row) for row in made.matrix]
    side = len(rows) + 2 * _QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}" '
        f'viewBox="0 0 {side} {side}"><rect width="{side}" height="{side}" fill="#ffffff"/>'
        f'<path d="{cells_path(rows, _QUIET, _QUIET, 1.0)}" fill="#000000"/></svg>'
    )


def qr_address(text: str, scale: int) -> str:
    """A code for a page of the web, ``scale`` pixels a module: the address of its picture."""
    made = segno.make(text, error="m", micro=False)
    return made.svg_data_uri(scale=scale, border=_QUIET, light="#fff")


def cells_path(rows: Sequence[Sequence[bool]], x: float, y: float, side: float) -> str:
    """Black cells from the corner (x, y) on, those side by side in one box, as a path."""
    return "".join(
        box_path(x + start * side, y + down * side, (end - start) * side, side)
        for down, row in enumerate(rows)
        for start, end in _runs(row)
    )


def box_path(x: float, y: float, width: float, height: float) -> str:
    """A box as a path."""
    return f"M{x:.3f} {y:.3f}h{width:.3f}v{height:.3f}h{-width:.3f}z"


def _runs(row: Sequence[bool]) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.array([False, *row, False]).astype(np.int8)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
