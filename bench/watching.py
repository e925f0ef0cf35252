"""What the map says, anew with every stroke: 300 and 3,000 houses."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from bench.timing import medians, show
from webapp.board.saying import Saying
from webapp.board.state import Board, Entry
from webapp.board.stroke import Deed, Stroke

_AT = {"lon": 130.88, "lat": 33.88}


def main() -> None:
    """Read a board and say all; ask who is missed if one falls ill."""
    for houses in (300, 3000):
        _measure(houses, _draw(houses))


def _measure(houses: int, board: Board) -> None:
    said, anew = Saying(board), "what the map says, anew"
    seconds = medians(
        {anew: lambda: Saying(board).written(5), "who is missed": lambda: said.missed("p-1")},
        rounds=21,
    )
    show(f"{houses} houses, as many people, {round(houses * 1.6)} lines", seconds, anew)


def _draw(houses: int) -> Board:
    lot = random.Random(houses)  # noqa: S311 - an invented map
    deeds = [Deed(f"h-{at}", "house", _AT) for at in range(houses)]
    parts = ("cared", "helper", "neighbour")
    deeds += [
        Deed(f"p-{at}", "person", {"house": f"h-{at}", "part": lot.choice(parts)})
        for at in range(houses)
    ]
    for at in range(round(houses * 1.6)):
        one, other = lot.sample(range(houses), 2)
        ends = {"watcher": f"p-{one}", "watched": f"h-{other}", "link": "watching"}
        deeds.append(Deed(f"l-{at}", "link", ends | {"direction": lot.choice(("mutual", None))}))
    return Board([Entry(1, Stroke("all", "draw", tuple(deeds)), "x", "x", datetime.now(UTC))])


if __name__ == "__main__":
    main()
