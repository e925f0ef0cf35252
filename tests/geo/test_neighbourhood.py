"""The small map of a few houses: true to scale, and what changed told by form."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.draw.neighbourhood import (
    SCALES,
    DrawnHouse,
    DrawnLine,
    HouseLook,
    LineLook,
    fit_scale,
    neighbourhood_svg,
)
from geo.errors import ParameterWrong
from tests.inked import SVG
from tests.wallmaps import on_plane


def spots(*points: tuple[float, float]) -> list[tuple[float, float]]:
    """Degrees of points so many metres east and south of a corner."""
    return [(point.x, point.y) for point in on_plane(*points)]


def forms(look: HouseLook) -> Counter[str]:
    """What a house is drawn with: shapes by name, dashes and crosses by theirs."""
    (spot,) = spots((0, 0))
    plan, _ = fit_scale([spot], 100.0, 60.0)
    drawing = ET.fromstring(neighbourhood_svg(plan, [DrawnHouse(spot, "7", look)]))  # noqa: S314 - our own
    told = Counter(one.tag.removeprefix(SVG) for one in drawing)
    told["dashed"] = sum("stroke-dasharray" in one.attrib for one in drawing)
    told["grey"] = sum(one.get("fill") in {"#dddddd", "#bbbbbb", "#fff3cf"} for one in drawing)
    return +told


@pytest.mark.parametrize("size", [(154.0, 60.0), (60.0, 154.0)])
@pytest.mark.parametrize("metres", [(200.0, 20.0), (20.0, 200.0), (3000.0, 3000.0)])
def test_the_window_shows_all_at_the_largest_scale_that_leaves_an_edge(
    size: tuple[float, float], metres: tuple[float, float]
) -> None:
    plan, n = fit_scale(spots((0, 0), metres), *size)
    paper = plan.paper(np.array(spots((0, 0), metres)))
    assert paper[1] - paper[0] == pytest.approx(np.array(metres) * 1000 / n, abs=0.05)
    assert paper.mean(axis=0) == pytest.approx(np.array(size) / 2, abs=0.01)
    assert paper.min() >= 8.0 - 0.01
    larger = max(one for one in SCALES if one < n)
    assert (np.array(metres) * 1000 / larger > np.array(size) - 16.0).any()
    with pytest.raises(ParameterWrong):
        fit_scale([], *size)


def test_every_house_is_told_apart_by_form_alone() -> None:
    looks: tuple[HouseLook, ...] = ("plain", "other", "new", "left", "altered", "bare", "helper")
    told = {look: forms(look) for look in looks}
    assert all(told[a] != told[b] for a, b in itertools.combinations(looks, 2))
    assert told["plain"] == Counter(rect=1, text=2)
    assert told["other"] == Counter(rect=1, grey=1)
    assert told["new"]["rect"] == told["bare"]["rect"] == 2
    assert told["bare"]["dashed"] == 1
    assert (told["left"]["path"], told["helper"]["ellipse"]) == (2, 1)


@pytest.mark.parametrize("look", ["kept", "lost", "gained"])
def test_a_line_points_to_the_watched_house_unless_it_is_lost(look: LineLook) -> None:
    ends = spots((0, 0), (30, 40))
    plan, _ = fit_scale(ends, 100.0, 100.0)
    drawing = neighbourhood_svg(plan, [], [DrawnLine(*ends, look)])
    start, end = plan.paper(np.array(ends))
    along = (end - start) / np.hypot(*(end - start))
    heads = re.findall(r'points="([\d.-]+),([\d.-]+) ', drawing)
    assert len(heads) == (look != "lost")
    for head in heads:
        assert np.array(head, float) == pytest.approx(end - 3.4 * along, abs=0.02)
    assert ("stroke-dasharray" in drawing) == (look == "lost")
    assert drawing.count("<path") == (3 if look == "lost" else 1)


def test_what_is_outside_is_not_drawn_and_streets_end_at_the_edge() -> None:
    near, beside, far, farther = spots((0, 0), (20, 0), (900, 0), (950, 0))
    plan, _ = fit_scale([near, beside], 100.0, 60.0)
    street = gpd.GeoDataFrame(
        geometry=[shapely.LineString(on_plane((-900, 5), (900, 5)))], crs=4326
    )
    drawing = neighbourhood_svg(
        plan,
        [DrawnHouse(near, "1"), DrawnHouse(far, "99")],
        [DrawnLine(near, far), DrawnLine(far, near, "gained"), DrawnLine(far, farther, "lost")],
        street,
    )
    assert ">1</text>" in drawing
    assert "99" not in re.findall(r">(\d+)</text>", drawing)
    assert drawing.count("<polygon") == 2
    assert "stroke-dasharray" not in drawing
    ways = re.findall(
        r'd="M([\d.-]+) [\d.-]+L([\d.-]+) [^"]*" fill="none" stroke="#9a9a9a"', drawing
    )
    assert [float(x) for way in ways for x in way] == pytest.approx([0.0, plan.width], abs=0.01)
