"""Streets from files: OpenStreetMap extracts, and GeoPackages as OSMnx saves them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import osmium
import osmium.filter
import osmium.io
import osmium.osm
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError
from pyproj import Geod

from geo.errors import (
    CrsMissing,
    FileEmpty,
    FileMissing,
    FileUnreadable,
    NetworkEmpty,
    SchemaUnknown,
)
from geo.units import FLAT_PACE, MetresPerMinute
from geo.walk.build import build_network, densify
from geo.walk.network import StreetLines, StreetNetwork
from geo.walk.slope import require_pace, sample_elevation
from geo.walk.walkable import Passage, passage

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

_EARTH: Final = Geod(ellps="GRS80")
_GEOPACKAGE: Final = b"SQLite format 3\0"
_NO_ELEVATION: Final = np.nan


def read_streets(
    path: str | os.PathLike[str],
    *,
    elevation: str | os.PathLike[str] | None = None,
    pace: MetresPerMinute = FLAT_PACE,
) -> StreetNetwork:
    """The streets of a file as a network to walk on.

    Parameters
    ----------
    path
        ``.osm.pbf``, ``.osm``, or a GeoPackage with the layers ``nodes`` and ``edges`` as
        OSMnx saves it. The kind is seen from the content.
    elevation
        A raster in any CRS, metres. None takes the elevation of OSMnx's nodes where there
        is one; otherwise slopes are unknown and count as flat.
    pace
        Metres a minute on flat ground.

    Raises
    ------
    FileMissing, FileEmpty, FileUnreadable, SchemaUnknown, CrsMissing, NetworkEmpty,
    ParameterWrong
    """
    require_pace(pace)
    lines = read_lines(path, elevation=elevation)
    return build_network(lines, pace=pace, source=Path(path).name)


def read_lines(
    path: str | os.PathLike[str], *, elevation: str | os.PathLike[str] | None = None
) -> StreetLines:
    """The walkable streets of a file, not simplified; parameters as in `read_streets`."""
    source = Path(path)
    if not source.is_file():
        raise FileMissing(file=source.name)
    with source.open("rb") as start:
        magic = start.read(len(_GEOPACKAGE))
    if not magic:
        raise FileEmpty(file=source.name)
    lines = _read_osmnx(source) if magic == _GEOPACKAGE else _read_osm(source)
    if elevation is None:
        return lines
    lines = densify(lines)
    heights = sample_elevation(Path(elevation), lines.lon, lines.lat)
    return replace(lines, elevation=heights)


def _read_osm(source: Path) -> StreetLines:
    """Ways one may walk on, each stretch between two of its nodes one line."""
    kind = "pbf" if not _is_xml(source) else "osm"
    try:
        ways, passages, refs, lon, lat = _collect_ways(source, kind)
    except (RuntimeError, ValueError, UnicodeDecodeError) as fault:
        raise FileUnreadable(
            file=source.name,
            kind="an OpenStreetMap extract (.osm.pbf, .osm)",
            reason="it is damaged, cut short or of another kind",
        ) from fault
    if not ways:
        raise NetworkEmpty(source=source.name)
    _, first, vertex = np.unique(refs, return_index=True, return_inverse=True)
    lon, lat = lon[first], lat[first]
    way = np.repeat(np.arange(len(ways)), ways)
    on = way[:-1] == way[1:]
    tail, head, of = vertex[:-1][on], vertex[1:][on], way[:-1][on]
    table = np.array(passages, bool)
    _, _, metres = _EARTH.inv(lon[tail], lat[tail], lon[head], lat[head])
    return StreetLines(
        lon=lon,
        lat=lat,
        elevation=np.full(len(lon), _NO_ELEVATION),
        tail=tail.astype(np.int64),
        head=head.astype(np.int64),
        metres=np.asarray(metres, np.float64),
        there=table[of, 0],
        back=table[of, 1],
        steps=table[of, 2],
        level=table[of, 3],
    )


def _is_xml(source: Path) -> bool:
    with source.open("rb") as start:
        return start.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def _collect_ways(
    source: Path, kind: str
) -> tuple[list[int], list[Passage], Longs, Floats, Floats]:
    """Number of nodes and passage of each way; ref, longitude, latitude of each node of it."""
    lengths: list[int] = []
    passages: list[Passage] = []
    refs: list[int] = []
    lon: list[float] = []
    lat: list[float] = []
    reader = (
        osmium.FileProcessor(osmium.io.File(str(source), kind))
        .with_locations()
        .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        .with_filter(osmium.filter.KeyFilter("highway", "railway"))
    )
    for way in reader:
        if not isinstance(way, osmium.osm.Way):
            continue
        allowed = passage({tag.k: tag.v for tag in way.tags})
        if allowed is None:
            continue
        before = len(refs)
        for node in way.nodes:
            if node.location.valid():
                refs.append(node.ref)
                lon.append(node.lon)
                lat.append(node.lat)
        if len(refs) - before > 1:
            lengths.append(len(refs) - before)
            passages.append(allowed)
        else:
            del refs[before:], lon[before:], lat[before:]
    return lengths, passages, np.array(refs, np.int64), np.array(lon), np.array(lat)


def _read_osmnx(source: Path) -> StreetLines:
    nodes, edges = _read_layer(source, "nodes"), _read_layer(source, "edges")
    _require_columns(source, "nodes", nodes, ["osmid"])
    _require_columns(source, "edges", edges, ["u", "v", "highway"])
    if edges.empty or nodes.empty:
        raise NetworkEmpty(source=source.name)
    number = pd.Series(np.arange(len(nodes)), index=nodes["osmid"].to_numpy())
    ends = [number.reindex(edges[side].to_numpy()).to_numpy() for side in ("u", "v")]
    if np.isnan(ends[0]).any() or np.isnan(ends[1]).any():
        raise FileUnreadable(
            file=source.name, kind="streets", reason="its edges name nodes that it does not hold"
        )
    if "elevation" in nodes.columns:
        height = pd.to_numeric(nodes["elevation"], errors="coerce").to_numpy(np.float64)
    else:
        height = np.full(len(nodes), _NO_ELEVATION)
    if not edges.geom_type.isin(["LineString", "MultiLineString"]).all():
        raise FileUnreadable(
            file=source.name, kind="streets", reason="one of its edges has no line"
        )
    edges = _merge_directions(edges.assign(u=ends[0].astype(int), v=ends[1].astype(int)))
    at = shapely.get_coordinates(nodes.geometry.to_numpy())
    return _edge_lines(edges, at[:, 0], at[:, 1], height)


def _read_layer(source: Path, layer: str) -> gpd.GeoDataFrame:
    try:
        found = pyogrio.read_dataframe(source, layer=layer)
    except (DataSourceError, DataLayerError, FieldError, FeatureError, ValueError) as fault:
        raise FileUnreadable(
            file=source.name,
            kind="streets as OSMnx saves them",
            reason=f"its layer {layer} is missing or damaged",
        ) from fault
    if "geometry" not in found.columns:
        raise SchemaUnknown(
            file=source.name,
            found=", ".join(map(str, found.columns)),
            expected=f"a geometry in the layer {layer}",
            way_out="Save it again with osmnx.save_graph_geopackage().",
        )
    if found.crs is None:
        raise CrsMissing(source=source.name, way_out="Save it again from OSMnx.")
    return found.to_crs(4326)


def _require_columns(source: Path, layer: str, table: gpd.GeoDataFrame, wanted: list[str]) -> None:
    if not set(wanted) <= set(table.columns):
        raise SchemaUnknown(
            file=source.name,
            found=", ".join(map(str, table.columns)),
            expected=f"{', '.join(wanted)} in the layer {layer}",
            way_out="Save it again with osmnx.save_graph_geopackage().",
        )


def _single_lines(edges: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    """Each edge as one line.

    A GeoPackage stores lines as collections of one. An edge that the border of the extract
    cut in two keeps its given length; its missing middle becomes a straight piece.
    """
    points, edge = shapely.get_coordinates(edges.geometry.to_numpy(), return_index=True)
    lines = shapely.linestrings(points, indices=edge)
    return np.asarray(lines, object)


def _merge_directions(edges: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """One row per street: u → v and v → u on the same line become one, walkable both ways."""
    lines = _single_lines(edges)
    first = shapely.get_coordinates(shapely.get_point(lines, 1))
    last = shapely.get_coordinates(shapely.get_point(lines, -2))
    swap = (edges["u"] > edges["v"]).to_numpy() | (
        (edges["u"] == edges["v"]).to_numpy() & _after(first, last)
    )
    lines = np.where(swap, shapely.reverse(lines), lines)
    ends = edges[["u", "v"]].to_numpy(np.int64)
    low, high = ends.min(axis=1), ends.max(axis=1)
    same = pd.DataFrame({"u": low, "v": high, "line": shapely.to_wkb(lines)})
    group = same.groupby(["u", "v", "line"], sort=False).ngroup().to_numpy()
    _, row = np.unique(group, return_index=True)
    merged = edges.iloc[row].set_geometry(
        gpd.GeoSeries(lines[row], index=edges.index[row], crs=4326)
    )
    return merged.assign(
        u=low[row],
        v=high[row],
        there=np.bincount(group, ~swap)[group[row]] > 0,
        back=np.bincount(group, swap)[group[row]] > 0,
    )


def _after(one: Floats, other: Floats) -> npt.NDArray[np.bool_]:
    """Whether points come after others, west to east, then south to north."""
    level = one[:, 0] == other[:, 0]
    return np.where(level, one[:, 1] > other[:, 1], one[:, 0] > other[:, 0])


def _edge_lines(edges: gpd.GeoDataFrame, lon: Floats, lat: Floats, height: Floats) -> StreetLines:
    points, edge = shapely.get_coordinates(edges.geometry.to_numpy(), return_index=True)
    start = np.flatnonzero(np.diff(edge, prepend=-1))
    stop = np.append(start[1:], len(edge)) - 1
    inner = np.ones(len(edge), bool)
    inner[start] = inner[stop] = False
    vertex = np.empty(len(edge), np.int64)
    vertex[start], vertex[stop] = edges["u"].to_numpy(), edges["v"].to_numpy()
    vertex[inner] = len(lon) + np.arange(int(inner.sum()))
    on = np.flatnonzero(edge[:-1] == edge[1:])
    _, _, metres = _EARTH.inv(points[on, 0], points[on, 1], points[on + 1, 0], points[on + 1, 1])
    drawn = np.bincount(edge[on], metres, minlength=len(edges))
    given = pd.to_numeric(edges.get("length", pd.Series(drawn, index=edges.index)), errors="coerce")
    length = np.where(given.notna(), given, drawn)
    metres = metres * np.divide(length, drawn, out=np.ones_like(drawn), where=drawn > 0)[edge[on]]
    run = np.zeros(len(edge))
    run[on + 1] = metres
    run = np.cumsum(run) - np.cumsum(run)[start][edge]
    share = np.divide(run, length[edge], out=np.zeros_like(run), where=length[edge] > 0)
    low, high = height[edges["u"].to_numpy()], height[edges["v"].to_numpy()]
    between = (low[edge] + (high - low)[edge] * share)[inner]
    return StreetLines(
        lon=np.concatenate([lon, points[inner, 0]]),
        lat=np.concatenate([lat, points[inner, 1]]),
        elevation=np.concatenate([height, between]),
        tail=vertex[on],
        head=vertex[on + 1],
        metres=metres,
        steps=edges["highway"].astype(str).str.contains("steps").to_numpy(bool)[edge[on]],
        there=edges["there"].to_numpy(bool)[edge[on]],
        back=edges["back"].to_numpy(bool)[edge[on]],
    )
