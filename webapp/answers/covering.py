"""Whom nobody reaches, as GeoJSON: households for staff, hidden counts for the public."""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely

from geo.coverage import uncovered_areas, uncovered_households
from geo.crs import mesh_bounds, mesh_code
from geo.errors import NotFound, ParameterWrong
from geo.masking import MeshLevel, mesh_level, meshes_of
from webapp.answers.atlas import Atlas

HIDDEN: Final = "*"

MINUTES: Final = 10.0
"""The limit of maps and tables that name no other."""

PUBLIC_MINUTES: Final = (5.0, 10.0, 15.0, 20.0, 30.0)
"""The limits the public may ask for: with any limit, two answers would give a few away."""


def uncovered(atlas: Atlas, activity: str | None, within: float) -> gpd.GeoDataFrame:
    """Households without a supporter within reach; kept for the data version."""
    return atlas.once(
        ("uncovered", activity, within),
        lambda: uncovered_households(
            atlas.wanted("households"), atlas.pool, activity=activity, within=within
        ),
    )


def uncovered_land(atlas: Atlas, activity: str | None, within: float) -> gpd.GeoDataFrame:
    """The parts of the districts nobody reaches; people only where figures were imported."""
    population = atlas.layer("population")
    return uncovered_areas(
        atlas.wanted("districts"),
        atlas.pool,
        activity=activity,
        within=within,
        population=None if population.empty else population,
        households=atlas.layer("households"),
    )


def staff_coverage(
    atlas: Atlas, activity: str | None, within: float, district: str | None
) -> dict[str, Any]:
    """One feature per household that nobody reaches."""
    found = uncovered(atlas, activity, within)
    if district is not None:
        _require_district(atlas, district)
        found = found[found["district_id"] == district]
    features = [_household(row) for row in found.itertuples(index=False)]
    return {"type": "FeatureCollection", "features": features, "data_version": atlas.version}


def _household(row: Any) -> dict[str, Any]:  # noqa: ANN401
    point: shapely.Point | None = row.geometry
    minutes = getattr(row, "minutes", None)
    return {
        "type": "Feature",
        "geometry": None if point is None else _spot(point),
        "properties": {
            "household_id": row.id,
            "minutes": None if minutes is None or minutes != minutes else round(float(minutes), 3),  # noqa: PLR0124
            "reason": getattr(row, "reason", None),
        },
    }


def _spot(point: shapely.Point) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [round(point.x, 6), round(point.y, 6)]}


def public_coverage(
    atlas: Atlas, activity: str | None, within: float, district: str | None, threshold: int
) -> dict[str, Any]:
    """One feature per mesh cell: households there, and those nobody reaches.

    The cells are those of the public map, 250 m, 500 m or 1 km: smaller ones beside it
    could be subtracted from its counts.

    Every cell of the districts is there, so that an empty one cannot be told from one of
    few. Counts are rounded down to the threshold; what is below it, or would leave fewer
    than it when subtracted, is ``*``. A district takes whole cells, so that asking by
    district tells nothing more.
    """
    if within not in PUBLIC_MINUTES:
        wanted = ", ".join(f"{one:g}" for one in PUBLIC_MINUTES)
        raise ParameterWrong(name="within", value=f"{within:g}", wanted=wanted)
    level = published_level(atlas)
    everyone = count_cells(atlas.wanted("households"), level)
    apart = count_cells(uncovered(atlas, activity, within), level)
    cells = everyone.keys() | _meshes(atlas) if district is None else _cells_of(atlas, district)
    features = [
        _cell(code, everyone.get(code, 0), apart.get(code, 0), threshold) for code in sorted(cells)
    ]
    facts = {"cells": level, "rounded_to": threshold}
    return {"type": "FeatureCollection", "features": features} | facts


def published_level(atlas: Atlas) -> MeshLevel:
    """The one size of mesh cells at which this version is published."""
    return atlas.once("mesh level", lambda: _level(atlas))


def _level(atlas: Atlas) -> MeshLevel:
    return mesh_level(atlas.wanted("households"), threshold=atlas.threshold)


def count_cells(households: gpd.GeoDataFrame, level: MeshLevel) -> dict[str, int]:
    """Households by mesh cell; those without a position are in none."""
    placed = households[~(households.geometry.isna() | households.geometry.is_empty)]
    lon, lat = shapely.get_coordinates(placed.geometry.to_numpy()).T
    codes: dict[str, int] = {}
    for code in np.atleast_1d(mesh_code(lon, lat, level)):
        codes[str(code)] = codes.get(str(code), 0) + 1
    return codes


def hide(count: int, of: int, threshold: int) -> int | str:
    """``count`` of ``of`` rounded down, or ``*`` where it or the rest is a small group.

    >>> hide(25, 60, 10), hide(4, 60, 10), hide(55, 60, 10), hide(0, 60, 10)
    (20, '*', '*', '*')
    """
    rest = of - count
    if count < threshold or 0 < rest < threshold:
        return HIDDEN
    return count // threshold * threshold


def _cell(code: str, everyone: int, apart: int, threshold: int) -> dict[str, Any]:
    box = shapely.box(*mesh_bounds(code))
    corners = [
        [round(x, 7), round(y, 7)] for x, y in shapely.get_coordinates(box.exterior).tolist()
    ]
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [corners]},
        "properties": {
            "mesh": code,
            "households": hide(everyone, everyone, threshold),
            "uncovered": hide(apart, everyone, threshold),
        },
    }


def _require_district(atlas: Atlas, district: str) -> gpd.GeoDataFrame:
    districts = atlas.layer("districts")
    found = districts[districts["id"] == district]
    if found.empty:
        raise NotFound(kind="district", id=district)
    return found


def _meshes(atlas: Atlas) -> set[str]:
    """Every cell that meets a district, so that an empty one looks like one of few."""
    level = published_level(atlas)
    return atlas.once("meshes", lambda: set(meshes_of(atlas.layer("districts"), level)))


def _cells_of(atlas: Atlas, district: str) -> set[str]:
    """The cells whose middle lies in a district."""
    found = _require_district(atlas, district)
    shape = shapely.union_all(found.geometry.to_numpy())
    codes = meshes_of(found, published_level(atlas))
    boxes = np.array([mesh_bounds(code) for code in codes]).reshape(-1, 4)
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    inside = shapely.contains_xy(shape, middles[:, 0], middles[:, 1])
    return {code for code, there in zip(codes, inside, strict=True) if there}
