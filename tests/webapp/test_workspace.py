"""The workspace keeps what it was given, whole or not at all, for its owner only."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal
from shapely.geometry import Point

from geo.errors import LayerFaulty
from geo.layers import check
from geo.sample import Town
from webapp.answers.atlas import AtlasShelf
from webapp.faults import WorkspaceDamaged, WorkspaceMissing, WorkspaceTaken
from webapp.layerstore import Change
from webapp.workspace import Workspace


@pytest.fixture
def store(tmp_path: Path, town: Town) -> Workspace:
    """A workspace with the town's households and streets."""
    made = Workspace.create(tmp_path / "place")
    made.replace(Change({"households": town.households}, streets=town.streets, file="a.csv"))
    return made


def households(times: int) -> gpd.GeoDataFrame:
    """Three households, so many times over, with awkward text and unknowns."""
    columns = {
        "id": [str(row).zfill(3) for row in range(3 * times)],
        "name": ["\ufa19谷　福", None, "=cmd|' /C calc'!A0"] * times,
        "needs": [["garbage", "talk"], [], None] * times,
    }
    return gpd.GeoDataFrame(
        columns, geometry=[Point(130.9, 33.9), None, Point(131, 34)] * times, crs=4326
    )


def test_a_layer_comes_back_as_it_was(store: Workspace) -> None:
    given = households(4)
    store.replace(Change({"households": given}))
    back = store.read().layers["households"]
    whole = check(given, "households")
    pd.testing.assert_series_equal(back["needs"], whole["needs"])
    assert list(back["name"])[:3] == ["\ufa19谷　福", None, "=cmd|' /C calc'!A0"]
    assert list(back["id"]) == list(whole["id"])
    assert back.geometry.geom_equals(whole.geometry).tolist().count(False) == 4
    assert back.geometry.isna().sum() == 4


def test_every_layer_of_a_town_comes_back(tmp_path: Path, town: Town) -> None:
    store = Workspace.create(tmp_path / "town")
    names = ("districts", "households", "supporters", "links", "places")
    layers = {name: getattr(town, name) for name in names}
    store.replace(Change(layers, streets=town.streets))  # type: ignore[arg-type]
    contents = store.read()
    for name in names:
        want = check(layers[name], name).reset_index(drop=True)  # type: ignore[arg-type]
        have = contents.layers[name][list(want.columns)]  # type: ignore[index]
        assert_geodataframe_equal(
            have, want, check_dtype=False, check_less_precise=True, check_index_type=False
        )
    assert contents.streets is not None
    assert contents.streets.edges == town.streets.edges


def test_other_parts_stay_when_one_is_replaced(store: Workspace, town: Town) -> None:
    store.replace(Change({"supporters": town.supporters}, file="b.csv"))
    contents = store.read()
    assert contents.version == 2
    assert set(contents.layers) == {"households", "supporters"}
    assert contents.streets is not None
    assert {name: one.file for name, one in contents.sources.items()} == {
        "households": "a.csv", "streets": "a.csv", "supporters": "b.csv",
    }  # fmt: skip


def test_an_empty_layer_stays_empty_and_keeps_its_contract(store: Workspace) -> None:
    store.replace(Change({"households": households(1).iloc[:0]}))
    layer = store.read().layers["households"]
    assert layer.empty
    check(layer, "households")


def test_nothing_is_readable_by_others(store: Workspace) -> None:
    for path in [store.folder, *store.folder.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_replaced_layer_leaves_no_trace_two_versions_later(store: Workspace) -> None:
    for name in ("カナリア", "B", "C"):
        store.replace(Change({"households": households(1).assign(name=name)}))
    held = b"".join(p.read_bytes() for p in store.folder.rglob("*") if p.is_file())
    assert "カナリア".encode() not in held


def test_a_faulty_layer_changes_nothing(store: Workspace) -> None:
    before = {p: p.stat().st_mtime_ns for p in store.folder.rglob("*") if p.name != "lock"}
    wrong = households(1).assign(id="same")
    with pytest.raises(LayerFaulty):
        store.replace(Change({"households": wrong}))
    after = {p: p.stat().st_mtime_ns for p in store.folder.rglob("*") if p.name != "lock"}
    assert {p for p in after if p.is_file()} == {p for p in before if p.is_file()}
    assert store.version() == 1


def test_folders_that_are_no_workspace_are_told(tmp_path: Path, store: Workspace) -> None:
    with pytest.raises(WorkspaceMissing):
        Workspace(tmp_path / "none").index()
    with pytest.raises(WorkspaceTaken):
        Workspace.create(store.folder)
    (store.folder / "index.json").write_text('{"format": 99}')
    with pytest.raises(WorkspaceDamaged):
        store.index()


@pytest.mark.parametrize("part", ["layers", "streets"])
def test_a_damaged_file_is_told_and_not_searched_for_ever(store: Workspace, part: str) -> None:
    named = json.loads((store.folder / "index.json").read_text())[part]
    path = store.folder / "data" / named
    if path.is_dir():
        for file in path.iterdir():
            file.unlink()
    else:
        path.write_bytes(b"not a GeoPackage")
    with pytest.raises(WorkspaceDamaged):
        store.read()


_WRITER = """
import sys
from pathlib import Path
from webapp.layerstore import Change
from webapp.workspace import Workspace
store = Workspace(Path(sys.argv[1]))
print("writing", flush=True)
layer = store.read().layers["households"]
while True:
    store.replace(Change({"households": layer.assign(name=f"version {store.version() + 1}")}))
    print(store.version(), flush=True)
"""


def test_two_processes_notice_each_other_and_a_killed_one_harms_nothing(store: Workspace) -> None:
    shelf = AtlasShelf(store)
    assert shelf.current().version == 1
    for _ in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(store.folder)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        lines = [writer.stdout.readline() for _ in range(3)]
        time.sleep(0.02)
        writer.send_signal(signal.SIGKILL)
        rest = writer.stdout.read().split()
        writer.stdout.close()
        writer.wait()
        acknowledged = int((rest or lines[-1:])[-1])
        atlas = shelf.current()
        assert atlas.version >= acknowledged
        assert set(atlas.layer("households")["name"]) == {f"version {atlas.version}"}
    store.replace(Change({"households": households(1)}))
    left = {path.name for path in (store.folder / "data").iterdir()}
    assert not [name for name in left if name.startswith(".unfinished")]
    assert len(left) == 3


def test_what_a_killed_writer_left_does_not_get_into_the_next_version(store: Workspace) -> None:
    left = store.folder / "data" / ".unfinished-layers-000002.gpkg"
    households(1).drop(columns="needs").assign(name="カナリア").to_file(
        left, layer="left", driver="GPKG"
    )
    (store.folder / ".unfinished-1-index.json").write_bytes(b"{")
    store.replace(Change({"households": households(1)}))
    assert len(store.read().layers["households"]) == 3
    assert not list(store.folder.rglob(".unfinished*"))
    layers = next((store.folder / "data").glob("layers-000002*")).read_bytes()
    assert "カナリア".encode() not in layers
