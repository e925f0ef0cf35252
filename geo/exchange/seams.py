"""Where districts do not fit together: ground that two claim, ground that none claims."""

from __future__ import annotations

from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.crs import GEOGRAPHIC, plane_of
from geo.units import Degrees, SquareMetres

LEAST_AREA: Final[SquareMetres] = 1.0
"""Overlaps and gaps up to this size come from rounded coordinates and are not reported."""

Shapes = npt.NDArray[np.object_]


class Overlap(NamedTuple):
    """Ground that two districts claim."""

    first: str
    second: str
    m2: SquareMetres


class Gap(NamedTuple):
    """Ground enclosed by districts that none claims, and a point in it."""

    m2: SquareMetres
    lon: Degrees
    lat: Degrees


class Seams(NamedTuple):
    """All of it, the largest first, and the ground that the districts cover together."""

    overlaps: tuple[Overlap, ...]
    gaps: tuple[Gap, ...]
    m2: SquareMetres


def find_seams(districts: gpd.GeoDataFrame) -> Seams:
    """Overlaps and gaps above `LEAST_AREA`, measured in the plane of the districts.

    A gap is a hole in the union of all districts: an enclosed lake or a neighbour that
    was left out counts as one, an open bay does not.

    Parameters
    ----------
    districts
        Longitude/latitude, one row per district: id, geometry.
    """
    plane = plane_of(districts)
    shapes = np.asarray(districts.geometry.to_crs(plane).array, dtype=object)
    broken = ~shapely.is_valid(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    fits = bool(shapely.coverage_is_valid(shapes))
    whole = shapely.coverage_union_all(shapes) if fits else shapely.union_all(shapes)
    ids = [str(value) for value in districts["id"]]
    overlaps = () if fits else _find_overlaps(shapes, ids)
    holes = gpd.GeoSeries(_find_holes(whole), crs=plane)
    return Seams(overlaps, _as_gaps(holes), float(shapely.area(whole)))


def _find_overlaps(shapes: Shapes, ids: list[str]) -> tuple[Overlap, ...]:
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    areas = shapely.area(shapely.intersection(shapes[left], shapes[right]))
    large = np.flatnonzero(areas > LEAST_AREA)
    found = (Overlap(ids[left[n]], ids[right[n]], float(areas[n])) for n in large)
    return tuple(sorted(found, key=lambda overlap: (-overlap.m2, overlap.first, overlap.second)))


def _find_holes(whole: shapely.Geometry) -> Shapes:
    rings = [ring for part in shapely.get_parts(whole) for ring in part.interiors]
    holes = np.array([shapely.Polygon(ring) for ring in rings], dtype=object)
    areas = shapely.area(holes)
    order = np.argsort(-areas, kind="stable")
    return holes[order[areas[order] > LEAST_AREA]]


def _as_gaps(holes: gpd.GeoSeries) -> tuple[Gap, ...]:
    points = holes.representative_point().to_crs(GEOGRAPHIC)
    return tuple(
        Gap(float(area), float(lon), float(lat))
        for area, lon, lat in zip(holes.area, points.x, points.y, strict=True)
    )
