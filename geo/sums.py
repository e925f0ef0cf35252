"""Counts tied together by sums that a reader knows, and which of them to hide.

A line is one such sum: its counts add up to a total that the reader knows, or to a count
that is published beside them. All lines together are what a reader can calculate with;
an integer solver calculates with them here first.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_FEASIBLE: Final = 0


def hide_counts(counts: Counts, lines: sp.csr_array, known: Flags, threshold: int) -> Flags:
    """Which counts to hide: the small ones, and others until no small one can be told.

    Parameters
    ----------
    counts
        Whole numbers at or above 0.
    lines
        One row per line, one column per count: 1 where it is added, -1 where it is
        subtracted. The reader knows what each row comes to.
    known
        False where there is no count; such are neither hidden nor in a line.
    threshold
        Counts below it are hidden.

    Returns
    -------
    True where hidden. For all the reader can calculate, every small count may be as large
    as the threshold, unless the lines themselves leave no room with everything hidden;
    and no larger hidden count is the only one that fits.
    """
    hidden = known & (counts < threshold)
    small = hidden.copy()
    safe = np.zeros_like(hidden)
    _pair_up(counts, lines, known, hidden)
    while True:
        told = _find_told(counts, lines, hidden, small & ~safe, safe, threshold)
        if told is None or not _hide_another(counts, lines, known & ~hidden, hidden, told):
            break
        _pair_up(counts, lines, known, hidden)
    return hidden & ~_needless(counts, lines, hidden, small)


def _pair_up(counts: Counts, lines: sp.csr_array, known: Flags, hidden: Flags) -> None:
    """Where a line hides one count only, hide its smallest other one too."""
    changed = True
    while changed:
        changed = False
        for line in np.flatnonzero(abs(lines) @ hidden.astype(np.int64) == 1):
            cells = _members(lines, int(line))
            others = cells[known[cells] & ~hidden[cells]]
            if hidden[cells].sum() == 1 and len(others):
                hidden[others[np.argmin(counts[others])]] = True
                changed = True


def _members(lines: sp.csr_array, line: int) -> npt.NDArray[np.int32]:
    return lines.indices[lines.indptr[line] : lines.indptr[line + 1]]


def _hide_another(
    counts: Counts, lines: sp.csr_array, shown: Flags, hidden: Flags, told: int
) -> bool:
    """Hide the smallest count still shown that shares a line with one that can be told."""
    beside = np.zeros_like(shown)
    for line in np.flatnonzero(lines[:, [told]].toarray()[:, 0]):
        beside[_members(lines, int(line))] = True
    for choice in (shown & beside, shown):
        places = np.flatnonzero(choice)
        if len(places):
            hidden[places[np.argmin(counts[places])]] = True
            return True
    return False


def _find_told(
    counts: Counts,
    lines: sp.csr_array,
    hidden: Flags,
    doubted: Flags,
    safe: Flags,
    threshold: int,
) -> int | None:
    """A small count that the reader knows to be small, or None; marks ``safe`` ones.

    What may be large stays so while more is hidden, so nothing is asked twice.
    """
    parts = _parts(lines, hidden)
    for place in np.flatnonzero(doubted):
        if safe[place]:
            continue
        cells = np.flatnonzero(hidden & (parts == parts[place]))
        if _in_one_line(lines, cells):
            world = np.full(len(cells), counts[cells].sum())  # each may be all of it
        else:
            world = _solve(counts, lines, cells, int(place), threshold, least=threshold)
        if world is None or world.max() < threshold:
            return int(place)
        safe[cells[world >= threshold]] = True
    return None


def _needless(counts: Counts, lines: sp.csr_array, hidden: Flags, small: Flags) -> Flags:
    """Larger counts that are hidden in vain: no other value fits, so the reader knows them."""
    needless = np.zeros_like(hidden)
    parts = _parts(lines, hidden)
    for place in np.flatnonzero(hidden & ~small):
        cells = np.flatnonzero(hidden & (parts == parts[place]))
        if len(cells) > 1 and _in_one_line(lines, cells):
            continue
        count, most = int(counts[place]), int(counts.max())
        needless[place] = (
            _solve(counts, lines, cells, int(place), most, least=count + 1) is None
            and _solve(counts, lines, cells, int(place), most, most=count - 1) is None
        )
    return needless


def _parts(lines: sp.csr_array, hidden: Flags) -> npt.NDArray[np.int32]:
    """A number for each count, the same for hidden ones that lines tie together."""
    ties = sp.coo_array(lines)
    kept = hidden[ties.col]
    count, sums = len(hidden), lines.shape[0]
    ends = (ties.col[kept], count + ties.row[kept])
    graph = sp.coo_array((np.ones(int(kept.sum())), ends), shape=(count + sums, count + sums))
    return connected_components(graph, directed=False)[1][:count]


def _solve(
    counts: Counts,
    lines: sp.csr_array,
    cells: npt.NDArray[np.intp],
    place: int,
    room: int,
    *,
    least: int = 0,
    most: int | None = None,
) -> Counts | None:
    """Values of the hidden ``cells`` that fit every line with ``place`` in a range, or None."""
    there = lines[:, cells]
    used = np.flatnonzero(abs(there).sum(axis=1))
    sums = there[used]
    totals = sums @ counts[cells]
    low = np.zeros(len(cells))
    high = np.full(len(cells), float(counts.max() + 10 * room + least))
    at = int(np.flatnonzero(cells == place)[0])
    low[at] = least
    if most is not None:
        high[at] = most
    found = milp(
        np.zeros(len(cells)), integrality=np.ones(len(cells), int), bounds=Bounds(low, high),
        constraints=LinearConstraint(sums, totals, totals) if len(used) else None,
    )  # fmt: skip
    return np.rint(found.x).astype(np.int64) if found.status == _FEASIBLE else None


def _in_one_line(lines: sp.csr_array, cells: npt.NDArray[np.intp]) -> bool:
    """Whether the cells stand in one line only, all added."""
    there = lines[:, cells]
    rows = np.flatnonzero(np.diff(there.indptr))
    return len(rows) == 1 and int(there.sum()) == there.nnz == len(cells)
