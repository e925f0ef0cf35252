from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pytest
from click.testing import CliRunner, Result
from shapely.geometry import box

from geo.layers import LayerName
from geo.sample import Town
from webapp.answers.premises import Premises
from webapp.cli import main
from webapp.settings import Settings
from webapp.workspace import Workspace

SUPPORTERS = """ID,氏名,支援内容,状態,緯度,経度
S1,山田　花,ゴミ出し・掃除,活動中,34.14,130.59
S2,佐藤　健,話し相手,休止中,34.141,130.591
"""
HOUSEHOLDS = """ID,氏名,住所,緯度,経度
H1,田中　一,架空町1,34.14,130.5905
H2,鈴木　二,架空町2,34.15,130.6
"""
LINKS = """見守る人,見守られる人,種類
S1,H1,見守り
"""


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    speak_english(monkeypatch, tmp_path)


def speak_english(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """English, and a key file in the folder."""
    key = folder / "secret.key"
    key.write_text("abcd-efgh-jkmn-pqrs", encoding="utf-8")
    key.chmod(0o600)
    monkeypatch.setenv("WELFAREMAP_KEY_FILE", str(key))
    monkeypatch.setenv("WELFAREMAP_LANG", "en")


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new workspace that is made once and copied for each test."""
    folder = tmp_path_factory.mktemp("founded")
    with pytest.MonkeyPatch.context() as patch:
        speak_english(patch, folder)
        assert run("init", folder / "place").exit_code == 0
    return folder / "place"


@pytest.fixture
def place(founded: Path, tmp_path: Path) -> Path:
    """A new workspace."""
    return shutil.copytree(founded, tmp_path / "place")


@pytest.fixture(scope="module")
def stocked(founded: Path, town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that was filled from files once and is copied for each test."""
    folder = tmp_path_factory.mktemp("stocked")
    with pytest.MonkeyPatch.context() as patch:
        speak_english(patch, folder)
        fill(shutil.copytree(founded, folder / "place"), folder, town)
    return folder / "place"


@pytest.fixture
def filled(stocked: Path, tmp_path: Path) -> Path:
    """A workspace filled from files, as an office would."""
    return shutil.copytree(stocked, tmp_path / "place")


def fill(place: Path, folder: Path, town: Town) -> None:
    """Import the files of an office, which are written into ``folder``."""
    town.districts.to_file(folder / "districts.geojson", driver="GeoJSON")
    for kind, text in (("supporters", SUPPORTERS), ("households", HOUSEHOLDS), ("links", LINKS)):
        (folder / f"{kind}.csv").write_text(text, encoding="cp932")
    for kind, name in (
        ("boundaries", "districts.geojson"), ("supporters", "supporters.csv"),
        ("households", "households.csv"), ("links", "links.csv"),
    ):  # fmt: skip
        result = run("import", kind, folder / name, "--workspace", place)
        assert result.exit_code == 0, result.output


def stored(folder: Path, name: LayerName) -> gpd.GeoDataFrame:
    """A layer as the register holds it."""
    with Premises.open(Settings.read(workspace=folder)).register as register:
        return register.drawn.exact()[1][name]


def said(result: Result, code: int) -> str:
    """The one sentence on stderr of a command that ended with ``code``."""
    assert result.exit_code == code, result.output
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert "Traceback" not in result.output
    return lines[0]


def test_a_new_workspace_is_made_with_a_code_for_the_first_account(tmp_path: Path) -> None:
    result = run("init", tmp_path / "new")
    assert result.exit_code == 0, result.output
    assert re.search(r"Invitation code: (\w{4}-){3}\w{4}", result.stdout)
    key = Path(os.environ["WELFAREMAP_KEY_FILE"]).read_text().strip()
    assert key not in result.output
    assert b"SQLite format 3" not in (tmp_path / "new" / "register.db").read_bytes()[:32]


def test_files_of_an_office_become_suggestions(filled: Path) -> None:
    result = run("suggest", "--household", "H1", "--activity", "garbage", "--workspace", filled)
    assert result.exit_code == 0, result.output
    assert "1. 山田　花 (S1)" in result.stdout
    assert "straight line" in result.stdout
    assert "tie between them" in result.stdout


def test_json_is_one_document_and_nothing_else(filled: Path) -> None:
    words = ("--household", "H1", "--activity", "garbage", "--json", "--workspace", filled)
    result = run("suggest", *words)
    answer = json.loads(result.stdout)
    assert result.stderr == ""
    assert [one["supporter_id"] for one in answer["suggestions"]] == ["S1"]
    assert answer["basis"] == "straight_line"
    assert answer["refused"][0]["refusals"][0]["code"] == "not_active"


def test_a_dry_run_stores_nothing(place: Path, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text(SUPPORTERS, encoding="utf-8")
    result = run("import", "supporters", tmp_path / "s.csv", "--dry-run", "--workspace", place)
    assert result.exit_code == 0
    assert "Nothing was stored" in result.stdout
    assert "supporters: 2 new, 0 changed, 0 gone, 0 unchanged" in result.stdout
    assert "supporters S1  name: 山田　花" in result.stdout
    assert stored(place, "supporters").empty


def test_a_faulty_roster_reports_every_row_and_stores_nothing(place: Path, tmp_path: Path) -> None:
    text = SUPPORTERS.replace("活動中", "ぼちぼち").replace("34.141", "北緯")
    (tmp_path / "s.csv").write_text(text, encoding="utf-8")
    result = run("import", "supporters", tmp_path / "s.csv", "--workspace", place)
    sentence = said(result, 2)
    assert "s.csv" in sentence
    assert "row 2, column 状態" in sentence
    assert "row 2, column 状態" in result.stdout
    assert "row 3, column 緯度" in result.stdout
    assert stored(place, "supporters").empty
    japanese = run("--lang", "ja", "import", "supporters", tmp_path / "s.csv", "--workspace", place)
    assert "何も保存していません" in said(japanese, 2)
    assert "「ぼちぼち」は登録されていない言葉です" in japanese.stdout


def test_the_mapping_can_be_overruled(place: Path, tmp_path: Path) -> None:
    text = SUPPORTERS.replace("氏名", "よびな")
    (tmp_path / "s.csv").write_text(text, encoding="utf-8")
    words = ("import", "supporters", tmp_path / "s.csv", "--workspace", place)
    assert "columns not used: よびな" in run(*words).stdout
    assert run(*words, "--map", "よびな=name").exit_code == 0
    assert list(stored(place, "supporters")["name"]) == ["山田　花", "佐藤　健"]
    assert "--map is nonsense" in said(run(*words, "--map", "nonsense"), 2)


def test_differences_are_told_before_anything_is_stored(filled: Path, tmp_path: Path) -> None:
    text = HOUSEHOLDS.replace("架空町2", "架空町20").replace("H1,田中　一", "H3,森　三")
    (tmp_path / "h.csv").write_text(text, encoding="utf-8")
    words = ("import", "households", tmp_path / "h.csv", "--dry-run", "--workspace", filled)
    told = run(*words).stdout
    assert "households: 1 new, 1 changed, 1 gone, 0 unchanged" in told
    assert "households H2  address: 架空町2 → 架空町20" in told
    japanese = run("--lang", "ja", *words).stdout
    assert "世帯 H2　住所: 架空町2 → 架空町20" in japanese
    document = json.loads(run(*words, "--json").stdout)
    changes = {(one["deed"], one["record"], one["id"]): one for one in document["differences"]}
    assert changes["changed", "household", "H2"]["fields"] == {
        "address": {"old": "架空町2", "new": "架空町20"}
    }
    assert document["counts"]["household"] == {"new": 1, "changed": 1, "gone": 1, "unchanged": 0}
    assert ("gone", "household", "H1") not in {
        (one["deed"], one["record"], one["id"])
        for one in json.loads(run(*words, "--json", "--keep-missing").stdout)["differences"]
    }


def test_an_import_is_listed_and_taken_back(filled: Path, tmp_path: Path) -> None:
    (tmp_path / "h.csv").write_text(HOUSEHOLDS.replace("架空町2", "架空町20"), encoding="utf-8")
    words = ("import", "households", tmp_path / "h.csv", "--json", "--workspace", filled)
    identity = json.loads(run(*words).stdout)["import"]
    assert json.loads(run(*words).stdout)["import"] is None, "twice changes nothing"
    listed = json.loads(run("imports", "--json", "--workspace", filled).stdout)["imports"]
    assert [one["kind"] for one in listed] == [
        "households", "links", "households", "supporters", "districts",
    ]  # fmt: skip
    assert f"undo {identity}" not in run("imports", "--workspace", filled).stdout
    assert run("undo", identity, "--workspace", filled).exit_code == 0
    assert sorted(stored(filled, "households")["address"]) == ["架空町1", "架空町2"]
    assert "already taken back" in said(run("undo", identity, "--workspace", filled), 2)
    assert "taken back" in run("imports", "--workspace", filled).stdout


def test_an_import_in_use_is_kept_and_its_users_named(filled: Path) -> None:
    listed = json.loads(run("imports", "--json", "--workspace", filled).stdout)["imports"]
    identity = next(one["id"] for one in listed if one["kind"] == "households")
    result = run("undo", identity, "--workspace", filled)
    assert "--keep-later" in said(result, 2)
    assert "households H1: in use by watch_link" in result.stdout
    assert len(stored(filled, "households")) == 2


def test_hazards_of_another_kind_stay_beside_those_of_a_new_file(
    place: Path, tmp_path: Path
) -> None:
    for name, kind in (("flood", "flood"), ("slope", "steep_slope"), ("again", "flood")):
        areas = gpd.GeoDataFrame(geometry=[box(130.8, 33.8, 130.9, 33.9)], crs=4326)
        areas.to_file(tmp_path / f"{name}.geojson")
        path = tmp_path / f"{name}.geojson"
        done = run("import", "hazards", path, "--kind", kind, "--workspace", place)
        assert done.exit_code == 0
        assert "1" in done.output
    kept = Workspace(place).read().layers["hazards"]
    assert sorted(kept["kind"]) == ["flood", "steep_slope"]


def test_projections_are_kept_beside_the_population(place: Path, tmp_path: Path) -> None:
    rows = "MESH_ID,SHICODE,PTN_2020,PTC_2020,PTN_2035,PTC_2035\n503066692,40107,90,30,70,35\n"
    (tmp_path / "p.csv").write_text(rows, encoding="utf-8")
    told = run("import", "projections", tmp_path / "p.csv", "--workspace", place)
    assert (told.exit_code, "years: 2020, 2035" in told.stdout) == (0, True)
    kept = Workspace(place).read().layers["projections"]
    assert kept[["year", "people_65"]].to_numpy().tolist() == [[2020.0, 30.0], [2035.0, 35.0]]
    assert kept["people_75"].isna().all()


def test_two_that_are_one_are_proposed_and_merged_by_hand(place: Path, tmp_path: Path) -> None:
    rows = HOUSEHOLDS + "H3,田中一,架空町1丁目,34.14,130.59\nH4,田中　一,架空町1,34.14,130.59\n"
    (tmp_path / "h.csv").write_text(rows, encoding="utf-8")
    assert run("import", "households", tmp_path / "h.csv", "--workspace", place).exit_code == 0
    told = run("duplicates", "--workspace", place).stdout
    assert "people p-H1 and p-H3 (same name, written otherwise・same address)" in told
    assert run("apart", "p-H3", "p-H4", "--workspace", place).exit_code == 0
    assert run("merge", "p-H1", "p-H4", "--workspace", place).exit_code == 0
    told = run("duplicates", "--json", "--workspace", place).stdout
    assert [(one["first"], one["second"]) for one in json.loads(told)["duplicates"]] == [
        ("p-H1", "p-H3")
    ]


BAD: dict[str, bytes] = {
    "missing": b"",
    "empty": b"",
    "nul": b"ID,\x00\x00\x00" * 500,
    "binary": bytes(range(256)) * 40,
    "zip": b"PK\x03\x04" + b"\x00" * 200,
    "json": b'{"type": "FeatureCollection", "features": [',
    "text": "ただの文章です。\n表ではありません。\n".encode(),
}
KINDS = (
    "boundaries",
    "households",
    "supporters",
    "links",
    "places",
    "population",
    "projections",
    "hazards",
    "streets",
    "elevation",
)


def write_bad(folder: Path, kind: str, bad: str) -> Path:
    """The wrong file, with the ending of the right one."""
    ending = {"boundaries": "geojson", "streets": "osm.pbf", "elevation": "tif"}.get(kind, "csv")
    path = folder / f"bad.{ending}"
    if bad != "missing":
        path.write_bytes(BAD[bad])
    return path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bad", BAD)
def test_a_wrong_file_is_told_in_japanese_alone(
    place: Path, tmp_path: Path, kind: str, bad: str
) -> None:
    path = write_bad(tmp_path, kind, bad)
    words = ("--lang", "ja", "import", kind, path, "--workspace", place)
    sentence = said(run(*words), 2).replace(path.name, "")
    assert re.search(r"[ぁ-ん]", sentence)
    assert not re.search(r"[A-Za-z]{2,} [a-z]{2,}", sentence), sentence


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bad", BAD)
def test_a_wrong_file_gets_one_sentence_and_stores_nothing(
    place: Path, tmp_path: Path, kind: str, bad: str
) -> None:
    path = write_bad(tmp_path, kind, bad)
    sentence = said(run("import", kind, path, "--workspace", place), 2)
    assert "bad." in sentence
    assert Workspace(place).version() == 0
    assert bad == "missing" or path.read_bytes() == BAD[bad]


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("nonsense",), "nonsense"),
        (("suggest", "--activity", "garbage"), "--household"),
        (("suggest", "--household", "H1", "--activity", "dancing"), "dancing"),
        (("suggest", "--household", "H1", "--activity", "garbage", "-k", "0"), "0"),
        (("serve", "--prot", "80"), "--prot"),
        (("import", "households"), "FILE"),
        (("map", "--out", "x.png"), "x.png"),
        (
            ("suggest", "--household", "H1", "--activity", "garbage", "--workspace", "/nowhere"),
            "/nowhere",
        ),
    ],
)
def test_wrong_words_get_one_sentence(words: tuple[str, ...], part: str) -> None:
    assert part in said(run(*words), 2)
    assert said(run("--lang", "ja", *words), 2) != said(run(*words), 2)


def test_an_unknown_household_is_told(filled: Path) -> None:
    words = ("suggest", "--household", "H9", "--activity", "garbage", "--workspace", filled)
    assert said(run(*words), 2) == "There is no household with the id H9."


def test_a_layer_that_is_absent_is_told(place: Path) -> None:
    words = ("suggest", "--household", "H1", "--activity", "garbage", "--workspace", place)
    assert run(*words).exit_code == 2


def test_a_fault_inside_is_1_with_a_ticket(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("webapp.terminal.questions.suggest_for", fail)
    words = ("suggest", "--household", "H1", "--activity", "garbage", "--workspace", filled)
    sentence = said(run(*words), 1)
    assert "Ticket number" in sentence
    assert "secret" not in sentence


def test_a_damaged_workspace_is_1(filled: Path) -> None:
    (filled / "index.json").write_text("{")
    words = ("suggest", "--household", "H1", "--activity", "garbage", "--workspace", filled)
    assert "index.json" in said(run(*words), 1)


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "parquet", "xlsx", "csv"])
def test_whom_nobody_reaches_is_written_in_each_format(
    filled: Path, tmp_path: Path, ending: str
) -> None:
    out = tmp_path / f"out.{ending}"
    words = ("--activity", "garbage", "--within", "2", "--out", out, "--workspace", filled)
    result = run("uncovered", *words)
    assert result.exit_code == 0, result.output
    assert "1 rows" in result.stdout
    assert out.stat().st_size > 0
    assert out.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("ending", ["geojson", "xlsx"])
def test_land_nobody_reaches_is_written_as_polygons(
    filled: Path, tmp_path: Path, ending: str
) -> None:
    out = tmp_path / f"land.{ending}"
    words = ("--areas", "--activity", "garbage", "--within", "2", "--out", out)
    result = run("uncovered", *words, "--json", "--workspace", filled)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["areas"] > 0
    assert "copy" in told
    if ending == "geojson":
        areas = gpd.read_file(out)
        assert len(areas) == told["areas"]
        assert set(areas.geom_type) == {"Polygon"}
        assert areas["at_risk"].sum() == 1
        assert areas["population"].isna().all()


def test_a_folder_that_is_not_there_is_told(filled: Path, tmp_path: Path) -> None:
    out = tmp_path / "none" / "out.csv"
    assert "out.csv" in said(run("uncovered", "--out", out, "--workspace", filled), 2)


def test_maps_are_written_for_each_audience(filled: Path, tmp_path: Path) -> None:
    public, staff = tmp_path / "public.html", tmp_path / "staff.html"
    assert run("map", "--out", public, "--workspace", filled).exit_code == 0
    assert run("map", "--out", staff, "--audience", "staff", "--workspace", filled).exit_code == 0
    assert "田中" not in public.read_text("utf-8")
    assert "田中" in staff.read_text("utf-8")
    words = ("map", "--out", public, "--district", "none", "--workspace", filled)
    assert "district" in said(run(*words), 2)


def test_a_map_on_paper_is_a_pdf(filled: Path, tmp_path: Path) -> None:
    out = tmp_path / "map.pdf"
    result = run("map", "--out", out, "--district", "X0003", "--workspace", filled)
    assert result.exit_code == 0, result.output
    assert out.read_bytes().startswith(b"%PDF")


def test_the_doctor_finds_nothing_wrong_and_then_something(filled: Path, tmp_path: Path) -> None:
    secret = ("--passphrase-file", tmp_path / "secret.key", "--workspace", filled)
    assert "No backup was ever made" in run("doctor", "--workspace", filled).stdout
    made = run("backup", tmp_path / "copy.backup", *secret)
    assert made.exit_code == 0, made.output
    result = run("doctor", "--workspace", filled)
    assert result.exit_code == 0, result.output
    report = json.loads(run("doctor", "--json", "--workspace", filled).stdout)
    assert report["fine"]
    (filled / "register.db").chmod(0o644)
    assert run("doctor", "--workspace", filled).exit_code == 1


def test_the_doctor_does_not_pass_a_workspace_that_is_not_there(tmp_path: Path) -> None:
    result = run("doctor", "--workspace", tmp_path / "none")
    assert result.exit_code == 1
    assert str(tmp_path / "none") in result.stdout


def test_a_demo_in_a_workspace_of_real_people_is_refused(filled: Path) -> None:
    assert str(filled) in said(run("demo", "--workspace", filled, "--port", "0"), 2)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_demo_answers_says_ready_and_stops(tmp_path: Path, ending: signal.Signals) -> None:
    words = [sys.executable, "-m", "webapp.cli", "demo", "--size", "20", "--port", "0"]
    environ = os.environ | {"WELFAREMAP_WORKSPACE": str(tmp_path / "demo"), "LANG": "en_GB.UTF-8"}
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environ,
        cwd=Path(__file__).parents[2],
    ) as server:  # fmt: skip
        assert server.stdout is not None
        line = server.stdout.readline().strip()
        try:
            assert line.startswith("ready http://127.0.0.1:")
            connection = http.client.HTTPConnection(
                "127.0.0.1", int(line.rstrip("/").split(":")[-1])
            )
            for path, status in (("/healthz", 200), ("/", 200), ("/desk/", 303)):
                connection.request("GET", path)
                answer = connection.getresponse()
                answer.read()
                assert answer.status == status
            connection.close()
        finally:
            server.send_signal(ending)
        assert server.wait(10) == 0
        assert server.stdout.read() == ""


def test_a_port_in_use_is_told(filled: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run("serve", "--port", port, "--workspace", filled)
    assert result.exit_code == 2
    assert f"Port {port}" in result.stderr
    assert "Traceback" not in result.stderr


def test_gaps_and_overlaps_between_districts_are_told_with_their_area(
    place: Path, tmp_path: Path
) -> None:
    boxes = [box(130.60, 34.1, 130.61, 34.11), box(130.609, 34.1, 130.62, 34.11)]
    layer = gpd.GeoDataFrame({"name": ["A", "B"]}, geometry=boxes, crs=4326)
    layer.to_file(tmp_path / "d.geojson", driver="GeoJSON")
    words = ("import", "boundaries", tmp_path / "d.geojson", "--name-column", "name")
    result = run(*words, "--workspace", place)
    assert result.exit_code == 0, result.output
    assert "overlaps: 1, 102," in result.stdout
