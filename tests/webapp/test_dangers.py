"""The planning room's pages of resilience and of disasters: counts and cells, nobody by name."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import geopandas as gpd
import pytest
from flask import Flask
from flask.testing import FlaskClient

from geo.sample import Town, sample_hazards, sample_town
from tests.doors import client_of, form_token, make_account
from tests.webapp.conftest import CANARY, store_town
from webapp import create_app
from webapp.accounts.policy import at_the_terminal, viewer_of
from webapp.layerstore import Change
from webapp.register.disasters import districts_in_disaster, start_disaster
from webapp.settings import Settings
from webapp.studies.disaster import Setting, disaster_of, lines_by_district
from webapp.studies.ground import ground_of
from webapp.studies.outline import WIDE, Outline


@pytest.fixture(scope="module")
def town() -> Town:
    return sample_town(seed=12, households=120, supporters=30)


@pytest.fixture(scope="module")
def app(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("dangers") / "town"
    store_town(folder, town).register.close()
    return create_app(Settings.read({}, workspace=Path(folder)))


@pytest.fixture(scope="module")
def planner(app: Flask) -> FlaskClient:
    return client_of(app, make_account(app.extensions["register"], "planner", None))


@pytest.fixture(scope="module")
def wet(app: Flask) -> Flask:
    """The same place once hazards were taken in."""
    shelf = app.extensions["shelf"]
    shelf.workspace.replace(Change({"hazards": sample_hazards(120)}, file="hazards.geojson"))
    return app


def page_of(client: FlaskClient, path: str, **asked: str) -> str:
    answer = client.get(path, query_string=asked)
    assert answer.status_code == 200
    return answer.text


def test_before_any_hazard_is_taken_in_the_page_says_how(planner: FlaskClient) -> None:
    assert "welfaremap import hazards" in page_of(planner, "/planning/disaster")


def test_what_hangs_on_one_is_told_by_cell_and_names_nobody(planner: FlaskClient) -> None:
    page = page_of(planner, "/planning/resilience", activity="garbage", within="5")
    assert re.search(r"メッシュ \d{10} の担い手", page)
    assert CANARY not in page
    assert len(re.findall(r'class="spot"', page)) == len(re.findall(r"の担い手（", page))
    later = [int(one.replace(",", "")) for one in re.findall(r"</span>届く <b>([\d,]+)</b>", page)]
    assert later == sorted(later, reverse=True)
    assert later[0] > later[-1]


def test_few_supporters_are_not_counted_by_age(planner: FlaskClient, town: Town) -> None:
    few = town.supporters[town.supporters["status"] == "active"].groupby("district_id").size()
    one = str(few.index[few < 10][0])
    assert "担い手：続ける" in page_of(planner, "/planning/resilience")
    page = page_of(planner, "/planning/resilience", district=one)
    assert "担い手：続ける" not in page
    assert "10人より少ない" in page


@pytest.mark.parametrize(
    "asked", ["resilience?until=12", "resilience?until=x", "disaster?within=99", "disaster?pace=0"]
)
def test_a_number_that_makes_no_sense_is_refused(
    wet: Flask, planner: FlaskClient, asked: str
) -> None:
    del wet
    assert planner.get(f"/planning/{asked}").status_code == 422


def test_who_reaches_a_shelter_is_counted_and_closes(wet: Flask, planner: FlaskClient) -> None:
    page = page_of(planner, "/planning/disaster", within="15")
    assert CANARY not in page
    assert "洪水" in page
    assert 'class="hazard"' in page
    atlas = wet.extensions["shelf"].whole()
    ground = ground_of(atlas)
    kinds = ("flood", "steep_slope")
    found = disaster_of(atlas, ground, Setting(kinds), None)
    for line in found.lines:
        parts = line.reached + line.cut_off + line.inside + line.beyond + line.unknown
        assert line.total == parts
    assert found.lines[-1].total == len(atlas.layer("households"))
    assert found.lines[-1].inside > 0
    slow = disaster_of(atlas, ground, Setting(kinds, pace=30.0), None)
    assert slow.lines[-1].reached < found.lines[-1].reached
    less = disaster_of(atlas, ground, Setting(("steep_slope",)), None)
    assert less.lines[-1].inside < found.lines[-1].inside


def test_lines_are_counts_that_pass_suppression(wet: Flask) -> None:
    atlas = wet.extensions["shelf"].whole()
    names = ground_of(atlas).names
    table = lines_by_district(atlas, Setting(("flood",)), names)
    assert list(table.index) == [*names.values(), "total"]
    told = [value for value in table.to_numpy().ravel() if isinstance(value, int)]
    assert told
    assert all(value >= 10 for value in told)
    assert table.loc["total", "total"] == len(atlas.layer("households"))


def test_names_are_shown_only_while_a_disaster_mode_is_on_and_it_is_accounted_for(
    wet: Flask, planner: FlaskClient, town: Town
) -> None:
    register = wet.extensions["register"]
    council = client_of(wet, make_account(register, "council", None))
    boss = client_of(wet, make_account(register, "administrator", None))
    assert planner.get("/planning/disaster/people").status_code == 403
    before = page_of(council, "/planning/disaster/people")
    assert CANARY not in before
    assert "災害時モードが入っていない" in before
    form = {"csrf": form_token(boss), "days": "2", "district": ""}
    assert boss.post("/admin/disaster", data=form).status_code == 422, "it needs a reason"
    mine = str(town.districts["id"].iloc[0])
    told = form | {"reason": "大雨", "district": mine}
    assert boss.post("/admin/disaster", data=told).status_code == 303
    page = page_of(council, "/planning/disaster/people")
    homes = town.households.groupby("district_id").size()
    assert page.count(f"{CANARY}太郎") >= homes[mine]
    others = town.households.index[town.households["district_id"] != mine]
    assert not any(f"{CANARY}太郎{row}<" in page for row in others)
    report = page_of(boss, "/admin/disaster")
    assert "入っています" in report
    assert CANARY not in report
    assert re.search(r"<td>[1-9]\d*</td>", report)
    address = re.search(r'action="(/admin/disaster/[^"]+/end)"', report)
    assert address is not None
    boss.post(address[1], data={"csrf": form_token(boss), "version": "1"})
    assert CANARY not in page_of(council, "/planning/disaster/people")


def test_a_mode_ends_by_itself(wet: Flask) -> None:
    register = wet.extensions["register"]
    council = viewer_of("council", "a", None)
    began = datetime(2030, 1, 1, tzinfo=UTC)
    start_disaster(register, at_the_terminal(), "地震", 2, at=began)
    ids = ["D-a", "D-b"]
    for hours, on in ((-1, []), (1, ids), (47, ids), (48, []), (24 * 30, [])):
        at = began + timedelta(hours=hours)
        assert districts_in_disaster(register, council, ids, at=at) == on
    own = viewer_of("council", "a", frozenset({"D-a"}))
    at = began + timedelta(hours=1)
    assert districts_in_disaster(register, own, ids, at=at) == ["D-a"]


def test_a_district_fits_its_picture(town: Town) -> None:
    outline = Outline.of(town.districts)
    coordinates = town.districts.get_coordinates().to_numpy()
    placed = outline.place(coordinates)
    assert (placed >= 0).all()
    assert (placed[:, 0] <= WIDE).all()
    assert (placed[:, 1] <= outline.high).all()
    assert len(outline.paths(town.districts.geometry)) == len(town.districts)
    far = gpd.GeoSeries(town.districts.geometry).translate(5.0, 5.0)
    assert outline.paths(far) == []
