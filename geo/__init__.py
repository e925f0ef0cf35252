"""Welfare maps of a neighbourhood: who needs help, who is near, whom nobody reaches.

Layers are GeoDataFrames in longitude and latitude, see `geo.layers`; minutes are walking
minutes, metres are metres; null means unknown.
"""

from __future__ import annotations

from geo import siting
from geo.accessibility import accessibility
from geo.coverage import (
    Ask,
    Cover,
    Helper,
    coverage_table,
    street_cover,
    uncovered_areas,
    uncovered_households,
    with_capacity,
)
from geo.crs import mesh_bounds, mesh_code
from geo.draw.sheet import welfare_sheet
from geo.draw.webmap import welfare_map
from geo.errors import (
    AssetMissing,
    CellFaulty,
    CellsUnwritable,
    CrsMissing,
    CrsWrong,
    EncodingUnknown,
    FileEmpty,
    FileFault,
    FileMissing,
    FileTooLarge,
    FileUnreadable,
    GeoError,
    LayerFaulty,
    NetworkDamaged,
    NetworkEmpty,
    NotFound,
    ParameterWrong,
    RosterFaulty,
    SchemaUnknown,
)
from geo.exchange.addresses import Gazetteer
from geo.exchange.boundaries import read_boundaries
from geo.exchange.hazards import read_hazards
from geo.exchange.places import read_places
from geo.exchange.population import read_population
from geo.exchange.projections import read_projections
from geo.exchange.rosters import read_roster
from geo.exchange.tables import write_layer
from geo.forecast import forecast
from geo.hotspots import hot_spots
from geo.masking import SUPPRESSED, mesh_cells, percentages, suppress, suppress_together
from geo.matching import Matches, match
from geo.proximity import SupporterPool, nearest_supporters, walking_minutes
from geo.request import Request, Stop
from geo.sample import Town, sample_town
from geo.spreading import name_districts, spread_on_streets
from geo.suggesting import Suggestions, suggest, what_if
from geo.walk.network import StreetNetwork
from geo.walk.sources import read_streets
from geo.watching import houses_with_one_line, houses_without_line, left_alone, watcher_load

__all__ = [
    "SUPPRESSED",
    "Ask",
    "AssetMissing",
    "CellFaulty",
    "CellsUnwritable",
    "Cover",
    "CrsMissing",
    "CrsWrong",
    "EncodingUnknown",
    "FileEmpty",
    "FileFault",
    "FileMissing",
    "FileTooLarge",
    "FileUnreadable",
    "Gazetteer",
    "GeoError",
    "Helper",
    "LayerFaulty",
    "Matches",
    "NetworkDamaged",
    "NetworkEmpty",
    "NotFound",
    "ParameterWrong",
    "Request",
    "RosterFaulty",
    "SchemaUnknown",
    "Stop",
    "StreetNetwork",
    "Suggestions",
    "SupporterPool",
    "Town",
    "accessibility",
    "coverage_table",
    "forecast",
    "hot_spots",
    "houses_with_one_line",
    "houses_without_line",
    "left_alone",
    "match",
    "mesh_bounds",
    "mesh_cells",
    "mesh_code",
    "name_districts",
    "nearest_supporters",
    "percentages",
    "read_boundaries",
    "read_hazards",
    "read_places",
    "read_population",
    "read_projections",
    "read_roster",
    "read_streets",
    "sample_town",
    "siting",
    "spread_on_streets",
    "street_cover",
    "suggest",
    "suppress",
    "suppress_together",
    "uncovered_areas",
    "uncovered_households",
    "walking_minutes",
    "watcher_load",
    "welfare_map",
    "welfare_sheet",
    "what_if",
    "with_capacity",
    "write_layer",
]
