"""Who lives in the invented town, who helps, and who watches over whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

from geo.sample.ground import Floats, Ints, Plan
from geo.sample.roadside import Roadside, addresses, locate, settle

_Words = npt.NDArray[np.str_]

_FAR: Final = 800.0
"""Metres beyond which a supporter is no daily visitor."""


def invent_households(
    rng: np.random.Generator, plan: Plan, roadside: Roadside, count: int
) -> gpd.GeoDataFrame:
    """Households on the list: who lives there, what they want, and where."""
    weight = _by_district(plan["houses"], roadside)
    place = settle(rng, roadside, weight, count)
    needs = _draw_some(rng, plan["needs"], plan["how_many_needs"], count)
    asked = rng.random(count) >= plan["not_asked"]
    columns = {
        "id": [f"H{n:06d}" for n in range(1, count + 1)],
        "name": _names(rng, plan, count),
        "address": addresses(plan, place, roadside.districts),
        "composition": _draw(rng, plan["composition"], count),
        "needs": [some if known else None for some, known in zip(needs, asked, strict=True)],
        "district_id": _district_ids(place, roadside),
    }
    return _layer(columns, place, roadside)


def invent_supporters(
    rng: np.random.Generator, plan: Plan, roadside: Roadside, count: int
) -> gpd.GeoDataFrame:
    """Supporters of every status; none lives high on the hillside, few in the valley."""
    weight = _by_district(plan["helpers"], roadside)
    bare = plan["without_helpers"]
    row = roadside.districts["code"].tolist().index(bare["district"])
    weight[(roadside.district == row) & (roadside.height > bare["above"])] = 0.0
    place = settle(rng, roadside, weight, count)
    most = rng.integers(1, 6, count)
    status = _draw(rng, plan["status"], count)
    busy = np.where(status == "active", rng.binomial(most, 0.45), 0)
    columns: dict[str, Any] = {
        "id": [f"S{n:05d}" for n in range(1, count + 1)],
        "activities": _draw_some(rng, plan["offers"], plan["how_many_offers"], count),
        "name": _names(rng, plan, count),
        "status": status,
        "weekdays": _draw_some(rng, plan["weekdays"], plan["how_many_weekdays"], count),
        "hours": _draw_some(rng, plan["hours"], plan["how_many_hours"], count),
        "most_per_week": most.astype(float),
        "load": busy.astype(float),
        "pace": rng.choice([55.0, 65.0, 80.0, np.nan], count, p=[0.1, 0.3, 0.35, 0.25]),
        "farthest_minutes": rng.choice([5.0, 10.0, 15.0, 20.0, np.nan], count),
        "mode": _draw(rng, plan["mode"], count),
        "district_id": _district_ids(place, roadside),
    }
    columns["gender"] = _genders(rng, plan, columns["name"])
    columns["birth_year"] = _birth_years(count)
    return _layer(columns, place, roadside)


def _birth_years(count: int) -> npt.NDArray[np.float64]:
    """Most were sixty to eighty in 2026; one in eight was not asked."""
    rng = np.random.default_rng(1948)
    years = np.floor(2026.0 - rng.triangular(42.0, 73.0, 88.0, count))
    return np.where(rng.random(count) < 0.125, np.nan, years)


def _genders(rng: np.random.Generator, plan: Plan, names: Sequence[str]) -> list[str | None]:
    """As the given name says; nobody asked some of them."""
    women = set(plan["given"].split()[: plan["women"]])
    asked = rng.random(len(names)) < plan["gender_asked"]
    return [
        ("f" if name.split("\u3000")[1] in women else "m") if known else None
        for name, known in zip(names, asked, strict=True)
    ]


def invent_links(
    rng: np.random.Generator, plan: Plan, houses: gpd.GeoDataFrame, helpers: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """One to three lines to a share of the houses, from supporters and neighbours near by."""
    home = shapely.get_coordinates(houses.geometry.to_numpy())
    place = np.vstack([shapely.get_coordinates(helpers.geometry.to_numpy()), home])
    ids = np.array([*helpers["id"], *houses["id"]], dtype=object)
    chosen = _choose_watched(rng, plan["watched"], houses["composition"].to_numpy(str))
    watched = np.repeat(chosen, rng.integers(1, 4, len(chosen)))
    helper = _pick(rng, _near(home[watched], place[: len(helpers)], 3))
    neighbour = _pick(rng, _near(home[watched], home, 8)[:, 1:])
    far = np.hypot(*(place[helper] - home[watched]).T)
    helped = (rng.random(len(watched)) < 0.6) & (helper >= 0) & (far < _FAR)
    watcher = np.where(helped, helper, np.where(neighbour < 0, -1, neighbour + len(helpers)))
    watched, watcher = _distinct(watched, watcher, itself=len(helpers))
    count = len(watched)
    columns = {
        "watcher_id": ids[watcher],
        "watched_id": houses["id"].to_numpy()[watched],
        "kind": _draw(rng, plan["link"], count),
        "direction": rng.choice(["one_way", "mutual"], count, p=[0.8, 0.2]),
        "strength": rng.choice([1.0, 2.0, 3.0], count, p=[0.3, 0.45, 0.25]),
        "how_often": _draw(rng, plan["how_often"], count),
    }
    lines = shapely.linestrings(np.stack([place[watcher], home[watched]], axis=1))
    return gpd.GeoDataFrame(columns, geometry=lines, crs=houses.crs)


def _choose_watched(
    rng: np.random.Generator, shares: Mapping[str, float], composition: _Words
) -> Ints:
    """Rows of the watched houses: of each composition exactly its share, rounded."""
    rows = [np.flatnonzero(composition == code) for code in shares]
    many = [round(share * len(row)) for share, row in zip(shares.values(), rows, strict=True)]
    return np.sort(
        np.concatenate([rng.permutation(r)[:m] for r, m in zip(rows, many, strict=True)])
    )


def _near(place: Floats, others: Floats, count: int) -> Ints:
    """Rows of the nearest ``count`` others, or of as many as there are."""
    nearest = np.arange(1, min(count, len(others)) + 1)
    if not len(nearest):
        return np.empty((len(place), 0), np.int64)
    return np.asarray(cKDTree(others).query(place, k=nearest)[1])


def _pick(rng: np.random.Generator, near: Ints) -> Ints:
    """One of the columns for each row; the row itself is none of its neighbours."""
    if not near.shape[1]:
        return np.full(len(near), -1)
    return near[np.arange(len(near)), rng.integers(0, near.shape[1], len(near))]


def _distinct(watched: Ints, watcher: Ints, *, itself: int) -> tuple[Ints, Ints]:
    """Every pair once, no one watching over themselves."""
    use = (watcher >= 0) & (watcher != watched + itself)
    pairs = np.unique(np.column_stack([watched[use], watcher[use]]), axis=0)
    return pairs[:, 0], pairs[:, 1]


def _layer(columns: Mapping[str, Any], place: Floats, roadside: Roadside) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapely.points(place), crs=roadside.districts.crs)


def _names(rng: np.random.Generator, plan: Plan, count: int) -> list[str]:
    surname = rng.choice(plan["surnames"].split(), count)
    given = rng.choice(plan["given"].split(), count)
    return [f"{one}　{two}" for one, two in zip(surname, given, strict=True)]


def _draw(rng: np.random.Generator, shares: Mapping[str, float], count: int) -> _Words:
    return rng.choice(list(shares), count, p=list(shares.values()))


def _draw_some(
    rng: np.random.Generator, shares: Mapping[str, float], how_many: Sequence[float], count: int
) -> list[list[str]]:
    """So many different words for each row, likelier ones more often, in the table's order."""
    words = list(shares)
    many = rng.choice(len(how_many), count, p=how_many)
    turn = np.argsort(rng.exponential(size=(count, len(words))) / list(shares.values()), axis=1)
    return [
        [words[at] for at in sorted(order[:some])]
        for order, some in zip(turn.tolist(), many.tolist(), strict=True)
    ]


def _by_district(weights: Mapping[str, float], roadside: Roadside) -> Floats:
    return np.array([weights[code] for code in roadside.districts["code"]])[roadside.district]


def _district_ids(place: Floats, roadside: Roadside) -> _Words:
    return roadside.districts["id"].to_numpy(str)[locate(place, roadside.districts)]
