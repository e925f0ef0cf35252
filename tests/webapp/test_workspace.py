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
from shapely.geometry import Point

from geo.errors import LayerFaulty
from geo.layers import check
from geo.sample import Town
from webapp.faults import LayerMisplaced, WorkspaceDamaged, WorkspaceMissing, WorkspaceTaken
from webapp.layerstore import Change
from webapp.workspace import Workspace


@pytest.fixture
def store(tmp_path: Path, town: Town) -> Workspace:
    """A workspace with some areas and the town's streets."""
    made = Workspace.create(tmp_path / "place")
    made.replace(Change({"population": areas(2)}, streets=town.streets, file="a.csv"))
    return made


def areas(times: int) -> gpd.GeoDataFrame:
    """Three areas, so many times over, with awkward text and unknowns."""
    columns = {
        "id": [str(row).zfill(3) for row in range(3 * times)],
        "name": ["\ufa19谷　福", None, "=cmd|' /C calc'!A0"] * times,
        "people": [12.0, 0.0, None] * times,
    }
    return gpd.GeoDataFrame(
        columns, geometry=[Point(130.9, 33.9), None, Point(131, 34)] * times, crs=4326
    )


def test_a_layer_comes_back_as_it_was(store: Workspace) -> None:
    given = areas(4)
    store.replace(Change({"population": given}))
    back = store.read().layers["population"]
    whole = check(given, "population")
    pd.testing.assert_series_equal(back["people"], whole["people"])
    assert list(back["name"])[:3] == ["\ufa19谷　福", None, "=cmd|' /C calc'!A0"]
    assert list(back["id"]) == list(whole["id"])
    assert back.geometry.geom_equals(whole.geometry).tolist().count(False) == 4
    assert back.geometry.isna().sum() == 4


def test_no_layer_of_people_gets_in(store: Workspace, town: Town) -> None:
    for name in ("households", "supporters", "links"):
        with pytest.raises(LayerMisplaced):
            store.replace(Change({name: getattr(town, name)}))  # type: ignore[dict-item]
    assert store.version() == 1


def test_other_parts_stay_when_one_is_replaced(store: Workspace) -> None:
    store.replace(Change({"population": areas(1)}, file="b.csv"))
    contents = store.read()
    assert contents.version == 2
    assert contents.streets is not None
    assert {name: one.file for name, one in contents.sources.items()} == {
        "streets": "a.csv", "population": "b.csv",
    }  # fmt: skip


def test_an_empty_layer_stays_empty_and_keeps_its_contract(store: Workspace) -> None:
    store.replace(Change({"population": areas(1).iloc[:0]}))
    layer = store.read().layers["population"]
    assert layer.empty
    check(layer, "population")


def test_nothing_is_readable_by_others(store: Workspace) -> None:
    for path in [store.folder, *store.folder.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_replaced_layer_leaves_no_trace_two_versions_later(store: Workspace) -> None:
    for name in ("カナリア", "B", "C"):
        store.replace(Change({"population": areas(1).assign(name=name)}))
    held = b"".join(p.read_bytes() for p in store.folder.rglob("*") if p.is_file())
    assert "カナリア".encode() not in held


def test_a_faulty_layer_changes_nothing(store: Workspace) -> None:
    before = {p: p.stat().st_mtime_ns for p in store.folder.rglob("*") if p.name != "lock"}
    wrong = areas(1).assign(id="same")
    with pytest.raises(LayerFaulty):
        store.replace(Change({"population": wrong}))
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
layer = store.read().layers["population"]
while True:
    store.replace(Change({"population": layer.assign(name=f"version {store.version() + 1}")}))
    print(store.version(), flush=True)
"""


def test_two_processes_notice_each_other_and_a_killed_one_harms_nothing(store: Workspace) -> None:
    assert store.version() == 1
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
        contents = store.read()
        assert contents.version >= acknowledged
        assert set(contents.layers["population"]["name"]) == {f"version {contents.version}"}
    store.replace(Change({"population": areas(1)}))
    left = {path.name for path in (store.folder / "data").iterdir()}
    assert not [name for name in left if name.startswith(".unfinished")]
    assert len(left) == 3


def test_what_a_killed_writer_left_does_not_get_into_the_next_version(store: Workspace) -> None:
    left = store.folder / "data" / ".unfinished-layers-000002.gpkg"
    areas(1).assign(name="カナリア").to_file(left, layer="left", driver="GPKG")
    (store.folder / ".unfinished-1-index.json").write_bytes(b"{")
    store.replace(Change({"population": areas(1)}))
    assert len(store.read().layers["population"]) == 3
    assert not list(store.folder.rglob(".unfinished*"))
    layers = next((store.folder / "data").glob("layers-000002*")).read_bytes()
    assert "カナリア".encode() not in layers
