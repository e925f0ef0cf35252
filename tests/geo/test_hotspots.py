"""Hot and cold spots: esda's numbers, no find in noise, nothing said of what is unknown."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import terms
from geo.errors import CrsWrong, ParameterWrong
from geo.hotspots import _draw, hot_spots

TIED = np.array(
    [[1, 2, 1, 3, 2], [2, 1, 2, 2, 1], [1, 3, 9, 8, 2], [2, 2, 8, 9, 3], [1, 2, 3, 2, 1]], float
)
VALUES = TIED + np.arange(25).reshape(5, 5) * 0.37 % 1.0 * 0.9

# Source: esda 2.9.0 on VALUES, queen neighbours: G_Local(…, transform="B", star=True).Zs, and
# crand(…, 99_999 permutations, alternative="two-sided").
ESDA_Z = [
    -1.28257, -1.552536, -1.156611, -1.120946, -0.779782, -1.463192, -0.735005, 0.755038,
    0.642368, 0.084841, -1.104734, 0.640925, 2.932325, 2.835681, 1.361959, -1.088522, 0.750711,
    3.202382, 2.945467, 1.378171, -0.846093, 0.117264, 1.593966, 1.467515, 0.726901,
]  # fmt: skip
ESDA_P = [
    0.2702, 0.0415, 0.454, 0.2762, 0.736, 0.0512, 0.5697, 0.3842, 0.5297, 0.5754, 0.5233, 0.5507,
    0.0116, 0.02, 0.1363, 0.4129, 0.4125, 0.0006, 0.0104, 0.1959, 0.9172, 0.806, 0.0986, 0.1096,
    0.1855,
]  # fmt: skip


def cells(values: npt.NDArray[np.float64]) -> gpd.GeoDataFrame:
    """A grid of about 280 m a side near Kokura, north row first."""
    row, column = np.indices(values.shape)
    x, y = 130.88 + column.ravel() * 0.003, 33.88 - row.ravel() * 0.0025
    shapes = shapely.box(x, y, x + 0.003, y + 0.0025)
    return gpd.GeoDataFrame({"v": values.ravel()}, geometry=shapes, crs=4326)


def test_figures_are_those_of_esda() -> None:
    spots = hot_spots(cells(VALUES), "v", permutations=4999)
    np.testing.assert_allclose(spots["statistic"], ESDA_Z, atol=1e-6)
    np.testing.assert_allclose(spots["p"], ESDA_P, atol=0.03)
    assert spots["p"].iloc[17] == pytest.approx(ESDA_P[17], abs=0.0008)


def test_ties_count_as_extreme_where_rounding_broke_them() -> None:
    # Source: all 735,471 ways to choose the neighbours of cell 17 of TIED; esda says 0.0007.
    spots = hot_spots(cells(TIED), "v", seed=1)
    assert spots["p"].iloc[17] == pytest.approx(0.003255, abs=0.0004)


def test_what_gathers_is_hot_and_the_caveat_is_said() -> None:
    spots = hot_spots(cells(VALUES), "v")
    assert spots["kind"].iloc[17] == "hot"
    assert set(spots["caveat"]) == {"many_tested"}
    assert (spots["p_adjusted"] >= spots["p"]).all()
    low = hot_spots(cells(-VALUES), "v")
    assert low["kind"].iloc[17] == "cold"
    for code in terms.CAVEATS:
        assert terms.label("caveat", code, "ja") != terms.label("caveat", code, "en")


def test_noise_has_no_spots_though_single_tests_find_some() -> None:
    random = np.random.default_rng(1)
    spots = hot_spots(cells(random.poisson(5, (12, 12)).astype(float)), "v", permutations=199)
    assert (spots["p"] < 0.05).sum() > 2
    assert (spots["kind"] == "none").all()


def test_the_same_seed_gives_the_same_answer() -> None:
    one, other = (hot_spots(cells(VALUES), "v", permutations=99, seed=3) for _ in "ab")
    assert one.drop(columns="geometry").equals(other.drop(columns="geometry"))


def test_unknown_and_lonely_cells_say_nothing() -> None:
    values = VALUES.copy()
    values[0, 0] = np.nan
    layer = cells(values)
    layer.loc[4, "geometry"] = shapely.box(131.5, 33.0, 131.6, 33.1)
    layer.loc[24, "geometry"] = None
    spots = hot_spots(layer, "v", permutations=99)
    nothing = spots.loc[[0, 4, 24]]
    assert nothing["kind"].isna().all()
    assert nothing[["statistic", "p", "p_adjusted"]].isna().all(axis=None)
    assert nothing["caveat"].tolist() == ["unknown", "alone", "unknown"]
    assert spots["p"].notna().sum() == 22
    # The neighbour of the unknown one is as if that were not there.
    without = hot_spots(layer.drop(index=0), "v", permutations=99)
    np.testing.assert_allclose(without["statistic"], spots["statistic"].drop(index=0))


def test_too_few_cells_say_nothing() -> None:
    spots = hot_spots(cells(VALUES[:2, :4]), "v")
    assert spots["caveat"].tolist() == ["too_few"] * 8
    assert spots["kind"].isna().all()
    assert len(hot_spots(cells(VALUES[:0]), "v")) == 0


def test_all_alike_is_no_spot() -> None:
    spots = hot_spots(cells(np.full((4, 4), 3.0)), "v", permutations=99)
    assert spots["kind"].tolist() == ["none"] * 16
    assert (spots["p"] == 1.0).all()


def test_points_have_their_nearest_as_neighbours() -> None:
    layer = cells(VALUES)
    middles = shapely.centroid(layer.geometry.to_numpy())
    points = gpd.GeoDataFrame(layer.assign(geometry=middles), crs=4326)
    spots = hot_spots(points, "v", permutations=199)
    assert spots["kind"].iloc[17] == "hot"
    # In the middle of a grid the eight nearest are those that touch.
    np.testing.assert_allclose(spots["statistic"].iloc[12], ESDA_Z[12], atol=1e-6)


@pytest.mark.parametrize(
    "asked",
    [{"permutations": 10}, {"alpha": 0.0}, {"column": "w"}],
)
def test_wrong_words_are_said(asked: dict[str, object]) -> None:
    with pytest.raises(ParameterWrong):
        hot_spots(cells(VALUES), **({"column": "v"} | asked))


def test_wrong_layers_are_said() -> None:
    with pytest.raises(CrsWrong):
        hot_spots(cells(VALUES).to_crs(6670), "v")
    with pytest.raises(ParameterWrong):
        hot_spots(cells(np.where(VALUES > 8, np.inf, VALUES)), "v")


@given(st.integers(2, 30), st.data())
@settings(max_examples=20)
def test_nobody_is_drawn_twice(many: int, data: st.DataObject) -> None:
    each = data.draw(st.integers(1, many))
    drawn = _draw(np.random.default_rng(many), 50, many, each)
    assert drawn.min() >= 0
    assert drawn.max() < many
    assert all(len(set(row)) == each for row in drawn.tolist())


def test_everybody_is_drawn_as_often() -> None:
    drawn = _draw(np.random.default_rng(1), 20_000, 6, 3)
    for place in drawn.T:
        assert np.bincount(place, minlength=6) == pytest.approx([20_000 / 6] * 6, rel=0.06)
