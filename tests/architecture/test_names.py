"""What others rely on keeps its name, and files are named after things of the field."""

from __future__ import annotations

from pathlib import Path

import geo

HOUSE = Path(__file__).parents[2]

PUBLIC = {
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
}
"""Added to freely; a name taken away or changed is a break and goes into the CHANGELOG."""

EMPTY_WORDS = ("util", "helper", "common", "manager", "process", "handle")


def test_public_names_of_geo_are_those_promised() -> None:
    assert set(geo.__all__) == PUBLIC


def test_every_public_name_is_there_and_says_what_it_does() -> None:
    assert [name for name in geo.__all__ if not getattr(geo, name).__doc__] == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    rooms = ("geo", "webapp", "tests", "bench")
    files = [path for room in rooms for path in (HOUSE / room).rglob("*.py")]
    assert [str(path) for path in files if any(word in path.stem for word in EMPTY_WORDS)] == []
