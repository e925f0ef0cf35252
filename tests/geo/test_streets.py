"""Streets from files: which ways are walked, and what wrong files are told."""

from __future__ import annotations

import contextlib
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import (
    CrsMissing,
    FileEmpty,
    FileMissing,
    FileUnreadable,
    GeoError,
    NetworkEmpty,
    SchemaUnknown,
)
from geo.walk.slope import pace_share, sample_elevation
from geo.walk.sources import read_lines, read_streets
from geo.walk.walkable import passage

WALKED = [
    {"highway": "residential"},
    {"highway": "footway"},
    {"highway": "path"},
    {"highway": "steps"},
    {"highway": "pedestrian", "area": "yes"},
    {"highway": "trunk"},
    {"highway": "primary", "sidewalk": "both"},
    {"highway": "primary", "sidewalk:left": "separate", "sidewalk:right": "yes"},
    {"highway": "service", "access": "private", "foot": "yes"},
    {"highway": "cycleway", "foot": "designated"},
    {"highway": "residential", "oneway": "yes"},
    {"highway": "track", "access": "destination"},
    {"railway": "platform"},
]

NOT_WALKED = [
    {},
    {"building": "yes"},
    {"highway": "motorway"},
    {"highway": "motorway", "foot": "yes"},
    {"highway": "motorway_link"},
    {"highway": "trunk", "motorroad": "yes"},
    {"highway": "residential", "foot": "no"},
    {"highway": "service", "access": "private"},
    {"highway": "service", "access": "no"},
    {"highway": "cycleway"},
    {"highway": "bridleway"},
    {"highway": "secondary", "foot": "use_sidepath"},
    {"highway": "primary", "sidewalk": "separate"},
    {"highway": "primary", "sidewalk:left": "separate", "sidewalk:right": "separate"},
    {"highway": "construction"},
    {"highway": "proposed"},
    {"highway": "raceway"},
    {"highway": "bus_guideway"},
    {"railway": "rail"},
]


@pytest.mark.parametrize("tags", WALKED, ids=str)
def test_walked(tags: dict[str, str]) -> None:
    assert passage(tags) is not None


@pytest.mark.parametrize("tags", NOT_WALKED, ids=str)
def test_not_walked(tags: dict[str, str]) -> None:
    assert passage(tags) is None


@pytest.mark.parametrize(
    ("tags", "ways"),
    [
        ({"oneway": "yes"}, (True, True)),
        ({"oneway:foot": "yes"}, (True, False)),
        ({"oneway:foot": "-1"}, (False, True)),
        ({"conveying": "forward"}, (True, False)),
        ({"conveying": "backward"}, (False, True)),
        ({"foot:backward": "no"}, (True, False)),
    ],
)
def test_directions_closed_to_walkers(tags: dict[str, str], ways: tuple[bool, bool]) -> None:
    found = passage({"highway": "steps", **tags})
    assert found is not None
    assert (found.there, found.back) == ways


OSM = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
  <node id="1" lat="33.880" lon="130.880"/><node id="2" lat="33.880" lon="130.881"/>
  <node id="3" lat="33.880" lon="130.882"/><node id="4" lat="33.881" lon="130.881"/>
  <way id="10"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/></way>
  <way id="11"><nd ref="2"/><nd ref="4"/><tag k="highway" v="steps"/></way>
  <way id="12"><nd ref="1"/><nd ref="4"/><tag k="highway" v="motorway"/></way>
  <way id="13"><nd ref="3"/><nd ref="99"/><tag k="highway" v="footway"/></way>
</osm>
"""


def test_an_osm_file_becomes_a_network(tmp_path: Path) -> None:
    path = tmp_path / "町.osm"
    path.write_text(OSM, encoding="utf-8")
    streets = read_streets(path)
    assert (streets.nodes, streets.edges, streets.parts) == (4, 3, 1)
    assert streets.edge_steps.sum() == 1
    assert streets.metres == pytest.approx(2 * 92.5 + 110.9, abs=0.5)


@pytest.mark.realdata
def test_real_networks_have_their_known_size(realdata: Path) -> None:
    folder = realdata / "streets"
    ube = read_lines(folder / "ube_walk_osmnx.gpkg")
    assert len(ube.lon) > 10_403
    assert np.isfinite(ube.elevation).mean() > 0.99
    assert ube.there.all()
    assert ube.back.all()
    assert ube.steps.any()
    helsinki = read_streets(folder / "helsinki.osm.pbf")
    assert helsinki.asymmetry.is_none, "no elevation and nothing one-way: back as long as there"
    assert helsinki.parts > 1


def write_osmnx(
    path: Path, *, crs: int | None = 4326, columns: tuple[str, ...] = ("u", "v")
) -> Path:
    nodes = gpd.GeoDataFrame(
        {"osmid": [1, 2], "elevation": [0.0, 10.0]},
        geometry=shapely.points([130.880, 130.881], [33.88, 33.88]), crs=crs,
    )  # fmt: skip
    line = shapely.linestrings([[(130.880, 33.88), (130.8805, 33.8801), (130.881, 33.88)]] * 2)
    line[1] = shapely.reverse(line[1])
    ends = dict(zip(columns, ([1, 2], [2, 1]), strict=True))
    edges = gpd.GeoDataFrame(
        {**ends, "key": [0, 0], "highway": ["steps", "steps"], "length": [100.0, 100.0]},
        geometry=line, crs=crs,
    )  # fmt: skip
    nodes.to_file(path, layer="nodes", driver="GPKG")
    edges.to_file(path, layer="edges", driver="GPKG")
    return path


def test_an_osmnx_file_keeps_its_lengths_and_merges_directions(tmp_path: Path) -> None:
    lines = read_lines(write_osmnx(tmp_path / "streets.gpkg"))
    assert len(lines.tail) == 2
    assert lines.metres.sum() == pytest.approx(100.0)
    assert lines.elevation.tolist() == pytest.approx([0.0, 10.0, 5.0], abs=0.01)
    assert (lines.there & lines.back & lines.steps).all()


def test_a_geopackage_of_something_else_is_told(tmp_path: Path) -> None:
    path = tmp_path / "houses.gpkg"
    gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(1, 2)], crs=4326).to_file(path)
    with pytest.raises(FileUnreadable, match=r"houses\.gpkg .*layer nodes is missing"):
        read_streets(path)
    with pytest.raises(SchemaUnknown, match="u, v, highway in the layer edges"):
        read_streets(write_osmnx(tmp_path / "wrong.gpkg", columns=("from", "to")))


def test_streets_nobody_may_walk_on(tmp_path: Path) -> None:
    path = tmp_path / "motorway.osm"
    path.write_text(OSM.replace("residential", "motorway").replace("steps", "motorway")
                    .replace("footway", "motorway"), encoding="utf-8")  # fmt: skip
    with pytest.raises(NetworkEmpty, match=r"motorway\.osm holds no street"):
        read_streets(path)


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"\0" * 50_000_000)


WRONG = {
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("氏名,住所\n山田,北九州市\n", encoding="utf-8"),
    "NUL bytes": lambda path: path.write_bytes(b"\0" * 5000),
    "zip bomb": bomb,
    "cut XML": lambda path: path.write_text(OSM[:400], encoding="utf-8"),
    "xml of another kind": lambda path: path.write_text("<html></html>"),
    "1 MB of one letter": lambda path: path.write_bytes(b"a" * 1_000_000),
}


@pytest.mark.parametrize("harm", list(WRONG))
@pytest.mark.parametrize("name", ["x.osm.pbf", "x.osm", "x.gpkg"])
def test_a_wrong_file_gets_one_sentence(tmp_path: Path, harm: str, name: str) -> None:
    path = tmp_path / name
    WRONG[harm](path)
    with pytest.raises((FileEmpty, FileUnreadable, NetworkEmpty)) as fault:
        read_streets(path)
    assert name in str(fault.value)
    assert "\n" not in str(fault.value)


def test_an_absent_file(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match=r"no file nowhere\.osm"):
        read_streets(tmp_path / "nowhere.osm")


@pytest.mark.realdata
@pytest.mark.parametrize("name", ["helsinki.osm.pbf", "ube_walk_osmnx.gpkg"])
@given(share=st.floats(0.01, 0.99))
def test_a_truncated_file_is_told_or_read(
    realdata: Path, tmp_path_factory: pytest.TempPathFactory, name: str, share: float
) -> None:
    whole = (realdata / "streets" / name).read_bytes()
    path = tmp_path_factory.mktemp("cut") / name
    path.write_bytes(whole[: int(len(whole) * share)])
    with contextlib.suppress(GeoError):
        assert read_streets(path).nodes > 0


@given(st.binary(min_size=1, max_size=400), st.sampled_from([b"", b"<osm", b"SQLite format 3\0"]))
def test_any_bytes_give_only_faults(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, start: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "any.osm"
    path.write_bytes(start + data)
    with pytest.raises(GeoError):
        read_streets(path)


def write_raster(path: Path, values: np.ndarray, *, crs: int | None = 4326) -> Path:
    with rasterio.open(
        path, "w", driver="GTiff", height=values.shape[0], width=values.shape[1], count=1,
        dtype="float32", nodata=-9999, transform=Affine(0.1, 0.0, 130.0, 0.0, -0.1, 34.0),
        crs=None if crs is None else f"EPSG:{crs}",
    ) as raster:  # fmt: skip
        raster.write(values.astype("float32"), 1)
    return path


def test_elevation_is_bilinear_and_unknown_outside(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "height.tif", np.array([[0.0, 10.0], [20.0, -9999.0]]))
    lon = np.array([130.05, 130.10, 130.05, 130.10, 131.0, 130.0])
    lat = np.array([33.95, 33.95, 33.90, 33.86, 33.95, 34.0])
    heights = sample_elevation(path, lon, lat)
    np.testing.assert_allclose(heights[[0, 1, 2, 5]], [0, 5, 10, 0], atol=1e-6)
    assert np.isnan(heights[[3, 4]]).all()


def test_a_raster_without_crs_says_how_to_go_on(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "height.tif", np.zeros((2, 2)), crs=None)
    with pytest.raises(CrsMissing, match=r"height\.tif .*gdal_edit"):
        sample_elevation(path, np.zeros(1), np.zeros(1))
    (tmp_path / "wrong.tif").write_bytes(b"not a raster")
    with pytest.raises(FileUnreadable, match=r"wrong\.tif"):
        sample_elevation(tmp_path / "wrong.tif", np.zeros(1), np.zeros(1))


@given(st.floats(-0.4, 0.4))
def test_pace_is_quickest_slightly_downhill_and_never_stops(grade: float) -> None:
    share = float(pace_share(grade))
    assert 0.1 < share <= float(pace_share(-0.05)) + 1e-12
    assert float(pace_share(float("nan"))) == 1.0
