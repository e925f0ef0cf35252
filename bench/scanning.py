"""Paper that comes back: how exact a photo is, how many lines and stickers are found rightly.

Sheets are those that the program prints, drawn on and photographed as `tests.photographed` does
it: wobbly pens 0.8 to 2 mm wide, up to 3 mm beside the house, over print and one another.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from geo.draw.wallmap import Paper
from geo.scanning.curl import fit_surface
from geo.scanning.marks import find_marks
from geo.scanning.picture import open_picture
from geo.scanning.reading import read_sheet
from tests.photographed import Sheet, Shot, draw, photograph, typeset

USUAL: Final = Shot()
ROUGH: Final = Shot(perspective=0.08, curl=3.0, shadow=0.6, noise=8.0, blur=1.2, quality=75)


@dataclass(frozen=True)
class Case:
    """One row of the table. ``parts``: photos across and down."""

    name: str
    paper: Paper
    shot: Shot
    houses: int = 50
    lines: int = 60
    parts: tuple[int, int] = (1, 1)
    careless: bool = False
    seeds: int = 8


CASES: Final = (
    Case("A3, one photo of 12 MP", "A3", USUAL),
    Case("A3, 5 MP", "A3", replace(USUAL, pixels=(2600, 1950))),
    Case("A3, rough: 8 %, curl 3 mm, noise 8, JPEG 75", "A3", ROUGH),
    Case("A3, lines drawn over other houses too", "A3", USUAL, careless=True),
    Case("A1, four photos", "A1", USUAL, 110, 100, (2, 2), seeds=3),
    Case("A0, six photos", "A0", USUAL, 200, 160, (3, 2), seeds=2),
    Case("A0, one photo", "A0", USUAL, 200, 160, seeds=2),
)


def main() -> None:
    """Print the table."""
    print("| sheet | p50, p95, mm | lines | both ends right | false | of the sure | stickers | s |")
    print("|---|---|---|---|---|---|---|---|")
    for case in CASES:
        told = [measure(case, seed) for seed in range(case.seeds)]
        print(_row(case, told), flush=True)


def _row(case: Case, told: list[dict[str, Any]]) -> str:
    total = {
        name: sum(one[name] for one in told)
        for name in ("lines", "right", "found", "sure", "astray")
    }
    stickers = {name: sum(one[name] for one in told) for name in ("stuck", "seen", "wrong")}
    off = np.concatenate([one["off"] for one in told])
    return (
        f"| {case.name} | {np.median(off):.2f}, {np.percentile(off, 95):.2f} | {total['lines']} | "
        f"{100 * total['right'] / total['lines']:.1f} % | "
        f"{100 * (1 - total['right'] / max(total['found'], 1)):.1f} % | "
        f"{100 * total['astray'] / max(total['sure'], 1):.1f} % | "
        f"{stickers['seen']} of {stickers['stuck']}, {stickers['wrong']} false | "
        f"{np.median([one['seconds'] for one in told]):.1f} |"
    )


def measure(case: Case, seed: int) -> dict[str, Any]:
    """One sheet drawn on, photographed and read."""
    sheet = typeset(seed, paper=case.paper, count=case.houses)
    draw(sheet, case.lines, case.houses // 3, seed, careless=case.careless)
    taken = [
        photograph(sheet, replace(case.shot, box=box), seed=seed * 100 + at)
        for at, box in enumerate(_boxes(sheet, case.parts))
    ]
    began = time.perf_counter()
    reading = read_sheet([photo for photo, _ in taken], sheet.houses)
    seconds = time.perf_counter() - began
    lines = {(one.colour, frozenset({f"H{one.start}", f"H{one.end}"})) for one in sheet.lines}
    found = {(one.colour, frozenset(one.houses)) for one in reading.lines if one.whole}
    sure = {(one.colour, frozenset(one.houses)) for one in reading.lines if one.sure}
    dots = {(dot.colour, f"H{dot.house}") for dot in sheet.dots}
    seen = {(one.colour, one.houses[0]) for one in reading.stickers}
    return {
        "off": np.concatenate([_off(sheet, *one) for one in taken]),
        "lines": len(lines), "right": len(lines & found), "found": len(found),
        "sure": len(sure), "astray": len(sure - lines),
        "stuck": len(dots), "seen": len(dots & seen), "wrong": len(seen - dots),
        "seconds": seconds,
    }  # fmt: skip


def _boxes(
    sheet: Sheet, parts: tuple[int, int]
) -> Iterator[tuple[float, float, float, float] | None]:
    """Parts of the paper that overlap by a fifth."""
    if parts == (1, 1):
        yield None
        return
    west, north, east, south = sheet.page
    wide, high = (east - west) / (parts[0] * 0.8 + 0.2), (south - north) / (parts[1] * 0.8 + 0.2)
    for down in range(parts[1]):
        for across in range(parts[0]):
            x, y = west + across * 0.8 * wide, north + down * 0.8 * high
            yield x, y, x + wide, y + high


def _off(sheet: Sheet, photo: bytes, truth: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """How far places in the frame, among the marks seen, are from where the reading puts them."""
    picture = open_picture(photo)
    surface = fit_surface(sheet.code, find_marks(picture))
    paper = truth[:, 2:]
    low, high = surface.marks.min(axis=0) - 8.0, surface.marks.max(axis=0) + 8.0
    size = np.array([sheet.code.width, sheet.code.height])
    on = ((paper >= np.maximum(low, 0.0)) & (paper <= np.minimum(high, size))).all(axis=1)
    inside = (truth[:, 0] < picture.shape[1]) & (truth[:, 1] < picture.shape[0])
    on &= inside
    return np.hypot(*(surface.pixels(paper[on]) - truth[on, :2]).T) / surface.density
