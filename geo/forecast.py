"""How many will be reached, and how many not, when people age and move: by projections.

Two questions. *How many people will live beyond reach*: `projected_demand` spreads the
projected figures along the streets, one column for each year, as a demand of `geo.coverage`.
*How will the need known today grow*: `grow_demand` and `forecast` multiply it by the growth of
the cell it lies in. Both leave null what nobody projected, and both keep the helpers of
today: who helps in ten years is asked of `geo.resilience`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.coverage.asking import Ask
from geo.coverage.cover import Cover
from geo.coverage.tables import STATES, groups_of, sum_states
from geo.crs import require_geographic
from geo.errors import ParameterWrong
from geo.layers import check
from geo.spreading import spread_on_streets
from geo.units import Metres
from geo.walk.network import StreetNetwork

Floats = npt.NDArray[np.float64]

FIGURES: Final = ("people", "people_65", "people_75")

_NEED: Final = ("people_75", "people_65", "people")
"""With what a need grows that is no figure itself: the first that is projected."""


def spread_years(
    projections: gpd.GeoDataFrame, years: Sequence[float], *, figures: Sequence[str] = FIGURES
) -> gpd.GeoDataFrame:
    """One row for each area, one column for each figure and year.

    Parameters
    ----------
    projections
        Projections layer.
    years
        Between two projected years the figure changes evenly; none beyond the first and last.
    figures
        Columns of the layer.

    Returns
    -------
    id, ``people_65_2035`` … (float64, null where one of the years around it is), geometry.

    Raises
    ------
    LayerFaulty, CrsMissing, CrsWrong, ParameterWrong

    >>> cell = shapely.box(130.8, 33.8, 130.9, 33.9)
    >>> two = {"id": ["A", "A"], "year": [2020.0, 2030.0], "people": [100.0, 80.0]}
    >>> layer = gpd.GeoDataFrame(two, geometry=[cell, cell], crs=4326)
    >>> spread_years(layer, [2025], figures=["people"])["people_2025"].tolist()
    [90.0]
    """
    layer = check(projections, "projections")
    known = np.sort(layer["year"].astype(np.float64).unique())
    _require_years(years, known)
    shapes = layer.drop_duplicates("id")[["id", layer.geometry.name]].set_index("id")
    table = gpd.GeoDataFrame(shapes.reset_index()[["id"]], geometry=shapes.geometry.array)
    for figure in figures:
        numbers = layer.assign(**{figure: pd.to_numeric(layer[figure])})
        wide = numbers.pivot_table(figure, "id", "year", aggfunc="first", dropna=False)
        grid = wide.reindex(index=table["id"], columns=known).to_numpy(np.float64)
        for year in years:
            table[name_of(figure, year)] = _between(grid, known, year)
    return gpd.GeoDataFrame(table, crs=layer.crs)


def name_of(figure: str, year: float) -> str:
    """The column of a figure in a year: ``people_65_2035``."""
    return f"{figure}_{year:g}"


def projected_demand(
    projections: gpd.GeoDataFrame,
    streets: StreetNetwork | None,
    *,
    years: Sequence[float],
    every: Metres = 50.0,
) -> gpd.GeoDataFrame:
    """The projected people, spread along the streets of their areas.

    Parameters
    ----------
    projections
        Projections layer; areas without a shape have a row without a position.
    streets
        None leaves each area one point.
    years
        See `spread_years`.
    every
        Metres, see `geo.spreading.spread_on_streets`.

    Returns
    -------
    A demand for `geo.coverage.Cover`: id, area_id, metres, ``people_2035`` and so on, geometry
    (Point, EPSG:4326).

    Raises
    ------
    LayerFaulty, CrsMissing, CrsWrong, ParameterWrong
    """
    areas = spread_years(projections, years)
    columns = [name_of(figure, year) for figure in FIGURES for year in years]
    spread = spread_on_streets(areas, streets, columns=columns, every=every)
    spread.insert(0, "id", [str(row) for row in range(len(spread))])
    return spread


def grow_demand(
    demand: gpd.GeoDataFrame,
    projections: gpd.GeoDataFrame,
    *,
    years: Sequence[float],
    base: float | None = None,
    weight: str = "households",
    grows_with: str | None = None,
) -> gpd.GeoDataFrame:
    """A need as it will be: today's, multiplied by the growth of its cell.

    Parameters
    ----------
    demand
        Points in longitude/latitude; a row belongs to the area of its ``area_id``, else to
        the one it lies in.
    projections
        Projections layer.
    years
        See `spread_years`.
    base
        The year that the demand is of; None = the first in which the figure is known.
    weight
        Column of the demand; ``households`` of a demand without that column is 1 a row.
    grows_with
        Figure of the projections; None takes ``weight`` where it is one, else people_75,
        else people_65, else people, the first that is projected at all.

    Returns
    -------
    The demand with ``households_2035`` and so on: null where there is no projection, or
    where the base counts nobody, which no factor can make somebody. ``attrs``: base and
    grows_with as they were taken.

    Raises
    ------
    LayerFaulty, CrsMissing, CrsWrong, ParameterWrong
    """
    require_geographic(demand, "The demand layer")
    layer = check(projections, "projections")
    figure = _figure(layer, weight, grows_with)
    start = _base(layer, figure) if base is None else float(base)
    table = spread_years(layer, sorted({start, *years}), figures=[figure])
    row = _areas_of(demand, table)
    today = _today(demand, weight)
    first = _pick(table[name_of(figure, start)], row)
    grown = {
        name_of(weight, year): today * _ratio(_pick(table[name_of(figure, year)], row), first)
        for year in years
    }
    result = gpd.GeoDataFrame(demand.assign(**grown))
    result.attrs = {**demand.attrs, "base": start, "grows_with": figure}
    return result


def forecast(
    cover: Cover,
    projections: gpd.GeoDataFrame,
    asks: Mapping[str, Ask],
    *,
    years: Sequence[float],
    base: float | None = None,
    weight: str = "households",
    grows_with: str | None = None,
    by: str | None = "district_id",
) -> pd.DataFrame:
    """What the helpers of today will reach of the need of later years, by district.

    Parameters
    ----------
    cover
        Searched before; of helpers who will have left, ask ``cover.changed(remove=…)``.
    projections, years, base, weight, grows_with
        See `grow_demand`.
    asks
        Questions by name.
    by
        Column of the demand to tell apart; None = all in one.

    Returns
    -------
    ``by``, ask, year, total, reached, maybe, beyond, unknown, without_weight as
    `geo.coverage.coverage_table`, and total_before and beyond_before: today's weight of the
    same rows, those with a projection, so that later years are compared with like. By
    ``by``, then ask, then year.

    Raises
    ------
    LayerFaulty, CrsMissing, CrsWrong, ParameterWrong
    """
    grown = grow_demand(
        cover.demand, projections, years=years, base=base, weight=weight, grows_with=grows_with
    )
    group, names = groups_of(cover, by)
    today, many = cover.weight(weight), len(names)
    parts: list[pd.DataFrame] = []
    for place, question in enumerate(asks.values()):
        state = cover.state(question)
        inside = {name: state == code for name, code in STATES.items()}
        for year in years:
            value = grown[name_of(weight, year)].to_numpy(np.float64)
            alike = np.where(np.isnan(value), 0.0, today)
            before = sum_states(group, many, alike, {"beyond": inside["beyond"]})
            part = sum_states(group, many, value, inside)
            part["total_before"], part["beyond_before"] = before["total"], before["beyond"]
            part.insert(0, "year", float(year))
            part.insert(0, "ask", place)
            part.insert(0, "group", np.arange(many))
            parts.append(part)
    table = _in_order(parts, names, list(asks), by)
    table.attrs = {name: grown.attrs[name] for name in ("base", "grows_with")}
    return table


def _in_order(
    parts: list[pd.DataFrame], names: list[object], asks: list[str], by: str | None
) -> pd.DataFrame:
    columns = ["group", "ask", "year", "total", *STATES, "without_weight"]
    if not parts:
        table = pd.DataFrame(columns=pd.Index([*columns, "total_before", "beyond_before"]))
    else:
        table = pd.concat(parts, ignore_index=True)
    table = table.sort_values(["group", "ask", "year"], ignore_index=True)
    table["ask"] = pd.Series([asks[place] for place in table["ask"]], dtype="str")
    group = table.pop("group")
    if by is not None:
        table.insert(0, by, pd.Series([names[place] for place in group], dtype=object))
    return table


def _require_years(years: Sequence[float], known: Floats) -> None:
    first, last = (known[0], known[-1]) if len(known) else (np.nan, np.nan)
    if not years or not all(first <= year <= last for year in years):
        wrong = ", ".join(f"{year:g}" for year in years)
        raise ParameterWrong(name="years", value=wrong, wanted=f"years from {first:g} to {last:g}")


def _between(grid: Floats, known: Floats, year: float) -> Floats:
    """Figures of a year, evenly between the two projected ones around it."""
    after = int(np.searchsorted(known, year))
    if known[after] == year:
        return grid[:, after]
    share = (year - known[after - 1]) / (known[after] - known[after - 1])
    return grid[:, after - 1] * (1.0 - share) + grid[:, after] * share


def _figure(layer: gpd.GeoDataFrame, weight: str, asked: str | None) -> str:
    if asked is not None and asked not in FIGURES:
        raise ParameterWrong(name="grows_with", value=asked, wanted=", ".join(FIGURES))
    if asked is None and weight not in FIGURES:
        return next((one for one in _NEED if layer[one].notna().any()), _NEED[-1])
    return asked or weight


def _base(layer: gpd.GeoDataFrame, figure: str) -> float:
    years = layer["year"].astype(np.float64)
    known = years[layer[figure].notna()]
    return float((known if len(known) else years).min())


def _areas_of(demand: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> npt.NDArray[np.int64]:
    """Row of the area of each row of the demand; -1 where there is none."""
    tree = shapely.STRtree(areas.geometry.to_numpy())
    point, area = tree.query(demand.geometry.to_numpy(), predicate="intersects")
    first = np.full(len(demand), len(areas), np.int64)
    np.minimum.at(first, point, area)
    lain = np.where(first == len(areas), -1, first)
    if "area_id" not in demand.columns:
        return lain
    named = pd.Index(areas["id"]).get_indexer(pd.Index(demand["area_id"]))
    return np.where(named >= 0, named, lain)


def _today(demand: gpd.GeoDataFrame, weight: str) -> Floats:
    if weight in demand.columns:
        return pd.to_numeric(demand[weight]).to_numpy(np.float64, na_value=np.nan)
    if weight == "households":
        return np.ones(len(demand))
    raise ParameterWrong(name="weight", value=weight, wanted="a number column of the demand")


def _pick(figures: pd.Series, row: npt.NDArray[np.int64]) -> Floats:
    return np.append(figures.to_numpy(np.float64), np.nan)[row]


def _ratio(later: Floats, first: Floats) -> Floats:
    return np.where(first > 0, later / np.where(first > 0, first, 1.0), np.nan)
