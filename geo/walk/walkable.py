"""Which ways of OpenStreetMap one may walk on, from their tags.

Source: OpenStreetMap wiki, "OSM tags for routing/Access restrictions" (worldwide
defaults for foot) and "Guidelines for pedestrian navigation"; a way is out unless its
class is walkable, and an explicit ``foot`` tag has the last word.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

Tags = Mapping[str, str]


class Passage(NamedTuple):
    """How a way may be walked."""

    there: bool
    back: bool
    steps: bool
    level: bool
    """On a bridge or in a tunnel: the ground's height does not apply."""


_CARRIAGEWAYS: Final = frozenset({
    "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link",
    "tertiary", "tertiary_link",
})  # fmt: skip
_STREETS: Final = frozenset({
    "unclassified", "residential", "living_street", "service", "road", "track",
})  # fmt: skip
_FOOTWAYS: Final = frozenset({
    "footway", "path", "pedestrian", "steps", "corridor", "crossing", "platform", "elevator",
})  # fmt: skip
_ONLY_IF_FOOT: Final = frozenset({"cycleway", "bridleway"})
"""Not for walkers unless tagged so."""

_YES: Final = frozenset({"yes", "designated", "permissive", "official", "destination", "customers"})
_NO: Final = frozenset({
    "no", "private", "use_sidepath", "military", "agricultural", "forestry", "delivery", "permit",
    "residents", "construction",
})  # fmt: skip
_SEPARATE: Final = frozenset({"separate"})


def passage(tags: Tags) -> Passage | None:
    """How a way may be walked, or None where it may not.

    >>> passage({"highway": "motorway"}) is None
    True
    >>> passage({"highway": "steps", "bridge": "yes"})
    Passage(there=True, back=True, steps=True, level=True)
    """
    if not _may_walk(tags):
        return None
    there, back = _directions(tags)
    if not (there or back):
        return None
    return Passage(there, back, _is_steps(tags), _is_level(tags))


def _may_walk(tags: Tags) -> bool:
    kind = tags.get("highway", "")
    if kind in {"", "motorway", "motorway_link", "construction", "proposed", "abandoned"}:
        return kind == "" and tags.get("railway") == "platform" and tags.get("foot") not in _NO
    foot = tags.get("foot")
    if foot in _NO:
        return False
    if foot in _YES:
        return True
    if tags.get("access") in _NO or tags.get("motorroad") == "yes":
        return False
    if kind in _CARRIAGEWAYS:
        return not _sidewalks_drawn_apart(tags)
    return kind in _STREETS or kind in _FOOTWAYS


def _sidewalks_drawn_apart(tags: Tags) -> bool:
    """Both sidewalks are ways of their own: nobody walks on the line of the carriageway."""
    if tags.get("sidewalk") in _SEPARATE or tags.get("sidewalk:both") in _SEPARATE:
        return True
    sides = tags.get("sidewalk:left"), tags.get("sidewalk:right")
    return all(side in _SEPARATE or side == "no" for side in sides) and "separate" in sides


def _directions(tags: Tags) -> tuple[bool, bool]:
    """One-way streets are for vehicles; only tags about walkers close a direction."""
    oneway = tags.get("oneway:foot", "")
    if not oneway and tags.get("conveying") in {"forward", "backward"}:
        oneway = "yes" if tags["conveying"] == "forward" else "-1"
    there = oneway != "-1" and tags.get("foot:forward") not in _NO
    back = oneway not in {"yes", "1", "true"} and tags.get("foot:backward") not in _NO
    return there, back


def _is_steps(tags: Tags) -> bool:
    return tags.get("highway") == "steps"


def _is_level(tags: Tags) -> bool:
    return any(tags.get(key, "no") not in {"no", ""} for key in ("bridge", "tunnel", "indoor"))
