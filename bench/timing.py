"""How long a thing takes: several rounds, each competitor once per round, medians."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path

DATA = Path(os.environ.get("WELFAREMAP_TESTDATA", Path(__file__).parents[2] / "shared" / "data"))


def machine() -> str:
    """One line about the machine the figures hold for."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def medians(deeds: Mapping[str, Callable[[], object]], rounds: int = 7) -> dict[str, float]:
    """Median seconds of each deed; all of them in turn in every round, after one warm-up."""
    times: dict[str, list[float]] = {name: [] for name in deeds}
    for deed in deeds.values():
        deed()
    for _ in range(rounds):
        for name, deed in deeds.items():
            start = time.perf_counter()
            deed()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def show(title: str, seconds: Mapping[str, float], base: str) -> None:
    """A table of milliseconds and of how many times longer than ``base``."""
    print(title)
    for name, taken in seconds.items():
        print(f"  {name:<58}{taken * 1000:>10.2f} ms{taken / seconds[base]:>8.1f} ×")
