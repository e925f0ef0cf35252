"""The wall map on paper: layers in, a vector PDF of one sheet or of tiles out.

Nothing is written to disk on the way. What the layers hold is printed: the caller decides
what may leave, and gives only that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from geo.draw.fiducials import SheetCode
from geo.draw.paper import bar_of
from geo.draw.qr import qr_svg
from geo.draw.typesetting import typeset
from geo.draw.wallmap.drawing import map_svg
from geo.draw.wallmap.formats import OVERLAP, RESIDENTS, STAFF, Page, Paper
from geo.draw.wallmap.grid import Grid, grid_of, number_houses
from geo.draw.wallmap.ground import Ground, WallLayers, cut_ground, drawn_extent, level_ground
from geo.draw.wallmap.joining import join_svg
from geo.draw.wallmap.legend import place_index, wall_legend
from geo.draw.wallmap.terrain import border_path
from geo.draw.wallmap.tiling import Centre, Layout, Window, lay_out
from geo.draw.words import require_lang, say

_TEMPLATE: Final = Path(__file__).parents[1] / "assets" / "wall.typ"

_REST: Final = {"A4": (297.0, 210.0), "A3": (420.0, 297.0)}
"""Papers of a legend that finds no room beside its map."""


@dataclass(frozen=True)
class Look:
    """How a sheet looks: its edition.

    Attributes
    ----------
    coloured
        In colour; else in greys and thin black, for pens and stickers.
    residents
        Letters of 14 pt at least; else of 12.
    marked
        With the code and the marks that a photograph is read by.
    pens
        With the legend of pens and stickers.
    lang
        "ja" or "en".
    """

    coloured: bool = True
    residents: bool = True
    marked: bool = True
    pens: bool = False
    lang: str = "ja"


@dataclass(frozen=True)
class Imprint:
    """What stands around the map, as plain text.

    ``copy`` is a copy's number, holder and day of return, set at the foot and, as
    ``watermark``, across the sheet. An empty ``approval`` leaves a line to fill in.
    """

    title: str = ""
    warning: str = ""
    credit: str = ""
    approval: str = ""
    copy: str = ""
    watermark: str = ""
    made_on: dt.date | None = None


@dataclass(frozen=True)
class Printed:
    """The PDF, the code of each of its maps in order, and what the numbers stand for.

    ``numbers`` and ``squares`` are by house id, of the houses that a page shows;
    ``index`` are places and areas by name with their squares.
    """

    pdf: bytes
    codes: tuple[SheetCode, ...]
    numbers: dict[str, int]
    squares: dict[str, str]
    index: list[tuple[str, str]]


def wall_sheets(
    layers: WallLayers,
    *,
    paper: Paper = "A3",
    scale: int | None = None,
    window: Window | Centre | None = None,
    tiled: bool = False,
    sheet: str = "MAP",
    look: Look | None = None,
    imprint: Imprint | None = None,
) -> Printed:
    """A map on paper at a fixed scale, exact to a tenth of a millimetre.

    Parameters
    ----------
    layers
        Longitude and latitude, see `WallLayers`; all of it inside the window is printed.
    paper
        "A4", "A3", "A1" or "A0", lying or upright as the window fits.
    scale
        The n of 1:n, one of `SCALES`; None takes the largest at which one sheet suffices.
    window
        Metres in the plane of the layers; None is everything that people drew. A window
        too large for one sheet goes on several, with a cover page that says how to join.
    tiled
        Print an A1 or A0 map on A3 pages.
    sheet
        Short id of this map for its codes: 1 to 16 of A–Z, 0–9 and hyphen.
    look, imprint
        Edition, and the words around the map.

    Raises
    ------
    CrsMissing, CrsWrong, LayerFaulty, ParameterWrong
    AssetMissing
        The font is not installed.
    """
    look, imprint = look or Look(), imprint or Imprint()
    require_lang(look.lang)
    ground, epsg = level_ground(layers)
    layout = lay_out(
        window or drawn_extent(ground),
        paper=paper, sheet=sheet, epsg=epsg, scale=scale, tiled=tiled,
    )  # fmt: skip
    grid = grid_of(layout.whole)
    seen = _numbered(cut_ground(ground, layout.whole), grid)
    index = place_index(seen, grid)
    made = imprint.made_on or dt.datetime.now().astimezone().date()
    words = _words(look, imprint, layout, made) | {
        "legend": [asdict(one) for one in wall_legend(
            _with_borders(seen, layout.whole),
            coloured=look.coloured, pens=look.pens, lang=look.lang,
        )],
        "index": index,
        "pages": list(_pages(seen, layout, grid, look)),
        "rest": _rest(paper),
    }  # fmt: skip
    numbers, squares = _told(seen, grid)
    pdf = bytes(typeset(_TEMPLATE.read_bytes(), words, made))
    return Printed(pdf, layout.codes, numbers, squares, index)


def _numbered(ground: Ground, grid: Grid) -> Ground:
    if "houses" not in ground:
        return ground
    houses = ground["houses"]
    given = houses["number"] if "number" in houses.columns else pd.Series([np.nan] * len(houses))
    plane = shapely.get_coordinates(houses.geometry.to_numpy())
    numbers = number_houses(list(houses["id"]), plane, given, grid)
    return ground | {"houses": houses.assign(number=numbers)}


def _with_borders(seen: Ground, whole: SheetCode) -> Ground:
    """Without districts where no border of theirs is drawn."""
    if "districts" not in seen or border_path(seen["districts"], whole):
        return seen
    return {name: layer for name, layer in seen.items() if name != "districts"}


def _told(seen: Ground, grid: Grid) -> tuple[dict[str, int], dict[str, str]]:
    if "houses" not in seen:
        return {}, {}
    houses = seen["houses"]
    squares = grid.squares(shapely.get_coordinates(houses.geometry.to_numpy()))
    ids = list(houses["id"])
    return (
        dict(zip(ids, houses["number"].tolist(), strict=True)),
        dict(zip(ids, squares, strict=True)),
    )


def _words(look: Look, imprint: Imprint, layout: Layout, made: dt.date) -> dict[str, Any]:
    """The words around the map and the scale bar."""
    lang, n = look.lang, layout.whole.scale
    metres, length = bar_of(1000.0 / n, 36.0 * min(layout.page.type, 1.5))
    steps = say("join_steps", lang).format(count=len(layout.codes), overlap=f"{OVERLAP:g}")
    return {
        "lang": lang,
        "points": RESIDENTS if look.residents else STAFF,
        "title": imprint.title or say("title", lang),
        "warning": imprint.warning,
        "copy": imprint.copy,
        "watermark": imprint.watermark,
        "made": f"{say('made', lang)} {made.isoformat()}",
        "credit": f"{say('source', lang)} {imprint.credit}" if imprint.credit else "",
        "approval": imprint.approval,
        "approval_title": say("approval", lang),
        "north": say("north", lang),
        "scale_words": say("scale", lang).format(n=f"{n:,}"),
        "bar": length,
        "bar_label": f"{metres:g} m",
        "legend_title": say("legend", lang),
        "legend_over": say("legend_more", lang),
        "index_title": say("index", lang),
        "page_words": say("page", lang),
        "join_title": say("join", lang),
        "join_steps": steps,
    }


def _pages(seen: Ground, layout: Layout, grid: Grid, look: Look) -> Iterator[Mapping[str, Any]]:
    """The cover of a joined map, then one page for each code."""
    page = layout.page
    measures = {
        "width": page.width, "height": page.height, "strip": page.strip, "frame": list(page.frame),
        "head": list(page.head), "panel": list(page.panel), "foot": list(page.foot),
        "columns": page.columns,
        "code": page.code, "type": page.type, "upright": page.upright, "side": page.side,
        "margin": 12.0,
    }  # fmt: skip
    if layout.joined:
        yield measures | {"kind": "cover", "join": join_svg(layout, None)}
    for number, code in enumerate(layout.codes):
        ground = cut_ground(seen, code) if layout.joined else seen
        yield measures | {
            "kind": "tile" if layout.joined else "whole",
            "svg": map_svg(
                ground, code, grid, strip=page.strip, points=_points(page, look),
                coloured=look.coloured, marked=look.marked, lang=look.lang,
            ),
            "qr": qr_svg(code.write()) if look.marked or layout.joined else "",
            "join": join_svg(layout, number),
            "tile": f"{number + 1}／{len(layout.codes)}  " + say("tile", look.lang).format(
                row=code.tile[1] + 1, column=code.tile[0] + 1
            ),
        }  # fmt: skip


def _points(page: Page, look: Look) -> float:
    """Letters in the map: larger on a wall, but less so than those beside it."""
    return (RESIDENTS if look.residents else STAFF) * (1.0 + (page.type - 1.0) * 0.25)


def _rest(paper: Paper) -> dict[str, float]:
    width, height = _REST.get(paper, _REST["A3"])
    return {"width": width, "height": height, "margin": 12.0}
