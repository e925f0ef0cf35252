"""A town in a line: tests draw the streets they need as a picture.

    S1 . . H1 . H2

is one street with a crossing every hundred metres, a supporter at its west end and two
households on it. More lines make more streets; neighbours in a row or a column are joined.

    H1  .  S1
    .   /  .        "/" is a place without a crossing
    H2  .  .

The towns lie near Kokura and keep the contracts of every layer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.crs import plane_crs, to_plane
from geo.sample import Town
from geo.walk.build import build_network
from geo.walk.network import StreetLines

_MIDDLE: Final = (130.88, 33.88)
_LINK_COLUMNS: Final = ["watcher_id", "watched_id", "kind", "direction", "strength", "how_often"]

Floats = npt.NDArray[np.float64]

Facts = Mapping[str, Mapping[str, object]]
"""Columns of some rows, by id: ``{"S1": {"activities": ["talk"]}}``."""


def line_town(
    picture: str,
    *,
    step: float = 100.0,
    heights: str | None = None,
    facts: Facts | None = None,
    pace: float = 80.0,
) -> Town:
    """The town of a picture.

    Parameters
    ----------
    picture
        Words are crossings: ``H…`` a household, ``S…`` a supporter, ``.`` neither.
    step
        Metres between neighbours.
    heights
        Metres above the sea at every place, drawn like the picture; None is flat.
    facts
        What differs from the plain household (alone, wants garbage put out) and the plain
        supporter (active, puts out garbage).
    pace
        Metres a minute on the flat.
    """
    rows = [line.split() for line in picture.splitlines() if line.strip()]
    words = {
        (east, -south): word
        for south, row in enumerate(rows)
        for east, word in enumerate(row)
        if word != "/"
    }
    high = [float(h) for h in heights.split()] if heights else [0.0] * sum(map(len, rows))
    level = dict(
        zip([(e, -s) for s, r in enumerate(rows) for e in range(len(r))], high, strict=True)
    )
    lon, lat = _degrees(np.array(list(words), float) * step)
    return Town(
        districts=_district(lon, lat),
        streets=build_network(_lines(words, level, (lon, lat), step), pace=pace),
        households=_points(words, "H", (lon, lat), {"plain": _HOUSEHOLD, **(facts or {})}),
        supporters=_points(words, "S", (lon, lat), {"plain": _SUPPORTER, **(facts or {})}),
        links=_nothing(_LINK_COLUMNS),
        places=_nothing(["id", "kind", "name", "address", "weekdays", "hours"]),
    )


def grid_town(
    n: int, *, step: float = 100.0, supporters: tuple[tuple[int, int], ...] = ((0, 0),)
) -> Town:
    """A flat n × n grid: a household ``H<row>-<column>`` at every crossing but the supporters'.

    Supporters stand at (row, column), counted from the north-west, and are named ``S1``, ``S2`` …
    """
    helpers = {place: f"S{number}" for number, place in enumerate(supporters, start=1)}
    picture = "\n".join(
        " ".join(helpers.get((row, column), f"H{row}-{column}") for column in range(n))
        for row in range(n)
    )
    return line_town(picture, step=step)


_HOUSEHOLD: Final[Mapping[str, object]] = {
    "name": "試験 花子",
    "address": "試験町1丁目1番1号",
    "composition": "single_elderly",
    "needs": ["garbage"],
    "district_id": "D1",
}

_SUPPORTER: Final[Mapping[str, object]] = {
    "activities": ["garbage"],
    "name": "試験 太郎",
    "status": "active",
    "weekdays": ["MO", "TU", "WE", "TH", "FR", "SA", "SU"],
    "hours": ["00:00-24:00"],
    "most_per_week": 7.0,
    "load": 0.0,
    "pace": None,
    "farthest_minutes": None,
    "mode": "foot",
    "gender": None,
    "birth_year": None,
    "district_id": "D1",
}


def _degrees(metres: Floats) -> tuple[Floats, Floats]:
    plane = to_plane(plane_crs(*_MIDDLE))
    x, y = metres.T + np.array(plane.transform(*_MIDDLE))[:, None]
    return plane.transform(x, y, direction="INVERSE")


def _lines(
    words: Mapping[tuple[int, int], str],
    level: Mapping[tuple[int, int], float],
    degrees: tuple[Floats, Floats],
    step: float,
) -> StreetLines:
    number = {place: at for at, place in enumerate(words)}
    pairs = [
        (number[east, north], number[beside])
        for east, north in words
        for beside in ((east + 1, north), (east, north - 1))
        if beside in number
    ]
    tail, head = np.array(pairs, np.int64).T
    both = np.ones(len(pairs), bool)
    return StreetLines(
        lon=degrees[0],
        lat=degrees[1],
        elevation=np.array([level[place] for place in words]),
        tail=tail,
        head=head,
        metres=np.full(len(pairs), float(step)),
        steps=~both,
        there=both,
        back=both,
    )


def _points(
    words: Mapping[tuple[int, int], str], letter: str, degrees: tuple[Floats, Floats], facts: Facts
) -> gpd.GeoDataFrame:
    here = [(at, word) for at, word in enumerate(words.values()) if word.startswith(letter)]
    rows = [{"id": word, **facts["plain"], **facts.get(word, {})} for _, word in here]
    table = pd.DataFrame(rows, columns=pd.Index(["id", *facts["plain"]]))
    at = np.array([at for at, _ in here], dtype=np.int64)
    return gpd.GeoDataFrame(
        table, geometry=shapely.points(degrees[0][at], degrees[1][at]), crs=4326
    )


def _district(
    lon: Floats,
    lat: Floats,
) -> gpd.GeoDataFrame:
    shape = shapely.box(lon.min() - 0.01, lat.min() - 0.01, lon.max() + 0.01, lat.max() + 0.01)
    columns = {"id": ["D1"], "code": ["X9999"], "name": ["試験校区"]}
    return gpd.GeoDataFrame(columns, geometry=[shape], crs=4326)


def _nothing(columns: list[str]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({name: [] for name in columns}, geometry=[], crs=4326)
