"""The marks and the code that a photograph is read by, as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import segno

from geo.draw.fiducials import CELLS, Mark, SheetCode, mark_cells, mark_layout


def marks_beside(code: SheetCode, houses: npt.NDArray[np.float64], keep: float) -> list[Mark]:
    """The marks of a sheet; one that would hide a house is left out.

    Parameters
    ----------
    code
        Of the sheet.
    houses
        Points in millimetres of the frame, (n, 2).
    keep
        How far a house's symbol reaches, millimetres.
    """
    marks = mark_layout(code.width, code.height, houses)
    if not len(houses):
        return list(marks)
    middles = np.array([mark.middle for mark in marks])
    reach = np.array([mark.side / 2 + mark.quiet for mark in marks]) + keep
    near = np.abs(middles[:, None] - houses[None]).max(axis=2).min(axis=1)
    return [mark for mark, free in zip(marks, near >= reach, strict=True) if free]


def drawn_marks(marks: Sequence[Mark]) -> Iterator[str]:
    """The marks on white: one path of all white squares, one of all black cells."""
    white = "".join(
        _box(m.x - m.quiet, m.y - m.quiet, m.side + 2 * m.quiet, m.side + 2 * m.quiet)
        for m in marks
    )
    black = "".join(_cells(mark_cells(m.id), m.x, m.y, m.side / CELLS) for m in marks)
    yield f'<path d="{white}" fill="#ffffff"/><path d="{black}" fill="#000000"/>'


def code_svg(code: SheetCode) -> str:
    """The QR code of a sheet with its quiet border, one unit a module."""
    made = segno.make(code.write(), error="m", micro=False)
    rows = [tuple(bool(cell) for cell in row) for row in made.matrix]
    side = len(rows) + 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}" '
        f'viewBox="0 0 {side} {side}"><rect width="{side}" height="{side}" fill="#ffffff"/>'
        f'<path d="{_cells(rows, 4.0, 4.0, 1.0)}" fill="#000000"/></svg>'
    )


def _cells(rows: Sequence[Sequence[bool]], x: float, y: float, side: float) -> str:
    """Black cells, those side by side in one box."""
    return "".join(
        _box(x + start * side, y + down * side, (end - start) * side, side)
        for down, row in enumerate(rows)
        for start, end in _runs(row)
    )


def _runs(row: Sequence[bool]) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.array([False, *row, False]).astype(np.int8)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"M{x:.3f} {y:.3f}h{width:.3f}v{height:.3f}h{-width:.3f}z"
