"""Twenty of 200 sites for 1,000 places, proven best, beside spopt and pulp; then ten times as many.

Sites and demand by lot on a square, weights of 1 to 99. All take the same matrix of costs and
end with sites that are proven. spopt and pulp live in an environment of their own, whose Python
``WELFAREMAP_PEERS`` names, as two editions of HiGHS cannot be in one process. Time is that of
the processor, CBC's own process counted, so that a busy machine tells the same.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import cdist

from geo.siting import Siting, cover_most, least_travel

Floats = npt.NDArray[np.float64]
Ask = Callable[..., Siting]


class Town(NamedTuple):
    """Costs, weights, how many sites, and how far they reach."""

    cost: Floats
    weight: Floats
    sites: int
    within: float


def scatter(demand: int, sites: int, chosen: int, within: float) -> Town:
    """A town by lot."""
    lot = np.random.default_rng(0)
    places, candidates = lot.random((demand, 2)), lot.random((sites, 2))
    weight = lot.integers(1, 100, demand).astype(np.float64)
    return Town(cdist(places, candidates), weight, chosen, within)


def questions(town: Town) -> dict[str, Ask]:
    """The two that the peers can be asked as well."""
    cost, weight, sites, within = town
    return {
        "cover_most": lambda **told: cover_most(cost, weight, sites=sites, within=within, **told),
        "least_travel": lambda **told: least_travel(cost, weight, sites=sites, **told),
    }


def ask_peers(python: str, town: Town) -> dict[str, dict[str, tuple[float, float]]]:
    """Processor seconds and value of each solver, by question."""
    found: dict[str, dict[str, tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "town.npz"
        np.savez(file, allow_pickle=False, **town._asdict())
        script = Path(__file__).with_name("siting_peer.py")
        answer = subprocess.run(  # noqa: S603 - our own script
            [python, str(script), str(file), *questions(town)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    for line in answer.stdout.splitlines():
        words = line.split()
        if len(words) == 5 and words[0] in questions(town):
            found.setdefault(words[0], {})[words[1]] = float(words[2]), float(words[4])
    return found


def show_proofs(rounds: int = 3) -> None:
    """Time until the proof, beside the peers."""
    town = scatter(1_000, 200, 20, 0.08)
    python = os.environ.get("WELFAREMAP_PEERS")
    peers = ask_peers(python, town) if python else {}
    print("20 of 200 sites for 1,000 places, to the proof (processor time)")
    for name, ask in questions(town).items():
        times: list[float] = []
        answer = ask()
        for _ in range(rounds):
            start = time.process_time()
            answer = ask()
            times.append(time.process_time() - start)
        own = float(np.median(times))
        print(f"  {name:<14}{'welfaremap':<14}{own:>9.2f} s{1:>8.1f} × {answer.value:>14.3f}")
        for solver, (took, value) in peers.get(name, {}).items():
            print(f"  {name:<14}{solver:<14}{took:>9.2f} s{took / own:>8.1f} × {value:>14.3f}")


def show_large(seconds: float = 60.0) -> None:
    """What is known after how long, of ten million pairs."""
    town = scatter(10_000, 1_000, 50, 0.06)
    print("50 of 1,000 sites for 10,000 places (processor time)")
    for name, ask in questions(town).items():
        start, told = time.process_time(), list[tuple[float, float, float]]()

        def watch(
            answer: Siting,
            told: list[tuple[float, float, float]] = told,
            start: float = start,
        ) -> bool:
            told.append((time.process_time() - start, answer.value, answer.gap))
            return True

        answer = ask(watch=watch, seconds=seconds)
        told.append((time.process_time() - start, answer.value, answer.gap))
        for after in (0.5, 1.0, 2.0, 5.0, np.inf):
            known = [one for one in told if one[0] <= after]
            if known:
                took, value, gap = known[-1]
                print(f"  {name:<14}{took:>7.2f} s {value:>14.1f}  gap {gap:>8.3%}")


def main() -> None:
    """Both tables."""
    show_proofs()
    show_large()


if __name__ == "__main__":
    main()
