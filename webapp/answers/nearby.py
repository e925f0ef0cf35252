"""The places that a request may lead to, the nearest to the home first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo import terms
from geo.proximity import walking_minutes
from geo.units import DETOUR, FLAT_PACE
from geo.walk.straight import plane_points
from webapp.answers.atlas import Atlas
from webapp.answers.sentences import count_minutes, join_names
from webapp.wording import Language, say

KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "errand": ("shop", "mobile_sales", "clinic"),
    "accompaniment": ("clinic", "shop", "hall", "welfare", "bus_stop", "mobile_sales"),
    "garbage": ("garbage_station",),
}
"""Kinds of place by the activity that leads there."""

_LOOKED_AT: Final = 40
"""Places near by the straight line whose walk is measured."""

_WITHIN: Final = 60.0


def places_near(
    atlas: Atlas, identity: str, activity: str, lang: Language, *, chosen: str | None = None
) -> list[dict[str, Any]]:
    """Places for an activity of one household, nearest first; ``chosen`` is among them.

    Minutes are one way on foot, None where unknown or beyond an hour.

    Raises
    ------
    NotFound
    """
    house, layer = atlas.household(identity), atlas.layer("places")
    fits = layer["kind"].isin(KINDS.get(activity, ())) | (layer["id"] == chosen)
    places = layer[fits & layer.geometry.notna()].reset_index(drop=True)
    if places.empty:
        return []
    home, spots = plane_points(house, places)
    metres = np.hypot(*(spots - home[0]).T)
    rows: npt.NDArray[np.int64] = np.argsort(metres, kind="stable")[:_LOOKED_AT]
    others = np.flatnonzero((places["id"] == chosen).to_numpy(bool))
    some = places.iloc[np.unique(np.concatenate([rows, others]))]
    minutes = _minutes(atlas, house, some)
    order = np.argsort(np.nan_to_num(minutes, nan=np.inf), kind="stable")
    return [_told(some.iloc[int(row)], float(minutes[row]), lang) for row in order]


def _minutes(
    atlas: Atlas, house: gpd.GeoDataFrame, places: gpd.GeoDataFrame
) -> npt.NDArray[np.float64]:
    if atlas.streets is None:
        home, spots = plane_points(house, places)
        return np.hypot(*(spots - home[0]).T) * DETOUR / FLAT_PACE
    found = walking_minutes(atlas.streets, house, places, within=_WITHIN).tocoo()
    minutes = np.full(len(places), np.nan)
    minutes[found.col] = found.data
    return minutes


def _told(place: Any, minutes: float, lang: Language) -> dict[str, Any]:  # noqa: ANN401
    """One place with a sentence that names it, how far it is, and when it is open."""
    name, kind = place.get("name"), str(place["kind"])
    days, hours = (_list(place.get(column)) for column in ("weekdays", "hours"))
    known = bool(np.isfinite(minutes))
    shown = name if isinstance(name, str) else terms.label("place", kind, lang)
    facts = [say("find.walk", lang, minutes=count_minutes(minutes))] if known else []
    if days is not None:
        facts.append(join_names([terms.label("weekday", day, lang) for day in days], lang))
    if hours:
        facts.append(join_names(hours, lang))
    between = "・" if lang == "ja" else ", "
    return {
        "id": str(place["id"]),
        "name": shown,
        "kind": kind,
        "minutes": round(minutes, 1) if known else None,
        "weekdays": days,
        "hours": hours,
        "lon": float(shapely.get_x(place.geometry)),
        "lat": float(shapely.get_y(place.geometry)),
        "sentence": say("find.place_about", lang, name=shown, about=between.join(facts))
        if facts
        else shown,
    }


def _list(value: object) -> list[str] | None:
    known = isinstance(value, Iterable) and not isinstance(value, str)
    return [str(one) for one in value] if known else None  # type: ignore[union-attr]
