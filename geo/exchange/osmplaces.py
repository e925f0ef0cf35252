"""Shops, clinics, bus stops and more out of an OpenStreetMap extract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import osmium
import osmium.filter
import osmium.io
import osmium.osm

from geo.errors import FileUnreadable
from geo.exchange.files import Source
from geo.units import Degrees

_ANY: Final = "*"

KINDS_BY_TAG: Final[tuple[tuple[str, frozenset[str], str], ...]] = (
    (
        "shop",
        frozenset(
            {
                "supermarket", "convenience", "grocery", "greengrocer", "butcher", "seafood",
                "bakery", "deli", "dairy", "pastry", "confectionery", "tea", "rice", "general",
                "department_store", "mall", "variety_store", "chemist", "hardware",
                "doityourself", "houseware", "farm", "alcohol", "beverages", "food", "kiosk",
            }
        ),
        "shop",
    ),
    ("amenity", frozenset({"marketplace"}), "shop"),
    ("amenity", frozenset({"clinic", "hospital", "doctors", "dentist", "pharmacy"}), "clinic"),
    ("healthcare", frozenset({_ANY}), "clinic"),
    ("highway", frozenset({"bus_stop"}), "bus_stop"),
    ("amenity", frozenset({"community_centre", "social_centre"}), "hall"),
    ("emergency", frozenset({"defibrillator"}), "aed"),
    ("emergency", frozenset({"assembly_point"}), "shelter"),
    ("amenity", frozenset({"waste_disposal"}), "garbage_station"),
    ("amenity", frozenset({"social_facility", "nursing_home"}), "welfare"),
)  # fmt: skip
"""Tag, its values, kind of place; the first that fits counts. Shops are those for errands."""

_FORMATS: Final = {"pbf": "pbf", "osm": "osm"}


class OsmPlace(NamedTuple):
    """One thing on the map, as a point."""

    id: str
    kind: str
    name: str | None
    address: str | None
    lon: Degrees
    lat: Degrees


def read_osm_places(source: Source) -> list[OsmPlace]:
    """Every place of the kinds in `KINDS_BY_TAG`, in the order of the file.

    Buildings and grounds become the middle of their outline.

    Raises
    ------
    FileUnreadable
    """
    try:
        return list(_walk(source))
    except (RuntimeError, ValueError, OSError) as error:
        raise FileUnreadable(
            file=source.file, kind="an OpenStreetMap extract", reason="it is damaged or cut short"
        ) from error


def _walk(source: Source) -> Iterator[OsmPlace]:
    tags = osmium.filter.KeyFilter(*{tag for tag, _, _ in KINDS_BY_TAG})
    file = osmium.io.File(str(source.path), _FORMATS[source.kind])
    for thing in osmium.FileProcessor(file).with_areas(tags).with_filter(tags):
        kind = _kind(thing.tags)
        if kind is None:
            continue
        if isinstance(thing, osmium.osm.Node) and thing.location.valid():
            yield _place(thing.tags, f"node/{thing.id}", kind, thing.lon, thing.lat)
        elif isinstance(thing, osmium.osm.Area):
            lon, lat = _middle(thing)
            maker = "way" if thing.from_way() else "relation"
            yield _place(thing.tags, f"{maker}/{thing.orig_id()}", kind, lon, lat)


def _kind(tags: osmium.osm.TagList) -> str | None:
    for tag, values, kind in KINDS_BY_TAG:
        value = tags.get(tag)
        if value is not None and value != "no" and (value in values or _ANY in values):
            return kind
    return None


def _middle(area: osmium.osm.Area) -> tuple[Degrees, Degrees]:
    corners = [node.location for ring in area.outer_rings() for node in ring]
    lons, lats = [c.lon for c in corners], [c.lat for c in corners]
    return (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2


def _place(tags: osmium.osm.TagList, key: str, kind: str, lon: Degrees, lat: Degrees) -> OsmPlace:
    name = tags.get("name:ja") or tags.get("name") or tags.get("brand")
    return OsmPlace(key, kind, name, _address(tags), lon, lat)


def _address(tags: osmium.osm.TagList) -> str | None:
    full = tags.get("addr:full")
    if full:
        return full
    keys = ("province", "city", "suburb", "quarter", "neighbourhood", "street", "block_number")
    parts = [tags.get(f"addr:{key}") for key in (*keys, "housenumber")]
    return " ".join(part for part in parts if part) or None
