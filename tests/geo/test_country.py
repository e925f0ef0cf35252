from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from distributed import Client, LocalCluster

import geo
from geo.country import (
    AccessStudy,
    CoverageStudy,
    DaskCrew,
    FolderSource,
    Municipality,
    Progress,
    RecruitStudy,
    UncoveredStudy,
    gather,
    local_crew,
    network_of_lines,
    read_results,
    run_study,
)
from geo.country.access import Decay
from geo.country.cluster import NO_DASHBOARD
from geo.country.part import read_seal
from geo.coverage import Ask, Cover
from geo.errors import (
    ClusterAway,
    CrsMissing,
    FileMissing,
    FileUnreadable,
    MunicipalityStopped,
    ParameterWrong,
    ResultsThere,
    SchemaUnknown,
)
from geo.siting import recruit, street_candidates
from tests.countries import TOWNS, DeadlySource, content, rows_of, write_country
from tests.towns import grid_town

STUDY = CoverageStudy(("garbage",), within=5.5)


@pytest.fixture
def country(tmp_path: Path) -> Path:
    return write_country(tmp_path / "country")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The results of one process."""
    folder = tmp_path_factory.mktemp("alone")
    run_study(FolderSource(write_country(folder / "country")), STUDY, folder / "out")
    return content(folder / "out")


def kept(folder: Path) -> dict[str, int]:
    """When each part was written."""
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.parquet")}


def test_each_municipality_is_as_it_is_by_itself(country: Path, tmp_path: Path) -> None:
    run_study(FolderSource(country), STUDY, tmp_path / "out")
    rows = read_results(tmp_path / "out").set_index("municipality")
    for code, town in TOWNS.items():
        streets = None if code == "40102" else town.streets
        missing = geo.uncovered_households(
            town.households, town.supporters, streets, activity="garbage", within=5.5
        )
        assert rows.loc[code, "beyond"] == len(missing)
        assert rows.loc[code, "reached"] == len(town.households) - len(missing)
    assert rows["basis"].tolist() == ["streets", "streets", "straight_line"]
    assert rows["reached"].tolist() == [2, 2, 0]


def test_names_and_addresses_are_not_read(country: Path) -> None:
    place = FolderSource(country).shares()[0].read()
    assert not {"name", "address"} & {*place.households.columns, *place.supporters.columns}


def test_only_row_groups_of_the_municipality_are_read(country: Path) -> None:
    shares = {share.code: share for share in FolderSource(country).shares()}
    assert {code: share.rows for code, share in shares.items()} == {
        "01100": 3, "40101": 2, "40102": 3,
    }  # fmt: skip
    groups = {code: share.pieces["households"][0].groups for code, share in shares.items()}
    assert groups == {"01100": (0, 1), "40101": (1, 2), "40102": (2, 3)}


def test_the_order_of_rows_and_files_changes_nothing(
    tmp_path: Path, alone: dict[str, bytes]
) -> None:
    folder = write_country(tmp_path / "country")
    (folder / "households.parquet").unlink()
    (folder / "households" / "2026").mkdir(parents=True)
    shuffled = rows_of(TOWNS, "households").sample(frac=1, random_state=3)
    shuffled.iloc[:3].to_parquet(folder / "households" / "b.parquet", row_group_size=2)
    shuffled.iloc[3:].to_parquet(folder / "households" / "2026" / "a.parquet")
    run_study(FolderSource(folder), STUDY, tmp_path / "out")
    assert content(tmp_path / "out") == alone


def test_workers_give_the_same_bytes(
    country: Path, tmp_path: Path, alone: dict[str, bytes]
) -> None:
    with (
        LocalCluster(
            n_workers=1, threads_per_worker=2, processes=False, host="127.0.0.1", protocol="tcp",
            scheduler_kwargs=NO_DASHBOARD,
        ) as cluster,
        Client(cluster) as client,
    ):  # fmt: skip
        run_study(FolderSource(country), STUDY, tmp_path / "out", crew=DaskCrew(client, "here"))
    assert content(tmp_path / "out") == alone


def test_a_worker_killed_in_the_middle_changes_nothing(
    country: Path, tmp_path: Path, alone: dict[str, bytes]
) -> None:
    source = DeadlySource(tuple(FolderSource(country).shares()), tmp_path / "mark")
    with local_crew(1) as crew:
        run = run_study(source, STUDY, tmp_path / "out", crew=crew)
    assert (tmp_path / "mark").exists()
    assert run.failures == []
    assert content(tmp_path / "out") == alone


def test_a_scheduler_lost_on_the_way_ends_the_run() -> None:
    class Lost:
        status = "lost"

    with pytest.raises(ClusterAway, match="tls://here"):
        DaskCrew(object(), "tls://here")._outcome(Lost(), "40101")  # noqa: SLF001


def test_a_run_that_was_ended_goes_on_where_it_was(
    country: Path, tmp_path: Path, alone: dict[str, bytes]
) -> None:
    def end(progress: Progress) -> None:
        if progress.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_study(FolderSource(country), STUDY, tmp_path / "out", watch=end)
    with pytest.raises(FileMissing):
        read_results(tmp_path / "out")
    (tmp_path / "out" / ".40101-abcdefgh").write_bytes(b"half a part")
    before = kept(tmp_path / "out")
    run = run_study(FolderSource(country), STUDY, tmp_path / "out", resume=True)
    assert (run.progress.done, run.progress.kept) == (3, 2)
    assert before.items() <= kept(tmp_path / "out").items()
    assert content(tmp_path / "out") == alone


def test_results_that_are_made_again_are_not_finished_meanwhile(
    country: Path, tmp_path: Path
) -> None:
    def look(progress: Progress) -> None:
        del progress
        with pytest.raises(FileMissing):
            read_results(tmp_path / "out")

    run_study(FolderSource(country), STUDY, tmp_path / "out")
    run_study(FolderSource(country), STUDY, tmp_path / "out", resume=True, watch=look)
    assert len(read_results(tmp_path / "out")) == 3


def test_only_what_changed_is_done_again(country: Path, tmp_path: Path) -> None:
    run_study(FolderSource(country), STUDY, tmp_path / "out")
    before = kept(tmp_path / "out")
    moved = rows_of(TOWNS, "supporters")
    moved.loc[moved["municipality"] == "40102", "activities"] = pd.Series([["garbage"]], [2])
    moved.to_parquet(country / "supporters.parquet")
    run = run_study(FolderSource(country), STUDY, tmp_path / "out", resume=True)
    assert run.progress.kept == 2
    after = kept(tmp_path / "out")
    assert {name for name in after if after[name] != before[name]} == {"40102.parquet"}
    other = CoverageStudy(("garbage",), within=6.0)
    assert run_study(FolderSource(country), other, tmp_path / "out", resume=True).progress.kept == 0


def test_results_are_not_mixed_unasked(country: Path, tmp_path: Path) -> None:
    run_study(FolderSource(country), STUDY, tmp_path / "out")
    with pytest.raises(ResultsThere):
        run_study(FolderSource(country), STUDY, tmp_path / "out")


def test_a_part_of_nobody_goes_and_what_others_put_there_stays(
    country: Path, tmp_path: Path
) -> None:
    run_study(FolderSource(country), STUDY, tmp_path / "out")
    (tmp_path / "out" / "40101.parquet").rename(tmp_path / "out" / "99999.parquet")
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "out" / "mine.parquet")
    run = run_study(FolderSource(country), STUDY, tmp_path / "out", resume=True)
    assert run.progress.kept == 2
    there = {path.name for path in (tmp_path / "out").iterdir()}
    assert "99999.parquet" not in there
    assert {"mine.parquet", "40101.parquet"} <= there


def test_a_damaged_part_is_done_again(
    country: Path, tmp_path: Path, alone: dict[str, bytes]
) -> None:
    run_study(FolderSource(country), STUDY, tmp_path / "out")
    part = tmp_path / "out" / "40101.parquet"
    part.write_bytes(part.read_bytes()[:-9])
    assert run_study(FolderSource(country), STUDY, tmp_path / "out", resume=True).progress.kept == 2
    assert content(tmp_path / "out") == alone


def test_one_that_fails_is_reported_and_the_others_go_on(country: Path, tmp_path: Path) -> None:
    run_study(FolderSource(country), STUDY, tmp_path / "out")
    wrong = rows_of(TOWNS, "supporters")
    wrong.loc[wrong["municipality"] == "40101", "status"] = "asleep"
    wrong.to_parquet(country / "supporters.parquet")
    run = run_study(FolderSource(country), STUDY, tmp_path / "out", resume=True)
    (failure,) = run.failures
    assert (failure.municipality, failure.code) == ("40101", "layer_faulty")
    assert "asleep" in failure.sentence
    assert str(failure.fault()) == failure.sentence
    assert not (tmp_path / "out" / "40101.parquet").exists()
    assert set(read_results(tmp_path / "out")["municipality"]) == {"01100", "40102"}
    manifest = json.loads((tmp_path / "out" / "_manifest.json").read_text("utf-8"))
    assert [one["municipality"] for one in manifest["failures"]] == ["40101"]


def test_a_fault_that_nobody_foresaw_stops_one_only(
    country: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure = CoverageStudy.measure

    def stumble(study: CoverageStudy, place: Municipality) -> pd.DataFrame:
        if place.code == "40101":
            raise ZeroDivisionError
        return measure(study, place)

    monkeypatch.setattr(CoverageStudy, "measure", stumble)
    run = run_study(FolderSource(country), STUDY, tmp_path / "out")
    assert [one.code for one in run.failures] == [MunicipalityStopped.code]
    assert run.failures[0].facts["kind"] == "ZeroDivisionError"


def test_rows_without_a_municipality_are_counted(country: Path, tmp_path: Path) -> None:
    homeless = rows_of(TOWNS, "households")
    homeless.loc[[0, 5], "municipality"] = None
    homeless.to_parquet(country / "households.parquet")
    run = run_study(FolderSource(country), STUDY, tmp_path / "out")
    assert run.strays == {"households": 2}
    assert run.progress.households == 6


def test_a_municipality_without_supporters_or_households_is_a_result(
    country: Path, tmp_path: Path
) -> None:
    rows_of({"40101": TOWNS["40101"]}, "households").to_parquet(country / "households.parquet")
    rows_of({"01100": TOWNS["01100"]}, "supporters").to_parquet(country / "supporters.parquet")
    run_study(FolderSource(country), STUDY, tmp_path / "out")
    rows = read_results(tmp_path / "out").set_index("municipality")
    assert rows["households"].tolist() == [0, 2, 0]
    assert rows["beyond"].tolist() == [0, 2, 0]


@pytest.mark.parametrize("code", ["../../etc", "a/b", "", "."])
def test_a_code_that_is_no_file_name_is_refused(tmp_path: Path, code: str) -> None:
    town = grid_town(2)
    folder = tmp_path / "country"
    folder.mkdir()
    for layer in ("households", "supporters"):
        getattr(town, layer).assign(municipality=code).to_parquet(folder / f"{layer}.parquet")
    if code:
        with pytest.raises(ParameterWrong):
            run_study(FolderSource(folder), STUDY, tmp_path / "out")
    else:
        assert FolderSource(folder).strays() == {"households": 3, "supporters": 1}


def test_files_that_cannot_be_used_are_named(country: Path, tmp_path: Path) -> None:
    rows = rows_of(TOWNS, "households")
    with pytest.raises(FileMissing):
        FolderSource(tmp_path)
    rows.assign(municipality=rows["municipality"].astype(int)).to_parquet(
        country / "households.parquet"
    )
    with pytest.raises(SchemaUnknown):
        FolderSource(country).shares()
    nowhere = rows.set_crs(None, allow_override=True)
    nowhere.to_parquet(country / "households.parquet")
    with pytest.raises(CrsMissing):
        FolderSource(country).shares()[0].read()
    (country / "households.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(FileUnreadable):
        FolderSource(country).shares()


def test_the_seal_says_of_what_a_part_was_made(country: Path, tmp_path: Path) -> None:
    run_study(FolderSource(country), STUDY, tmp_path / "out")
    seal = read_seal(tmp_path / "out" / "40101.parquet")
    assert seal is not None
    assert seal["parameters"] == {"activities": ["garbage"], "within": 5.5}
    assert seal["data"] == FolderSource(country).shares()[1].read().digest()


@pytest.mark.parametrize("change", ["household", "street", "supporter"])
def test_the_digest_sees_every_change(change: str) -> None:
    town = TOWNS["01100"]
    place = gather("01100", vars(town), town.streets)
    layers = {name: getattr(town, name).copy() for name in ("households", "supporters")}
    streets = town.streets
    if change == "street":
        streets = TOWNS["40101"].streets
    elif change == "household":
        layers["households"].loc[0, "geometry"] = shapely.Point(130.9, 33.9)
    else:
        layers["supporters"].loc[0, "pace"] = 60.0
    whole = {"districts": town.districts, **layers}
    assert gather("01100", whole, streets).digest() != place.digest()


def test_lines_make_the_network_they_were_drawn_from() -> None:
    town = grid_town(4, supporters=((0, 0), (3, 1)))
    again = network_of_lines(town.streets.lines())
    assert (again.nodes, again.edges) == (town.streets.nodes, town.streets.edges)
    one, two = (
        geo.nearest_supporters(town.households, town.supporters, streets)
        for streets in (town.streets, again)
    )
    assert one[["household_id", "rank"]].equals(two[["household_id", "rank"]])
    np.testing.assert_allclose(one["minutes"], two["minutes"], atol=3e-4)


def test_a_line_in_pieces_is_no_way_between_them() -> None:
    west = [(130.88, 33.88), (130.881, 33.88)]
    east = [(130.882, 33.88), (130.883, 33.88)]
    pieces = gpd.GeoDataFrame(geometry=[shapely.MultiLineString([west, east])], crs=4326)
    assert network_of_lines(pieces).parts == 2


def test_lines_keep_steps_and_directions() -> None:
    lines = grid_town(2).streets.lines()
    shape = shapely.LineString([(130.88, 33.88), (130.881, 33.88)])
    one_way = gpd.GeoDataFrame(
        {"steps": [True], "minutes_there": [1.0], "minutes_back": [None]},
        geometry=[shape], crs=4326,
    )  # fmt: skip
    network = network_of_lines(one_way.assign(metres=500.0))
    assert network.metres == pytest.approx(500.0)
    assert network.edge_open.tolist() == [[True, False]]
    assert network.edge_steps.tolist() == [True]
    with pytest.raises(geo.errors.NetworkEmpty):
        network_of_lines(lines.iloc[:0])


def test_uncovered_areas_are_those_of_each_municipality(country: Path, tmp_path: Path) -> None:
    study = UncoveredStudy(("garbage",), within=2.0)
    run = run_study(FolderSource(country), study, tmp_path / "out")
    assert run.failures == []
    found = read_results(tmp_path / "out")
    assert isinstance(found, gpd.GeoDataFrame)
    assert found.crs.to_epsg() == 4326
    town = TOWNS["01100"]
    areas = geo.uncovered_areas(
        town.districts, town.supporters, town.streets, activity="garbage", within=2.0,
        households=town.households,
    )  # fmt: skip
    here = found[found["municipality"] == "01100"]
    assert here["area_m2"].tolist() == areas["area_m2"].tolist()
    assert here["at_risk"].sum() == areas["at_risk"].sum() > 0
    assert here.geometry.to_wkb().tolist() == areas.geometry.to_wkb().tolist()
    assert here["population"].isna().all()
    assert set(found["basis"]) == {"streets", "straight_line"}


def test_population_is_read_where_it_is(country: Path, tmp_path: Path) -> None:
    town = TOWNS["01100"]
    columns = {"id": ["P1"], "people": [100.0], "municipality": ["01100"]}
    shape = town.districts.geometry.to_list()
    gpd.GeoDataFrame(columns, geometry=shape, crs=4326).to_parquet(country / "population.parquet")
    run_study(FolderSource(country), UncoveredStudy(within=2.0), tmp_path / "out")
    people = read_results(tmp_path / "out").groupby("municipality")["population"]
    assert 0 < people.sum()["01100"] < 100
    assert people.count()["40101"] == 0


@pytest.mark.parametrize("decay", ["gaussian", "none"])
def test_access_is_that_of_each_municipality(country: Path, tmp_path: Path, decay: Decay) -> None:
    study = AccessStudy(("talk", "garbage"), within=8.0, decay=decay)
    run_study(FolderSource(country), study, tmp_path / "out")
    rows = read_results(tmp_path / "out").set_index(["municipality", "activity"])
    assert rows.index.tolist()[:2] == [("01100", "talk"), ("01100", "garbage")]
    town = TOWNS["01100"]
    scored = geo.accessibility(
        town.households, town.supporters, town.streets, within=8.0, activity="garbage",
        decay=None if decay == "none" else decay,
    )  # fmt: skip
    scores = scored["score"].to_numpy()
    here = rows.xs(("01100", "garbage"))
    assert here["mean"] == pytest.approx(scores.mean())
    assert here["nothing"] == (scores == 0).sum() == 1
    assert rows.xs(("01100", "talk"))["nothing"] == 3


@pytest.mark.parametrize("study", [CoverageStudy, UncoveredStudy, AccessStudy, RecruitStudy])
def test_what_cannot_be_asked_is_refused_before_anybody_works(study: type[CoverageStudy]) -> None:
    with pytest.raises(ParameterWrong):
        study(("gossip",))
    with pytest.raises(ParameterWrong):
        study(within=0.0)


@pytest.mark.parametrize(
    "study", [CoverageStudy(), UncoveredStudy(), AccessStudy(), RecruitStudy()]
)
def test_a_municipality_of_nobody_is_no_fault(study: CoverageStudy, tmp_path: Path) -> None:
    folder = tmp_path / "country"
    folder.mkdir()
    for layer in ("households", "supporters"):
        rows = rows_of({"40101": TOWNS["40101"]}, layer)
        rows.assign(geometry=None).set_crs(4326).to_parquet(folder / f"{layer}.parquet")
    rows_of({"40102": TOWNS["40102"]}, "districts").to_parquet(folder / "districts.parquet")
    run = run_study(FolderSource(folder), study, tmp_path / "out")
    assert run.failures == []
    assert "40101" in {path.stem for path in (tmp_path / "out").iterdir()}


def test_new_helpers_are_placed_in_each_municipality(country: Path, tmp_path: Path) -> None:
    study = RecruitStudy(("garbage",), within=2.0, sites=1)
    run = run_study(FolderSource(country), study, tmp_path / "out")
    assert run.failures == []
    rows = read_results(tmp_path / "out").set_index("municipality")
    town = TOWNS["01100"]
    found = recruit(
        Cover(town.households, geo.SupporterPool(town.supporters, town.streets), within=2.0),
        street_candidates(town.streets, districts=town.districts),
        sites=1,
        asks=[Ask("garbage")],
    )
    here = rows.loc["01100"]
    assert here["id"] == found.sites["id"].iloc[0]
    assert here["gain"] == found.sites["gain"].iloc[0] == 2
    assert (here["reached"], here["households"]) == (0, 3)
    assert rows.loc["40102", "id"].isdigit()
    assert rows.loc["40102", "basis"] == "straight_line"
    with pytest.raises(ParameterWrong):
        RecruitStudy(sites=0)
