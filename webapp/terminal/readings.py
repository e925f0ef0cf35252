"""Reading one file of each kind, with its report.

Districts, people and places become a parcel for the register; population, projections, hazards,
streets and elevation a change of the workspace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.errors import ParameterWrong, RosterFaulty
from geo.exchange.addresses import Gazetteer
from geo.exchange.boundaries import read_boundaries
from geo.exchange.hazards import read_hazards
from geo.exchange.places import read_places
from geo.exchange.population import read_population
from geo.exchange.projections import read_projections
from geo.exchange.rosters import Roster, read_roster
from geo.layers import LayerName
from geo.walk.build import build_network
from geo.walk.slope import sample_elevation
from geo.walk.sources import read_lines
from webapp.answers.findings import list_findings
from webapp.layerstore import Change, Contents, Layers
from webapp.register.intake import Parcel, digest_file
from webapp.wording import Language
from webapp.workspace import KEPT
from webapp.workspace.elevating import Raised, raise_streets
from webapp.workspace.streetlines import load_lines

Kind = Literal[
    "boundaries",
    "households",
    "supporters",
    "links",
    "places",
    "population",
    "projections",
    "hazards",
    "streets",
    "elevation",
]


@dataclass(frozen=True)
class Wishes:
    """What the words of the command say about the file."""

    crs: str | None = None
    kind: str | None = None
    """What all places or hazards of the file are."""
    name_column: str | None = None
    code_column: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    gazetteer: Path | None = None


@dataclass(frozen=True)
class Reading:
    """A file as read: what it brings to the workspace or the register, what to say about it."""

    rows: int
    report: dict[str, Any]
    change: Change | None = None
    parcel: Parcel | None = None
    fault: RosterFaulty | None = None


@dataclass(frozen=True)
class Ground:
    """What stands already: the workspace's contents, the register's layers."""

    contents: Contents
    layers: Callable[[], Layers]


def read_file(kind: Kind, path: Path, wishes: Wishes, ground: Ground, lang: Language) -> Reading:
    """Read ``path`` as ``kind``; nothing is stored yet.

    Raises
    ------
    GeoError
        The file cannot be taken at all. A roster with faulty rows is a reading with a fault.
    """
    if kind in {"households", "supporters", "links"}:
        return _read_roster(kind, path, wishes, ground, lang)  # type: ignore[arg-type]
    if kind == "streets":
        return _read_streets(path, ground.contents)
    if kind == "elevation":
        return _read_elevation(path, ground.contents)
    name, read = _LAYERS[kind]
    layer = read(path, wishes)
    report = _facts(layer.attrs.get("report"))
    if name in KEPT:
        kept = _beside(ground.contents.layers.get(name), layer) if name == "hazards" else layer
        return Reading(len(layer), report, Change({name: kept}, file=path.name))
    parcel = Parcel({name: layer}, path.name, name, digest_file(path))
    return Reading(len(layer), report, parcel=parcel)


def _boundaries(path: Path, wishes: Wishes) -> gpd.GeoDataFrame:
    return read_boundaries(
        path, name_column=wishes.name_column, code_column=wishes.code_column, crs=wishes.crs
    )


_LAYERS: Final[dict[str, tuple[LayerName, Callable[[Path, Wishes], gpd.GeoDataFrame]]]] = {
    "boundaries": ("districts", _boundaries),
    "places": (
        "places",
        lambda path, wishes: read_places(path, kind=wishes.kind, crs=wishes.crs),
    ),
    "hazards": (
        "hazards",
        lambda path, wishes: read_hazards(path, kind=wishes.kind, crs=wishes.crs),
    ),
    "population": ("population", lambda path, wishes: read_population(path, crs=wishes.crs)),
    "projections": ("projections", lambda path, wishes: read_projections(path, crs=wishes.crs)),
}


def _beside(before: gpd.GeoDataFrame | None, layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The hazards of a file with those of other kinds that lie there already.

    Floods come in one file and slopes in another: a file takes the place of its own kinds.
    """
    if before is None or before.empty:
        return layer
    others = before[~before["kind"].isin(set(layer["kind"]))]
    both = pd.concat([others, layer], ignore_index=True) if len(others) else layer
    return gpd.GeoDataFrame(both, crs=layer.crs)


def _facts(report: object) -> dict[str, Any]:
    if report is None:
        return {}
    facts = getattr(report, "facts", None)
    return facts() if callable(facts) else dict(vars(report))  # type: ignore[no-any-return]


def _read_roster(
    kind: Literal["households", "supporters", "links"],
    path: Path,
    wishes: Wishes,
    ground: Ground,
    lang: Language,
) -> Reading:
    locate = Gazetteer.read(wishes.gazetteer) if wishes.gazetteer is not None else None
    roster = read_roster(path, kind, mapping=wishes.mapping or None, locate=locate)
    layer = roster.layer
    report: dict[str, Any] = {
        "mapping": roster.mapping,
        "unknown": roster.unknown,
        "faults": list_findings(roster.faults, lang),
        "notes": list_findings(roster.notes, lang),
        "unplaced": int(layer.geometry.isna().sum()) if kind != "links" else 0,
    }
    if kind == "links":
        report["unlinked"] = _count_unlinked(layer, ground.layers())
    fault = _fault(roster, report)
    parcel = None if fault else Parcel.of_roster(roster, kind, path)
    return Reading(len(layer), report, parcel=parcel, fault=fault)


def _fault(roster: Roster, report: dict[str, Any]) -> RosterFaulty | None:
    """The fault, its problem in the reader's language."""
    try:
        roster.require()
    except RosterFaulty as fault:
        return RosterFaulty(**(fault.facts | {"problem": report["faults"][0]["problem"]}))
    return None


def _count_unlinked(links: gpd.GeoDataFrame, layers: Layers) -> int:
    """Lines with an end that has no position, or that nobody knows."""
    ends = [layers[name] for name in ("households", "supporters") if name in layers]
    placed = {one for layer in ends for one in layer["id"][layer.geometry.notna()]}
    known = links["watcher_id"].isin(placed) & links["watched_id"].isin(placed)
    return int((~known).sum())


def _read_streets(path: Path, contents: Contents) -> Reading:
    lines = read_lines(path)
    streets, report = build_network(lines, source=path.name), {}
    if contents.elevation is not None:
        raised = raise_streets(lines, contents.elevation, source=path.name)
        streets, report = raised.streets, _slopes(raised, contents.sources["elevation"].file)
    report |= {
        "nodes": streets.nodes,
        "edges": streets.edges,
        "metres": float(streets.metres),
        "parts": streets.parts,
    }
    change = Change(streets=streets, lines=lines, file=path.name)
    return Reading(streets.edges, report, change)


def _slopes(raised: Raised, raster: str) -> dict[str, Any]:
    return {"slopes": raster, "share": round(raised.share, 3)}


def _read_elevation(path: Path, contents: Contents) -> Reading:
    """Take a raster that can be sampled; streets that stand already get its slopes at once."""
    sample_elevation(path, np.array([130.9]), np.array([33.9]))
    change = Change(elevation=path, file=path.name)
    if contents.lines is None:
        later = "no_streets" if contents.streets is None else "streets_again"
        return Reading(1, {later: True}, change)
    lines = load_lines(contents.lines)
    raised = raise_streets(lines, path, source=contents.sources["streets"].file)
    change = replace(change, streets=raised.streets, lines=lines, sources=frozenset({"elevation"}))
    return Reading(1, _slopes(raised, path.name), change)


def read_mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    """HEADER=FIELD pairs. Raises `ParameterWrong` where the sign is missing.

    >>> read_mapping(("お名前=name", "備考="))
    {'お名前': 'name', '備考': ''}
    """
    for pair in pairs:
        if "=" not in pair or pair.startswith("="):
            raise ParameterWrong(name="--map", value=pair[:60], wanted="HEADER=FIELD")
    return dict(pair.rsplit("=", 1) for pair in pairs)  # type: ignore[misc]
