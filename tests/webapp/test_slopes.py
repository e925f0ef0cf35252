"""Heights reach the streets in whichever order the two are imported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from click.testing import CliRunner, Result
from rasterio import Affine

from geo.walk.labels import milliseconds
from webapp.cli import main
from webapp.workspace import Workspace
from webapp.workspace.streetlines import NAME

OSM = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
  <node id="1" lat="33.8801" lon="130.8801"/><node id="2" lat="33.8801" lon="130.8839"/>
  <node id="3" lat="33.8839" lon="130.8839"/>
  <way id="10"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/></way>
</osm>
"""


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WELFAREMAP_KEY_FILE", str(tmp_path / "secret.key"))
    monkeypatch.setenv("WELFAREMAP_LANG", "en")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A new workspace, and beside it a town of one street and a hill that rises eastward."""
    (tmp_path / "town.osm").write_text(OSM, encoding="utf-8")
    write_hill(tmp_path / "hill.tif", west=130.88)
    write_hill(tmp_path / "elsewhere.tif", west=135.0)
    folder = tmp_path / "place"
    assert run("init", folder).exit_code == 0
    return folder


def write_hill(path: Path, *, west: float) -> None:
    heights = np.tile(np.linspace(0.0, 40.0, 41, dtype=np.float32), (41, 1))
    facts: dict[str, Any] = {"width": 41, "height": 41, "count": 1, "dtype": "float32"}
    place = Affine(1e-4, 0.0, west, 0.0, -1e-4, 33.8841)
    with rasterio.open(path, "w", driver="GTiff", crs="EPSG:6668", transform=place, **facts) as out:
        out.write(heights, 1)


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def take(place: Path, kind: str, name: str, *more: str) -> Result:
    result = run("import", kind, place.parent / name, "--workspace", place, *more)
    assert result.exit_code == 0, result.output
    return result


def walk(place: Path) -> tuple[float, float]:
    """Seconds along the whole street, one way and the other."""
    streets = Workspace(place).read().streets
    assert streets is not None
    cost = milliseconds(streets.edge_cost).sum(axis=0) / 1000.0
    return float(cost.min()), float(cost.max())


def test_heights_after_the_streets_make_the_slopes(place: Path) -> None:
    take(place, "streets", "town.osm")
    down, up = walk(place)
    assert down == pytest.approx(up)
    result = take(place, "elevation", "hill.tif")
    assert "slopes: walks are measured with the heights of hill.tif (100 %" in result.stdout
    down, up = walk(place)
    assert up > 1.1 * down


def test_the_order_of_the_two_makes_no_difference(place: Path) -> None:
    assert "no streets yet" in take(place, "elevation", "hill.tif").stdout
    assert "heights of hill.tif (100 %" in take(place, "streets", "town.osm").stdout
    first = walk(place)
    other = place.parent / "other"
    assert run("init", other).exit_code == 0
    take(other, "streets", "town.osm")
    take(other, "elevation", "hill.tif")
    assert walk(other) == pytest.approx(first)


def test_heights_can_be_replaced_again_and_again(place: Path) -> None:
    take(place, "streets", "town.osm")
    flat = walk(place)
    take(place, "elevation", "hill.tif")
    result = take(place, "elevation", "elsewhere.tif")
    assert "no heights where these streets are" in result.stdout
    assert walk(place) == pytest.approx(flat)
    take(place, "elevation", "hill.tif")
    assert walk(place)[1] > 1.1 * walk(place)[0]


def test_each_part_keeps_the_name_of_its_own_file(place: Path) -> None:
    take(place, "streets", "town.osm")
    take(place, "elevation", "hill.tif")
    sources = Workspace(place).read().sources
    assert {name: one.file for name, one in sources.items()} == {
        "streets": "town.osm", "elevation": "hill.tif",
    }  # fmt: skip


def test_streets_kept_without_their_lines_say_what_to_do(place: Path) -> None:
    take(place, "streets", "town.osm")
    for kept in place.rglob(NAME):
        kept.unlink()
    assert "import the streets again" in take(place, "elevation", "hill.tif").stdout


def test_lines_that_are_damaged_are_told_and_nothing_changes(place: Path) -> None:
    take(place, "streets", "town.osm")
    for kept in place.rglob(NAME):
        kept.write_bytes(kept.read_bytes()[:200])
    result = run("import", "elevation", place.parent / "hill.tif", "--workspace", place)
    assert result.exit_code == 1
    assert "Import the streets again" in result.stderr
    assert Workspace(place).version() == 1


def test_a_dry_run_tells_the_same_and_stores_nothing(place: Path) -> None:
    take(place, "streets", "town.osm")
    result = take(place, "elevation", "hill.tif", "--dry-run", "--json")
    document = json.loads(result.stdout)
    assert document["stored"] is False
    assert document["report"] == {"slopes": "hill.tif", "share": 1.0}
    assert Workspace(place).version() == 1
