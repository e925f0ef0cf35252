"""The marks and the code that a photograph is read by, as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from geo.draw.fiducials import CELLS, Mark, SheetCode, mark_cells, mark_layout
from geo.draw.qr import box_path, cells_path


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
        box_path(m.x - m.quiet, m.y - m.quiet, m.side + 2 * m.quiet, m.side + 2 * m.quiet)
        for m in marks
    )
    black = "".join(cells_path(mark_cells(m.id), m.x, m.y, m.side / CELLS) for m in marks)
    yield f'<path d="{white}" fill="#ffffff"/><path d="{black}" fill="#000000"/>'
