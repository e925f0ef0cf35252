"""Parts of a map that somebody looks after: a drawn area, the houses of a sheet, or all of it."""

from __future__ import annotations

from dataclasses import dataclass

import shapely

from geo.errors import NotFound
from webapp.board.blocks import blocks_of
from webapp.board.homes import Home, homes_of
from webapp.board.state import Board


@dataclass(frozen=True)
class Portion:
    """A part of the map. ``code``: as a form names it; ``number``: of its sheet, if it is one."""

    code: str
    name: str
    number: int | None = None


def list_portions(board: Board) -> list[Portion]:
    """The whole map first, then the sheets of a round, then the areas that were drawn."""
    sheets = [Portion(f"sheet-{one.number}", one.name, one.number) for one in blocks_of(board)]
    areas = [Portion(one.id, str(one.values.get("name") or "")) for one in board.of_kind("area")]
    return [Portion("", ""), *sheets, *areas]


def homes_in(board: Board, code: str) -> list[Home]:
    """The homes of one part.

    Raises
    ------
    NotFound
    """
    homes = list(homes_of(board).values())
    if not code:
        return homes
    if code.startswith("sheet-"):
        sheets = {f"sheet-{one.number}": list(one.homes) for one in blocks_of(board)}
        return sheets.get(code, [])
    area = next((one for one in board.of_kind("area") if one.id == code), None)
    if area is None:
        raise NotFound(kind="area", id=code[:40])
    ring = shapely.Polygon(area.values["ring"])
    return [
        one
        for one in homes
        if shapely.intersects_xy(ring, one.house.values["lon"], one.house.values["lat"])
    ]
