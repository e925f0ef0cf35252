"""The cheapest assignment of rows to columns with slots, exact, with its proof.

Rows are requests and columns supporters with a slot for each further visit, or the other
way round where there are fewer slots than requests: the fewer are soon placed among the
many. Rows are inserted one after the other along the shortest augmenting path (Dijkstra on
reduced costs); a row that finds no place goes to a place outside that costs more than
any detour, and may be taken in again later in exchange for a dearer one. Slots of a
column get dearer one by one, so that of equal plans the one with the fairer load wins.

Costs are whole numbers: nothing is rounded, and the potentials that are left prove the
result. Source: R. Jonker, A. Volgenant (1987), A shortest augmenting path algorithm for
dense and sparse linear assignment problems, Computing 38; with capacities as in
R. Ahuja, T. Magnanti, J. Orlin (1993), Network Flows, ch. 9.7.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

Longs = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int32]

_FAR: Final = np.int64(2**62)

_HALF: Final = 32


class Offers(NamedTuple):
    """Who could take what. Row ``i`` has the arcs ``first[i]`` to ``end[i]``.

    Attributes
    ----------
    first, end, extra
        The arcs of each row, and what it costs besides on any of them, 0 or above.
    target, cost
        Of each arc the column and the cost, 0 or above; the arcs of a row by rising cost.
    slot_first, slot_cost
        Compressed columns: the cost of each further slot, 0 or above, never falling.
    outside
        Cost of a row without a column; above every sum of costs a path can have.
    """

    first: Longs
    end: Longs
    extra: Longs
    target: Ints
    cost: Longs
    slot_first: Longs
    slot_cost: Longs
    outside: int


class Assignment(NamedTuple):
    """``arc`` of each row, -1 = none; what it costs, and what no assignment can be below."""

    arc: Longs
    value: int
    bound: int


def assign(offers: Offers) -> Assignment:
    """The assignment with the most rows, of these the cheapest."""
    arc, row_price, column_price = _insert_rows(offers)
    return Assignment(arc, _value(offers, arc), _bound(offers, row_price, column_price))


def _value(offers: Offers, arc: Longs) -> int:
    met = arc >= 0
    many = np.diff(offers.slot_first)
    used = np.bincount(offers.target[arc[met]], minlength=len(many))
    place = np.arange(len(offers.slot_cost)) - np.repeat(offers.slot_first[:-1], many)
    slots = offers.slot_cost[place < np.repeat(used, many)]
    outside = int(np.count_nonzero(~met)) * offers.outside
    return outside + _sum(offers.cost[arc[met]]) + _sum(offers.extra[met]) + _sum(slots)


def _bound(offers: Offers, row_price: Longs, column_price: Longs) -> int:
    """What linear duality says of any assignment, whatever found the prices.

    A row that asks less than one of its arcs is worth is raised first, so that the bound
    holds even for prices that are wrong.
    """
    worth = column_price[offers.target] - offers.cost
    price = np.maximum(row_price, -offers.outside)
    filled = np.flatnonzero(offers.end > offers.first)
    if len(filled):
        shared, place = np.unique(offers.first[filled], return_inverse=True)
        most = np.maximum.reduceat(worth, shared)[place]
        price[filled] = np.maximum(price[filled], most - offers.extra[filled])
    slots = offers.slot_cost + np.repeat(column_price, np.diff(offers.slot_first))
    return -_sum(price) + _sum(np.minimum(slots, 0))


def _sum(numbers: Longs) -> int:
    """The sum, which may be larger than 64 bits hold."""
    high = int((numbers >> _HALF).sum())
    return (high << _HALF) + int((numbers & (2**_HALF - 1)).sum())


@njit(cache=True, nogil=True)
def _push(heap: Ints, place: Ints, size: int, distance: Longs, column: int) -> int:
    """Put a column into the heap, or move it up because its distance fell."""
    at = place[column]
    if at < 0:
        at = size
        size += 1
    while at > 0:
        above = (at - 1) >> 1
        other = heap[above]
        if distance[other] < distance[column] or (
            distance[other] == distance[column] and other < column
        ):
            break
        heap[at] = other
        place[other] = at
        at = above
    heap[at] = column
    place[column] = at
    return size


@njit(cache=True, nogil=True)
def _pop(heap: Ints, place: Ints, size: int, distance: Longs) -> int:
    """Take the nearest column out; the heap is one smaller then."""
    nearest = heap[0]
    place[nearest] = -2
    size -= 1
    if size == 0:
        return nearest
    column = heap[size]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size:
            one, two = heap[below], heap[below + 1]
            if distance[two] < distance[one] or (distance[two] == distance[one] and two < one):
                below += 1
        other = heap[below]
        if distance[column] < distance[other] or (
            distance[column] == distance[other] and column < other
        ):
            break
        heap[at] = other
        place[other] = at
        at = below
    heap[at] = column
    place[column] = at
    return nearest


class Seats(NamedTuple):
    """Who sits where, and the prices that prove it so far."""

    arc_of: Longs
    """The arc of each row; -1 = outside."""
    seat_of: Longs
    """The slot of each row; -1 = none."""
    sitting: Ints
    """The row in each slot."""
    used: Longs
    """How many slots of each column are taken."""
    row_price: Longs
    column_price: Longs


class Search(NamedTuple):
    """What one search for a place knows of each column."""

    distance: Longs
    via_arc: Longs
    via_row: Ints
    heap: Ints
    place: Ints
    """In the heap; -1 = not, -2 = taken out."""
    touched: Ints


@njit(cache=True, nogil=True)
def _insert_rows(offers: Offers) -> tuple[Longs, Longs, Longs]:
    """The arc of every row, and the prices of rows and columns that prove it."""
    rows, columns = offers.first.size, offers.slot_first.size - 1
    seats = Seats(
        np.full(rows, np.int64(-1)),
        np.full(rows, np.int64(-1)),
        np.full(offers.slot_cost.size, np.int32(-1)),
        np.zeros(columns, np.int64),
        np.zeros(rows, np.int64),
        np.zeros(columns, np.int64),
    )
    search = Search(
        np.full(columns, _FAR),
        np.empty(columns, np.int64),
        np.empty(columns, np.int32),
        np.empty(columns, np.int32),
        np.full(columns, np.int32(-1)),
        np.empty(columns, np.int32),
    )
    for root in range(rows):
        best, end_row, end_column, many = _find_place(offers, seats, search, root)
        seats.row_price[root] -= best
        for at in range(many):
            column = search.touched[at]
            if search.place[column] == -2 and search.distance[column] < best:
                shift = search.distance[column] - best
                seats.column_price[column] += shift
                start = offers.slot_first[column]
                for seat in range(start, start + seats.used[column]):
                    seats.row_price[seats.sitting[seat]] += shift
            search.distance[column] = _FAR
            search.place[column] = -1
        if end_row != root:
            _move_up(offers, seats, search, root, end_row, end_column)
    return seats.arc_of, seats.row_price, seats.column_price


@njit(cache=True, nogil=True)
def _find_place(
    offers: Offers, seats: Seats, search: Search, root: int
) -> tuple[int, int, int, int]:
    """The cheapest way to take a row in.

    Returns
    -------
    What it costs beyond the prices; the row that goes outside for it, or -1 and the column
    where a slot is free; how many columns were touched.
    """
    price = -offers.outside
    for arc in range(offers.first[root], offers.end[root]):
        if price + offers.cost[arc] + offers.extra[root] >= 0:
            break  # the arcs that follow cost no less, and no column's price is above 0
        worth = seats.column_price[offers.target[arc]] - offers.cost[arc] - offers.extra[root]
        price = max(price, worth)
    seats.row_price[root] = price
    best, end_row, end_column = offers.outside + price, root, -1
    size, many = 0, 0
    row, base, seat, last = root, 0, 0, 0
    while True:
        # The row at hand is looked at from, then the next one sitting in the column.
        start = base + seats.row_price[row] + offers.extra[row]
        for arc in range(offers.first[row], offers.end[row]):
            if start + offers.cost[arc] >= best:
                break
            other = offers.target[arc]
            total = start + offers.cost[arc] - seats.column_price[other]
            if total >= search.distance[other] or total >= best:
                continue
            if search.distance[other] == _FAR:
                search.touched[many] = other
                many += 1
            search.distance[other] = total
            search.via_arc[other], search.via_row[other] = arc, row
            size = _push(search.heap, search.place, size, search.distance, other)
            free = offers.slot_first[other] + seats.used[other]
            if free < offers.slot_first[other + 1]:
                through = total + offers.slot_cost[free] + seats.column_price[other]
                if through < best:
                    best, end_row, end_column = through, -1, other
        while seat == last:
            if size == 0 or search.distance[search.heap[0]] >= best:
                return int(best), end_row, end_column, many
            column = _pop(search.heap, search.place, size, search.distance)
            size -= 1
            base = search.distance[column]
            seat = offers.slot_first[column]
            last = seat + seats.used[column]
        row = seats.sitting[seat]
        seat += 1
        left = base + offers.outside + seats.row_price[row]
        if left < best:
            best, end_row, end_column = left, row, -1


@njit(cache=True, nogil=True)
def _move_up(
    offers: Offers, seats: Seats, search: Search, root: int, end_row: int, end_column: int
) -> None:
    """Everybody on the way takes the next one's slot, the row comes to the first."""
    if end_row < 0:
        column = end_column
        seat = offers.slot_first[column] + seats.used[column]
        seats.used[column] += 1
    else:
        seat, column = seats.seat_of[end_row], offers.target[seats.arc_of[end_row]]
        seats.arc_of[end_row], seats.seat_of[end_row] = -1, -1
    while True:
        row = search.via_row[column]
        old_arc, old_seat = seats.arc_of[row], seats.seat_of[row]
        seats.arc_of[row], seats.seat_of[row] = search.via_arc[column], seat
        seats.sitting[seat] = row
        if row == root:
            return
        seat, column = old_seat, offers.target[old_arc]
