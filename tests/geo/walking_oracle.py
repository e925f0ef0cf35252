"""The oracle of the walking tests: scipy's Dijkstra on streets that nobody simplified.

Every vertex is a node, every point is inserted where it meets its stretch, and the pace is
worked out here once more from Tobler's formula.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from geo.crs import plane_crs, to_plane
from geo.walk.network import StreetLines

Floats = npt.NDArray[np.float64]


def tobler_minutes(lines: StreetLines, pace: float) -> Floats:
    """Minutes along each stretch there and back, shape (m, 2)."""
    rise = lines.elevation[lines.head] - lines.elevation[lines.tail]
    if lines.level is not None:
        rise[lines.level] = np.nan
    grade = np.clip(np.nan_to_num(rise / np.maximum(lines.metres, 1e-12)), -0.4, 0.4)
    kmh = np.column_stack([6 * np.exp(-3.5 * np.abs(s + 0.05)) for s in (grade, -grade)])
    share = kmh / (6 * np.exp(-3.5 * 0.05))
    share[lines.steps] = 0.5
    minutes = lines.metres[:, None] / pace / share
    minutes[~lines.there, 0] = np.inf
    minutes[~lines.back, 1] = np.inf
    return minutes


def oracle_minutes(
    lines: StreetLines,
    lon: Floats,
    lat: Floats,
    *,
    pace: float = 80.0,
    starts: int | None = None,
    limit: float = np.inf,
    backward: bool = False,
) -> Floats:
    """Minutes from the first ``starts`` points (or all) to all; infinite where unreachable.

    Backward: from all of them to the first ones, in the same shape (starts, n).
    """
    plane = to_plane(plane_crs(lines.lon.mean(), lines.lat.mean()))
    x, y = plane.transform(lines.lon, lines.lat)
    px, py = plane.transform(lon, lat)
    ends = np.column_stack([x, y])
    stretches = shapely.linestrings(np.stack([ends[lines.tail], ends[lines.head]], axis=1))
    nearest = shapely.STRtree(stretches).nearest(shapely.points(px, py))
    along = shapely.line_locate_point(stretches[nearest], shapely.points(px, py), normalized=True)
    off = shapely.distance(stretches[nearest], shapely.points(px, py)) / pace
    minutes = tobler_minutes(lines, pace)
    foot = len(lines.lon) + np.arange(len(lon))
    source, target, weight = [lines.tail, lines.head], [lines.head, lines.tail], list(minutes.T)
    for stretch in np.unique(nearest):
        on = np.flatnonzero(nearest == stretch)
        on = on[np.argsort(along[on], kind="stable")]
        chain = [lines.tail[stretch], *foot[on], lines.head[stretch]]
        share = np.diff([0.0, *along[on], 1.0])
        source += [np.array(chain[:-1]), np.array(chain[1:])]
        target += [np.array(chain[1:]), np.array(chain[:-1])]
        weight += [share * minutes[stretch, 0], share * minutes[stretch, 1]]
    graph = _quickest(np.concatenate(source), np.concatenate(target), np.concatenate(weight))
    graph = graph.T.tocsr() if backward else graph
    between = dijkstra(graph, indices=foot[:starts], limit=limit)[:, foot]
    between[np.diag_indices(len(between))] = 0.0
    return between + off[:starts, None] + off[None, :]


def _quickest(
    source: npt.NDArray[np.int64], target: npt.NDArray[np.int64], weight: Floats
) -> coo_array:
    """A graph of the quickest of parallel stretches; csr would add them up."""
    order = np.lexsort((weight, target, source))
    first = np.ones(len(order), bool)
    first[1:] = (np.diff(source[order]) != 0) | (np.diff(target[order]) != 0)
    keep = order[first & np.isfinite(weight[order])]
    size = int(max(source.max(), target.max())) + 1
    return coo_array(
        (np.maximum(weight[keep], 1e-12), (source[keep], target[keep])), shape=(size, size)
    ).tocsr()
