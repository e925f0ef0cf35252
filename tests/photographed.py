"""Sheets as they come back: drawn on by people, lying not quite flat, taken by a telephone."""

from __future__ import annotations

import math
import subprocess
from dataclasses import dataclass, field
from typing import Any, Final

import cv2
import geopandas as gpd
import numpy as np
import segno
import shapely

from geo.draw.fiducials import CELLS, SheetCode, mark_cells, mark_layout, mark_places
from geo.draw.pens import DIAMETER, PENS, STICKERS
from geo.draw.wallmap import Centre, Imprint, Look, Paper, WallLayers, wall_sheets
from geo.scanning.marks import find_marks

Image = np.ndarray[Any, np.dtype[np.uint8]]
Points = np.ndarray[Any, np.dtype[np.float64]]

FRAMES: Final[dict[Paper, tuple[float, float]]] = {
    "A4": (205.0, 150.0), "A3": (290.0, 240.0), "A1": (660.0, 500.0), "A0": (960.0, 720.0),
}  # fmt: skip
"""About the map frames of the printed papers: houses stand within."""

A3: Final = (336.0, 250.0)
A1: Final = (760.0, 520.0)
A0: Final = (1100.0, 740.0)

MARGIN: Final = (14.0, 14.0, 14.0, 34.0)
"""Paper around the frame: left, top, right, bottom; millimetres."""


@dataclass(frozen=True)
class Line:
    """What somebody drew: from house to house, with which pen."""

    start: int
    end: int
    colour: str


@dataclass(frozen=True)
class Dot:
    """A sticker at a house."""

    house: int
    colour: str


@dataclass
class Sheet:
    """A printed sheet as a picture, and where its houses are."""

    code: SheetCode
    spots: Points
    density: float
    picture: Image
    origin: tuple[float, float] = MARGIN[:2]
    """Where on the paper the frame begins, millimetres."""
    lines: list[Line] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)

    def pixels(self, paper: Points) -> Points:
        """Pixels of the picture for millimetres of the frame."""
        return (np.asarray(paper, float) + np.array(self.origin)) * self.density

    @property
    def page(self) -> tuple[float, float, float, float]:
        """The whole paper: west, north, east, south in millimetres of the frame."""
        high, wide = self.picture.shape[:2]
        west, north = (-at for at in self.origin)
        return west, north, west + wide / self.density, north + high / self.density

    @property
    def houses(self) -> gpd.GeoDataFrame:
        """The houses as the reader is given them: id, number, place."""
        xy = self.code.plane_of_paper(self.spots)
        count = len(xy)
        return gpd.GeoDataFrame(
            {"id": [f"H{n}" for n in range(count)], "number": range(1, count + 1)},
            geometry=shapely.points(xy), crs=self.code.epsg,
        ).to_crs(4326)  # fmt: skip


def scattered(
    size: tuple[float, float], count: int, apart: float, rng: np.random.Generator
) -> Points:
    """Places in a frame, at least ``apart`` millimetres from one another."""
    found: list[tuple[float, float]] = []
    for x, y in rng.uniform((18, 18), (size[0] - 18, size[1] - 18), (count * 60, 2)):
        if all(math.hypot(x - u, y - v) >= apart for u, v in found):
            found.append((x, y))
        if len(found) == count:
            break
    return np.array(found)


def printed(
    size: tuple[float, float] = A3,
    count: int = 50,
    *,
    apart: float = 13.0,
    density: float = 8.0,
    seed: int = 0,
    sheet: str = "K7-1",
) -> Sheet:
    """A monochrome sheet with streets, houses, numbers, marks and its code."""
    rng = np.random.default_rng(seed)
    code = SheetCode(sheet, 6670, -12034.5, 98210.25, 1000, *size)
    spots = scattered(size, count, apart, rng)
    wide = round((size[0] + MARGIN[0] + MARGIN[2]) * density)
    high = round((size[1] + MARGIN[1] + MARGIN[3]) * density)
    made = Sheet(code, spots, density, np.full((high, wide, 3), 255, np.uint8))
    _print_ground(made, rng)
    _print_marks(made)
    _print_code(made)
    return made


def typeset(seed: int = 0, *, paper: Paper = "A3", count: int = 50, apart: float = 13.0) -> Sheet:
    """The sheet as the program itself prints it, for pens: streets, numbers, legend, code."""
    rng = np.random.default_rng(seed)
    size = FRAMES[paper]
    spots = scattered(size, count, apart, rng)
    ground = SheetCode("K7-1", 6670, -12034.5, 98210.25, 1000, *size)
    homes = gpd.GeoDataFrame(
        {"id": [f"H{n}" for n in range(len(spots))]},
        geometry=shapely.points(ground.plane_of_paper(spots)), crs=6670,
    )  # fmt: skip
    ways = rng.uniform((0, 0), size, (60, 2)).reshape(-1, 2, 2)
    streets = [shapely.LineString(ground.plane_of_paper(way)) for way in ways]
    layers = WallLayers(
        houses=homes.to_crs(4326),
        streets=gpd.GeoDataFrame(geometry=streets, crs=6670).to_crs(4326),
    )
    middle = ground.plane_of_paper([(size[0] / 2, size[1] / 2)])[0]
    made = wall_sheets(
        layers, paper=paper, scale=1000, window=Centre(*map(float, middle)), sheet="K7-1",
        look=Look(coloured=False, pens=True), imprint=Imprint("支え合いマップ"),
    )  # fmt: skip
    return _on_paper(made.pdf, made.codes[0], homes)


def _on_paper(pdf: bytes, code: SheetCode, homes: gpd.GeoDataFrame) -> Sheet:
    """The first page as a picture, and where on it the frame lies, told by its marks."""
    drawn = subprocess.run(
        ["pdftoppm", "-r", "203.2", "-f", "1", "-l", "1", "-png", "-"], input=pdf,
        capture_output=True, check=True,
    )  # fmt: skip
    picture = cv2.imdecode(np.frombuffer(drawn.stdout, np.uint8), cv2.IMREAD_COLOR)
    places = mark_places(code.width, code.height)
    off = [
        square[0] / 8.0 - (places[number].x, places[number].y)
        for number, square in find_marks(picture).items()
    ]
    origin = np.median(off, axis=0)
    on_plane = np.column_stack([homes.geometry.x, homes.geometry.y])
    spots = code.paper_of_plane(on_plane)
    return Sheet(code, spots, 8.0, picture, (float(origin[0]), float(origin[1])))


def _print_ground(sheet: Sheet, rng: np.random.Generator) -> None:
    picture, mm, size = sheet.picture, sheet.density, (sheet.code.width, sheet.code.height)
    for _ in range(int(size[0] * size[1] / 5000)):
        start = rng.uniform((0, 0), size)
        angle = rng.choice([0.1, 1.67]) + rng.normal(0, 0.08)
        end = start + rng.uniform(40, 160) * np.array([math.cos(angle), math.sin(angle)])
        ends = sheet.pixels(np.clip(np.array([start, end]), 0, size)).astype(int)
        cv2.line(picture, tuple(ends[0]), tuple(ends[1]), (184,) * 3, int(1.4 * mm), cv2.LINE_AA)
    corners = sheet.pixels(np.array([(0, 0), size])).astype(int)
    cv2.rectangle(picture, tuple(corners[0]), tuple(corners[1]), (0,) * 3, int(0.35 * mm))
    for number, (x, y) in enumerate(sheet.pixels(sheet.spots), 1):
        at = (int(x), int(y))
        cv2.circle(picture, at, int(1.6 * mm), (255,) * 3, -1, cv2.LINE_AA)
        cv2.circle(picture, at, int(1.6 * mm), (0,) * 3, int(0.3 * mm), cv2.LINE_AA)
        place = (int(x + 2 * mm), int(y - 1 * mm))
        cv2.putText(picture, str(number), place, cv2.FONT_HERSHEY_SIMPLEX, mm * 0.14, (0,) * 3,
                    int(0.4 * mm), cv2.LINE_AA)  # fmt: skip


def _print_marks(sheet: Sheet) -> None:
    frame = sheet.code.width, sheet.code.height
    for mark in mark_layout(*frame, avoid=sheet.spots):
        quiet = np.array([(mark.x - mark.quiet, mark.y - mark.quiet)])
        _fill(sheet, quiet[0], mark.side + 2 * mark.quiet, 255)
        for row, cells in enumerate(mark_cells(mark.id)):
            for column, black in enumerate(cells):
                step = mark.side / CELLS
                if black:
                    at = np.array([mark.x + column * step, mark.y + row * step])
                    _fill(sheet, at, step, 0)


def _print_code(sheet: Sheet) -> None:
    cells = list(segno.make(sheet.code.write(), error="m", micro=False).matrix_iter(border=2))
    step = 24.0 / len(cells)
    corner = np.array([sheet.code.width - 24.0, sheet.code.height + 4.0])
    for row, line in enumerate(cells):
        for column, black in enumerate(line):
            if black:
                _fill(sheet, corner + step * np.array([column, row]), step, 0)


def _fill(sheet: Sheet, corner: Points, side: float, grey: int) -> None:
    (x, y), (u, v) = np.rint(sheet.pixels(np.array([corner, corner + side]))).astype(int)
    sheet.picture[y:v, x:u] = grey


def draw(
    sheet: Sheet, lines: int = 60, stickers: int = 16, seed: int = 0, *, careless: bool = False
) -> None:
    """Lines and stickers as people make them, noted in ``sheet.lines`` and ``sheet.dots``.

    Nobody draws a line over a house that it is not meant for, unless ``careless``.
    """
    rng = np.random.default_rng([seed, 5])
    pairs = _pairs(sheet.spots, lines, 0.0 if careless else 6.0, rng)
    works: list[Line | Dot] = [
        Line(*pair, str(rng.choice(list(PENS), p=[0.4, 0.25, 0.25, 0.1]))) for pair in pairs
    ]
    chosen = rng.choice(len(sheet.spots), stickers)
    works += [Dot(int(house), str(rng.choice(list(STICKERS)))) for house in dict.fromkeys(chosen)]
    for turn in rng.permutation(len(works)):
        work = works[turn]
        if isinstance(work, Line):
            draw_line(sheet, work, rng)
        else:
            stick(sheet, work, rng)


def _pairs(
    spots: Points, count: int, clear: float, rng: np.random.Generator
) -> list[tuple[int, int]]:
    """Mostly neighbours, sometimes far apart."""
    far = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1))
    found: dict[tuple[int, int], None] = {}
    while len(found) < count:
        start = int(rng.integers(len(spots)))
        near = np.argsort(far[start])[1:]
        step = min(int(rng.exponential(6)), len(near) - 1)
        end = int(near[step])
        others = shapely.points(np.delete(spots, [start, end], axis=0))
        way = shapely.LineString([spots[start], spots[end]])
        if shapely.distance(others, way).min() >= clear:
            found[min(start, end), max(start, end)] = None
    return list(found)


def _offset(rng: np.random.Generator, most: float = 3.0) -> Points:
    angle, far = rng.uniform(0, 2 * math.pi), most * math.sqrt(rng.uniform())
    return far * np.array([math.cos(angle), math.sin(angle)])


def drawn_path(start: Points, end: Points, rng: np.random.Generator) -> Points:
    """A line as a hand draws it: a slight bow, a tremor."""
    length = float(np.hypot(*(end - start)))
    t = np.linspace(0, 1, max(int(length * 2), 8))
    along = (end - start) / length
    across = np.array([-along[1], along[0]])
    bow = np.clip(rng.normal(0, 0.02), -0.05, 0.05) * length
    waves = sum(
        rng.uniform(0.1, 0.35) * np.sin(2 * math.pi * (t * length / wave + rng.uniform()))
        for wave in (11.0, 23.0, 41.0)
    )
    aside = 4 * bow * t * (1 - t) + waves
    return start + t[:, None] * (end - start) + aside[:, None] * across


def tinted(ink: str, rng: np.random.Generator) -> Points:
    """A pen of another maker: hue, strength and darkness vary; blue, green, red from 0 to 1."""
    bgr = np.array([[[int(ink[i : i + 2], 16) for i in (5, 3, 1)]]], np.uint8)
    hsv = cv2.cvtColor(bgr, cv2.COLOR_BGR2HSV).astype(float)[0, 0]
    hsv[0] = (hsv[0] + rng.normal(0, 3)) % 180
    hsv[1:] = np.clip(hsv[1:] * rng.uniform(0.85, 1.1, 2), 0, 255)
    return cv2.cvtColor(hsv[None, None].astype(np.uint8), cv2.COLOR_HSV2BGR)[0, 0] / 255.0


def draw_line(sheet: Sheet, line: Line, rng: np.random.Generator) -> None:
    """Draw a line near its two houses and note it."""
    start, end = (sheet.spots[one] + _offset(rng) for one in (line.start, line.end))
    ink_path(sheet, drawn_path(start, end, rng), PENS[line.colour].ink, rng)
    sheet.lines.append(line)


def ink_path(sheet: Sheet, path: Points, ink: str, rng: np.random.Generator) -> None:
    """A felt pen on print: what is black stays black, two inks make a third."""
    width = rng.uniform(0.8, 2.0)
    pixels = sheet.pixels(path)
    low = np.maximum(pixels.min(axis=0).astype(int) - 20, 0)
    high = np.minimum(pixels.max(axis=0).astype(int) + 20, sheet.picture.shape[1::-1])
    mask = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
    thick = width * (1 + 0.15 * np.sin(np.linspace(0, rng.uniform(5, 20), len(path))))
    for (x, y), (u, v), wide in zip(pixels[:-1] - low, pixels[1:] - low, thick, strict=False):
        across = max(round(wide * sheet.density), 1)
        cv2.line(mask, (round(x), round(y)), (round(u), round(v)), 255, across, cv2.LINE_AA)
    window = sheet.picture[low[1] : high[1], low[0] : high[0]]
    share = (mask / 255.0 * rng.uniform(0.85, 0.97))[..., None]
    window[:] = (window * (1 - share + share * tinted(ink, rng))).astype(np.uint8)


def stick(sheet: Sheet, dot: Dot, rng: np.random.Generator) -> None:
    """A round sticker near its house."""
    middle = sheet.pixels((sheet.spots[dot.house] + _offset(rng, 2.5))[None])[0]
    radius = round(DIAMETER / 2 * sheet.density)
    colour = tuple(tinted(STICKERS[dot.colour].ink, rng) * 255.0)
    at = (round(middle[0]), round(middle[1]))
    cv2.circle(sheet.picture, at, radius, colour, -1, cv2.LINE_AA)
    sheet.dots.append(dot)


@dataclass(frozen=True)
class Shot:
    """How a picture was taken. ``box`` is the part of the frame in view, millimetres."""

    box: tuple[float, float, float, float] | None = None
    pixels: tuple[int, int] = (4000, 3000)
    perspective: float = 0.05
    curl: float = 2.0
    shadow: float = 0.45
    noise: float = 4.0
    blur: float = 0.8
    quality: int = 85
    turn: int = 0
    light: float = 1.0


def photograph(sheet: Sheet, shot: Shot | None = None, seed: int = 0) -> tuple[bytes, Points]:
    """A JPEG of the sheet, and for each of its pixels' grid points the millimetres there.

    The second is (n, 4): pixel x and y, true millimetres x and y of the frame.
    """
    shot = shot or Shot()
    rng = np.random.default_rng([seed, 9])
    view = _view(sheet, shot, rng)
    wide, high = shot.pixels
    step = 20
    xs, ys = np.meshgrid(np.arange(0, wide + step, step), np.arange(0, high + step, step))
    flat = cv2.perspectiveTransform(np.stack([xs, ys], -1).reshape(1, -1, 2).astype(float), view)[0]
    paper = flat + _curled(flat, sheet, shot.curl, rng)
    grid = (sheet.pixels(paper)).reshape(*xs.shape, 2).astype(np.float32)
    big = cv2.resize(grid, None, fx=step, fy=step, interpolation=cv2.INTER_LINEAR)
    half = step // 2
    maps = cv2.copyMakeBorder(big, 0, half, 0, half, cv2.BORDER_REPLICATE)
    maps = maps[half : half + high, half : half + wide]
    taken = cv2.remap(sheet.picture, maps, None, cv2.INTER_AREA, borderValue=(120, 150, 175))
    taken = _lit(taken, shot, rng)
    truth = np.column_stack([xs.ravel(), ys.ravel(), paper])
    coded = cv2.imencode(".jpg", taken, [cv2.IMWRITE_JPEG_QUALITY, shot.quality])[1]
    return coded.tobytes(), truth


def _view(sheet: Sheet, shot: Shot, rng: np.random.Generator) -> Points:
    """From pixels to millimetres of the frame, not yet curled."""
    west, north, east, south = shot.box or sheet.page
    wide, high = shot.pixels
    corners = np.array([(west, north), (east, north), (east, south), (west, south)])
    corners = np.roll(corners, shot.turn, axis=0)
    across, down = (abs(corners[1] - corners[0])).max(), (abs(corners[2] - corners[1])).max()
    fit = min(wide / across, high / down) * 0.97
    size = np.array([across, down]) * fit
    low = (np.array([wide, high]) - size) / 2
    targets = low + size * np.array([(0, 0), (1, 0), (1, 1), (0, 1)])
    inward = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)])
    targets = targets + inward * rng.uniform(0, shot.perspective, (4, 2)) * size
    return cv2.getPerspectiveTransform(targets.astype(np.float32), corners.astype(np.float32))


def _curled(flat: Points, sheet: Sheet, curl: float, rng: np.random.Generator) -> Points:
    """Waves of the paper: how far a point seems to be from its place, at most ``curl`` mm."""
    reach = math.hypot(sheet.code.width, sheet.code.height)
    moved = np.zeros_like(flat)
    for _ in range(3):
        angle, phase = rng.uniform(0, 2 * math.pi, 2)
        along = flat @ np.array([math.cos(angle), math.sin(angle)])
        wave = np.sin(2 * math.pi * along / (min(reach, 450.0) * rng.uniform(0.5, 1.2)) + phase)
        towards = rng.normal(size=2)
        moved += wave[:, None] * towards / np.hypot(*towards)
    return moved * curl / max(float(np.hypot(*moved.T).max()), 1e-9)


def _lit(taken: Image, shot: Shot, rng: np.random.Generator) -> Image:
    """The yellow light of a hall, a shadow from one side and that of a hand, grain."""
    high, wide = taken.shape[:2]
    ys, xs = np.mgrid[0:high:16, 0:wide:16].astype(np.float32)
    angle = rng.uniform(0, 2 * math.pi)
    slope = (xs / wide - 0.5) * math.cos(angle) + (ys / high - 0.5) * math.sin(angle)
    light = 1 - shot.shadow * (0.5 + slope / 1.5)
    hand = np.hypot(xs - rng.uniform(0, wide), ys - rng.uniform(0, high)) / (0.25 * wide)
    light *= 1 - 0.3 * (shot.shadow > 0) / (1 + np.exp((hand - 1) * 12))
    tint = np.array([rng.uniform(0.78, 0.95), 0.95, 1.0], np.float32) * shot.light
    whole = cv2.resize(light.astype(np.float32), (wide, high))[..., None] * tint
    bright = cv2.GaussianBlur(taken, (0, 0), shot.blur) if shot.blur else taken
    grain = rng.standard_normal((high // 2, wide // 2), np.float32) * shot.noise * 1.5
    fine = rng.standard_normal((high, wide), np.float32) * shot.noise
    grain = fine + cv2.resize(grain, (wide, high)) * 0.4
    return np.clip(bright * whole + grain[..., None], 0, 255).astype(np.uint8)
