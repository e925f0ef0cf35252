"""``make bench``: every bench that has its data here."""

from __future__ import annotations

from bench import (
    accessibility,
    attack,
    city,
    country,
    crash,
    dangers,
    desk,
    finding,
    load,
    matching,
    nearest,
    opening,
    planning,
    register,
    scanning,
    searching,
    serving,
    sheets,
    siting,
    together,
    watching,
)
from bench.timing import machine


def main() -> None:
    """Print one table per bench."""
    print(machine())
    for bench in (
        nearest, matching, city, planning, accessibility, dangers, finding, opening, serving, desk,
        register, searching, load, crash, attack, sheets, together, watching, scanning, country,
        siting,
    ):  # fmt: skip
        print()
        bench.main()


if __name__ == "__main__":
    main()
