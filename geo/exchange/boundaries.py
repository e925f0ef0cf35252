"""Boundary files of offices become the districts layer, and a report of what was done to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import GEOGRAPHIC
from geo.errors import CellFaulty, FileEmpty
from geo.exchange.editions import Edition, as_text, find_edition
from geo.exchange.files import open_source
from geo.exchange.seams import Gap, Overlap, Seams, Shapes, find_seams
from geo.exchange.vectors import VECTOR_KINDS, read_vector
from geo.units import SquareMetres

_AREAS: Final = frozenset({"Polygon", "MultiPolygon", "GeometryCollection"})


@dataclass(frozen=True)
class BoundaryReport:
    """What was done to a boundary file; also in ``districts.attrs["report"]``.

    Attributes
    ----------
    file, edition
        Name of the file, and what it was recognised as.
    rows, districts
        Rows in the file, districts made of them.
    merged
        Id and number of rows of each district that came in several parts.
    repaired
        Ids of districts with invalid rings, repaired.
    left_out
        Reason and number of rows that are no district.
    overlaps, gaps
        Largest first; m² in the plane; see `geo.exchange.seams`.
    area_m2
        Ground that the districts cover together, m² in the plane.
    """

    file: str
    edition: str
    rows: int
    districts: int
    merged: tuple[tuple[str, int], ...]
    repaired: tuple[str, ...]
    left_out: tuple[tuple[str, int], ...]
    overlaps: tuple[Overlap, ...] = ()
    gaps: tuple[Gap, ...] = ()
    area_m2: SquareMetres = 0.0

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self

    def facts(self) -> dict[str, Any]:
        """The report for JSON."""
        named = {"overlaps": [o._asdict() for o in self.overlaps]}
        return asdict(self) | named | {"gaps": [gap._asdict() for gap in self.gaps]}


def read_boundaries(
    path: str | Path,
    *,
    name_column: str | None = None,
    code_column: str | None = None,
    crs: str | int | None = None,
) -> gpd.GeoDataFrame:
    """The districts of a boundary file: N03, A27, e-Stat small areas, or any vector file.

    Parameters
    ----------
    path
        GeoJSON, GeoPackage, FlatGeobuf, GeoParquet or Shapefile, also zipped.
    name_column, code_column
        Which column is which; None recognises the edition from columns and values. With
        a name only, rows of one name are one district and ``code`` is null.
    crs
        What the coordinates are in, overruling the file; None believes the file.

    Returns
    -------
    The districts layer, EPSG:4326, one row per district in the order of the file: id,
    code (null where the file has none), name, parts (rows it came as), geometry
    (MultiPolygon), where the file has them address, people and households (null is
    unknown). ``attrs["report"]`` is a `BoundaryReport`.

    Raises
    ------
    FileMissing, FileEmpty, FileTooLarge, FileUnreadable, SchemaUnknown, CellFaulty,
    CrsMissing, CrsWrong, ParameterWrong
    """
    source = open_source(path, kinds=VECTOR_KINDS, wanted="boundaries")
    raw = read_vector(source, wanted=_is_area_layer, crs=crs, prefer="districts")
    edition, table = find_edition(
        raw, source.file, name_column=name_column, code_column=code_column
    )
    rows = _name_rows(table, raw.geometry, edition, source.file)
    kept, repaired, left_out = _keep_areas(rows, source.file)
    districts = _dissolve(kept, edition)
    report = BoundaryReport(
        file=source.file,
        edition=edition.title,
        rows=len(raw),
        districts=len(districts),
        merged=tuple(
            (i, int(n)) for i, n in zip(districts.id, districts.parts, strict=True) if n > 1
        ),
        repaired=repaired,
        left_out=left_out,
    )
    districts.attrs["report"] = _with_seams(report, find_seams(districts))
    return districts


def _with_seams(report: BoundaryReport, seams: Seams) -> BoundaryReport:
    return replace(report, overlaps=seams.overlaps, gaps=seams.gaps, area_m2=seams.m2)


def _is_area_layer(shape: str) -> bool:
    return "Polygon" in shape or "Surface" in shape or shape in {"Unknown", "GeometryCollection"}


def _name_rows(
    table: pd.DataFrame, shapes: gpd.GeoSeries, edition: Edition, file: str
) -> gpd.GeoDataFrame:
    """One row per row of the file: id, code, name, geometry and what else the edition tells."""
    rows = gpd.GeoDataFrame({"row": np.arange(1, len(table) + 1)}, geometry=shapes.array)
    rows["code"] = _codes(table, edition)
    rows["name"] = _names(table, edition)
    rows["reason"] = _reasons(table, edition)
    rows["id"] = _ids(rows, edition)
    missing = rows[rows["id"].isna() & rows["reason"].isna()]
    if len(missing):
        column = edition.code or edition.name[0]
        raise CellFaulty(
            file=file,
            row=int(missing["row"].iloc[0]),
            column=column,
            value="",
            problem="it is empty",
        )
    for ours, theirs in edition.texts.items():
        if theirs in table.columns:
            rows[ours] = pd.Series(list(map(as_text, table[theirs])), dtype=object)
    for ours, theirs in edition.figures.items():
        if theirs in table.columns:
            rows[ours] = pd.to_numeric(table[theirs], errors="coerce").to_numpy(float)
    return rows


def _codes(table: pd.DataFrame, edition: Edition) -> pd.Series:
    if edition.code is None:
        return pd.Series([None] * len(table), dtype=object)
    codes = [_with_zero(as_text(value), edition.lengths) for value in table[edition.code]]
    return pd.Series(codes, dtype=object)


def _with_zero(code: str | None, lengths: tuple[int, ...]) -> str | None:
    if code is None or len(code) in lengths or len(code) + 1 not in lengths:
        return code
    return "0" + code


def _names(table: pd.DataFrame, edition: Edition) -> pd.Series:
    names = pd.Series([None] * len(table), dtype=object)
    for column in reversed(edition.name):
        if column in table.columns:
            found = pd.Series(list(map(as_text, table[column])), dtype=object)
            names = found.where(found.notna(), names)
    return names.where(names.notna(), None)


def _reasons(table: pd.DataFrame, edition: Edition) -> pd.Series:
    reasons = pd.Series([None] * len(table), dtype=object)
    for column, value, reason in edition.left_out:
        if column in table.columns:
            reasons[[as_text(cell) == value for cell in table[column]]] = reason
    return reasons


def _ids(rows: pd.DataFrame, edition: Edition) -> list[str | None]:
    if edition.identity == "name":
        return list(rows["name"])
    if edition.identity == "code":
        return list(rows["code"])
    named = {(c, n) for c, n in zip(rows["code"], rows["name"], strict=True) if c is not None}
    names_of = Counter(code for code, _ in named)
    apart = edition.identity == "both"
    return [
        code if code is not None and not apart and names_of[code] == 1 else _joined(code, name)
        for code, name in zip(rows["code"], rows["name"], strict=True)
    ]


def _joined(code: str | None, name: str | None) -> str | None:
    return "/".join(part for part in (code, name) if part is not None) or None


def _keep_areas(
    rows: gpd.GeoDataFrame, file: str
) -> tuple[gpd.GeoDataFrame, tuple[str, ...], tuple[tuple[str, int], ...]]:
    """Rows that are districts, valid; ids repaired; reasons and counts of what was left out."""
    shapes = rows.geometry.to_numpy()
    _check_areas(rows, file)
    broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    rows = rows.set_geometry(
        gpd.GeoSeries([as_multipolygon(shape) for shape in shapes]), crs=GEOGRAPHIC
    )
    empty = rows.geometry.is_empty
    rows["reason"] = rows["reason"].where(rows["reason"].notna() | ~empty, "no area")
    kept = rows[rows["reason"].isna()]
    if kept.empty:
        raise FileEmpty(file=file)
    repaired = dict.fromkeys(kept["id"][broken[kept.index]])
    left_out = Counter(reason for reason in rows["reason"] if reason is not None)
    return kept, tuple(repaired), tuple(sorted(left_out.items()))


def _check_areas(rows: gpd.GeoDataFrame, file: str) -> None:
    kinds = rows.geometry.geom_type
    wrong = kinds.notna() & ~kinds.isin(_AREAS)
    if wrong.any():
        first = rows.index[wrong][0]
        raise CellFaulty(
            file=file,
            row=int(rows["row"][first]),
            column="geometry",
            value="",
            problem=f"it is a {kinds[first]}, not an area",
        )


def as_multipolygon(shape: shapely.Geometry | None) -> shapely.MultiPolygon:
    """The areas in a shape, empty where it has none."""
    parts = shapely.get_parts(shapely.get_parts(shape)) if shape is not None else []
    return shapely.MultiPolygon(
        [part for part in parts if isinstance(part, shapely.Polygon) and not part.is_empty]
    )


def _dissolve(kept: gpd.GeoDataFrame, edition: Edition) -> gpd.GeoDataFrame:
    groups = kept.groupby("id", sort=False)
    columns: dict[str, Any] = {"id": list(groups.groups)}
    for text in ("code", "name", *edition.texts):
        if text in kept.columns:
            columns[text] = _first_filled(values for _, values in groups[text])
    columns["parts"] = groups.size().to_numpy()
    for figure in edition.figures:
        if figure in kept.columns:
            columns[figure] = [_add_up(values) for _, values in groups[figure]]
    shapes = [_unite(part.geometry.to_numpy()) for _, part in groups]
    layer = pd.DataFrame(columns)
    return gpd.GeoDataFrame(layer, geometry=shapes, crs=GEOGRAPHIC)


def _first_filled(columns: Iterable[pd.Series]) -> list[str | None]:
    filled = [values.dropna() for values in columns]
    return [str(values.iloc[0]) if len(values) else None for values in filled]


def _add_up(values: pd.Series) -> float:
    """The figure of a district that came in parts.

    Parts that all repeat one figure above 0 mean that it is the whole district's.
    """
    known = values.dropna()
    if len(known) > 1 and (known == known.iloc[0]).all():
        return float(known.iloc[0])
    return float(known.sum()) if len(known) else float("nan")


def _unite(shapes: Shapes) -> shapely.MultiPolygon:
    return shapes[0] if len(shapes) == 1 else as_multipolygon(shapely.union_all(shapes))
