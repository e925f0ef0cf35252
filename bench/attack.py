"""A reader with an integer solver attacks 1,000 sets of published tables.

Of each shape of publication: sets attacked, counts hidden in them, counts recovered, and
what publishing and attacking one set takes.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict

from tests.reader import SHAPES, case

SETS = 1000


def main(number: int = SETS) -> int:
    """Print the table; the number of counts recovered."""
    figures: defaultdict[str, list[float]] = defaultdict(lambda: [0.0] * 5)
    names = list(SHAPES)
    for one in range(number):
        name = names[one % len(names)]
        start = time.perf_counter()
        reader, truth = case(name, one)
        published = time.perf_counter()
        recovered = len(reader.recovered(truth))
        attacked = time.perf_counter()
        found = (1, len(reader.hidden), recovered, published - start, attacked - published)
        figures[name] = [one + more for one, more in zip(figures[name], found, strict=True)]
    print(f"{'published tables under attack':<38} sets  hidden  recovered  publish  attack")
    for name, (sets, hidden, recovered, publishing, attacking) in figures.items():
        print(
            f"  {name:<36}{sets:>5.0f}{hidden:>8.0f}{recovered:>11.0f}"
            f"{publishing / sets * 1000:>6.0f} ms{attacking / sets * 1000:>5.0f} ms"
        )
    return int(sum(one[2] for one in figures.values()))


if __name__ == "__main__":
    sys.exit(min(main(), 1))
