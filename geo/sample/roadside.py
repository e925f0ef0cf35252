"""Where houses and places stand: beside streets, 5 to 25 m off, in a named part of town."""

from __future__ import annotations

import re
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.sample.ground import Floats, Ints, Plan
from geo.walk.network import StreetLines


class Roadside(NamedTuple):
    """Stretches of street that one may live on, in the town's plane.

    ``start`` and ``ahead`` are points and vectors in metres, shape (m, 2); ``height`` is
    metres above the sea; ``district`` the row in ``districts``.
    """

    start: Floats
    ahead: Floats
    height: Floats
    district: Ints
    districts: gpd.GeoDataFrame


def find_roadside(lines: StreetLines, districts: gpd.GeoDataFrame) -> Roadside:
    """The stretches with a house front: no steps, no bridges, inside a district."""
    place = np.column_stack([lines.lon, lines.lat])
    start, ahead = place[lines.tail], place[lines.head] - place[lines.tail]
    district = locate(start + ahead / 2, districts)
    use = (district >= 0) & ~lines.steps
    if lines.level is not None:
        use &= ~lines.level
    height = lines.elevation[lines.tail]
    return Roadside(start[use], ahead[use], height[use], district[use], districts)


def locate(place: Floats, districts: gpd.GeoDataFrame) -> Ints:
    """Row of the district that each point lies in; -1 outside."""
    found = np.full(len(place), -1)
    for row, shape in enumerate(districts.geometry):
        shapely.prepare(shape)
        found[shapely.contains_xy(shape, *place.T)] = row
    return found


def settle(rng: np.random.Generator, roadside: Roadside, weight: Floats, count: int) -> Floats:
    """Points beside streets, metres in the plane, shape (count, 2).

    Parameters
    ----------
    weight
        How dense a metre of each stretch is, 0 or above, shape (m,).
    """
    metres = np.hypot(*roadside.ahead.T)
    share = np.cumsum(weight * metres)
    stands = np.empty((0, 2))
    while len(stands) < count:
        row = np.searchsorted(share, rng.random(count + 20) * share[-1])
        along, side = rng.random(len(row)), rng.choice([-1.0, 1.0], len(row))
        ahead = roadside.ahead[row]
        off = np.column_stack([-ahead[:, 1], ahead[:, 0]]) / metres[row, None]
        off *= (side * rng.uniform(5.0, 25.0, len(row)))[:, None]
        place = roadside.start[row] + ahead * along[:, None] + off
        stands = np.vstack([stands, place[locate(place, roadside.districts) >= 0]])
    return stands[:count]


def invent_places(
    rng: np.random.Generator, plan: Plan, roadside: Roadside, scale: float
) -> gpd.GeoDataFrame:
    """Shops, clinics, bus stops and the other places of every district."""
    surnames = plan["surnames"].split()
    rows: list[tuple[str, str]] = []
    stands: list[Floats] = []
    for row, code in enumerate(roadside.districts["code"]):
        towns, district = plan["towns"][code], str(roadside.districts["name"].iloc[row])
        inside = (roadside.district == row).astype(float)
        for kind, (each, pattern) in plan["places"].items():
            count = round(each * scale**2)
            stands.append(settle(rng, roadside, inside, count))
            names = rng.choice(surnames, count)
            rows += [
                (kind, pattern.format(
                    surname=names[n], town=towns[n % 3], district=district, n=n // 3 + 1
                ))
                for n in range(count)
            ]  # fmt: skip
    table = pd.DataFrame(rows, columns=pd.Index(["kind", "name"]))
    table.insert(0, "id", [f"P{n:05d}" for n in range(1, len(table) + 1)])
    place = np.vstack(stands)
    days, hours = _opening(plan, rows)
    table["weekdays"] = pd.Series(days, dtype=object)
    table["hours"] = pd.Series(hours, dtype=object)
    table["address"] = addresses(plan, place, roadside.districts)
    return gpd.GeoDataFrame(table, geometry=shapely.points(place), crs=roadside.districts.crs)


def _opening(
    plan: Plan, rows: list[tuple[str, str]]
) -> tuple[list[list[str] | None], list[list[str] | None]]:
    """Days and hours by kind; the days go round among those of one name but for its number.

    Stations of one quarter are emptied on the same days.
    """
    quarters: dict[tuple[str, str], int] = {}
    days: list[list[str] | None] = []
    for kind, name in rows:
        quarter = (kind, re.sub(r"\d+", "", name))
        turn = quarters.setdefault(quarter, len(quarters))
        choices = plan["open"].get(kind, {}).get("weekdays")
        days.append(None if choices is None else list(choices[turn % len(choices)]))
    hours = [plan["open"].get(kind, {}).get("hours") for kind, _ in rows]
    return days, hours


def addresses(plan: Plan, place: Floats, districts: gpd.GeoDataFrame) -> list[str]:
    """An address in an invented town for every point, the same for the same point."""
    codes = districts["code"].tolist()
    block, lot, house = (place // size for size in (400.0, 60.0, 7.0))
    numbers: npt.NDArray[np.int64] = np.column_stack(
        [block.sum(1) % 3, block @ [1, 2] % 5 + 1, lot @ [3, 5] % 38 + 1, house @ [5, 3] % 19 + 1]
    ).astype(np.int64)
    return [
        f"架空県汐鳴市{plan['towns'][codes[row]][town]}{chome}丁目{ban}番{go}号"
        for row, (town, chome, ban, go) in zip(locate(place, districts), numbers, strict=True)
    ]
